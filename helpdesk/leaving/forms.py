"""The forms of leaving: who takes something over, and the last day."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from helpdesk.form_fields import DayField, LineField, OneOfField


def _key(words: Any) -> int:
    return int(words) if str(words).isdecimal() and len(str(words)) < 10 else 0


class HandOverForm(FlaskForm):
    """To whom, and why; what is ticked is read from the page."""

    successor = OneOfField("接手人", [DataRequired("请选择接手人")], coerce=_key)
    reason = LineField(
        "原因",
        [InputRequired("请写明原因"), Length(5, 200, "请写 5 到 200 个字")],
        description="记入交接记录和办理经过，例如：调任区商务局，工作移交",
        render_kw={"maxlength": 200, "autocomplete": "off"},
    )

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Say who can be chosen."""
        self.successor.choices = [SelectChoice("", "请选择"), *(SelectChoice(key, words) for key, words in people)]


class CloseForm(FlaskForm):
    """The last day on which his posts count."""

    last_on = DayField("最后一天", [InputRequired("请填写最后一天")], description="各项任职到这一天为止，不能晚于今天")
