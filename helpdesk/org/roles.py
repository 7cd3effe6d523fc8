"""Who holds a role: one table of seats, read in both directions (not what a role may do: that is in workflows)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from helpdesk.org.models import Duty, UnitKind
from helpdesk.org.standing_in import StandIn, chained
from workflows.roles import Role

ANY_DUTY = (Duty.LEAD, Duty.LIAISON, Duty.HANDLER, Duty.MEMBER)


@dataclass(frozen=True)
class Seat:
    """A role goes with these duties in a unit of this kind; for groups only in the group that has the problem."""

    kind: UnitKind
    duties: tuple[Duty, ...]


SEATS: dict[Role, Seat] = {
    Role.DISPATCHER: Seat(UnitKind.DISPATCH, ANY_DUTY),
    Role.DISPATCH_LEAD: Seat(UnitKind.DISPATCH, (Duty.LEAD,)),
    Role.GROUP_LEAD: Seat(UnitKind.GROUP, (Duty.LEAD, Duty.LIAISON)),
    Role.LEADER: Seat(UnitKind.GROUP, (Duty.IN_CHARGE,)),
    Role.SUPERVISOR: Seat(UnitKind.SUPERVISION, ANY_DUTY),
    Role.CHIEF: Seat(UnitKind.LEADING_GROUP, ANY_DUTY),
}
"""REPORTER, HANDLER and CADRE are named with the problem, not seated."""


@dataclass(frozen=True, slots=True)
class Sitter:
    """A person on a post today, his own or that of somebody he stands in for (代)."""

    person_id: int
    name: str
    email: str | None
    unit_id: int
    unit: str
    kind: str
    duty: str
    for_id: int | None = None
    for_name: str | None = None


@dataclass(frozen=True)
class Seating:
    """All posts held today that can matter for handling problems, and who stands in for whom."""

    sitters: tuple[Sitter, ...]
    stand_ins: tuple[StandIn, ...] = ()
    by_seat: dict[tuple[str, str], list[Sitter]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for sitter in self.sitters:
            self.by_seat.setdefault((sitter.kind, sitter.duty), []).append(sitter)

    def holders(self, role: Role, group_id: int | None) -> tuple[Sitter, ...]:
        """Who holds a seated role towards a problem of that group, everybody once, substitutes last.

        Nobody when the role is not seated.
        """
        first: dict[int, Sitter] = {}
        for each in sorted(self._sitting(role, group_id), key=lambda sitter: sitter.for_id is not None):
            first.setdefault(each.person_id, each)
        return tuple(first.values())

    def _sitting(self, role: Role, group_id: int | None) -> list[Sitter]:
        seat = SEATS.get(role)
        if seat is None:
            return []
        found = [each for duty in seat.duties for each in self.by_seat.get((seat.kind, duty), ())]
        return [each for each in found if each.unit_id == group_id] if seat.kind is UnitKind.GROUP else found

    def roles_of(self, person_id: int, group_id: int | None, named: Mapping[Role, Collection[int]]) -> frozenset[Role]:
        """Every role that person holds towards a problem of that group, where ``named`` people play parts too.

        The roles of those whom he stands in for are his as well.
        """
        seated = {role for role in SEATS if any(s.person_id == person_id for s in self.holders(role, group_id))}
        himself = {person_id, *self.standing_for(person_id)}
        return frozenset(seated | {role for role, people in named.items() if not himself.isdisjoint(people)})

    def played_for(
        self, person_id: int, role: Role, group_id: int | None, named: Mapping[Role, Collection[int]]
    ) -> StandIn | None:
        """Whose substitute that person is when he acts in this role; None where the role is his own."""
        sitting = {each.for_id or each.person_id for each in self._sitting(role, group_id)}
        holders = set(named.get(role, ())) or sitting
        if person_id in holders:
            return None
        return next((each for each in self.stand_ins_of(person_id) if each.for_id in holders), None)

    def units_where(self, person_id: int, role: Role) -> frozenset[int]:
        """The units in which that person sits on a seat of that role, whatever the problem."""
        seat = SEATS[role]
        return frozenset(
            each.unit_id
            for duty in seat.duties
            for each in self.by_seat.get((seat.kind, duty), ())
            if each.person_id == person_id
        )

    # -- Substitutes ---------------------------------------------------------------------------------------------------

    def stand_ins_of(self, person_id: int | None) -> tuple[StandIn, ...]:
        """For whom that person stands in today, the nearest first."""
        return tuple(each for each in self.stand_ins if each.person_id == person_id)

    def standing_for(self, person_id: int | None) -> frozenset[int]:
        """The keys of those for whom that person stands in today; nobody for the enterprise and the clocks."""
        return frozenset(each.for_id for each in self.stand_ins_of(person_id))

    def stand_ins_for(self, person_id: int) -> tuple[StandIn, ...]:
        """Who stands in for that person today."""
        return tuple(each for each in self.stand_ins if each.for_id == person_id)

    def substitutes_of(self, person_id: int) -> tuple[int, ...]:
        """The keys of those who stand in for that person today."""
        return tuple(each.person_id for each in self.stand_ins_for(person_id))


def seated(sitters: Iterable[Sitter], named: Iterable[StandIn] = ()) -> Seating:
    """The seating of a day: every post with whoever holds it, and again with whoever stands in for him."""
    own, stand_ins = tuple(sitters), chained(named)
    posts: dict[int, list[Sitter]] = {}
    for sitter in own:
        posts.setdefault(sitter.person_id, []).append(sitter)
    extra = (_in_place_of(sitter, each) for each in stand_ins for sitter in posts.get(each.for_id, ()))
    return Seating((*own, *extra), stand_ins)


def _in_place_of(sitter: Sitter, stand_in: StandIn) -> Sitter:
    return replace(
        sitter,
        person_id=stand_in.person_id,
        name=stand_in.name,
        email=stand_in.email,
        for_id=stand_in.for_id,
        for_name=stand_in.for_name,
    )
