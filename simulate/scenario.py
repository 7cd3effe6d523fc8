"""What is simulated: how many people and problems, which days, when the mail server fails and when everything stands."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from helpdesk.clock import published_calendar

ONE_DAY = timedelta(days=1)
TIDIES = time(2, 10)
DECIDES = time(11, 45)
NOON = time(10, 0)  # the one look into the outbox on a day off
TAIL = 6  # natural days at the end on which nobody acts: what is under way arrives


class Mood(StrEnum):
    """How the mail server is."""

    WELL = "well"
    DOWN = "down"  # refuses connections
    SILENT = "silent"  # takes them and never answers
    REFUSING = "refusing"  # takes no mail from anybody: 451
    BUSY = "busy"  # 450 for every second reader


class Doing(StrEnum):
    """What happens at a moment of the timetable."""

    SWEEP = "sweep"
    POST = "post"
    ACT = "act"  # people act, and the post runs beside them
    DECLARE = "declare"  # the administrator publishes a calendar notice
    AMEND = "amend"  # another version of the rules is published
    RETIME = "retime"  # running clocks are re-timed by it
    TIDY = "tidy"  # the day's housekeeping


@dataclass(frozen=True)
class Step:
    """One moment of the timetable."""

    at: datetime
    doing: Doing
    slot: int = 0

    @property
    def day(self) -> date:
        """The local date."""
        return published_calendar().day_of(self.at)


@dataclass(frozen=True)
class Outage:
    """The mail server is in a mood from a day to a day, both included."""

    from_on: date
    until_on: date
    mood: Mood


@dataclass(frozen=True)
class Absence:
    """Somebody is away and has named a substitute; both by their places in the district."""

    who: str
    substitute: str
    from_on: date
    until_on: date


@dataclass(frozen=True)
class Scenario:
    """All that is decided beforehand: what people do follows from ``seed``, who dies when from ``fault_seed`` too."""

    seed: int
    first_on: date
    working_days: int
    problems: int
    groups: int
    handlers: int  # of each group, apart from its lead
    liaisons: int  # groups that have a liaison as well
    dispatchers: int
    supervisors: int
    leaders: int
    chiefs: int
    reporters: int
    enterprises: int
    kills_a_day: float
    slots: tuple[time, ...]  # people act within an hour of these local times of a working day
    sweeps: tuple[time, ...]
    posts: tuple[time, ...]
    haste: float  # how much more eager people are than usual, where the slots are few
    outages: tuple[Outage, ...]
    standstill: tuple[date, date]  # the first and the last day
    absences: tuple[Absence, ...] = ()
    closed: tuple[date, ...] = ()  # days that a notice in the middle declares off
    declared_on: date | None = None  # the day of that notice
    amended_on: date | None = None  # the day on which another version of the rules is published
    amended_from: date | None = None  # from when it holds
    retimed_on: date | None = None
    fault_seed: int = 0

    @property
    def people(self) -> int:
        """How many people there are."""
        in_groups = self.groups * (1 + self.handlers) + self.liaisons
        return in_groups + self.dispatchers + self.supervisors + self.leaders + self.chiefs + self.reporters

    def is_standing_still(self, day: date) -> bool:
        """Whether that day belongs to the standstill."""
        return self.standstill[0] <= day <= self.standstill[1]

    def mood_on(self, day: date) -> Mood:
        """How the mail server of the faulty run is on that day."""
        return next((each.mood for each in self.outages if each.from_on <= day <= each.until_on), Mood.WELL)

    def is_working(self, day: date) -> bool:
        """Whether people work on that day."""
        return day not in self.closed and published_calendar().is_working(day)

    def days(self) -> Iterator[date]:
        """Every day of the simulation without its tail."""
        day, left = self.first_on, self.working_days
        while left:
            yield day
            left -= self.is_working(day)
            day += ONE_DAY

    def acting_days(self) -> list[date]:
        """The days on which people act."""
        return [day for day in self.days() if self.is_working(day) and not self.is_standing_still(day)]

    def timetable(self) -> Iterator[Step]:
        """Everything in its order."""
        days = list(self.days())
        for day in days:
            yield from self._day(day, acting=self.is_working(day) and not self.is_standing_still(day))
        for number in range(1, TAIL + 1):
            yield from self._day(days[-1] + ONE_DAY * number, acting=False)

    def _day(self, day: date, *, acting: bool) -> Iterator[Step]:
        steps = [Step(moment(day, at), Doing.SWEEP) for at in self.sweeps]
        posts = self.posts if self.is_working(day) else (NOON,)
        steps += [Step(moment(day, at), Doing.POST) for at in posts]
        steps.append(Step(moment(day, TIDIES), Doing.TIDY))
        if acting:
            steps += [Step(moment(day, at), Doing.ACT, slot) for slot, at in enumerate(self.slots)]
        decided = {Doing.DECLARE: self.declared_on, Doing.AMEND: self.amended_on, Doing.RETIME: self.retimed_on}
        steps += [Step(moment(day, DECIDES), doing) for doing, on in decided.items() if on == day]
        return iter(sorted(steps, key=lambda step: step.at))


def moment(day: date, at: time) -> datetime:
    """That local time of that day."""
    return published_calendar().at(day, at)


def year(seed: int) -> Scenario:
    """The whole: 250 working days, 2,000 problems, 60 people."""
    return Scenario(
        seed=seed,
        first_on=date(2026, 1, 5),
        working_days=250,
        problems=2_000,
        groups=7,
        handlers=3,
        liaisons=7,
        dispatchers=4,
        supervisors=4,
        leaders=3,
        chiefs=2,
        reporters=12,
        enterprises=120,
        kills_a_day=6,
        slots=(time(9, 0), time(10, 30), time(14, 0), time(15, 30)),
        sweeps=(time(0, 1), time(12, 30), time(17, 45)),
        posts=(time(8, 31), time(12, 31), time(17, 10)),
        haste=1,
        outages=(
            Outage(date(2026, 2, 3), date(2026, 2, 4), Mood.DOWN),
            Outage(date(2026, 4, 14), date(2026, 4, 14), Mood.SILENT),
            Outage(date(2026, 5, 20), date(2026, 5, 21), Mood.REFUSING),
            Outage(date(2026, 8, 11), date(2026, 8, 11), Mood.BUSY),
            Outage(date(2026, 11, 2), date(2026, 11, 6), Mood.DOWN),
        ),
        standstill=(date(2026, 9, 7), date(2026, 9, 27)),
        absences=(
            Absence("g1.lead", "g1.h1", date(2026, 3, 9), date(2026, 3, 20)),
            Absence("g2.h1", "g2.h2", date(2026, 4, 20), date(2026, 5, 15)),
            Absence("dispatch.0", "dispatch.1", date(2026, 6, 8), date(2026, 6, 19)),
            Absence("leader.0", "leader.1", date(2026, 7, 27), date(2026, 8, 14)),
            Absence("supervision.1", "supervision.2", date(2026, 10, 12), date(2026, 10, 23)),
            Absence("g4.lead", "g4.liaison", date(2026, 8, 24), date(2026, 10, 16)),
        ),
        closed=(date(2026, 7, 20), date(2026, 7, 21), date(2026, 7, 22)),
        declared_on=date(2026, 7, 13),
        amended_on=date(2026, 9, 3),
        amended_from=date(2026, 9, 16),
        retimed_on=date(2026, 9, 29),
    )


def month(seed: int) -> Scenario:
    """The short version for every test run; a spring festival with its working weekends lies within."""
    return Scenario(
        seed=seed,
        first_on=date(2026, 1, 28),
        working_days=25,
        problems=40,
        groups=2,
        handlers=2,
        liaisons=0,
        dispatchers=2,
        supervisors=2,
        leaders=1,
        chiefs=1,
        reporters=2,
        enterprises=10,
        kills_a_day=3,
        slots=(time(9, 0), time(14, 30)),
        sweeps=(time(0, 1), time(17, 45)),
        posts=(time(8, 31), time(17, 10)),
        haste=1.8,
        outages=(Outage(date(2026, 2, 10), date(2026, 2, 10), Mood.DOWN),),
        standstill=(date(2026, 2, 25), date(2026, 2, 28)),
        absences=(Absence("g1.lead", "g1.h1", date(2026, 2, 9), date(2026, 2, 13)),),
        closed=(date(2026, 3, 5),),
        declared_on=date(2026, 2, 11),
        amended_on=date(2026, 2, 24),
        amended_from=date(2026, 2, 26),
        retimed_on=date(2026, 3, 3),
    )
