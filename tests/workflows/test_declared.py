"""Notices as they are published, read into days; and what is complained of when they cannot be true."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from chinese_calendar import constants
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.days import REST, WORK, day, days
from tests.workflows.notices import NOTICE_OF_2026, Holiday, rendered
from workflows.arrangement import Reading, Severity
from workflows.calendar import Calendar, Mark
from workflows.declared import read

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "cn_holidays" / "cn_holidays_2007_2026.csv"


def declared(reading: Reading) -> dict[date, bool]:
    """Working or not, by day."""
    return {each.on: each.working for each in reading.days}


def said(reading: Reading) -> str:
    """All complaints."""
    return "\n".join(map(str, reading.complaints))


def one(text: str, year: int | None = 2026) -> Reading:
    """The reading of a single holiday's part."""
    return read(text, year=year)


# -- The notice of 2026 ------------------------------------------------------------------------------------------------


def test_the_notice_of_2026_gives_the_days_that_were_written_out_by_hand() -> None:
    rest = {each: False for first, last in REST for each in days(day(first), day(last)) if each.year == 2026}
    work = {day(each): True for each in WORK if each.startswith("2026")}
    assert declared(read(NOTICE_OF_2026)) == rest | work


def test_the_notice_of_2026_gives_the_days_of_the_calendar_package() -> None:
    off = {each: False for each in constants.holidays if each.year == 2026}
    working = {each: True for each in constants.workdays if each.year == 2026}
    assert declared(read(NOTICE_OF_2026)) == off | working


@pytest.mark.skipif(not SHARED.exists(), reason="the collection of published days is not here")
def test_the_notice_of_2026_gives_the_published_days_with_their_names() -> None:
    rows = csv.DictReader(SHARED.read_text(encoding="utf-8").splitlines())
    published = {(r["date"], r["is_off_day"], r["name"]) for r in rows if r["notice_year"] == "2026"}
    ours = {(each.on.isoformat(), str(int(not each.working)), each.name) for each in read(NOTICE_OF_2026).days}
    assert ours == published


@pytest.mark.skipif(not SHARED.exists(), reason="the collection of published days is not here")
@pytest.mark.parametrize("year", range(2007, 2027))
def test_every_published_year_is_read_from_the_file(year: int) -> None:
    reading = read(SHARED.read_text(encoding="utf-8"), year=year)
    assert reading.days
    assert reading.covers_year
    assert {each.on.year for each in reading.days} <= {year, year - 1}


def test_the_notice_of_2026_says_what_it_is() -> None:
    reading = read(NOTICE_OF_2026)
    assert reading.complaints == ()
    assert reading.title == "国务院办公厅关于2026年部分节假日安排的通知"
    assert reading.number == "国办发明电〔2025〕7号"
    assert reading.published_on == date(2025, 11, 4)
    assert reading.year == 2026
    assert reading.covers_year


def test_blanks_broken_lines_and_half_width_signs_change_nothing() -> None:
    broken = NOTICE_OF_2026.replace("放假", "放\n  假").replace("（", "(").replace("）", " ) ").replace("，", ", ")
    assert declared(read(broken)) == declared(read(NOTICE_OF_2026))
    assert declared(read(NOTICE_OF_2026.replace("\n", ""))) == declared(read(NOTICE_OF_2026))
    full_width = str.maketrans("0123456789", "０１２３４５６７８９")
    assert declared(read(NOTICE_OF_2026.translate(full_width))) == declared(read(NOTICE_OF_2026))


@pytest.mark.parametrize(
    "before",
    [
        "国务院办公厅关于2026年部分节假日安排的通知 ",
        "现将2026年放假调休日期的具体安排通知如下：",
        "关于2026年部分节假日安排的通知\n现通知如下:\n",
        "2026年",
    ],
)
def test_what_stands_before_the_first_holiday_in_the_same_line_does_no_harm(before: str) -> None:
    reading = read(f"{before}一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。", year=2026)
    assert said(reading) == ""
    assert [each.on.day for each in reading.days] == [1, 2, 3, 4]
    assert {each.name for each in reading.days} == {"元旦"}


# -- Wordings of other years -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "off", "working"),
    [
        ("一、元旦：1月1日（周四）放假1天，不调休。", "01-01", ""),
        ("一、元旦：1月1日放假，1月2日（星期五）补休。", "01-01 01-02", ""),
        ("五、端午节：6月19日放假，与周末连休。", "06-19", ""),
        ("五、端午节：6月19日（周五）放假，与周末连休，共3天。", "06-19", ""),
        ("一、元旦：2025年12月31日至2026年1月2日放假调休，共3天。", "2025-12-31 01-01 01-02", ""),
        ("一、元旦：12月31日至1月2日放假，共三天。12月28日（星期天）上班。", "2025-12-31 01-01 01-02", "2025-12-28"),
        ("二、春节：2月16日（农历除夕）至18日放假调休，共3天。", "02-16 02-17 02-18", ""),
        ("二、春节：2月16日—18日（即农历除夕至正月初二）放假，共3天。", "02-16 02-17 02-18", ""),
        ("一、元旦：1月1日-3日放假公休，共3天。", "01-01 01-02 01-03", ""),
        ("劳动节：4月30日至5月2日放假，共3天。4月25日（周六）、26日（周日）上班。", "04-30 05-01 05-02", "04-25 04-26"),
        ("（七）国庆节、中秋节：9月20日（周日），10月10日（周六）照常上班。", "", "09-20 10-10"),
        ("三、清明节4月4日至6日放假。其中，4月5日（周日、农历清明当日）为法定节假日，4月4日（周六）照常公休。", "04-04 04-05 04-06", ""),
        ("一、元旦：1月1日至2日放假。1月4日（星期日）公休日调至1月2日（星期五）。", "01-01 01-02", "01-04"),
        ("五、端午节：6月20日至22日放假，共3天。6月21日（星期日）公休日调至6月22日（星期一）。", "06-20 06-21 06-22", ""),
        ("“五一”：5月1日—3日放假。其中，1日为法定假日，将4月25日（星期六）、26日（星期日）两个公休日调至5月4日（星期一）、5日（星期二），4月25日、26日上班。",
         "05-01 05-02 05-03 05-04 05-05", "04-25 04-26"),
        ("二、春节：2月10日至12日放假。鼓励各单位结合带薪年休假，安排职工在除夕（2月9日）休息。2月13日（周五）起正常上班。",
         "02-10 02-11 02-12", ""),
    ],
)  # fmt: skip
def test_the_wordings_of_twenty_years_are_understood(text: str, off: str, working: str) -> None:
    reading = one(text)
    expected = {_full(each): False for each in off.split()} | {_full(each): True for each in working.split()}
    assert reading.complaints == ()
    assert declared(reading) == expected


def _full(written: str) -> date:
    return day(written if len(written) > 5 else f"2026-{written}")


def test_the_name_stands_before_the_colon() -> None:
    names = {each.name for each in one("六、国庆节、中秋节：10月1日至8日放假调休，共8天。9月20日（周日）上班。").days}
    assert names == {"国庆节、中秋节"}


def test_a_notice_about_one_holiday_names_it_in_its_title() -> None:
    reading = read(
        "国务院办公厅关于调整2019年劳动节假期安排的通知\n国办发明电〔2019〕3号\n各省、自治区、直辖市人民政府：\n"
        "一、2019年5月1日至4日放假调休，共4天。4月28日（星期日）、5月5日（星期日）上班。\n国务院办公厅\n2019年3月21日"
    )
    assert reading.complaints == ()
    assert {each.name for each in reading.days} == {"劳动节"}
    assert (reading.year, reading.number, reading.published_on) == (2019, "国办发明电〔2019〕3号", date(2019, 3, 21))
    assert [each.on.isoformat() for each in reading.days if each.working] == ["2019-04-28", "2019-05-05"]
    assert not reading.covers_year


def test_a_longer_holiday_begins_where_the_known_one_ended() -> None:
    spring = {each: Mark(working=False, name="春节") for each in days(day("2020-01-24"), day("2020-01-30"))}
    known = Calendar(frozenset(spring), frozenset({day("2020-02-01")}), 2020, marks=spring)
    reading = read(
        "关于延长2020年春节假期的通知\n一、延长2020年春节假期至2月2日（农历正月初九，星期日），2月3日（星期一）起正常上班。",
        known=known,
    )
    assert reading.complaints == ()
    assert [(each.on.isoformat(), each.name) for each in reading.days] == [
        ("2020-01-31", "春节"),
        ("2020-02-01", "春节"),
        ("2020-02-02", "春节"),
    ]


# -- Complaints --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("一、元旦：1月1日（周五）至3日（周六）放假，共3天。", "2026年1月1日是周四，不是周五"),
        ("一、元旦：1月1日至3日放假。1月4日（星期一）上班。", "2026年1月4日是周日，不是周一"),
        ("一、元旦：1月1日放假。1月5日（周一）上班。", "本来就是工作日"),
        ("一、元旦：1月1日至3日放假，共4天。", "写的是共 4 天，数出来是 3 天"),
        ("一、元旦：1月1日放假2天。", "写的是共 2 天，数出来是 1 天"),
        ("一、元旦：1月1日至4日放假。1月4日（周日）上班。", "又是放假，又是上班"),
        ("一、元旦：1月1日放假。二、春节：1月1日上班。", "又是放假，又是上班"),
        ("二、春节：2月30日放假。", "没有30日"),
        ("二、春节：2月20日至15日放假。", "起止日期不对"),
        ("二、春节：2月1日至3月30日放假。", "起止日期不对"),
        ("二、春节：2027年2月6日放假。", "不属于 2026 年的安排"),
        ("二、春节：2月6日放假，2月7日（周六）起正常上班。", "不是工作日"),
    ],
)
def test_what_cannot_be_true_is_an_error_that_names_its_sentence(text: str, words: str) -> None:
    reading = one(text)
    assert words in said(reading)
    complaint = next(each for each in reading.errors if words in each.message)
    assert complaint.sentence
    assert complaint.sentence in text


def test_a_sentence_that_is_not_understood_is_a_doubt() -> None:
    reading = one("一、元旦：1月1日放假。1月2日视情况安排。")
    assert [each.severity for each in reading.complaints] == [Severity.DOUBT]
    assert "没有看懂“1月2日视情况安排”" in said(reading)


def test_a_day_in_two_holidays_is_a_doubt() -> None:
    assert "已经写过一次" in said(one("一、中秋节：10月1日放假。二、国庆节：10月1日放假。"))


@pytest.mark.parametrize("text", ["", "请各单位做好值班工作。", "2026年放假安排另行通知。", "[]", "date,off,name\n"])
def test_a_text_without_any_day_is_refused(text: str) -> None:
    reading = one(text)
    assert reading.days == ()
    assert "没有读到任何放假或者上班的日子" in said(reading)
    assert reading.errors


def test_without_a_year_nothing_is_guessed() -> None:
    reading = one("一、元旦：1月1日至3日放假，共3天。", None)
    assert "请填写年份" in said(reading)
    assert reading.days == ()
    assert "核对年份" in said(one("一、元旦：1月1日放假。", 12026))


def test_the_weekdays_tell_the_year_when_only_one_fits() -> None:
    text = "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。"
    reading = read(text, likely=range(2025, 2030))
    assert (reading.year, len(reading.days)) == (2026, 4)
    assert [each.severity for each in reading.complaints] == [Severity.DOUBT]
    assert "推算是 2026 年" in said(reading)
    assert read(text, likely=range(2010, 2030)).year is None  # 2015 begins like 2026


def test_the_year_that_is_asked_for_must_be_the_notices_own() -> None:
    assert "通知安排的是 2026 年" in said(read(NOTICE_OF_2026, year=2027))


def test_a_notice_that_leaves_out_a_holiday_does_not_cover_the_year() -> None:
    lines = NOTICE_OF_2026.splitlines()
    assert read("\n".join(line for line in lines if "中秋节：" not in line)).missing == ("中秋节",)
    assert (
        read(
            "一、元旦：1月1日放假。二、春节：1月29日放假。三、“五一”：5月1日放假。四、“十一”：10月1日放假。", year=2006
        ).missing
        == ()
    )


def test_only_an_amendment_may_take_back_a_day_off() -> None:
    closed = {day("2026-07-01"): Mark(working=False, name="防汛")}
    known = Calendar(frozenset(closed), frozenset(), 2026, marks=closed)
    text = "7月1日（周三）照常上班。"
    assert read(text, year=2026, known=known).errors == ()
    assert "本来就是工作日" in said(read(text, year=2026))


# -- Tables ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "date,is_off_day,name\n2027-01-01,1,元旦\n2027-01-03,0,元旦\n",
        "日期;类型;名称\n2027年1月1日;放假;元旦\n2027/1/3;上班;元旦\n",
        "name\tdate\tworking\n元旦\t20270101\tfalse\n元旦\t20270103\ttrue\n",
        '{"year": 2027, "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true},'
        ' {"name": "元旦", "date": "2027-01-03", "isOffDay": false}]}',
        '[{"date": "2027-01-01", "working": false, "name": "元旦"}, {"date": "2027-01-03", "working": true, "name": "元旦"}]',
        '\ufeff[{"date": "2027-01-01", "type": "off", "name": "元旦"}, {"date": "2027-01-03", "type": "working", "name": "元旦"}]',
    ],
)
def test_tables_say_the_same_in_many_ways(text: str) -> None:
    reading = read(text)
    assert reading.complaints == ()
    assert reading.year == 2027
    assert declared(reading) == {date(2027, 1, 1): False, date(2027, 1, 3): True}
    assert {each.name for each in reading.days} == {"元旦"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("date,off,name\n2027-13-01,1,元旦\n", "日期“2027-13-01”看不懂"),
        ("date,off,name\n2027-01-01,vielleicht,元旦\n", "没有写清楚是放假还是上班"),
        ("date,off,working,name\n2027-01-01,1,1,元旦\n", "没有写清楚是放假还是上班"),
        ("date,off,name\n2026-05-01,1,劳动节\n2027-01-01,1,元旦\n", "请填写要导入的年份"),
        ("date,off,name\n2027-01-04,0,元旦\n", "本来就是工作日"),
        ("date,off,name\n2027-01-01,1,元旦\n2027-01-01,0,元旦\n", "自相矛盾"),
        ("date,off,name\n" + "2027-01-01,1,元旦\n" * 1001, "超过 1000 行"),
        ('{"days": 3}', "days"),
        ("{}", "没有读到"),
        ("[1, 2]", "days"),
        ("[" * 100_000, "JSON"),
        ("{", "JSON"),
    ],
)
def test_tables_that_make_no_sense_are_refused(text: str, words: str) -> None:
    reading = read(text)
    assert words in said(reading)
    assert reading.errors


def test_days_without_a_name_are_a_doubt() -> None:
    reading = read("date,off\n2027-01-01,1\n")
    assert [each.severity for each in reading.complaints] == [Severity.DOUBT]
    assert [each.name for each in reading.days] == ["放假"]


# -- For every arrangement ---------------------------------------------------------------------------------------------

NAMES = ("元旦", "春节", "清明节", "劳动节", "端午节", "国庆节、中秋节")


@st.composite
def arrangements(draw: st.DrawFn) -> tuple[int, list[Holiday]]:
    """A year with its holidays: spans that do not touch, and weekend days before or after them that are worked."""
    year = draw(st.integers(2008, 2060))
    found: list[Holiday] = []
    taken: set[date] = set()
    for month, name in zip((1, 2, 4, 5, 6, 10), NAMES, strict=True):
        first = date(year, month, 1) + timedelta(days=draw(st.integers(-2 if month == 1 else 0, 20)))
        off = tuple(first + timedelta(days=n) for n in range(draw(st.integers(1, 9))))
        near = [off[0] + timedelta(days=n) for n in range(-10, 20)]
        weekend = [each for each in near if each.weekday() >= 5 and each not in off and each not in taken]
        weekend = [each for each in weekend if each.year == year or (each.month == 12 and each.year == year - 1)]
        working = tuple(sorted(draw(st.sets(st.sampled_from(weekend), max_size=2)))) if weekend else ()
        if taken.isdisjoint(off):
            found.append(Holiday(name, off, working))
            taken.update(off, working)
    return year, found


@given(arrangements(), st.integers(0, 2**32))
def test_an_arrangement_written_out_as_a_notice_is_read_back(arranged: tuple[int, list[Holiday]], style: int) -> None:
    year, holidays = arranged
    reading = read(rendered(year, holidays, style))
    assert said(reading) == ""
    expected = {each: (False, holiday.name) for holiday in holidays for each in holiday.off}
    expected |= {each: (True, holiday.name) for holiday in holidays for each in holiday.working}
    assert {each.on: (each.working, each.name) for each in reading.days} == expected


@given(arrangements(), st.integers(0, 2**32), st.data())
def test_one_wrong_weekday_never_passes(arranged: tuple[int, list[Holiday]], style: int, data: st.DataObject) -> None:
    year, holidays = arranged
    text = rendered(year, holidays, style)
    places = [place for place, sign in enumerate(text) if text[place - 1] in "周期" and sign in "一二三四五六日"]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.sampled_from([sign for sign in "一二三四五六日" if sign != text[place]]))
    assert read(text[:place] + wrong + text[place + 1 :]).errors


@given(
    st.text(
        alphabet="一二、（）()：:。，,;；年月日至放假上班调休共天星期周六0123456789 \n将公休延长春节元旦关于通知",
        max_size=200,
    )
)
def test_no_text_at_all_breaks_the_reading(text: str) -> None:
    for reading in (read(text), read(text, year=2026), read(text, likely=range(2024, 2030))):
        assert reading.days or reading.errors
