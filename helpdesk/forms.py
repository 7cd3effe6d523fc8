"""Forms made from the table's questions, and the typed answers read from them."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, SelectChoice, SelectField
from wtforms.fields import Field as WtField

from helpdesk.files import ACCEPT, MOST_BYTES
from helpdesk.form_fields import (
    AddressField,
    Choices,
    DayField,
    EnterpriseField,
    FilesField,
    LineField,
    MomentField,
    PhoneField,
    ProblemField,
    WordsField,
)
from helpdesk.key_fields import KeyButtons, KeyList, KeyTicks
from helpdesk.security import new_request_key
from workflows.answers import complaints
from workflows.engine import Missing
from workflows.terms import Field, Kind

__all__ = ["ActionForm", "Choices", "answers_of", "blame", "form_for", "typed_words", "values"]

AS_BUTTONS = 7
"""So many options at most stand as buttons beside each other; more become a list to choose from."""
REQUEST_KEY = re.compile(r"[\w-]{8,64}", re.ASCII)


class _Marked:
    """A validator that judges nothing: it only tells the page what the table says."""

    def __init__(self, question: Field) -> None:
        self.field_flags: dict[str, Any] = {}
        if question.required:
            self.field_flags["required"] = True
        if question.kind in (Kind.LINE, Kind.TEXT):
            self.field_flags["maxlength"] = question.longest

    def __call__(self, form: Any, field: Any) -> None:
        """Leave all judging to the engine."""


# -- From the table to a form ------------------------------------------------------------------------------------------


class ActionForm(FlaskForm):
    """A form for one action; ``asked`` are its questions."""

    asked: tuple[Field, ...] = ()
    version = HiddenField()
    request_key = HiddenField(default=new_request_key)

    def shown_version(self) -> int | None:
        """The version of the problem this form was shown with."""
        words = self.version.data or ""
        return int(words) if words.isdecimal() and len(words) < 10 else None

    def key(self) -> str | None:
        """What tells one shown form from another."""
        words = self.request_key.data or ""
        return words if REQUEST_KEY.fullmatch(words) else None


def form_for(fields: Iterable[Field], *, choices: Choices) -> type[ActionForm]:
    """The class of a form that asks these questions."""
    asked = tuple(fields)
    made = {question.name: _field(question, choices) for question in asked}
    return type("AskedForm", (ActionForm,), {**made, "asked": asked})


def _field(question: Field, choices: Choices) -> WtField:
    return MAKERS[question.kind](
        question,
        choices,
        label=choices.labels.get(question.name, question.label),
        description=choices.hints.get(question.name, question.help),
        validators=[_Marked(question)],
        render_kw=_attributes(question),
    )


def _attributes(question: Field) -> dict[str, Any]:
    found: dict[str, Any] = dict(ATTRIBUTES.get(question.kind, {}))
    if question.only_if:
        found |= {"data-shown-if-name": question.only_if[0], "data-shown-if-value": question.only_if[1]}
    return found


ATTRIBUTES: dict[Kind, dict[str, Any]] = {
    Kind.PHONE: {"inputmode": "tel", "autocomplete": "off", "maxlength": 30},
    Kind.EMAIL: {"inputmode": "email", "autocomplete": "off", "maxlength": 100},
    Kind.FILES: {"accept": ACCEPT, "data-max-mb": MOST_BYTES // (1024 * 1024)},
    Kind.PROBLEM: {"placeholder": "〔2026〕0001", "autocomplete": "off"},
    Kind.ENTERPRISE: {"placeholder": "名称、信用代码或拼音首字母"},
}

Maker = Callable[..., WtField]


def _plain(kind: type[WtField]) -> Maker:
    return lambda question, choices, **words: kind(**words)


def _looking_up(kind: type[WtField]) -> Maker:
    return lambda question, choices, **words: kind(choices=choices, **words)


def _enterprise(question: Field, choices: Choices, **words: Any) -> WtField:
    words["render_kw"] = words["render_kw"] | {"data-picker-url": choices.enterprises_url}
    return EnterpriseField(choices=choices, **words)


def _options(pairs: Iterable[tuple[Any, str]]) -> list[SelectChoice]:
    return [SelectChoice(value=str(value), label=label) for value, label in pairs]


def _choice(question: Field, choices: Choices, **words: Any) -> WtField:
    if len(question.choices) <= AS_BUTTONS and question.required:
        return RadioField(choices=_options(question.choices), validate_choice=False, **words)
    return SelectField(choices=_options([("", "请选择"), *question.choices]), validate_choice=False, **words)


def _keys(rows: Callable[[Choices], Sequence[tuple[int, str]]]) -> Maker:
    def make(question: Field, choices: Choices, **words: Any) -> WtField:
        offered = list(rows(choices))
        if question.required and 0 < len(offered) <= AS_BUTTONS:
            return KeyButtons(choices=_options(offered), **words)
        nothing = ("", "请选择" if question.required else "不选")
        return KeyList(choices=_options([nothing, *offered]), **words)

    return make


def _ticks(question: Field, choices: Choices, **words: Any) -> WtField:
    return KeyTicks(choices=_options(choices.groups), **words)


MAKERS: dict[Kind, Maker] = {
    Kind.LINE: _plain(LineField),
    Kind.TEXT: _plain(WordsField),
    Kind.CHOICE: _choice,
    Kind.YES_NO: _choice,
    Kind.DAY: _plain(DayField),
    Kind.MOMENT: _plain(MomentField),
    Kind.PHONE: _plain(PhoneField),
    Kind.EMAIL: _plain(AddressField),
    Kind.FILES: _looking_up(FilesField),
    Kind.ENTERPRISE: _enterprise,
    Kind.GROUP: _keys(lambda choices: choices.groups),
    Kind.GROUPS: _ticks,
    Kind.HANDLER: _keys(lambda choices: choices.handlers),
    Kind.PROBLEM: _looking_up(ProblemField),
}


# -- From a form to values ---------------------------------------------------------------------------------------------

PHONES = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?|[48]00-?\d{3}-?\d{4}", re.ASCII)
ADDRESS = re.compile(r"[\w.+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)
FORMATS = {
    Kind.PHONE: (PHONES, "电话号码不对，请写 11 位手机号，或带区号的座机，如 0431-84610000"),
    Kind.EMAIL: (ADDRESS, "邮箱地址不对，应当像 name@example.com"),
}


def values(form: ActionForm, asked: Iterable[Field] | None = None) -> dict[str, Any]:
    """The answers by question; None where nothing was answered or the condition of a question does not hold."""
    asked = tuple(form.asked if asked is None else asked)
    given = {question.name: form[question.name].data or None for question in asked}
    for question in asked:
        if question.only_if and given.get(question.only_if[0]) != question.only_if[1]:
            given[question.name] = None
    return given


def answers_of(form: ActionForm, asked: tuple[Field, ...], *, today: date, lenient: bool) -> dict[str, Any]:
    """The answers, when all can be read; else Missing with everything that is wrong, so that it is said in one go."""
    form.validate()
    given = values(form, asked)
    wrong = {question.name: "；".join(form[question.name].errors) for question in asked if form[question.name].errors}
    if not lenient:
        wrong |= _ill_formed(asked, given)
    if wrong:
        raise Missing(complaints(asked, given, today, lenient=lenient) | wrong)
    return given


def _ill_formed(asked: tuple[Field, ...], given: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for question in asked:
        pattern, message = FORMATS.get(question.kind, (None, ""))
        if pattern and given[question.name] and not pattern.fullmatch(given[question.name]):
            found[question.name] = message
    return found


def blame(form: FlaskForm, errors: Mapping[str, str]) -> None:
    """Put what is wrong beside the questions; what belongs to none of them stands at the top."""
    for each in form:
        each.errors = [errors[each.short_name]] if each.short_name in errors else []
    form.form_errors = [message for name, message in errors.items() if name not in form]


def typed_words(form: ActionForm) -> list[tuple[str, str]]:
    """What was written in whole sentences, to be copied where the form itself cannot be shown again."""
    texts = [form[question.name] for question in form.asked if question.kind in (Kind.LINE, Kind.TEXT)]
    return [(each.label.text, each.data) for each in texts if each.data]
