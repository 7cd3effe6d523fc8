"""People come in with units, posts and logins; who could be two persons is asked for; it can be taken back."""

from datetime import date
from typing import Any

from helpdesk.audit.models import AuditEvent
from helpdesk.db import db
from helpdesk.org.models import Person, Post, Unit
from tests import messy
from tests.helpdesk.ledgers.conftest import Office

HEADINGS = ("序号", "姓名", "工作单位", "单位类型", "岗位", "职务", "手机号码", "邮箱", "用户名")


def row(name: str, unit: str, duty: str = "成员", *, kind: str = "", phone: str = "", login: str = "") -> list[Any]:
    """One line of a roster."""
    return [1, name, unit, kind, duty, "科员", phone, "", login]


def book(*rows: list[Any]) -> bytes:
    """A roster."""
    return messy.workbook(rows, HEADINGS)


def test_people_units_and_posts_come_in_and_nobody_has_a_password(admin: Office) -> None:
    rows = [
        row("张三丰", "区工信局", phone="13900000001"),
        row("张三丰", "基础设施保障组", "经办人", phone="13900000001"),
        row("欧阳示例", "吉林街道", "负责人", kind="街道", phone="13900000002"),
    ]
    url = admin.bring_in(book(*rows), "roster")
    with admin.desk.app.app_context():
        person = db.session.query(Person).filter_by(name="张三丰").one()
        assert (person.username, person.title, person.password) == ("zhang.sanfeng", "科员", None)
        assert person.must_change_password
        units = [(each.unit.name, each.duty) for each in db.session.query(Post).filter_by(person_id=person.id)]
        assert units == [("区工信局", "member"), ("基础设施保障组", "handler")]
        assert db.session.query(Person).filter_by(username="ouyang.shili").one()
        assert db.session.query(Unit).filter_by(name="吉林街道").one().kind == "street"
    assert "初始密码" in admin.browser.get(url).text
    again = admin.check(book(*rows), "roster")
    assert (admin.row(again).new, admin.row(again).changed, admin.row(again).unchanged) == (0, 0, 3)


def test_a_roster_is_taken_back(admin: Office) -> None:
    people, posts, units = (admin.desk.count(model) for model in (Person, Post, Unit))
    rows = [row("张三丰", "新设专班", kind="专班"), row("某reporter", "区工信局", "负责人", login="reporter")]
    url = admin.bring_in(book(*rows), "roster")
    assert admin.desk.count(Person) == people + 1
    assert "已撤销" in admin.browser.post(f"{url}/undo", follow_redirects=True).text
    assert [admin.desk.count(model) for model in (Person, Post, Unit)] == [people, posts, units]
    with admin.desk.app.app_context():
        assert db.session.query(Person).filter_by(username="reporter").one().title is None


def test_undoing_is_refused_once_somebody_has_his_password(admin: Office) -> None:
    url = admin.bring_in(book(row("张三丰", "区工信局")), "roster")
    with admin.desk.app.app_context():
        db.session.query(Person).filter_by(name="张三丰").one().password = "given"
        db.session.commit()
    answer = admin.browser.post(f"{url}/undo")
    assert answer.status_code == 409
    assert "张三丰已经发过初始密码" in answer.text


def test_who_is_meant_is_asked_where_it_could_be_two(admin: Office) -> None:
    rows = [
        row("某cadre", "区体育局"),
        row("李四", "区工信局"),
        row("李四", "区商务局"),
        row("王五", "没有的单位"),
        row("某administrator", "区工信局", login="administrator"),
    ]
    url = admin.check(book(*rows), "roster")
    words = {number: (label, message) for number, label, _, message in admin.errors(url)}
    assert words[2][0] == "用户名"
    assert "已经有某cadre（区商务局，用户名 cadre）" in words[2][1]
    assert "和第 3 行同名" in words[4][1]
    assert words[5] == ("单位", "没有这个单位；名称写错的请改正，确实是新单位的请填“单位类型”")
    assert "不参加问题办理" in words[6][1]
    assert admin.row(url).state == "wrong"


def test_a_login_that_is_taken_gets_a_number(admin: Office) -> None:
    rows = [row("张三", "区工信局", phone="13900000001"), row("张三", "区商务局", phone="13900000002")]
    admin.bring_in(book(*rows), "roster")
    with admin.desk.app.app_context():
        logins = [each.username for each in db.session.query(Person).filter_by(name="张三").order_by(Person.id)]
    assert logins == ["zhang.san", "zhang.san2"]


def test_the_rules_of_staffing_hold_for_a_file_too(admin: Office) -> None:
    with admin.desk.app.app_context():
        db.session.query(Unit).filter_by(name="区工信局").one().ended_on = date(2026, 1, 1)
        db.session.commit()
    rows = [
        row("张三丰", "区工信局"),
        row("李四", "区商务局", "分管领导"),
        row("王五", "新设专班", "分管领导", kind="专班"),
        row("赵六", "基础设施保障组", "分管领导"),
    ]
    words = [message for _, _, _, message in admin.errors(admin.check(book(*rows), "roster"))]
    assert words == [
        "“区工信局”已经在 2026-01-01 撤销或者合并，请改填现有的单位",
        "“区商务局”没有“分管领导”这个岗位，只有功能组有分管领导",
        "“新设专班”没有“分管领导”这个岗位，只有功能组有分管领导",
    ]


def test_a_new_unit_stands_below_the_district(admin: Office) -> None:
    with admin.desk.app.app_context():
        district = Unit(name="二道区", kind="district")
        db.session.add(district)
        db.session.commit()
        key = district.id
    admin.bring_in(book(row("张三丰", "新设专班", kind="专班")), "roster")
    with admin.desk.app.app_context():
        assert db.session.query(Unit).filter_by(name="新设专班").one().parent_id == key


def test_a_post_that_comes_in_is_in_the_audit_like_one_given_by_hand(admin: Office) -> None:
    admin.bring_in(book(row("张三丰", "区工信局")), "roster")
    with admin.desk.app.app_context():
        given = db.session.query(AuditEvent).filter_by(kind="post_given").one()
        assert "区工信局成员" in given.about
