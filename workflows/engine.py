"""Given a case, a person's roles and a wish: what must happen, or who may do it instead and why not now."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, partial
from typing import Any

from transitions import EventData, Machine

from workflows import roles as parts
from workflows.answers import complaints, questions
from workflows.counts import Counts
from workflows.roles import Role
from workflows.terms import NEW, ORIGIN, SELF, Action, Asked, By, Case, Field, Moment, Move, Phase, Process, Tell


class Refused(Exception):  # noqa: N818  (the domain's word)
    """The rules say no; ``message`` is written for the person who reads it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotYours(Refused):
    """Somebody else may do it: ``who`` are the roles."""

    def __init__(self, message: str, who: tuple[Role, ...]) -> None:
        super().__init__(message)
        self.who = who


class NotNow(Refused):
    """Not in this state, or not under these circumstances."""


class Missing(Refused):
    """Answers are missing or wrong: ``errors`` says what, by question."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Offer:
    """Something this person may do now, with what it asks."""

    action: Action
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What must happen; the house writes it down and does nothing else."""

    action: Action
    source: str
    dest: str
    round: int
    assigned: bool
    keeps: Mapping[str, Any]
    adds: tuple[str, ...]
    tells: tuple[Tell, ...]
    roles: tuple[Role, ...] = ()  # those of the person's that let him do it, in the order of the table
    counts: tuple[Counts, ...] = ()  # what it counts as in figures

    @property
    def moved(self) -> bool:
        """Whether the state changes."""
        return self.source != self.dest


class _Token:
    """What the state machine moves about; it lives for one decision and is registered nowhere."""

    def __init__(self, state: str) -> None:
        self.state = state
        self.move: Move | None = None


def _holds(move: Move, origin: str | None, event: EventData) -> bool:
    moment: Moment = event.kwargs["moment"]
    if origin is not None and moment.case.came_from != origin:
        return False
    return move.when is None or move.when(moment)


def _take(move: Move, event: EventData) -> None:
    token: Any = event.model
    token.move = move


def _arrows(process: Process, action: Action) -> list[dict[str, Any]]:
    arrows = []
    for move in action.moves:
        for source in move.sources:
            for dest, origin in _destinations(process, move, source):
                arrows.append(
                    {
                        "trigger": action.name,
                        "source": source,
                        "dest": dest,
                        "conditions": partial(_holds, move, origin),
                        "after": partial(_take, move),
                    }
                )
    return arrows


def _destinations(process: Process, move: Move, source: str) -> list[tuple[str, str | None]]:
    if move.dest == SELF:
        return [(source, None)]
    if move.dest == ORIGIN:
        return [(name, name) for name in process.names_in(Phase.OPEN) if name != source]
    return [(move.dest, None)]


@cache
def _machine(process: Process) -> Machine:
    """One shared machine per table; rows are never registered with it and nothing is queued."""
    return Machine(
        model=None,
        states=[NEW, *(state.name for state in process.states)],
        transitions=[arrow for action in process.actions for arrow in _arrows(process, action)],
        initial=NEW,
        auto_transitions=False,
        send_event=True,
        queued=False,
    )


def offers(
    process: Process,
    case: Case,
    *,
    roles: Collection[Role],
    actor: int | None,
    now: datetime,
    today: date,
    standing_for: Collection[int] = (),
) -> tuple[Offer, ...]:
    """Everything a person with these roles may do now, in the order of the table.

    ``standing_for``: those whose substitute the person is today; independence looks at them, too.
    """
    moment = Moment(case, actor, {}, now, today, frozenset(roles), frozenset(standing_for))
    return tuple(
        Offer(action, questions(action, moment))
        for action in process.actions
        if action.via is None and case.state in action.sources
        if _who_not(action, moment) is None and _why_not(action, moment) is None
    )


def refusal(
    process: Process,
    case: Case,
    name: str,
    *,
    roles: Collection[Role],
    actor: int | None,
    now: datetime,
    today: date,
    standing_for: Collection[int] = (),
) -> Refused | None:
    """Why a person with these roles may not do this now; None when he may."""
    action = process.action(name)
    return _refusal(process, action, Moment(case, actor, {}, now, today, frozenset(roles), frozenset(standing_for)))


def decide(  # noqa: PLR0913  (each is named where it is called)
    process: Process,
    case: Case,
    name: str,
    *,
    roles: Collection[Role],
    actor: int | None,
    given: Mapping[str, Any],
    now: datetime,
    today: date,
    via: str | None = None,
    standing_for: Collection[int] = (),
) -> Decision:
    """What must happen when this person does this now.

    ``actor`` is the person's key, None for the enterprise and the clocks; ``via``: the process whose decision leads to
    it. Raises NotYours, NotNow or Missing.
    """
    action = process.action(name)
    moment = Moment(case, actor, given, now, today, frozenset(roles), frozenset(standing_for))
    if refused := _refusal(process, action, moment, via):
        raise refused
    asked = questions(action, moment)
    errors = complaints(asked, given, today, lenient=action.lenient) | _out_of_bounds(process, asked, moment)
    if errors:
        raise Missing(errors)
    return _decision(process, action, moment, asked)


def _refusal(process: Process, action: Action, moment: Moment, via: str | None = None) -> Refused | None:
    refused = _who_not(action, moment)
    if isinstance(refused, NotYours):
        return refused
    if action.via != via:
        return NotNow(f"“{action.label}”要先提出申请，批准以后自动办理")
    if moment.case.state not in action.sources:
        return NotNow(f"现在是“{_label(process, moment.case.state)}”，不能{action.label}")
    return refused or _why_not(action, moment)


def _label(process: Process, state: str) -> str:
    return next((each.label for each in process.states if each.name == state), "尚未登记")


def _who_not(action: Action, moment: Moment) -> NotYours | NotNow | None:
    """NotYours when no role fits; NotNow when the only fitting roles may not at this moment."""
    mine = [by for by in action.by if (by.role if isinstance(by, By) else by) in moment.roles]
    if not mine:
        labels = "、".join(dict.fromkeys(parts.LABELS[role] for role in action.roles))
        return NotYours(f"“{action.label}”由{labels}办理", action.roles)
    failing = [next((need for need in _needs(by) if not need(moment)), None) for by in mine]
    if None in failing:
        return None
    return NotNow(next(need.message for need in failing if need))


def _needs(by: Role | By) -> tuple[Any, ...]:
    return by.needs if isinstance(by, By) else ()


def _why_not(action: Action, moment: Moment) -> NotNow | None:
    return next((NotNow(need.message) for need in action.needs if not need(moment)), None)


def _out_of_bounds(process: Process, asked: tuple[Field, ...], moment: Moment) -> dict[str, str]:
    """No day outside what its question says, nor further ahead than its clock allows; no choice that is not true."""
    given, today = moment.given, moment.today
    names = {question.name for question in asked}
    errors = {question.name: words for question in asked if (words := _bound(question, moment))}
    for clock in process.clocks:
        rule = clock.limit
        if not isinstance(rule, Asked) or rule.question not in names or not given.get(rule.question):
            continue
        if given[rule.question] > today + timedelta(days=rule.most):
            errors[rule.question] = f"最迟 {rule.most} 天之内"
    return errors


def _bound(question: Field, moment: Moment) -> str | None:
    given = moment.given.get(question.name)
    for value, guard in question.fits:
        if given == value and not guard(moment):
            return guard.message
    if question.future is False and isinstance(given, datetime) and given > moment.now:
        return f"“{question.label}”不能晚于现在"
    if question.bounds is None or not isinstance(given, date):
        return None
    first, last = question.bounds(moment)
    if first and given < first:
        return f"“{question.label}”最早是 {first.year}年{first.month}月{first.day}日"
    if last and given > last:
        return f"“{question.label}”最晚是 {last.year}年{last.month}月{last.day}日"
    return None


def _decision(process: Process, action: Action, moment: Moment, asked: tuple[Field, ...]) -> Decision:
    token = _Token(moment.case.state)
    if not _machine(process).events[action.name].trigger(token, moment=moment) or token.move is None:
        raise NotNow(f"按现在的情况不能{action.label}")
    keeps = _keeps(process, action, moment, asked)
    named = any(field.keep == "group_id" and moment.given.get(field.name) for field in asked)
    assigned = named and not action.takes_over
    return Decision(
        action=action,
        source=moment.case.state,
        dest=token.state,
        round=moment.case.round + token.move.next_round,
        assigned=assigned,
        keeps=keeps,
        adds=token.move.adds,
        tells=(*action.tells, *token.move.tells),
        roles=_fitting(action, moment),
        counts=(*action.counts, *token.move.counts, *((Counts.ASSIGNED,) if assigned else ())),
    )


def _fitting(action: Action, moment: Moment) -> tuple[Role, ...]:
    """Through which of his roles the person may do it at this moment."""
    held = [by if isinstance(by, By) else By(by) for by in action.by]
    return tuple(by.role for by in held if by.role in moment.roles and all(need(moment) for need in by.needs))


def _keeps(process: Process, action: Action, moment: Moment, asked: tuple[Field, ...]) -> dict[str, Any]:
    """The columns to write: what the act sets, then the answers; an empty answer wipes only a draft's column."""
    starting = moment.case.state in (NEW, *process.names_in(Phase.START))
    answers = {
        field.keep: moment.given.get(field.name)
        for field in asked
        if field.keep and field.name in moment.given and (starting or moment.given[field.name] is not None)
    }
    return {**action.sets, **answers}
