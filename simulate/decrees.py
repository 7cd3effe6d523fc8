"""What the offices decide in the middle of the year: a calendar notice, another version of the rules, re-timing by it.

Each is told beforehand by what it is based on, so that a second try, after the server has died, does nothing again.
"""

from dataclasses import replace
from datetime import date, datetime

from helpdesk.calendars import commands, proposals
from helpdesk.clock import calendar
from helpdesk.errors import StaleError
from helpdesk.org.queries import find_by_username
from helpdesk.policies import commands as rules
from simulate.district import ADMINISTRATOR, KEEPER_OF_THE_RULES
from simulate.scenario import Scenario
from workflows.engine import NotNow
from workflows.policy import SHIPPED, Policy
from workflows.terms import Limit, Milestone

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


def look_at_the_calendar(scenario: Scenario, at: datetime) -> int:
    """What the administrator sees before he confirms; the revision he has seen."""
    return proposals.consequence(_proposal(scenario, at), now=at).revision


def declare(scenario: Scenario, at: datetime, revision: int) -> int:
    """Let the days take effect; how many clocks moved, 0 when he had confirmed this already."""
    try:
        by = find_by_username(ADMINISTRATOR)
        return len(commands.publish(_proposal(scenario, at), revision=revision, by=by, now=at).moves)
    except StaleError:
        return 0


# -- Another version of the rules --------------------------------------------------------------------------------------

OTHER_DAYS = {-3: -2, 5: 4}
"""Reminders come later and 督办 sooner than in the rules as they are shipped."""
OTHER_LIMITS = {"close": Limit(2), "call_back": Limit(4)}


def other_rules() -> Policy:
    """The version that is published."""
    ladders = {name: tuple(map(_moved, marks)) for name, marks in SHIPPED.ladders.items()}
    return replace(SHIPPED, name="13710 修订", limits={**SHIPPED.limits, **OTHER_LIMITS}, ladders=ladders)


def _moved(mark: Milestone) -> Milestone:
    return replace(mark, days=OTHER_DAYS.get(mark.days, mark.days))


def draft_rules(at: datetime) -> int:
    """A draft of that version; its key."""
    return rules.begin_draft(other_rules(), by=find_by_username(KEEPER_OF_THE_RULES), now=at)


def publish_rules(at: datetime, draft: int, effective_on: date) -> bool:
    """Publish it; False when it had been published already."""
    approval = rules.Approval(effective_on, "区领导小组", "会议纪要〔2026〕3号")
    try:
        rules.publish(draft, approval, version=1, by=find_by_username(KEEPER_OF_THE_RULES), now=at)
    except NotNow as refused:
        if refused.message != rules.EDITED:
            raise
        return False
    return True


def retime(at: datetime) -> int:
    """Running clocks get the limits of the version in force; how many moved."""
    return len(rules.retime(by=find_by_username(KEEPER_OF_THE_RULES), now=at))
