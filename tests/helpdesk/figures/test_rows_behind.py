"""Every figure is as many as the rows behind it, and what a slow recount of the timelines finds."""

from collections.abc import Iterable
from datetime import date, timedelta
from math import ceil
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise, Pairing
from helpdesk.figures.scope import Dimension, Scope, district
from helpdesk.figures.tables import by, totals
from helpdesk.figures.terms import Behind, Row
from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.choosing import choose
from helpdesk.listings.queries import counted
from helpdesk.listings.showing import keys_of
from helpdesk.listings.words import Reading
from helpdesk.org.models import Unit, UnitKind
from helpdesk.problems import queries as problem_queries
from helpdesk.problems.cases import Standing
from helpdesk.problems.models import Entry, ProblemClock
from helpdesk.problems.recounting import Counted, marks_from
from helpdesk.problems.sweep import sweep
from tests import marks
from tests.people import LONG_AGO, District
from tests.walking import Walker
from tests.ways import wander
from workflows.fields import CATEGORIES

HURRIED = settings(
    max_examples=5,
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # a way that fails is told whole: making it shorter takes minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
TODAY = date(2026, 10, 15)
SEPTEMBER = (date(2026, 9, 1), date(2026, 9, 30))


def noon(day: date) -> Any:
    return calendar().at(day) + timedelta(hours=12)


def furnish(world: District) -> None:
    """A street, a second enterprise there, and cadres: one of the first, two of the second."""
    street = Unit(name="晨光街道", kind=UnitKind.STREET)
    second = Enterprise(
        name="示例二号食品有限公司", initials="seh", no_uscc_reason="演示", added_at=noon(LONG_AGO), street=street
    )
    db.session.add_all([street, second])
    db.session.flush()
    for part in ("reporter", "cadre"):
        db.session.add(Pairing(enterprise_id=second.id, person_id=world.people[part], from_on=LONG_AGO))
    world.units["晨光街道"] = street.id
    db.session.commit()


def live(draw: st.DataObject, walker: Walker, many: int = 3) -> None:
    """Some problems wander through September, at the one or the other enterprise."""
    if "晨光街道" not in walker.world.units:
        furnish(walker.world)
    enterprises = list(db.session.scalars(select(Enterprise.id).order_by(Enterprise.id)))
    for _ in range(many):
        walker.now = noon(date(2026, 8, 28) + timedelta(days=draw.draw(st.integers(0, 12), label="day")))
        walker.world.enterprise_id = draw.draw(st.sampled_from(enterprises), label="enterprise")
        wander(draw, walker, steps=10)
    sweep(noon(TODAY))


def rows_of(behind: Behind, me: Standing) -> int:
    """How many rows the list shows that the figure leads to."""
    listing, reading = LISTINGS[behind.listing], Reading(me)
    chosen = choose(listing, MultiDict(behind.values), reading)
    assert chosen.ignored == (), (behind, chosen.ignored)
    return counted(keys_of(listing, chosen, reading))


def check_rows(rows: Iterable[Row], me: Standing) -> int:
    """Every numerator and denominator; how many were looked at."""
    looked = 0
    for row in rows:
        for figure in row.figures.values():
            for behind in filter(None, (figure.rows, figure.part)):
                assert rows_of(behind, me) == behind.size, (row.label, figure.name, behind)
                looked += 1
            if figure.rows and figure.denominator is not None:
                assert figure.rows.size == figure.denominator
            if figure.part and figure.name != "satisfaction":
                assert figure.part.size == figure.numerator
    return looked


@HURRIED
@given(draw=st.data())
def test_every_figure_is_as_many_as_the_rows_it_leads_to(walker: Walker, draw: st.DataObject) -> None:
    live(draw, walker)
    me = district(noon(TODAY))
    dimension = draw.draw(st.sampled_from([None, *Dimension]), label="divided by")
    first, last = draw.draw(st.sampled_from([SEPTEMBER, (date(2026, 9, 7), TODAY)]), label="period")
    looked = check_rows(by(Scope(first, last, me), dimension), me)
    assert looked > 40 or dimension


# -- A slow recount ----------------------------------------------------------------------------------------------------


def timeline(scope: Scope) -> list[Counted]:
    """Every mark of every timeline, derived from the entries alone."""
    wanted = select(Entry).order_by(Entry.id)
    if scope.until_entry_id is not None:
        wanted = wanted.where(Entry.id <= scope.until_entry_id)
    known = {each.entry_id: each.due_on for each in marks.written() if each.kind == "extended"}
    return list(marks_from(list(db.session.scalars(wanted)), calendar=calendar(), put_off=known))


def lines_of(mark: Counted, dimension: Dimension | None, scope: Scope) -> list[Any]:
    """In which lines of a table a mark stands."""
    enterprise = db.session.get(Enterprise, mark.enterprise_id)
    assert enterprise
    pairs = db.session.query(Pairing).filter_by(enterprise_id=enterprise.id)
    simple = {
        None: "",
        Dimension.GROUP: mark.group_id,
        Dimension.UNIT: mark.unit_id,
        Dimension.CATEGORY: mark.category,
        Dimension.STREET: enterprise.street_id,
        Dimension.MONTH: f"{mark.day:%Y-%m}",
    }
    found = [pair.person_id for pair in pairs] or [None] if dimension is Dimension.CADRE else [simple[dimension]]
    return [str(each if each is not None else "none") for each in found]


def slowly(every: list[Counted], mine: list[Counted]) -> dict[str, Any]:
    """The figures of these marks by loops and lists; ``every``: all marks there are, to see what became of these."""
    of = {kind: [each for each in mine if each.kind == kind] for kind in {each.kind for each in mine}}
    answers, results, given_out = (of.get(kind, []) for kind in ("answered", "finished", "assigned"))

    def fate(mark: Counted, kinds: set[str]) -> str | None:
        later = [each for each in every if each.problem_id == mark.problem_id and each.entry_id > mark.entry_id]
        return next((each.kind for each in later if each.kind in kinds), None)

    ends = {"finished", "assigned", "reassigned", "excused", "merged", "withdrawn"}
    fates = [fate(each, ends) for each in given_out]
    rated = [each for each in fates if each in (None, "finished")]
    called = [each for each in results if fate(each, {"answered", "finished"}) == "answered"]
    days = sorted(each.days for each in results if each.days is not None)
    good = [each for each in answers if each.satisfaction == "satisfied"]
    fair = [each for each in answers if each.satisfaction == "fair"]
    heard = [each for each in answers if each.contacted == "yes"]
    solved = [each for each in answers if each.solved == "yes"]
    content = len(good) + 0.9 * len(fair)
    return {
        "finish_rate": per_cent(sum(each == "finished" for each in rated), len(rated)),
        "coverage": per_cent(len(called), len(results)),
        "response": per_cent(len(heard), len(answers)),
        "solution": per_cent(len(solved), len(answers)),
        "satisfaction": per_cent(content, len(answers)),
        "overall": round(100 * (0.1 * len(heard) + 0.5 * len(solved) + 0.4 * content) / len(answers), 1)
        if answers
        else None,
        "mean_days": round(sum(days) / len(days), 1) if days else None,
        "most_days": days[ceil(len(days) * 0.9) - 1] if days else None,
        "last_minute": sum(each.lead is not None and each.lead <= 3 for each in of.get("extended", [])),
        **{kind: len(of.get(kind, [])) for kind in ("reported", "objected", "excused", "extended", "redone", "urged")},
        "unreached": len(of.get("unreached", [])),
    }


def per_cent(part: float, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None


@HURRIED
@given(draw=st.data())
def test_every_figure_equals_a_slow_recount_of_the_timelines(walker: Walker, draw: st.DataObject) -> None:
    live(draw, walker)
    dimension = draw.draw(st.sampled_from([None, *Dimension]), label="divided by")
    newest = db.session.scalars(select(Entry.id).order_by(Entry.id.desc())).first() or 0
    until = draw.draw(st.sampled_from([None, newest - 7]), label="as of")
    scope = Scope(*SEPTEMBER, district(noon(TODAY)), until_entry_id=until)
    every = timeline(scope)
    mine = [each for each in every if SEPTEMBER[0] <= each.day <= SEPTEMBER[1]]
    found = {row.key: row for row in by(scope, dimension)}
    for key in {line for each in mine for line in lines_of(each, dimension, scope)}:
        own = [each for each in mine if key in lines_of(each, dimension, scope)]
        for name, value in slowly(every, own).items():
            assert found[key][name].value == value, (key, name)


@HURRIED
@given(draw=st.data())
def test_in_time_is_counted_of_the_very_clocks(walker: Walker, draw: st.DataObject) -> None:
    live(draw, walker)
    me = district(noon(TODAY))
    row = totals(Scope(SEPTEMBER[0], TODAY, me))
    legs = [each for each in db.session.scalars(select(ProblemClock)) if each.name != "evaluate"]
    ended = [each for each in legs if each.stopped_at and noon(SEPTEMBER[0]) - timedelta(hours=12) <= each.stopped_at]
    overdue = [each for each in legs if each.stopped_at is None and each.unspent is None and each.due_at <= me.now]
    late = [each for each in ended if each.late]
    void = [each for each in ended if not each.late and is_void(each)]
    good = len(ended) - len(late) - len(void)
    assert (row["in_time"].numerator, row["in_time"].denominator) == (good, good + len(late) + len(overdue))
    assert (row["late"].value, row["overdue"].value) == (len(late) + len(overdue), len(overdue))


def is_void(row: ProblemClock) -> bool:
    """It went elsewhere: handed over, or a first response that was left without being given."""
    return row.ended == "handed_over" or (row.ended == "left" and row.name == "respond")


# -- As of an entry ----------------------------------------------------------------------------------------------------


@HURRIED
@given(draw=st.data())
def test_figures_as_of_an_entry_stay_what_they_were_whatever_happens_later(walker: Walker, draw: st.DataObject) -> None:
    live(draw, walker, many=2)
    now = noon(TODAY)
    newest = db.session.scalars(select(Entry.id).order_by(Entry.id.desc())).first()
    scope = Scope(SEPTEMBER[0], TODAY, district(now), until_entry_id=newest)
    before = totals(scope)
    as_now = totals(Scope(SEPTEMBER[0], TODAY, district(now)))
    assert told(before) == told(as_now)
    walker.now = now + timedelta(hours=1)
    open_ones = [key for key in problem_keys() if problem_queries.clocks_of(key)]
    for key in open_ones:
        walker.now += timedelta(days=2)
        for action in ("assign", "sign", "respond", "submit", "approve", "evaluate", "close", "withdraw"):
            attempt(walker, key, action)
    sweep(walker.now)
    assert told(totals(scope)) == told(before)


def problem_keys() -> list[int]:
    return sorted({entry.problem_id for entry in db.session.scalars(select(Entry))})


def attempt(walker: Walker, key: int, action: str) -> None:
    from workflows.engine import Refused

    try:
        walker.do(key, action)
    except Refused:
        db.session.rollback()


def told(row: Row) -> dict[str, Any]:
    return {name: (each.value, each.numerator, each.denominator) for name, each in row.figures.items()}


@pytest.mark.parametrize("name", [name for name, _ in CATEGORIES][:1])
def test_a_scope_narrows_as_its_line_of_a_table_says(walker: Walker, name: str) -> None:
    for category in (name, "other"):
        walker.to("reported", category=category)
    me = district(noon(TODAY))
    rows = {row.key: row for row in by(Scope(*SEPTEMBER, me), Dimension.CATEGORY)}
    assert set(rows) == {name, "other"}
    assert told(rows[name]) == told(totals(Scope(*SEPTEMBER, me, category=name)))
