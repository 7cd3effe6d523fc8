"""TABLE: an assisting task (协办): another group is asked to help the leading one, within three working days."""

from workflows import fields as ask
from workflows import guards
from workflows.ladders import ASSIST_LADDER, fitted
from workflows.problem import move
from workflows.roles import Role
from workflows.terms import Action, Clock, Limit, Phase, Process, State, Tell

R = Role
ASKABLE = ("assigned", "objected", "handling", "suspended", "elevated", "referred")
"""States of the problem in which help may be asked for."""

STATES = (
    State("asked", "协办待签收", Phase.OPEN, (R.ASSIST,)),
    State("assisting", "协办中", Phase.OPEN, (R.ASSIST,)),
    State("done", "协办完成", Phase.CLOSED),
    State("sent_back", "协办退回", Phase.CLOSED),
    State("waived", "不再等待", Phase.CLOSED),
    State("dropped", "已失效", Phase.CLOSED),
)

ACTIONS = (
    Action(
        "ask_assist",
        "请求协办",
        (move("new", "asked"),),
        (R.DISPATCHER, R.GROUP_LEAD),
        (ask.ASSISTING_GROUP, ask.ASSIST_WANTED),
        needs=(guards.beside(*ASKABLE),),
        tells=(Tell("assist_asked", (R.ASSIST,)),),
        sets={"kind": "assist"},
        hint="协办组{assist}内给出意见；办完之前，牵头组不能提交办理结果。",
        done="已请求协办",
    ),
    Action(
        "accept_assist",
        "签收协办",
        (move("asked", "assisting"),),
        (R.ASSIST,),
        tells=(Tell("assist_accepted", (R.GROUP_LEAD, R.HANDLER)),),
        done="已签收协办任务",
    ),
    Action(
        "finish_assist",
        "提交协办意见",
        (move("asked assisting", "done"),),
        (R.ASSIST,),
        (ask.ASSIST_OPINION, ask.FILES),
        tells=(Tell("assist_done", (R.HANDLER, R.GROUP_LEAD)),),
        works=True,
        done="协办意见已提交给牵头组",
    ),
    Action(
        "return_assist",
        "退回协办",
        (move("asked assisting", "sent_back"),),
        (R.ASSIST,),
        (ask.REASON,),
        tells=(Tell("assist_returned", (R.GROUP_LEAD, R.HANDLER, R.DISPATCHER)),),
        danger=True,
        done="已退回协办任务",
    ),
    Action(
        "waive_assist",
        "不再等待协办",
        (move("asked assisting", "waived"),),
        (R.GROUP_LEAD,),
        (ask.REASON,),
        tells=(Tell("assist_waived", (R.ASSIST, R.HANDLER)),),
        hint="写明为什么不等协办意见就继续办理，记录在案。",
        done="不再等待这项协办",
    ),
    Action(
        "drop_assist",
        "协办失效",
        (move("asked assisting", "dropped"),),
        (R.SYSTEM,),
        tells=(Tell("assist_dropped", (R.ASSIST,)),),
    ),
)
CLOCKS = (Clock("assist", "协办", Limit(3), ("asked", "assisting"), R.ASSIST, milestones=ASSIST_LADDER),)
LIVES_IN = (*ASKABLE, "reviewing", "withdrawing")
ASSIST = Process("assist", "协办", STATES, ACTIONS, fitted(CLOCKS), lives_in={"assist": LIVES_IN})
"""``Whose.TURN`` in its reminders is the assisting group."""
