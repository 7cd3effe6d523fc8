"""One holiday's part of a notice, sentence by sentence: “10月1日至7日放假调休，共7天。9月20日（周日）上班。”."""

import re
from dataclasses import dataclass, field
from datetime import date

from workflows.arrangement import Complaint, Declared, day_words, doubt
from workflows.calendar import ONE_DAY, SATURDAY, Calendar
from workflows.notice_dates import DATE, DATES, LONGEST_HOLIDAY, REMARK, Days, shown

NUMBERS = "一二三四五六七八九十"
NUMBERED = rf"(?:\(?(?:[{NUMBERS}]{{1,3}}|\d{{1,2}})(?:[、.)]|\)[、.]?))"
ITEM = re.compile(rf"^{NUMBERED}")
_COUNT = rf"(?P<count>\d{{1,2}}|[{NUMBERS}])[天日]"
_OFF_WORDS = "放假调休|放假公休|调休放假|放假休息|放假补休|放假|补休|调休|休息|公休|连休"
ONLY_DATES = re.compile(DATES)
OFF = re.compile(rf"(?P<dates>{DATES})(?:均|都|全国)?(?:安排)?(?:{_OFF_WORDS})(?:共?{_COUNT})?")
WORKING = re.compile(rf"(?P<dates>{DATES})(?:均|都)?(?:照常|正常|调整为|调为|为|补)?(?:上班|工作日)")
BACK = re.compile(rf"(?P<dates>{DATE})起?(?:照常|正常|恢复正常|恢复)?上班")
MOVED = re.compile(rf"将?(?P<dates>{DATES}).*?公休日?.*?(?:调整?[至到为]|移至|调休[至到])(?P<to>{DATES})")
EXPLAINED = re.compile(r"法定节?假日|照常公休|为公休日|照常休息")
COUNTED = re.compile(rf"(?:一?共计?|合计|总计|连续放假)?{_COUNT}")
EXTENDED = re.compile(rf".*?延长(?:\d{{4}}年)?(?P<name>[一-鿿]{{0,10}}?)(?:节日)?假期(?:至|到)(?P<dates>{DATE})")
REMARKED = re.compile(r"与(?:周末|双休日?|公休日)连休|不再?(?:调|补)休|按规定补休")
ENCOURAGED = re.compile(r"鼓励|带薪年休假|结合实际")
SIGNED = re.compile(r"(?:国务院(?:办公厅)?)?(?P<dates>\d{4}年\d{1,2}月\d{1,2}日)")
DATED = re.compile(r"(?:成文|发布|印发|发文)日期:?(?P<dates>\d{4}年\d{1,2}月\d{1,2}日)")
HAS_DATE = re.compile(r"\d月\d{1,2}[日号]|\d日(?!期|报)")


@dataclass
class Section:
    """One holiday's part of the notice while it is being read."""

    name: str
    year: int
    known: Calendar | None
    strict: bool  # dates that are not understood are complained of
    off: set[date] = field(default_factory=set)
    found: list[Declared] = field(default_factory=list)
    complaints: list[Complaint] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.days = Days(self.year, "元旦" in self.name, complaints=self.complaints)

    def read(self, text: str) -> None:
        """Take in every sentence of this part."""
        for sentence in (ITEM.sub("", each) for each in re.split(r"[。\n!]+", text)):
            if sentence and not ENCOURAGED.match(sentence):
                self._sentence(sentence)

    def _sentence(self, sentence: str) -> None:
        self.days.sentence = sentence
        begun = ""
        for clause in re.split(r"[,;](?![^()]*\))", sentence):
            words = re.sub(r"^(?:其中:?|[^\d]*:(?=\d))", "", begun + clause)
            if ONLY_DATES.fullmatch(words) and not SIGNED.fullmatch(words):
                begun = f"{words}、"
                continue
            begun = ""
            if words and not self._clause(words):
                self._not_understood(words)
        if begun:
            self._not_understood(begun.removesuffix("、"))

    def _clause(self, words: str) -> bool:
        """Whether this part of a sentence has been understood."""
        if moved := MOVED.fullmatch(words):
            return self._moved(moved)
        if EXPLAINED.search(words):
            self.days.all_in("".join(re.findall(rf"(?:\d{{4}}年)?\d{{1,2}}月\d{{1,2}}日{REMARK}?", words)))
            return True
        if off := OFF.fullmatch(words):
            return self._off(off)
        if working := WORKING.fullmatch(words):
            return self._declare(self.days.all_in(working["dates"]), working=True)
        if extended := EXTENDED.fullmatch(words):
            return self._extended(extended)
        if back := BACK.fullmatch(words):
            return self._back(back)
        if counted := COUNTED.fullmatch(words):
            return self._count(counted["count"])
        return bool(REMARKED.search(words) or SIGNED.fullmatch(words))

    def _declare(self, days: list[date], *, working: bool) -> bool:
        self.found += [Declared(day, working, self.name, shown(self.days.sentence)) for day in days]
        return True

    def _off(self, words: re.Match[str]) -> bool:
        days = self.days.all_in(words["dates"])
        self.off.update(days)
        self._declare(days, working=False)
        return self._count(words["count"]) if words["count"] else True

    def _moved(self, words: re.Match[str]) -> bool:
        """“1月4日（周日）公休日调至1月2日（周五）”: the one becomes a working day unless it is off anyway."""
        given = self.days.all_in(words["dates"])
        taken = self.days.all_in(words["to"])
        self.off.update(taken)
        self._declare(taken, working=False)
        return self._declare([day for day in given if day not in self.off], working=True)

    def _extended(self, words: re.Match[str]) -> bool:
        """“延长2020年春节假期至2月2日”: every day since the holiday that is known."""
        last = self.days.all_in(words["dates"])
        if not last:
            return True
        day, added = last[0], list[date]()
        self.name = words["name"] or self.name
        while len(added) < LONGEST_HOLIDAY and not self._is_holiday(day):
            added.append(day)
            day -= ONE_DAY
        if len(added) == LONGEST_HOLIDAY:
            return False
        self.off.update(added)
        return self._declare(sorted(added), working=False)

    def _is_holiday(self, day: date) -> bool:
        mark = self.known.marks.get(day) if self.known else None
        return mark is not None and not mark.working

    def _back(self, words: re.Match[str]) -> bool:
        for day in self.days.all_in(words["dates"]):
            if day in self.off or day.weekday() >= SATURDAY:
                self.days.complain(f"{day_words(day)}不是工作日")
        return True

    def _count(self, spoken: str) -> bool:
        said = int(spoken) if spoken.isdecimal() else NUMBERS.index(spoken) + 1
        if said not in (len(self.off), len(self._with_weekends())):
            self.days.complain(f"写的是共 {said} 天，数出来是 {len(self.off)} 天")
        return True

    def _with_weekends(self) -> set[date]:
        """The days off with the weekends that touch them, where it says so."""
        if "连休" not in self.days.sentence:
            return self.off
        days = set(self.off)
        for start in self.off:
            for step in (ONE_DAY, -ONE_DAY):
                day = start + step
                while day.weekday() >= SATURDAY:
                    days.add(day)
                    day += step
        return days

    def _not_understood(self, words: str) -> None:
        if self.strict and HAS_DATE.search(words) and not DATED.search(words):
            self.complaints.append(doubt(f"没有看懂“{shown(words)}”，请核对", shown(self.days.sentence)))
