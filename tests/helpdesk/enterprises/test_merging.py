"""Doubles in the register: merged they are one enterprise for everybody, parted they are as before."""

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.db import db
from helpdesk.enterprises.models import Contact, Enterprise, Pairing
from helpdesk.enterprises.queries import find_enterprise_named, paired
from tests.helpdesk.enterprises.test_pairing import NOW, more_firms, pair, those_of
from tests.people import District
from tests.visitors import text_of, visitor
from tests.walking import Walker


@pytest.fixture
def other_id(app: Flask) -> int:
    """Another entry of the register."""
    return more_firms(app, 1)[0]


def merge(app: Flask, double_id: int, into: str, world: District) -> object:
    return visitor(app, world, "dispatcher").post(
        f"/enterprises/{double_id}/merge", data={"into": into}, follow_redirects=True
    )


def test_problems_contacts_and_cadres_of_a_double_are_those_of_the_enterprise(
    app: Flask, world: District, other_id: int
) -> None:
    with app.app_context():
        Walker(world, NOW).to("handling")
        db.session.add(Contact(enterprise_id=world.enterprise_id, name="周会计", phone="13900002222"))
        db.session.commit()
    pair(app, world, other_id, "stranger")
    page = text_of(merge(app, world.enterprise_id, "示例0厂", world))
    assert "厂区门前道路积水" in page
    assert "周会计" in page
    assert "并入重复登记“示例一号机械有限公司”" in page
    assert those_of(app, world, "cadre") == {other_id}
    with app.app_context():
        both = {world.people["cadre"], world.people["stranger"]}
        assert set(paired([world.enterprise_id], clock.today())[world.enterprise_id]) == both
        assert find_enterprise_named("示例一号机械有限公司").id == other_id  # type: ignore[union-attr]
    stranger = visitor(app, world, "stranger")  # paired with the other one: now also with its double
    assert "厂区门前道路积水" in stranger.get("/lists/problems").text
    names = [row["name"] for row in stranger.get("/lists/enterprises.json", buffered=True).get_json()["rows"]]
    assert names == ["示例0厂"]
    assert [each["label"] for each in stranger.get("/enterprises/find.json?q=一号机械").get_json()] == ["示例0厂"]
    assert stranger.get(f"/enterprises/{world.enterprise_id}").location == f"/enterprises/{other_id}"


def test_parted_they_are_as_before(app: Flask, world: District, other_id: int) -> None:
    merge(app, world.enterprise_id, "示例0厂", world)
    page = visitor(app, world, "dispatcher").post(f"/enterprises/{world.enterprise_id}/part", follow_redirects=True)
    assert "已恢复为单独登记" in text_of(page)
    with app.app_context():
        rows = {row.id: row for row in db.session.scalars(select(Enterprise))}
        assert {row.merged_into_id for row in rows.values()} == {None}
        assert rows[other_id].former_names == []
        assert world.people["cadre"] in paired([world.enterprise_id], clock.today())[world.enterprise_id]
    assert visitor(app, world, "dispatcher").post(f"/enterprises/{world.enterprise_id}/part").status_code == 409


def test_a_double_of_a_double_follows_and_comes_back(app: Flask, world: District) -> None:
    second, third = more_firms(app, 2)
    merge(app, second, "示例1厂", world)
    merge(app, third, "示例一号机械有限公司", world)
    with app.app_context():
        assert db.session.get_one(Enterprise, second).merged_into_id == world.enterprise_id
    visitor(app, world, "dispatcher").post(f"/enterprises/{third}/part")
    with app.app_context():
        assert db.session.get_one(Enterprise, second).merged_into_id == third
        assert db.session.get_one(Enterprise, third).merged_into_id is None


@pytest.mark.databases("sqlite")
def test_what_cannot_be_merged_is_said(app: Flask, world: District, other_id: int) -> None:
    assert "不能并入自己" in text_of(merge(app, other_id, "示例0厂", world))
    assert "名录里没有这家企业" in text_of(merge(app, other_id, "没有这家", world))
    merge(app, world.enterprise_id, "示例0厂", world)
    assert merge(app, world.enterprise_id, "示例0厂", world).status_code == 409  # type: ignore[attr-defined]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("part", ["cadre", "supervisor", "chief", "stranger", "administrator"])
def test_only_the_dispatch_office_merges(app: Flask, world: District, other_id: int, part: str) -> None:
    client = visitor(app, world, part)
    assert client.get(f"/enterprises/{other_id}/merge").status_code == 403
    assert client.post(f"/enterprises/{other_id}/merge", data={"into": "示例一号机械有限公司"}).status_code == 403
    assert client.post(f"/enterprises/{other_id}/part").status_code == 403
    with app.app_context():
        assert db.session.get_one(Enterprise, other_id).merged_into_id is None


def test_whoever_was_paired_with_both_is_paired_once(app: Flask, world: District, other_id: int) -> None:
    pair(app, world, other_id, "cadre")
    merge(app, world.enterprise_id, "示例0厂", world)
    with app.app_context():
        running = db.session.scalars(select(Pairing).where(Pairing.until_on.is_(None))).all()
        assert [(each.enterprise_id, each.person_id) for each in running] == [(other_id, world.people["cadre"])]


@pytest.mark.databases("sqlite")
def test_likely_doubles_are_offered(app: Flask, world: District, other_id: int) -> None:
    with app.app_context():
        db.session.add(Contact(enterprise_id=other_id, name="王经理", phone="15000000625"))
        db.session.commit()
    page = text_of(visitor(app, world, "dispatcher").get(f"/enterprises/{other_id}/merge"))
    assert "示例一号机械有限公司" in page
