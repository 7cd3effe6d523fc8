"""Units through time: everybody reads, the administrator changes, and nothing open is left without an owner."""

from datetime import timedelta

import pytest
from flask import Flask

from helpdesk import clock
from helpdesk.db import db
from helpdesk.org import queries, staff_queries
from helpdesk.org.models import Post, Unit, UnitKind
from tests.desk import Desk
from tests.people import District
from tests.visitors import text_of, visitor
from workflows.roles import Role

PAPER = {"document": "二编发〔2026〕3号"}


def dated(**more: object) -> dict[str, object]:
    """A form with today's date and the paper it rests on."""
    return {"from_on": clock.today().isoformat()} | PAPER | more


@pytest.mark.parametrize("part", ["stranger", "chief", "administrator"])
def test_everybody_reads_the_tree_and_one_unit(app: Flask, world: District, part: str) -> None:
    client = visitor(app, world, part)
    assert "基础设施保障组" in text_of(client.get("/units"))
    words = text_of(client.get(f"/units/{world.group_id}"))
    assert "某handler" in words
    assert ("撤销" in words) is (part == "administrator")
    assert client.get("/units/999999").status_code == 404


@pytest.mark.parametrize("part", ["stranger", "dispatch_lead", "chief"])
def test_nobody_else_changes_units(app: Flask, world: District, part: str) -> None:
    client = visitor(app, world, part)
    for path in ("new", *(f"{world.group_id}/{what}" for what in ("rename", "move", "merge", "dissolve"))):
        assert client.get(f"/units/{path}").status_code == 403, path
        assert client.post(f"/units/{path}", data=dated(name="x")).status_code == 403, path


def test_a_renamed_unit_keeps_its_former_name_and_tells_what_it_was_called_on_a_day(
    app: Flask, world: District
) -> None:
    client, today = visitor(app, world, "administrator"), clock.today()
    assert client.post(f"/units/{world.group_id}/rename", data=dated(name="基础设施组")).status_code == 302
    page = text_of(visitor(app, world, "stranger").get(f"/units/{world.group_id}"))
    assert "由“基础设施保障组”更名为“基础设施组”" in page
    assert "二编发〔2026〕3号" in page
    assert "曾用名：基础设施保障组" in text_of(client.get("/units"))
    assert "曾用名 基础设施保障组" in text_of(client.get("/people"))
    with app.app_context():
        unit = staff_queries.get_unit(world.group_id)
        names = [staff_queries.name_on(unit, today - timedelta(days=days)) for days in (0, 1, 400)]
    assert names == ["基础设施组", "基础设施保障组", "基础设施保障组"]


@pytest.mark.parametrize(
    ("what", "given", "words"),
    [
        ("rename", {"name": "营商环境组"}, "已经有“营商环境组”"),
        ("rename", {"name": "基础设施保障组"}, "和现在的一样"),
        ("rename", {"name": "新名称", "from_on": "2999-01-01"}, "不能晚于今天"),
        ("rename", {"name": "新名称", "document": ""}, "请写明依据"),
    ],
)
def test_what_cannot_become_of_a_unit_is_said(
    app: Flask, world: District, what: str, given: dict[str, str], words: str
) -> None:
    page = visitor(app, world, "administrator").post(f"/units/{world.group_id}/{what}", data=dated(**given))
    assert (page.status_code, words in text_of(page)) == (422, True)


def test_no_unit_stands_below_itself(app: Flask, world: District) -> None:
    client = visitor(app, world, "administrator")
    above, below = world.units["区工信局"], world.units["区商务局"]
    assert client.post(f"/units/{below}/move", data=dated(parent=above)).status_code == 302
    page = client.post(f"/units/{above}/move", data=dated(parent=below))
    assert (page.status_code, "下级单位下面" in text_of(page)) == (422, True)
    with app.app_context():
        assert staff_queries.get_unit(above).parent_id is None


def test_a_group_with_open_problems_is_neither_dissolved_nor_merged_and_says_what_is_in_the_way(app: Flask) -> None:
    desk = Desk(app)
    world, key = desk.world, desk.at("handling")
    client = visitor(app, world, "administrator")
    for what, more in (("dissolve", {}), ("merge", {"into": world.other_group_id})):
        page = client.post(f"/units/{world.group_id}/{what}", data=PAPER | more)
        assert page.status_code == 409, what
        assert "1 个没有办结的问题，请调度室改派" in text_of(page)
    with desk.walking() as walker:
        walker.do(key, "reassign", group=world.other_group_id)
    merged = client.post(f"/units/{world.group_id}/merge", data=PAPER | {"into": world.other_group_id})
    assert merged.status_code == 302
    with app.app_context():
        today, seats = clock.today(), queries.seating(clock.today())
        assert seats.units_where(world.people["group_lead"], Role.GROUP_LEAD) == {world.other_group_id}
        assert world.people["handler"] in {each.id for each in queries.handlers_of(world.other_group_id, today)}
        assert [each.id for each in queries.groups()] == [world.other_group_id]
        assert len(queries.groups(of_all_times=True)) == 2
        assert all(each.until_on for each in db.session.scalars(db.select(Post).where(Post.unit_id == world.group_id)))
    assert "并入营商环境组" in text_of(client.get(f"/units/{world.group_id}"))
    assert client.post(f"/units/{world.group_id}/rename", data=dated(name="又一组")).status_code == 404


def test_a_unit_with_people_is_not_dissolved_and_an_empty_one_is_gone_from_choices(app: Flask, world: District) -> None:
    client, key = visitor(app, world, "administrator"), world.units["区体育局"]
    assert "1 项任职：某stranger" in text_of(client.post(f"/units/{key}/dissolve", data=PAPER))
    with app.app_context():
        db.session.execute(db.delete(Post).where(Post.unit_id == key))
        db.session.commit()
    assert client.post(f"/units/{key}/dissolve", data=PAPER).status_code == 302
    assert f'value="{key}"' not in client.get("/people/new").text
    assert "区体育局" in text_of(client.get("/units"))
    page = client.post("/units/new", data=dated(name="区体育局", kind="department"))
    assert (page.status_code, "已撤销，名称留给过去的文书" in text_of(page)) == (422, True)


def test_what_there_is_once_is_not_dissolved_and_not_founded_again(app: Flask, world: District) -> None:
    client = visitor(app, world, "administrator")
    assert client.post(f"/units/{world.units['调度室']}/dissolve", data=PAPER).status_code == 409
    assert client.post("/units/new", data=dated(name="第二调度室", kind="dispatch")).status_code == 422
    assert client.post("/units/new", data=dated(name="科技人才组", kind="group")).status_code == 302
    with app.app_context():
        found = db.session.scalars(db.select(Unit).where(Unit.kind == UnitKind.GROUP)).all()
    assert "科技人才组" in [each.name for each in found]
