"""The forms of the register: an enterprise, somebody to call there, and the cadre it is paired with."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any

from flask_wtf import FlaskForm
from wtforms import ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from helpdesk.enterprises.commands import Reachable
from helpdesk.enterprises.facts import MOST_TAGS, Facts
from helpdesk.enterprises.models import CADRE, INDUSTRIES, NORMAL, PAIRED_AS, PROJECT_STAGES, STATUSES, Enterprise
from helpdesk.enterprises.naming import WrongCodeError, plain_code, plain_name
from helpdesk.enterprises.size import BRANCHES, SIZES, branches_of
from helpdesk.form_fields import (
    AddressField,
    Choices,
    EnterpriseField,
    FigureField,
    LineField,
    OneOfField,
    PhoneField,
    WordsField,
)
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


def _pairs(words: Mapping[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value=key, label=label) for key, label in words.items()]


def _yes_or_no(value: Any) -> str:
    return {True: "yes", False: "no", None: ""}.get(value, str(value))


KNOWN = {"yes": True, "no": False, "": None}


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
    longitude = FigureField("经度", places=6, least=73, most=136, description="可以不填，例如 125.3245")
    latitude = FigureField("纬度", places=6, least=3, most=54, description="可以不填，例如 43.8868")
    status = OneOfField("状态", choices=_pairs(STATUSES), default=NORMAL)
    people = FigureField("从业人员（人）", most=9_999_999)
    revenue = FigureField("营业收入（万元）", places=2, most=99_999_999, description="上一年度")
    assets = FigureField("资产总额（万元）", places=2, most=99_999_999, description="上一年度末")
    size = OneOfField(
        "规模",
        choices=[SelectChoice("", "按划型标准自动判断"), *_pairs(SIZES)],
        description="依据《统计上大中小微型企业划分办法（2017）》，由行业和上面的数字判断；与统计部门认定不同的，直接选择",
        filters=[lambda key: key or ""],
    )
    branch = OneOfField(
        "划型行业",
        choices=[SelectChoice("", "请选择"), *_pairs({key: each.label for key, each in BRANCHES.items()})],
        description="批发和零售、交通仓储邮政、住宿餐饮、信息传输和软件、房地产和物业标准不同，需要选择",
        filters=[lambda key: key or ""],
    )
    above_scale = OneOfField(
        "规上企业",
        choices=[SelectChoice("", "未登记"), SelectChoice("yes", "是"), SelectChoice("no", "否")],
        coerce=_yes_or_no,
        filters=[lambda key: key or ""],
        description="以统计部门名录为准",
    )
    is_key = OneOfField(
        "重点企业",
        choices=[SelectChoice("no", "否"), SelectChoice("yes", "是")],
        coerce=lambda value: _yes_or_no(value) or "no",
        default="no",
    )
    tags = LineField(
        "标签",
        description=f"最多 {MOST_TAGS} 个，用顿号隔开，例如 专精特新、外资",
        render_kw={"maxlength": 220},
    )

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

    def validate_branch(self, field: Any) -> None:
        """One of those that the industry may fall under."""
        if field.data and field.data not in branches_of(self.industry.data):
            raise ValidationError("划型行业与所选行业不符，请重新选择")

    def validate_tags(self, field: Any) -> None:
        """Short words, not too many of them."""
        words = self.tag_words()
        if len(words) > MOST_TAGS:
            raise ValidationError(f"标签最多 {MOST_TAGS} 个，现在有 {len(words)} 个")
        if long := next((word for word in words if len(word) > 20), None):
            raise ValidationError(f"标签“{long}”太长，每个最多 20 个字")

    def tag_words(self) -> tuple[str, ...]:
        """The tags, each once, in the order they were typed."""
        return tuple(dict.fromkeys(word for word in re.split(r"[、,，;；\s]+", self.tags.data or "") if word))

    def facts(self) -> Facts:
        """What was answered, once the form is valid."""
        return Facts(
            people=self.people.data,
            revenue=self.revenue.data,
            assets=self.assets.data,
            branch=self.branch.data or None,
            size=self.size.data or None,
            above_scale=KNOWN[self.above_scale.data],
            is_key=bool(KNOWN[self.is_key.data]),
            status=self.status.data,
            longitude=self.longitude.data,
            latitude=self.latitude.data,
            tags=self.tag_words(),
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


class CorrectedForm(EnterpriseForm):
    """Better facts; a changed name is a new name, or was misspelt."""

    misspelt = OneOfField(
        "名称改动的原因",
        choices=[SelectChoice("no", "企业更名，原名称作为曾用名保留"), SelectChoice("yes", "原来登记有误，不保留")],
        default="no",
        description="名称没有改动的，不用理会",
    )

    @classmethod
    def showing(cls, enterprise: Enterprise) -> "CorrectedForm":
        """The form with what is known of that enterprise."""
        known = {each.name: getattr(enterprise, each.name) for each in fields(Facts)}
        known |= {
            "size": enterprise.size if enterprise.size_entered else "",
            "tags": "、".join(tag.word for tag in enterprise.tags),
        }
        return cls(data=known)


class ProjectForm(FlaskForm):
    """A project of the enterprise."""

    name = LineField("项目名称", [InputRequired("请填写项目名称"), _length(2, 100)], render_kw={"maxlength": 100})
    investment = FigureField("总投资（万元）", places=2, most=99_999_999)
    stage = OneOfField("阶段", choices=_pairs(PROJECT_STAGES))
    note = WordsField("进展和需要协调的事项", [Length(max=500, message="最多 500 个字")], render_kw={"maxlength": 500})


PROJECT_FIELDS = ("name", "investment", "stage", "note")
TALENT_FIELDS = ("name", "field", "title", "phone", "keeper_id")


class TalentForm(FlaskForm):
    """Somebody to be kept in touch with."""

    name = LineField("姓名", [InputRequired("请填写姓名"), _length(2, 30)], render_kw={"maxlength": 30})
    field = LineField("专业领域", [Length(max=100, message="最多 100 个字")], render_kw={"maxlength": 100})
    title = LineField("职称、称号", [Length(max=50, message="最多 50 个字")], render_kw={"maxlength": 50})
    phone = PhoneField("联系电话", [Optional(), _of_kind(Kind.PHONE)], render_kw={"maxlength": 20})
    keeper_id = OneOfField("联系干部", coerce=_key, choices=[])

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Say who can be chosen: keys and words."""
        self.keeper_id.choices = [SelectChoice(0, "还没有安排"), *(SelectChoice(key, words) for key, words in people)]


def merging_form(choices: Choices) -> FlaskForm:
    """The form that asks which entry of the register another one is a double of; its field is ``into``."""
    field = EnterpriseField(
        "保留的企业",
        [InputRequired("请选择保留的企业")],
        choices=choices,
        description="输入名称、信用代码或拼音首字母查找",
        render_kw={"data-picker-url": choices.enterprises_url},
    )
    return type("MergingForm", (FlaskForm,), {"into": field})()


class MovingForm(FlaskForm):
    """With whom the chosen pairings go on."""

    person = OneOfField("改由谁包联", [InputRequired("请选择接手的同志")], coerce=_key)

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Say who can be chosen: keys and words."""
        self.person.choices = [SelectChoice(0, "请选择"), *(SelectChoice(key, words) for key, words in people)]


class PairingForm(FlaskForm):
    """Who is paired with the enterprise from today on."""

    paired_as = OneOfField("身份", choices=_pairs(PAIRED_AS), default=CADRE)
    person = OneOfField("包保干部", [InputRequired("请选择包保干部")], coerce=_key)

    def offer(self, people: Iterable[tuple[int, str]]) -> None:
        """Say who can be chosen: keys and words."""
        self.person.choices = [SelectChoice(0, "请选择"), *(SelectChoice(key, words) for key, words in people)]
