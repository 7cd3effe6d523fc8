"""TABLE: requests (申请) for a longer limit, for suspension (挂账), for termination (终止): who asks, who decides."""

from workflows import fields as ask
from workflows import guards
from workflows.ladders import DISPATCH_LADDER, LEADER_LADDER, PLAIN_LADDER, fitted
from workflows.problem import EXTENSION_ASKS, PROBLEM, SUSPENSION_ASKS, TERMINATION_ASKS, move
from workflows.roles import Role, Whose
from workflows.terms import Action, By, Clock, Limit, Pace, Phase, Process, State, Tell

R = Role
FOLLOWS = {"extension": "extend", "suspension": "suspend", "termination": "terminate"}
"""What follows for the problem when a request of that kind is granted."""
POSSIBLE_IN = {kind: PROBLEM.action(name).sources for kind, name in FOLLOWS.items()}

STATES = (
    State("at_dispatch", "待调度室审批", Phase.OPEN, (R.DISPATCH_LEAD,)),
    State("at_supervision", "待督查考核办公室审批", Phase.OPEN, (R.SUPERVISOR,)),
    State("at_leader", "待分管领导审批", Phase.OPEN, (R.LEADER, R.CHIEF)),
    State("granted", "已批准", Phase.CLOSED),
    State("refused", "未批准", Phase.CLOSED),
    State("taken_back", "已撤回", Phase.CLOSED),
    State("dropped", "已失效", Phase.CLOSED),
)
ASKED = "at_dispatch at_supervision at_leader"
ASKED_TELLS = (Tell("request_asked", (Whose.TURN,)), Tell("request_asked_copy", (R.GROUP_LEAD, R.HANDLER), Pace.DIGEST))
DECIDED_TELLS = (R.ASKER, R.GROUP_LEAD, R.HANDLER)
DECIDERS = (
    By(R.DISPATCH_LEAD, (guards.is_in("at_dispatch"),)),
    By(R.SUPERVISOR, (guards.is_in("at_supervision"),)),
    By(R.LEADER, (guards.is_in("at_leader"),)),
    By(R.CHIEF, (guards.is_in("at_leader"),)),
)

ACTIONS = (
    Action(
        "ask_extension",
        "申请延期",
        (move("new", "at_dispatch", when=guards.FIRST_EXTENSION), move("new", "at_supervision")),
        (R.HANDLER, R.GROUP_LEAD),
        EXTENSION_ASKS,
        needs=(
            guards.beside(*POSSIBLE_IN["extension"]),
            guards.NO_OPEN_REQUEST,
            guards.CLOCK_RUNS,
            guards.NOT_EXTENDED_TWICE,
            guards.EARLY_ENOUGH,
        ),
        tells=ASKED_TELLS,
        sets={"kind": "extension"},
        hint="第一次由调度室主任审批，第二次由督查考核办公室审批，不能延第三次；批准后企业会收到新的日期和原因。",
        done="已提交延期申请，等待审批",
    ),
    Action(
        "ask_suspension",
        "申请挂账",
        (move("new", "at_dispatch"),),
        (R.GROUP_LEAD,),
        SUSPENSION_ASKS,
        needs=(guards.beside(*POSSIBLE_IN["suspension"]), guards.NO_OPEN_REQUEST),
        tells=ASKED_TELLS,
        sets={"kind": "suspension"},
        hint="只用于条件暂不具备的问题。由调度室主任审批；批准后办理时限暂停，到复核日期再看。",
        done="已提交挂账申请，等待审批",
    ),
    Action(
        "ask_termination",
        "申请终止",
        (move("new", "at_leader"),),
        (R.DISPATCH_LEAD,),
        TERMINATION_ASKS,
        needs=(guards.beside(*POSSIBLE_IN["termination"]), guards.NO_OPEN_REQUEST),
        tells=ASKED_TELLS,
        sets={"kind": "termination"},
        danger=True,
        hint="由分管领导审批；批准后问题终止办理，企业和上报人会收到原因。",
        done="已提交终止申请，等待审批",
    ),
    Action(
        "grant",
        "批准",
        (move(ASKED, "granted"),),
        DECIDERS,
        (ask.GRANT_OPINION,),
        needs=(guards.NOT_OWN_REQUEST, guards.NOT_EXPIRED),
        tells=(Tell("request_granted", DECIDED_TELLS),),
        does=FOLLOWS,
        done="已批准",
    ),
    Action(
        "refuse",
        "不批准",
        (move(ASKED, "refused"),),
        DECIDERS,
        (ask.REASON,),
        needs=(guards.NOT_OWN_REQUEST,),
        tells=(Tell("request_refused", DECIDED_TELLS),),
        danger=True,
        done="已答复不批准",
    ),
    Action(
        "take_back",
        "撤回申请",
        (move(ASKED, "taken_back"),),
        (R.ASKER,),
        tells=(Tell("request_taken_back", (R.GROUP_LEAD, R.HANDLER), Pace.DIGEST),),
        done="申请已撤回",
    ),
    Action(
        "drop_request",
        "申请失效",
        (move(ASKED, "dropped"),),
        (R.SYSTEM,),
        tells=(Tell("request_dropped", (R.ASKER,), Pace.DIGEST),),
    ),
)
CLOCKS = (
    Clock("grant_dispatch", "调度室审批", Limit(1), ("at_dispatch",), R.DISPATCH_LEAD, milestones=DISPATCH_LADDER),
    Clock("grant_supervision", "督查审批", Limit(1), ("at_supervision",), R.SUPERVISOR, milestones=PLAIN_LADDER),
    Clock("grant_leader", "领导审批", Limit(3), ("at_leader",), R.LEADER, milestones=LEADER_LADDER),
)
LIVES_IN = {kind: (*states, "withdrawing") for kind, states in POSSIBLE_IN.items()}
"""Elsewhere an open request has lost its object; while a withdrawal is verified it waits."""
REQUEST = Process("request", "申请", STATES, ACTIONS, fitted(CLOCKS), lives_in=LIVES_IN)
