"""Naming a substitute: for which days, by whom, and what is refused."""

import threading
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpdesk.db import db
from helpdesk.notices.models import Notice
from helpdesk.org.commands import name_substitute
from helpdesk.org.models import AdminRole, Duty, Person, Post, Substitute
from tests.desk import errors_beside
from tests.people import LONG_AGO, District
from tests.visitors import at, text_of, visitor
from workflows.engine import Missing

MONDAY = date(2026, 11, 23)
PAGE = "/account/substitutes"


@pytest.fixture(autouse=True)
def _on_a_monday() -> object:
    with time_machine.travel(at("2026-11-23 10:00"), tick=False):
        yield


def name(
    client: FlaskClient, world: District, whom: str, days: tuple[int, int] = (0, 7), url: str = PAGE
) -> TestResponse:
    """Fill in the form: days from this Monday on."""
    return client.post(
        url,
        data={
            "substitute": str(world.people[whom]),
            "from_on": str(MONDAY + timedelta(days=days[0])),
            "until_on": str(MONDAY + timedelta(days=days[1])),
            "reason": "外出学习",
        },
    )


def namings(app: Flask) -> list[tuple[int, int]]:
    with app.app_context():
        rows = db.session.query(Substitute).filter(Substitute.ended_at.is_(None)).order_by(Substitute.id)
        return [(row.person_id, row.substitute_id) for row in rows]


def told(app: Flask, world: District, part: str) -> list[str]:
    with app.app_context():
        rows = db.session.query(Notice).filter_by(person_id=world.people[part]).order_by(Notice.id)
        return [row.subject for row in rows]


def test_somebody_names_a_substitute_who_hears_of_it(app: Flask, world: District) -> None:
    client = visitor(app, world, "group_lead")
    assert "现在没有人代理我" in text_of(client.get(PAGE))
    assert name(client, world, "handler").status_code == 302
    page = text_of(client.get(PAGE))
    assert "某handler ，11月23日（周一）至11月30日（周一），外出学习 代理中" in page.replace("（某handler）", "")
    assert told(app, world, "handler") == ["【代理】某handler代理某group_lead，11月23日（周一）至11月30日（周一）"]
    assert told(app, world, "group_lead") == []
    assert "某group_lead" in text_of(visitor(app, world, "handler").get(PAGE))


def test_a_naming_is_taken_back_and_the_substitute_hears_of_it(app: Flask, world: District) -> None:
    client = visitor(app, world, "group_lead")
    name(client, world, "handler")
    key = _last(app)
    assert client.post(f"{PAGE}/{key}/end").status_code == 302
    assert namings(app) == []
    assert told(app, world, "handler")[-1] == "【代理收回】某handler不再代理某group_lead"
    assert "11月23日 10:00收回" in text_of(client.get(PAGE))
    assert client.post(f"{PAGE}/{key}/end").status_code == 409
    assert name(client, world, "other_handler").status_code == 302


def _last(app: Flask) -> int:
    with app.app_context():
        return db.session.query(Substitute.id).order_by(Substitute.id.desc()).limit(1).scalar()


@pytest.mark.parametrize("part", ["handler", "stranger", "administrator", "chief"])
def test_nobody_else_takes_it_back_by_its_address(app: Flask, world: District, part: str) -> None:
    name(visitor(app, world, "group_lead"), world, "handler")
    assert visitor(app, world, part).post(f"{PAGE}/{_last(app)}/end").status_code == 404
    assert len(namings(app)) == 1


def test_the_administrator_does_it_for_somebody_who_fell_ill(app: Flask, world: District) -> None:
    url = f"/people/{world.people['group_lead']}/substitutes"
    client = visitor(app, world, "administrator")
    assert url in client.get(f"/people/{world.people['group_lead']}").text
    assert name(client, world, "handler", url=url).status_code == 302
    assert namings(app) == [(world.people["group_lead"], world.people["handler"])]
    for part in ("handler", "group_lead"):
        assert len(told(app, world, part)) == 1, part
    assert client.post(f"{url}/{_last(app)}/end").status_code == 302
    assert namings(app) == []


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("part", ["stranger", "chief", "handler", "group_lead"])
def test_only_the_system_administrator_names_for_others(app: Flask, world: District, part: str) -> None:
    url = f"/people/{world.people['cadre']}/substitutes"
    client = visitor(app, world, part)
    assert (client.get(url).status_code, name(client, world, "reporter", url=url).status_code) == (403, 403)
    assert client.post(f"{url}/1/end").status_code == 403
    assert namings(app) == []


@pytest.mark.parametrize(
    ("days", "question", "words"),
    [
        ((-1, 7), "from_on", "不能早于今天"),
        ((400, 401), "from_on", "最多提前一年"),
        ((3, 2), "until_on", "不能早于开始日期"),
        ((0, 180), "until_on", "一次最多 180 天，最迟到2027年5月21日（周五）"),
    ],
)
def test_days_that_cannot_be_are_refused(
    app: Flask, world: District, days: tuple[int, int], question: str, words: str
) -> None:
    answer = name(visitor(app, world, "group_lead"), world, "handler", days)
    assert answer.status_code == 422
    assert words in errors_beside(answer)[question]
    assert "外出学习" in answer.text
    assert namings(app) == []


def test_a_hundred_and_eighty_days_are_the_most(app: Flask, world: District) -> None:
    assert name(visitor(app, world, "group_lead"), world, "handler", (0, 179)).status_code == 302


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("whom", ["group_lead", "administrator", "supervisor", "dispatcher"])
def test_who_may_not_stand_in_is_not_offered(app: Flask, world: District, whom: str) -> None:
    client = visitor(app, world, "group_lead")
    assert f'value="{world.people[whom]}"' not in client.get(PAGE).text
    assert f'value="{world.people["handler"]}"' in client.get(PAGE).text
    assert name(client, world, whom).status_code == 422
    assert namings(app) == []


def test_somebody_whose_account_is_closed_does_not_stand_in(app: Flask, world: District) -> None:
    with app.app_context():
        world.person("handler").active = False
        db.session.commit()
    assert name(visitor(app, world, "group_lead"), world, "handler").status_code == 422


def test_two_substitutes_for_the_same_day_are_refused(app: Flask, world: District) -> None:
    client = visitor(app, world, "group_lead")
    name(client, world, "handler", (3, 7))
    answer = name(client, world, "other_handler", (7, 9))
    assert "11月26日（周四）至11月30日（周一）已经指定某handler代理" in errors_beside(answer)["from_on"]
    assert name(client, world, "other_handler", (8, 9)).status_code == 302
    assert name(client, world, "other_handler", (0, 2)).status_code == 302


def test_a_circle_is_refused_with_its_chain(app: Flask, world: District) -> None:
    name(visitor(app, world, "group_lead"), world, "handler", (0, 9))
    name(visitor(app, world, "handler"), world, "other_handler", (5, 9))
    answer = name(visitor(app, world, "other_handler"), world, "group_lead", (0, 7))
    assert answer.status_code == 422
    words = errors_beside(answer)["substitute"]
    assert "某other_handler→某group_lead→某handler→某other_handler" in words
    assert name(visitor(app, world, "other_handler"), world, "group_lead", (0, 4)).status_code == 302


def test_an_administrator_neither_names_nor_is_named(app: Flask, world: District) -> None:
    client = visitor(app, world, "administrator")
    page = client.get(PAGE)
    assert "不参与问题办理" in text_of(page)
    assert 'name="substitute"' not in page.text
    assert name(client, world, "handler").status_code == 422
    assert namings(app) == []


@pytest.mark.parametrize(
    ("absent", "chosen", "why"),
    [
        ("supervisor", "handler", "督查考核办公室要核实、销号功能组办理的问题"),
        ("handler", "supervisor", "督查考核办公室要核实、销号功能组办理的问题"),
        ("supervisor", "dispatcher", "督查考核办公室要督查调度室"),
        ("supervisor", "leader", "督查考核办公室要督查领导批示"),
        ("dispatcher", "group_lead", "调度室要裁定功能组的退单"),
        ("dispatch_lead", "chief", "要由领导决定"),
        ("leader", "group_lead", "功能组提级的问题要由领导批示"),
    ],
)
def test_sides_that_watch_one_another_do_not_stand_in_for_each_other(
    app: Flask, world: District, absent: str, chosen: str, why: str
) -> None:
    with app.app_context():
        from helpdesk.org.substituting import Naming, objections

        naming = Naming(world.person(absent), world.person(chosen), MONDAY, MONDAY)
        words = objections(naming, MONDAY)["substitute"]
    assert why in words
    assert f"某{chosen}不能代理某{absent}" in words


@pytest.mark.parametrize(
    ("absent", "chosen"),
    [
        ("supervisor", "stranger"),
        ("dispatcher", "other_dispatcher"),
        ("group_lead", "other_lead"),
        ("leader", "other_leader"),
        ("leader", "chief"),
        ("cadre", "handler"),
    ],
)
def test_the_same_side_and_people_on_none_stand_in(app: Flask, world: District, absent: str, chosen: str) -> None:
    assert name(visitor(app, world, absent), world, chosen).status_code == 302


def test_nobody_stands_in_for_two_sides_at_once(app: Flask, world: District) -> None:
    assert name(visitor(app, world, "supervisor"), world, "stranger", (0, 4)).status_code == 302
    answer = name(visitor(app, world, "handler"), world, "stranger", (4, 9))
    assert "某stranger同时代理的某supervisor属于督查考核办公室" in errors_beside(answer)["substitute"]
    assert name(visitor(app, world, "handler"), world, "stranger", (5, 9)).status_code == 302


def test_a_chain_does_not_lead_around_the_independence(app: Flask, world: District) -> None:
    assert name(visitor(app, world, "supervisor"), world, "stranger", (0, 4)).status_code == 302
    answer = name(visitor(app, world, "stranger"), world, "handler", (2, 9))
    assert "某handler不能代理某supervisor" in errors_beside(answer)["substitute"]


def test_what_the_district_put_into_one_hand_is_no_conflict(app: Flask, world: District) -> None:
    with app.app_context():
        post = Post(
            person_id=world.people["dispatch_lead"], unit_id=world.units["领导小组"], duty=Duty.MEMBER, from_on=LONG_AGO
        )
        db.session.add(post)
        db.session.commit()
    assert name(visitor(app, world, "dispatch_lead"), world, "dispatcher").status_code == 302


def test_a_naming_by_somebody_who_became_an_administrator_is_still_shown(app: Flask, world: District) -> None:
    name(visitor(app, world, "group_lead"), world, "handler")
    with app.app_context():
        person = db.session.get(Person, world.people["group_lead"])
        assert person
        person.roles = [db.session.query(AdminRole).first()]
        db.session.commit()
    assert "某handler" in text_of(visitor(app, world, "group_lead").get(PAGE))


@pytest.mark.parametrize("data", [{}, {"substitute": "999999"}, {"substitute": "x"}, {"substitute": "9" * 30}])
def test_a_form_without_sense_comes_back_with_what_was_typed(app: Flask, world: District, data: dict[str, str]) -> None:
    sent = {"from_on": "今天", "until_on": "", "reason": "学习"} | data
    answer = visitor(app, world, "group_lead").post(PAGE, data=sent)
    assert answer.status_code == 422
    assert set(errors_beside(answer)) == {"substitute", "from_on", "until_on"}
    assert 'value="学习"' in answer.text


# -- At once -----------------------------------------------------------------------------------------------------------


def at_once(app: Flask, world: District, *wishes: tuple[str, str]) -> list[object]:
    """All of them name somebody at the same moment; what each got."""
    gate, results = threading.Barrier(len(wishes)), dict[int, object]()

    def run(index: int, absent: str, whom: str) -> None:
        with app.app_context():
            person = db.session.get(Person, world.people[absent])
            assert person
            gate.wait()
            try:
                results[index] = name_substitute(
                    person.id,
                    world.people[whom],
                    (MONDAY, MONDAY + timedelta(days=7)),
                    reason=None,
                    by=person,
                    now=at("2026-11-23 10:00"),
                    today=MONDAY,
                    tell=lambda row: None,
                ).id
            except Missing as missing:
                results[index] = missing
            db.session.remove()

    threads = [threading.Thread(target=run, args=(index, *wish)) for index, wish in enumerate(wishes)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[index] for index in range(len(wishes))]


def test_of_two_namings_at_once_for_the_same_days_one_wins(app: Flask, world: District) -> None:
    results = at_once(app, world, ("group_lead", "handler"), ("group_lead", "other_handler"))
    assert len([each for each in results if isinstance(each, Missing)]) == 1
    assert len(namings(app)) == 1


def test_a_circle_cannot_be_closed_from_two_or_three_sides_at_once(app: Flask, world: District) -> None:
    ring = (("group_lead", "handler"), ("handler", "other_handler"), ("other_handler", "group_lead"))
    results = at_once(app, world, *ring)
    assert len([each for each in results if isinstance(each, Missing)]) == 1
    assert len(namings(app)) == 2


def test_two_far_ends_of_a_chain_cannot_be_joined_at_once(app: Flask, world: District) -> None:
    at_once(app, world, ("group_lead", "handler"))
    at_once(app, world, ("other_handler", "other_lead"))
    results = at_once(app, world, ("handler", "other_handler"), ("other_lead", "group_lead"))
    assert len([each for each in results if isinstance(each, Missing)]) == 1
