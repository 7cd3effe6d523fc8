"""The forms of a bulletin: which period, and its text by sections."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, SelectField, TextAreaField
from wtforms.validators import Length

from helpdesk.bulletins.periods import LABELS, Span
from helpdesk.bulletins.text import SECTIONS
from helpdesk.form_fields import DayField, LineField
from helpdesk.security import new_request_key


class DraftForm(FlaskForm):
    """Of which days and whom a new bulletin tells."""

    span = RadioField(
        "通报期", choices=[SelectChoice(span.value, LABELS[span]) for span in Span], default=Span.WEEK.value
    )
    first_on = DayField("日期", description="按周、月、季度通报的，选其中任何一天；自选日期的，选第一天")
    until_on = DayField("结束日期", render_kw={"data-shown-if-name": "span", "data-shown-if-value": Span.CUSTOM.value})
    group = SelectField("范围")
    replaces = HiddenField()
    request_key = HiddenField(default=new_request_key)


def text_form() -> type[FlaskForm]:
    """A form with a text for each section, as ``SECTIONS`` names them."""
    fields = {
        each.name: TextAreaField(
            each.label,
            [Length(max=20_000, message="最多 20,000 个字")],
            render_kw={"rows": 8 if each.name in ("overview", "groups") else 4, "maxlength": 20_000},
            description="一行一段；不写的部分不印" if not each.free else "一行一段；时限、日期可以手写",
        )
        for each in SECTIONS
    }
    about = {
        "bulletin_title": LineField("标题", render_kw={"maxlength": 100}),
        "version": HiddenField(),
        "request_key": HiddenField(default=new_request_key),
    }
    return type("TextForm", (FlaskForm,), about | fields)
