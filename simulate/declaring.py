"""The calendar notice in the middle: pasted as it was published, looked at, confirmed."""

from datetime import date, datetime

from helpdesk.calendars import commands, proposals
from helpdesk.clock import calendar
from helpdesk.errors import StaleError
from helpdesk.org.queries import find_by_username
from simulate.district import ADMINISTRATOR
from simulate.scenario import Scenario

DAYS = "一二三四五六日"


def notice(scenario: Scenario) -> str:
    """The text of the notice: the closed days are days off."""
    first, last = scenario.closed[0], scenario.closed[-1]
    days = _day(first) if first == last else f"{_day(first)}至{_day(last)}"
    return f"关于调整{first.year}年高温期间工作安排的通知\n{days}放假，共{len(scenario.closed)}天。"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日（周{DAYS[day.weekday()]}）"


def _proposal(scenario: Scenario, at: datetime) -> proposals.Proposal:
    text = notice(scenario)
    reading = proposals.understand(text, year=None, today=calendar().day_of(at))
    assert tuple(each.on for each in reading.days) == scenario.closed, reading
    return proposals.proposal_of(reading, text)


def look(scenario: Scenario, at: datetime) -> int:
    """What the administrator sees before he confirms; the revision he has seen."""
    return proposals.consequence(_proposal(scenario, at), now=at).revision


def publish(scenario: Scenario, at: datetime, revision: int) -> int:
    """Let the days take effect; how many clocks moved, 0 when he had confirmed this already."""
    try:
        by = find_by_username(ADMINISTRATOR)
        return len(commands.publish(_proposal(scenario, at), revision=revision, by=by, now=at).moves)
    except StaleError:
        return 0
