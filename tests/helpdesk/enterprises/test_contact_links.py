"""A contact's own link: made, renewed and revoked by those who know the enterprise; behind it he reports and follows."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from helpdesk import clock
from helpdesk.db import db
from helpdesk.enterprises.models import Contact, Enterprise
from helpdesk.enterprises.pairing_queries import answers_for
from helpdesk.problems.models import Entry, Problem
from helpdesk.security import OF_CONTACT, OF_PROBLEM, read_link, sign_link
from tests.helpdesk.enterprises.test_pairing import NOW, more_firms, pair
from tests.people import District
from tests.visitors import text_of, visitor
from tests.walking import Walker

REPORTED = {
    "title": "厂区门口夜间停电",
    "detail": "本周三次夜间停电，每次两小时左右，影响夜班生产。",
    "category": "utilities",
    "urgency": "ordinary",
}


def contact_of(app: Flask, enterprise_id: int, phone: str = "13900003333") -> int:
    with app.app_context():
        row = Contact(enterprise_id=enterprise_id, name="吴主管", phone=phone, email="wu@example.org")
        db.session.add(row)
        db.session.commit()
        return row.id


def page_of_link(enterprise_id: int, contact_id: int) -> str:
    return f"/enterprises/{enterprise_id}/contacts/{contact_id}/link"


def given(app: Flask, world: District, part: str = "cadre") -> str:
    """The address of a new link, as somebody who knows the enterprise gets it."""
    contact_id = contact_of(app, world.enterprise_id)
    client, base = visitor(app, world, part), page_of_link(world.enterprise_id, contact_id)
    assert "没有专属链接" in text_of(client.get(base))
    page = client.post(base, follow_redirects=True).text
    found = re.search(r'value="[^"]*(/m/[^"]+)"', page)
    assert found
    picture = client.get(f"{base}.svg")
    assert picture.mimetype == "image/svg+xml"
    assert b"<path" in picture.data
    return found[1]


def anybody(app: Flask) -> FlaskClient:
    return app.test_client()


def test_the_contact_reports_and_follows_without_an_account(app: Flask, world: District) -> None:
    address, client = given(app, world), anybody(app)
    assert "还没有您反映的问题" in text_of(client.get(address))
    assert "139****3333" in text_of(client.get(f"{address}/report"))
    page = text_of(client.post(f"{address}/report", data=REPORTED, follow_redirects=True))
    assert "已上报" in page
    assert REPORTED["title"] in page
    with app.app_context():
        problem = db.session.scalars(select(Problem)).one()
        assert (problem.state, problem.enterprise_id) == ("reported", world.enterprise_id)
        assert (problem.contact_name, problem.contact_phone) == ("吴主管", "13900003333")
        assert problem.reporter_id == world.people["cadre"]  # stands for it inside
        entry = db.session.scalars(select(Entry)).one()
        assert (entry.by_id, entry.by_name, entry.by_role) == (None, "吴主管（企业）", "enterprise")
        key = problem.id
    followed = client.get(f"{address}/{key}", follow_redirects=True)
    assert REPORTED["title"] in text_of(followed)
    assert followed.request.path.startswith("/e/")
    assert REPORTED["title"] in visitor(app, world, "dispatcher").get("/").text  # whose turn it is


@pytest.mark.databases("sqlite")
def test_what_is_missing_is_said_and_nothing_typed_is_lost(app: Flask, world: District) -> None:
    address = given(app, world)
    page = anybody(app).post(f"{address}/report", data=REPORTED | {"title": "停"})
    assert page.status_code == 422
    assert REPORTED["detail"] in page.text
    with app.app_context():
        assert db.session.scalars(select(Problem)).all() == []


@pytest.mark.databases("sqlite")
def test_one_form_reports_once(app: Flask, world: District) -> None:
    address, client = given(app, world), anybody(app)
    key = re.search(r'name="request_key"[^>]*value="([^"]+)"', client.get(f"{address}/report").text)
    assert key
    for _ in range(2):
        client.post(f"{address}/report", data=REPORTED | {"request_key": key[1]})
    with app.app_context():
        assert len(db.session.scalars(select(Problem)).all()) == 1


def test_where_nobody_is_paired_whoever_gave_the_link_stands_for_it(app: Flask, world: District) -> None:
    [firm] = more_firms(app, 1)
    contact_id = contact_of(app, firm)
    page = visitor(app, world, "dispatcher").post(page_of_link(firm, contact_id), follow_redirects=True).text
    found = re.search(r'value="[^"]*(/m/[^"]+)"', page)
    assert found
    anybody(app).post(f"{found[1]}/report", data=REPORTED)
    with app.app_context():
        assert db.session.scalars(select(Problem.reporter_id)).one() == world.people["dispatcher"]


def test_the_cadre_answers_for_it_also_where_a_leader_was_paired_before_him(app: Flask, world: District) -> None:
    [firm] = more_firms(app, 1)
    pair(app, world, firm, "leader", "leader")
    pair(app, world, firm, "stranger")
    with app.app_context():
        assert answers_for(firm, clock.today()) == world.people["stranger"]
        db.session.get_one(Enterprise, world.enterprise_id).merged_into_id = firm
        db.session.commit()
        assert answers_for(world.enterprise_id, clock.today()) == world.people["stranger"]


def test_with_a_new_telephone_he_still_finds_what_he_reported(app: Flask, world: District) -> None:
    address = given(app, world)
    anybody(app).post(f"{address}/report", data=REPORTED)
    with app.app_context():
        db.session.scalars(select(Contact).where(Contact.name == "吴主管")).one().phone = "13700001111"
        db.session.commit()
    assert REPORTED["title"] in text_of(anybody(app).get(address))


def test_he_is_asked_for_his_evaluation_behind_his_own_link(app: Flask, world: District) -> None:
    with app.app_context():
        walker = Walker(world, NOW)
        key = walker.to("evaluating")
        phone = db.session.get_one(Problem, key).contact_phone
    contact_id = contact_of(app, world.enterprise_id, phone or "")
    page = visitor(app, world, "cadre").post(page_of_link(world.enterprise_id, contact_id), follow_redirects=True).text
    found = re.search(r'value="[^"]*(/m/[^"]+)"', page)
    assert found
    assert "请您评价" in text_of(anybody(app).get(f"{found[1]}/{key}", follow_redirects=True))


def test_problems_of_other_people_are_not_his(app: Flask, world: District) -> None:
    with app.app_context():
        key = Walker(world, NOW).to("handling")
    address = given(app, world)
    assert "还没有您反映的问题" in text_of(anybody(app).get(address))
    assert anybody(app).get(f"{address}/{key}").status_code == 404


def test_a_renewed_link_ends_the_former_and_a_revoked_one_opens_nothing(app: Flask, world: District) -> None:
    first = given(app, world)
    with app.app_context():
        contact_id = db.session.scalars(select(Contact.id).where(Contact.name == "吴主管")).one()
    base, cadre = page_of_link(world.enterprise_id, contact_id), visitor(app, world, "cadre")
    second = re.search(r'value="[^"]*(/m/[^"]+)"', cadre.post(base, follow_redirects=True).text)
    assert second
    assert second[1] != first
    assert anybody(app).get(first).status_code == 410
    assert anybody(app).get(second[1]).status_code == 200
    assert "已停用" in text_of(cadre.post(f"{base}/revoke", follow_redirects=True))
    assert cadre.post(f"{base}/revoke").status_code == 409
    for address in (second[1], f"{second[1]}/report", f"{second[1]}/1"):
        answer = anybody(app).get(address)
        assert answer.status_code == 410
        assert "这个链接已经停用" in text_of(answer)
    assert anybody(app).post(f"{second[1]}/report", data=REPORTED).status_code == 410
    with app.app_context():
        assert db.session.scalars(select(Problem)).all() == []
    told = text_of(cadre.get(f"/enterprises/{world.enterprise_id}"))
    for words in ("生成联系人 吴**的专属链接", "更换联系人 吴**的专属链接", "停用联系人 吴**的专属链接"):
        assert words in told


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("part", ["stranger", "supervisor", "handler", "group_lead", "administrator"])
def test_nobody_else_gives_links(app: Flask, world: District, part: str) -> None:
    base = page_of_link(world.enterprise_id, contact_of(app, world.enterprise_id))
    client = visitor(app, world, part)
    for answer in (client.get(base), client.get(f"{base}.svg"), client.post(base), client.post(f"{base}/revoke")):
        assert answer.status_code == 403


@pytest.mark.databases("sqlite")
def test_a_link_of_one_kind_opens_nothing_of_the_other(app: Flask) -> None:
    with app.app_context():
        assert read_link(sign_link(1, OF_CONTACT), OF_PROBLEM) is None
        assert read_link(sign_link(1, OF_PROBLEM), OF_CONTACT) is None
        assert read_link(sign_link(1, OF_CONTACT), OF_CONTACT) == 1
