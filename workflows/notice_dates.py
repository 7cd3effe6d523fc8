"""Dates as notices write them: “10月1日（周四）至7日”, “1月30日、31日”, with the year or the month left out."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from workflows.arrangement import DECEMBER, WEEKDAYS, Complaint, day_words, error, weekday_words
from workflows.calendar import ONE_DAY

LONGEST_HOLIDAY = 30  # days; more is a slip of the pen
SENSIBLE_YEARS = range(1990, 2101)

REMARK = r"(?:\([^()]*\))"
DATE = rf"(?:\d{{4}}年)?(?:\d{{1,2}}月)?\d{{1,2}}[日号]{REMARK}?"
_TO = r"(?:至|到|[-~—–―─]+)"
_SPAN = rf"(?:(?:\d{{4}}年)?(?:\d{{1,2}}月)?\d{{1,2}}(?:[日号]{REMARK}?)?{_TO}{DATE}|{DATE}){REMARK}?"
DATES = rf"{_SPAN}(?:(?:、|和|及|与|以及){_SPAN})*"
"""A list of dates and of spans of dates."""
ONE_DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})(?:[日号](?:\(([^()]*)\))?)?")
SPAN = re.compile(_SPAN)
WEEKDAY = re.compile(rf"(?:周|星期|礼拜)([{WEEKDAYS}天])")


def shown(sentence: str) -> str:
    """A sentence as people write it, with full-width punctuation."""
    return sentence.translate(str.maketrans("(),:;", "（），：；"))


@dataclass
class Days:
    """The dates of one section: what is left out of one is taken from the date before it."""

    year: int
    at_new_year: bool  # 元旦: a day in December lies in the year before
    sentence: str = ""
    complaints: list[Complaint] = field(default_factory=list)
    month: int | None = None
    spoken_year: int | None = None

    def all_in(self, words: str) -> list[date]:
        """Every day of a list of dates and spans."""
        return [day for span in SPAN.finditer(words) for day in self._span(span[0])]

    def _span(self, words: str) -> list[date]:
        ends = [self._date(found) for found in ONE_DATE.finditer(re.sub(r"\)\([^()]*\)$", ")", words))][:2]
        known = [day for day in ends if day]
        if len(known) < len(ends):
            return []
        first, last = known[0], known[-1]
        if last < first and "年" not in words:
            last = day_of(last.year + 1, last.month, last.day) or last
        if not first <= last <= first + timedelta(days=LONGEST_HOLIDAY):
            self.complain(f"从{day_words(first)}到{day_words(last)}，起止日期不对")
            return []
        self.month, self.spoken_year = last.month, last.year
        return [first + ONE_DAY * n for n in range((last - first).days + 1)]

    def _date(self, found: re.Match[str]) -> date | None:
        year, month, number, remark = found.groups()
        if month is None and self.month is None:
            self.complain(f"“{shown(found[0])}”没有写月份")
            return None
        years = self._years(year, int(month)) if month else [self.spoken_year or self.year]
        in_month = int(month or self.month or 0)
        days = [day for each in years if (day := day_of(each, in_month, int(number)))]
        if not days:
            self.complain(f"{years[0]}年{in_month}月没有{int(number)}日")
            return None
        spoken = WEEKDAY.search(remark or "")
        return self._fitting(days, spoken[1].replace("天", "日") if spoken else None)

    def _fitting(self, days: list[date], spoken: str | None) -> date:
        """The first of these days that falls on the weekday that is written beside it."""
        fitting = [day for day in days if spoken in (None, WEEKDAYS[day.weekday()])]
        if not fitting:
            self.complain(f"{days[0].year}年{days[0].month}月{days[0].day}日是{weekday_words(days[0])}，不是周{spoken}")
        day = (fitting or days)[0]
        self.month, self.spoken_year = day.month, day.year
        return day

    def _years(self, spoken: str | None, month: int) -> list[int]:
        if spoken:
            return [int(spoken)]
        if month == DECEMBER and self.at_new_year:
            return [self.year - 1, self.year]
        return [self.year, self.year - 1] if month == DECEMBER else [self.year]

    def complain(self, message: str) -> None:
        """Something is wrong in the sentence that is being read."""
        self.complaints.append(error(message, shown(self.sentence)))


def day_of(year: int, month: int, number: int) -> date | None:
    """That date; None when there is none, or in no year that a notice could be about."""
    try:
        return date(year, month, number) if year in SENSIBLE_YEARS else None
    except ValueError:
        return None
