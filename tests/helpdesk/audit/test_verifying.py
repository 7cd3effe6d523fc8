"""Whatever is done to the record past the application is found, and the first place that does not fit is named."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import String, text

from helpdesk import chain
from helpdesk.audit import seal_queries
from helpdesk.audit.commands import record, seal
from helpdesk.audit.heads import Head, NoHeadError, head_of_today, read_heads
from helpdesk.audit.models import Seal
from helpdesk.audit.verifying import RECORDS, Wrong, verify
from helpdesk.chain import CHAINED
from helpdesk.db import begin_writing, db
from helpdesk.problems import queries
from helpdesk.problems.models import Entry
from tests.helpdesk.audit.test_chain import line
from tests.tampering import MOMENT, filler, owning_the_database, reseal, retie, tamper
from tests.walking import Walker


@pytest.fixture
def record_of_three(walker: Walker) -> Walker:
    """Three problems with a timeline, two events, all under two seals."""
    for state in ("closed", "handling"):
        walker.to(state)
    seal(walker.now)
    walker.to("evaluating")
    begin_writing()
    for about in ("问题台账", "企业名册"):
        record("export", by_id=walker.world.people["supervisor"], by_name="督查员", about=about, now=walker.now)
    db.session.commit()
    seal(walker.now + timedelta(minutes=5))
    return walker


def entries_of(problem_id: int) -> list[int]:
    """The keys of a timeline, oldest first."""
    return [entry.id for entry in reversed(queries.timeline(problem_id))]


def proof(walker: Walker, **how: Any) -> Any:
    db.session.rollback()
    return verify(walker.now + timedelta(days=2), **how)


def test_a_record_that_nobody_touched_holds(record_of_three: Walker) -> None:
    found = proof(record_of_three)
    assert found.broken is None
    assert found.tables["entries"] == db.session.query(Entry).count()
    assert found.tables["audit_events"] == 2
    assert found.seals == 2


def test_an_empty_record_holds(walker: Walker) -> None:
    assert proof(walker).broken is None
    assert seal(walker.now).number == 0, "nothing new needs no seal"


# -- Each way to cheat -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value"),
    [("by_name", "别人"), ("at", "2026-01-01 00:00:00"), ("works", "NOT"), ("dest", "closed"), ("for_id", "1")],
)
def test_changed_content_is_found(record_of_three: Walker, column: str, value: str) -> None:
    key = entries_of(2)[1]
    said = "NOT works" if value == "NOT" else f"'{value}'" if column != "for_id" else value
    tamper(f"UPDATE entries SET {column} = {said} WHERE id = {key}")
    found = proof(record_of_three).broken
    assert (found.wrong, found.table, found.key) == (Wrong.CHANGED, "entries", key)
    assert "〔2026〕" in found.subject, "the official number of the problem is named"


def test_a_changed_answer_is_found(record_of_three: Walker) -> None:
    key = entries_of(1)[0]
    cast = "" if db.engine.dialect.name == "sqlite" else "::text"
    back = "" if db.engine.dialect.name == "sqlite" else "::json"
    answers = str(db.session.scalar(text(f"SELECT answers{cast} FROM entries WHERE id = {key}")))
    forged = answers.replace('"public": true', '"public": false', 1)
    assert forged != answers
    tamper(f"UPDATE entries SET answers = (:forged){back} WHERE id = {key}", forged=forged)
    found = proof(record_of_three).broken
    assert (found.wrong, found.key) == (Wrong.CHANGED, key)


def test_another_order_of_json_keys_is_no_change(record_of_three: Walker) -> None:
    """A dump that is moved between databases may write JSON otherwise."""
    key = entries_of(1)[0]
    back = "" if db.engine.dialect.name == "sqlite" else "::json"
    answers = queries.timeline(1)[-1].answers
    turned = json.dumps([dict(reversed(list(each.items()))) for each in answers], indent=2)
    tamper(f"UPDATE entries SET answers = (:turned){back} WHERE id = {key}", turned=turned)
    assert proof(record_of_three).broken is None


def test_rows_that_changed_places_are_found(record_of_three: Walker) -> None:
    first, second = entries_of(2)[:2]
    with owning_the_database() as connection:
        for before, after in ((first, -1), (second, first), (-1, second)):
            connection.execute(text(f"UPDATE entries SET id = {after} WHERE id = {before}"))
    found = proof(record_of_three).broken
    assert (found.wrong, found.key) == (Wrong.ORDER, first)


def test_a_row_deleted_from_the_middle_is_found(record_of_three: Walker) -> None:
    keys = entries_of(1)
    tamper(f"DELETE FROM entries WHERE id = {keys[1]}")
    found = proof(record_of_three).broken
    assert (found.wrong, found.key) == (Wrong.MISSING, keys[2])


def test_the_last_row_of_a_problem_is_missed_by_its_seal(record_of_three: Walker) -> None:
    key = entries_of(1)[-1]
    tamper(f"DELETE FROM entries WHERE id = {key}")
    found = proof(record_of_three).broken
    assert (found.wrong, found.table, found.key) == (Wrong.GONE, "entries", key)


def test_a_whole_problem_is_missed(record_of_three: Walker) -> None:
    first = entries_of(2)[0]
    with owning_the_database() as connection:
        for table in ("entries", "marks", "clocks", "notices", "links"):
            connection.execute(text(f"DELETE FROM {table} WHERE problem_id = 2"))
        connection.execute(text("DELETE FROM problems WHERE id = 2"))
    found = proof(record_of_three).broken
    assert (found.wrong, found.key) == (Wrong.GONE, first)


def test_a_forged_row_between_others_is_found(record_of_three: Walker) -> None:
    keys = entries_of(2)
    columns = "problem_id, at, action, label, by_name, source, dest, round, version, answers, internal, works"
    tamper(
        f"INSERT INTO entries ({columns}, prev_hash, row_hash) "
        f"SELECT {columns}, row_hash, '{'f' * 64}' FROM entries WHERE id = {keys[-1]}"
    )
    found = proof(record_of_three).broken
    assert found.wrong is Wrong.CHANGED
    assert found.key > keys[-1]


def test_a_row_with_fitting_hashes_put_in_under_an_old_key_is_found(record_of_three: Walker) -> None:
    """A key was burnt by a rolled-back transaction; the forger ties his row to the end of a chain and gives it that key."""
    walker = record_of_three
    burnt = entries_of(3)[-1] + 1
    tamper(f"UPDATE entries SET id = id + 100 WHERE id >= {burnt}")
    with owning_the_database() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT setval(pg_get_serial_sequence('entries', 'id'), 500)"))
    begin_writing()
    db.session.add(Entry(**line(1), id=burnt + 1000))
    db.session.commit()
    seal(walker.now + timedelta(minutes=10))
    assert proof(walker).broken is None
    forged: list[dict[str, Any]] = [line(3, label="伪造", id=burnt)]
    chain.tie(Entry, forged, chain.heads_of(db.session.connection(), Entry, [3]))
    db.session.execute(Entry.__table__.insert(), forged)
    db.session.commit()
    found = proof(walker).broken
    assert (found.wrong, found.key) == (Wrong.FORGED, burnt)
    assert verify(walker.now + timedelta(hours=1)).broken is None, "for a day it may be a slow transaction"


def test_a_chain_computed_anew_does_not_fit_its_seal(record_of_three: Walker) -> None:
    keys = entries_of(1)
    with owning_the_database() as connection:
        connection.execute(text(f"UPDATE entries SET by_name = '别人' WHERE id = {keys[1]}"))
        retie(connection, Entry, 1)
    found = proof(record_of_three).broken
    assert (found.wrong, found.table) == (Wrong.RESEALED, "entries")
    assert "封存第 1 号" in found.subject


def test_seals_made_anew_do_not_fit_the_exported_head(record_of_three: Walker) -> None:
    head = head_of_today("二道区")
    assert head is not None
    assert proof(record_of_three, against=[head]).broken is None
    with owning_the_database() as connection:
        connection.execute(text(f"UPDATE entries SET by_name = '别人' WHERE id = {entries_of(1)[1]}"))
        retie(connection, Entry, 1)
    reseal()
    assert proof(record_of_three).broken is None, "inside the house nothing is left to find it by"
    found = proof(record_of_three, against=[head]).broken
    assert found.wrong is Wrong.HEAD


def test_seals_cut_off_at_the_end_do_not_fit_the_exported_head(record_of_three: Walker) -> None:
    head = head_of_today("二道区")
    assert head is not None
    tamper("DELETE FROM audit_seals WHERE number = 2")
    assert proof(record_of_three, against=[head]).broken.wrong is Wrong.HEAD


def test_a_deleted_seal_is_found(record_of_three: Walker) -> None:
    tamper("DELETE FROM audit_seals WHERE number = 1")
    found = proof(record_of_three).broken
    assert (found.table, found.wrong) == ("audit_seals", Wrong.MISSING)


def test_an_event_of_the_audit_is_no_safer_to_change(record_of_three: Walker) -> None:
    tamper("UPDATE audit_events SET ok = NOT ok WHERE about = '企业名册'")
    found = proof(record_of_three).broken
    assert (found.table, found.wrong) == ("audit_events", Wrong.CHANGED)


def test_a_changed_row_of_any_chained_table_is_found_and_named(app: Flask) -> None:
    """Whoever adds a chained table gets its proof with it."""
    with app.app_context():
        for name, model in CHAINED.items():
            if model is Seal:
                continue  # its rows have a form of their own, and tests of their own
            table = model.__table__  # type: ignore[attr-defined]
            with owning_the_database() as connection:
                row = filler(table)
                chain.tie(model, [row], {})
                connection.execute(table.insert(), row)
            assert verify(MOMENT).broken is None, name
            changed = next(each.name for each in table.columns if isinstance(each.type, String) and not each.nullable)
            tamper(f"UPDATE {name} SET {changed} = 'y'")
            found = verify(MOMENT).broken
            assert found is not None, name
            assert (found.wrong, found.table, found.key, found.at) == (Wrong.CHANGED, name, 1, MOMENT)
            assert found.subject, name
            tamper(f"DELETE FROM {name}")


# -- Any way to cheat --------------------------------------------------------------------------------------------------

CHEATS = ("by_name", "label", "action", "source", "dest", "by_role")


def test_any_change_is_found_at_its_first_place(record_of_three: Walker) -> None:
    """Rows are changed, deleted and swapped at random, in a copy that is thrown away: always found, never later."""
    keys = sorted(key for problem_id in (1, 2, 3) for key in entries_of(problem_id))

    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        wounds=st.dictionaries(
            st.sampled_from(keys), st.sampled_from([*CHEATS, "delete", "round", "version"]), min_size=1, max_size=4
        )
    )
    def check(wounds: dict[int, str]) -> None:
        """The walk goes problem by problem: the first wound a link can show, else the first row that is gone."""
        with owning_the_database() as connection:
            kept = {
                key: dict(row)
                for key in wounds
                for row in connection.execute(Entry.__table__.select().where(Entry.id == key)).mappings()
            }
            for key, how in wounds.items():
                new = f"{how} + 1" if how in ("round", "version") else "'伪造'"
                wound = f"DELETE FROM entries WHERE id = {key}" if how == "delete" else None
                connection.execute(text(wound or f"UPDATE entries SET {how} = {new} WHERE id = {key}"))
        found = proof(record_of_three).broken
        with owning_the_database() as connection:
            for key, row in kept.items():
                connection.execute(text(f"DELETE FROM entries WHERE id = {key}"))
                connection.execute(Entry.__table__.insert(), row)
        assert found is not None
        assert (found.key, found.wrong) == _first(wounds, kept, keys_by_problem)

    keys_by_problem = {problem_id: entries_of(problem_id) for problem_id in (1, 2, 3)}
    check()
    assert proof(record_of_three).broken is None, "every copy was put back"


def _first(wounds: dict[int, str], kept: dict[int, Any], timelines: dict[int, list[int]]) -> tuple[int, Wrong]:
    """What a slow reader with both versions before him would name first."""
    for keys in timelines.values():
        lost = False
        for key in keys:
            if wounds.get(key) == "delete":
                lost = True
            elif key in wounds:
                return key, Wrong.CHANGED
            elif lost:
                return key, Wrong.MISSING
    return min(key for key, how in wounds.items() if how == "delete"), Wrong.GONE


# -- Seals -------------------------------------------------------------------------------------------------------------


def test_a_late_row_is_sealed_once(record_of_three: Walker) -> None:
    """Transaction A takes key 100 and is slow; B takes 101, commits, is sealed; A commits: the next seal has A alone."""
    walker = record_of_three
    begin_writing()
    slow, fast = entries_of(3)[-1] + 1000, entries_of(3)[-1] + 1001
    db.session.add(Entry(**line(1), id=fast))
    db.session.commit()
    assert seal(walker.now + timedelta(minutes=6)).rows == 1
    begin_writing()
    db.session.add(Entry(**line(2), id=slow))
    db.session.commit()
    sealed = seal(walker.now + timedelta(minutes=11))
    assert sealed.rows == 1
    last = seal_queries.last_seal()
    assert last is not None
    assert last.parts[0]["spans"] == [[slow, slow]]
    assert last.totals["entries"]["upto"] == fast
    assert seal(walker.now + timedelta(minutes=16)).number == 0
    assert proof(walker).broken is None


def test_of_many_that_seal_at_once_one_wins(record_of_three: Walker, app: Flask) -> None:
    walker = record_of_three
    walker.to("handling")
    now, numbers, gate = walker.now, [], threading.Barrier(4)
    db.session.rollback()

    def run() -> None:
        with app.app_context():
            gate.wait()
            numbers.append(seal(now).number)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [number for number in numbers if number] == [3]
    assert proof(walker).broken is None


def test_it_can_be_proved_while_people_write(record_of_three: Walker, app: Flask) -> None:
    walker, over, failed = record_of_three, threading.Event(), []
    db.session.rollback()

    def write() -> None:
        with app.app_context():
            own = Walker(walker.world, walker.now + timedelta(hours=1))
            try:
                while not over.is_set():
                    own.to("handling")
                    seal(own.now)
            except Exception as error:
                failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    proofs = [proof(walker) for _ in range(8)]
    over.set()
    writer.join()
    assert failed == []
    assert [each.broken for each in proofs] == [None] * 8
    assert proof(walker).rows > proofs[0].rows


def test_only_what_is_new_can_be_proved(record_of_three: Walker) -> None:
    walker = record_of_three
    first = seal_queries.seal_numbered(1)
    assert first is not None
    since = first.at + timedelta(minutes=1)
    whole, part = proof(walker), proof(walker, since=since)
    assert 0 < part.rows < whole.rows
    assert part.seals == 1
    tamper(f"UPDATE entries SET label = '伪造' WHERE id = {entries_of(3)[0]}")
    assert proof(walker, since=since).broken.wrong is Wrong.CHANGED


def test_what_is_no_exported_head_is_told(walker: Walker) -> None:
    for said in ("", "别的", '{"seal": 1}', '{"seal": "x", "hash": "y", "at": "z", "counts": {}, "district": ""}'):
        with pytest.raises(NoHeadError):
            read_heads(said)


def test_a_head_comes_back_from_a_saved_mail_as_it_was(record_of_three: Walker) -> None:
    head = head_of_today("二道区")
    assert isinstance(head, Head)
    assert read_heads(f"您好：\n\n  {head.line()}\n\n此致") == [head]


# -- The command -------------------------------------------------------------------------------------------------------


def test_the_command_proves_and_names_the_first_broken_link(
    record_of_three: Walker, app: Flask, tmp_path: Any, moment: Callable[[Any], None]
) -> None:
    moment(record_of_three.now + timedelta(days=2))
    runner = app.test_cli_runner()
    kept = tmp_path / "heads.jsonl"
    assert runner.invoke(args=["audit", "heads", "--file", str(kept)]).exit_code == 0
    whole = runner.invoke(args=["audit", "verify", "--against", str(kept)])
    assert (whole.exit_code, "the record holds" in whole.output) == (0, True)
    key = entries_of(2)[1]
    tamper(f"UPDATE entries SET by_name = '别人' WHERE id = {key}")
    broken = runner.invoke(args=["audit", "verify", "--quiet"])
    assert broken.exit_code == 1
    assert f"办理经过（数据表 entries）第 {key} 行" in broken.output
    assert "问题 〔2026〕" in broken.output


def test_every_chained_table_is_called_by_what_it_holds() -> None:
    assert set(RECORDS) == set(CHAINED)


@pytest.fixture
def moment(time_machine: Any) -> Callable[[Any], None]:
    """Sets the wall clock."""
    return lambda at: time_machine.move_to(at, tick=False)
