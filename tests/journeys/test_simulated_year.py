"""A month lived with kills, outages, a standstill and a calendar notice ends in the ledger of one without faults."""

from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from helpdesk.notices.models import DROPPED, SENT, WAITING
from simulate import report
from simulate.comparing import compare
from simulate.faults import Faults
from simulate.ledger import Ledger, Line
from simulate.running import Outcome, simulate
from simulate.scenario import Doing, Mood, Scenario, month, year
from tests import databases

SEED = 7
FATES = 2
"""So many runs with the same people and other deaths."""


@pytest.mark.postgresql
@pytest.mark.smtp
def test_nothing_is_lost_and_nothing_doubled_whoever_dies() -> None:
    """One test for all fates: the month without faults, which they are compared with, is lived once, beside them."""
    with ExitStack() as stack:
        without, *with_faults = (stack.enter_context(databases.fresh("postgresql")) for _ in range(1 + FATES))
        outcomes = simulate(month(SEED), without, with_faults)
    for outcome in outcomes:
        assert outcome.comparison.wrong == [], report.words(outcome)
        _faults_happened(outcome)


def _faults_happened(outcome: Outcome) -> None:
    kills, counts = outcome.faulty["kills"], outcome.faulty["counts"]
    assert min(kills["do"], kills["sweep"], kills["post"]) > 0, "somebody has died at every kind of work"
    assert counts["mail server trouble"], "the mail server has failed"
    assert counts["moved clocks"], "the calendar notice has moved due days"
    assert counts["clicked twice"], "somebody has clicked twice"
    assert outcome.comparison.lapsed_reminders, "reminders of the standstill have lapsed"
    assert outcome.faulty["ledger"].escalations, "somebody was late"


# -- The plan of it ----------------------------------------------------------------------------------------------------


def test_the_whole_year_has_250_working_days_2000_problems_and_60_people() -> None:
    whole = year(1)
    assert sum(map(whole.is_working, whole.days())) == 250
    assert (whole.problems, whole.people) == (2_000, 60)
    assert {each.mood for each in whole.outages} == set(Mood) - {Mood.WELL}
    assert (whole.standstill[1] - whole.standstill[0]).days + 1 == 21


@pytest.mark.parametrize("scenario", [month(1), year(1)])
def test_nobody_acts_in_the_standstill_or_on_days_off_and_the_scheduler_never_rests(scenario: Scenario) -> None:
    steps = list(scenario.timetable())
    acting = {step.day for step in steps if step.doing is Doing.ACT}
    swept = {step.day for step in steps if step.doing is Doing.SWEEP}
    assert not any(scenario.is_standing_still(day) or not scenario.is_working(day) for day in acting)
    assert swept >= set(scenario.days())
    assert [step.at for step in steps] == sorted(step.at for step in steps)


def test_without_harm_nobody_dies() -> None:
    spared = Faults(month(1), harm=False)
    spared.new_day(date(2026, 1, 28))
    assert {spared.doom("do") for _ in range(1_000)} == {None}


# -- What would be found -----------------------------------------------------------------------------------------------

CLOCK: Line = ("第0001号", "sign", 1, "2026-02-03 01:00:00", None)
STRIKE: Line = (*CLOCK, "overdue", "2026-02-04", "2026-02-05")
TOLD: Line = ("第0001号", "overdue", "g1.lead", "group_lead", ("strike", *CLOCK, ".overdue.260204"))
RECORDED: Line = ("第0001号", "sign", "催办通知书", "2026-02-05")
MAIL = "<notice-1@example.org>"


def lived(**changed: Any) -> dict[str, Any]:
    """What a run leaves behind in which one clock was overdue and one person told."""
    facts: dict[str, Any] = {
        "sections": {"strikes": Counter([STRIKE])},
        "recorded": Counter([RECORDED]),
        "told": Counter([RECORDED]),
        "notices": {TOLD: (SENT, MAIL)},
        "lapsed": {STRIKE: False},
        "claimed": 0,
        "escalations": 1,
    }
    facts |= {name: value for name, value in changed.items() if name in facts}
    return {
        "ledger": Ledger(**facts),
        "unnoted": changed.get("unnoted", 0),
        "mails": changed.get("mails", Counter([MAIL])),
    }


def late_alarm(run: dict[str, Any]) -> dict[str, Any]:
    """The same run, whose standstill was noticed."""
    run["ledger"].notices[("", "sweep_late", "administrator", "message", "l1")] = (SENT, MAIL)
    return run


def wrong(**changed: Any) -> list[str]:
    """What is complained of when the run with faults is otherwise."""
    scenario = replace(month(1), standstill=(date(2026, 3, 1), date(2026, 3, 4)))
    return compare(scenario, lived(), late_alarm(lived(**changed))).wrong


def test_two_equal_runs_give_no_cause_for_complaint() -> None:
    assert wrong() == []


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"sections": {"strikes": Counter()}}, "strikes, lost"),
        ({"sections": {"strikes": Counter([STRIKE, STRIKE])}}, "strikes, not in the run without faults"),
        ({"recorded": Counter()}, "milestones in the timeline, lost"),
        ({"recorded": Counter([RECORDED, RECORDED])}, "milestones in the timeline, not in"),
        ({"lapsed": {STRIKE: True}}, "lapsed outside the standstill"),
        ({"notices": {}}, "notices, lost"),
        ({"notices": {TOLD: (SENT, MAIL), (*TOLD[:2], "g2.lead", *TOLD[3:]): (SENT, MAIL)}}, "notices, not in"),
        ({"notices": {TOLD: (WAITING, "")}}, "still waiting"),
        ({"claimed": 1}, "still claimed"),
        ({"mails": Counter()}, "never reached the mail server"),
        ({"mails": Counter({MAIL: 2})}, "1 mails were repeated, 0 had not been noted"),
    ],
)
def test_what_is_lost_doubled_or_left_undone_is_complained_of(changed: dict[str, Any], complaint: str) -> None:
    assert any(complaint in words for words in wrong(**changed)), wrong(**changed)


def test_a_mail_may_come_twice_where_a_post_died_and_late_ones_may_be_dropped() -> None:
    assert wrong(mails=Counter({MAIL: 2}), unnoted=1) == []
    assert wrong(notices={TOLD: (DROPPED, "")}, mails=Counter([MAIL])) == []


def test_a_standstill_that_nobody_noticed_is_complained_of() -> None:
    assert any("alarms" in words for words in compare(month(1), lived(), lived()).wrong)
