"""The forms of staffing and of units: a person, a post, its end, and what becomes of a unit."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from helpdesk.form_fields import AddressField, DayField, LineField, OneOfField, PhoneField
from helpdesk.forms import FORMATS
from helpdesk.org.models import DUTY_LABELS, Duty, UnitKind
from helpdesk.org.staffing import Facts
from helpdesk.org.units import KIND_LABELS
from workflows.terms import Kind

Choice = tuple[int, str]


def _key(words: Any) -> int:
    return int(words) if str(words).isdecimal() and len(str(words)) < 10 else 0


def _written_as(kind: Kind) -> Any:
    pattern, complaint = FORMATS[kind]

    def check(_form: Any, field: Any) -> None:
        if not re.fullmatch(pattern, field.data):
            raise ValidationError(complaint)

    return check


def _choices(first: str, found: Iterable[Choice]) -> list[SelectChoice]:
    return [SelectChoice("", first), *(SelectChoice(key, words) for key, words in found)]


class PersonForm(FlaskForm):
    """Who somebody is."""

    name = LineField(
        "姓名", [InputRequired("请填写姓名"), Length(2, 30, "请写 2 到 30 个字")], render_kw={"maxlength": 30}
    )
    username = LineField(
        "用户名",
        [InputRequired("请填写用户名")],
        description="登录时用，例如 zhang.san；重名的加上单位或数字",
        render_kw={"maxlength": 50, "autocapitalize": "none", "autocomplete": "off"},
    )
    title = LineField(
        "职务",
        [Length(max=50, message="最多 50 个字")],
        description="文书上写的职务，例如：区工信局科员",
        render_kw={"maxlength": 50},
    )
    phone = PhoneField(
        "手机", [Optional(), _written_as(Kind.PHONE)], render_kw={"autocomplete": "off", "maxlength": 20}
    )
    email = AddressField(
        "邮箱",
        [Optional(), _written_as(Kind.EMAIL)],
        description="通知发到这里；没有的可以以后再填",
        render_kw={"autocomplete": "off", "maxlength": 100},
    )

    def facts(self) -> Facts:
        """What was typed, as the house takes it."""
        return Facts(
            name=self.name.data or "",
            username=self.username.data or "",
            phone=self.phone.data or None,
            email=self.email.data or None,
            title=self.title.data or None,
        )


class PostForm(FlaskForm):
    """A duty in a unit, from a day on."""

    unit = OneOfField("单位", [DataRequired("请选择单位")], coerce=_key)
    duty = OneOfField(
        "岗位",
        [DataRequired("请选择岗位")],
        description="负责人、联络员代表单位签收；分管领导只在功能组",
        choices=[SelectChoice("", "请选择"), *(SelectChoice(duty.value, DUTY_LABELS[duty]) for duty in Duty)],
    )
    from_on = DayField("从", [InputRequired("请填写开始日期")], description="当天算在内")
    until_on = DayField("到", [Optional()], description="当天算在内；没有期限的不填")

    def offer(self, units: Iterable[Choice]) -> None:
        """Say which units can be chosen."""
        self.unit.choices = _choices("请选择", units)


class NewcomerForm(PersonForm, PostForm):
    """A new person with the first post."""


class EndForm(FlaskForm):
    """The last day of a post."""

    last_on = DayField("最后一天", [InputRequired("请填写最后一天")], description="当天仍算在岗，第二天起不再负责")


class UnitForm(FlaskForm):
    """What becomes of a unit; the fields that a change does not ask are taken out."""

    name = LineField(
        "名称", [InputRequired("请填写名称"), Length(2, 100, "请写 2 到 100 个字")], render_kw={"maxlength": 100}
    )
    kind = OneOfField(
        "类别",
        [DataRequired("请选择类别")],
        choices=[SelectChoice("", "请选择"), *(SelectChoice(kind.value, KIND_LABELS[kind]) for kind in UnitKind)],
    )
    parent = OneOfField("上级单位", [Optional()], coerce=_key)
    into = OneOfField(
        "并入",
        [DataRequired("请选择并入哪个单位")],
        coerce=_key,
        description="只列同类单位；人员任职和下级单位一并转入",
    )
    phone = LineField(
        "办公电话", [Length(max=30, message="最多 30 个字")], render_kw={"maxlength": 30, "inputmode": "tel"}
    )
    from_on = DayField("自", [InputRequired("请填写生效日期")], description="从这一天起，不能晚于今天")
    document = LineField(
        "依据",
        [InputRequired("请写明依据"), Length(2, 100, "请写 2 到 100 个字")],
        description="文件名称、文号，或者会议",
        render_kw={"maxlength": 100},
    )

    def asking(self, names: Sequence[str]) -> "UnitForm":
        """The same form with these fields only."""
        for name in ("name", "kind", "parent", "into", "phone", "from_on", "document"):
            if name not in names:
                del self[name]
        return self

    def offer(self, name: str, first: str, units: Iterable[Choice]) -> None:
        """Say which units can be chosen in that field."""
        self[name].choices = _choices(first, units)
