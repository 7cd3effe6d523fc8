"""From draft to receipts: one transaction each, another reviews, one number, everything sent, withdrawn by a successor."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from helpdesk.audit.models import AuditEvent
from helpdesk.bulletins import commands, queries, receipt_queries
from helpdesk.bulletins.freezing import frozen_told, now_told
from helpdesk.bulletins.models import Bulletin, Issue, Row
from helpdesk.bulletins.periods import Period, Span
from helpdesk.db import db
from helpdesk.errors import StaleError
from helpdesk.notices.models import Notice
from helpdesk.org.models import Unit
from helpdesk.proceedings import queries as proceedings
from helpdesk.proceedings.models import Proceeding
from tests.helpdesk.bulletins.conftest import SEPTEMBER, Weeks
from tests.visitors import visitor
from workflows.engine import Missing, NotNow, NotYours


def state_of(key: int) -> str:
    db.session.expire_all()
    return queries.get(key).proceeding.state


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_draft_can_be_issued_as_it_is_written(days: Weeks) -> None:
    key = days.issued()
    bulletin = queries.get(key)
    assert state_of(key) == "bulletin_issued"
    assert bulletin.issue is not None
    assert bulletin.proceeding.number == bulletin.issue.number == "通报〔2026〕1号"
    assert bulletin.issue.rows == count(Row) == 4
    assert bulletin.issue.names[str(days.world.group_id)] == "基础设施保障组"


def test_who_wrote_it_does_not_issue_it(days: Weeks) -> None:
    key = days.submitted()
    with pytest.raises(NotNow, match="拟稿"):
        days.do(key, "issue_bulletin", "supervisor")
    days.do(key, "return_bulletin", "chief", reason="基本情况写得不清楚")
    assert state_of(key) == "bulletin_drafted"


@pytest.mark.parametrize(
    "part", ["dispatcher", "group_lead", "handler", "reporter", "cadre", "stranger", "administrator"]
)
def test_nobody_else_drafts(days: Weeks, part: str) -> None:
    with pytest.raises(NotYours):
        commands.draft(SEPTEMBER, group_id=None, by=days.actor(part), now=days.now)
    assert count(Bulletin) == 0


def test_of_two_bulletins_on_the_same_days_one_is_issued(days: Weeks) -> None:
    first, second = days.submitted(), days.submitted()
    days.do(first, "issue_bulletin", "chief")
    with pytest.raises(NotNow, match="通报〔2026〕1号"):
        days.do(second, "issue_bulletin", "chief")
    assert state_of(second) == "bulletin_reviewing"
    assert count(Issue) == 1
    other = days.issued(Period(Span.CUSTOM, date(2026, 9, 1), date(2026, 9, 20)))
    assert queries.get(other).proceeding.number == "通报〔2026〕2号", "a refused issue leaves a gap"


def test_issuing_twice_is_refused_the_second_time(days: Weeks) -> None:
    key = days.issued()
    with pytest.raises(NotNow):
        days.do(key, "issue_bulletin", "chief")
    assert count(Issue) == 1


def test_figures_that_changed_since_they_were_seen_are_not_issued(days: Weeks) -> None:
    period = Period(Span.CUSTOM, SEPTEMBER.first_on, days.walker.now.date())
    key = days.submitted(period)
    seen = now_told(queries.get(key), days.now).values
    days.report(1)
    with pytest.raises(StaleError) as stale:
        days.do(key, "issue_bulletin", "chief", seen=seen)
    assert any(words.startswith("上报：4 件次 → 5 件次") for words in stale.value.happened)
    assert (state_of(key), count(Issue), count(Row)) == ("bulletin_reviewing", 0, 0)


def test_a_text_with_a_wrong_field_is_not_issued(days: Weeks) -> None:
    key = days.draft()
    broken = queries.get(key).text | {"topics": ["反映最多的是〔热门〕。"]}
    days.do(key, "edit_bulletin", "supervisor", bulletin_title="九月通报", text=broken)
    days.do(key, "submit_bulletin", "supervisor")
    with pytest.raises(Missing, match="〔热门〕"):
        days.do(key, "issue_bulletin", "chief")
    assert (count(Issue), count(Row)) == (0, 0)


def test_a_period_about_which_there_is_nothing_to_tell_is_refused(days: Weeks) -> None:
    empty = Unit(name="法律事务和专家服务组", kind="group")
    db.session.add(empty)
    db.session.commit()
    with pytest.raises(NotNow, match="没有可以通报的内容"):
        days.draft(Period(Span.CUSTOM, date(2026, 8, 1), date(2026, 8, 2)), group_id=empty.id)
    assert count(Proceeding) == 0


# -- Receipts ----------------------------------------------------------------------------------------------------------


def receipts(key: int) -> dict[str, Proceeding]:
    db.session.expire_all()
    return {each.unit.name: each for each in proceedings.children_of(key) if each.unit}


def sign(weeks: Weeks, receipt: Proceeding, part: str) -> None:
    weeks.walker.now += timedelta(minutes=1)
    commands.acknowledge(receipt.id, by=weeks.actor(part), given={"remark": "立即整改"}, now=weeks.now)


def test_every_group_and_whoever_is_named_late_is_sent_it(days: Weeks) -> None:
    key = days.issued()
    issue = queries.issue_of(key)
    assert issue is not None
    late = {issue.names[each["unit"]] for each in issue.figures["late"] if each["unit"]}
    assert set(receipts(key)) == {"基础设施保障组", "营商环境组"} | late
    told = set(db.session.scalars(select(Notice.person_id).where(Notice.name == "bulletin_issued")))
    assert days.world.people["group_lead"] in told
    assert days.world.people["stranger"] not in told


def test_a_unit_signs_for_itself_only(days: Weeks) -> None:
    there = receipts(days.issued())
    with pytest.raises(Exception, match="没有找到|无权"):
        sign(days, there["营商环境组"], "stranger")
    with pytest.raises(Exception, match="."):
        sign(days, there["营商环境组"], "group_lead")
    sign(days, there["营商环境组"], "other_lead")
    signed = receipts(queries.numbers()[0].bulletin_id)["营商环境组"]
    assert (signed.state, signed.facts["remark"]) == ("receipt_signed", "立即整改")


LEADS = {"基础设施保障组": "group_lead", "营商环境组": "other_lead", "调度室": "dispatch_lead"}


def test_when_the_last_unit_has_signed_the_bulletin_is_closed(days: Weeks) -> None:
    key = days.issued()
    for name, receipt in receipts(key).items():
        assert state_of(key) == "bulletin_issued"
        sign(days, receipt, LEADS[name])
    assert state_of(key) == "bulletin_closed"


def test_those_who_have_not_signed_are_reminded_together(days: Weeks) -> None:
    key = days.issued()
    sign(days, receipts(key)["营商环境组"], "other_lead")
    urged = commands.remind(key, by=days.actor("supervisor"), now=days.now)
    assert urged == len(receipts(key)) - 1
    told = set(db.session.scalars(select(Notice.person_id).where(Notice.name == "bulletin_urged")))
    assert days.world.people["group_lead"] in told
    assert days.world.people["other_lead"] not in told


# -- Withdrawing -------------------------------------------------------------------------------------------------------


def test_it_is_withdrawn_by_a_successor_that_names_it(days: Weeks) -> None:
    first = days.issued()
    second = days.submitted(replaces=first)
    assert state_of(first) == "bulletin_issued", "a draft withdraws nothing"
    days.do(second, "issue_bulletin", "chief")
    assert (state_of(first), state_of(second)) == ("bulletin_withdrawn", "bulletin_issued")
    assert {each.phase for each in receipts(first).values()} == {"closed"}
    assert queries.issue_of(first) is not None, "what was frozen stays"


def test_it_is_not_withdrawn_without_a_successor(days: Weeks) -> None:
    key = days.issued()
    with pytest.raises(NotYours):
        days.do(key, "withdraw_bulletin", "supervisor")
    with pytest.raises(NotNow):
        days.draft(replaces=days.draft())


# -- Compared ----------------------------------------------------------------------------------------------------------


def test_it_is_compared_with_the_bulletin_of_the_period_before_and_says_so(days: Weeks) -> None:
    period = Period(Span.CUSTOM, date(2026, 9, 11), date(2026, 9, 20))
    told = now_told(queries.get(days.draft(period)), days.now)
    assert told.figures["compared"]["previous"]["basis"] == "recomputed"
    assert "为重新计算" in told.values["环比依据"]
    days.issued(period.previous)
    told = now_told(queries.get(days.draft(period)), days.now)
    assert told.values["环比依据"] == "通报〔2026〕1号通报印发的数据"


def test_a_unit_that_was_renamed_is_called_as_it_was_called_then(days: Weeks) -> None:
    key = days.issued()
    unit = db.session.get(Unit, days.world.group_id)
    assert unit is not None
    unit.name = "城市基础设施组"
    db.session.commit()
    issue = queries.issue_of(key)
    assert issue is not None
    assert issue.names[str(unit.id)] == "基础设施保障组"


@pytest.mark.parametrize(("low", "named"), [(0, False), (100, True)])
def test_the_line_below_which_a_unit_is_named_is_a_setting_and_is_frozen(days: Weeks, low: int, *, named: bool) -> None:
    key = days.walker.to("evaluating")
    days.walker.do(key, "evaluate", satisfaction="fair")
    days.walker.now += timedelta(minutes=1)
    today = (days.now + timedelta(hours=8)).date()
    current_app.config["BULLETIN_LOW"] = low
    issue = queries.issue_of(days.issued(Period(Span.CUSTOM, date(2026, 9, 1), today)))
    current_app.config["BULLETIN_LOW"] = 50
    assert issue is not None
    told = frozen_told(issue).values
    assert told["满意率线"] == f"{low}%"
    assert (told["满意率低于线单位"] != "无") is named


def test_the_writer_who_wants_to_review_his_own_is_told_why_and_led_back(app: Flask, weeks: Weeks) -> None:
    key = weeks.submitted()
    answer = visitor(app, weeks.world, "supervisor").get(f"/bulletins/{key}/do/issue_bulletin")
    assert answer.status_code == 409
    assert "请由没有参与拟稿的督查员或者领导小组审核" in answer.text
    assert f'href="/bulletins/{key}"' in answer.text


def test_days_before_any_record_are_not_told_of(weeks: Weeks) -> None:
    long_ago = Period(Span.CUSTOM, date(2020, 1, 1), date(2020, 1, 31))
    with pytest.raises(NotNow, match="还没有任何记录"):
        weeks.draft(long_ago)


def test_a_receipt_that_was_stopped_is_not_counted_as_signed(weeks: Weeks) -> None:
    first = weeks.issued()
    weeks.issued(replaces=first)
    ((_, (signed, size)),) = receipt_queries.receipts_by_bulletin([first]).items()
    assert (signed, size > 0) == (0, True)


def test_whoever_may_not_is_turned_away_and_the_audit_knows(app: Flask, weeks: Weeks) -> None:
    key = weeks.submitted()
    assert visitor(app, weeks.world, "chief").get(f"/bulletins/{key}/edit").status_code == 403
    seen = db.session.scalars(select(AuditEvent).where(AuditEvent.kind == "turned_away")).all()
    assert [each.about for each in seen] == [f"/bulletins/{key}/edit"]
