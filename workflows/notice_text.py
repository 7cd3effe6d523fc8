"""Reading the text of a State Council notice as it is published: “一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。…”."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from itertools import pairwise

from workflows.arrangement import NOTHING, Reading, complained, doubt, judged
from workflows.calendar import Calendar
from workflows.notice_dates import SENSIBLE_YEARS, WEEKDAY, day_of, shown
from workflows.notice_sentences import DATED, HAS_DATE, ITEM, NUMBERED, SIGNED, Section

NO_NAME = re.compile(r"延长|假期|调整|放假|增加")
HEADING = re.compile(
    rf"(?:^|(?<=[\n。;:]))(?:{NUMBERED}(?P<name>[一-鿿“\"][一-鿿、“”\"0-9]{{1,39}}?):?|(?:\d{{4}}年)?(?P<plain>[一-鿿、“”\"]{{2,20}}):)"
    rf"(?=(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}[日号—–-])"
)
GLUED = re.compile(rf"(?<=通知)(?={NUMBERED}[一-鿿])")
"""A title with the first clause in the same line."""
NUMBER = re.compile(r"(国办发明电|国发明电|国办发电|国办发|国办函|国发)[〔\[(【](\d{4})[〕\])】](?:第)?(\d{1,4})号")
OTHER_NUMBER = re.compile(r"(?:^|[\n(])([一-鿿]{2,10})[〔\[(【](\d{4})[〕\])】](?:第)?(\d{1,4})号")
TITLE = re.compile(r"(?:国务院办公厅|国务院|(?:^|\n)[一-鿿]{0,20})关于[^。;:,《》〈〉<>]{2,80}?通知")
TITLE_NAME = re.compile(
    r"关于(?:做好)?(?:调整|延长|增加)?(?:\d{4}年)?(?P<name>.{2,40}?)(?:节日)?(?:假期|放假|调休|安排|期间)"
)
YEARS = (
    re.compile(r"关于.{0,12}?(\d{4})年"),
    re.compile(r"(?:现将|调整|延长)(\d{4})年"),
    re.compile(r"(\d{4})年(?:部分|元旦|春节|节假日)"),
)


# -- Tidying what was pasted -------------------------------------------------------------------------------------------


def tidy(text: str) -> str:
    """The same text in one spelling: half-width digits and brackets, no blanks, lines joined that belong together."""
    plain = unicodedata.normalize("NFKC", text).translate(ONE_SPELLING)
    lines = [re.sub(r"\s+", "", line) for line in plain.splitlines()]
    joined = ""
    for line in filter(None, lines):
        joined += ("\n" if _begins_anew(joined, line) else "") + line
    return GLUED.sub("\n", joined)


ONE_SPELLING = str.maketrans({"〜": "~", "｡": "。"} | dict.fromkeys("\ufeff\u200b\u200c\u200d\u00ad", ""))


def _begins_anew(before: str, line: str) -> bool:
    """A broken line goes on; after a full stop, before a number, and around a date or the sender a new one begins."""
    alone = SIGNED.fullmatch(line) or line.startswith(("国务院办公厅", "国务院", "国办", "国发", "节假日期间"))
    return bool(before.endswith(("。", ":", ";", "号", "通知", "国务院办公厅")) or ITEM.match(line) or alone)


# -- The whole notice --------------------------------------------------------------------------------------------------


def read_notice(
    text: str, *, year: int | None = None, known: Calendar | None = None, likely: Collection[int] = ()
) -> Reading:
    """What a pasted notice says.

    ``year`` where it does not say so itself; ``likely``: the years it may be, if the weekdays in it fit only one of
    them. ``known``: the calendar in force, for notices that only amend it.
    """
    plain = tidy(text)
    title, own_year = _title(plain), _year(plain)
    empty = Reading(None, (), (), shown(title), _number(plain), _published(plain))
    if own_year and year not in (None, own_year):
        return complained(empty, f"填写的年份是 {year} 年，通知安排的是 {own_year} 年")
    if (year := year or own_year or _year_beside_days(plain)) is None:
        return _by_weekdays(plain, empty, known, likely)
    if year not in SENSIBLE_YEARS:
        return complained(empty, f"{year} 年？请核对年份")
    return _of_year(plain, replace(empty, year=year), year, known)


def _of_year(plain: str, empty: Reading, year: int, known: Calendar | None) -> Reading:
    sections = _sections(plain, year, known, default=_name_of(empty.title))
    said = [complaint for section in sections for complaint in section.complaints]
    found = [day for section in sections for day in section.found]
    return judged(replace(empty, days=tuple(found), complaints=tuple(said)), known)


def _by_weekdays(plain: str, empty: Reading, known: Calendar | None, likely: Collection[int]) -> Reading:
    """The one year in which every weekday beside a date is right."""
    if not HAS_DATE.search(plain):
        return complained(empty, NOTHING)
    readings = [_of_year(plain, replace(empty, year=year), year, known) for year in likely if WEEKDAY.search(plain)]
    fitting = [reading for reading in readings if not reading.errors]
    if len(fitting) != 1:
        return complained(empty, "找不到这是哪一年的安排，请填写年份")
    return replace(
        fitting[0],
        complaints=(doubt(f"通知里没有写年份，按日期后面的星期推算是 {fitting[0].year} 年"), *fitting[0].complaints),
    )


def _sections(plain: str, year: int, known: Calendar | None, default: str) -> list[Section]:
    heads = [head for head in HEADING.finditer(plain) if not NO_NAME.search(head[0])]
    first = Section(default or "放假", year, known, strict=not heads)
    first.read(plain[: heads[0].start()] if heads else plain)
    found = [first]
    ends = [*(head.start() for head in heads), len(plain)]
    for head, (_, end) in zip(heads, pairwise(ends), strict=True):
        name = ITEM.sub("", head["name"] or head["plain"]).strip("、")
        section = Section(name, year, known, strict=True)
        section.read(plain[head.end() : end])
        found.append(section)
    return found


def _title(plain: str) -> str:
    found = TITLE.search(plain.replace("\n部分", "部分"))
    return found[0].strip() if found else ""


def _name_of(title: str) -> str:
    """The holiday that a notice about a single one names in its title."""
    found = TITLE_NAME.search(title)
    return "" if found is None or "部分" in found["name"] else found["name"]


def _number(plain: str) -> str | None:
    found = NUMBER.search(plain) or OTHER_NUMBER.search(plain)
    return f"{found[1]}〔{found[2]}〕{int(found[3])}号" if found else None


def _published(plain: str) -> date | None:
    """The date under the notice, or the one that the page it comes from names."""
    lines = [found for line in re.split(r"[\n。]", plain) if (found := SIGNED.fullmatch(line))]
    found = lines[-1] if lines else DATED.search(plain)
    numbers = [int(part) for part in re.findall(r"\d+", found["dates"])] if found else []
    return day_of(*numbers) if numbers else None


def _year(plain: str) -> int | None:
    """The year it says that it arranges."""
    return next((int(found[1]) for pattern in YEARS if (found := pattern.search(plain))), None)


def _year_beside_days(plain: str) -> int | None:
    """A notice about single days may name the year only beside these."""
    dated = set(re.findall(r"(\d{4})年\d{1,2}月\d{1,2}日(?!\n|$)", re.sub(DATED, "", plain)))
    return int(dated.pop()) if len(dated) == 1 else None
