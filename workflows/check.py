"""Reads a table and complains: everything that would let a problem get lost, said in a plain sentence."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import fields

from workflows.roles import Role
from workflows.terms import (
    NEW,
    ORIGIN,
    SELF,
    Action,
    Asked,
    By,
    Case,
    Choose,
    Clock,
    Field,
    Limit,
    Phase,
    Process,
    State,
)


def check(process: Process, templates: Collection[str] | None = None) -> list[str]:
    """Every complaint about a table; with the names of the notices' templates those are compared too."""
    return [
        *_doubled(process),
        *_unknown(process),
        *_states(process),
        *_actions(process),
        *_clocks(process),
        *_notices(process, templates),
    ]


def check_book(processes: Iterable[Process], messages: Iterable[str], templates: Collection[str]) -> list[str]:
    """Every complaint about all tables, and about what is said without a template or written for nobody."""
    tables = list(processes)
    told = {*messages, *(tell.notice for process in tables for tell in process.tells)}
    return [*(each for process in tables for each in check(process)), *_templates(told, templates)]


def _doubled(process: Process) -> Iterator[str]:
    kinds: dict[str, Iterable[str]] = {
        "state": (state.name for state in process.states),
        "action": (action.name for action in process.actions),
        "clock": (clock.name for clock in process.clocks),
    }
    for kind, names in kinds.items():
        for name, times in Counter(names).items():
            if times > 1:
                yield f"{kind} {name} is there {times} times"


def _unknown(process: Process) -> Iterator[str]:
    states = {state.name for state in process.states}
    clocks = {clock.name for clock in process.clocks}
    actions = {action.name for action in process.actions}
    for action in process.actions:
        named = {*action.sources, *(move.dest for move in action.moves)}
        for name in sorted(named - states - {NEW, SELF, ORIGIN}):
            yield f"action {action.name} names the unknown state {name}"
        for name in sorted({*action.stops, *action.renews} - clocks):
            yield f"action {action.name} names the unknown clock {name}"
        yield from _unknown_questions(action, states)
    for clock in process.clocks:
        for name in sorted({*clock.runs_in, *clock.waits_in} - states):
            yield f"clock {clock.name} names the unknown state {name}"
        if clock.lapses and clock.lapses not in actions:
            yield f"clock {clock.name} lapses into the unknown action {clock.lapses}"
        yield from _unknown_facts(clock, process)


def _unknown_questions(action: Action, states: set[str]) -> Iterator[str]:
    for name, times in Counter(field.name for field in action.asks).items():
        if times > 1:
            yield f"action {action.name} asks {name} {times} times"
    asked = {field.name: field for field in action.asks}
    for field in action.asks:
        where = f"question {field.name} of {action.name}"
        yield from (f"{where} {complaint}" for complaint in _whom_it_misses(field, action, states))
        if field.only_if:
            yield from (f"{where} {complaint}" for complaint in _dependence(field, asked))


def _whom_it_misses(field: Field, action: Action, states: set[str]) -> Iterator[str]:
    for name in field.only_in:
        if name not in states:
            yield f"names the unknown state {name}"
        elif name not in action.sources:
            yield f"is for {name}, where nobody can {action.name}"
    if field.asked_of and not set(field.asked_of) & set(action.roles):
        yield f"is for none of those who may {action.name}"


def _dependence(field: Field, asked: Mapping[str, Field]) -> Iterator[str]:
    question, value = field.only_if or ("", "")
    if question not in asked:
        yield f"depends on {question}, which is not asked"
    elif asked[question].choices and value not in asked[question].choice_values:
        yield f"depends on {question} being {value}, which it cannot be"
    if _asks_itself(field, asked):
        yield "waits for an answer that waits for it"


def _asks_itself(field: Field, asked: Mapping[str, Field]) -> bool:
    seen: list[str] = []
    next_one: Field | None = field
    while next_one and next_one.only_if and next_one.only_if[0] not in seen:
        seen.append(next_one.only_if[0])
        next_one = asked.get(next_one.only_if[0])
    return field.name in seen


def _unknown_facts(clock: Clock, process: Process) -> Iterator[str]:
    facts = {fact.name for fact in fields(Case)}
    questions = {field.name for action in process.actions for field in action.asks}
    if isinstance(clock.limit, Choose) and clock.limit.fact not in facts:
        yield f"clock {clock.name} depends on the unknown fact {clock.limit.fact}"
    if isinstance(clock.limit, Choose) and None not in clock.limit.limits:
        yield f"clock {clock.name} has no limit where {clock.limit.fact} is not known"
    if isinstance(clock.limit, Asked) and clock.limit.question not in questions:
        yield f"clock {clock.name} takes its day from {clock.limit.question}, which nobody asks"


def _states(process: Process) -> Iterator[str]:
    reached = _reachable(process)
    for state in process.states:
        if state.name not in reached:
            yield f"state {state.name} cannot be reached"
        if state.phase is Phase.OPEN:
            yield from _open_state(process, state.name)
        if not state.turn and (state.phase is Phase.OPEN or _begins(process, state)):
            yield f"state {state.name} is nobody's turn"
        elif state.turn and not _can_lead_on(process, state):
            yield f"state {state.name} is the turn of {state.turn[0]}, who cannot lead the problem on"


def _begins(process: Process, state: State) -> bool:
    """Whether it is a state before the start from which something leads on; else it is the end of what never began."""
    return state.phase is Phase.START and any(state.name in action.sources for action in process.actions)


def _can_lead_on(process: Process, state: State) -> bool:
    return any(
        set(state.turn) & set(action.roles)
        for action in process.actions
        for move in action.moves
        if state.name in move.sources and move.dest not in (SELF, state.name)
    )


def _open_state(process: Process, name: str) -> Iterator[str]:
    leaving = [move for action in process.actions for move in action.moves if name in move.sources]
    if not any(move.dest not in (SELF, name) for move in leaving):
        yield f"open state {name} has no way out"
    if not any(name in clock.runs_in for clock in process.clocks):
        yield f"open state {name} has no clock: a problem could sleep there for ever"


def _reachable(process: Process) -> set[str]:
    reached, fresh = {NEW}, {NEW}
    while fresh:
        found = {
            move.dest
            for action in process.actions
            for move in action.moves
            if fresh & set(move.sources) and move.dest not in (SELF, ORIGIN)
        }
        fresh = found - reached
        reached |= fresh
    return reached


def _actions(process: Process) -> Iterator[str]:
    for action in process.actions:
        if not action.by:
            yield f"action {action.name} may be taken by nobody"
        if not action.moves:
            yield f"action {action.name} leads nowhere"
        roles = [by.role if isinstance(by, By) else by for by in action.by]
        for role, times in Counter(roles).items():
            if times > 1:
                yield f"action {action.name} names the role {role} {times} times"


def _clocks(process: Process) -> Iterator[str]:
    phases = {state.name: state.phase for state in process.states}
    for clock in process.clocks:
        for name in (*clock.runs_in, *clock.waits_in):
            if phases.get(name, Phase.OPEN) is not Phase.OPEN:
                yield f"clock {clock.name} runs or waits in {name}, which is not open"
        for name in sorted(set(clock.runs_in) & set(clock.waits_in)):
            yield f"clock {clock.name} both runs and waits in {name}"
        yield from _clock_acts(clock, process)
        for limit in _limits(clock):
            if limit.amount <= 0:
                yield f"clock {clock.name} has a limit of {limit.amount}"
        yield from _milestones(clock)


def _clock_acts(clock: Clock, process: Process) -> Iterator[str]:
    for action in process.actions:
        touches = clock.name in (*action.stops, *action.renews)
        if touches and not set(clock.runs_in) & set(action.sources):
            yield f"action {action.name} stops the clock {clock.name}, which never runs where it is taken"
        if clock.lapses != action.name:
            continue
        if Role.SYSTEM not in action.roles:
            yield f"clock {clock.name} lapses into {action.name}, which the clocks may not do"
        for name in sorted(set(clock.runs_in) - set(action.sources)):
            yield f"clock {clock.name} lapses into {action.name}, which cannot be done in {name}"


def _limits(clock: Clock) -> list[Limit]:
    rule = clock.limit
    if isinstance(rule, Limit):
        return [rule]
    if isinstance(rule, Asked):
        return [Limit(rule.most)]
    return [*rule.limits.values(), *([rule.again] if rule.again else [])]


def _milestones(clock: Clock) -> Iterator[str]:
    for name, times in Counter(mark.name for mark in clock.milestones).items():
        if times > 1:
            yield f"clock {clock.name} has the milestone {name} {times} times"
    marks = list(zip(clock.milestones, clock.milestones[1:], strict=False))
    for earlier, later in marks:
        if later.days <= earlier.days:
            yield f"milestone {later.name} of {clock.name} does not come after {earlier.name}"
        if later.severity < earlier.severity:
            yield f"the ladder of {clock.name} goes down from {earlier.name} to {later.name}"
    if not clock.milestones and not clock.lapses:
        yield f"clock {clock.name} runs out and nobody is told"


def _notices(process: Process, templates: Collection[str] | None) -> Iterator[str]:
    for tell in process.tells:
        if not tell.to:
            yield f"notice {tell.notice} has no recipients"
    if templates is not None:
        yield from _templates({tell.notice for tell in process.tells}, templates)


def _templates(told: set[str], templates: Collection[str]) -> Iterator[str]:
    for name in sorted(told - set(templates)):
        yield f"notice {name} has no template"
    for name in sorted(set(templates) - told):
        yield f"template {name} belongs to no notice"
