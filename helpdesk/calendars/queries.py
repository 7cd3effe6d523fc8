"""Reading declarations: what is in force on each day, the notices themselves, the office hours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, lazyload

from helpdesk.calendars.models import AMENDMENT, DISTRICT, NATIONAL, Declaration, DeclaredDay, OfficeHours
from helpdesk.clock import published_calendar
from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.org.models import AdminRole, Person
from helpdesk.problems.models import ProblemClock
from helpdesk.rules import RuleState
from workflows.calendar import ALL_YEAR, SATURDAY, Calendar, Mark, Season, Windows

__all__ = ["AMENDMENT", "DISTRICT", "NATIONAL"]

KEEPER = "system"
"""The administrators' duty with which the calendar goes: 系统管理员."""


@dataclass(frozen=True)
class InForce:
    """What holds for a declared day, and which declaration says so."""

    day: date
    working: bool
    name: str
    declaration_id: int | None  # None: not declared yet, only proposed
    kind: str
    source: str  # number, or title where there is none


def load_calendar() -> Calendar:
    """The calendar of all declarations, with the office hours."""
    return calendar_of(days_in_force(), national_years(), seasons())


def calendar_of(days: Iterable[InForce], years: Iterable[int], hours: tuple[Season, ...]) -> Calendar:
    """The calendar in which these days are declared; where no year is, that which comes with the program."""
    days, known = list(days), set(years)
    base = None if known else published_calendar()
    declared = {each.day for each in days}
    off = {each.day for each in days if not each.working and each.day.weekday() < SATURDAY}
    on = {each.day for each in days if each.working and each.day.weekday() >= SATURDAY}
    return Calendar(
        days_off=frozenset(off | ((base.days_off - declared) if base else set())),
        days_on=frozenset(on | ((base.days_on - declared) if base else set())),
        last_year=base.last_year if base else last_of_run(known),
        marks={each.day: Mark(each.working, each.name, each.source) for each in days},
        seasons=hours or ALL_YEAR,
    )


def last_of_run(years: set[int]) -> int:
    """The last of the years that follow one another without a gap."""
    year = min(years)
    while year + 1 in years:
        year += 1
    return year


def days_in_force(year: int | None = None, *, but_year: int | None = None) -> list[InForce]:
    """Every declared day as the newest declaration has it, by date; of a yearly notice only the newest counts at all.

    ``year``: only that year's days. ``but_year``: without the national notice of that year, which is to be replaced.
    """
    newest = select(func.max(Declaration.id)).where(Declaration.kind == NATIONAL).group_by(Declaration.year)
    if but_year is not None:
        newest = newest.where(Declaration.year != but_year)
    wanted = (
        select(
            DeclaredDay.day,
            DeclaredDay.working,
            DeclaredDay.name,
            Declaration.id,
            Declaration.kind,
            func.coalesce(Declaration.number, Declaration.title),
        )
        .join(Declaration, Declaration.id == DeclaredDay.declaration_id)
        .where((Declaration.kind != NATIONAL) | Declaration.id.in_(newest))
        .order_by(DeclaredDay.day, Declaration.id)
    )
    if year is not None:
        wanted = wanted.where(DeclaredDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return list({row[0]: InForce(*row) for row in db.session.execute(wanted)}.values())


def national_years() -> list[int]:
    """The years that a national notice arranges."""
    years = select(Declaration.year).where(Declaration.kind == NATIONAL, Declaration.year.is_not(None)).distinct()
    return sorted(year for year in db.session.scalars(years) if year)


def seasons() -> tuple[Season, ...]:
    """The office hours as the rules know them."""
    return tuple(
        Season((row.begins_month, row.begins_day), windows_of(row.windows), row.name) for row in office_hours()
    )


def windows_of(kept: Iterable[Iterable[str]]) -> Windows:
    """Spans of the clock as they are kept: [["08:30", "11:30"], …]; 24:00 is the midnight that ends the day."""
    return tuple((_time(begin), _time(end)) for begin, end in kept)


def _time(written: str) -> time:
    return time.min if written == "24:00" else time.fromisoformat(written)


def office_hours() -> list[OfficeHours]:
    """The seasons in the order in which they begin."""
    return list(db.session.scalars(select(OfficeHours).order_by(OfficeHours.begins_month, OfficeHours.begins_day)))


def declarations(kind: str | None = None, *, limit: int = 200) -> list[Declaration]:
    """Declarations, the newest first."""
    wanted = select(Declaration).order_by(Declaration.id.desc()).limit(limit)
    return list(db.session.scalars(wanted.where(Declaration.kind == kind) if kind else wanted))


def counted_days() -> dict[int, tuple[int, int]]:
    """Of every declaration how many days off and how many working days it names."""
    counts = select(DeclaredDay.declaration_id, DeclaredDay.working, func.count()).group_by(
        DeclaredDay.declaration_id, DeclaredDay.working
    )
    found: dict[int, tuple[int, int]] = {}
    for key, working, count in db.session.execute(counts):
        off, on = found.get(key, (0, 0))
        found[key] = (off, count) if working else (count, on)
    return found


def get_declaration(declaration_id: int) -> Declaration:
    """That declaration with its days; NotFoundError when there is none."""
    wanted = select(Declaration).where(Declaration.id == declaration_id).options(joinedload(Declaration.days))
    if (found := db.session.scalars(wanted).unique().one_or_none()) is None:
        raise NotFoundError("没有找到这份放假安排")
    return found


def find_same(kind: str, number: str | None, title: str, days: Mapping[date, tuple[bool, str]]) -> Declaration | None:
    """A declaration that says exactly this and still counts, or None."""
    wanted = select(Declaration).where(Declaration.kind == kind, Declaration.title == title)
    wanted = wanted.options(joinedload(Declaration.days)).order_by(Declaration.id.desc())
    for each in db.session.scalars(wanted).unique():
        if each.number == number and {day.day: (day.working, day.name) for day in each.days} == days:
            in_force = {day.declaration_id for day in days_in_force() if day.day in days}
            return each if in_force == {each.id} else None
    return None


def newest_declaration() -> Declaration | None:
    """The declaration that was entered last."""
    return db.session.scalars(select(Declaration).order_by(Declaration.id.desc()).limit(1)).first()


def revision() -> int:
    """The calendar's revision."""
    return int(db.session.scalar(select(RuleState.calendar_revision)) or 0)


def lock_revision() -> int:
    """The calendar's revision, whose row stays locked until the transaction ends: only one may change it at a time."""
    row = db.session.get(RuleState, 1, with_for_update=True, populate_existing=True)
    return row.calendar_revision if row else 0


def provisional_clocks() -> int:
    """How many running clocks have a due day beyond the last known year."""
    wanted = select(func.count()).select_from(ProblemClock)
    running = (ProblemClock.stopped_at.is_(None), ProblemClock.unspent.is_(None), ProblemClock.provisional)
    return int(db.session.scalar(wanted.where(*running)) or 0)


def keepers() -> list[Person]:
    """Everybody who keeps the calendar."""
    holders = select(Person).where(Person.active, Person.roles.any(AdminRole.name == KEEPER))
    return list(db.session.scalars(holders.options(lazyload(Person.roles)).order_by(Person.id)))
