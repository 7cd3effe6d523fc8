"""What a notice declares, read from whatever the administrator has: its text, a CSV file, or JSON."""

from collections.abc import Collection

from workflows.arrangement import Reading
from workflows.calendar import Calendar
from workflows.day_tables import looks_like_csv, looks_like_json, read_csv, read_json
from workflows.notice_text import read_notice

__all__ = ["read"]


def read(text: str, *, year: int | None = None, known: Calendar | None = None, likely: Collection[int] = ()) -> Reading:
    """The days it declares, and what is to be complained of.

    ``year``: the year it arranges, where it does not say so itself. ``known``: the calendar in force; needed by a
    notice that only amends ("延长春节假期至…"), and allows it to take back a day off. ``likely``: the years that a
    pasted text without a year may be about; the weekdays in it tell which.
    """
    if looks_like_json(text):
        return read_json(text, year=year, known=known)
    if looks_like_csv(text):
        return read_csv(text, year=year, known=known)
    return read_notice(text, year=year, known=known, likely=likely)
