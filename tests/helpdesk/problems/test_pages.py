"""Pages of problems: what one sees and may do, forms that come back filled in, double clicks, and being too late."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask

from helpdesk.pages import MENU, day_words, masked, moment_words
from helpdesk.problems.models import Entry, Problem
from tests.desk import REPORT, TUESDAY_MORNING, Desk, errors_beside, hidden, open_desk, value_of
from tests.visitors import at, text_of

RESPONSE = {
    "contacted_whom": "王经理",
    "contacted_at": "2026-09-01T08:30",
    "contacted_how": "visit",
    "plan": "先疏通排水沟，再请市政处来看。",
    "expected_on": "2026-09-10",
}


@pytest.fixture
def desk(app: Flask) -> Iterator[Desk]:
    """Problems on the desk."""
    with open_desk(app) as opened:
        yield opened


# -- Words -------------------------------------------------------------------------------------------------------------


def test_days_name_their_year_only_when_it_is_another() -> None:
    assert day_words(date(2026, 11, 23), date(2026, 1, 1)) == "11月23日（周一）"
    assert day_words(date(2025, 12, 31), date(2026, 1, 1)) == "2025年12月31日（周三）"
    assert moment_words(at("2026-03-05 14:02"), date(2026, 1, 1)) == "3月5日 14:02"


@pytest.mark.parametrize(("phone", "words"), [("15000000625", "150****0625"), ("84610000", "84****00"), (None, "")])
def test_phones_are_masked(phone: str | None, words: str) -> None:
    assert masked(phone) == words


# -- The menu ----------------------------------------------------------------------------------------------------------


def test_every_line_of_the_menu_leads_somewhere(app: Flask) -> None:
    assert [entry.endpoint for entry in MENU if entry.endpoint not in app.view_functions] == []


def test_the_menu_shows_what_the_role_may_do(desk: Desk) -> None:
    def menu(part: str) -> set[str]:
        page = desk.browser(part).get("/process").text
        nav = page.partition('class="site-nav')[2].partition("</nav>")[0]
        return {entry.label for entry in MENU if f">{entry.label}" in nav}

    everybodys = {
        *("工作台", "问题登记", "问题台账", "统计数据", "我的通知", "流程说明", "时限规则", "公文模板", "日历"),
        *("人员名录", "机构", "企业名录", "包联台账", "我的走访", "走访日历", "走访清单", "走访提醒"),
    }
    assert menu("stranger") == everybodys
    assert menu("dispatcher") == everybodys | {
        *("督查工作台", "逾期清单", "将到期", "督办单", "待回访", "待销号", "抽查", "通报"),
        *("数据看板", "领导驾驶舱", "各环节用时", "包联覆盖", "迁入台账"),
    }
    assert menu("administrator") == {"我的通知", "流程说明", "日历", "人员名录", "机构", "系统管理", "迁入台账"}


def test_lines_that_belong_together_open_under_one_heading(desk: Desk) -> None:
    headings = re.compile(r"<summary[^>]*>([^<]+)<")

    def nav(part: str) -> str:
        page = desk.browser(part).get("/lists/problems").text
        return page.partition('class="site-nav')[2].partition("</nav>")[0]

    assert headings.findall(nav("supervisor")) == ["督办", "数据", "企业", "更多"]
    assert headings.findall(nav("stranger")) == ["企业", "更多"]
    assert '<summary class="active"' in desk.browser("supervisor").get("/lists/overdue").text
    assert '<summary class="active"' not in nav("supervisor")


def test_a_heading_with_one_line_for_the_reader_is_that_line(desk: Desk) -> None:
    page = desk.browser("stranger").get("/process").text
    nav = page.partition('class="site-nav')[2].partition("</nav>")[0]
    assert ">统计数据</a>" in nav
    assert ">数据<" not in nav


# -- 工作台 -------------------------------------------------------------------------------------------------------------


def test_the_first_page_says_what_is_my_turn_as_a_verb(desk: Desk) -> None:
    desk.at("reported", title="要交办的问题")
    desk.at("assigned", title="要签收的问题")
    mine = desk.browser("dispatcher").get("/").text.partition('id="mine"')[2].partition("</section>")[0]
    assert "要交办的问题" in mine
    assert re.search(r'work__do">交办<', mine)
    assert "明天 24:00 前" in mine
    assert "要签收的问题" not in mine


def test_an_empty_first_page_says_what_to_do_next(desk: Desk) -> None:
    words = text_of(desk.browser("stranger").get("/"))
    assert "没有轮到您的事项" in words
    assert "登记问题" in words


@pytest.mark.parametrize("state", ["handling", "closed"])
def test_the_first_page_leads_to_everything_one_ever_reported(desk: Desk, state: str) -> None:
    desk.at(state)
    block = desk.browser("reporter").get("/").text.partition('id="reported"')[2].partition("</section>")[0]
    assert '<a href="/lists/mine">全部</a>' in block


def test_drafts_are_shown_to_their_writer_alone(desk: Desk) -> None:
    draft = desk.at("draft", title="还没写完的草稿")
    assert "还没写完的草稿" in desk.browser("reporter").get("/").text
    assert "还没写完的草稿" not in desk.browser("dispatcher").get("/").text
    assert desk.browser("dispatcher").get(f"/problems/{draft}/edit").status_code == 404


def test_administrators_come_to_their_own_page_and_report_nothing(desk: Desk) -> None:
    browser = desk.browser("administrator")
    assert browser.get("/").headers["Location"] == "/admin"
    assert browser.post("/problems/new", data=REPORT | {"do": "report"}).status_code == 403
    assert desk.count(Problem) == 0


# -- 问题登记 -----------------------------------------------------------------------------------------------------------


def test_a_report_is_one_form_and_one_click(desk: Desk) -> None:
    browser = desk.browser("reporter")
    done = browser.post("/problems/new", data=REPORT | {"do": "report"}, follow_redirects=True)
    assert "已上报" in done.text
    assert "〔2026〕0001" in done.text
    assert "雨后厂区门前道路积水" in done.text


def test_a_report_with_errors_comes_back_filled_in(desk: Desk) -> None:
    data = REPORT | {
        "do": "report",
        "title": "短",
        "contact_phone": "139",
        "enterprise": "没有的公司",
        "visit_on": "那天",
    }
    page = desk.browser("reporter").post("/problems/new", data=data)
    assert page.status_code == 422
    assert set(errors_beside(page)) == {"title", "contact_phone", "enterprise", "visit_on"}
    assert "至少 4 个字" in errors_beside(page)["title"]
    for name in ("title", "contact_phone", "enterprise", "visit_on", "detail"):
        assert value_of(page, name) == data[name]
    assert re.search(r'value="transport"[^>]*selected|selected[^>]*value="transport"', page.text)
    assert desk.count(Problem) == 0


def test_a_double_click_reports_once(desk: Desk) -> None:
    browser = desk.browser("reporter")
    form = REPORT | hidden(browser.get("/problems/new")) | {"do": "report"}
    first, second = browser.post("/problems/new", data=form), browser.post("/problems/new", data=form)
    assert first.status_code == second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert desk.count(Problem) == 1


def test_a_draft_takes_anything_and_is_gone_on_with(desk: Desk) -> None:
    browser = desk.browser("reporter")
    saved = browser.post("/problems/new", data={"title": "写了一半", "do": "save"})
    page = browser.get(saved.headers["Location"])
    assert value_of(page, "title") == "写了一半"
    done = browser.post(saved.headers["Location"], data=REPORT | hidden(page) | {"do": "report"})
    assert desk.problem(1).state == "reported"
    assert done.headers["Location"] == "/problems/1"
    assert browser.get(saved.headers["Location"]).headers["Location"] == "/problems/1"


def test_what_was_settled_on_the_spot_needs_its_answer(desk: Desk) -> None:
    browser = desk.browser("reporter")
    page = browser.post("/problems/new", data=REPORT | {"do": "settle_on_spot"})
    assert set(errors_beside(page)) == {"answer"}
    done = browser.post(
        "/problems/new", data=REPORT | {"do": "settle_on_spot", "answer": "已当场联系市政处疏通完毕，路面恢复。"}
    )
    assert done.status_code == 302
    assert desk.problem(1).state == "evaluating"


def test_only_starting_actions_start_a_problem(desk: Desk) -> None:
    browser = desk.browser("dispatcher")
    assert browser.post("/problems/new", data=REPORT | {"do": "assign"}).status_code in (403, 409)
    assert browser.post("/problems/new", data=REPORT | {"do": "nonsense"}).status_code == 404
    assert desk.count(Problem) == 0


# -- The problem -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["stranger", "other_lead", "administrator"])
def test_a_stranger_finds_neither_problem_nor_action(desk: Desk, part: str) -> None:
    problem_id = desk.at("handling")
    browser = desk.browser(part)
    assert browser.get(f"/problems/{problem_id}").status_code == 404
    assert browser.get(f"/problems/{problem_id}/do/comment").status_code == 404
    assert browser.post(f"/problems/{problem_id}/do/comment", data={"comment": "我也来说一句"}).status_code == 404
    assert browser.get("/problems/999999").status_code == 404


def test_the_page_says_whose_turn_it_is_and_by_when(desk: Desk) -> None:
    words = text_of(desk.browser("reporter").get(f"/problems/{desk.at('handling')}"))
    assert "办理中，轮到承办人某handler" in words
    assert "9月4日（周五）24:00 前" in words
    assert "为什么是这一天" in words


def test_the_page_offers_what_this_person_may_do(desk: Desk) -> None:
    problem_id = desk.at("handling")

    def offered(part: str) -> set[str]:
        page = desk.browser(part).get(f"/problems/{problem_id}").text
        return set(re.findall(rf'href="/problems/{problem_id}/do/(\w+)"', page))

    assert {"respond", "progress", "comment"} <= offered("handler")
    assert "submit" not in offered("handler"), "a first response comes first"
    assert {"reassign", "urge"} <= offered("dispatcher")
    assert "respond" not in offered("dispatcher")


def test_the_timeline_speaks_in_plain_sentences(desk: Desk) -> None:
    words = text_of(desk.browser("reporter").get(f"/problems/{desk.at('handling')}"))
    assert "某group_lead（基础设施保障组）签收，承办人某handler" in words
    assert "某dispatcher（调度室）交办，责任组基础设施保障组" in words


def test_phones_are_shown_to_those_who_call_and_masked_for_others(desk: Desk) -> None:
    problem_id = desk.at("handling")
    handler = desk.browser("handler").get(f"/problems/{problem_id}").text
    assert "查看号码" in handler
    assert "15000000625" not in handler  # until he asks for it: tests/helpdesk/closing/test_calls.py
    chief = desk.browser("chief").get(f"/problems/{problem_id}").text
    assert "15000000625" not in chief
    assert "150****0625" in chief
    assert "查看号码" not in chief


@pytest.mark.parametrize(
    "state", ["reported", "objected", "reviewing", "suspended", "referred", "calling_back", "closed"]
)
def test_every_state_has_a_page(desk: Desk, state: str) -> None:
    assert desk.browser("dispatcher").get(f"/problems/{desk.at(state)}").status_code == 200


# -- Acting ------------------------------------------------------------------------------------------------------------


def test_an_act_has_its_own_page_and_comes_back_with_errors(desk: Desk) -> None:
    url = f"/problems/{desk.at('handling')}/do/respond"
    browser = desk.browser("handler")
    page = browser.get(url)
    back = browser.post(url, data=RESPONSE | hidden(page) | {"plan": "短", "expected_on": "2026-08-01"})
    assert back.status_code == 422
    assert "至少 5 个字" in errors_beside(back)["plan"]
    assert "要晚于今天" in errors_beside(back)["expected_on"]
    assert value_of(back, "contacted_whom") == "王经理"
    assert hidden(back) == hidden(page), "the same form, to be sent again"


def test_an_act_is_done_and_said(desk: Desk) -> None:
    problem_id = desk.at("handling")
    url = f"/problems/{problem_id}/do/respond"
    browser = desk.browser("handler")
    done = browser.post(url, data=RESPONSE | hidden(browser.get(url)), follow_redirects=True)
    assert done.request.path == f"/problems/{problem_id}"
    assert "首次反馈已登记" in done.text
    assert "先疏通排水沟" in done.text


def test_a_double_click_acts_once_and_leads_to_the_problem(desk: Desk) -> None:
    url = f"/problems/{desk.at('assigned')}/do/sign"
    browser = desk.browser("group_lead")
    form = {"handler": str(desk.world.people["handler"])} | hidden(browser.get(url))
    before = desk.count(Entry)
    first, second = browser.post(url, data=form), browser.post(url, data=form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert desk.count(Entry) == before + 1


def test_who_may_not_is_told_who_may(desk: Desk) -> None:
    url = f"/problems/{desk.at('assigned')}/do/sign"
    page = desk.browser("reporter").get(url)
    assert page.status_code == 403
    assert "“签收”由组长办理" in page.text


def test_what_may_not_be_done_now_is_said(desk: Desk) -> None:
    url = f"/problems/{desk.at('handling')}/do/submit"
    page = desk.browser("handler").get(url)
    assert page.status_code == 409
    assert "还没有首次反馈" in page.text


@pytest.mark.parametrize(("part", "name", "code"), [("handler", "submit", 409), ("reporter", "respond", 403)])
def test_an_act_that_is_not_offered_blames_nobody_and_leads_to_the_problem(
    desk: Desk, part: str, name: str, code: int
) -> None:
    problem_id = desk.at("handling")
    page = desk.browser(part).get(f"/problems/{problem_id}/do/{name}")
    assert page.status_code == code
    assert "在您填写的时候" not in page.text
    assert "别人" not in text_of(page)
    assert re.search(rf'<a class="btn btn-primary" href="/problems/{problem_id}">打开问题</a>', page.text)


def test_an_unknown_action_is_not_found(desk: Desk) -> None:
    assert desk.browser("dispatcher").get(f"/problems/{desk.at('reported')}/do/explode").status_code == 404


def test_who_comes_too_late_sees_what_happened_and_keeps_his_words(desk: Desk) -> None:
    problem_id = desk.at("handling")
    url = f"/problems/{problem_id}/do/elevate"
    browser = desk.browser("group_lead")
    form = {"reason": "原承办人出差，改由同事继续办理。"}
    form |= hidden(browser.get(url))
    with desk.walking() as walker:
        walker.do(problem_id, "elevate", reason="需要跨区协调排水管网")
    page = browser.post(url, data=form)
    assert page.status_code == 409
    assert "某group_lead（基础设施保障组）提级" in page.text
    assert "提级协调中" in page.text
    assert "原承办人出差，改由同事继续办理。" in page.text


def test_who_comes_too_late_may_send_again_where_it_still_makes_sense(desk: Desk) -> None:
    problem_id = desk.at("reported")
    url = f"/problems/{problem_id}/do/assign"
    browser = desk.browser("dispatcher")
    stale = {"group": str(desk.world.group_id), "difficulty": "ordinary", "instruction": "请先到现场看一看。"}
    stale |= hidden(browser.get(url))
    with desk.walking() as walker:
        walker.do(problem_id, "return")
        walker.do(problem_id, "supplement")
    page = browser.post(url, data=stale)
    assert page.status_code == 409
    assert value_of(page, "instruction") == "请先到现场看一看。"
    assert hidden(page)["version"] != stale["version"]
    assert browser.post(url, data=stale | hidden(page)).status_code == 302
    assert desk.problem(problem_id).state == "assigned"


def test_who_lost_the_problem_meanwhile_keeps_his_words_too(desk: Desk) -> None:
    problem_id = desk.at("handling")
    url = f"/problems/{problem_id}/do/progress"
    browser = desk.browser("handler")
    form = {"progress": "已联系市政处，约好周三下午到现场。", "shown": "internal"} | hidden(browser.get(url))
    with desk.walking() as walker:
        walker.do(problem_id, "reassign", group=desk.world.other_group_id)
    page = browser.post(url, data=form)
    assert page.status_code == 404
    assert "已联系市政处，约好周三下午到现场。" in page.text


def test_internal_words_are_marked(desk: Desk) -> None:
    problem_id = desk.at("handling")
    with desk.walking() as walker:
        walker.do(problem_id, "progress", progress="企业情绪较大，请注意沟通。", shown="internal")
    page = desk.browser("reporter").get(f"/problems/{problem_id}").text
    assert "timeline__entry--internal" in page
    assert "企业情绪较大" in page


def test_the_process_is_explained_in_words(desk: Desk) -> None:
    words = text_of(desk.browser("stranger").get("/process"))
    assert "受理：1 个工作日" in words
    assert "一般 7 个工作日；复杂 20 个工作日；重大 30 个工作日；再次办理 5 个工作日" in words
    assert "紧急 1 小时；其他 3 个工作日" in words
    assert "签收（组长）" in words


def test_an_hour_is_not_called_a_day(desk: Desk) -> None:
    with desk.walking() as walker:
        walker.now = TUESDAY_MORNING - timedelta(minutes=10)
        problem_id = walker.to("handling", urgency="urgent")
    words = text_of(desk.browser("handler").get(f"/problems/{problem_id}"))
    assert "9月1日（周二）09:50 前" in words
    assert "限 1 小时" in words


# -- Addresses that somebody made up -----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["3000000000", "99999999999999999999", "-3000000000"])
def test_a_key_that_fits_no_column_is_no_key(desk: Desk, key: str) -> None:
    """PostgreSQL does not compare such a number; SQLite would."""
    cadre = desk.browser("cadre")
    for url in ("/visits/new?enterprise=", "/visits/plan?enterprise=", "/problems/new?enterprise=", "/people?unit="):
        assert cadre.get(url + key).status_code in (200, 404), url
    assert cadre.get(f"/problems/new?visit={key}").status_code == 200
    typed = {"title": "厂区门前道路积水", "enterprise_id": key, "problem_id": key}
    assert cadre.post("/similar", data=typed).status_code == 200
