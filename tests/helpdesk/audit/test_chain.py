"""Rows are tied to one another: by themselves, many at once, from two processes, and alike on every database."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from helpdesk import chain
from helpdesk.audit.commands import record, record_apart
from helpdesk.audit.models import AuditEvent
from helpdesk.chain import GENESIS, hash_of
from helpdesk.db import begin_writing, db
from helpdesk.problems.models import Entry
from tests.walking import Walker

ENTRIES = Entry.__table__
NOW = datetime(2026, 11, 27, 1, 2, 3, 456789, tzinfo=UTC)


def chain_of(problem_id: int) -> list[Any]:
    rows = select(ENTRIES).where(ENTRIES.c.problem_id == problem_id).order_by(ENTRIES.c.id)
    return list(db.session.execute(rows).mappings())


def assert_whole(rows: list[Any], table: Any = ENTRIES) -> None:
    before = GENESIS
    for row in rows:
        assert row["prev_hash"] == before
        assert row["row_hash"] == hash_of(table, row)
        before = row["row_hash"]


def test_every_line_of_a_timeline_is_tied_to_the_one_before(walker: Walker) -> None:
    problem_id = walker.to("closed")
    rows = chain_of(problem_id)
    assert len(rows) == 3
    assert_whole(rows)


def test_each_problem_has_a_chain_of_its_own(walker: Walker) -> None:
    first, second = walker.to("assigned"), walker.to("handling")
    for rows in (chain_of(first), chain_of(second)):
        assert_whole(rows)


def line(problem_id: int, **facts: Any) -> dict[str, Any]:
    usual = {"problem_id": problem_id, "at": NOW, "action": "strike", "label": "提醒", "by_name": "系统"}
    usual |= {"source": "reported", "dest": "reported", "round": 1, "version": 1, "answers": []}
    return usual | facts


def test_many_lines_at_once_are_tied_also_several_of_one_problem(walker: Walker) -> None:
    first, second = walker.to("assigned"), walker.to("handling")
    begin_writing()
    written = chain.write(Entry, [line(key) for key in (first, second, first, first, second)])
    db.session.commit()
    assert written == sorted(written)
    assert_whole(chain_of(first))
    assert_whole(chain_of(second))
    assert chain_of(first)[-1]["internal"] is False, "what a column says by default is part of what was hashed"


def test_several_lines_of_one_flush_are_tied(walker: Walker) -> None:
    problem_id = walker.to("assigned")
    begin_writing()
    db.session.add_all([Entry(**line(problem_id, label=label)) for label in ("一", "二", "三")])
    db.session.commit()
    assert_whole(chain_of(problem_id))


def test_what_was_rolled_back_is_no_part_of_the_chain(walker: Walker) -> None:
    problem_id = walker.to("assigned")
    begin_writing()
    part = db.session.begin_nested()
    db.session.add_all([Entry(**line(problem_id, request_key="once")) for _ in range(2)])
    with pytest.raises(IntegrityError):
        db.session.flush()
    part.rollback()
    db.session.add(Entry(**line(problem_id)))
    db.session.commit()
    assert_whole(chain_of(problem_id))


def test_a_line_without_hashes_is_refused_by_the_database(walker: Walker) -> None:
    problem_id = walker.to("assigned")
    db.session.commit()
    columns = "problem_id, at, action, label, by_name, source, dest, round, version, answers, internal, works"
    forged = f"INSERT INTO entries ({columns}) SELECT {columns} FROM entries WHERE problem_id = {problem_id}"
    with pytest.raises(DatabaseError):
        db.session.execute(text(forged))
    db.session.rollback()


def test_two_lines_cannot_follow_the_same_line(walker: Walker) -> None:
    problem_id = walker.to("assigned")
    begin_writing()
    rows = [line(problem_id)]
    chain.tie(Entry, rows, {problem_id: chain_of(problem_id)[0]["row_hash"]})
    with pytest.raises(IntegrityError):
        db.session.execute(ENTRIES.insert(), rows)
    db.session.rollback()


# -- What is hashed ----------------------------------------------------------------------------------------------------

words = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
zones = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
moments = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=zones)


@pytest.fixture
def empty(app: Flask) -> Any:
    with app.app_context():
        yield app


def test_whatever_is_written_is_read_back_with_the_same_hash(empty: Flask) -> None:
    """Python's own values, JSON and moments go through the database and come back: the hash must not notice."""

    @given(said=st.lists(st.dictionaries(words, json_values, max_size=3), max_size=3), at=moments, about=words)
    def check(said: list[dict[str, Any]], at: datetime, about: str) -> None:
        begin_writing()
        event = AuditEvent(lane=7, at=at, kind="export", ok=True, by_name="某", about=about, details=said)
        db.session.add(event)
        db.session.commit()
        row = db.session.execute(select(AuditEvent.__table__).where(AuditEvent.id == event.id)).mappings().one()
        assert hash_of(AuditEvent.__table__, row) == row["row_hash"]

    check()


def test_the_hash_of_a_known_row_never_changes() -> None:
    """Rows that were hashed years ago must still verify: this value may only be joined by that of a second form."""
    row = {
        **line(1, answers=[{"words": "已办", "name": "a", "value": 1.5}], internal=True, works=False),
        "prev_hash": GENESIS,
    }
    assert hash_of(ENTRIES, row) == "22aec9193f0495c92bfbfe46f8f9749f111e37021a004fc7f7100cd8d6148ed4"


def test_a_column_that_is_added_later_leaves_older_hashes_alone() -> None:
    row = {**line(1), "prev_hash": GENESIS}
    assert hash_of(ENTRIES, row) == hash_of(ENTRIES, {**row, "for_id": None, "matter_id": None})
    assert hash_of(ENTRIES, row) != hash_of(ENTRIES, {**row, "for_id": 3})


# -- Events ------------------------------------------------------------------------------------------------------------


def events() -> list[Any]:
    return list(db.session.execute(select(AuditEvent.__table__).order_by(AuditEvent.id)).mappings())


def test_an_event_goes_on_record_with_what_it_tells_of_or_not_at_all(empty: Flask) -> None:
    begin_writing()
    record("export", by_id=None, by_name="某人", about="问题台账", now=NOW, details={"行数": 3, "姓名": ("甲", "乙")})
    db.session.rollback()
    assert events() == []
    record("export", by_id=None, by_name="某人", about="问题台账", now=NOW, details={"行数": 3, "姓名": ("甲", "乙")})
    db.session.commit()
    (event,) = events()
    assert event["details"] == [{"label": "行数", "value": "3"}, {"label": "姓名", "before": "甲", "after": "乙"}]
    assert_whole([event], AuditEvent.__table__)


def test_a_kind_that_is_not_in_the_table_is_no_kind(empty: Flask) -> None:
    with pytest.raises(KeyError):
        record("whatever", by_id=None, by_name="某人", about="", now=NOW)


def test_what_cannot_be_put_on_record_does_not_break_the_answer(empty: Flask) -> None:
    record_apart("export", by_id=4711, by_name="某人", about="没有这个人", now=NOW)
    assert events() == []
    record_apart("export", by_id=None, by_name="某人", about="x" * 1000, now=NOW)
    assert len(events()[0]["about"]) == 300


def test_events_of_one_person_from_many_threads_follow_one_another(empty: Flask) -> None:
    def write() -> None:
        with empty.app_context():
            for _ in range(5):
                record_apart("export", by_id=None, by_name="某人", about="同时", now=NOW)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(events()) == 20
    assert_whole(events(), AuditEvent.__table__)
