"""TABLE: the way of a problem from 上报 to 销号; states, actions and clocks, with reminders in ``ladders.py``.

This file decides who may do what, when, what is asked, where it leads and who is told. Everything else is read from it.
"""

from workflows import fields as ask
from workflows import guards, moving_in
from workflows.counts import Counts
from workflows.ladders import DISPATCH_LADDER, ENTERPRISE_LADDER, GROUP_LADDER, LEADER_LADDER, PLAIN_LADDER, fitted
from workflows.roles import ANYONE, Role, Whose
from workflows.terms import (
    DATES,
    DUE,
    ORIGIN,
    SELF,
    Action,
    Asked,
    By,
    Choose,
    Clock,
    Limit,
    Move,
    Pace,
    Phase,
    Process,
    State,
    Tell,
    Unit,
)

R, C = Role, Counts

# -- States ------------------------------------------------------------------------------------------------------------

STATES = (
    State("draft", "草稿", Phase.START, (R.REPORTER,)),
    State("reported", "待受理", Phase.OPEN, (R.DISPATCHER,), "调度室已收到，正在受理", 1),
    State("returned", "待补充", Phase.OPEN, (R.REPORTER,), "正在补充情况", 1),
    State("assigned", "待签收", Phase.OPEN, (R.GROUP_LEAD,), "已经交给责任组", 2),
    State("objected", "退单待裁", Phase.OPEN, (R.DISPATCHER,), "正在确定由哪个组办理", 2),
    State("handling", "办理中", Phase.OPEN, (R.HANDLER, R.GROUP_LEAD), "正在办理", 2),
    State("reviewing", "待组长审核", Phase.OPEN, (R.GROUP_LEAD,), "已有办理结果，正在审核", 2),
    State("suspended", "挂账", Phase.OPEN, (R.GROUP_LEAD,), "条件暂不具备，已挂账跟踪，定期复核", 2),
    State("elevated", "提级协调中", Phase.OPEN, (R.LEADER, R.CHIEF), "区领导正在协调", 2),
    State("referred", "已报上级", Phase.OPEN, (R.DISPATCHER,), "已报请上级研究", 2),
    State("evaluating", "待企业评价", Phase.OPEN, (R.ENTERPRISE,), "已有办理结果，请您评价", 3),
    State("calling_back", "待回访", Phase.OPEN, (R.DISPATCHER,), "已有办理结果，我们会电话听取您的意见", 3),
    State("withdrawing", "撤回待核实", Phase.OPEN, (R.DISPATCHER,), "已收到撤回申请，正在与您核实", 2),
    State("closing", "待销号", Phase.OPEN, (R.SUPERVISOR,), "您已评价，正在办结", 3),
    State("closed", "已销号", Phase.CLOSED, plainly="已办结", dot=4),
    State("declined", "不予受理", Phase.CLOSED, plainly="不予受理", dot=4, frees="separate"),
    State("merged", "已并案", Phase.CLOSED, plainly="与同类问题合并办理", dot=4),
    State("withdrawn", "已撤回", Phase.CLOSED, plainly="已撤回", dot=4, frees="separate"),
    State("terminated", "已终止", Phase.CLOSED, plainly="已终止办理", dot=4, frees="separate"),
    moving_in.TAKEN_BACK,
)
OPEN = tuple(state.name for state in STATES if state.phase is Phase.OPEN)
WITH_A_HANDLER = "handling reviewing suspended elevated referred evaluating calling_back closing"
"""From signing to the end the problem is somebody's, who may be asked again; before a group signs, nobody's."""
WITHDRAWABLE = tuple(name for name in OPEN if name != "withdrawing")

# -- Actions -----------------------------------------------------------------------------------------------------------

REPORT_ASKS = (
    ask.ENTERPRISE,
    ask.TITLE,
    ask.DETAIL,
    ask.CATEGORY,
    ask.URGENCY,
    ask.CONTACT_NAME,
    ask.CONTACT_PHONE,
    ask.CONTACT_EMAIL,
    ask.WISH,
    ask.FILES,
    ask.VISIT_ON,
    ask.PROJECT,
    ask.KINDRED,
)
SUSPENSION_ASKS = (ask.STAGE_GOAL, ask.REVIEW_ON, ask.EXPECTED_ON, ask.PUBLIC_REASON)
EXTENSION_ASKS = (ask.UNTIL_ON, ask.PUBLIC_REASON)
TERMINATION_ASKS = (ask.WRITTEN_REVIEW, ask.PUBLIC_REASON)
"""What a request asks is what the act that follows from it answers."""
FRESH_EVALUATION = {"contacted": None, "solved": None, "answered": None, "satisfaction": None, "unreached_calls": 0}
PLEASE_EVALUATE = Tell("please_evaluate", (R.ENTERPRISE,), link="evaluate")


def move(sources: str, dest: str, **more: object) -> Move:
    """One arrow; several sources are parted by blanks."""
    return Move(tuple(sources.split()), dest, **more)  # type: ignore[arg-type]


ASKED_STATES = "evaluating calling_back"
DISSATISFIED = (Tell("dissatisfied", (R.HANDLER, R.GROUP_LEAD, R.DISPATCHER, R.REPORTER)),)
JUDGED = (
    move(
        ASKED_STATES,
        "closing",
        when=guards.CONTENT,
        tells=(Tell("evaluated", (Whose.TURN,)), Tell("evaluated", (R.REPORTER, R.GROUP_LEAD), Pace.DIGEST)),
        counts=(C.ANSWERED,),
    ),
    move(
        ASKED_STATES,
        "reported",
        when=guards.NO_GROUP_YET,
        next_round=True,
        tells=DISSATISFIED,
        counts=(C.ANSWERED, C.REDONE),
    ),
    move(
        ASKED_STATES,
        "elevated",
        when=guards.ROUNDS_SPENT,
        next_round=True,
        tells=(*DISSATISFIED, Tell("elevated", (Whose.TURN,))),
        counts=(C.ANSWERED, C.REDONE, C.ELEVATED),
    ),
    move(
        ASKED_STATES,
        "handling",
        when=guards.DISSATISFIED,
        next_round=True,
        tells=DISSATISFIED,
        counts=(C.ANSWERED, C.REDONE),
    ),
)
"""Where the enterprise's word leads, whether it came through its link or on the phone."""

START = (
    Action(
        "save", "存草稿", (move("new draft", "draft"),), (R.REPORTER,), REPORT_ASKS, lenient=True, done="草稿已保存"
    ),
    Action(
        "report",
        "上报",
        (move("new draft", "reported"),),
        (R.REPORTER, R.ENTERPRISE),
        REPORT_ASKS,
        tells=(
            Tell("received", (R.ENTERPRISE,)),
            Tell("new_report", (Whose.TURN,)),
            Tell("new_report_copy", (R.CADRE,), Pace.DIGEST),
        ),
        numbers="number",
        counts=(C.REPORTED,),
        done="已上报，调度室{accept}内受理",
    ),
    Action(
        "settle_on_spot",
        "现场办结",
        (move("new draft", "evaluating"),),
        (R.REPORTER,),
        (*REPORT_ASKS, ask.ANSWER),
        tells=(PLEASE_EVALUATE, Tell("settled", (R.DISPATCHER, R.CADRE), Pace.DIGEST)),
        works=True,
        sets=FRESH_EVALUATION,
        counts=(C.REPORTED, C.FINISHED),
        hint="当场已经解决的问题也要登记，由企业评价后销号。",
        numbers="number",
        done="已登记，等企业评价",
    ),
)

DISPATCH = (
    Action(
        "assign",
        "交办",
        (move("reported", "assigned"), move("objected", "assigned", counts=(C.EXCUSED,))),
        (R.DISPATCHER,),
        (ask.GROUP, ask.ASSISTING, ask.DIFFICULTY, ask.INSTRUCTION),
        tells=(
            Tell("assigned", (Whose.TURN,)),
            Tell("objection_accepted", (Whose.FORMER_GROUP,), Pace.DIGEST),
            Tell("assigned_copy", (R.REPORTER, R.CADRE), Pace.DIGEST),
        ),
        opens={"assisting": ("assist", "ask_assist")},
        done="已交办",
    ),
    Action(
        "answer",
        "直接答复",
        (move("reported", "evaluating"),),
        (R.DISPATCHER,),
        (ask.ANSWER,),
        tells=(PLEASE_EVALUATE, Tell("answered", (R.REPORTER,), Pace.DIGEST)),
        works=True,
        sets=FRESH_EVALUATION,
        counts=(C.FINISHED,),
        hint="用于政策咨询等能当场答复的问题。",
        done="已答复，等企业评价",
    ),
    Action(
        "return",
        "退回补充",
        (move("reported", "returned"),),
        (R.DISPATCHER,),
        (ask.MISSING,),
        tells=(Tell("returned", (Whose.TURN,)),),
        done="已退回上报人补充",
    ),
    Action(
        "supplement",
        "补充",
        (move("returned", "reported"),),
        (R.REPORTER,),
        (ask.SUPPLEMENT, ask.FILES),
        tells=(Tell("supplemented", (Whose.TURN,)),),
        done="已补充，调度室继续受理",
    ),
    Action(
        "merge",
        "并案",
        (move("reported assigned handling", "merged"),),
        (R.DISPATCHER,),
        (ask.MAIN_PROBLEM, ask.PUBLIC_REASON),
        tells=(Tell("merged", (R.REPORTER, R.ENTERPRISE, R.GROUP_LEAD, R.HANDLER)),),
        counts=(C.MERGED,),
        hint="与正在办理的同一问题合并；此后跟随主问题的进展和销号。",
        done="已并案",
    ),
    Action(
        "separate",
        "恢复单独办理",
        (move("merged", "reported"),),
        (R.DISPATCHER, R.SYSTEM),
        (ask.REASON_OF_STAFF,),
        tells=(Tell("separated", (Whose.TURN, R.REPORTER, R.ENTERPRISE)),),
        sets={"merged_into_id": None, "group_id": None, "handler_id": None},
        counts=(C.SEPARATED,),
        hint="主问题撤回、不予受理或者终止的，并入的问题自动恢复单独办理。",
        done="已恢复单独办理",
    ),
    Action(
        "decline",
        "不予受理",
        (move("reported", "declined"),),
        (R.DISPATCH_LEAD,),
        (ask.GROUND, ask.EXPLANATION),
        tells=(Tell("declined", (R.REPORTER, R.ENTERPRISE, R.CADRE)),),
        danger=True,
        counts=(C.DECLINED,),
        done="已告知不予受理",
    ),
    Action(
        "appeal",
        "申诉",
        (move("declined", "reported"),),
        (R.REPORTER, R.ENTERPRISE),
        (ask.PUBLIC_REASON,),
        needs=(guards.NOT_APPEALED_BEFORE,),
        tells=(Tell("appealed", (Whose.TURN, R.DISPATCH_LEAD)),),
        sets={"appealed": True},
        counts=(C.APPEALED,),
        done="已申诉，调度室重新受理",
    ),
    Action(
        "reassign",
        "改派",
        (move("assigned handling", "assigned"),),
        (R.DISPATCHER,),
        (ask.GROUP, ask.REASON),
        tells=(
            Tell("assigned", (Whose.TURN,)),
            Tell("reassigned_away", (Whose.FORMER_GROUP,)),
            Tell("assigned_copy", (R.REPORTER,), Pace.DIGEST),
        ),
        counts=(C.REASSIGNED,),
        hint="新的责任组重新计时，原责任组已用的时间记在原责任组名下。",
        done="已改派",
    ),
    Action(
        "uphold",
        "维持交办",
        (move("objected", "assigned"),),
        (R.DISPATCHER,),
        (ask.REASON,),
        tells=(Tell("upheld", (Whose.TURN,)),),
        counts=(C.UPHELD,),
        hint="维持后原责任组不能再退单。",
        done="已维持原交办",
    ),
)

HANDLING = (
    Action(
        "sign",
        "签收",
        (move("assigned", "handling"),),
        (R.GROUP_LEAD,),
        (ask.HANDLER,),
        tells=(Tell("signed", (R.HANDLER,)), Tell("signed_copy", (R.REPORTER, R.CADRE), Pace.DIGEST)),
        done="已签收",
    ),
    Action(
        "respond",
        "首次反馈",
        (move("handling", SELF),),
        (R.HANDLER,),
        (ask.CONTACTED_WHOM, ask.CONTACTED_AT, ask.CONTACTED_HOW, ask.PLAN, ask.EXPECTED_ON),
        tells=(Tell("responded", (R.ENTERPRISE, R.REPORTER), followers=True),),
        works=True,
        stops=("respond",),
        needs=(guards.NOT_RESPONDED_YET,),
        done="首次反馈已登记",
    ),
    Action(
        "submit",
        "提交办理结果",
        (move("handling", "reviewing"),),
        (R.HANDLER,),
        (ask.OUTCOME, ask.MEASURES, ask.PROPOSED_ANSWER, ask.INTERNAL_NOTE, ask.FILES),
        needs=(guards.FIRST_RESPONSE_GIVEN, guards.TASKS_DONE),
        tells=(Tell("submitted", (Whose.TURN,)),),
        works=True,
        done="已提交，等组长审核",
    ),
    Action(
        "approve",
        "审核通过",
        (move("reviewing", "evaluating"),),
        (R.GROUP_LEAD,),
        (ask.OPINION,),
        tells=(PLEASE_EVALUATE, Tell("approved", (R.HANDLER, R.REPORTER), Pace.DIGEST)),
        works=True,
        sets=FRESH_EVALUATION,
        counts=(C.FINISHED,),
        done="审核通过，已请企业评价",
    ),
    Action(
        "send_back",
        "退回重办",
        (move("reviewing", "handling"),),
        (R.GROUP_LEAD,),
        (ask.REASON,),
        tells=(Tell("sent_back", (R.HANDLER,)),),
        counts=(C.SENT_BACK,),
        done="已退回承办人",
    ),
    Action(
        "progress",
        "登记进展",
        (move("handling suspended referred", SELF),),
        (R.HANDLER, R.ASSIST, R.GROUP_LEAD, By(R.DISPATCHER, (guards.REFERRED,))),
        (ask.PROGRESS, ask.SHOWN, ask.NEXT_REVIEW_ON, ask.FILES),
        works=True,
        renews=("review_date",),
        tells=(Tell("progressed", (R.REPORTER,), Pace.DIGEST, followers=True),),
        done="进展已登记",
    ),
    Action(
        "hand_over",
        "转交承办人",
        (move(WITH_A_HANDLER, SELF),),
        (R.GROUP_LEAD,),
        (ask.HANDLER, ask.REASON),
        tells=(Tell("signed", (R.HANDLER,)),),
        done="已转交",
    ),
    Action(
        "object",
        "退单",
        (move("assigned", "objected"),),
        (R.GROUP_LEAD,),
        (ask.REASON, ask.LEGAL_BASIS, ask.SUGGESTED_GROUP),
        needs=(guards.NOT_OBJECTED_BEFORE, guards.BEFORE_SIGN_DUE),
        tells=(Tell("objected", (Whose.TURN, R.DISPATCH_LEAD)),),
        sets={"objected": True},
        danger=True,
        counts=(C.OBJECTED,),
        hint="只能在签收时限内退一次；调度室{rule}内裁定。",
        done="已退单，等调度室裁定",
    ),
)

HIGHER = (
    Action(
        "suspend",
        "挂账",
        (move("handling", "suspended"),),
        (R.DISPATCH_LEAD,),
        SUSPENSION_ASKS,
        tells=(Tell("suspended", (R.ENTERPRISE, R.REPORTER, R.HANDLER, R.GROUP_LEAD), followers=True),),
        via="request",
        counts=(C.SUSPENDED,),
        done="已挂账",
    ),
    Action(
        "extend",
        "延期",
        (move("handling", SELF),),
        (R.DISPATCH_LEAD, R.SUPERVISOR),
        EXTENSION_ASKS,
        tells=(Tell("extended", (R.ENTERPRISE, R.REPORTER, R.HANDLER, R.GROUP_LEAD), followers=True),),
        extends=("handle",),
        via="request",
        counts=(C.EXTENDED,),
        done="已延期",
    ),
    Action(
        "resume",
        "恢复办理",
        (move("suspended", "handling"),),
        (R.GROUP_LEAD, R.DISPATCHER),
        (ask.PUBLIC_REASON,),
        tells=(Tell("resumed", (R.HANDLER, R.GROUP_LEAD, R.ENTERPRISE, R.REPORTER), followers=True),),
        done="已恢复办理",
    ),
    Action(
        "elevate",
        "提级",
        (move("handling objected", "elevated"),),
        (R.GROUP_LEAD, R.DISPATCHER),
        (ask.REASON, ask.NEEDED),
        tells=(Tell("elevated", (Whose.TURN,)), Tell("elevated_copy", (R.REPORTER, R.HANDLER), Pace.DIGEST)),
        counts=(C.ELEVATED,),
        done="已提请区领导协调",
    ),
    Action(
        "instruct",
        "批示",
        (move("elevated", "handling"), move(" ".join(OPEN), SELF)),
        (R.LEADER, R.CHIEF),
        (ask.LEADER_INSTRUCTION, ask.NEW_GROUP),
        tells=(
            Tell("instructed", (Whose.TURN, R.GROUP_LEAD, R.DISPATCHER)),
            Tell("reassigned_away", (Whose.FORMER_GROUP,)),
        ),
        done="批示已下达",
    ),
    Action(
        "refer",
        "报上级",
        (move("elevated", "referred"),),
        (R.LEADER,),
        (ask.AUTHORITY, ask.DOCUMENT),
        tells=(Tell("referred", (R.DISPATCHER, R.GROUP_LEAD, R.REPORTER, R.ENTERPRISE), followers=True),),
        hint="已报上级的问题每月由调度室询问一次进展。",
        done="已登记报上级",
    ),
    Action(
        "hear_back",
        "上级回复",
        (move("referred", "handling"),),
        (R.DISPATCHER,),
        (ask.REPLY, ask.FILES),
        tells=(Tell("heard_back", (R.HANDLER, R.GROUP_LEAD, R.REPORTER)),),
        done="已登记上级回复，恢复办理",
    ),
)

CLOSING = (
    Action(
        "evaluate",
        "企业评价",
        JUDGED,
        (R.ENTERPRISE,),
        (ask.CONTACTED, ask.SOLVED, ask.SATISFACTION, ask.WORDS),
        needs=(guards.INDEPENDENT,),
        uses_link="evaluate",
        done="谢谢您的评价",
    ),
    Action(
        "call_back",
        "回访登记",
        (
            move(
                ASKED_STATES,
                "closing",
                when=guards.LAST_TRY_UNREACHED,
                adds=("unreached_calls",),
                tells=(Tell("unrated", (Whose.TURN,)),),
                counts=(C.UNREACHED,),
            ),
            move(ASKED_STATES, SELF, when=guards.UNREACHED, adds=("unreached_calls",), counts=(C.UNREACHED,)),
            *JUDGED,
        ),
        (R.DISPATCHER, R.SUPERVISOR),
        (
            ask.REACHED,
            ask.CALLED_AT,
            ask.CALL_SOLVED,
            ask.CALL_ANSWERED,
            ask.CALL_CONTACTED,
            ask.CALL_SATISFACTION,
            ask.CALL_NOTE,
        ),
        needs=(guards.INDEPENDENT,),
        hint="三次联系不上的按“未评价”转销号，不计入满意。",
        done="回访已登记",
    ),
    Action(
        "close",
        "销号",
        (move("closing", "closed"),),
        (R.SUPERVISOR,),
        (ask.BASIS, ask.CLOSING_OPINION),
        needs=(guards.INDEPENDENT,),
        tells=(Tell("closed", (R.REPORTER, R.ENTERPRISE, R.GROUP_LEAD, R.HANDLER, R.CADRE), followers=True),),
        numbers="closing_number",
        counts=(C.CLOSED,),
        done="已销号",
    ),
    Action(
        "refuse_closure",
        "不予销号",
        (
            move("closing", "reported", when=guards.NO_GROUP_YET),
            move("closing", "handling"),
        ),
        (R.SUPERVISOR,),
        (ask.REASON,),
        tells=(Tell("closure_refused", (Whose.TURN, R.GROUP_LEAD, R.REPORTER)),),
        danger=True,
        counts=(C.REFUSED,),
        done="已退回办理",
    ),
    Action(
        "reopen",
        "重启",
        (move("closed", "reported"),),
        (By(R.ENTERPRISE, (guards.WITHIN_REOPEN_DAYS,)), R.DISPATCHER, R.SUPERVISOR),
        (ask.PUBLIC_REASON,),
        tells=(Tell("reopened", (Whose.TURN, R.REPORTER, R.SUPERVISOR)),),
        sets={"objected": False, "group_id": None, "handler_id": None, "closing_number": None},
        counts=(C.REOPENED,),
        done="已重启，调度室重新受理",
    ),
    Action(
        "confirm_withdrawal",
        "核实撤回",
        (move("withdrawing", "withdrawn"),),
        (R.DISPATCHER,),
        (ask.CALL_NOTE,),
        tells=(Tell("withdrawn", (R.REPORTER, R.ENTERPRISE, R.GROUP_LEAD, R.HANDLER)),),
        counts=(C.WITHDRAWN,),
        hint="先给企业打电话，确认是企业自己的意思。",
        done="撤回属实，已办理撤回",
    ),
    Action(
        "reject_withdrawal",
        "驳回撤回",
        (move("withdrawing", ORIGIN),),
        (R.DISPATCHER,),
        (ask.CALL_NOTE,),
        tells=(Tell("withdrawal_rejected", (R.REPORTER, R.ENTERPRISE, Whose.TURN)),),
        done="已驳回，继续办理",
    ),
)

ANY_TIME = (
    Action(
        "urge",
        "催办",
        (move(" ".join(OPEN), SELF),),
        (R.DISPATCHER, R.SUPERVISOR),
        (ask.URGE_WORDS,),
        tells=(Tell("urged", (Whose.TURN, R.GROUP_LEAD), beside=True),),
        counts=(C.URGED,),
        done="已催办",
    ),
    Action(
        "comment",
        "留言",
        (move(" ".join(OPEN), SELF),),
        ANYONE,
        (ask.COMMENT, ask.SHOWN),
        tells=(Tell("commented", (Whose.TURN, R.HANDLER), Pace.DIGEST),),
        done="已留言",
    ),
    Action("attach", "附件", (move(" ".join(OPEN), SELF),), ANYONE, (ask.FILES_WANTED,), done="附件已上传"),
    Action(
        "withdraw",
        "撤回",
        (move(" ".join(WITHDRAWABLE), "withdrawing"),),
        (R.REPORTER, R.ENTERPRISE),
        (ask.PUBLIC_REASON,),
        tells=(Tell("withdrawal_asked", (Whose.TURN,)),),
        danger=True,
        hint="调度室会给企业打电话核实。",
        done="已申请撤回，等调度室核实",
    ),
    Action(
        "terminate",
        "终止",
        (move("handling suspended", "terminated"),),
        (R.LEADER, R.CHIEF),
        TERMINATION_ASKS,
        tells=(Tell("terminated", (R.REPORTER, R.ENTERPRISE, R.GROUP_LEAD, R.HANDLER, R.CADRE)),),
        danger=True,
        via="request",
        counts=(C.TERMINATED,),
        done="已终止",
    ),
    Action(
        "lapse",
        "转回访",
        (move("evaluating", "calling_back"),),
        (R.SYSTEM,),
        tells=(Tell("to_call_back", (Whose.TURN,), Pace.DIGEST),),
    ),
)

# -- Clocks; their reminders are in ladders.py -------------------------------------------------------------------------

DAYS = Unit.WORKING_DAYS
OUT_OF_HANDS = ("suspended", "elevated", "referred", "withdrawing")
HELD = ("withdrawing",)
"""While a withdrawal is verified every clock waits, so that a rejected one gives nobody a fresh clock."""

CLOCKS = (
    Clock("accept", "受理", Limit(1), ("reported",), R.DISPATCHER, HELD, milestones=DISPATCH_LADDER, of_ledger=DATES),
    Clock("supplement", "补充", Limit(3), ("returned",), R.REPORTER, HELD, milestones=PLAIN_LADDER),
    Clock("sign", "签收", Limit(1), ("assigned",), R.GROUP_LEAD, HELD, renewed=True, milestones=GROUP_LADDER),
    Clock("rule", "裁定", Limit(1), ("objected",), R.DISPATCHER, HELD, milestones=DISPATCH_LADDER),
    Clock(
        "respond",
        "首次反馈",
        Choose("urgency", {"urgent": Limit(1, Unit.HOURS), None: Limit(3)}),
        ("assigned", "handling"),
        R.HANDLER,
        OUT_OF_HANDS,
        once=True,
        renewed=True,
        milestones=GROUP_LADDER,
    ),
    Clock(
        "handle",
        "办理",
        Choose(
            "difficulty",
            {"ordinary": Limit(7), "complex": Limit(20), "major": Limit(30), None: Limit(7)},
            again=Limit(5),
        ),
        ("assigned", "handling", "reviewing"),
        R.HANDLER,
        ("objected", *OUT_OF_HANDS),
        renewed=True,
        milestones=GROUP_LADDER,
        of_ledger=DATES,
    ),
    Clock("review", "组长审核", Limit(1), ("reviewing",), R.GROUP_LEAD, HELD, milestones=GROUP_LADDER),
    Clock("elevate", "提级协调", Limit(10), ("elevated",), R.LEADER, HELD, milestones=LEADER_LADDER, of_ledger=DUE),
    Clock(
        "review_date",
        "复核",
        Asked("review_on", most=30),
        ("suspended", "referred"),
        Whose.TURN,
        HELD,
        milestones=GROUP_LADDER,
        called={"referred": "每月询问进展"},
        of_ledger=DUE,
    ),
    Clock(
        "evaluate",
        "评价",
        Limit(5),
        ("evaluating",),
        R.ENTERPRISE,
        HELD,
        lapses="lapse",
        milestones=ENTERPRISE_LADDER,
    ),
    Clock("call_back", "回访", Limit(3), ("calling_back",), R.DISPATCHER, HELD, milestones=DISPATCH_LADDER),
    Clock("verify", "撤回核实", Limit(2), ("withdrawing",), R.DISPATCHER, milestones=DISPATCH_LADDER),
    Clock("close", "销号", Limit(3), ("closing",), R.SUPERVISOR, HELD, milestones=PLAIN_LADDER),
)

PROBLEM = Process(
    "problem",
    "企业问题办理",
    STATES,
    (*START, *DISPATCH, *HANDLING, *HIGHER, *CLOSING, *ANY_TIME, *moving_in.acts(STATES)),
    fitted(CLOCKS),
)
