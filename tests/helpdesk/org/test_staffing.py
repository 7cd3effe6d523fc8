"""Staffing by pages: enrolling, correcting, posts with dates, and what is refused; roles follow from posts."""

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from flask import Flask

from helpdesk import clock
from helpdesk.audit.models import AuditEvent
from helpdesk.db import db
from helpdesk.org import queries, staffing
from helpdesk.org.commands import in_one_transaction
from helpdesk.org.letters import letters_for
from helpdesk.org.models import AdminRole, Duty, Person, Post
from helpdesk.org.staffing import Facts, Term
from helpdesk.papers.letters import letters
from tests.people import District
from tests.visitors import is_in, knock, text_of, visitor
from workflows.engine import Missing, NotNow
from workflows.roles import Role

PASSWORD = re.compile(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}")


def newcomer(world: District, **other: Any) -> dict[str, Any]:
    """A form filled in as it should be."""
    return {
        "name": "赵新来",
        "username": "zhao.xinlai",
        "phone": "13900001111",
        "email": "zhao@example.org",
        "title": "科员",
        "unit": world.group_id,
        "duty": "handler",
        "from_on": clock.today().isoformat(),
    } | other


def events(app: Flask, kind: str) -> list[AuditEvent]:
    """What the audit holds of that kind."""
    with app.app_context():
        return list(db.session.scalars(db.select(AuditEvent).where(AuditEvent.kind == kind)))


def test_whoever_is_enrolled_comes_in_with_the_password_shown_and_can_be_named_as_a_handler(
    app: Flask, world: District
) -> None:
    page = visitor(app, world, "administrator").post("/people/new", data=newcomer(world))
    password = PASSWORD.search(text_of(page))
    assert page.status_code == 200
    assert password
    client = app.test_client()
    knock(client, "zhao.xinlai", password[0])
    assert client.get("/").location == "/account/password"
    with app.app_context():
        handlers = [each.name for each in queries.handlers_of(world.group_id, clock.today())]
    assert "赵新来" in handlers
    assert [event.by_name for event in events(app, "person_enrolled")] == ["某administrator（administrator）"]
    assert len(events(app, "post_given")) == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"username": "handler"}, "已经由某handler使用"),
        ({"username": "zhao xin"}, "中间不留空格"),
        ({"email": "HANDLER@example.org"}, "已经登记给某handler"),
        ({"phone": "123"}, "电话号码不对"),
        ({"name": ""}, "请填写姓名"),
        ({"until_on": "2019-01-01"}, "不能早于开始日期"),
    ],
)
def test_what_cannot_be_is_said_beside_its_question_and_what_was_typed_stays(
    app: Flask, world: District, wrong: dict[str, str], words: str
) -> None:
    page = visitor(app, world, "administrator").post("/people/new", data=newcomer(world, **wrong))
    assert page.status_code == 422
    assert words in text_of(page)
    assert 'value="科员"' in page.text
    with app.app_context():
        assert db.session.scalar(db.select(Person).where(Person.title == "科员")) is None


def test_only_a_group_has_somebody_in_charge_above_it(app: Flask, world: District) -> None:
    data = newcomer(world, unit=world.units["区工信局"], duty="in_charge")
    page = visitor(app, world, "administrator").post("/people/new", data=data)
    assert (page.status_code, "只有功能组有分管领导" in text_of(page)) == (422, True)


@pytest.mark.parametrize("part", ["stranger", "dispatch_lead", "chief", "group_lead"])
def test_staffing_is_the_system_administrators_alone(app: Flask, world: District, part: str) -> None:
    client, key = visitor(app, world, part), world.people["handler"]
    with app.app_context():
        post = queries.posts_of(key, clock.today())[0].id
    for path in ("new", f"{key}/edit", f"{key}/posts/new", f"{key}/posts/{post}/end", f"{key}/posts/{post}/move"):
        assert client.get(f"/people/{path}").status_code == 403, path
        assert client.post(f"/people/{path}", data=newcomer(world)).status_code == 403, path
    assert client.post(f"/people/{key}/letter.docx", data={"password": "x"}).status_code == 403


def test_a_correction_is_on_record_with_what_was_before(app: Flask, world: District) -> None:
    client, key = visitor(app, world, "administrator"), world.people["handler"]
    data = {
        "name": "钱改名",
        "username": "handler",
        "phone": "13900000625",
        "email": "handler@example.org",
        "title": "主任",
    }
    assert client.post(f"/people/{key}/edit", data=data).status_code == 302
    with app.app_context():
        assert queries.get_person(key).name == "钱改名"
    told = str(events(app, "person_corrected")[0].details)
    assert "某handler" in told
    assert "钱改名" in told
    assert "用户名" not in told


def test_who_moves_to_another_unit_has_its_roles_from_that_day_and_the_old_ones_until_the_day_before(
    app: Flask, world: District
) -> None:
    client, key, today = visitor(app, world, "administrator"), world.people["group_lead"], clock.today()
    with app.app_context():
        post = queries.posts_of(key, today)[0].id
    day = today + timedelta(days=3)
    data = {"unit": world.other_group_id, "duty": "lead", "from_on": day.isoformat()}
    assert client.post(f"/people/{key}/posts/{post}/move", data=data).status_code == 302
    with app.app_context():
        for when, where in ((day - timedelta(days=1), world.group_id), (day, world.other_group_id)):
            assert queries.seating(when).units_where(key, Role.GROUP_LEAD) == {where}, when


def test_a_post_ends_with_its_last_day_and_not_twice(app: Flask, world: District) -> None:
    client, key, today = visitor(app, world, "administrator"), world.people["other_dispatcher"], clock.today()
    with app.app_context():
        post = queries.posts_of(key, today)[0].id
    last = (today - timedelta(days=1)).isoformat()
    assert client.post(f"/people/{key}/posts/{post}/end", data={"last_on": last}).status_code == 302
    with app.app_context():
        assert queries.seating(today).units_where(key, Role.DISPATCHER) == set()
    assert client.post(f"/people/{key}/posts/{post}/end", data={"last_on": last}).status_code == 409
    assert client.get(f"/people/{world.people['handler']}/posts/{post}/end").status_code == 404


def test_the_same_post_is_not_held_twice_on_one_day(app: Flask, world: District) -> None:
    client, key = visitor(app, world, "administrator"), world.people["handler"]
    data = {"unit": world.group_id, "duty": "handler", "from_on": clock.today().isoformat()}
    page = client.post(f"/people/{key}/posts/new", data=data)
    assert (page.status_code, "已经是基础设施保障组的经办人" in text_of(page)) == (422, True)


def test_administrators_get_no_seat_that_handles_problems(app: Flask, world: District) -> None:
    client, key = visitor(app, world, "administrator"), world.people["administrator"]
    today = clock.today().isoformat()
    for unit, duty, code in (("调度室", "member", 422), ("区工信局", "lead", 422), ("区工信局", "member", 302)):
        data = {"unit": world.units[unit], "duty": duty, "from_on": today}
        assert client.post(f"/people/{key}/posts/new", data=data).status_code == code, (unit, duty)


def test_an_import_enrols_many_in_its_own_transaction_all_or_none(app: Flask, world: District) -> None:
    def together(*logins: str) -> list[tuple[Person, str]]:
        by, found = world.person("administrator"), []
        for login in logins:
            person, password = staffing.enrol(Facts("孙某某", login), by=by, now=clock.now())
            term = Term(world.group_id, Duty.MEMBER, date(2026, 1, 1))
            staffing.give_post(person, term, by=by, now=clock.now())
            found.append((person, password))
        return found

    with app.app_context():
        with pytest.raises(Missing):
            in_one_transaction(lambda: together("sun.a", "sun.b", "handler"))
        assert queries.find_by_username("sun.a") is None
        found = in_one_transaction(lambda: together("sun.a", "sun.b"))
        day = date(2026, 11, 28)
        content = letters(letters_for(found, address="http://localhost", today=day), district="二道区")
        told = [paragraph.text for paragraph in Document(BytesIO(content)).paragraphs]
        assert (
            db.session.scalar(db.select(db.func.count()).select_from(Post).join(Person).where(Person.name == "孙某某"))
            == 2
        )
    for _person, password in found:
        assert f"初始密码：{password}" in told
    assert told.count("基础设施保障组　孙某某同志：") == 2


def test_the_letter_is_made_only_for_a_password_that_still_opens_the_door(app: Flask, world: District) -> None:
    client, key = visitor(app, world, "administrator"), world.people["handler"]
    first = PASSWORD.search(text_of(client.post(f"/people/{key}/first-password")))
    assert first
    paper = client.post(f"/people/{key}/letter.docx", data={"password": first[0]})
    told = "\n".join(paragraph.text for paragraph in Document(BytesIO(paper.data)).paragraphs)
    assert first[0] in told
    assert "某handler同志" in told
    second = PASSWORD.search(text_of(client.post(f"/people/{key}/first-password")))
    assert client.post(f"/people/{key}/letter.docx", data={"password": first[0]}).status_code == 409
    assert second
    door = app.test_client()
    knock(door, "handler", second[0])
    assert not is_in(door)  # the password must be changed first


def test_one_person_never_holds_two_of_the_three_administrators_duties(app: Flask, world: District) -> None:
    with app.app_context():
        person = world.person("administrator")
        with pytest.raises(NotNow, match="不能由一个人兼任"):
            person.roles.append(AdminRole(name="audit"))
        with pytest.raises(NotNow, match="不能由一个人兼任"):
            Person(username="x", name="某某", roles=[AdminRole(name="security"), AdminRole(name="audit")])
        db.session.rollback()
        db.session.expire_all()
        assert [role.name for role in world.person("administrator").roles] == ["system"]
