"""The fields of forms, one class for each kind of answer: how it is typed, and read back as a value."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from wtforms import (
    DateField,
    DateTimeLocalField,
    EmailField,
    MultipleFileField,
    SelectField,
    StringField,
    TelField,
    TextAreaField,
    ValidationError,
)

from helpdesk import clock
from helpdesk.files import MOST_FILES, FileRefused, Kept, Shelf


def _nothing(_key: Any) -> None:
    return None


@dataclass(frozen=True)
class Choices:
    """What the house offers as answers: keys with their words, and how words lead to a key (None: to nothing)."""

    groups: Sequence[tuple[int, str]] = ()
    handlers: Sequence[tuple[int, str]] = ()
    enterprise_named: Callable[[str], int | None] = _nothing
    enterprise_name: Callable[[int], str | None] = _nothing
    enterprises_url: str = ""
    problem_numbered: Callable[[str], int | None] = _nothing
    problem_number: Callable[[int], str | None] = _nothing
    shelf: Shelf | None = None
    labels: Mapping[str, str] = field(default_factory=dict)  # words instead of the field's own label
    hints: Mapping[str, str] = field(default_factory=dict)  # words instead of the field's own help


UNSEEN = frozenset({"Cc", "Cf", "Cs"})  # control, format (zero width, turning the direction), half a character
NON_CHARACTERS = frozenset(range(0xFDD0, 0xFDF0))  # and the last two of every 65536; the rest of Cn may be a rare name


def visible(words: str) -> str:
    """Words without what nobody sees, so that it neither counts as text nor hides in it; one sort of line end."""
    words = words.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in words if each in "\n\t" or _is_seen(each))


def _is_seen(character: str) -> bool:
    code = ord(character)
    non_character = code in NON_CHARACTERS or code & 0xFFFE == 0xFFFE
    return not non_character and unicodedata.category(character) not in UNSEEN


def _typed(valuelist: Iterable[str]) -> str:
    return visible(next(iter(valuelist), ""))


class DrawnAlike:
    """Pages draw our fields by the name of the WTForms class behind them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = next(each.__name__ for each in type(self).__mro__ if each.__module__.startswith("wtforms."))


class LineField(DrawnAlike, StringField):
    """One line of words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was typed."""
        self.data = " ".join(_typed(valuelist).split())


class WordsField(DrawnAlike, TextAreaField):
    """Several lines of words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was typed."""
        self.data = _typed(valuelist).strip()


CHINA = re.compile(r"^(\(\+?86\)|(\+|00)86|86(?=1\d{10}$))-?")


class PhoneField(DrawnAlike, TelField):
    """A phone number; full-width digits, blanks and the country's own prefix are forgiven."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was typed, in plain digits."""
        digits = re.sub(r"\s+", "", unicodedata.normalize("NFKC", _typed(valuelist))).replace("—", "-")
        self.data = CHINA.sub("", digits)


class AddressField(DrawnAlike, EmailField):
    """An e-mail address."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was typed."""
        self.data = unicodedata.normalize("NFKC", _typed(valuelist)).strip()


class DayField(DrawnAlike, DateField):
    """A local date; 2026-03-05, 2026/3/5, 2026.3.5 and 2026年3月5日 are all understood."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the date; what cannot be read stays in the form as it was typed."""
        self.data = None
        words = _typed(valuelist).strip()
        if words:
            self.data = _day_in(words)
            if self.data is None:
                raise ValueError(f"“{self.label.text}”读不出来，请写成 2026-03-05 这样的日期")


class MomentField(DrawnAlike, DateTimeLocalField):
    """A moment on the district's clocks, as an aware one; minutes are enough."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"format": "%Y-%m-%dT%H:%M"} | kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read day and time; what cannot be read stays in the form as it was typed."""
        self.data = None
        words = _typed(valuelist).strip()
        if words:
            self.data = _moment_in(words)
            if self.data is None:
                raise ValueError(f"“{self.label.text}”读不出来，请写成 2026-03-05 14:30 这样的时间")


FIGURE = re.compile(r"-?\d{1,12}(\.\d+)?", re.ASCII)


class FigureField(DrawnAlike, StringField):
    """A number with at most ``places`` decimals, between ``least`` and ``most``; full-width digits and thousands'
    separators are forgiven."""

    def __init__(self, *args: Any, places: int = 0, least: int = 0, most: int = 10**9, **kwargs: Any) -> None:
        self._places, self._least, self._most = places, least, most
        kwargs["render_kw"] = {"inputmode": "decimal" if places else "numeric", "autocomplete": "off"} | kwargs.get(
            "render_kw", {}
        )
        super().__init__(*args, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; what cannot be read stays in the form as it was typed."""
        words = _typed(valuelist).strip()
        self.data: Any = None  # Decimal, or int where there are no places
        if not words:
            return
        plain = re.sub(r"[,\s]", "", unicodedata.normalize("NFKC", words))
        if not FIGURE.fullmatch(plain):
            raise ValueError(f"“{self.label.text}”读不出来，请只写数字")
        number = Decimal(plain)
        if not self._least <= number <= self._most:
            raise ValueError(f"“{self.label.text}”应在 {self._least} 到 {self._most} 之间")
        if number != round(number, self._places):
            raise ValueError(f"“{self.label.text}”{f'最多 {self._places} 位小数' if self._places else '应为整数'}")
        self.data = number if self._places else int(number)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data.normalize():f}" if isinstance(self.data, Decimal) else str(self.data or "")


DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
MOMENT = re.compile(DAY.pattern + r"[T\s]*(\d{1,2})[:：时](\d{1,2})分?(?:[:：]\d{1,2}(?:\.\d+)?)?")


def _day_in(words: str) -> date | None:
    found = DAY.fullmatch(unicodedata.normalize("NFKC", words))
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _moment_in(words: str) -> datetime | None:
    found = MOMENT.fullmatch(unicodedata.normalize("NFKC", words))
    try:
        return datetime(*map(int, found.groups()), tzinfo=clock.calendar().zone) if found else None  # type: ignore[misc,arg-type]
    except ValueError:
        return None


class EnterpriseField(DrawnAlike, StringField):
    """An enterprise, picked from the list or written with its full name."""

    picked_id: int | None = None

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        self._choices = choices
        super().__init__(*args, **kwargs)

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Remember what the list said beside the words."""
        self._picked = formdata.get(f"{self.name}_id", "") if formdata else ""
        super().process(formdata, *args, **kwargs)

    def process_data(self, value: int | None) -> None:
        """Show a stored enterprise by its name."""
        self.data = self.picked_id = value
        self.words = (self._choices.enterprise_name(value) if value else None) or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The key of the enterprise; the words count where they do not fit what was picked."""
        self.words, self.data = " ".join(_typed(valuelist).split()), None
        picked = int(self._picked) if self._picked.isdecimal() and len(self._picked) < 10 else None
        if picked and self.words and self._choices.enterprise_name(picked) == self.words:
            self.data = picked
        elif self.words:
            self.data = self._choices.enterprise_named(self.words)
        self.picked_id = self.data
        if self.words and self.data is None:
            raise ValueError("名录里没有这家企业，请从列表中选择，或写企业全称")

    def _value(self) -> str:
        return self.words


NUMBER = re.compile(r"[〔\[(【]?(\d{4})[〕\])】]?[-年号\s]*(\d{1,6})号?")


class ProblemField(DrawnAlike, StringField):
    """Another problem, by its official number; 〔2026〕0001, [2026]1 and 2026-1 mean the same."""

    words = ""

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        self._choices = choices
        super().__init__(*args, **kwargs)

    def process_data(self, value: int | None) -> None:
        """Show a stored problem by its number."""
        self.data = value
        self.words = (self._choices.problem_number(value) if value else None) or ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """The key of the problem."""
        self.words, self.data = _typed(valuelist).strip(), None
        if not self.words:
            return
        found = NUMBER.fullmatch(unicodedata.normalize("NFKC", self.words))
        if not found:
            raise ValueError("编号读不出来，请写成〔2026〕0001 或 2026-1")
        number = f"〔{found[1]}〕{int(found[2]):04d}"
        self.data = self._choices.problem_numbered(number)
        if self.data is None:
            raise ValueError(f"没有找到问题{number}，请核对编号")

    def _value(self) -> str:
        return self.words


class OneOfField(DrawnAlike, SelectField):
    """One of the options; the library would refuse any other in English."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what was not offered."""
        if self.data not in [self.coerce(each.value) for each in self.choices or ()]:
            raise ValidationError(f"“{self.label.text}”没有这个选项，请重新选择")


class FilesField(DrawnAlike, MultipleFileField):
    """Uploaded files; what came with an earlier try of the same form is still there."""

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        self._shelf = choices.shelf
        self.kept: list[Kept] = []
        super().__init__(*args, **kwargs)

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Take new files, keep the old ones, and say of each refused one why."""
        self.data, self.process_errors, self.raw_data = [], [], None
        if formdata is None or self._shelf is None:
            return
        old = [self._shelf.find(reference) for reference in formdata.getlist(f"{self.name}_kept")]
        self.kept = [kept for kept in old if kept]
        uploads = [upload for upload in formdata.getlist(self.name) if getattr(upload, "filename", "")]
        if len(uploads) + len(self.kept) > 2 * MOST_FILES:
            uploads = []
            self.process_errors.append(f"一次最多 {MOST_FILES} 个文件")
        for upload in uploads:
            self._take(self._shelf, upload)
        if len(self.kept) > MOST_FILES:
            self.process_errors.append(f"一次最多 {MOST_FILES} 个文件，现在有 {len(self.kept)} 个，请去掉一些")
        self.data = self.kept

    def _take(self, shelf: Shelf, upload: Any) -> None:
        try:
            kept = shelf.keep(upload)
        except FileRefused as refused:
            self.process_errors.append(refused.message)
            return
        if all((kept.sha256, kept.name) != (old.sha256, old.name) for old in self.kept):
            self.kept.append(kept)

    def references(self) -> list[tuple[str, Kept]]:
        """Every kept file with what the page has to send back for it."""
        return [(self._shelf.reference(kept), kept) for kept in self.kept] if self._shelf else []
