"""What somebody wants to declare, before it takes effect: the calendar it would make, and the clocks it would move."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from helpdesk.calendars import queries
from helpdesk.calendars.models import AMENDMENT, DISTRICT, NATIONAL
from helpdesk.calendars.queries import InForce
from helpdesk.clock import calendar
from helpdesk.problems.moves import Move, moves_under
from workflows.accounts import CountError
from workflows.arrangement import LONGEST_NAME, Complaint, Declared, Reading, day_words, doubt, error, judged
from workflows.calendar import ONE_DAY, SATURDAY, Calendar, EmptyCalendarError, Season
from workflows.day_tables import looks_like_csv, looks_like_json
from workflows.declared import read
from workflows.engine import NotNow

LONGEST_TITLE, LONGEST_NUMBER = 100, 40
LONGEST_TEXT, LONGEST_TABLE = 20_000, 100_000
MOST_DAYS = 31
"""A local closure of more days than a month is a slip of the pen."""
YEARS_LIKELY = (-1, 0, 1, 2)
"""A text that names no year is about last year, this, or one of the next two, if the weekdays fit only one."""


@dataclass(frozen=True)
class Proposal:
    """A declaration that does not hold yet."""

    kind: str
    title: str
    days: tuple[Declared, ...]
    year: int | None = None
    number: str | None = None
    published_on: date | None = None
    text: str | None = None

    @property
    def reason(self) -> str:
        """How the record names it: 国务院办公厅关于…的通知（国办发明电〔2026〕7号）."""
        return f"{self.title}（{self.number}）" if self.number else self.title

    def with_number(self, number: str) -> "Proposal":
        """The same under a number that its text does not say."""
        return replace(self, number=number)


@dataclass(frozen=True)
class Change:
    """A day that becomes another one."""

    day: Declared
    before: bool  # whether it was a working day
    dropped: bool = False  # it is no longer declared: an ordinary day again

    @property
    def differs(self) -> bool:
        """Whether days are counted otherwise from now on; else only its name or its notice is new."""
        return self.before is not self.day.working


@dataclass(frozen=True)
class Consequence:
    """What a proposal leads to: the calendar it makes, the days that change, the clocks that move, the years it settles."""

    calendar: Calendar
    changes: tuple[Change, ...]
    moves: tuple[Move, ...]
    settles: tuple[int, ...]  # years that are provisional now and will not be
    revision: int  # of the calendar it was reckoned from


# -- From what was entered to a proposal -------------------------------------------------------------------------------


def decoded(raw: bytes) -> str:
    """What a file says, in UTF-8 or as old Chinese programs save it; what cannot be read becomes question marks."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", errors="replace")


def understand(text: str, *, year: int | None, today: date) -> Reading:
    """What a pasted notice or a file says, read in the light of the calendar in force."""
    longest = LONGEST_TABLE if looks_like_csv(text) or looks_like_json(text) else LONGEST_TEXT
    if len(text) > longest:
        return Reading(None, (), (error(f"内容太长：最多 {longest} 个字，请只保留通知的正文"),))
    likely = [today.year + n for n in YEARS_LIKELY]
    return judged_whole(read(text, year=year, known=calendar(), likely=likely))


def judged_whole(reading: Reading) -> Reading:
    """The same with a doubt where a notice about a whole year leaves out a holiday."""
    if reading.covers_year or not reading.days or "部分节假日" not in reading.title:
        return reading
    missing = doubt(
        f"题目是全年的安排，但是没有写到{'、'.join(reading.missing)}；"
        f"确认后只登记写到的日子，{reading.year} 年仍然按“暂定”处理"
    )
    return replace(reading, complaints=(*reading.complaints, missing))


def proposal_of(reading: Reading, text: str) -> Proposal:
    """A notice of the State Council as it was understood: of a whole year, or of single days."""
    whole = reading.covers_year
    usual = f"国务院办公厅关于{reading.year}年部分节假日安排的通知" if whole else f"{reading.year}年放假安排的调整"
    return Proposal(
        kind=NATIONAL if whole else AMENDMENT,
        title=(reading.title or usual)[:LONGEST_TITLE],
        days=reading.days,
        year=reading.year if whole else None,
        number=(reading.number or "")[:LONGEST_NUMBER] or None,
        published_on=reading.published_on,
        text=text,
    )


def local_days(first: date, last: date, *, working: bool, name: str, today: date) -> Reading:
    """Days of the district, judged against the calendar in force."""
    if last < first or (last - first).days >= MOST_DAYS:
        wrong = "结束日期不能早于开始日期" if last < first else f"一次最多 {MOST_DAYS} 天"
        return Reading(None, (), (error(wrong),))
    days = [first + ONE_DAY * n for n in range((last - first).days + 1)]
    found = tuple(Declared(day, working, name[:LONGEST_NAME]) for day in days)
    return judged(Reading(None, found, tuple(_local_doubts(found, today))), calendar())


def _local_doubts(days: Sequence[Declared], today: date) -> Iterable[Complaint]:
    for each in days:
        if not each.working and each.on.weekday() >= SATURDAY and not calendar().is_working(each.on):
            yield doubt(f"{day_words(each.on)}本来就休息")
    if days and days[0].on < today:
        yield doubt("有的日子已经过去，已经逾期的环节也会重新计算")


def local_proposal(reading: Reading, *, name: str, number: str | None) -> Proposal:
    """A local closure, or a weekend that the district works."""
    verb = "上班" if reading.days[0].working else "放假"
    title = f"本区“{name}”{verb}的安排"
    return Proposal(DISTRICT, title[:LONGEST_TITLE], reading.days, number=number or None)


def entered_before(proposal: Proposal) -> bool:
    """Whether a declaration that says exactly this is in force already."""
    days = {each.on: (each.working, each.name) for each in proposal.days}
    return queries.find_same(proposal.kind, proposal.number, proposal.title, days) is not None


# -- What it would lead to ---------------------------------------------------------------------------------------------


def calendar_with(proposal: Proposal) -> Calendar:
    """The calendar in which this has been declared."""
    held = {each.day: each for each in queries.days_in_force(but_year=proposal.year)}
    for each in proposal.days:
        held[each.on] = InForce(
            each.on, each.working, each.name, None, proposal.kind, proposal.number or proposal.title
        )
    years = {*queries.national_years(), *((proposal.year,) if proposal.year else ())}
    return queries.calendar_of(held.values(), years, queries.seasons())


def consequence(proposal: Proposal, *, now: datetime) -> Consequence:
    """What would change; nothing is. NotNow when nobody could count days in such a calendar."""
    old, revision = calendar(), queries.revision()
    new = calendar_with(proposal)
    changes = [Change(each, old.is_working(each.on)) for each in proposal.days]
    dropped = sorted((day, mark.name) for day, mark in old.marks.items() if day not in new.marks)
    changes += [
        Change(Declared(day, new.is_working(day), name), old.is_working(day), dropped=True) for day, name in dropped
    ]
    return Consequence(new, tuple(changes), moves_in(new, now), _settled(old, new), revision)


def consequence_of_hours(hours: tuple[Season, ...], *, now: datetime) -> Consequence:
    """What other office hours would change."""
    new = replace(calendar(), seasons=hours)
    return Consequence(new, (), moves_in(new, now), (), queries.revision())


def moves_in(new: Calendar, now: datetime) -> tuple[Move, ...]:
    """The clocks that would move in that calendar; NotNow when nobody could count in it."""
    try:
        return tuple(moves_under(new, now=now))
    except (EmptyCalendarError, CountError) as failed:
        raise NotNow(f"这样的日历无法计算期限：{failed}") from failed


def _settled(old: Calendar, new: Calendar) -> tuple[int, ...]:
    return tuple(range(old.last_year + 1, new.last_year + 1))
