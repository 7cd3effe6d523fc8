"""The forms about how somebody is reached: his own choices, and his mail address for the administrator."""

from collections.abc import Iterable

from flask_wtf import FlaskForm
from wtforms import RadioField, SelectChoice
from wtforms.validators import DataRequired, Length, Regexp

from helpdesk.form_fields import AddressField, LineField
from helpdesk.forms import FORMATS
from helpdesk.org.models import DIGEST, SINGLE
from workflows.terms import Kind

PATTERN, COMPLAINT = FORMATS[Kind.EMAIL]
REMINDERS = (
    SelectChoice(DIGEST, "合在每天早上的一封汇总里（推荐）"),
    SelectChoice(SINGLE, "每条提醒单独发一封"),
)


class PreferencesForm(FlaskForm):
    """How reminders come, and which chat hears what is told at once."""

    reminders = RadioField(
        "到期提醒",
        [DataRequired("请选择一种提醒方式")],
        choices=REMINDERS,
        description="指快到期和今天到期的提醒。交办、退回等要您马上办的事，以及催办、督办，总是单独发送，不能关闭",
    )
    chat_address = LineField(
        "其他通知方式",
        [Length(max=300, message="最多 300 个字符")],
        render_kw={"maxlength": 300, "autocomplete": "off", "spellcheck": "false"},
    )

    def allow(self, kinds: Iterable[str]) -> None:
        """Say what may be named here."""
        examples = "、".join(f"{kind}://密钥" for kind in kinds)
        words = f"填写 {examples}；要您马上办的事和催办、督办同时发到这里。留空表示只发邮件"
        self.chat_address.description = words


class EmailForm(FlaskForm):
    """A person's mail address, as the administrator corrects it."""

    email = AddressField(
        "邮箱",
        [DataRequired("请填写邮箱"), Length(max=100, message="最多 100 个字符"), Regexp(PATTERN, message=COMPLAINT)],
        description="以后的通知和重新发送的邮件都发到这里",
        render_kw={"maxlength": 100, "autocomplete": "off"},
    )
