"""Fields whose answers are keys of rows: one of a few, one of many, several."""

from typing import Any

from wtforms import RadioField, SelectField, SelectMultipleField

from helpdesk.form_fields import DrawnAlike


class _Keyed(DrawnAlike):
    """Answers that are keys of rows; anything that is not offered is refused."""

    choices: Any
    data: int | None
    label: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, coerce=_key, validate_choice=False, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """The key that was chosen."""
        words, self.data = next(iter(valuelist), ""), None
        if words:
            self.data = next((_key(each.value) for each in self.choices if each.value == words), None)
            if self.data is None:
                raise ValueError(f"“{self.label.text}”没有这个选项，请重新选择")


def _key(value: str | int | None) -> int | None:
    return int(value) if value else None


class KeyButtons(_Keyed, RadioField):
    """One of a few rows."""


class KeyList(_Keyed, SelectField):
    """One of many rows."""


class KeyTicks(DrawnAlike, SelectMultipleField):
    """Several of a few rows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, coerce=_key, validate_choice=False, **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """The keys that were ticked, in the order offered."""
        offered = [each.value for each in self.choices]
        self.data = [int(each) for each in offered if each in valuelist]
        if set(valuelist) - set(offered):
            raise ValueError(f"“{self.label.text}”没有这个选项，请重新选择")
