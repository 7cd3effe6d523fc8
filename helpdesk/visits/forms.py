"""The forms of visits: a plan, a record (on the phone), a correction, a reason."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from helpdesk.files import ACCEPT, MOST_BYTES
from helpdesk.form_fields import Choices, DayField, EnterpriseField, FilesField, LineField, OneOfField, WordsField
from helpdesk.forms import REQUEST_KEY
from helpdesk.security import new_request_key
from helpdesk.visits.commands import Facts
from helpdesk.visits.models import OUTCOMES, WAYS

LONGEST_TEXT, LONGEST_LINE = 2000, 200


def _length(shortest: int, longest: int) -> Length:
    return Length(shortest, longest, f"请写 {shortest} 到 {longest} 个字" if shortest else f"最多 {longest} 个字")


def _key(words: Any) -> int:
    return int(words) if str(words).isdecimal() and len(str(words)) < 10 else 0


def _choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(str(value), words) for value, words in pairs]


class _OneOfThese(RadioField):
    """Buttons beside each other; the library would refuse any other answer in English."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what was not offered."""
        if self.data not in [choice.value for choice in self.choices]:
            raise ValidationError(f"请选择“{self.label.text}”")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, validate_choice=False, **kwargs)
        self.type = "RadioField"


class KeyedForm(FlaskForm):
    """A form that carries the key by which the server knows it again."""

    request_key = HiddenField(default=new_request_key)

    def key(self) -> str | None:
        """What tells one shown form from another."""
        words = self.request_key.data or ""
        return words if REQUEST_KEY.fullmatch(words) else None


class PlanForm(KeyedForm):
    """Who goes to which enterprise on which day, and what for."""

    planned_on = DayField("计划日期", [InputRequired("请选择计划日期")])
    person = OneOfField("走访人", choices=[], coerce=_key)
    purpose = LineField(
        "走访目的",
        [InputRequired("请填写走访目的"), _length(2, LONGEST_LINE)],
        description="例如：了解新厂房用电进展，回访上次提出的问题",
        render_kw={"maxlength": LONGEST_LINE},
    )

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Say who can be chosen: keys and words."""
        self.person.choices = [SelectChoice(key, words) for key, words in people]


class MoveForm(FlaskForm):
    """Another day for a planned visit."""

    planned_on = DayField("改到哪天", [InputRequired("请选择日期")])
    reason = LineField("原因", [InputRequired("请填写原因"), _length(2, 100)], render_kw={"maxlength": 100})


class DropForm(FlaskForm):
    """Why a planned visit does not take place."""

    reason = LineField("取消的原因", [InputRequired("请填写取消的原因"), _length(2, 100)], render_kw={"maxlength": 100})


def record_form(choices: Choices, *, planned: bool = False, correcting: bool = False) -> type[KeyedForm]:
    """The form of a record; ``planned``: the enterprise is known, ``correcting``: it asks why as well."""
    made: dict[str, Any] = {}
    if not planned:
        made["enterprise"] = EnterpriseField(
            "企业",
            [InputRequired("请选择企业")],
            choices=choices,
            render_kw={"placeholder": "名称、信用代码或拼音首字母", "data-picker-url": choices.enterprises_url},
        )
    made |= {
        "done_on": DayField("走访日期", [InputRequired("请选择走访日期")]),
        "way": _OneOfThese("走访方式", [InputRequired("请选择走访方式")], choices=_choices(WAYS)),
        "people_met": LineField(
            "见到的人",
            [InputRequired("请填写见到了谁"), _length(2, LONGEST_LINE)],
            description="姓名和职务，例如：王经理（办公室）",
            render_kw={"maxlength": LONGEST_LINE, "autocomplete": "off"},
        ),
        "situation": WordsField(
            "企业情况",
            [InputRequired("请填写企业情况"), _length(4, LONGEST_TEXT)],
            description="生产经营、用工、订单、项目进展",
            render_kw={"maxlength": LONGEST_TEXT},
        ),
        "outcome": _OneOfThese("有没有发现问题", [InputRequired("请选择有没有发现问题")], choices=_choices(OUTCOMES)),
        "needs": WordsField("企业需求和问题", [_length(0, LONGEST_TEXT)], render_kw={"maxlength": LONGEST_TEXT}),
        "follow_up": WordsField(
            "后续安排", [_length(0, LONGEST_TEXT)], render_kw={"maxlength": LONGEST_TEXT, "rows": 2}
        ),
        "files": FilesField(
            "照片和材料", choices=choices, render_kw={"accept": ACCEPT, "data-max-mb": MOST_BYTES // (1024 * 1024)}
        ),
    }
    if correcting:
        made["reason"] = LineField(
            "更正的原因",
            [InputRequired("请填写更正的原因"), _length(2, 100)],
            description="原来的内容会保留，和更正人、更正时间一起显示",
            render_kw={"maxlength": 100},
        )
    else:
        made["follows"] = HiddenField(filters=[lambda words: words if re.fullmatch(r"\d{1,9}", words or "") else None])
    return type("RecordForm", (KeyedForm,), made)


def facts_in(form: Any) -> Facts:
    """What was answered, once the form is valid."""
    day: date = form.done_on.data
    follows = form.follows.data if "follows" in form else None
    return Facts(
        done_on=day,
        way=form.way.data,
        people_met=form.people_met.data,
        situation=form.situation.data,
        outcome=form.outcome.data,
        needs=form.needs.data or None,
        follow_up=form.follow_up.data or None,
        files=tuple(form.files.data or ()),
        follows_id=int(follows) if follows else None,
    )
