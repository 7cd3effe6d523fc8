"""TABLE: supervision orders (督办单): drafted by hand or by a milestone, issued, signed, replied, accepted, closed."""

from dataclasses import replace
from datetime import date, timedelta

from workflows import fields as ask
from workflows.ladders import ORDER_LADDER, fitted
from workflows.problem import move
from workflows.roles import Role, Whose
from workflows.terms import (
    SELF,
    Action,
    Asked,
    Clock,
    Field,
    Guard,
    Kind,
    Limit,
    Moment,
    Pace,
    Phase,
    Process,
    State,
    Tell,
)

R = Role
LEVELS = (("1", "一级"), ("2", "二级"), ("3", "三级"))
DRAFTED_BY = {"supervised": "1", "supervised_again": "2"}
"""Milestone of a problem's clock -> level of the order that it drafts for the office; nothing drafts the third level."""
REPLY_DAYS = {"1": 5, "2": 3, "3": 2}
"""Working days that are proposed for the reply, by level: the higher, the sooner."""
LONGEST_REPLY = 30  # natural days


def _reply_bounds(moment: Moment) -> tuple[date | None, date | None]:
    return moment.today + timedelta(days=1), moment.today + timedelta(days=LONGEST_REPLY)


LEVEL = Field("level", "督办级别", Kind.CHOICE, keep="level", choices=LEVELS)
HIGHER = Guard(
    "higher_level",
    lambda moment: (moment.case.level or "") < (moment.given.get("level") or LEVELS[-1][0]),
    "只能比现在的级别高；已经是最高级别，或者定得过高的，请撤销后重新起草",
)
ORDER_TITLE = Field("order_title", "标题", Kind.LINE, keep="title", shortest=4, longest=100)
DEMAND = Field("demand", "督办要求", Kind.TEXT, keep="demand", shortest=10, longest=2000)
REPLY_BY = Field(
    "reply_by", "回复期限", Kind.DAY, keep="reply_by", future=True, bounds=_reply_bounds, help="最长 30 天"
)
CAUSES = Field("causes", "逾期原因", Kind.TEXT, keep="causes", shortest=5, longest=2000)
STEPS = Field("steps", "整改措施和进展", Kind.TEXT, keep="steps", shortest=5, longest=4000)
DONE_BY = Field("done_by", "承诺办结日期", Kind.DAY, keep="done_by", future=True)
HELD_ON = Field("held_on", "日期", Kind.DAY, future=False)
WHO_TOOK_PART = Field("who_took_part", "参加人员", Kind.LINE, shortest=2, longest=200)
OUTCOME_OF_TALK = Field("outcome_of_talk", "约谈情况", Kind.TEXT, shortest=5, longest=2000)
HANDED_TO = Field("handed_to", "移交给", Kind.LINE, shortest=2, longest=100, help="例如：区纪委监委")
CLOSING_WORDS = replace(ask.CLOSING_OPINION, label="办结意见", help="所列问题落实到什么程度")
DROPPED = Field("dropped", "移出的问题编号", Kind.LINE, shortest=2, longest=20)
WHAT_WAS_HANDED = Field("what_was_handed", "移交内容", Kind.TEXT, shortest=5, longest=2000)

SOMEBODY_SIGNS = Guard(
    "somebody_signs",
    lambda moment: moment.case.signers != 0,
    "主送单位还没有能签收的人（负责人或者联络员），签发了也送不到：请先请系统管理员登记这个单位的负责人",
)

STATES = (
    State("order_drafted", "督办单拟稿", Phase.START, (R.SUPERVISOR,)),
    State("order_issued", "督办待签收", Phase.OPEN, (R.ADDRESSEE,)),
    State("order_signed", "督办待回复", Phase.OPEN, (R.ADDRESSEE,)),
    State("order_replied", "督办待审核", Phase.OPEN, (R.SUPERVISOR,)),
    State("order_accepted", "督办跟踪落实", Phase.OPEN, (R.SUPERVISOR,)),
    State("order_closed", "督办办结", Phase.CLOSED),
    State("order_cancelled", "督办撤销", Phase.CLOSED),
    State("order_discarded", "草稿作废", Phase.CLOSED),
)
AT_THE_UNIT = "order_issued order_signed"
AT_WORK = f"{AT_THE_UNIT} order_replied order_accepted"
ASKS = (LEVEL, ORDER_TITLE, DEMAND, REPLY_BY)
COPY = Tell("order_copy", (R.LEADER, R.DISPATCH_LEAD), Pace.DIGEST)

ACTIONS = (
    Action(
        "draft_order",
        "起草督办单",
        (move("new", "order_drafted"),),
        (R.SUPERVISOR, R.SYSTEM),
        ASKS,
        hint="督办单以督查考核办公室名义签发；调度室可以催办，不能签发。",
        done="督办单草稿已保存，签发后送达",
    ),
    Action("edit_order", "修改草稿", (move("order_drafted", SELF),), (R.SUPERVISOR,), ASKS, done="草稿已修改"),
    Action(
        "drop_problem",
        "移出问题",
        (move("order_drafted", SELF),),
        (R.SUPERVISOR,),
        (DROPPED,),
        done="已移出这份草稿",
    ),
    Action(
        "issue_order",
        "签发",
        (move("order_drafted", "order_issued"),),
        (R.SUPERVISOR,),
        (REPLY_BY,),
        needs=(SOMEBODY_SIGNS,),
        tells=(Tell("order_issued", (Whose.TURN,)), COPY),
        numbers="number",
        hint="签发后编号、送达，内容不能再改。",
        done="督办单已签发",
    ),
    Action(
        "discard_order",
        "作废草稿",
        (move("order_drafted", "order_discarded"),),
        (R.SUPERVISOR,),
        (ask.REASON,),
        danger=True,
        done="草稿已作废",
    ),
    Action(
        "sign_order",
        "签收督办单",
        (move("order_issued", "order_signed"),),
        (R.ADDRESSEE,),
        tells=(Tell("order_signed", (R.SUPERVISOR,), Pace.DIGEST),),
        done="督办单已签收，请按期回复",
    ),
    Action(
        "reply_order",
        "回复督办单",
        (move(AT_THE_UNIT, "order_replied"),),
        (R.ADDRESSEE,),
        (CAUSES, STEPS, DONE_BY),
        tells=(Tell("order_replied", (Whose.TURN,)),),
        done="已回复，等督查考核办公室审核",
    ),
    Action(
        "accept_order",
        "认可回复",
        (move("order_replied", "order_accepted"),),
        (R.SUPERVISOR,),
        (ask.OPINION,),
        tells=(Tell("order_accepted", (R.ADDRESSEE,)),),
        done="回复已认可，跟踪到问题落实",
    ),
    Action(
        "return_order",
        "退回再报",
        (move("order_replied", "order_signed"),),
        (R.SUPERVISOR,),
        (ask.REASON, REPLY_BY),
        tells=(Tell("order_returned", (Whose.TURN,)), COPY),
        danger=True,
        done="已退回，请单位再报",
    ),
    Action(
        "close_order",
        "督办办结",
        (move("order_accepted", "order_closed"),),
        (R.SUPERVISOR,),
        (CLOSING_WORDS,),
        tells=(Tell("order_closed", (R.ADDRESSEE,)),),
        done="督办单已办结",
    ),
    Action(
        "raise_order",
        "提高级别",
        (move(AT_WORK, SELF),),
        (R.SUPERVISOR,),
        (LEVEL, ask.REASON),
        needs=(HIGHER,),
        tells=(Tell("order_raised", (R.ADDRESSEE,)), Tell("order_copy", (R.LEADER, R.CHIEF), Pace.DIGEST)),
        done="督办级别已调整",
    ),
    Action(
        "urge_order",
        "催复",
        (move(AT_THE_UNIT, SELF),),
        (R.SUPERVISOR, R.DISPATCHER),
        (ask.URGE_WORDS,),
        tells=(Tell("order_urged", (Whose.TURN,)),),
        done="已催复",
    ),
    Action(
        "summon",
        "登记约谈",
        (move(AT_WORK, SELF),),
        (R.SUPERVISOR,),
        (HELD_ON, WHO_TOOK_PART, OUTCOME_OF_TALK),
        tells=(COPY,),
        hint="约谈由督查考核办公室决定，系统只作登记，从不自动发起。",
        done="约谈已登记",
    ),
    Action(
        "transfer",
        "登记移交",
        (move(AT_WORK, SELF),),
        (R.SUPERVISOR,),
        (HELD_ON, HANDED_TO, WHAT_WAS_HANDED),
        tells=(Tell("order_copy", (R.LEADER, R.CHIEF), Pace.DIGEST),),
        danger=True,
        hint="移交由督查考核办公室报领导小组后办理，系统只作登记，从不自动发起。",
        done="移交已登记",
    ),
    Action(
        "cancel_order",
        "撤销督办单",
        (move(AT_WORK, "order_cancelled"),),
        (R.SUPERVISOR,),
        (ask.REASON,),
        tells=(Tell("order_cancelled", (R.ADDRESSEE,)),),
        danger=True,
        done="督办单已撤销",
    ),
)
TOLD_ON_PROBLEMS = ("issue_order", "accept_order", "close_order", "cancel_order")
"""Acts on an order that the timeline of its problems tells as well."""
CLOCKS = (
    Clock("order_sign", "督办签收", Limit(1), ("order_issued",), R.ADDRESSEE, milestones=ORDER_LADDER),
    Clock(
        "order_reply",
        "督办回复",
        Asked("reply_by", most=LONGEST_REPLY),
        ("order_issued", "order_signed"),
        R.ADDRESSEE,
        milestones=ORDER_LADDER,
    ),
    Clock("order_review", "督办审核", Limit(2), ("order_replied",), R.SUPERVISOR, milestones=ORDER_LADDER),
    Clock("order_follow", "督办跟踪", Limit(10), ("order_accepted",), R.SUPERVISOR, milestones=ORDER_LADDER),
)
ORDER = Process("order", "督办单", STATES, ACTIONS, fitted(CLOCKS), series="督办", apart=True)
