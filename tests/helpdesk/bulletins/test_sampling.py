"""The next bulletin tells what the samples found, by group; it stays as it was issued, and can be counted again."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.bulletins import queries
from helpdesk.bulletins.freezing import now_told
from helpdesk.bulletins.periods import Period, Span
from helpdesk.bulletins.reproducing import reproduce
from helpdesk.bulletins.text import sections
from helpdesk.closing import commands, sample_queries
from helpdesk.db import db
from helpdesk.figures.scope import Scope, district
from helpdesk.figures.tables import totals
from helpdesk.org.models import Duty, Post
from helpdesk.problems.marks import Mark
from helpdesk.problems.models import Problem
from tests.helpdesk.bulletins.conftest import SEPTEMBER, Weeks
from tests.marks import recounted, written
from tests.people import LONG_AGO
from workflows.sampling import Wanted

OCTOBER = Period(Span.CUSTOM, date(2026, 10, 1), date(2026, 10, 12))
CALLS: tuple[dict[str, str], ...] = (
    {"solved": "no", "answered": "yes", "contacted": "yes", "satisfaction": "dissatisfied"},
    {"solved": "yes", "answered": "yes", "contacted": "yes", "satisfaction": "satisfied"},
)


def closed(weeks: Weeks) -> list[Problem]:
    return list(db.session.scalars(select(Problem).where(Problem.state == "closed").order_by(Problem.id)))


def called(weeks: Weeks, answers: tuple[dict[str, str], ...] = CALLS) -> None:
    """Every closed one is drawn; as many are called as there are answers, the next one cannot be reached."""
    assert len(closed(weeks)) > len(answers), "too few closed problems: this history proves nothing"
    sample = commands.draw(
        "closed",
        date(2026, 9, 1),
        date(2026, 10, 12),
        Wanted(share=100),
        seed=7,
        by=weeks.actor("supervisor"),
        now=weeks.now,
    )
    drawn = sample_queries.items_of(sample.id)
    items = [each.id for each in drawn if each.on_record["satisfaction"] == "satisfied" and each.group_id]
    for key, said in zip(items, answers, strict=False):
        call(weeks, key, {"reached": "yes", **said})
    call(weeks, items[len(answers)], {"reached": "no"})


def call(weeks: Weeks, key: int, given: dict[str, Any]) -> None:
    commands.call(
        key, by=weeks.actor("stranger"), given=given | {"called_at": weeks.now, "note": "再次核实"}, now=weeks.now
    )


@pytest.fixture
def ended(weeks: Weeks) -> Weeks:
    """Those weeks with four problems more that were closed, and a colleague in the office who had no part in anything."""
    office = weeks.world.units["督查考核办公室"]
    db.session.add(Post(person_id=weeks.world.people["stranger"], unit_id=office, duty=Duty.MEMBER, from_on=LONG_AGO))
    db.session.commit()
    for _ in range(4):
        key = weeks.walker.to("handling")
        for name in ("respond", "submit", "approve", "evaluate", "close"):
            weeks.walker.do(key, name)
    return weeks


def words_of(key: int, weeks: Weeks) -> str:
    bulletin = queries.get(key)
    told = now_told(bulletin, weeks.now) if bulletin.issue is None else None
    values = told.values if told else {}
    found = [each for each in sections(bulletin.text, values) if str(each["heading"]).endswith("抽查情况")]
    return "".join(str(each["paragraphs"]) for each in found)


def test_a_bulletin_without_samples_has_no_such_section(weeks: Weeks) -> None:
    assert words_of(weeks.draft(), weeks) == ""


def test_it_tells_of_the_calls_of_its_days_by_group(ended: Weeks) -> None:
    called(ended)
    assert words_of(ended.draft(SEPTEMBER), ended) == "", "nobody was called in September"
    said = words_of(ended.draft(OCTOBER), ended)
    assert "联系上企业2 件次，与原记录不符1 件次，偏差率50%（样本少）（1/2）" in said
    assert "基础设施保障组偏差1 件次（1/2，50%（样本少））" in said


def test_the_figures_page_counts_the_same_with_its_rows(ended: Weeks) -> None:
    called(ended)
    row = totals(Scope(OCTOBER.first_on, OCTOBER.until_on, district(ended.now)))
    figure = row["deviation"]
    assert (figure.value, figure.numerator, figure.denominator, figure.few) == (50, 1, 2, True)
    assert figure.rows
    assert figure.part
    assert (figure.rows.values["kind"], figure.rows.size) == ("sampled", 2)
    assert (figure.part.values["kind"], figure.part.size) == ("deviated", 1)


def test_it_counts_for_the_group_that_had_the_problem_when_it_was_drawn(ended: Weeks) -> None:
    """Whoever reopens it and gives it to another group does not hand on the deviation."""
    called(ended)
    mark = db.session.scalars(select(Mark).where(Mark.kind == "deviated")).one()
    ended.walker.do(mark.problem_id, "reopen")
    ended.walker.do(mark.problem_id, "assign", group=ended.world.other_group_id)
    assert mark.group_id == ended.world.group_id
    assert written() == recounted()


def test_an_issued_one_is_reproduced_with_its_samples_and_keeps_them(ended: Weeks) -> None:
    called(ended)
    key = ended.issued(OCTOBER)
    issue = queries.issue_of(key)
    assert issue is not None
    assert issue.figures["totals"]["deviation"]["value"] == 50
    more = [item.id for item in sample_queries.items_of(1) if item.state == "drawn"]
    call(ended, more[0], {"reached": "yes", **CALLS[0]})
    report = reproduce(issue)
    assert report.differences == []
    assert issue.figures["totals"]["sampled"]["value"] == 2
