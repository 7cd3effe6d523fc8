"""The words a list is written in: what it is called, who may open it, what it holds, its filters, columns and order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select

from helpdesk.listings.queries import Order
from helpdesk.listings.words import Reading
from helpdesk.problems.cases import Standing
from workflows.clocks import Lamp
from workflows.roles import Role

Line = Any
"""One row as the query gives it; its attributes are named in ``queries.py``."""
Value = str | int | float | date | datetime | Lamp | None
Condition = ColumnElement[bool]
Keys = Select[Any]
"""A SELECT of the keys of what a list holds; conditions and order are added to it."""
Choices = tuple[tuple[str, str], ...]
Values = Mapping[str, str]
"""What was chosen, by the name of the filter."""


class Kind(StrEnum):
    """What a column holds; page, workbook and JSON each know how to write it."""

    TEXT = "text"
    OFFICIAL = "official"  # an official number such as 〔2026〕0001
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    LAMP = "lamp"
    LINK = "link"  # on a page it leads to the problem
    INDEX = "index"  # the rows are numbered from 1; there is no value


@dataclass(frozen=True)
class Column:
    """A column; ``value`` is the same for page, workbook and JSON."""

    name: str
    label: str
    value: Callable[[Line, Reading], Value]
    kind: Kind = Kind.TEXT
    width: int = 12  # in a workbook, in characters
    look: str = ""  # on a page: narrow | lamp | name | wide
    sort: str = ""  # the order that its heading stands for
    phone: bool = True
    page: bool = True
    file: bool = True
    words: Callable[[Any, Line, Reading], str] | None = None  # on a page, where the value alone does not say it

    @property
    def must_show(self) -> bool:
        """Whether nobody can do without it: it leads on from the list."""
        return self.kind is Kind.LINK


class Asks(StrEnum):
    """How a filter is chosen."""

    SELECT = "select"
    TEXT = "text"
    DAY = "date"


@dataclass(frozen=True)
class Asked:
    """All that a filter may look at: everything chosen, and who reads at what time."""

    values: Values
    reading: Reading

    @property
    def me(self) -> Standing:
        """Who reads."""
        return self.reading.me


@dataclass(frozen=True)
class Filter:
    """A way to narrow a list. ``condition`` gets the chosen value, "" when nothing was chosen."""

    name: str
    label: str
    condition: Callable[[str, Asked], Condition | None]
    kind: Asks = Asks.SELECT
    choices: Callable[[Asked], Choices] = lambda _: ()
    hint: str = ""
    quiet: bool = False  # not offered on the page, but shown there once a link has chosen it


@dataclass(frozen=True)
class Table:
    """What a file is made of."""

    name: str
    title: str
    file_columns: tuple[Column, ...]
    called: str = ""  # of a form of another list: what its button says in brackets


@dataclass(frozen=True)
class About:
    """What a file says of itself. ``sums``: subtotals as (unit, how many, latest by working days).

    ``columns``: the headings that were chosen; none where they are the list's own.
    """

    title: str
    by: str
    filters: Sequence[tuple[str, str]]
    sums: Sequence[tuple[str, int, int]] | None = None
    columns: Sequence[str] = ()


@dataclass(frozen=True)
class Bulk:
    """Something that can be begun with the ticked rows: their problems' keys are sent to that endpoint as ``ids``."""

    label: str
    endpoint: str
    by: frozenset[Role] | None = None  # None: whoever sees the list


@dataclass(frozen=True)
class Completed:
    """A line with what was read beside it for many lines at a time."""

    line: Line
    more: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        return self.more[name] if name in self.more else getattr(self.line, name)


@dataclass(frozen=True)
class Begin:
    """A page that a list leads to with a button, for those to whom it is ``offered``."""

    label: str
    endpoint: str
    offered: Callable[[Standing], bool] = lambda _: True


@dataclass(frozen=True)
class Listing:
    """A list as data. ``by``: who may open it by the seats he holds; None: whoever takes part in handling problems."""

    name: str
    title: str
    says: str
    keys: Callable[[Standing], Keys]
    lines: Callable[..., Select[Any]]
    filters: tuple[Filter, ...]
    columns: tuple[Column, ...]
    order: str  # one of ``orders``, with "-" in front when the last come first
    orders: Mapping[str, Order]
    by: frozenset[Role] | None = None
    empty: tuple[str, str] = ("没有符合条件的问题", "")
    grouped: bool = False  # by the unit that answers for it, with subtotals
    urges: bool = False  # rows can be ticked and urged
    unit: str = "件"
    link: Callable[[Line], str] | None = None  # where a row leads; None: to its problem
    bulks: tuple[Bulk, ...] = ()
    thing: str = "问题"  # what its lines are, where none fits the filters
    begins: tuple[Begin, ...] = ()  # what can be begun from its page, the first as the main thing
    forms: tuple[Table, ...] = ()  # other columns in which its lines can be taken out
    completed: Callable[[list[Line], Reading], list[Line]] | None = None
    """Lines with what one query cannot say, read for many lines at a time."""

    def open_to(self, roles: frozenset[Role], *, handles: bool) -> bool:
        """Whether somebody on these seats may open it."""
        return handles and (self.by is None or bool(self.by & roles))

    @cached_property
    def page_columns(self) -> tuple[Column, ...]:
        """The columns of its page."""
        return tuple(column for column in self.columns if column.page)

    @cached_property
    def file_columns(self) -> tuple[Column, ...]:
        """The columns of its workbook and its JSON."""
        return tuple(column for column in self.columns if column.file)

    @cached_property
    def sorts(self) -> frozenset[str]:
        """The orders that some heading stands for."""
        return frozenset(column.sort for column in self.columns if column.sort)
