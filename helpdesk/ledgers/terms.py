"""The words in which a kind of ledger is described: columns, rows, what is wrong, what would change."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

DISPATCH, SYSTEM = "dispatch", "system"
"""Who may import a kind: 调度室, or the 系统管理员."""
NEW, CHANGED, UNCHANGED = "new", "changed", "unchanged"
OUTCOMES = {NEW: "新增", CHANGED: "变更", UNCHANGED: "不变"}


class Kind(StrEnum):
    """What a cell holds; how each is read: values.py."""

    TEXT = "text"
    NAME = "name"  # of an enterprise
    CODE = "code"  # 统一社会信用代码
    PHONE = "phone"
    EMAIL = "email"
    LOGIN = "login"
    DAY = "day"
    COUNT = "count"  # a whole number
    MONEY = "money"  # 万元
    YES_NO = "yes_no"
    CHOICE = "choice"
    WORDS = "words"  # several, parted by 、


SHAPES = {
    Kind.TEXT: "文字",
    Kind.NAME: "企业全称",
    Kind.CODE: "18 位代码，单元格设为文本格式",
    Kind.PHONE: "手机，或带区号的座机；单元格设为文本格式",
    Kind.EMAIL: "邮箱地址",
    Kind.LOGIN: "小写字母、数字、点和横线",
    Kind.DAY: "日期，如 2026-03-05",
    Kind.COUNT: "整数",
    Kind.MONEY: "数字，单位万元",
    Kind.YES_NO: "是、否",
    Kind.CHOICE: "从列表中选择",
    Kind.WORDS: "可以有几项，用顿号隔开",
}
"""What a kind of value is called in the instructions of a blank workbook."""


@dataclass(frozen=True)
class Column:
    """A column of a ledger. ``choices``: kept value → the words for it, the first of which is the official one."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    aliases: tuple[str, ...] = ()
    required: bool = False
    help: str = ""
    example: str = ""
    longest: int = 100
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    width: int = 16

    @property
    def headers(self) -> tuple[str, ...]:
        """Every heading that means this column."""
        return (self.label, *self.aliases)


@dataclass(frozen=True)
class Row:
    """A row that could be read. ``number``: as Excel shows it. ``values``: by column, only where something stands."""

    number: int
    values: Mapping[str, Any]

    def get(self, name: str) -> Any:
        """The value of that column; None where the cell is empty or the file has no such column."""
        return self.values.get(name)


@dataclass(frozen=True)
class Remark:
    """Something to say about a cell or a row: an error, or what was put right by itself (not ``wrong``).

    ``place``: the column's place in the sheet, counted from 0; None where it is about the whole row. ``row`` 0 is the file.
    """

    row: int
    message: str
    place: int | None = None
    label: str = ""
    value: str = ""
    wrong: bool = True


class RowRefusedError(ValueError):
    """A row that contradicts itself or the register; ``errors`` by column, "" for the whole row."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("；".join(errors.values()))
        self.errors = errors


@dataclass
class Difference:
    """What one row would do. ``changes``: label, before, after, in words. ``data``: what ``apply`` needs.

    ``undo``: filled by ``apply``, what taking it back needs; only what JSON knows.
    """

    row: int
    outcome: str
    label: str
    subject_id: int | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    data: Any = None
    undo: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Doing:
    """Who imports or takes back, and when. ``tell``: how many rows are written, for the bar on the page."""

    by_id: int | None
    by_name: str
    now: datetime
    today: date
    file_name: str = ""
    tell: Callable[[int], None] = lambda done: None


@dataclass(frozen=True)
class Done:
    """A row that was imported: what ``undo`` and ``obstacles`` are given."""

    row: int
    outcome: str
    label: str
    subject_id: int | None
    undo: Mapping[str, Any]


@dataclass(frozen=True)
class Ledger:
    """A kind of ledger: everything that pages, the command line, checks and blank workbooks know of it.

    ``keys``: what must not come twice in one file, as (column, value). ``read(rows, today, for_change=…)``: what the
    register knows of these rows, locked where the database locks rows if they are going to be changed. ``compare``: what
    one row would do; RowRefusedError where it cannot be. ``apply``: does it, within the running transaction.
    ``obstacles``: what was built on an import, in words; undoing is refused where there is any. ``undo``: takes it back,
    within the running transaction. ``options``: the words that cells of a column may hold, for drop-downs, where the
    register decides them. ``warm_up``: reckons what takes long before the database is locked.
    """

    name: str
    title: str
    says: str
    who: str
    columns: tuple[Column, ...]
    keys: Callable[[Row], list[tuple[str, Hashable]]]
    read: Callable[..., Any]
    compare: Callable[[Row, Any], Difference]
    apply: Callable[[Sequence[Difference], Doing], None]
    obstacles: Callable[[Sequence[Done]], list[str]]
    undo: Callable[[Sequence[Done], Doing], None]
    options: Callable[[str], Sequence[str]] = lambda column: ()
    warm_up: Callable[[Sequence[Row]], None] = lambda rows: None
    afterwards: str = ""  # what is still to be done when it has been imported

    def column(self, name: str) -> Column:
        """The column of that name; KeyError for an unknown one."""
        return next(each for each in self.columns if each.name == name) if name in self.names else _unknown(name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns."""
        return tuple(each.name for each in self.columns)

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns without which a file is not taken."""
        return tuple(each for each in self.columns if each.required)


def _unknown(name: str) -> Column:
    raise KeyError(name)
