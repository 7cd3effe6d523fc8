"""From rows to what the rules know of them: cases, ticking clocks, and who plays which part."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from helpdesk.clock import calendar
from helpdesk.org.roles import Seating, Sitter
from helpdesk.org.standing_in import StandIn
from helpdesk.problems.models import ClockStep, Matter, Problem, ProblemClock
from helpdesk.rules import rules_on
from workflows import clocks
from workflows.accounts import Step, StepKind
from workflows.book import PROCESSES
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import NEW, Case, Limit, Phase, Unit

NamedPeople = Mapping[Role, tuple[int, ...]]


@dataclass(frozen=True)
class Standing:
    """One person today: who he is, and who sits where."""

    person_id: int
    seating: Seating
    now: datetime

    @cached_property
    def today(self) -> date:
        """The local date."""
        return calendar().day_of(self.now)

    @cached_property
    def stands_in(self) -> tuple[StandIn, ...]:
        """For whom this person stands in today."""
        return self.seating.stand_ins_of(self.person_id)

    @cached_property
    def stood_in(self) -> tuple[StandIn, ...]:
        """Who stands in for this person today."""
        return self.seating.stand_ins_for(self.person_id)

    @cached_property
    def himself(self) -> tuple[int, ...]:
        """This person's key and those of whom he stands in for: whoever is named by one of them is named by him."""
        return (self.person_id, *sorted(self.seating.standing_for(self.person_id)))

    @property
    def wishing(self) -> dict[str, Any]:
        """Who asks the engine, and when: its arguments beside the case and the roles."""
        people = self.seating.standing_for(self.person_id)
        return {"actor": self.person_id, "now": self.now, "today": self.today, "standing_for": people}

    def units(self, role: Role) -> frozenset[int]:
        """The units in which this person sits on a seat of that role."""
        return self.seating.units_where(self.person_id, role)

    @cached_property
    def sees_district(self) -> bool:
        """Whether every reported problem is this person's business: 调度室, 督查考核办公室, 领导小组."""
        return any(self.units(role) for role in (Role.DISPATCHER, Role.SUPERVISOR, Role.CHIEF))

    @cached_property
    def groups(self) -> frozenset[int]:
        """The functional groups that this person leads or is in charge of."""
        return self.units(Role.GROUP_LEAD) | self.units(Role.LEADER)


def named_people(problem: Problem, cadres: Collection[int], assisting: Collection[int] = ()) -> NamedPeople:
    """The parts that are named with the problem, not seated; ``assisting``: who leads the groups that help."""
    return {
        Role.REPORTER: (problem.reporter_id,),
        Role.HANDLER: (problem.handler_id,) if problem.handler_id else (),
        Role.CADRE: tuple(cadres),
        Role.ASSIST: tuple(assisting),
    }


def leads_of(units: Collection[int], seating: Seating) -> tuple[int, ...]:
    """Leads and liaisons of these groups; their substitutes follow from these, as for all who are named."""
    held = [each for unit in units for each in seating.holders(Role.GROUP_LEAD, unit)]
    return tuple(dict.fromkeys(each.person_id for each in held if each.for_id is None))


def named_with_matter(matter: Matter, named: NamedPeople, seating: Seating) -> NamedPeople:
    """The same for one matter: those who assist in it, and whoever asked."""
    return {
        **named,
        Role.ASSIST: leads_of([matter.unit_id] if matter.unit_id else [], seating),
        Role.ASKER: (matter.opened_by_id,) if matter.opened_by_id else (),
    }


def roles_towards(person_id: int, problem: Problem, seating: Seating, named: NamedPeople) -> frozenset[Role]:
    """Every part a person plays towards a problem; a draft is nobody's business but its writer's."""
    if problem.phase == Phase.START:
        return frozenset({Role.REPORTER} if problem.reporter_id == person_id else ())
    return seating.roles_of(person_id, problem.group_id, named)


def turn_role(problem: Problem, seating: Seating, named: NamedPeople) -> Role | None:
    """The role that has the turn: the first of the state's that somebody holds."""
    return first_held(PROBLEM.state(problem.state).turn, problem, seating, named)


def first_held(turn: tuple[Role, ...], problem: Problem, seating: Seating, named: NamedPeople) -> Role | None:
    """The first of these roles that somebody holds towards a problem; the first of all when nobody holds any."""
    for role in turn:
        if role is Role.ENTERPRISE or named.get(role) or seating.holders(role, problem.group_id):
            return role
    return turn[0] if turn else None


def in_place_of(me: Standing, turn: tuple[Role, ...], problem: Problem, named: NamedPeople) -> str | None:
    """In whose place this person has the turn, by name; None where it is his own."""
    role = first_held(turn, problem, me.seating, named) if me.stands_in else None
    part = me.seating.played_for(me.person_id, role, problem.group_id, named) if role else None
    return part.for_name if part else None


def seated(problem: Problem, role: Role, seating: Seating) -> tuple[Sitter, ...]:
    """Who holds a seated role towards a problem."""
    return seating.holders(role, problem.group_id)


def ticking(row: ProblemClock, steps: Iterable[ClockStep] = ()) -> clocks.Ticking:
    """A clock's row with what happened to it, as the rules see it."""
    return clocks.Ticking(
        id=row.id,
        name=row.name,
        limit=Limit(row.amount, Unit(row.counted_in)),
        started_on=row.started_on,
        due_on=row.due_on,
        due_at=row.due_at,
        unspent=row.unspent,
        started_at=row.started_at,
        steps=tuple(map(as_step, steps)),
    )


def as_step(row: ClockStep) -> Step:
    """A step's row as the rules see it."""
    limit = Limit(row.amount, Unit(row.counted_in)) if row.amount and row.counted_in else None
    return Step(row.at, StepKind(row.kind), row.reason, row.by_name, row.until_on, limit)


EXTENDABLE = next(name for action in PROBLEM.actions for name in action.extends)
"""The clock whose limit can be extended."""


def case_of(
    problem: Problem,
    rows: Iterable[ProblemClock],
    workers: Collection[int] = (),
    *,
    matters: Iterable[Matter] = (),
    today: date | None = None,
) -> Case:
    """What the rules may know of a problem with all its clocks; ``today`` where a longer limit may be asked for."""
    rows = [row for row in rows if row.matter_id is None]
    at_work = [each for each in matters if each.phase == Phase.OPEN]
    since = [row for row in rows if row.ended and problem.assigned_at and row.started_at >= problem.assigned_at]
    return Case(
        state=problem.state or NEW,
        round=problem.round,
        has_group=problem.group_id is not None,
        difficulty=problem.difficulty,
        urgency=problem.urgency,
        objected=problem.objected,
        appealed=problem.appealed,
        unreached_calls=problem.unreached_calls,
        satisfaction=problem.satisfaction,
        answered=problem.answered,
        came_from=problem.came_from,
        closed_on=problem.closed_on,
        assigned_at=problem.assigned_at,
        workers=frozenset(workers),
        due_at={row.name: row.due_at for row in rows if not row.ended},
        finished=frozenset(row.name for row in since if row.ended == clocks.Ended.ANSWERED),
        ended=frozenset(row.name for row in since),
        open_tasks=sum(each.process == "assist" for each in at_work),
        open_request=any(each.process == "request" for each in at_work),
        **(_extendable(rows, today) if today else {}),
    )


def _extendable(rows: Iterable[ProblemClock], today: date) -> dict[str, Any]:
    """What a request for a longer limit is judged by."""
    row = next((each for each in rows if each.name == EXTENDABLE and not each.ended), None)
    if row is None or row.unspent is not None:
        return {}
    late = today > row.due_on
    return {
        "extended": row.extended,
        "days_left": -1 if late else calendar().between(today, row.due_on),
        "due_on": row.due_on,
        "latest_on": calendar().add(row.due_on, row.amount),
    }


def matter_case(matter: Matter | None, problem_case: Case) -> Case:
    """What the rules may know of a matter beside a problem; None for one that does not exist yet."""
    return replace(
        problem_case,
        state=matter.state if matter else NEW,
        beside=problem_case.state,
        kind=matter.kind if matter else None,
        asked_by=matter.opened_by_id if matter else None,
    )


def outlived(matter: Matter, problem: Problem) -> bool:
    """Whether a matter has lost its object: the problem has gone where it has no place, or to those who should help."""
    lives_in = PROCESSES[matter.process].lives_in[matter.kind]
    return problem.state not in lives_in or (matter.unit_id is not None and matter.unit_id == problem.group_id)


def lamp_of(problem: Problem, now: datetime) -> clocks.Lamp | None:
    """The lamp of a problem, from its own row; none for drafts, for other ends than 销号, and for a late 销号."""
    if problem.phase == Phase.CLOSED:
        return clocks.BLUE if problem.closing_number and not problem.closed_late else None
    if problem.due_on is None or problem.due_at is None:
        return None
    return clock_lamp(problem.due_on, problem.due_at, waiting=problem.waiting, now=now)


def clock_lamp(due_on: date, due_at: datetime, *, waiting: bool, now: datetime) -> clocks.Lamp:
    """The lamp of a clock that has started and not stopped, by the thresholds in force today."""
    days = calendar()
    policy = rules_on(days.day_of(now)).policy
    return clocks.lamp(
        due_on,
        due_at,
        waiting=waiting,
        now=now,
        calendar=days,
        soon_days=policy.soon_days,
        long_days=policy.long_days,
    )
