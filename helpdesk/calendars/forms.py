"""The forms of the calendar: a notice, days of the district, office hours; each is shown again before it takes effect."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, time
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectChoice, StringField
from wtforms.validators import InputRequired, Length, Optional

from helpdesk.calendars.proposals import LONGEST_NUMBER
from helpdesk.form_fields import DayField, DrawnAlike, LineField, WordsField
from workflows.arrangement import LONGEST_NAME
from workflows.calendar import Season

SEASONS = 4
"""So many seasons the form has room for."""
CONFIRM, BACK = "confirm", "back"


class YearField(DrawnAlike, IntegerField):
    """A year with four digits; full-width ones are forgiven."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; what cannot be read stays in the form as it was typed."""
        self.data = None
        words = unicodedata.normalize("NFKC", next(iter(valuelist), "")).strip().removesuffix("年")
        if words and not re.fullmatch(r"(19|20)\d\d", words, re.ASCII):
            raise ValueError("请写四位数的年份，例如 2027")
        self.data = int(words) if words else None


class TimeField(DrawnAlike, StringField):
    """A time of the day such as 8:30, up to 24:00; ``at`` is the time, or None."""

    at: time | None = None
    words = ""

    def process_data(self, value: time | str | None) -> None:
        """Show it as it is written."""
        self.at = value if isinstance(value, time) else None
        self.words = value if isinstance(value, str) else f"{value:%H:%M}" if value is not None else ""
        self.data = self.words

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; what cannot be read stays in the form as it was typed."""
        self.words = unicodedata.normalize("NFKC", next(iter(valuelist), "")).strip()
        self.data, self.at = self.words, None
        found = re.fullmatch(r"(\d{1,2})[:.](\d{2})", self.words, re.ASCII)
        if self.words and (not found or int(found[1]) * 60 + int(found[2]) > 24 * 60 or int(found[2]) > 59):
            raise ValueError("请写成 8:30 这样的时间")
        if found:
            self.at = time(int(found[1]) % 24, int(found[2]))

    def _value(self) -> str:
        return self.words


class ProposalForm(FlaskForm):
    """What all of them carry along: which calendar was looked at, and whether doubts are accepted."""

    revision = HiddenField()
    step = HiddenField()
    accept = BooleanField("以上疑问已经逐条核对，按看懂的内容登记")

    def shown_revision(self) -> int:
        """The revision of the calendar the preview was reckoned from; -1 for a forged one."""
        words = self.revision.data or ""
        return int(words) if words.isascii() and words.isdecimal() and len(words) < 10 else -1

    @property
    def confirms(self) -> bool:
        """Whether it is to take effect."""
        return bool(self.step.data == CONFIRM)

    @property
    def goes_back(self) -> bool:
        """Whether it is to be changed once more."""
        return bool(self.step.data == BACK)


class NoticeForm(ProposalForm):
    """The text of a notice, or a file."""

    text = WordsField(
        "通知正文",
        description="从中国政府网打开通知，连同标题、文号和落款日期一起复制，粘贴到这里",
        render_kw={
            "rows": 12,
            "placeholder": "国务院办公厅关于2027年部分节假日安排的通知……一、元旦：1月1日（周五）至3日（周日）放假……",
        },
    )
    file = FileField(
        "或者上传文件",
        description="CSV 或 JSON，每天一行：日期、放假或上班、名称",
        render_kw={"accept": ".csv,.json,.txt"},
    )
    year = YearField("年份", [Optional()], description="正文里没有写年份的才要填", render_kw={"inputmode": "numeric"})
    number = LineField(
        "文号",
        [Length(max=LONGEST_NUMBER, message=f"最多 {LONGEST_NUMBER} 个字")],
        description="正文里没有写文号的可以补上，例如：国办发明电〔2026〕7号",
    )


class DistrictForm(ProposalForm):
    """Days on which the district is closed, or works although others rest."""

    how = RadioField(
        "怎么安排",
        [InputRequired("请选择放假还是上班")],
        choices=[SelectChoice(value="off", label="放假（停工）"), SelectChoice(value="working", label="上班")],
    )
    first = DayField("开始日期", [InputRequired("请填写开始日期")])
    last = DayField("结束日期", [Optional()], description="只有一天的不填")
    name = LineField(
        "名称",
        [InputRequired("请写名称"), Length(max=LONGEST_NAME, message=f"最多 {LONGEST_NAME} 个字")],
        description="写明原因，例如：防汛停工、国有企业改制公休",
    )
    number = LineField(
        "依据的文号",
        [Length(max=LONGEST_NUMBER, message=f"最多 {LONGEST_NUMBER} 个字")],
        description="例如：二政办发〔2026〕12号",
    )

    @property
    def span(self) -> tuple[date, date]:
        """The first and the last day; the same where only one is given."""
        first = self.first.data
        assert first is not None  # it has been validated
        return first, self.last.data or first

    @property
    def working(self) -> bool:
        """Whether these become working days."""
        return bool(self.how.data == "working")


# -- Office hours ------------------------------------------------------------------------------------------------------


class HoursForm(ProposalForm):
    """The office hours of up to four seasons; unused rows stay empty."""

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each season."""
        names = ("name", "begins", "opens_1", "closes_1", "opens_2", "closes_2")
        return [{name: self[f"{name}_{n}"] for name in names} for n in range(1, SEASONS + 1)]

    def fill(self, seasons: Iterable[Season]) -> None:
        """Show what holds."""
        for row, season in zip(self.rows, seasons, strict=False):
            row["name"].data = season.name
            row["begins"].data = "{}月{}日".format(*season.begins)
            for n, (begin, end) in enumerate(season.windows[:2], start=1):
                row[f"opens_{n}"].process_data(begin)
                row[f"closes_{n}"].process_data("24:00" if end == time.min else end)

    def seasons(self) -> tuple[Season, ...]:
        """What was entered; blames the fields that are incomplete."""
        return tuple(season for row in self.rows if (season := _season(row)))


def _season(row: dict[str, Any]) -> Season | None:
    if not any(field.data for field in row.values()):
        return None
    begins = re.fullmatch(
        r"(\d{1,2})[月./-](\d{1,2})日?", unicodedata.normalize("NFKC", row["begins"].data or "").strip()
    )
    if not begins:
        _blame(row["begins"], "请写成 5月1日 这样的日期")
    if not row["name"].data:
        _blame(row["name"], "请写名称，例如：夏令")
    windows = []
    for n in (1, 2):
        opens, closes = row[f"opens_{n}"], row[f"closes_{n}"]
        if (opens.at is None) != (closes.at is None):
            _blame(opens if opens.at is None else closes, "上班和下班的时间要成对填写")
        elif opens.at is not None:
            windows.append((opens.at, closes.at))
    return Season((int(begins[1]), int(begins[2])) if begins else (1, 1), tuple(windows), row["name"].data or "")


def _blame(field: Any, message: str) -> None:
    field.errors = (*field.errors, message)


def _add_rows() -> None:
    for n in range(1, SEASONS + 1):
        setattr(
            HoursForm,
            f"name_{n}",
            LineField("名称", [Length(max=20, message="最多 20 个字")], render_kw={"placeholder": "夏令"}),
        )
        setattr(HoursForm, f"begins_{n}", LineField("从哪天起", render_kw={"placeholder": "5月1日"}))
        for part in (1, 2):
            half = "上午" if part == 1 else "下午"
            setattr(HoursForm, f"opens_{part}_{n}", TimeField(f"{half}上班", render_kw={"inputmode": "numeric"}))
            setattr(HoursForm, f"closes_{part}_{n}", TimeField(f"{half}下班", render_kw={"inputmode": "numeric"}))


_add_rows()
