"""Reading days from a table: a CSV file, or JSON as calendars on the web offer it."""

import csv
import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from io import StringIO
from typing import Any

from workflows.arrangement import Complaint, Declared, Reading, doubt, error, judged
from workflows.calendar import Calendar
from workflows.notice_dates import day_of

MOST_ROWS = 1000
MOST_SHOWN = 10  # complaints of single rows

DATES = ("date", "day", "日期")
NAMES = ("name", "holiday", "名称", "节日", "节假日")
OFF = ("is_off_day", "isoffday", "off", "is_off", "放假", "休息")
WORKING = ("working", "is_working", "workday", "上班", "工作日")
KINDS = ("kind", "type", "status", "类型", "安排", "性质")
YEARS = ("notice_year", "year", "年份")

YES = {"1", "true", "yes", "y", "t", "是", "√"}
NO = {"0", "false", "no", "n", "f", "否", ""}
OFF_KINDS = {"off", "holiday", "rest", "休", "休息", "放假", "假", "放假调休", "公休"}
WORKING_KINDS = {"working", "workday", "work", "班", "上班", "工作", "工作日", "调休上班", "补班"}
WRITTEN = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[T ].*)?", re.ASCII)


def looks_like_json(text: str) -> bool:
    """Whether a file is meant to be JSON."""
    return text.lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


def looks_like_csv(text: str) -> bool:
    """Whether the first line of a file names the columns of a table with dates."""
    first = text.lstrip("\ufeff \t\r\n").splitlines()[:1]
    return bool(first) and bool({_plain(cell) for cell in _cells(first[0])} & set(DATES))


def _cells(line: str) -> list[str]:
    return next(csv.reader([line], delimiter=_delimiter(line)), [])


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)


def _plain(heading: str) -> str:
    return heading.strip().lower().replace("_", "").replace(" ", "")


def read_csv(text: str, *, year: int | None = None, known: Calendar | None = None) -> Reading:
    """The days of a CSV file with the columns date, off or working, and name (日期、放假 or 上班、名称)."""
    text = text.lstrip("\ufeff \t\r\n")
    rows = csv.DictReader(StringIO(text), delimiter=_delimiter(text.splitlines()[0] if text else ""))
    try:
        found = [row for _, row in zip(range(MOST_ROWS + 1), rows, strict=False)]
    except csv.Error:
        return _unreadable("这不是可以读取的 CSV 文件")
    return _reading(found, year, known)


def read_json(text: str, *, year: int | None = None, known: Calendar | None = None) -> Reading:
    """The days of a JSON file: a list of objects, or an object with a list under ``days``."""
    try:
        document = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return _unreadable("这不是可以读取的 JSON 文件")
    whole = document if isinstance(document, dict) else {}
    rows = whole.get("days", []) if isinstance(document, dict) else document
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return _unreadable("JSON 文件里应当有一个列表 days，每天一项，写明 date、isOffDay（或者 working）和 name")
    spoken = whole.get("year")
    year = year or (spoken if isinstance(spoken, int) and not isinstance(spoken, bool) else None)
    return _reading(rows, year, known, title=_text(whole, "title"), number=_text(whole, "number") or None)


def _text(whole: Mapping[str, Any], name: str) -> str:
    value = whole.get(name)
    return value.strip() if isinstance(value, str) else ""


def _unreadable(message: str) -> Reading:
    return Reading(None, (), (error(message),))


def _reading(
    rows: list[Any], year: int | None, known: Calendar | None, *, title: str = "", number: str | None = None
) -> Reading:
    if len(rows) > MOST_ROWS:
        return _unreadable(f"文件超过 {MOST_ROWS} 行，不像是放假安排")
    plain = [{_plain(str(key)): value for key, value in row.items() if key is not None} for row in rows]
    noted = _notice_years(plain)
    if year is None and len(noted) == 1:
        year = noted.pop()
    if len(noted) > 1:  # several notices in one file: those of the year that is asked for
        plain = [row for row in plain if _number(_cell(row, YEARS)) == year]
    found, complaints = _days(plain)
    year = year or _only_year(found)
    if found and year is None:
        complaints.append(error("文件里有几个年份的日子，请填写要导入的年份，每次导入一年"))
    return judged(Reading(year, tuple(found), tuple(complaints), title, number), known)


def _notice_years(rows: Iterable[Mapping[str, Any]]) -> set[int]:
    return {year for row in rows if (year := _number(_cell(row, YEARS)))}


def _number(value: Any) -> int | None:
    words = str(value).strip() if value is not None else ""
    return int(words) if words.isascii() and words.isdecimal() and len(words) == 4 else None


def _only_year(days: Iterable[Declared]) -> int | None:
    """The year of the days; those at the end of a December belong to the next year's notice."""
    years = {each.on.year for each in days}
    last = max(years, default=0)
    early = [each for each in days if each.on.year == last - 1]
    return last if years <= {last, last - 1} and all(each.on.month == 12 for each in early) and years else None


def _days(rows: list[dict[str, Any]]) -> tuple[list[Declared], list[Complaint]]:
    found, complaints = [], []
    for line, row in enumerate(rows, start=1):
        day = _day(_cell(row, DATES))
        working = _working(row)
        if day is None:
            complaints.append(error(f"第 {line} 条：日期“{str(_cell(row, DATES))[:20]}”看不懂，请写成 2027-01-01"))
        elif working is None:
            complaints.append(error(f"第 {line} 条：没有写清楚是放假还是上班"))
        else:
            found.append(Declared(day, working, _name(row), f"第 {line} 条"))
    if len(complaints) > MOST_SHOWN:
        complaints = [*complaints[:MOST_SHOWN], error(f"另有 {len(complaints) - MOST_SHOWN} 条也看不懂")]
    if any(not _cell(row, NAMES) for row in rows) and found:
        complaints.append(doubt("有的日子没有写名称，按“放假”“上班”登记"))
    return found, complaints


def _cell(row: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((row[_plain(name)] for name in names if row.get(_plain(name)) not in (None, "")), None)


def _day(value: Any) -> date | None:
    found = WRITTEN.fullmatch(str(value or "").strip())
    return day_of(*(int(part) for part in found.groups() if part)) if found else None


def _working(row: Mapping[str, Any]) -> bool | None:
    """Whether that row declares a working day; None when it does not say."""
    off, working, kind = (_cell(row, names) for names in (OFF, WORKING, KINDS))
    answers = {
        *((False,) if _yes(off) is True else (True,) if _yes(off) is False else ()),
        *((_yes(working),) if _yes(working) is not None else ()),
        *_kinds(off, working, kind),
    }
    return answers.pop() if len(answers) == 1 else None


def _yes(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    words = str(value).strip().lower() if value is not None else None
    return True if words in YES else False if words in NO else None


def _kinds(*values: Any) -> set[bool]:
    words = {str(value).strip().lower() for value in values if value is not None}
    return {*((False,) if words & OFF_KINDS else ()), *((True,) if words & WORKING_KINDS else ())}


def _name(row: Mapping[str, Any]) -> str:
    return str(_cell(row, NAMES) or ("上班" if _working(row) else "放假")).strip()
