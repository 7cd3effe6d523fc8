"""What a line of a list says in words: its lamp, how late it is, who answers for it today, what comes next."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from helpdesk.clock import calendar, local
from helpdesk.org.queries import groups
from helpdesk.org.roles import Sitter
from helpdesk.problems.cases import Standing, clock_lamp, lamp_of
from helpdesk.rules import rules_on
from workflows.book import CLOCKS
from workflows.clocks import Lamp, strike_day
from workflows.problem import PROBLEM
from workflows.roles import LABELS, Role, Whose
from workflows.terms import Phase

LAMP_WORDS = {"green": "绿", "yellow": "黄", "red": "红", "purple": "紫", "grey": "灰", "blue": "蓝"}
BY_OFFICE = frozenset({Role.DISPATCHER, Role.SUPERVISOR})
"""Whoever is on duty there does it; nobody in it answers by name."""


@dataclass(frozen=True)
class Reading:
    """Somebody reads a list at some moment. Days repeat from line to line, so what is counted once is kept."""

    me: Standing
    _kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def today(self) -> date:
        """The local date."""
        return self.me.today

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """The functional groups as choices: key and name; asked once."""
        if "groups" not in self._kept:
            self._kept["groups"] = tuple((str(unit.id), unit.name) for unit in groups(of_all_times=True))
        found: tuple[tuple[str, str], ...] = self._kept["groups"]
        return found

    def lamp(self, line: Any) -> Lamp | None:
        """The lamp of a problem's line."""
        key = ("lamp", line.phase, line.due_at, line.waiting, line.closing_number is None, line.closed_late)
        if key not in self._kept:
            self._kept[key] = lamp_of(line, self.me.now)
        found: Lamp | None = self._kept[key]
        return found

    def clock_lamp(self, line: Any) -> Lamp:
        """The lamp of a running clock's line."""
        key = ("clock", line.due_on, line.due_at)
        if key not in self._kept:
            self._kept[key] = clock_lamp(line.due_on, line.due_at, waiting=False, now=self.me.now)
        found: Lamp = self._kept[key]
        return found

    def late_days(self, due_on: date) -> int:
        """How many working days have passed since a due day; 0 on the day itself."""
        key = ("late", due_on)
        if key not in self._kept:
            self._kept[key] = max(calendar().between(due_on, self.today), 0)
        days: int = self._kept[key]
        return days

    def next_step(self, clock: str, due_on: date) -> str:
        """The next milestone of a running clock with its day: 一级督办 11月30日."""
        key = ("next", clock, due_on)
        if key not in self._kept:
            self._kept[key] = self._next_step(clock, due_on)
        words: str = self._kept[key]
        return words

    def _next_step(self, clock: str, due_on: date) -> str:
        marks = rules_on(self.today).clock(clock).milestones
        days = sorted(((strike_day(mark, due_on, calendar()), mark.label) for mark in marks), key=lambda pair: pair[0])
        ahead = next(((day, label) for day, label in days if day > self.today), None)
        if ahead:
            return f"{ahead[1]} {short_day(ahead[0], self.today)}"
        return f"已到{days[-1][1]}" if days else ""

    def answering(self, line: Any) -> str:
        """Who answers for a clock today: a person by name, or the role where a whole office does."""
        owner = CLOCKS[line.clock].owner
        if owner is Whose.TURN:
            return self.turn(line)
        role = Role(owner)
        if role is Role.ASSIST:
            return self.seated(Role.GROUP_LEAD, line.unit_id)
        if role is Role.REPORTER:
            return str(line.reporter)
        if role is Role.ENTERPRISE:
            return str(line.enterprise)
        if role is Role.HANDLER and line.handler:
            return str(line.handler)
        return self.seated(Role.GROUP_LEAD if role is Role.HANDLER else role, line.group_id)

    def turn(self, line: Any) -> str:
        """Who has the turn: the first of the state's roles that somebody holds."""
        roles = PROBLEM.state(line.state).turn
        named = {Role.REPORTER: line.reporter, Role.HANDLER: line.handler, Role.ENTERPRISE: line.enterprise}
        for role in roles:
            if words := named[role] if role in named else self.seated(role, line.group_id):
                return str(words)
        return LABELS[roles[0]] if roles else ""

    def seated(self, role: Role, group_id: int | None) -> str:
        """The names on the seats of a role, or the office where nobody answers by name; "" when nobody sits there."""
        key = ("seated", role, group_id)
        if key not in self._kept:
            holders = self.me.seating.holders(role, group_id)
            names = (each.unit if role in BY_OFFICE else holder_name(each) for each in holders)
            self._kept[key] = "、".join(dict.fromkeys(names))
        words: str = self._kept[key]
        return words


def holder_name(sitter: Sitter) -> str:
    """李四; 李四（代王五） for a substitute."""
    return f"{sitter.name}（代{sitter.for_name}）" if sitter.for_name else sitter.name


def short_day(day: date, today: date) -> str:
    """11月30日; with the year when it is not this one."""
    return f"{'' if day.year == today.year else f'{day.year}年'}{day.month}月{day.day}日"


def short_moment(moment: datetime, today: date) -> str:
    """11月30日 09:05 in local time; with the year when it is not this one."""
    here = local(moment)
    return f"{short_day(here.date(), today)} {here:%H:%M}"


def lamp_in_words(lamp: Lamp | None) -> str:
    """红 逾期 3 个工作日; "" for no lamp."""
    return f"{LAMP_WORDS[lamp.colour]} {lamp.words}" if lamp else ""


# -- Cells -------------------------------------------------------------------------------------------------------------


def reported_on(line: Any, _: Reading) -> date | None:
    """The local day of the report."""
    return local(line.reported_at).date() if line.reported_at else None


def due_day(line: Any, _: Reading) -> date | None:
    """The due day of a problem; none where nothing runs."""
    day: date | None = line.due_on
    return None if line.phase == Phase.CLOSED or line.waiting else day


def due_words(value: date | None, line: Any, reading: Reading) -> str:
    """The day, and whether it may still move because next year's days off are not published."""
    return f"{short_day(value, reading.today)}{'（暂定）' if line.provisional else ''}" if value else ""


def state_words(value: str, line: Any, _: Reading) -> str:
    """On a page the round stands with the state, where it is not the first."""
    return f"{value}（第 {line.round} 轮）" if line.round > 1 else value


def assigned(line: Any, _: Reading) -> str:
    """The group that has a problem, and its handler."""
    return " ".join(each for each in (line.group, line.handler) if each)


def responsible(line: Any, reading: Reading) -> str:
    """The unit that answers for a clock, and who in it does today."""
    return " ".join(each for each in (line.unit, person(line, reading)) if each)


def person(line: Any, reading: Reading) -> str | None:
    """Who answers for a clock by name; none where a whole office does."""
    name = reading.answering(line)
    return name if name != line.unit else None
