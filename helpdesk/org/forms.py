"""The form in which somebody names a substitute."""

from collections.abc import Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from helpdesk.form_fields import DayField, LineField, OneOfField


def _key(words: Any) -> int:
    return int(words) if str(words).isdecimal() and len(str(words)) < 10 else 0


class SubstituteForm(FlaskForm):
    """Who stands in, from a day to a day, and why."""

    substitute = OneOfField(
        "代理人",
        [DataRequired("请选择代理人")],
        coerce=_key,
        description="与本人岗位互相监督的单位（如督查考核办公室与功能组）的同志不能代理，不在名单里",
    )
    from_on = DayField("从", [InputRequired("请填写开始日期")], description="当天算在内，最早从今天起")
    until_on = DayField("到", [InputRequired("请填写结束日期")], description="当天算在内，到期自动结束")
    reason = LineField(
        "原因",
        [Length(max=100, message="最多 100 个字")],
        description="例如：外出学习、休假；代理人能看到",
        render_kw={"maxlength": 100, "autocomplete": "off"},
    )

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Say who can be chosen: keys and words."""
        self.substitute.choices = [SelectChoice("", "请选择"), *(SelectChoice(key, words) for key, words in people)]
