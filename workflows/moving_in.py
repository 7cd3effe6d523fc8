"""What an old ledger tells of a problem that is moved in (迁入), and how the move is taken back; part of ``problem.py``.

Nothing of what happened before is played again: one act tells what was known, and from there the problem lives on.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from workflows import fields as ask
from workflows import guards
from workflows.counts import Counts
from workflows.roles import Role
from workflows.terms import NEW, Action, Field, Guard, Kind, Moment, Move, Phase, State

TAKEN_BACK = State("not_moved_in", "迁入已撤销", Phase.START, drawn=False)
"""Before the beginning again: no list, figure or search knows it, its number is free; only its record stays."""

TOLD_TOO_LITTLE = frozenset({"merged", "withdrawing"})
"""Nothing moves in as these: a ledger does not say which problem it was merged into, or where a withdrawal came from."""

NOBODY_HAS_IT = frozenset({"reported", "returned"})
"""No group has been named yet: naming one is what the dispatch office does next."""

STRUCK_OFF = "closed"
"""The end that has a 销号编号."""

OLD_NUMBER = Field("old_number", "原编号", Kind.LINE, keep="number", longest=20, public=True)
STATE_NOW = Field("state_now", "迁入时的环节", Kind.CHOICE)
REPORTED_BY = Field("reported_by", "原上报人", Kind.LINE, required=False, longest=60, personal=True)
REPORTED_ON = Field("reported_on", "原上报日期", Kind.DAY, future=False)
RESULT = replace(ask.ANSWER, name="result", label="原办理结果", required=False, shortest=0)
REMARKS = Field("remarks", "原备注", Kind.TEXT, required=False, longest=2000)
SOURCE = Field("source", "来源", Kind.LINE, longest=300)


def _after_the_report(moment: Moment) -> tuple[date | None, date | None]:
    return moment.given.get("reported_on"), None


def _until_today(moment: Moment) -> tuple[date | None, date | None]:
    return moment.given.get("reported_on"), moment.today


OLD_DUE_ON = Field("old_due_on", "原办理时限", Kind.DAY, required=False, bounds=_after_the_report)
OLD_CLOSED_ON = Field("old_closed_on", "原办结日期", Kind.DAY, required=False, keep="closed_on", bounds=_until_today)
OLD_CLOSING_NUMBER = Field(
    "old_closing_number", "原销号编号", Kind.LINE, required=False, keep="closing_number", longest=20
)


def _loose(question: Field, label: str = "") -> Field:
    """The same question, as far as a ledger answers it."""
    return replace(question, required=False, shortest=0, only_if=None, label=label or question.label)


ASKS = (
    OLD_NUMBER,
    STATE_NOW,
    ask.ENTERPRISE,
    replace(ask.TITLE, shortest=1),
    _loose(ask.DETAIL),
    _loose(ask.CATEGORY),
    _loose(ask.URGENCY),
    REPORTED_BY,
    _loose(ask.CONTACT_NAME),
    _loose(ask.CONTACT_PHONE),
    REPORTED_ON,
    _loose(ask.GROUP),
    _loose(ask.HANDLER),
    OLD_DUE_ON,
    _loose(ask.PROGRESS, "原最近进展"),
    RESULT,
    OLD_CLOSED_ON,
    OLD_CLOSING_NUMBER,
    _loose(ask.SOLVED, "原记录：问题是否解决"),
    _loose(ask.SATISFACTION, "原记录：企业是否满意"),
    REMARKS,
    SOURCE,
)


def complaints(given: Mapping[str, Any], *, needs_group: Collection[str], ended: Collection[str]) -> dict[str, str]:
    """What contradicts itself in a row, by question: a state without what belongs to it, or with what does not."""
    state = given.get("state_now")
    errors: dict[str, str] = {}
    if state in needs_group and not given.get("group"):
        errors["group"] = "这个环节的问题要有责任组"
    if state in NOBODY_HAS_IT and given.get("group"):
        errors["group"] = "还没有交办的问题不能有责任组；已经交办的，请改正“当前状态”"
    if given.get("handler") and not given.get("group"):
        errors["handler"] = "有承办人的问题要有责任组"
    if state in ended and not given.get("old_closed_on"):
        errors["old_closed_on"] = "已经结束的问题要有办结日期"
    if state not in ended and given.get("old_closed_on"):
        errors["old_closed_on"] = "还在办理的问题不能有办结日期；已经办结的，请改正“当前状态”"
    return errors


def stands_in(state: State) -> Guard:
    """The ledger says that it is in this state now."""
    return Guard(
        f"moves_in_as_{state.name}", lambda moment: moment.given.get("state_now") == state.name, f"现为{state.label}"
    )


def acts(states: Iterable[State]) -> tuple[Action, Action]:
    """The act that moves a problem in, into any of these states that a ledger can tell, and the one that takes it back."""
    told = tuple(each for each in states if each.phase is not Phase.START and each.name not in TOLD_TOO_LITTLE)
    choices = tuple((each.name, each.label) for each in told)
    anywhere = tuple(each.name for each in states if each.phase is Phase.OPEN or each in told)
    return (
        Action(
            "move_in",
            "迁入",
            tuple(Move((NEW,), each.name, when=stands_in(each)) for each in told),
            (Role.SYSTEM,),
            tuple(replace(each, choices=choices) if each is STATE_NOW else each for each in ASKS),
            counts=(Counts.MOVED_IN,),
            takes_over=True,
            hint="由“数据迁入”批量办理：只记一笔“迁入”，不补造以前的办理经过，不通知任何人。",
            done="已迁入",
        ),
        Action(
            "undo_move",
            "撤销迁入",
            (Move(anywhere, TAKEN_BACK.name),),
            (Role.SYSTEM,),
            (ask.REASON,),
            needs=(guards.UNTOUCHED,),
            sets={"number": None, "closing_number": None},
            counts=(Counts.TAKEN_BACK,),
            hint="迁入以后还没有人办理过的，可以整批撤销；编号可以再用。",
            done="已撤销迁入",
        ),
    )
