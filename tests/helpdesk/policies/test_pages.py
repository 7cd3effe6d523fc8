"""时限规则 through the door: everybody who handles problems reads it, the head of 调度室 edits, tries and publishes."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from werkzeug.test import TestResponse

from helpdesk.db import db
from helpdesk.policies import queries
from helpdesk.policies.models import PolicyVersion
from helpdesk.rules import rules_on
from tests.desk import TUESDAY_MORNING, Desk, errors_beside, value_of
from tests.helpdesk.policies.publishing import drafted, publish
from tests.people import SEATS
from tests.visitors import at, text_of
from tests.workflows.policies import laddered, limited, mark
from workflows.policy import SHIPPED, Policy
from workflows.policy_document import from_kept, same
from workflows.roles import Role, Whose
from workflows.terms import Limit

LONGER = limited("sign", Limit(2))
TODAY = TUESDAY_MORNING.date()
READERS = sorted(SEATS)


def draft(desk: Desk, policy: Policy = SHIPPED) -> int:
    with desk.app.app_context():
        return drafted(policy, desk.world.person("dispatch_lead"), TUESDAY_MORNING)


def version(desk: Desk, policy: Policy = LONGER, days: int = 0) -> int:
    with desk.app.app_context():
        return publish(policy, desk.world.person("dispatch_lead"), TODAY + timedelta(days=days), TUESDAY_MORNING)


def kept(desk: Desk, key: int) -> Policy:
    with desk.app.app_context():
        return from_kept(queries.get_version(key).document)


def fields(page: TestResponse) -> dict[str, Any]:
    """Everything the form on a page would send as it stands."""
    form = re.search(r'<form method="post" novalidate>.*?</form>', page.text, re.DOTALL)
    assert form, "there is no form"
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form[0]):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        kind = given.get("type", "text")
        if kind == "checkbox" and "checked" not in re.sub(r'"[^"]*"', "", tag):
            continue
        if kind == "checkbox":
            found.setdefault(given["name"], []).append(given.get("value", "y"))
        else:
            found[given["name"]] = given.get("value", "")
    for name, options in re.findall(r'<select[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        found[name] = chosen[1] if chosen else ""
    return found


# -- Who ---------------------------------------------------------------------------------------------------------------


def test_everybody_who_handles_problems_reads_the_rules_and_sees_no_button(desk: Desk) -> None:
    published, unfinished = version(desk), draft(desk)
    for part in READERS:
        browser = desk.browser(part)
        for address in ("", "/shipped", f"/{published}", f"/compare?a=shipped&b={published}"):
            assert browser.get(f"/policies{address}").status_code == 200, (part, address)
        if part == "dispatch_lead":
            continue
        assert "起草" not in browser.get("/policies").text
        assert "重新计时" not in browser.get(f"/policies/{published}").text
        assert browser.get(f"/policies/{unfinished}").status_code == 404, part
        assert browser.get(f"/policies/compare?a={unfinished}").status_code == 404, part
    assert "时限规则" in desk.browser("stranger").get("/").text


def test_administrators_are_told_who_reads_and_keeps_the_rules(desk: Desk) -> None:
    refused = desk.browser("administrator").get("/policies")
    assert refused.status_code == 403
    assert "由调度室主任修改和发布" in refused.text


@pytest.mark.parametrize("way", ["get", "post"])
def test_nobody_but_the_head_of_dispatch_gets_at_a_draft_and_is_told_who_does(desk: Desk, way: str) -> None:
    unfinished = draft(desk, LONGER)
    doors = [f"/{unfinished}/edit", f"/{unfinished}/clocks/sign", f"/{unfinished}/publish", "/retime"]
    doors += [f"/{unfinished}/replay"] if way == "get" else [f"/{unfinished}/discard", "/drafts"]
    for part in [*READERS, "administrator"]:
        if part == "dispatch_lead":
            continue
        browser = desk.browser(part)
        for door in doors:
            refused = browser.open(f"/policies{door}", method=way.upper(), data={"version": "1", "amount_": "9"})
            assert refused.status_code == 403, (part, door)
            assert "调度室主任" in refused.text
    assert same(kept(desk, unfinished), LONGER)
    assert desk.count(PolicyVersion) == 1


def test_a_stranger_without_an_account_sees_nothing(desk: Desk) -> None:
    for door in ("", "/shipped", "/compare", "/1", "/1/edit", "/retime"):
        answer = desk.app.test_client().get(f"/policies{door}")
        assert answer.status_code == 302
        assert "/login" in answer.location


NOWHERE = ["999", "0", "x", "-1", "９", "9" * 40]


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    lead = desk.browser("dispatch_lead")
    for key in NOWHERE:
        assert lead.get(f"/policies/{key}").status_code == 404, key
        assert lead.get(f"/policies/compare?a={key}&b=shipped").status_code == 404, key
        assert lead.post("/policies/drafts", data={"copy_of": key}).status_code == 404, key


# -- Reading -----------------------------------------------------------------------------------------------------------


def test_the_list_says_which_holds_and_who_approved_it(desk: Desk) -> None:
    page = text_of(desk.browser("group_lead").get("/policies"))
    assert "出厂规则 现行" in page
    version(desk)
    version(desk, limited("sign", Limit(3)), days=10)
    page = text_of(desk.browser("group_lead").get("/policies"))
    assert re.search(
        "第 2 版.* 9月11日（周五）起生效 .*第 1 版.* 现行 .*领导小组第 3 次会议纪要 .*出厂规则 已被取代", page
    )


def test_a_version_is_told_in_words(desk: Desk) -> None:
    page = text_of(desk.browser("handler").get(f"/policies/{version(desk)}"))
    assert "签收 企业问题办理 组长 2 个工作日" in page
    assert "紧急 1 小时 其他 3 个工作日" in page
    assert "最长 30 天" in page
    assert re.search("办理、复核 将到期提醒 到期前 3 个工作日，告知当前责任人（随每日摘要）", page)
    assert "工作日 8:30–17:30；紧急的随时发" in page
    assert "某dispatch_lead，9月1日 09:00" in page


def test_two_versions_stand_side_by_side_with_the_differences_marked(desk: Desk) -> None:
    key = version(desk, laddered("sign", *SHIPPED.ladders["sign"][:-1], policy=LONGER))
    browser = desk.browser("supervisor")
    page = text_of(browser.get(f"/policies/compare?a=shipped&b={key}"))
    assert "2 处不同。" in page
    assert "签收 不同 1 个工作日 2 个工作日" in page
    assert re.search("签收·二级督办 不同 逾期 10 个工作日.* 没有", page)
    assert "办理·一般" not in page
    assert "办理·一般 7 个工作日 7 个工作日" in text_of(browser.get(f"/policies/compare?a=shipped&b={key}&all=1"))
    assert "完全一样" in browser.get("/policies/compare?a=shipped&b=shipped").text


# -- Editing -----------------------------------------------------------------------------------------------------------


def test_a_draft_is_begun_from_any_version(desk: Desk) -> None:
    lead = desk.browser("dispatch_lead")
    begun = lead.post("/policies/drafts", data={"copy_of": str(version(desk))})
    key = int(begun.location.rpartition("/")[2])
    assert same(kept(desk, key), LONGER)
    page = text_of(lead.get(begun.location))
    assert "没有错误，也没有警告" in page
    assert "草案" in text_of(lead.get("/policies"))


def test_reminding_five_days_before_instead_of_three_is_one_form(desk: Desk) -> None:
    key, lead = draft(desk), desk.browser("dispatch_lead")
    form = fields(lead.get(f"/policies/{key}/clocks/handle"))
    assert (form["side_due_soon"], form["days_due_soon"], form["amount_ordinary"]) == ("before", "3", "7")
    assert lead.post(f"/policies/{key}/clocks/handle", data=form | {"days_due_soon": "5"}).status_code == 302
    after = kept(desk, key)
    assert mark(after, "handle", "due_soon").days == -5
    assert same(laddered("handle", *SHIPPED.ladders["handle"], policy=after), SHIPPED)


def test_forms_that_are_sent_as_they_were_shown_change_nothing(desk: Desk) -> None:
    key, lead = draft(desk), desk.browser("dispatch_lead")
    for address in (f"/policies/{key}/edit", *(f"/policies/{key}/clocks/{name}" for name in SHIPPED.limits)):
        assert lead.post(address, data=fields(lead.get(address))).status_code == 302, address
    assert same(kept(desk, key), SHIPPED)


def test_limits_units_recipients_pace_and_words_are_edited(desk: Desk) -> None:
    key, lead = draft(desk), desk.browser("dispatch_lead")
    form = fields(lead.get(f"/policies/{key}/clocks/respond"))
    form |= {
        "amount_urgent": "４",  # a full-width digit
        "unit_urgent": "working_hours",
        "side_due_next": "none",
        "days_overdue": "2",
        "label_overdue": "催办",
        "to_overdue_0": ["turn", "leader"],
        "pace_overdue_0": "digest",
        "to_overdue_1": [],
        "side_due_soon": "before",
        "days_due_soon": "2",
    }
    assert lead.post(f"/policies/{key}/clocks/respond", data=form).status_code == 302
    after = kept(desk, key)
    assert after.limits["respond"].limits["urgent"].unit == "working_hours"  # type: ignore[union-attr]
    assert [each.name for each in after.ladders["respond"]] == [
        *("due_soon", "due_today", "overdue", "supervised", "supervised_again"),
    ]
    overdue = mark(after, "respond", "overdue")
    assert (overdue.label, overdue.days, [tell.to for tell in overdue.tells]) == (
        "催办",
        2,
        [(Whose.TURN, Role.LEADER)],
    )
    page = text_of(lead.get(f"/policies/{key}"))
    assert "紧急 4 个工作小时" in page
    assert "逾期 2 个工作日，告知当前责任人、分管领导（随每日摘要）" in page
    shown = fields(lead.get(f"/policies/{key}/clocks/respond"))
    assert (shown["side_due_next"], shown.get("to_overdue_1")) == ("none", None)


def test_the_days_can_be_used_for_other_clocks_which_keep_whom_they_tell(desk: Desk) -> None:
    key, lead = draft(desk), desk.browser("dispatch_lead")
    form = fields(lead.get(f"/policies/{key}/clocks/handle"))
    form |= {"days_due_soon": "5", "days_overdue": "2", "also": ["elevate", "sign"]}
    assert lead.post(f"/policies/{key}/clocks/handle", data=form).status_code == 302
    after = kept(desk, key)
    assert [each.days for each in after.ladders["elevate"]] == [-5, -1, 0, 2, 5, 10]
    assert mark(after, "elevate", "overdue").tells == mark(SHIPPED, "elevate", "overdue").tells
    assert [each.days for each in after.ladders["sign"]] == [0, 2, 5, 10]  # a day leaves no room for reminders
    assert after.ladders["close"] == SHIPPED.ladders["close"]


WRONG_IN_A_CLOCK = [
    ("amount_", "0", "1 到 9999"),
    ("amount_", "", "请写时限"),
    ("amount_", "很多", "请写整数"),
    ("amount_", "99999", "1 到 9999"),
    ("unit_", "weeks", "没有这个选项"),
    ("days_overdue", "", "至少是 1"),
    ("days_overdue", "一", "请写整数"),
    ("side_overdue", "sideways", "没有这个选项"),
    ("label_overdue", " ", "请写这个节点的叫法"),
    ("label_overdue", "长" * 31, "最多 30 个字"),
    ("to_overdue_0", "boss", "没有这个选项"),
    ("pace_overdue_0", "never", "没有这个选项"),
    ("also", "evaluate", "没有这个选项"),
]


@pytest.mark.databases("sqlite")
def test_a_clock_s_form_comes_back_filled_in_with_the_error_beside_its_field(desk: Desk) -> None:
    key, lead = draft(desk), desk.browser("dispatch_lead")
    address = f"/policies/{key}/clocks/sign"
    shown = fields(lead.get(address)) | {"label_supervised": "重点督办"}
    for field, sent, words in WRONG_IN_A_CLOCK:
        answer = lead.post(address, data=shown | {field: sent})
        assert answer.status_code == 422, field
        assert words in errors_beside(answer)[field]
        assert value_of(answer, "label_supervised") == "重点督办"
    assert same(kept(desk, key), SHIPPED)


def test_name_lamps_and_mailing_hours_are_edited(desk: Desk) -> None:
    key, lead = draft(desk), desk.browser("dispatch_lead")
    address = f"/policies/{key}/edit"
    hours = {"closes_1": "11:30", "opens_2": "13：30", "closes_2": "17:00"}
    form = fields(lead.get(address)) | {"name": "13710（修订）", "soon_days": "2", "long_days": "7"} | hours
    assert lead.post(address, data=form).status_code == 302
    page = text_of(lead.get(f"/policies/{key}"))
    assert "草案“13710（修订）”" in page
    assert "离到期日 2 个工作日以内" in page
    assert "逾期超过 7 个工作日" in page
    assert "8:30–11:30、13:30–17:00" in page


WRONG_IN_GENERAL: list[tuple[dict[str, str], str, str]] = [
    ({"name": " "}, "name", "请写这个版本的名称"),
    ({"name": "长" * 61}, "name", "最多 60 个字"),
    ({"soon_days": "x"}, "soon_days", "请写整数"),
    ({"long_days": ""}, "long_days", "请写天数"),
    ({"closes_1": "08:00"}, "closes_1", "结束要晚于开始"),
    ({"opens_2": "13:30"}, "closes_2", "都写，或者都不写"),
    ({"closes_3": "13:30"}, "closes_3", "都写，或者都不写"),
    ({"opens_1": "25:00"}, "opens_1", "8:30 这样的时间"),
]


@pytest.mark.databases("sqlite")
def test_the_general_form_says_what_is_wrong_beside_the_field(desk: Desk) -> None:
    key, lead = draft(desk), desk.browser("dispatch_lead")
    address = f"/policies/{key}/edit"
    shown = fields(lead.get(address))
    for sent, field, words in WRONG_IN_GENERAL:
        answer = lead.post(address, data=shown | sent)
        assert answer.status_code == 422, sent
        assert words in errors_beside(answer)[field]
        for name, typed in sent.items():
            assert value_of(answer, name) == typed.strip()
    assert same(kept(desk, key), SHIPPED)


def test_of_two_people_at_one_form_the_second_sees_what_he_typed_and_may_send_it_again(desk: Desk) -> None:
    key, lead = draft(desk), desk.browser("dispatch_lead")
    address = f"/policies/{key}/clocks/sign"
    form = fields(lead.get(address))
    assert (
        lead.post(f"/policies/{key}/edit", data=fields(lead.get(f"/policies/{key}/edit")) | {"name": "甲"}).status_code
        == 302
    )
    stale = lead.post(address, data=form | {"amount_": "3"})
    assert stale.status_code == 409
    assert "已经被别人改过" in stale.text
    assert value_of(stale, "amount_") == "3"
    assert lead.post(address, data=fields(stale)).status_code == 302
    after = kept(desk, key)
    assert (after.name, after.limits["sign"]) == ("甲", Limit(3))


def test_what_is_wrong_with_a_draft_stands_on_its_page_with_the_way_to_correct_it(desk: Desk) -> None:
    key, lead = draft(desk), desk.browser("dispatch_lead")
    address = f"/policies/{key}/clocks/verify"
    saved = lead.post(address, data=fields(lead.get(address)) | {"amount_": "1"}, follow_redirects=True)
    assert "还有 1 处错误要改" in saved.text
    assert f'href="{address}"' in saved.text
    assert "永远不会发出" in saved.text


def test_a_draft_can_be_thrown_away(desk: Desk) -> None:
    key, lead = draft(desk), desk.browser("dispatch_lead")
    assert lead.post(f"/policies/{key}/discard", data={"version": "1"}).status_code == 302
    assert lead.get(f"/policies/{key}").status_code == 404
    assert desk.count(PolicyVersion) == 0


def test_a_published_version_has_no_form_any_more(desk: Desk) -> None:
    key, lead = version(desk), desk.browser("dispatch_lead")
    for door in ("edit", "clocks/sign", "publish", "replay"):
        refused = lead.get(f"/policies/{key}/{door}")
        assert refused.status_code == 409
        assert "不能再改" in refused.text
    for door in ("edit", "clocks/sign", "publish", "discard"):
        assert lead.post(f"/policies/{key}/{door}", data={"version": "2"}).status_code == 409
    assert same(kept(desk, key), LONGER)


def test_there_is_no_form_for_a_clock_nobody_knows(desk: Desk) -> None:
    assert desk.browser("dispatch_lead").get(f"/policies/{draft(desk)}/clocks/nap").status_code == 404


# -- Publishing --------------------------------------------------------------------------------------------------------

GOOD = {"effective_on": "2026-09-03", "approved_by": "领导小组", "approved_how": "领导小组第 3 次会议纪要"}


def test_a_draft_is_published_with_its_day_and_its_paper(desk: Desk) -> None:
    key, lead = draft(desk, LONGER), desk.browser("dispatch_lead")
    address = f"/policies/{key}/publish"
    done = lead.post(address, data=fields(lead.get(address)) | GOOD, follow_redirects=True)
    assert "第 1 版已发布，2026-09-03 起生效" in done.text
    assert "9月3日（周四）起生效" in done.text
    with desk.app.app_context():
        assert rules_on(TODAY).version_id is None
        assert rules_on(TODAY + timedelta(days=2)).version_id == key
        db.session.rollback()
    heard = desk.browser("supervisor").get("/notices").text
    assert "时限规则" in heard
    assert lead.post(address, data=GOOD | {"version": "1"}).status_code == 409


INCOMPLETE: list[tuple[dict[str, str], str, str]] = [
    ({"effective_on": ""}, "effective_on", "请写生效日期"),
    ({"effective_on": "2026-08-31"}, "effective_on", "最早是今天"),
    ({"effective_on": "31.31.2026"}, "effective_on", "读不出来"),
    ({"approved_by": " "}, "approved_by", "谁批准的"),
    ({"approved_how": ""}, "approved_how", "会议纪要或者文号"),
    ({"approved_how": "长" * 101}, "approved_how", "最多 100 个字"),
]


@pytest.mark.databases("sqlite")
def test_an_incomplete_approval_is_asked_for_again(desk: Desk) -> None:
    key, lead = draft(desk, LONGER), desk.browser("dispatch_lead")
    address = f"/policies/{key}/publish"
    shown = fields(lead.get(address)) | GOOD
    for sent, field, words in INCOMPLETE:
        answer = lead.post(address, data=shown | sent)
        assert answer.status_code == 422, sent
        assert words in errors_beside(answer)[field]
        for name in {"approved_by", "approved_how"} - sent.keys():
            assert value_of(answer, name) == GOOD[name]
    with desk.app.app_context():
        assert queries.published() == []


def test_errors_leave_no_button_and_doubts_have_to_be_ticked(desk: Desk) -> None:
    lead = desk.browser("dispatch_lead")
    wrong = draft(desk, limited("sign", Limit(0)))
    address = f"/policies/{wrong}/publish"
    page = lead.get(address)
    assert "时限是 0" in page.text
    assert ">发布</button>" not in page.text
    assert lead.post(address, data=fields(page) | GOOD).status_code == 422
    doubtful = draft(desk, laddered("sign"))
    address = f"/policies/{doubtful}/publish"
    page = lead.get(address)
    answer = lead.post(address, data=fields(page) | GOOD)
    assert answer.status_code == 422
    assert "逐条核对警告" in errors_beside(answer)["doubts"]
    ticked = re.findall(r'name="doubts" value="([^"]*)"', page.text)
    assert len(ticked) == 1
    assert lead.post(address, data=fields(page) | GOOD | {"doubts": ticked}).status_code == 302


# -- Replay and re-timing ----------------------------------------------------------------------------------------------


def test_a_past_period_runs_through_a_draft(desk: Desk) -> None:
    found = desk.at("assigned")
    key = draft(desk, LONGER)
    with time_machine.travel(at("2026-09-03 09:00"), tick=False):
        lead = desk.browser("dispatch_lead")
        assert "按单位和环节" not in lead.get(f"/policies/{key}/replay").text
        page = lead.get(f"/policies/{key}/replay?since=2026-09-01&until=2026-09-02")
    text = text_of(page)
    assert "逾期 1 个 → 0 个" in text
    assert re.search("基础设施保障组 签收 1 1 0 −1", text)
    assert f'href="/problems/{found}"' in page.text
    assert re.search("签收 逾期，9月2日（周三）到期 按时，9月3日（周四）到期", text)
    assert re.search("督查员|调度员", text)


NO_PERIODS = [
    ("since=2026-08-01&until=2026-09-02", "最晚到今天"),
    ("since=2026-08-20&until=2026-08-01", "结束的日子早于开始的日子"),
    ("since=2024-08-20&until=2026-08-01", "一次最多演算"),
    ("since=x&until=2026-08-01", "读不出来"),
    ("since=&until=2026-08-01", "从哪一天起"),
]


@pytest.mark.databases("sqlite")
def test_a_period_that_makes_no_sense_is_refused(desk: Desk) -> None:
    key, lead = draft(desk), desk.browser("dispatch_lead")
    for asked, words in NO_PERIODS:
        page = lead.get(f"/policies/{key}/replay?{asked}")
        assert page.status_code == 422, asked
        assert words in page.text, asked


def test_a_period_in_which_nothing_began_says_so(desk: Desk) -> None:
    page = desk.browser("dispatch_lead").get(f"/policies/{draft(desk)}/replay?since=2026-08-01&until=2026-08-02")
    assert "这段时间没有开始过环节" in page.text


def test_re_timing_shows_what_would_move_and_then_moves_it(desk: Desk) -> None:
    desk.at("handling")
    lead = desk.browser("dispatch_lead")
    assert "没有要重新计时的环节" in lead.get("/policies/retime").text
    key = version(desk, limited("handle", Limit(10), "ordinary"))
    shown = lead.get("/policies/retime")
    page, seen = text_of(shown), {"seen": value_of(shown, "seen") or ""}
    assert re.search("基础设施保障组 1 个 〔2026〕0001 .* 办理 9月10日（周四） → 9月15日（周二）", page)
    done = lead.post("/policies/retime", data=seen, follow_redirects=True)
    assert "1 个环节已按现行规则重新计时" in done.text
    assert done.request.path == f"/policies/{key}"
    assert "没有要重新计时的环节" in lead.get("/policies/retime").text
    again = lead.post("/policies/retime", data=seen, follow_redirects=True)
    assert "已经变了" in again.text
    assert (
        "应办日期" in desk.browser("handler").get("/notices").text
        or "时限" in desk.browser("handler").get("/notices").text
    )
