"""A counted out date in Chinese: what is read out on the phone says every day, and the same day as the clock."""

import json
from dataclasses import replace

from hypothesis import given

from tests.workflows.days import CALENDAR, at, day, days
from tests.workflows.histories import histories
from workflows.accounts import Account, History, Step, StepKind, account
from workflows.calendar import Mark
from workflows.telling_days import full, lines_of, plain, runs, sentence_of
from workflows.terms import Limit, Unit

NOTICE = "国办发明电〔2025〕7号"
MARKS = {each: Mark(False, "国庆节", NOTICE) for each in days(day("2026-10-01"), day("2026-10-07"))}
MARKED = replace(CALENDAR, marks={**MARKS, day("2026-10-10"): Mark(True, "国庆节", NOTICE)})
NATURAL = Unit.NATURAL_DAYS


def step(kind: StepKind, written: str, clock_time: str = "10:00", **facts: object) -> Step:
    return Step(at(written, clock_time), kind, **facts)  # type: ignore[arg-type]


def waited(written: str, clock_time: str = "10:00") -> Step:
    return step(StepKind.WAITED, written, clock_time, reason="挂账")


def resumed(written: str, clock_time: str = "10:00") -> Step:
    return step(StepKind.RESUMED, written, clock_time)


def count(start: str, limit: Limit, *steps: Step) -> Account:
    return account(History(at(start), limit, steps), MARKED)


def told(start: str, limit: Limit, *steps: Step) -> list[str]:
    return lines_of(count(start, limit, *steps), MARKED)


def said(start: str, limit: Limit, *steps: Step) -> str:
    return sentence_of(count(start, limit, *steps), MARKED)


def test_a_count_through_the_national_holiday() -> None:
    assert told("2026-09-28", Limit(7)) == [
        "2026年9月28日（周一）收到，当天不算",
        "9月29日至30日（周二至周三）第 1 至 2 个工作日",
        "10月1日至7日（周四至周三）国庆节放假（国办发明电〔2025〕7号），不算",
        "10月8日至9日（周四至周五）第 3 至 4 个工作日",
        "10月10日（周六）调休上班（国办发明电〔2025〕7号），第 5 个工作日",
        "10月11日（周日）周末，不算",
        "10月12日至13日（周一至周二）第 6 至 7 个工作日",
    ]
    assert said("2026-09-28", Limit(7)) == (
        "期限 7 个工作日，2026年9月28日（周一）起算，当天不算。"
        "最后期限是2026年10月13日（周二）24:00，在此之前办完都算按时。"
    )


def test_a_wait_and_an_extension() -> None:
    steps = (
        waited("2026-11-04"),
        resumed("2026-11-18"),
        step(StepKind.EXTENDED, "2026-11-19", by="李四", until_on=day("2026-11-26")),
    )
    assert told("2026-11-02", Limit(6), *steps) == [
        "2026年11月2日（周一）收到，当天不算",
        "11月3日至4日（周二至周三）第 1 至 2 个工作日",
        "11月5日至18日 挂账，暂停计时，不算",
        "11月19日至20日（周四至周五）第 3 至 4 个工作日",
        "11月21日至22日（周六至周日）周末，不算",
        "11月23日至24日（周一至周二）第 5 至 6 个工作日",
        "11月25日至26日（周三至周四）李四批准延期，第 7 至 8 个工作日",
    ]
    assert said("2026-11-02", Limit(6), *steps) == (
        "期限 6 个工作日（经批准延长到 8 个工作日），2026年11月2日（周一）起算，当天不算。"
        "中间暂停的时间已经扣除。最后期限是2026年11月26日（周四）24:00，在此之前办完都算按时。"
    )


def test_natural_days_are_counted_through_weekends_and_roll() -> None:
    assert told("2026-11-18", Limit(10, NATURAL)) == [
        "2026年11月18日（周三）收到，当天不算",
        "11月19日至28日 第 1 至 10 天",
        "11月29日（周日）周末，不算",
        "11月30日（周一）到期日逢休息日，顺延到下一个工作日（《民法典》第二百零三条）",
    ]


def test_while_it_waits_it_says_what_is_left() -> None:
    assert told("2026-11-02", Limit(6), waited("2026-11-04"))[-1].endswith("第 1 至 2 个工作日")
    begin = "期限 6 个工作日，2026年11月2日（周一）起算，当天不算。现在暂停计时，"
    assert said("2026-11-02", Limit(6), waited("2026-11-04")) == begin + "还剩 4 个工作日，恢复以后接着算。"
    assert said("2026-11-02", Limit(6), waited("2026-11-10")) == begin + "期限已经用完，恢复当天到期。"
    assert said("2026-11-02", Limit(6), waited("2026-11-13")) == (
        begin + "暂停时已经逾期 3 个工作日，恢复后仍按逾期这么多计算。"
    )
    assert "还剩 1 小时 30 分，" in said("2026-11-02", Limit(2, Unit.HOURS), waited("2026-11-02", "10:30"))
    assert "逾期 30 秒，" in said("2026-11-02", Limit(2, Unit.HOURS), waited("2026-11-02", "12:00:30"))


def test_a_clock_that_was_late_says_so() -> None:
    lines = told("2026-11-16", Limit(7), waited("2026-11-30"), resumed("2026-12-10"))
    assert lines[-3:] == [
        "11月26日至30日（周四至周一）已经过了最后期限",
        "12月1日至6日（周二至周日）挂账，暂停计时，不算",
        "12月7日（周一）暂停前已经逾期，恢复后逾期天数不变",
    ]


def test_a_wait_without_a_reason_is_not_called_one_twice() -> None:
    lines = told("2026-11-16", Limit(7), step(StepKind.WAITED, "2026-11-17"), resumed("2026-11-18"))
    assert "11月18日（周三）暂停计时，不算" in lines


def test_what_was_taken_over_says_that_nothing_is_known_of_its_way() -> None:
    fixed = step(StepKind.FIXED, "2026-11-02", reason="升级前已经暂停过", until_on=day("2026-11-20"))
    assert told("2026-11-02", Limit(7), fixed) == [
        "2026年11月2日（周一）收到，当天不算",
        "11月3日至19日 没有逐日记录",
        "11月20日（周五）沿用原来的最后期限（升级前已经暂停过）",
    ]
    assert told("2026-11-02", Limit(7), replace(fixed, reason=""))[-1] == "11月20日（周五）沿用原来的最后期限"
    again = told("2026-11-02", Limit(7), fixed, waited("2026-11-18"), resumed("2026-11-19"))
    assert again[-1] == "11月23日（周一）计算在内"


def test_hours_say_how_much_was_counted_on_each_day() -> None:
    assert told("2026-11-20", Limit(30, Unit.HOURS)) == [
        "2026年11月20日（周五）开始计时，计 14 小时",
        "11月21日（周六）计 16 小时",
    ]
    steps = (waited("2026-11-20", "11:00"), resumed("2026-11-24", "14:00"))
    assert told("2026-11-20", Limit(20, Unit.WORKING_HOURS), *steps) == [
        "2026年11月20日（周五）开始计时，计 1 小时",
        "11月21日至23日（周六至周一）挂账，暂停计时，不算",
        "11月24日（周二）计 3 小时",
        "11月25日至26日（周三至周四）每天计 6 小时 30 分",
        "11月27日（周五）计 3 小时",
    ]
    assert said("2026-11-20", Limit(20, Unit.WORKING_HOURS), *steps) == (
        "期限 20 个工作小时，2026年11月20日（周五）起算。中间暂停的时间已经扣除。"
        "最后期限是2026年11月27日（周五）11:30，在此之前办完都算按时。"
    )
    evening = account(History(at("2026-11-20", "20:00"), Limit(8, Unit.WORKING_HOURS)), MARKED)
    assert lines_of(evening, MARKED) == [
        "2026年11月20日（周五）开始计时，没有计入",
        "11月21日至22日（周六至周日）周末，不算",
        "11月23日（周一）计 6 小时 30 分",
        "11月24日（周二）计 1 小时 30 分",
    ]


def test_granted_hours_are_said_as_such() -> None:
    longer = step(StepKind.EXTENDED, "2026-11-20", until_on=day("2026-11-20"))
    assert said("2026-11-20", Limit(3, Unit.WORKING_HOURS), longer) == (
        "期限 3 个工作小时（另批准延长 2 小时），2026年11月20日（周五）起算。"
        "最后期限是2026年11月20日（周五）17:00，在此之前办完都算按时。"
    )


def test_beyond_the_published_years_the_date_is_called_provisional() -> None:
    lines = told("2026-12-28", Limit(7))
    assert lines[-2] == "2027年1月4日至6日（周一至周三）第 5 至 7 个工作日"
    assert lines[-1] == "2027年的放假安排还没有公布，暂按周一至周五上班计算，公布以后可能变动"
    assert said("2026-12-28", Limit(7)).endswith("放假安排还没有公布到这一天，日期是暂定的。")
    assert told("2026-12-28", Limit(300))[-1].startswith("2027年至2028年的放假安排还没有公布")
    assert "没有公布" not in "".join(told("2026-12-28", Limit(7), waited("2027-01-05")))


def test_a_stretch_over_new_year_says_both_years() -> None:
    assert "12月31日至2027年1月10日 挂账，暂停计时，不算" in told(
        "2026-12-29", Limit(7), waited("2026-12-30"), resumed("2027-01-10")
    )


def test_as_plain_values_it_says_the_same() -> None:
    found = plain(count("2026-11-20", Limit(3, Unit.WORKING_HOURS)), MARKED)
    assert json.loads(json.dumps(found)) == {
        "due_on": "2026-11-20",
        "due_at": "2026-11-20T15:00:00+08:00",
        "provisional": False,
        "limit": {"amount": 3, "unit": "working_hours"},
        "allowed": 10_800,
        "unspent": None,
        "waiting": False,
        "days": [
            {
                "on": "2026-11-20", "kind": "start", "number": None, "seconds": 10_800, "why": "", "source": "",
                "provisional": False,
            }
        ],
        "lines": ["2026年11月20日（周五）开始计时，计 3 小时"],
        "sentence": (
            "期限 3 个工作小时，2026年11月20日（周五）起算。最后期限是2026年11月20日（周五）15:00，在此之前办完都算按时。"
        ),
    }  # fmt: skip


@given(histories())
def test_every_day_stands_in_one_line_and_the_sentence_names_the_due_day(history: History) -> None:
    found = account(history, MARKED)
    assert [each for run in runs(found.days) for each in run] == list(found.days)
    lines = lines_of(found, MARKED)
    assert len(lines) == len(runs(found.days)) + (found.due.provisional and not found.waiting)
    assert all(line == line.strip() and "  " not in line and "None" not in line for line in lines)
    assert (full(found.due.on) in sentence_of(found, MARKED)) or found.waiting
