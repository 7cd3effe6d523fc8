"""From an address to what was chosen in it: filters, columns, order and page; what makes no sense is left out and named."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from helpdesk.listings.terms import Asked, Asks, Choices, Column, Condition, Filter, Listing, Table, Values
from helpdesk.listings.words import Reading

LONGEST = 60  # characters of what may be searched for
YEARS = range(1950, 2200)
LAST_PAGE = 200  # beyond it nobody turns pages: narrow the list, or take the workbook
COLUMNS, BETWEEN = "cols", "."  # in an address: cols=number.title.due_on
MOST_COLUMNS = 100  # names looked at in one address


@dataclass(frozen=True)
class Chosen:
    """What somebody wants to see of a list. ``values`` holds only what was understood."""

    values: Values
    sort: str
    page: int
    ignored: tuple[str, ...] = ()  # labels of filters whose value was not understood
    columns: tuple[str, ...] = ()  # names in the order of the list; none: the standard columns
    unknown: tuple[str, ...] = ()  # names of columns that the list does not have

    @property
    def narrowed(self) -> bool:
        """Whether anything was chosen at all."""
        return bool(self.values)

    def address(self, **more: str | int | None) -> dict[str, Any]:
        """The parameters of this choice for a link, with some replaced; None and the first page are left out."""
        shown: dict[str, str | int | None] = {
            COLUMNS: BETWEEN.join(self.columns),
            "sort": self.sort,
            "page": self.page,
        }
        everything: dict[str, str | int | None] = {**self.values, **shown, **more}
        return {name: value for name, value in everything.items() if value and (name, value) != ("page", 1)}


def choose(listing: Listing, given: Mapping[str, str], reading: Reading) -> Chosen:
    """Read what an address asks for; nothing in it can do harm."""
    raw = {each.name: given.get(each.name, "").replace("\0", "").strip()[:LONGEST] for each in listing.filters}
    asked = Asked(raw, reading)
    values = {each.name: raw[each.name] for each in listing.filters if raw[each.name] and _fits(each, asked)}
    ignored = tuple(each.label for each in listing.filters if raw[each.name] and each.name not in values)
    sort, (columns, unknown) = given.get("sort", ""), _columns(listing, given)
    return Chosen(
        values,
        sort if sort.removeprefix("-") in listing.sorts else "",
        _page(given.get("page")),
        ignored,
        columns,
        unknown,
    )


def _columns(listing: Listing, given: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names that were chosen, and those that the list does not know; the link is always among the chosen."""
    sent = given.getlist(COLUMNS) if isinstance(given, MultiDict) else [given.get(COLUMNS, "")]
    wanted = [name.strip()[:LONGEST] for words in sent for name in words.replace("\0", "").split(BETWEEN)]
    wanted = list(dict.fromkeys(filter(None, wanted)))[:MOST_COLUMNS]
    known = {column.name for column in listing.columns}
    unknown = tuple(name for name in wanted if name not in known)
    if not known.intersection(wanted):
        return (), unknown
    named = tuple(column.name for column in listing.columns if column.name in wanted or column.must_show)
    return (() if named == names_of(listing.page_columns) else named), unknown


def names_of(columns: Iterable[Column]) -> tuple[str, ...]:
    """Their names."""
    return tuple(column.name for column in columns)


def columns_of(listing: Listing, chosen: Chosen) -> tuple[Column, ...]:
    """What stands on the page: the chosen columns, else the standard ones."""
    return _picked(listing, chosen) or listing.page_columns


def _picked(listing: Listing, chosen: Chosen) -> tuple[Column, ...]:
    return tuple(column for column in listing.columns if column.name in chosen.columns)


def table_of(listing: Listing, chosen: Chosen) -> Listing | Table:
    """What a file is made of: the chosen columns, else all that the list puts into files."""
    picked = _picked(listing, chosen)
    return Table(listing.name, listing.title, picked) if picked else listing


def columns_in_words(listing: Listing, chosen: Chosen) -> tuple[str, ...]:
    """The chosen columns by their headings, for the file and the export log; none where they are the standard ones."""
    return tuple(column.label for column in _picked(listing, chosen))


def _fits(wanted: Filter, asked: Asked) -> bool:
    value = asked.values[wanted.name]
    if wanted.kind is Asks.SELECT:
        return any(value == each for each, _ in wanted.choices(asked))
    return wanted.kind is Asks.TEXT or day_of(value) is not None


def day_of(words: str) -> date | None:
    """The day that is written so (2026-11-23); None when it is none, or in no year that anybody can mean."""
    try:
        day = date.fromisoformat(words)
    except ValueError:
        return None
    return day if day.year in YEARS else None


def _page(words: str | None) -> int:
    number = int(words) if words and words.isascii() and words.isdecimal() and len(words) < 6 else 1
    return min(max(number, 1), LAST_PAGE)


def conditions(listing: Listing, chosen: Chosen, reading: Reading) -> list[Condition]:
    """What the chosen filters mean for the rows."""
    asked = Asked(chosen.values, reading)
    found = (each.condition(chosen.values.get(each.name, ""), asked) for each in listing.filters)
    return [condition for condition in found if condition is not None]


def in_words(listing: Listing, chosen: Chosen, reading: Reading) -> list[tuple[str, str]]:
    """The filters in force as label and words, for titles and the export log."""
    asked = Asked(chosen.values, reading)
    return [
        (each.label, _words_of(chosen.values[each.name], each.choices(asked)))
        for each in listing.filters
        if each.name in chosen.values
    ]


def _words_of(value: str, choices: Choices) -> str:
    return dict(choices).get(value, value)
