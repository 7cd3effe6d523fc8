"""Who holds a role: one table of seats, read in both directions (not what a role may do: that is in workflows)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from helpdesk.org.models import Duty, UnitKind
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
    """A person on a post today."""

    person_id: int
    name: str
    email: str | None
    unit_id: int
    unit: str
    kind: str
    duty: str


@dataclass(frozen=True)
class Seating:
    """All posts held today that can matter for handling problems."""

    sitters: tuple[Sitter, ...]
    by_seat: dict[tuple[str, str], list[Sitter]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for sitter in self.sitters:
            self.by_seat.setdefault((sitter.kind, sitter.duty), []).append(sitter)

    def holders(self, role: Role, group_id: int | None) -> tuple[Sitter, ...]:
        """Who holds a seated role towards a problem of that group; nobody when the role is not seated."""
        seat = SEATS.get(role)
        if seat is None:
            return ()
        found = [each for duty in seat.duties for each in self.by_seat.get((seat.kind, duty), ())]
        if seat.kind is UnitKind.GROUP:
            found = [each for each in found if each.unit_id == group_id]
        return tuple(found)

    def roles_of(self, person_id: int, group_id: int | None, named: Mapping[Role, Collection[int]]) -> frozenset[Role]:
        """Every role that person holds towards a problem of that group, where ``named`` people play parts too."""
        seated = {role for role in SEATS if any(s.person_id == person_id for s in self.holders(role, group_id))}
        return frozenset(seated | {role for role, people in named.items() if person_id in people})

    def units_where(self, person_id: int, role: Role) -> frozenset[int]:
        """The units in which that person sits on a seat of that role, whatever the problem."""
        seat = SEATS[role]
        return frozenset(
            each.unit_id
            for duty in seat.duties
            for each in self.by_seat.get((seat.kind, duty), ())
            if each.person_id == person_id
        )
