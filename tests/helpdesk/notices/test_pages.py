"""我的通知: mine and nobody else's, read once opened; and the demo's page of mails, which only the demo has."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import func, select

from helpdesk import clock
from helpdesk.db import db
from helpdesk.notices.models import DROPPED, Notice
from helpdesk.notices.queries import unread_by
from tests.visitors import text_of, visitor
from tests.walking import Walker


def mine(walker: Walker, part: str) -> list[Notice]:
    db.session.expire_all()
    told = select(Notice).where(Notice.person_id == walker.world.people[part]).order_by(Notice.id.desc())
    return list(db.session.scalars(told))


def test_one_sees_ones_own_notices_newest_first_and_what_is_unread(app: Flask, walker: Walker) -> None:
    walker.to("assigned")
    walker.to("returned")
    page = visitor(app, walker.world, "reporter").get("/notices")
    subjects = [notice.subject for notice in mine(walker, "reporter")]
    assert len(subjects) >= 2
    places = [page.text.index(subject) for subject in subjects]
    assert places == sorted(places)
    assert page.text.count("未读</span>") == len(subjects)
    others = {notice.subject for notice in mine(walker, "group_lead")} - set(subjects)
    assert others
    assert not any(subject in page.text for subject in others)


def test_the_bell_counts_what_is_unread(app: Flask, walker: Walker) -> None:
    walker.to("handling")
    client = visitor(app, walker.world, "handler")
    with app.app_context():  # a context a look, as outside tests
        assert '<span class="count count--urgent">1</span>' in client.get("/notices").text
    client.post("/notices/read")
    with app.app_context():
        assert 'class="count' not in client.get("/notices").text


def test_opening_one_marks_it_read_and_leads_to_the_problem(app: Flask, walker: Walker) -> None:
    problem_id = walker.to("handling")
    client, [notice] = visitor(app, walker.world, "handler"), mine(walker, "handler")
    assert unread_by(notice.person_id or 0) == 1
    answer = client.get(f"/notices/{notice.id}")
    assert (answer.status_code, answer.location) == (302, f"/problems/{problem_id}")
    first = mine(walker, "handler")[0].read_at
    assert first is not None
    client.get(f"/notices/{notice.id}")
    assert mine(walker, "handler")[0].read_at == first
    assert unread_by(notice.person_id or 0) == 0


def test_one_that_tells_of_a_problem_gone_to_others_is_shown_itself(app: Flask, walker: Walker) -> None:
    problem_id = walker.to("handling")
    assigned = mine(walker, "group_lead")[-1]
    client = visitor(app, walker.world, "group_lead")
    assert client.get(f"/notices/{assigned.id}").location == f"/problems/{problem_id}"
    walker.do(problem_id, "reassign", group=walker.world.other_group_id)
    taken_away = mine(walker, "group_lead")[0]
    assert "改派" in taken_away.subject
    for notice in (taken_away, assigned):
        page = client.get(f"/notices/{notice.id}")
        assert page.status_code == 200
        for words in (notice.subject, notice.why, *notice.body.split()):
            assert escape(words) in page.text
    assert mine(walker, "group_lead")[0].read_at is not None


def test_nobody_opens_or_marks_somebody_elses(app: Flask, walker: Walker) -> None:
    walker.to("handling")
    [notice] = mine(walker, "handler")
    client = visitor(app, walker.world, "stranger")
    assert client.get(f"/notices/{notice.id}").status_code == 404
    assert client.get("/notices/999999").status_code == 404
    client.post("/notices/read")
    assert mine(walker, "handler")[0].read_at is None


def test_what_lapsed_unsent_is_no_news(app: Flask, walker: Walker) -> None:
    walker.to("handling")
    [notice] = mine(walker, "handler")
    notice.status, notice.dropped_why = DROPPED, "已经办理，不必再提醒"
    db.session.commit()
    assert unread_by(walker.world.people["handler"]) == 0
    assert "还没有通知" in visitor(app, walker.world, "handler").get("/notices").text


def test_many_notices_come_in_pages(app: Flask, walker: Walker) -> None:
    for _ in range(33):
        walker.do(None, "report")
    client = visitor(app, walker.world, "dispatcher")
    first, second = client.get("/notices").text, client.get("/notices?page=2").text
    assert (first.count("work__row"), second.count("work__row")) == (30, 3)
    assert "page=2" in first
    assert client.get("/notices?page=-1").status_code == client.get("/notices?page=many").status_code == 200
    assert "还没有通知" in client.get("/notices?page=9").text


def test_outside_the_demo_nobody_sees_mails(app: Flask, walker: Walker) -> None:
    for part in ("dispatcher", "administrator"):
        assert visitor(app, walker.world, part).get("/demo/mail").status_code == 404


class TestInTheDemo:
    """With DEMO set."""

    @pytest.fixture
    def settings(self) -> dict[str, Any]:
        return {"DEMO": True}

    def test_every_mail_is_shown_and_the_enterprises_link_works(self, app: Flask, walker: Walker) -> None:
        walker.now = clock.now() - timedelta(hours=1)
        walker.to("evaluating")
        client = visitor(app, walker.world, "stranger")
        page = client.get("/demo/mail?q=wang@example.org")
        assert set(re.findall("等待发出|已发出", text_of(page))) == {"等待发出"}
        assert page.text.count('<section class="paper" id="mail-') == db.session.scalar(
            select(func.count()).select_from(Notice).where(Notice.address == "wang@example.org")
        )
        [link] = re.findall(r'查看答复并评价：\s*<a href="http://localhost(/e/[^"]+)"', page.text)
        assert app.test_client().get(link).status_code == 200

    def test_it_stands_without_any_mail(self, app: Flask, walker: Walker) -> None:
        assert "没有邮件" in visitor(app, walker.world, "stranger").get("/demo/mail?q=nothing").text
