"""The forms of a draft: its name, lamps and mailing hours; publishing it; the period it is tried on."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectChoice, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import TimeInput

from helpdesk.form_fields import DayField, DrawnAlike, LineField
from helpdesk.policies.commands import Approval
from workflows.policy import Policy, Weights
from workflows.policy_document import LARGEST, LONGEST_NAME

WEIGHTS = ("response", "solution", "satisfaction", "fair")
WINDOWS = 3  # of mailing hours that the form has room for


# -- Fields ------------------------------------------------------------------------------------------------------------


class NumberField(DrawnAlike, IntegerField):
    """A whole number; full-width digits are forgiven."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; what cannot be read stays in the form as it was typed."""
        self.data = None
        words = unicodedata.normalize("NFKC", next(iter(valuelist), "")).strip()
        if not words:
            return
        if not re.fullmatch(r"\d{1,5}", words, re.ASCII):
            raise ValueError("请写整数，例如 3")
        self.data = int(words)


class TimeOfDayField(DrawnAlike, StringField):
    """A time of the day such as 8:30, as ``data`` or None."""

    widget = TimeInput()

    def process_data(self, value: time | None) -> None:
        """Show it as browsers want it."""
        self.data, self.words = value, f"{value:%H:%M}" if value else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; what cannot be read stays in the form as it was typed."""
        self.words = unicodedata.normalize("NFKC", next(iter(valuelist), "")).strip()
        self.data = None
        found = re.fullmatch(r"(\d{1,2}):(\d{2})(?::\d{2})?", self.words, re.ASCII)
        if self.words and (not found or int(found[1]) > 23 or int(found[2]) > 59):
            raise ValueError("请写成 8:30 这样的时间")
        if found:
            self.data = time(int(found[1]), int(found[2]))

    def _value(self) -> str:
        return self.words


class ManyOfField(DrawnAlike, SelectMultipleField):
    """Any of the options, as boxes to tick."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what was not offered."""
        offered = {str(each.value) for each in self.choices or ()}
        if not set(self.data or ()) <= offered:
            raise ValidationError(f"“{self.label.text}”里没有这个选项，请重新选择")


def options(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value=value, label=label) for value, label in pairs]


# -- The whole of a draft ----------------------------------------------------------------------------------------------


class DraftForm(FlaskForm):
    """What a draft shows: only its version, so that of two people one wins."""

    version = HiddenField()

    def shown_version(self) -> int:
        """The version of the draft this form was shown with; 0 for a forged one."""
        words = self.version.data or ""
        return int(words) if words.isdecimal() and len(words) < 10 else 0


class GeneralForm(DraftForm):
    """Name, lamps and mailing hours."""

    name = LineField(
        "名称",
        [DataRequired("请写这个版本的名称"), Length(max=LONGEST_NAME, message=f"最多 {LONGEST_NAME} 个字")],
        description="例如：13710（2027 年修订）",
        render_kw={"maxlength": LONGEST_NAME},
    )
    soon_days = NumberField(
        "黄灯", [InputRequired("请写天数"), NumberRange(0, LARGEST)], description="离到期日多少个工作日以内亮黄灯"
    )
    long_days = NumberField(
        "紫灯", [InputRequired("请写天数"), NumberRange(0, LARGEST)], description="逾期超过多少个工作日由红灯转紫灯"
    )
    response, solution, satisfaction = (
        NumberField(label, [InputRequired("请写分数"), NumberRange(0, LARGEST)])
        for label in ("响应率", "解决率", "满意率")
    )
    fair = NumberField(
        "基本满意",
        [InputRequired("请写百分数"), NumberRange(0, LARGEST)],
        description="一个基本满意按满意的百分之多少计",
    )
    opens_1, closes_1 = TimeOfDayField("第一段开始"), TimeOfDayField("第一段结束")
    opens_2, closes_2 = TimeOfDayField("第二段开始"), TimeOfDayField("第二段结束")
    opens_3, closes_3 = TimeOfDayField("第三段开始"), TimeOfDayField("第三段结束")

    @property
    def windows(self) -> list[tuple[Any, Any]]:
        """The fields of each window: when it opens, when it closes."""
        return [(self[f"opens_{n}"], self[f"closes_{n}"]) for n in range(1, WINDOWS + 1)]

    def fill(self, policy: Policy) -> None:
        """Show what the draft says."""
        self.name.data, self.soon_days.data, self.long_days.data = policy.name, policy.soon_days, policy.long_days
        for name in WEIGHTS:
            self[name].data = getattr(policy.weights, name)
        for (opens, closes), window in zip(self.windows, policy.mail_hours, strict=False):
            opens.process_data(window[0])
            closes.process_data(window[1])

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """A window has two ends, and the second is the later one."""
        fine = bool(super().validate(extra_validators))
        wrong = [closes for opens, closes in self.windows if not _is_window(opens, closes)]
        return fine and not wrong

    def policy(self, before: Policy) -> Policy:
        """The draft with what was answered, once the form is valid."""
        hours = tuple((opens.data, closes.data) for opens, closes in self.windows if opens.data)
        return replace(
            before,
            name=self.name.data,
            soon_days=self.soon_days.data or 0,
            long_days=self.long_days.data or 0,
            mail_hours=hours,
            weights=Weights(**{name: self[name].data or 0 for name in WEIGHTS}),
        )


def _is_window(opens: Any, closes: Any) -> bool:
    wrong = ""
    if opens.errors or closes.errors:
        return False
    if (opens.data is None) is not (closes.data is None):
        wrong = "开始和结束要都写，或者都不写"
    elif opens.data and closes.data <= opens.data:
        wrong = "结束要晚于开始"
    if wrong:
        closes.errors = [wrong]
    return not wrong


# -- Publishing, replay ------------------------------------------------------------------------------------------------


class PublishForm(DraftForm):
    """From when it holds, and who approved it on what paper."""

    effective_on = DayField(
        "生效日期", [InputRequired("请写生效日期")], description="今天或者以后的一天，从这一天零时起"
    )
    approved_by = LineField(
        "批准人或者批准机构",
        [DataRequired("请写明谁批准的"), Length(max=60, message="最多 60 个字")],
        render_kw={"maxlength": 60},
    )
    approved_how = LineField(
        "批准依据",
        [DataRequired("请写明依据的会议纪要或者文号"), Length(max=100, message="最多 100 个字")],
        description="会议纪要、文号，例如：领导小组第 3 次会议纪要",
        render_kw={"maxlength": 100},
    )
    doubts = ManyOfField("警告")

    def ask_about(self, doubts: Iterable[str]) -> None:
        """Each doubt has to be ticked by whoever answers for it."""
        self.doubts.choices = options((each, each) for each in doubts)

    def validate_doubts(self, field: Any) -> None:
        """All of them."""
        if {each.value for each in field.choices or ()} - set(field.data or ()):
            raise ValidationError("请逐条核对警告，确认无误的打勾；要改的先改草案")

    def approval(self) -> Approval:
        """What was answered, once the form is valid."""
        assert self.effective_on.data is not None
        return Approval(self.effective_on.data, self.approved_by.data or "", self.approved_how.data or "")

    def blame(self, errors: Mapping[str, str]) -> None:
        """Put what the command refused beside its question."""
        for name, words in errors.items():
            self[name].errors = [words]


LONGEST_PERIOD = 366
"""Days of a period that a page runs through a draft."""


class PeriodForm(FlaskForm):
    """The past days whose clocks run through a draft."""

    class Meta:
        """It changes nothing, so it needs no token and may be kept as an address."""

        csrf = False

    since = DayField("从", [InputRequired("请写从哪一天起")])
    until = DayField("到", [InputRequired("请写到哪一天")])

    def is_past(self, today: date) -> bool:
        """Whether it is a period of the past whose end comes after its beginning; says what is wrong with it."""
        since, until = self.since.data, self.until.data
        wrong = ""
        if until and until > today:
            wrong = "只能用已经过去的日子演算，最晚到今天"
        elif since and until and until < since:
            wrong = "结束的日子早于开始的日子"
        elif since and until and (until - since).days >= LONGEST_PERIOD:
            wrong = f"一次最多演算 {LONGEST_PERIOD} 天"
        if wrong:
            self.until.errors = [wrong]
        return not wrong
