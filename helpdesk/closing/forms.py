"""The form with which a sample is drawn."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from helpdesk.form_fields import DayField, DrawnAlike, OneOfField
from helpdesk.security import new_request_key
from workflows.sampling import KINDS, Wanted


class WholeNumberField(DrawnAlike, IntegerField):
    """A whole number, or nothing."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it; what cannot be read is complained of."""
        words = next(iter(valuelist), "").strip()
        self.data = None
        if words and not (words.isascii() and words.isdecimal() and len(words) <= 5):
            raise ValueError("请写整数，例如 10")
        self.data = int(words) if words else None


class DrawForm(FlaskForm):
    """Which period, which kind, how much."""

    kind = OneOfField(
        "抽查哪一类",
        [InputRequired("请选择抽查哪一类")],
        choices=[SelectChoice(k, label) for k, (label, _) in KINDS.items()],
    )
    first_on = DayField("办结日期从", [InputRequired("请填写开始日期")])
    until_on = DayField("到", [InputRequired("请填写结束日期")])
    share = WholeNumberField("抽取比例（%）", description="比例和件数填一个；比例的零头向上取整")
    size = WholeNumberField("或者抽取件数")
    each_group = BooleanField("每个责任组至少抽一件")
    request_key = HiddenField(default=new_request_key)

    def wanted(self) -> Wanted:
        """How much is asked for."""
        return Wanted(self.share.data, self.size.data, bool(self.each_group.data))
