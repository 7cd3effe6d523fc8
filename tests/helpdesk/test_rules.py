"""The rules in force: known by revision, said in words, the same for every process."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask

from helpdesk import rules
from helpdesk.db import begin_writing, db
from helpdesk.problems.asking import hints_for
from helpdesk.rules import AS_SHIPPED, Rules, policies_changed, revisions, rules_on, strikes_follow, strikes_now_follow
from tests.desk import Desk, open_desk
from tests.visitors import text_of
from tests.workflows.policies import limited
from workflows.book import ACTIONS, CLOCKS, PROCESSES
from workflows.policy import SHIPPED
from workflows.terms import Limit, Unit

DAY = date(2026, 9, 1)
LATER = Rules(limited("accept", Limit(2)), 5, DAY)


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """The application with a district, at 9:00 on Tuesday, 1 September 2026."""
    with open_desk(app) as desk:
        yield desk


def test_without_versions_the_rules_are_those_the_program_is_shipped_with(app: Flask) -> None:
    with app.app_context():
        assert rules_on(DAY) is AS_SHIPPED
    assert rules_on(DAY) is AS_SHIPPED  # also where there is no application at all
    assert AS_SHIPPED.process("problem") is PROCESSES["problem"]
    assert AS_SHIPPED.process_of("assist") is PROCESSES["assist"]


def test_the_newest_version_whose_day_has_come_holds(app: Flask) -> None:
    newest = Rules(SHIPPED, 6, date(2026, 9, 10))
    rules.supply(app, versions=lambda: [(DAY, LATER), (date(2026, 9, 10), newest)])
    with app.app_context():
        assert [rules_on(date(2026, 8, 31)), rules_on(DAY), rules_on(date(2026, 9, 9))] == [AS_SHIPPED, LATER, LATER]
        assert rules_on(date(2030, 1, 1)) is newest


def test_versions_are_read_again_when_the_revision_says_so_and_only_then(app: Flask) -> None:
    reads: list[int] = []

    def versions() -> list[Any]:
        reads.append(1)
        return [(DAY, LATER)]

    rules.supply(app, versions=versions)
    with app.app_context():
        for _ in range(3):
            assert rules_on(DAY) is LATER
            db.session.rollback()
        assert len(reads) == 1
        before = revisions()
        db.session.rollback()
        begin_writing()
        policies_changed()
        db.session.rollback()  # the command failed: nothing has changed
        rules_on(DAY)
        assert len(reads) == 1
        begin_writing()
        policies_changed()
        db.session.commit()
        rules_on(DAY)
        assert len(reads) == 2
        assert revisions() == (before[0], before[1] + 1)


def test_by_which_version_the_next_strikes_were_reckoned_is_kept(app: Flask) -> None:
    with app.app_context():
        assert strikes_follow() is None
        begin_writing()
        strikes_now_follow(5)
        db.session.commit()
        assert strikes_follow() == 5


# -- In words ----------------------------------------------------------------------------------------------------------


def test_texts_of_the_tables_say_the_limit_in_force() -> None:
    assert AS_SHIPPED.said("调度室{accept}内受理") == "调度室 1 个工作日内受理"
    assert LATER.said("调度室{accept}内受理") == "调度室 2 个工作日内受理"
    assert LATER.said("") == ""


def test_every_limit_that_a_text_names_is_one_of_the_clocks() -> None:
    named = set()
    for action in ACTIONS.values():
        for words in (action.hint, action.done, *(field.help for field in action.asks)):
            named |= set(rules.NAMED.findall(words))
            assert "{" not in AS_SHIPPED.said(words)
    assert {"accept", "rule", "assist"} <= named <= set(CLOCKS)


def test_no_text_of_the_tables_tells_a_number_of_working_days_itself() -> None:
    for action in ACTIONS.values():
        for words in (action.label, action.hint, action.done, *(field.help for field in action.asks)):
            assert "个工作日" not in words, action.name


def test_questions_on_which_a_limit_depends_say_so(app: Flask) -> None:
    slower = limited("respond", Limit(4, Unit.WORKING_HOURS), "urgent")
    rules.supply(app, versions=lambda: [(DAY, Rules(slower, 5, DAY))])
    asked = [field for name in ("report", "assign") for field in ACTIONS[name].asks]
    with app.app_context():
        before, after = hints_for(asked, date(2026, 8, 31)), hints_for(asked, DAY)
    assert "一般 7 个工作日；复杂 20 个工作日；重大 30 个工作日" in before["difficulty"]
    assert "首次反馈时限：紧急 1 小时；其他 3 个工作日" in before["urgency"]
    assert "首次反馈时限：紧急 4 个工作小时；其他 3 个工作日" in after["urgency"]
    assert "协办 3 个工作日内给出意见" in before["assisting"]


def test_pages_say_the_limits_in_force(desk: Desk) -> None:
    rules.supply(desk.app, versions=lambda: [(DAY, Rules(limited("assist", Limit(6), policy=LATER.policy), None, DAY))])
    found = desk.at("reported")
    page = text_of(desk.browser("dispatcher").get(f"/problems/{found}/do/assign"))
    assert "协办 6 个工作日内给出意见" in page
    assert "办理时限：一般 7 个工作日" in page
    assert "受理：2 个工作日" in text_of(desk.browser("handler").get("/process"))
