"""Versions: drafted by the head of 调度室 alone, published once with whoever approved them, never edited afterwards."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from helpdesk.db import db
from helpdesk.errors import NotFoundError, StaleError
from helpdesk.notices.models import Notice
from helpdesk.org.models import Person
from helpdesk.policies import commands, queries
from helpdesk.policies.models import PolicyVersion
from helpdesk.rules import rules_on
from tests.helpdesk.policies.conftest import TUESDAY, TUESDAY_9
from tests.helpdesk.policies.publishing import approval, drafted, publish
from tests.people import SEATS, District
from tests.workflows.policies import laddered, limited, marked
from workflows.engine import Missing, NotNow, NotYours
from workflows.policy import SHIPPED
from workflows.policy_document import from_kept, same
from workflows.terms import Limit

LONGER = limited("sign", Limit(2))
OTHERS = sorted({*SEATS, "administrator"} - {"dispatch_lead"})


@pytest.fixture
def lead(world: District) -> Person:
    """The head of 调度室."""
    return world.person("dispatch_lead")


# -- Who ---------------------------------------------------------------------------------------------------------------


def test_nobody_else_may_draft_edit_publish_or_re_time(world: District, lead: Person) -> None:
    draft_id = drafted(LONGER, lead, TUESDAY_9)
    acts: list[Callable[[Person], Any]] = [
        lambda person: commands.begin_draft(SHIPPED, by=person, now=TUESDAY_9),
        lambda person: commands.save_draft(draft_id, SHIPPED, version=1, by=person, now=TUESDAY_9),
        lambda person: commands.discard_draft(draft_id, version=1, by=person, now=TUESDAY_9),
        lambda person: commands.publish(draft_id, approval(TUESDAY), version=1, by=person, now=TUESDAY_9),
        lambda person: commands.publish_at_once(LONGER, approval(TUESDAY), by=person, now=TUESDAY_9),
        lambda person: commands.retime(by=person, now=TUESDAY_9),
    ]
    for part in OTHERS:
        for act in acts:
            with pytest.raises(NotYours, match="调度室主任（某dispatch_lead）"):
                act(world.person(part))
            db.session.rollback()
    assert same(from_kept(queries.get_version(draft_id).document), LONGER)
    assert len(db.session.scalars(select(PolicyVersion)).all()) == 1


# -- Drafts ------------------------------------------------------------------------------------------------------------


def test_a_draft_is_copied_changed_and_thrown_away_and_binds_nobody(world: District, lead: Person) -> None:
    draft_id = drafted(SHIPPED, lead, TUESDAY_9)
    commands.save_draft(draft_id, LONGER, version=1, by=lead, now=TUESDAY_9)
    assert same(from_kept(queries.get_version(draft_id).document), LONGER)
    assert rules_on(TUESDAY).policy is SHIPPED
    commands.discard_draft(draft_id, version=2, by=lead, now=TUESDAY_9)
    with pytest.raises(NotFoundError):
        queries.get_version(draft_id)


def test_of_two_people_at_one_draft_one_wins(world: District, lead: Person) -> None:
    draft_id = drafted(SHIPPED, lead, TUESDAY_9)
    commands.save_draft(draft_id, LONGER, version=1, by=lead, now=TUESDAY_9)
    for act in (
        lambda: commands.save_draft(draft_id, SHIPPED, version=1, by=lead, now=TUESDAY_9),
        lambda: commands.discard_draft(draft_id, version=1, by=lead, now=TUESDAY_9),
        lambda: commands.publish(draft_id, approval(TUESDAY), version=1, by=lead, now=TUESDAY_9),
    ):
        with pytest.raises(StaleError):
            act()
        db.session.rollback()
    assert same(from_kept(queries.get_version(draft_id).document), LONGER)


def test_when_two_publish_one_draft_at_the_same_moment_it_is_published_once(app: Flask, world: District) -> None:
    draft_id = drafted(LONGER, world.person("dispatch_lead"), TUESDAY_9)
    db.session.rollback()
    outcomes: list[str] = []
    gate = threading.Barrier(2)

    def try_it() -> None:
        with app.app_context():
            person = world.person("dispatch_lead")
            gate.wait()
            try:
                commands.publish(draft_id, approval(TUESDAY), version=1, by=person, now=TUESDAY_9)
                outcomes.append("published")
            except (NotNow, StaleError):
                outcomes.append("refused")

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["published", "refused"]
    assert [row.number for row in queries.published()] == [1]


def test_two_drafts_published_at_the_same_moment_get_a_number_each(app: Flask, world: District) -> None:
    person = world.person("dispatch_lead")
    drafts = [drafted(limited("sign", Limit(days)), person, TUESDAY_9) for days in (2, 3, 4)]
    db.session.rollback()
    numbers: list[int] = []
    gate = threading.Barrier(len(drafts))

    def publish_one(draft_id: int) -> None:
        with app.app_context():
            by = world.person("dispatch_lead")
            gate.wait()
            numbers.append(commands.publish(draft_id, approval(TUESDAY), version=1, by=by, now=TUESDAY_9))

    threads = [threading.Thread(target=publish_one, args=(draft_id,)) for draft_id in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [1, 2, 3]
    assert rules_on(TUESDAY).version_id == queries.published()[0].id


# -- Publishing --------------------------------------------------------------------------------------------------------


def test_a_published_version_holds_from_its_day_on(world: District, lead: Person) -> None:
    first = publish(LONGER, lead, TUESDAY, TUESDAY_9)
    second = publish(limited("sign", Limit(3)), lead, TUESDAY + timedelta(days=30), TUESDAY_9)
    assert [(row.id, row.number) for row in queries.published()] == [(second, 2), (first, 1)]
    assert rules_on(TUESDAY - timedelta(days=1)).version_id is None
    assert [rules_on(TUESDAY + timedelta(days=days)).version_id for days in (0, 29, 30, 400)] == [
        first,
        first,
        second,
        second,
    ]
    assert rules_on(TUESDAY).clock("sign").limit == Limit(2)
    assert rules_on(TUESDAY).since == TUESDAY
    row = queries.get_version(first)
    assert (row.approved_by, row.approved_how) == ("领导小组", "领导小组第 3 次会议纪要")
    assert (row.published_at, row.published_by_id) == (TUESDAY_9, lead.id)


def test_of_two_versions_for_one_day_the_later_one_holds(world: District, lead: Person) -> None:
    publish(LONGER, lead, TUESDAY, TUESDAY_9)
    second = publish(limited("sign", Limit(3)), lead, TUESDAY, TUESDAY_9)
    assert rules_on(TUESDAY).version_id == second


@pytest.mark.parametrize(
    ("refused", "field"),
    [
        (approval(TUESDAY - timedelta(days=1)), "effective_on"),
        (approval(TUESDAY, by=" "), "approved_by"),
        (approval(TUESDAY, how=""), "approved_how"),
        (approval(TUESDAY, by="长" * 61), "approved_by"),
        (approval(TUESDAY, how="长" * 101), "approved_how"),
    ],
)
def test_without_a_day_to_come_an_approver_and_a_paper_nothing_is_published(
    world: District, lead: Person, refused: commands.Approval, field: str
) -> None:
    draft_id = drafted(LONGER, lead, TUESDAY_9)
    with pytest.raises(Missing) as missing:
        commands.publish(draft_id, refused, version=1, by=lead, now=TUESDAY_9)
    assert set(missing.value.errors) == {field}
    db.session.rollback()
    assert queries.published() == []
    assert rules_on(TUESDAY).version_id is None


def test_errors_keep_a_draft_from_being_published_and_doubts_do_not(world: District, lead: Person) -> None:
    draft_id = drafted(limited("sign", Limit(0)), lead, TUESDAY_9)
    with pytest.raises(NotNow, match="签收"):
        commands.publish(draft_id, approval(TUESDAY), version=1, by=lead, now=TUESDAY_9)
    db.session.rollback()
    assert queries.published() == []
    publish(laddered("sign"), lead, TUESDAY, TUESDAY_9)
    assert rules_on(TUESDAY).clock("sign").milestones == ()


def test_a_publication_that_fails_at_the_end_leaves_a_draft_and_no_trace(
    world: District, lead: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = drafted(limited("sign", Limit(3)), lead, TUESDAY_9)
    with monkeypatch.context() as broken:
        broken.setattr(commands, "_commit", lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            commands.publish(draft_id, approval(TUESDAY), version=1, by=lead, now=TUESDAY_9)
    db.session.rollback()
    assert (queries.published(), rules_on(TUESDAY).version_id) == ([], None)
    assert db.session.query(Notice).count() == 0
    commands.save_draft(draft_id, LONGER, version=1, by=lead, now=TUESDAY_9)
    commands.publish(draft_id, approval(TUESDAY), version=2, by=lead, now=TUESDAY_9)
    assert rules_on(TUESDAY).clock("sign").limit == Limit(2)


def test_those_who_are_bound_are_told_once_each_with_what_changes(world: District, lead: Person) -> None:
    publish(marked("handle", "due_soon", LONGER, days=-5), lead, TUESDAY, TUESDAY_9)
    told = db.session.scalars(select(Notice).where(Notice.name == "policy_published")).all()
    assert sorted(row.reader_name for row in told) == sorted(
        f"某{part}"
        for part in (
            "chief",
            "supervisor",
            "dispatcher",
            "other_dispatcher",
            "dispatch_lead",
            "group_lead",
            "other_lead",
        )
    )
    body = told[0].body
    assert "领导小组第 3 次会议纪要" in body
    assert "时限·签收：1 个工作日 → 2 个工作日" in body
    assert "办理·将到期提醒：到期前 3 个工作日" in body
    assert "9月1日（周二）起生效" in told[0].subject


# -- Never edited ------------------------------------------------------------------------------------------------------


def test_a_published_version_is_neither_edited_nor_thrown_away_nor_published_again(
    world: District, lead: Person
) -> None:
    published = publish(LONGER, lead, TUESDAY, TUESDAY_9)
    version = queries.get_version(published).version
    for act in (
        lambda: commands.save_draft(published, SHIPPED, version=version, by=lead, now=TUESDAY_9),
        lambda: commands.discard_draft(published, version=version, by=lead, now=TUESDAY_9),
        lambda: commands.publish(published, approval(TUESDAY), version=version, by=lead, now=TUESDAY_9),
    ):
        with pytest.raises(NotNow, match="不能再改"):
            act()
        db.session.rollback()
    assert same(from_kept(queries.get_version(published).document), LONGER)


@pytest.mark.parametrize("statement", ["UPDATE policies SET name = 'x'", "DELETE FROM policies"])
def test_the_database_itself_refuses_to_change_what_was_published(
    world: District, lead: Person, statement: str
) -> None:
    publish(LONGER, lead, TUESDAY, TUESDAY_9)
    with pytest.raises(DBAPIError, match="never edited"):
        db.session.execute(text(statement))
    db.session.rollback()
    assert [row.name for row in queries.published()] == ["13710"]


def test_the_database_lets_drafts_change(world: District, lead: Person) -> None:
    drafted(LONGER, lead, TUESDAY_9)
    db.session.execute(text("UPDATE policies SET name = 'x'"))
    db.session.execute(text("DELETE FROM policies"))
    db.session.commit()
    assert queries.drafts() == []
