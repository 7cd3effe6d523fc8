"""From rows to what the rules know of them: cases, ticking clocks, and who plays which part."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from helpdesk.clock import calendar
from helpdesk.org.roles import Seating, Sitter
from helpdesk.problems.models import Problem, ProblemClock
from workflows import clocks
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


def named_people(problem: Problem, cadres: Collection[int]) -> NamedPeople:
    """The parts that are named with the problem, not seated."""
    return {
        Role.REPORTER: (problem.reporter_id,),
        Role.HANDLER: (problem.handler_id,) if problem.handler_id else (),
        Role.CADRE: tuple(cadres),
    }


def roles_towards(person_id: int, problem: Problem, seating: Seating, named: NamedPeople) -> frozenset[Role]:
    """Every part a person plays towards a problem; a draft is nobody's business but its writer's."""
    if problem.phase == Phase.START:
        return frozenset({Role.REPORTER} if problem.reporter_id == person_id else ())
    return seating.roles_of(person_id, problem.group_id, named)


def turn_role(problem: Problem, seating: Seating, named: NamedPeople) -> Role | None:
    """The role that has the turn: the first of the state's that somebody holds."""
    turn = PROBLEM.state(problem.state).turn
    for role in turn:
        if role is Role.ENTERPRISE or named.get(role) or seating.holders(role, problem.group_id):
            return role
    return turn[0] if turn else None


def seated(problem: Problem, role: Role, seating: Seating) -> tuple[Sitter, ...]:
    """Who holds a seated role towards a problem."""
    return seating.holders(role, problem.group_id)


def ticking(row: ProblemClock) -> clocks.Ticking:
    """A clock's row as the rules see it."""
    return clocks.Ticking(
        id=row.id,
        name=row.name,
        limit=Limit(row.amount, Unit(row.counted_in)),
        started_on=row.started_on,
        due_on=row.due_on,
        due_at=row.due_at,
        unspent=row.unspent,
    )


def case_of(problem: Problem, rows: Iterable[ProblemClock], workers: Collection[int] = ()) -> Case:
    """What the rules may know of a problem with all its clocks."""
    rows = list(rows)
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
        came_from=problem.came_from,
        closed_on=problem.closed_on,
        assigned_at=problem.assigned_at,
        workers=frozenset(workers),
        due_at={row.name: row.due_at for row in rows if not row.ended},
        finished=frozenset(row.name for row in since if row.ended == clocks.Ended.ANSWERED),
        ended=frozenset(row.name for row in since),
    )


def lamp_of(problem: Problem, now: datetime) -> clocks.Lamp | None:
    """The lamp of a problem, from its own row; none for drafts, for other ends than 销号, and for a late 销号."""
    if problem.phase == Phase.CLOSED:
        return clocks.BLUE if problem.closing_number and not problem.closed_late else None
    if problem.due_on is None or problem.due_at is None:
        return None
    return clocks.lamp(problem.due_on, problem.due_at, waiting=problem.waiting, now=now, calendar=calendar())
