"""What the register tells beyond name and code: size, status, former names, tags, projects, talents, and who changed it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise, Project, RegisterChange, Talent
from tests.people import District
from tests.visitors import text_of, visitor

FACTS = {
    "name": "示例一号机械有限公司",
    "no_uscc_reason": "演示数据，没有代码",
    "industry": "C",
    "status": "normal",
    "people": "1,200",
    "revenue": "３９９９９.5",
    "above_scale": "yes",
    "is_key": "yes",
    "tags": "专精特新、外资 专精特新",
}
STRANGERS = ("stranger", "other_lead", "handler", "supervisor", "administrator")


def firm(app: Flask, world: District) -> Enterprise:
    with app.app_context():
        return db.session.get_one(Enterprise, world.enterprise_id)


def edit(client: FlaskClient, world: District, **facts: str) -> str:
    answer = client.post(f"/enterprises/{world.enterprise_id}/edit", data=FACTS | facts, follow_redirects=True)
    return text_of(answer)


def test_the_size_follows_the_rule_unless_it_is_entered(app: Flask, world: District) -> None:
    client = visitor(app, world, "dispatcher")
    page = edit(client, world)
    assert "中型（按划型标准）" in page
    assert "从业人员 1200 人，营业收入 39999.5 万元" in page
    assert "重点企业、规上、专精特新、外资" in page
    assert (firm(app, world).size, firm(app, world).size_entered) == ("medium", False)
    assert "大型（直接登记）" in edit(client, world, size="large")
    assert "（直接登记）" not in edit(client, world, size="", revenue="")
    assert firm(app, world).size is None


def test_the_form_shows_what_is_known_and_saving_it_changes_nothing(app: Flask, world: District) -> None:
    client = visitor(app, world, "dispatcher")
    edit(client, world, size="large", longitude="125.3245")
    with app.app_context():
        before = len(db.session.scalars(select(RegisterChange)).all())
    page = client.get(f"/enterprises/{world.enterprise_id}/edit").text
    for shown in ('value="1200"', 'value="39999.5"', 'value="125.3245"', "专精特新、外资"):
        assert shown in page
    edit(client, world, size="large", longitude="125.3245")
    with app.app_context():
        assert len(db.session.scalars(select(RegisterChange)).all()) == before


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"people": "很多"}, "“从业人员（人）”读不出来，请只写数字"),
        ({"people": "12.5"}, "“从业人员（人）”应为整数"),
        ({"revenue": "-3"}, "应在 0 到"),
        ({"revenue": "1.234"}, "最多 2 位小数"),
        ({"latitude": "90"}, "“纬度”应在 3 到 54 之间"),
        ({"branch": "retail"}, "划型行业与所选行业不符"),
        ({"status": "闭店"}, "“状态”没有这个选项"),
        ({"size": "huge"}, "“规模”没有这个选项"),
        ({"tags": "、".join(f"标签{n}" for n in range(11))}, "标签最多 10 个，现在有 11 个"),
        ({"tags": "很长" * 11}, "太长，每个最多 20 个字"),
    ],
)
def test_what_is_wrong_is_said_beside_it(app: Flask, world: District, wrong: dict[str, str], complaint: str) -> None:
    page = edit(visitor(app, world, "dispatcher"), world, **wrong)
    assert complaint in page
    assert firm(app, world).people is None


def test_a_new_name_keeps_the_old_one_and_both_are_found(app: Flask, world: District) -> None:
    client = visitor(app, world, "cadre")
    page = edit(client, world, name="示例一号装备集团有限公司")
    assert "曾用名" in page
    assert "名称由“示例一号机械有限公司”改为“示例一号装备集团有限公司”" in page
    for words in ("装备集团", "一号机械"):
        assert "示例一号装备集团" in client.get(f"/lists/enterprises?q={words}").text
        assert client.get(f"/enterprises/find.json?q={words}").get_json()[0]["label"] == "示例一号装备集团有限公司"


def test_a_misspelt_name_is_not_kept(app: Flask, world: District) -> None:
    client = visitor(app, world, "cadre")
    edit(client, world, name="示例壹号机械有限公司", misspelt="yes")
    assert "示例壹号" not in client.get("/lists/enterprises?q=一号机械").text


def test_what_was_changed_stays_on_record(app: Flask, world: District) -> None:
    edit(visitor(app, world, "dispatcher"), world, status="lost")
    with app.app_context():
        change = db.session.scalars(select(RegisterChange)).one()
        assert change.by_name == "某dispatcher"
        assert change.details["status"] == ["正常", "失联"]
        with pytest.raises(DatabaseError):
            db.session.execute(update(RegisterChange).values(words="别的"))


def test_the_list_is_narrowed_by_what_is_known(app: Flask, world: District) -> None:
    client = visitor(app, world, "dispatcher")
    edit(client, world, status="stopped")
    for narrowed in ("status=stopped", "size=medium", "above_scale=yes", "is_key=yes", "tag=外资"):
        assert "示例一号" in client.get(f"/lists/enterprises?{narrowed}").text, narrowed
    for elsewhere in ("status=normal", "size=none", "above_scale=no", "is_key=no"):
        assert "示例一号" not in client.get(f"/lists/enterprises?{elsewhere}").text, elsewhere


# -- Projects and talents ----------------------------------------------------------------------------------------------


def test_a_project_is_kept_changed_and_taken_off(app: Flask, world: District) -> None:
    client, base = visitor(app, world, "cadre"), f"/enterprises/{world.enterprise_id}"
    answers = {"name": "二期厂房", "investment": "3500", "stage": "landed", "note": "等环评批复"}
    page = text_of(client.post(f"{base}/projects/new", data=answers, follow_redirects=True))
    assert "二期厂房" in page
    assert "落地，总投资 3500 万元" in page
    with app.app_context():
        key = db.session.scalars(select(Project.id)).one()
    page = client.post(f"{base}/projects/{key}/edit", data=answers | {"stage": "started"}, follow_redirects=True)
    assert "开工，总投资 3500 万元" in text_of(page)
    page = text_of(client.post(f"{base}/projects/{key}/drop", follow_redirects=True))
    assert "还没有登记项目" in page
    assert "移除项目 二期厂房" in page
    assert client.post(f"{base}/projects/{key}/drop").status_code == 404


def test_a_talent_has_a_cadre_who_keeps_in_touch(app: Flask, world: District) -> None:
    client, base = visitor(app, world, "cadre"), f"/enterprises/{world.enterprise_id}"
    answers = {"name": "孙博士", "field": "激光", "title": "高级工程师", "phone": "13900001111"}
    page = client.post(
        f"{base}/talents/new", data=answers | {"keeper_id": str(world.people["cadre"])}, follow_redirects=True
    )
    assert "联系干部 某cadre" in text_of(page)
    assert "13900001111" in page.text
    stranger = visitor(app, world, "stranger").get(base)
    assert "孙**" in stranger.text
    assert "孙博士" not in stranger.text
    assert "13900001111" not in stranger.text
    wrong = client.post(f"{base}/talents/new", data=answers | {"phone": "1"})
    assert wrong.status_code == 422
    assert "电话号码不对" in text_of(wrong)
    assert 'value="孙博士"' in wrong.text


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("part", STRANGERS)
def test_nobody_else_changes_what_stands_beside_an_enterprise(app: Flask, world: District, part: str) -> None:
    client, base = visitor(app, world, part), f"/enterprises/{world.enterprise_id}"
    with app.app_context():
        db.session.add(Project(enterprise_id=world.enterprise_id, name="二期厂房", stage="landed"))
        db.session.add(Talent(enterprise_id=world.enterprise_id, name="孙博士"))
        db.session.commit()
    for page in ("projects/new", "projects/1/edit", "talents/new", "talents/1/edit"):
        assert client.get(f"{base}/{page}").status_code == 403
        assert client.post(f"{base}/{page}", data={"name": "别的"}).status_code == 403
    for page in ("projects/1/drop", "talents/1/drop"):
        assert client.post(f"{base}/{page}").status_code == 403
    with app.app_context():
        assert db.session.scalars(select(Project.name)).all() == ["二期厂房"]
        assert db.session.scalars(select(Talent.name)).all() == ["孙博士"]
