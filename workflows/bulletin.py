"""TABLES: bulletins (通报) and each unit's receipt: drafted, reviewed by another, issued and frozen, acknowledged."""

from dataclasses import replace

from workflows import fields as ask
from workflows import guards
from workflows.ladders import ORDER_LADDER, fitted
from workflows.problem import move
from workflows.roles import Role, Whose
from workflows.terms import SELF, Action, By, Clock, Field, Kind, Limit, Pace, Phase, Process, State, Tell

R = Role
BULLETIN_TITLE = Field("bulletin_title", "标题", Kind.LINE, keep="title", shortest=4, longest=100)
REMARK = Field(
    "remark", "签收意见", Kind.TEXT, required=False, keep="remark", longest=1000, help="整改打算，或者对数据的不同意见"
)
CLOSING_REASON = replace(ask.REASON, asked_of=(R.SUPERVISOR,))
REVIEWERS = (By(R.SUPERVISOR, (guards.NOT_WRITER,)), By(R.CHIEF, (guards.NOT_WRITER,)))
"""督查考核办公室 drafts; another of its members, or 领导小组, reviews: who wrote it does not issue it."""

# -- The bulletin ------------------------------------------------------------------------------------------------------

STATES = (
    State("bulletin_drafted", "通报拟稿", Phase.START, (R.SUPERVISOR,)),
    State("bulletin_reviewing", "通报待审核", Phase.OPEN, (R.SUPERVISOR, R.CHIEF)),
    State("bulletin_issued", "通报已印发", Phase.OPEN, (R.SUPERVISOR,)),
    State("bulletin_closed", "通报签收完毕", Phase.CLOSED),
    State("bulletin_withdrawn", "通报已撤回", Phase.CLOSED),
    State("bulletin_discarded", "通报草稿作废", Phase.CLOSED),
)
ACTIONS = (
    Action(
        "draft_bulletin",
        "起草通报",
        (move("new", "bulletin_drafted"),),
        (R.SUPERVISOR, R.SYSTEM),
        (BULLETIN_TITLE,),
        works=True,
        hint="文稿按本期数据自动生成，文字可以修改；数字是数据项，不能手写。",
        done="通报草稿已生成",
    ),
    Action(
        "edit_bulletin",
        "修改文稿",
        (move("bulletin_drafted", SELF),),
        (R.SUPERVISOR,),
        (BULLETIN_TITLE,),
        works=True,
        done="文稿已保存",
    ),
    Action(
        "submit_bulletin",
        "送审",
        (move("bulletin_drafted", "bulletin_reviewing"),),
        (R.SUPERVISOR,),
        works=True,
        tells=(Tell("bulletin_submitted", (R.SUPERVISOR, R.CHIEF)),),
        hint="由没有参与拟稿的督查员或者领导小组审核。",
        done="已送审",
    ),
    Action(
        "return_bulletin",
        "退回修改",
        (move("bulletin_reviewing", "bulletin_drafted"),),
        REVIEWERS,
        (ask.REASON,),
        tells=(Tell("bulletin_returned", (R.ASKER,)),),
        danger=True,
        done="已退回拟稿人修改",
    ),
    Action(
        "issue_bulletin",
        "审核印发",
        (move("bulletin_reviewing", "bulletin_issued"),),
        REVIEWERS,
        numbers="number",
        opens={"units": ("receipt", "send_receipt")},
        does={"replaced": "withdraw_bulletin"},
        hint="印发时编号，数字、文字和附表随之冻结，送达各单位签收；以后只能用另一份通报撤回。",
        done="通报已印发，已送各单位签收",
    ),
    Action(
        "discard_bulletin",
        "作废草稿",
        (move("bulletin_drafted", "bulletin_discarded"),),
        (R.SUPERVISOR,),
        (ask.REASON,),
        danger=True,
        done="草稿已作废",
    ),
    Action(
        "close_bulletin",
        "结束签收",
        (move("bulletin_issued", "bulletin_closed"),),
        (R.SUPERVISOR, R.SYSTEM),
        (CLOSING_REASON,),
        danger=True,
        hint="各单位都签收后自动结束；单位已撤销等情况下，可以说明理由后结束。",
        done="签收已结束",
    ),
    Action(
        "withdraw_bulletin",
        "撤回通报",
        (move("bulletin_issued bulletin_closed", "bulletin_withdrawn"),),
        (R.SYSTEM,),
        does={"receipts": "void_receipt"},
    ),
)
CLOCKS = (
    Clock("bulletin_review", "通报审核", Limit(2), ("bulletin_reviewing",), R.SUPERVISOR, milestones=ORDER_LADDER),
    Clock("bulletin_receipts", "通报签收", Limit(5), ("bulletin_issued",), R.SUPERVISOR, milestones=ORDER_LADDER),
)
BULLETIN = Process("bulletin", "通报", STATES, ACTIONS, fitted(CLOCKS), series="通报", apart=True)

# -- The receipt of one unit -------------------------------------------------------------------------------------------

RECEIPT_STATES = (
    State("receipt_waiting", "通报待签收", Phase.OPEN, (R.ADDRESSEE,)),
    State("receipt_signed", "通报已签收", Phase.CLOSED),
    State("receipt_void", "通报不再签收", Phase.CLOSED),
)
RECEIPT_ACTIONS = (
    Action(
        "send_receipt",
        "送达通报",
        (move("new", "receipt_waiting"),),
        (R.SYSTEM,),
        tells=(Tell("bulletin_issued", (Whose.TURN,)), Tell("bulletin_copy", (R.LEADER,), Pace.DIGEST)),
    ),
    Action(
        "sign_receipt",
        "签收通报",
        (move("receipt_waiting", "receipt_signed"),),
        (R.ADDRESSEE,),
        (REMARK,),
        tells=(Tell("bulletin_signed", (R.SUPERVISOR,), Pace.DIGEST),),
        does={"all": "close_bulletin"},
        done="通报已签收",
    ),
    Action(
        "urge_receipt",
        "催签",
        (move("receipt_waiting", SELF),),
        (R.SUPERVISOR,),
        tells=(Tell("bulletin_urged", (Whose.TURN,)),),
        done="已催签",
    ),
    Action("void_receipt", "停止签收", (move("receipt_waiting", "receipt_void"),), (R.SYSTEM,)),
)
RECEIPT_CLOCKS = (Clock("receipt", "通报签收", Limit(2), ("receipt_waiting",), R.ADDRESSEE, milestones=ORDER_LADDER),)
RECEIPT = Process("receipt", "通报签收", RECEIPT_STATES, RECEIPT_ACTIONS, fitted(RECEIPT_CLOCKS), apart=True)
