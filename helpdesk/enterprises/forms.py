"""The forms of the register: an enterprise, somebody to call there, and the cadre it is paired with."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask_wtf import FlaskForm
from wtforms import ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from helpdesk.enterprises.commands import Facts, Reachable
from helpdesk.enterprises.models import INDUSTRIES
from helpdesk.enterprises.naming import WrongCodeError, plain_code, plain_name
from helpdesk.form_fields import AddressField, LineField, OneOfField, PhoneField
from helpdesk.forms import FORMATS
from helpdesk.org.queries import streets
from workflows.terms import Kind


def _of_kind(kind: Kind) -> Callable[[Any, Any], None]:
    pattern, complaint = FORMATS[kind]

    def check(_form: Any, field: Any) -> None:
        if not re.fullmatch(pattern, field.data):
            raise ValidationError(complaint)

    return check


def _key(words: Any) -> int:
    return int(words) if str(words).isdecimal() else 0


def _length(shortest: int, longest: int) -> Length:
    return Length(shortest, longest, f"请写 {shortest} 到 {longest} 个字")


class EnterpriseForm(FlaskForm):
    """The facts of an enterprise."""

    name = LineField(
        "企业名称",
        [InputRequired("请填写企业名称"), _length(2, 100)],
        description="与营业执照一致的全称",
        render_kw={"maxlength": 100},
    )
    uscc = LineField(
        "统一社会信用代码",
        [Length(max=30, message="统一社会信用代码应为 18 位")],
        description="营业执照上的 18 位代码；确实没有的，写明原因",
        render_kw={"maxlength": 30, "autocapitalize": "characters", "autocomplete": "off"},
    )
    no_uscc_reason = LineField(
        "暂无代码的原因",
        [Optional(), _length(4, 100)],
        description="没有代码时填写，例如：新设企业，营业执照正在办理",
        render_kw={"maxlength": 100},
    )
    industry = OneOfField(
        "行业",
        choices=[
            SelectChoice("", "请选择"),
            *(SelectChoice(key, f"{key} {words}") for key, words in INDUSTRIES.items()),
        ],
    )
    street_id = OneOfField("街道、乡镇", choices=[], coerce=_key, filters=[lambda key: key or 0])
    address = LineField("地址", [Length(max=200, message="最多 200 个字")], render_kw={"maxlength": 200})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [SelectChoice(unit.id, unit.name) for unit in streets()]
        self.street_id.choices = [SelectChoice(0, "请选择"), *known]

    def validate_name(self, field: Any) -> None:
        """Keep it in its usual spelling."""
        field.data = plain_name(field.data)

    def validate_uscc(self, field: Any) -> None:
        """A code that is right, or a reason for having none."""
        if not field.data:
            if not self.no_uscc_reason.data:
                raise ValidationError("请填写统一社会信用代码；确实没有的，在下面写明原因")
            return
        try:
            field.data = plain_code(field.data)
        except WrongCodeError as error:
            raise ValidationError(str(error)) from error

    def facts(self) -> Facts:
        """What was answered, once the form is valid."""
        return Facts(
            name=self.name.data,
            uscc=self.uscc.data or None,
            no_uscc_reason=self.no_uscc_reason.data or None,
            industry=self.industry.data or None,
            address=self.address.data or None,
            street_id=self.street_id.data or None,
        )


class ContactForm(FlaskForm):
    """Somebody at the enterprise whom one can call."""

    contact_name = LineField(
        "联系人",
        [InputRequired("请填写联系人姓名"), _length(2, 30)],
        render_kw={"maxlength": 30, "autocomplete": "off"},
    )
    title = LineField(
        "职务", [Length(max=50, message="最多 50 个字")], render_kw={"maxlength": 50, "autocomplete": "off"}
    )
    phone = PhoneField(
        "联系电话",
        [InputRequired("请填写联系电话"), _of_kind(Kind.PHONE)],
        description="手机，或带区号的座机",
        render_kw={"maxlength": 20, "autocomplete": "off"},
    )
    email = AddressField(
        "邮箱",
        [Optional(), _of_kind(Kind.EMAIL), Length(max=100, message="最多 100 个字")],
        description="用来接收办理进展和评价链接",
        render_kw={"maxlength": 100, "autocomplete": "off"},
    )

    def contact(self) -> Reachable:
        """What was answered, once the form is valid."""
        return Reachable(
            name=self.contact_name.data,
            phone=self.phone.data,
            title=self.title.data or None,
            email=self.email.data or None,
        )


class NewEnterpriseForm(EnterpriseForm, ContactForm):
    """An enterprise together with its first contact."""


class PairingForm(FlaskForm):
    """Who is paired with the enterprise from today on."""

    person = OneOfField("包保干部", [InputRequired("请选择包保干部")], coerce=_key)

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Say who can be chosen: keys and words."""
        self.person.choices = [SelectChoice(0, "请选择"), *(SelectChoice(key, words) for key, words in people)]
