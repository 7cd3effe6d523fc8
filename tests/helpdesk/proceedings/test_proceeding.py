"""A proceeding goes its way: one transaction an act, its own clocks, its notices, and nothing twice."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.errors import NotFoundError, StaleError
from helpdesk.notices.models import Notice
from helpdesk.proceedings import queries
from helpdesk.proceedings.commands import Actor, Opening, proceed
from helpdesk.proceedings.digesting import moot, waits
from helpdesk.proceedings.models import Proceeding, ProceedingEntry
from helpdesk.proceedings.sweep import sweep
from tests.people import District
from workflows.engine import Missing, NotYours

TUESDAY_9 = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
ASKED = {
    "level": "1",
    "order_title": "关于限期办结积水问题的督办单",
    "demand": "请于期限内说明原因并提出整改措施。",
    "reply_by": datetime(2026, 9, 8).date(),
}


class Office:
    """Whoever acts on one order of a small district, a minute later each time."""

    def __init__(self, world: District) -> None:
        self.world, self.now = world, TUESDAY_9
        self.key: int | None = None

    def do(self, name: str, by: str = "supervisor", **given: object) -> int:
        self.now += timedelta(minutes=1)
        opening = None if self.key else Opening(unit_id=self.world.group_id)
        actor = Actor.person(self.world.person(by))
        done = proceed("order", self.key, name, by=actor, given=given, now=self.now, opening=opening)
        self.key = done.proceeding_id
        return self.key

    def issued(self) -> int:
        self.do("draft_order", **ASKED)
        return self.do("issue_order", reply_by=ASKED["reply_by"])

    @property
    def row(self) -> Proceeding:
        db.session.expire_all()
        found = db.session.get(Proceeding, self.key)
        assert found is not None
        return found


@pytest.fixture
def office(world: District) -> Office:
    return Office(world)


def told(name: str) -> list[Notice]:
    return list(db.session.scalars(select(Notice).where(Notice.name == name).order_by(Notice.id)))


def test_an_order_gets_its_number_when_it_is_issued_and_the_unit_is_told(office: Office) -> None:
    office.do("draft_order", **ASKED)
    assert (office.row.number, office.row.phase, told("order_issued")) == (None, "start", [])
    office.do("issue_order", reply_by=ASKED["reply_by"])
    assert (office.row.number, office.row.state) == ("督办〔2026〕1号", "order_issued")
    assert [each.person_id for each in told("order_issued")] == [office.world.people["group_lead"]]
    assert office.row.due_on == datetime(2026, 9, 2).date()  # one working day to sign
    assert [each.name for each in queries.clocks_of(office.key or 0)] == ["order_sign", "order_reply"]


def test_the_whole_way_leaves_one_line_an_act(office: Office) -> None:
    office.issued()
    office.do("sign_order", by="group_lead")
    office.do(
        "reply_order", by="group_lead", causes="人手不足，进度滞后", steps="增派两名同志", done_by=ASKED["reply_by"]
    )
    office.do("return_order", reason="措施不具体，请再报", reply_by=datetime(2026, 9, 10).date())
    office.do(
        "reply_order", by="group_lead", causes="人手不足，进度滞后", steps="周五前疏通管网", done_by=ASKED["reply_by"]
    )
    office.do("accept_order")
    office.do("close_order", opinion="问题已经落实")
    assert office.row.phase == "closed"
    assert office.row.ended_at is not None
    assert office.row.due_on is None
    acts = [each.action for each in reversed(queries.entries_of(office.key or 0))]
    assert acts == [
        "draft_order",
        "issue_order",
        "sign_order",
        "reply_order",
        "return_order",
        "reply_order",
        "accept_order",
        "close_order",
    ]
    assert all(each.stopped_at for each in queries.clocks_of(office.key or 0))


def test_only_the_supervision_office_issues_and_a_refusal_says_so(office: Office) -> None:
    office.do("draft_order", **ASKED)
    with pytest.raises(NotFoundError):  # a draft is nobody's business but of those who can go on with it
        office.do("issue_order", by="dispatcher", reply_by=ASKED["reply_by"])
    office.do("issue_order", reply_by=ASKED["reply_by"])
    with pytest.raises(NotYours, match="督查员"):
        office.do("cancel_order", by="dispatcher", reason="不需要督办了")
    with pytest.raises(NotFoundError):
        office.do("sign_order", by="stranger")
    with pytest.raises(NotFoundError):
        office.do("sign_order", by="other_lead")
    assert office.row.state == "order_issued"


def test_a_day_too_far_ahead_is_refused_in_words(office: Office) -> None:
    with pytest.raises(Missing, match="最晚是|最迟"):
        office.do("draft_order", **{**ASKED, "reply_by": datetime(2026, 12, 1).date()})
    assert office.key is None


def test_what_somebody_else_has_changed_meanwhile_is_not_overwritten(office: Office) -> None:
    office.issued()
    seen = office.row.version
    office.do("sign_order", by="group_lead")
    with pytest.raises(StaleError):
        proceed(
            "order",
            office.key,
            "reply_order",
            by=Actor.person(office.world.person("group_lead")),
            given={"causes": "人手不足", "steps": "增派同志五人", "done_by": ASKED["reply_by"]},
            now=office.now,
            version=seen,
        )


def test_the_second_click_does_nothing(office: Office) -> None:
    office.do("draft_order", **ASKED)
    actor = Actor.person(office.world.person("supervisor"))
    given = {"reply_by": ASKED["reply_by"]}
    first, second = (
        proceed("order", office.key, "issue_order", by=actor, given=given, now=office.now, request_key="once")
        for _ in range(2)
    )
    assert (first.repeated, second.repeated) == (False, True)
    assert first.entry_id == second.entry_id
    assert office.row.number == "督办〔2026〕1号"


def test_milestones_strike_once_however_often_and_late_it_is_swept(office: Office) -> None:
    office.issued()
    assert sweep(office.now).struck == 0
    late = calendar().at(datetime(2026, 9, 11).date()) + timedelta(
        hours=2
    )  # signing was due on the 2nd, the reply on the 8th
    assert sweep(late).struck == sum(1 for each in queries.entries_of(office.key or 0) if each.action == "strike") > 0
    assert sweep(late).struck == 0
    lines = [each for each in queries.entries_of(office.key or 0) if each.action == "strike"]
    assert [each.label for each in reversed(lines)] == ["催办通知书", "呈报领导", "催办通知书"]
    assert [calendar().day_of(each.at).isoformat() for each in reversed(lines)] == [
        "2026-09-03",
        "2026-09-09",
        "2026-09-09",
    ]
    assert {each.person_id for each in told("overdue")} == {office.world.people["group_lead"]}
    assert {each.person_id for each in told("overdue_copy")} >= {
        office.world.people["leader"],
        office.world.people["chief"],
    }


def test_whoever_has_the_turn_finds_it_in_his_morning_digest_and_a_notice_that_is_no_longer_true_is_dropped(
    office: Office,
) -> None:
    office.issued()
    lead = office.world.people["group_lead"]
    assert [line.subject for line in waits([lead], office.now)[lead]] == [
        "督办〔2026〕1号 关于限期办结积水问题的督办单"
    ]
    notice = told("order_issued")[0]
    assert moot([notice], office.now) == {}
    office.do("sign_order", by="group_lead")
    assert moot([notice], office.now) == {notice.id: "已不再轮到收件人办理"}


def test_its_timeline_is_append_only_in_the_database(office: Office) -> None:
    office.issued()
    for statement in ("UPDATE proceeding_entries SET by_name = '别人'", "DELETE FROM proceeding_entries"):
        with pytest.raises(DatabaseError, match="append-only"):
            db.session.execute(text(statement))
        db.session.rollback()
    assert db.session.query(ProceedingEntry).count() == 2


def test_a_draft_stands_in_the_morning_mail_of_those_who_may_issue_it_and_of_nobody_else(office: Office) -> None:
    office.do("draft_order", **ASKED)
    found = waits(office.world.people.values(), office.now)
    assert set(found) == {office.world.people["supervisor"]}
    [line] = found[office.world.people["supervisor"]]
    assert (line.subject, line.body) == ("督办单 关于限期办结积水问题的督办单", "督办单拟稿")
    office.do("discard_order", reason="已经当面督办")
    assert waits(office.world.people.values(), office.now) == {}
