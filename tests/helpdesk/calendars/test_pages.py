"""The calendar in browsers: read by everybody, changed by the administrator, shown before it takes effect."""

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpdesk.calendars.models import Declaration, DeclaredDay, OfficeHours
from helpdesk.calendars.proposals import moves_in
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices.models import Notice
from helpdesk.problems.models import Entry, Problem
from tests.desk import TUESDAY_MORNING, Desk
from tests.people import SEATS
from tests.visitors import text_of
from workflows.calendar import Calendar
from workflows.engine import NotNow

NOTICE_OF_2027 = """国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕7号
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至13日（周六）放假调休，共9天。1月30日（周六）、2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假，共1天。
六、中秋节：9月15日（周三）放假1天，不调休。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。
国务院办公厅
2026年11月4日
"""
CLOSED = {"how": "off", "first": "2026-09-03", "last": "", "name": "防汛", "number": "二政办〔2026〕3号"}
DOORS = ("/calendar/notice", "/calendar/district", "/calendar/hours")


def shown_revision(page: TestResponse) -> str:
    found = re.search(r'name="revision" value="(\d+)"', page.text)
    assert found, page.text
    return found[1]


def look(client: FlaskClient, address: str, **given: Any) -> TestResponse:
    """The preview of what was entered."""
    return client.post(address, data=given)


def confirm(client: FlaskClient, address: str, **given: Any) -> TestResponse:
    """Look at it, then make it take effect."""
    page = look(client, address, **given)
    assert page.status_code == 200, text_of(page)
    sent = given | {"revision": shown_revision(page), "step": "confirm"}
    return client.post(address, data=sent, follow_redirects=True)


def declared(desk: Desk) -> int:
    return desk.count(Declaration)


# -- Reading -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [*SEATS, "administrator"])
def test_everybody_reads_the_calendar_and_only_the_administrator_changes_it(desk: Desk, part: str) -> None:
    client = desk.browser(part)
    page = client.get("/calendar?year=2026")
    assert page.status_code == 200
    assert "国办发明电〔2025〕7号" in page.text
    assert ("录入放假通知" in page.text) == (part == "administrator")
    for door in DOORS:
        assert client.get(door).status_code == (200 if part == "administrator" else 403)
        if part != "administrator":
            posted = client.post(door, data=CLOSED | {"text": NOTICE_OF_2027, "step": "confirm", "revision": "0"})
            assert posted.status_code == 403
            assert "日历由系统管理员（某administrator）维护" in text_of(posted)
    assert declared(desk) == 26


def test_a_stranger_sees_nothing_of_it(desk: Desk) -> None:
    client = desk.app.test_client()
    for door in ("/calendar", "/calendar/1", *DOORS):
        assert client.get(door).status_code == 302
        assert "/login" in client.get(door).location


def test_a_year_is_shown_day_by_day_with_words_and_notices(desk: Desk) -> None:
    page = desk.browser("stranger").get("/calendar?year=2026")
    assert 'title="元旦放假（国办发明电〔2025〕7号）"' in page.text
    assert 'title="春节上班（国办发明电〔2025〕7号）"' in page.text
    words = text_of(page)
    assert "2月15日（周日）至23日（周一）" in words
    assert "2月14日（周六）、2月28日（周六）" in words
    assert "工作日 21 天" in words
    assert "8:30—11:30，13:30—17:00" in words.replace("08:30", "8:30")


def test_a_year_that_is_not_published_is_called_provisional(desk: Desk) -> None:
    page = desk.browser("stranger").get("/calendar?year=2027")
    assert "2027 年的放假通知还没有录入，暂按周一至周五上班计算" in text_of(page)
    assert "没有登记放假或者调休的日子" in text_of(page)
    for odd in ("1", "99999999999999", "abc", "2027%00"):
        assert desk.browser("stranger").get(f"/calendar?year={odd}").status_code in (200, 400)


def test_a_declaration_is_shown_with_what_replaced_it(desk: Desk, keeper: FlaskClient) -> None:
    with desk.app.app_context():
        old = db.session.query(Declaration).filter_by(year=2020).one().id
    page = text_of(keeper.get(f"/calendar/{old}"))
    assert "国办发明电〔2019〕16号" in page
    assert "后来有新的安排，以新的为准：2月1日（周六）" in page
    assert keeper.get("/calendar/99999").status_code == 404


# -- A notice ----------------------------------------------------------------------------------------------------------


def test_a_pasted_notice_is_shown_as_it_was_understood_and_changes_nothing_yet(desk: Desk, keeper: FlaskClient) -> None:
    page = look(keeper, "/calendar/notice", text=NOTICE_OF_2027)
    words = text_of(page)
    assert page.status_code == 200
    assert "还没有生效" in words
    assert "2027 年不再是暂定" in words
    assert "2月14日（周日） 上班 春节 休息日 变动" in words
    assert "没有正在计时的环节会因此变动" in words
    assert declared(desk) == 26


def test_a_confirmed_notice_takes_effect(desk: Desk, keeper: FlaskClient) -> None:
    page = confirm(keeper, "/calendar/notice", text=NOTICE_OF_2027)
    assert page.status_code == 200
    assert "已经生效" in text_of(page)
    assert "国办发明电〔2026〕7号" in text_of(page)
    assert "某administrator" in text_of(page)
    with desk.app.app_context():
        assert calendar().last_year == 2027
        newest = db.session.query(Declaration).order_by(Declaration.id.desc()).first()
        assert newest is not None
        assert (newest.kind, newest.year, newest.entered_by_id) == (
            "national",
            2027,
            desk.world.people["administrator"],
        )
        assert NOTICE_OF_2027.strip() in (newest.text or "").replace("\r", "")
        assert len(newest.days) == 34


def test_what_contradicts_itself_cannot_be_confirmed(desk: Desk, keeper: FlaskClient) -> None:
    wrong = NOTICE_OF_2027.replace("共9天", "共8天")
    page = look(keeper, "/calendar/notice", text=wrong)
    assert page.status_code == 422
    assert "写的是共 8 天，数出来是 9 天" in text_of(page)
    assert "确认生效" not in page.text
    forced = look(keeper, "/calendar/notice", text=wrong, step="confirm", revision="0", accept="y")
    assert forced.status_code == 422
    assert declared(desk) == 26


def test_doubts_have_to_be_accepted(desk: Desk, keeper: FlaskClient) -> None:
    doubtful = NOTICE_OF_2027.replace("五、端午节", "6月10日视情况安排。\n五、端午节")
    page = look(keeper, "/calendar/notice", text=doubtful)
    assert "没有看懂“6月10日视情况安排”" in text_of(page)
    sent = {"text": doubtful, "revision": shown_revision(page), "step": "confirm"}
    refused = keeper.post("/calendar/notice", data=sent)
    assert refused.status_code == 422
    assert "请先逐条核对疑问" in text_of(refused)
    assert declared(desk) == 26
    keeper.post("/calendar/notice", data=sent | {"accept": "y"})
    assert declared(desk) == 27


@pytest.mark.parametrize("text", ["", "   ", "请各单位做好值班工作。"])
def test_without_a_day_the_form_comes_back_filled_in(keeper: FlaskClient, text: str) -> None:
    page = look(keeper, "/calendar/notice", text=text, number="国办发明电〔2026〕7号")
    assert page.status_code == 422
    assert text.strip() in page.text
    assert "国办发明电〔2026〕7号" in page.text


def test_the_way_back_from_the_preview_keeps_what_was_typed(keeper: FlaskClient) -> None:
    page = look(keeper, "/calendar/notice", text=NOTICE_OF_2027, step="back")
    assert page.status_code == 200
    assert "看看读懂了什么" in page.text
    assert "国办发明电〔2026〕7号" in page.text


@pytest.mark.parametrize(
    "content",
    [
        "date,is_off_day,name\n2027-01-01,1,元旦\n2027-01-02,1,元旦\n",
        '{"year": 2027, "days": [{"date": "2027-01-01", "isOffDay": true, "name": "元旦"}]}',
        "日期,安排,名称\n2027-01-01,放假,元旦\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_file_is_read_like_a_text(keeper: FlaskClient, content: str, encoding: str) -> None:
    page = look(keeper, "/calendar/notice", file=(BytesIO(content.encode(encoding)), "2027.csv"))
    assert page.status_code == 200
    assert "1月1日（周五） 放假 元旦 工作日 变动" in text_of(page)


def test_a_file_that_is_none_is_refused(keeper: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("helpdesk.calendars.views.MOST_UPLOADED", 1000)
    huge = keeper.post("/calendar/notice", data={"file": (BytesIO(b"a" * 1001), "big.csv")})
    assert "不像是放假安排" in text_of(huge)
    assert look(keeper, "/calendar/notice", file=(BytesIO(b"\x00\xff\x00\x01" * 9), "x.csv")).status_code == 422


def test_the_same_notice_is_not_entered_twice(desk: Desk, keeper: FlaskClient) -> None:
    confirm(keeper, "/calendar/notice", text=NOTICE_OF_2027)
    page = look(keeper, "/calendar/notice", text=NOTICE_OF_2027)
    assert page.status_code == 422
    assert "已经录入，内容完全一样" in text_of(page)
    assert declared(desk) == 27


def test_of_two_people_one_wins_and_the_other_is_told(desk: Desk, keeper: FlaskClient) -> None:
    mine = look(keeper, "/calendar/notice", text=NOTICE_OF_2027)
    other = desk.browser("administrator")
    confirm(other, "/calendar/district", **CLOSED)
    late = keeper.post(
        "/calendar/notice", data={"text": NOTICE_OF_2027, "revision": shown_revision(mine), "step": "confirm"}
    )
    assert late.status_code == 409
    assert "您核对的时候，日历已经有了变动" in text_of(late)
    assert declared(desk) == 27


def test_a_forged_revision_does_not_help(desk: Desk, keeper: FlaskClient) -> None:
    for forged in ("", "x", "99", "٣", "-1"):
        sent = {"text": NOTICE_OF_2027, "revision": forged, "step": "confirm"}
        assert keeper.post("/calendar/notice", data=sent).status_code == 409
    assert declared(desk) == 26


# -- Clocks ------------------------------------------------------------------------------------------------------------


def test_the_preview_lists_the_clocks_by_group_and_confirming_moves_them(desk: Desk, keeper: FlaskClient) -> None:
    key = desk.at("handling")
    before = desk.problem(key)
    page = look(keeper, "/calendar/district", **CLOSED)
    words = text_of(page)
    assert "2 个正在计时的环节，应办日期会变动" in words
    assert "基础设施保障组 2 个环节" in words
    assert "9月10日（周四） → 9月11日（周五）" in words
    assert desk.problem(key).due_on == before.due_on
    done = confirm(keeper, "/calendar/district", **CLOSED)
    assert "2 个环节的应办日期跟着调整" in text_of(done)
    after = desk.problem(key)
    assert (str(before.due_on), str(after.due_on)) == ("2026-09-04", "2026-09-07")


def test_the_record_names_the_notice_and_everybody_hears_once(desk: Desk, keeper: FlaskClient) -> None:
    key = desk.at("handling")
    confirm(keeper, "/calendar/district", **CLOSED)
    page = desk.browser("handler").get(f"/problems/{key}")
    assert "应办日期调整（某administrator）" in text_of(page)
    assert "本区“防汛”放假的安排（二政办〔2026〕3号）" in text_of(page)
    with desk.app.app_context():
        rows = db.session.query(Notice).filter_by(name="dates_moved").all()
        people = [row.person_id for row in rows]
        assert len(people) == len(set(people))
        assert {desk.world.people["handler"], desk.world.people["group_lead"]} == set(people)


def test_the_enterprise_sees_nothing_of_it(desk: Desk, keeper: FlaskClient) -> None:
    key = desk.at("handling")
    token = desk.token(key)
    confirm(keeper, "/calendar/district", **CLOSED)
    page = desk.app.test_client().get(f"/e/{token}")
    assert page.status_code == 200
    assert "应办日期调整" not in page.text
    assert "防汛" not in page.text


def test_everything_happens_or_nothing(desk: Desk, keeper: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    key = desk.at("handling")
    before = desk.problem(key)
    page = look(keeper, "/calendar/district", **CLOSED)
    desk.app.config["PROPAGATE_EXCEPTIONS"] = False
    desk.app.testing = False
    monkeypatch.setattr("helpdesk.problems.moving.write_messages", _fail)
    sent = CLOSED | {"revision": shown_revision(page), "step": "confirm"}
    assert keeper.post("/calendar/district", data=sent).status_code == 500
    monkeypatch.undo()
    after = desk.problem(key)
    assert (after.due_on, after.due_at) == (before.due_on, before.due_at)
    assert declared(desk) == 26
    with desk.app.app_context():
        assert db.session.query(Entry).filter_by(action="moved").count() == 0
    assert confirm(keeper, "/calendar/district", **CLOSED).status_code == 200  # and now it works
    assert desk.problem(key).due_on != before.due_on


def _fail(*_args: Any, **_named: Any) -> None:
    raise RuntimeError("the disk is full")


def test_provisional_dates_become_sure_with_the_notice(desk: Desk, keeper: FlaskClient) -> None:
    key = desk.at("handling")
    with desk.app.app_context():
        problem = db.session.get(Problem, key)
        assert problem is not None
        problem.provisional = True
        db.session.commit()
    confirm(keeper, "/calendar/notice", text=NOTICE_OF_2027)
    assert not desk.problem(key).provisional


def test_a_notice_that_is_entered_again_replaces_the_one_before(desk: Desk, keeper: FlaskClient) -> None:
    confirm(keeper, "/calendar/notice", text=NOTICE_OF_2027)
    corrected = NOTICE_OF_2027.replace("至13日（周六）放假调休，共9天", "至12日（周五）放假调休，共8天")
    words = text_of(look(keeper, "/calendar/notice", text=corrected))
    assert "2月13日（周六） 不再登记 春节 休息日" in words
    confirm(keeper, "/calendar/notice", text=corrected)
    with desk.app.app_context():
        assert date(2027, 2, 13) not in calendar().marks
        assert date(2027, 2, 12) in calendar().marks
    page = text_of(keeper.get("/calendar?year=2027"))
    assert page.count("国务院办公厅关于2027年部分节假日安排的通知") == 2  # above the months, and in the list


def test_a_calendar_in_which_nobody_works_is_refused(desk: Desk) -> None:
    desk.at("handling")
    never = frozenset(date(2026, 9, 1) + timedelta(days=n) for n in range(900))
    with desk.app.app_context(), pytest.raises(NotNow, match="无法计算期限"):
        moves_in(Calendar(never, frozenset(), 2029), TUESDAY_MORNING)


# -- The district ------------------------------------------------------------------------------------------------------


def test_a_weekday_is_closed_and_a_weekend_opened(desk: Desk, keeper: FlaskClient) -> None:
    confirm(keeper, "/calendar/district", **CLOSED)
    saturday = CLOSED | {"how": "working", "first": "2026-09-05", "name": "防汛值守"}
    confirm(keeper, "/calendar/district", **saturday)
    page = keeper.get("/calendar?year=2026")
    assert "区休" in text_of(page)
    assert 'title="防汛放假（二政办〔2026〕3号）"' in page.text
    assert 'title="防汛值守上班（二政办〔2026〕3号）"' in page.text
    opened_again = CLOSED | {"how": "working", "name": "汛情解除"}
    assert confirm(keeper, "/calendar/district", **opened_again).status_code == 200


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"first": ""}, "请填写开始日期"),
        ({"first": "嗯"}, "请写成 2026-03-05 这样的日期"),
        ({"last": "2026-09-01"}, "结束日期不能早于开始日期"),
        ({"last": "2026-12-31"}, "一次最多 31 天"),
        ({"name": ""}, "请写名称"),
        ({"name": "很" * 41}, "最多 40 个字"),
        ({"how": ""}, "请选择放假还是上班"),
        ({"how": "maybe"}, "怎么安排"),
        ({"how": "working"}, "本来就是工作日"),
    ],
)
def test_what_makes_no_sense_is_refused_and_stays_typed(
    desk: Desk, keeper: FlaskClient, given: dict[str, str], words: str
) -> None:
    page = look(keeper, "/calendar/district", **(CLOSED | given))
    assert page.status_code == 422
    assert words in text_of(page)
    assert declared(desk) == 26


def test_a_day_that_rests_anyway_is_a_doubt(desk: Desk, keeper: FlaskClient) -> None:
    sunday = CLOSED | {"first": "2026-09-06"}
    page = look(keeper, "/calendar/district", **sunday)
    assert "2026年9月6日（周日）本来就休息" in text_of(page)
    past = look(keeper, "/calendar/district", **(CLOSED | {"first": "2026-08-31"}))
    assert "已经过去" in text_of(past)


# -- Office hours ------------------------------------------------------------------------------------------------------

SUMMER = {
    "name_1": "冬令",
    "begins_1": "10月1日",
    "opens_1_1": "8:30",
    "closes_1_1": "11:30",
    "opens_2_1": "13:30",
    "closes_2_1": "17:00",
    "name_2": "夏令",
    "begins_2": "5月1日",
    "opens_1_2": "8:00",
    "closes_1_2": "12:00",
    "opens_2_2": "14：30",
    "closes_2_2": "18:00",
}


def test_office_hours_of_seasons_take_effect(desk: Desk, keeper: FlaskClient) -> None:
    page = look(keeper, "/calendar/hours", **SUMMER)
    assert "夏令（5月1日起）" in text_of(page)
    done = confirm(keeper, "/calendar/hours", **SUMMER)
    assert "办公时间已经修改" in text_of(done)
    assert desk.count(OfficeHours) == 2
    with desk.app.app_context():
        assert [(season.begins, season.name) for season in calendar().seasons] == [((5, 1), "夏令"), ((10, 1), "冬令")]
    assert 'value="14:30"' in keeper.get("/calendar/hours").text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"opens_2_1": "11:00"}, "重叠"),
        ({"closes_1_1": "8:00"}, "结束不晚于开始"),
        ({"closes_1_1": ""}, "要成对填写"),
        ({"opens_1_1": "25:00"}, "请写成 8:30 这样的时间"),
        ({"begins_1": "明天"}, "请写成 5月1日 这样的日期"),
        ({"begins_1": "2月30日"}, "不存在"),
        ({"begins_2": "10月1日"}, "从同一天"),
        ({"name_1": ""}, "请写名称"),
        (dict.fromkeys(SUMMER, ""), "没有设置办公时段"),
    ],
)
def test_hours_that_cannot_be_are_refused(desk: Desk, keeper: FlaskClient, given: dict[str, str], words: str) -> None:
    page = look(keeper, "/calendar/hours", **(SUMMER | given), step="confirm", revision="0")
    assert page.status_code == 422
    assert words in text_of(page)
    assert desk.count(OfficeHours) == 1


def test_all_days_of_a_declaration_are_kept(desk: Desk, keeper: FlaskClient) -> None:
    week = CLOSED | {"first": "2026-09-07", "last": "2026-09-09"}
    confirm(keeper, "/calendar/district", **week)
    with desk.app.app_context():
        newest = db.session.query(Declaration).order_by(Declaration.id.desc()).first()
        assert newest is not None
        days = db.session.query(DeclaredDay).filter_by(declaration_id=newest.id)
        assert [str(day.day) for day in days.order_by(DeclaredDay.day)] == ["2026-09-07", "2026-09-08", "2026-09-09"]
