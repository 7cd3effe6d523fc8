"""Pairing: parts and limits, many at once, and how many enterprises have somebody."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from helpdesk import clock
from helpdesk.db import db
from helpdesk.enterprises import pairing
from helpdesk.enterprises.models import Enterprise, Pairing
from helpdesk.enterprises.naming import initials_of
from helpdesk.enterprises.pairing_queries import coverage
from helpdesk.enterprises.queries import paired
from tests.people import District
from tests.visitors import text_of, visitor

NOW = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)


def more_firms(app: Flask, number: int) -> list[int]:
    with app.app_context():
        rows = [
            Enterprise(name=f"示例{n}厂", initials=initials_of(f"示例{n}厂"), no_uscc_reason="演示数据", added_at=NOW)
            for n in range(number)
        ]
        db.session.add_all(rows)
        db.session.commit()
        return [row.id for row in rows]


def pair(app: Flask, world: District, enterprise_id: int, part: str, paired_as: str = "cadre") -> str:
    answers = {"person": str(world.people[part]), "paired_as": paired_as}
    client = visitor(app, world, "dispatcher")
    return text_of(client.post(f"/enterprises/{enterprise_id}/pairings/new", data=answers, follow_redirects=True))


def those_of(app: Flask, world: District, part: str) -> set[int]:
    with app.app_context():
        rows = select(Pairing.enterprise_id).where(Pairing.person_id == world.people[part], Pairing.until_on.is_(None))
        return set(db.session.scalars(rows))


def test_a_cadre_gets_no_more_than_the_limit_but_a_leader_does(app: Flask, world: District) -> None:
    app.config["PAIRINGS_PER_CADRE"] = 2
    first, second, third = more_firms(app, 3)
    assert "包联已安排" in pair(app, world, first, "cadre")
    refused = pair(app, world, second, "cadre")
    assert "某cadre已包联 2 家，再加 1 家就超过每名干部 2 家的上限" in refused
    assert "包联领导，" in pair(app, world, second, "cadre", "leader")
    assert "首席服务官" in pair(app, world, third, "cadre", "officer")
    assert "已经在包联" in pair(app, world, third, "cadre", "leader")
    app.config["PAIRINGS_PER_CADRE"] = 0
    assert "包联已安排" in pair(app, world, more_firms_after(app), "cadre")


def more_firms_after(app: Flask) -> int:
    with app.app_context():
        row = Enterprise(name="最后一厂", initials="zhyc", no_uscc_reason="演示数据", added_at=NOW)
        db.session.add(row)
        db.session.commit()
        return row.id


def test_many_pairings_move_at_once_or_none(app: Flask, world: District) -> None:
    app.config["PAIRINGS_PER_CADRE"] = 3
    firms = more_firms(app, 3)
    for key in firms[:2]:
        pair(app, world, key, "cadre")
    pair(app, world, firms[0], "stranger")
    pair(app, world, firms[2], "stranger")
    client = visitor(app, world, "dispatcher")
    with app.app_context():
        ids = [
            str(key) for key in db.session.scalars(select(Pairing.id).where(Pairing.person_id == world.people["cadre"]))
        ]
    shown = client.post("/pairings/move", data={"ids": ids})
    assert "调整 3 家" in text_of(shown)
    assert client.post("/pairings/move", data={"ids": ids, "person": "0"}).status_code == 422
    app.config["PAIRINGS_PER_CADRE"] = 2
    to = {"ids": ids, "person": str(world.people["stranger"])}
    refused = client.post("/pairings/move", data=to)
    assert refused.status_code == 422
    assert "超过每名干部 2 家的上限" in text_of(refused)
    assert those_of(app, world, "cadre") == {world.enterprise_id, *firms[:2]}
    app.config["PAIRINGS_PER_CADRE"] = 4
    done = client.post("/pairings/move", data=to, follow_redirects=True)
    assert "已把 3 家企业的包联改给" in text_of(done)
    assert those_of(app, world, "stranger") == {world.enterprise_id, *firms}
    assert those_of(app, world, "cadre") == set()
    assert client.post("/pairings/move", data=to).status_code == 404  # they run no more


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("part", ["cadre", "supervisor", "group_lead", "chief", "stranger", "administrator"])
def test_only_the_dispatch_office_moves_pairings(app: Flask, world: District, part: str) -> None:
    with app.app_context():
        key = db.session.scalars(select(Pairing.id)).one()
    answer = visitor(app, world, part).post("/pairings/move", data={"ids": key, "person": world.people["stranger"]})
    assert answer.status_code == 403
    assert those_of(app, world, "cadre") == {world.enterprise_id}


def test_whoever_leaves_hands_all_over_beyond_any_limit(app: Flask, world: District) -> None:
    firms = more_firms(app, 2)
    for key in firms:
        pair(app, world, key, "cadre")
    with app.app_context():
        today = clock.today()
        to = world.person("stranger")
        moved = pairing.hand_over(world.people["cadre"], to, enterprise_ids=firms[:1], by=None, now=NOW, today=today)
        assert [each.enterprise_id for each in moved] == firms[:1]
        pairing.hand_over(world.people["cadre"], to, by=None, now=NOW, today=today)
        db.session.commit()
        assert len(paired([world.enterprise_id, *firms], today)) == 3
    assert those_of(app, world, "stranger") == {world.enterprise_id, *firms}


# -- Seeing it ---------------------------------------------------------------------------------------------------------


def test_the_coverage_leaves_out_what_is_gone(app: Flask, world: District) -> None:
    first, second, third = more_firms(app, 3)
    pair(app, world, first, "stranger", "leader")
    with app.app_context():
        db.session.get_one(Enterprise, second).status = "cancelled"
        db.session.get_one(Enterprise, third).merged_into_id = first
        db.session.commit()
        [found] = coverage(clock.today())
        assert (found.street, found.enterprises, found.covered) == (None, 2, 1)  # a leader alone is no cadre
    page = text_of(visitor(app, world, "supervisor").get("/pairings"))
    assert "1 / 2 家，覆盖率 50.0%" in page
    assert "某cadre" in page


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("part", ["cadre", "stranger", "group_lead", "administrator"])
def test_the_coverage_is_for_those_who_see_the_district(app: Flask, world: District, part: str) -> None:
    assert visitor(app, world, part).get("/pairings").status_code == 403


@pytest.mark.parametrize(
    ("part", "sees"),
    [
        ("supervisor", {"某cadre", "某stranger"}),
        ("cadre", {"某cadre"}),
        ("stranger", {"某stranger"}),
        ("handler", set()),
    ],
)
def test_the_list_shows_ones_own_pairings_or_all(app: Flask, world: District, part: str, sees: set[str]) -> None:
    [other] = more_firms(app, 1)
    pair(app, world, other, "stranger")
    rows = visitor(app, world, part).get("/lists/pairing.json", buffered=True).get_json()["rows"]
    assert {row["person"] for row in rows} == sees
