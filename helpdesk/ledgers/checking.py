"""Every cell of a sheet read and judged, then every row held against the register: errors, remarks, and a plan."""

import hashlib
import json
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from helpdesk.ledgers.matching import Layout
from helpdesk.ledgers.reading import FAILED, Sheet, address
from helpdesk.ledgers.terms import CHANGED, NEW, UNCHANGED, Column, Difference, Ledger, Remark, Row, RowRefusedError
from helpdesk.ledgers.values import Told, WrongCellError, is_blank, read, shown, words_of

SUMS = frozenset({"合计", "小计", "总计", "共计", "合 计", "总 计"})
EXAMPLES = frozenset({"示例", "例"})
BELOW = (
    "注：",
    "注:",
    "说明：",
    "说明:",
    "填表人",
    "制表",
    "审核",
    "备注：",
    "备注:",
    "联系人：",
    "填报单位",
    "填报人",
)
MOST_REMARKS = 2000
"""So many errors are kept and shown; of more only how many there are."""
EVERY = 500  # rows between two words of progress

Tell = Callable[[int], None]


@dataclass
class Checked:
    """What came of reading a sheet. ``skipped``: rows that are no entries (sums, examples, notes)."""

    rows: list[Row] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    wrong: int = 0
    told: int = 0
    skipped: int = 0

    def say(self, remark: Remark) -> None:
        """Keep a remark; beyond the most that are kept it is only counted."""
        if remark.wrong:
            self.wrong += 1
        else:
            self.told += 1
        if (self.wrong if remark.wrong else self.told) <= MOST_REMARKS:
            self.remarks.append(remark)


@dataclass
class Plan:
    """What an import would do, as long as nothing is wrong."""

    checked: Checked
    differences: list[Difference] = field(default_factory=list)

    def count(self, outcome: str) -> int:
        """How many rows are new, changed or unchanged."""
        return sum(each.outcome == outcome for each in self.differences)

    @property
    def doing(self) -> list[Difference]:
        """The rows that change something."""
        return [each for each in self.differences if each.outcome != UNCHANGED]

    @property
    def digest(self) -> str:
        """What tells this plan from another: what was shown must be what is done."""
        words = [[each.row, each.outcome, each.label, each.subject_id, each.changes] for each in self.differences]
        return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()

    @property
    def counts(self) -> dict[str, int]:
        """By outcome."""
        return {outcome: self.count(outcome) for outcome in (NEW, CHANGED, UNCHANGED)}


# -- Reading the cells -------------------------------------------------------------------------------------------------


def check(ledger: Ledger, sheet: Sheet, layout: Layout, tell: Tell = lambda done: None) -> Checked:
    """Read every row below the heading; what is wrong with the cells and what comes twice stands in the remarks."""
    checked = Checked()
    cells = _Cells(ledger, sheet, layout, checked)
    for index in range(layout.heading + 1, len(sheet.rows)):
        if index % EVERY == 0:
            tell(index)
        if not cells.skip(index) and (row := cells.row(index)):
            checked.rows.append(row)
    if not checked.rows and not checked.wrong:
        checked.say(Remark(0, f"表头（第 {layout.heading + 1} 行）下面没有数据"))
    _refuse_doubles(ledger, layout, checked)
    return checked


class _Cells:
    """The cells of one sheet, read by its layout."""

    def __init__(self, ledger: Ledger, sheet: Sheet, layout: Layout, checked: Checked) -> None:
        self.sheet, self.layout, self.checked = sheet, layout, checked
        self.places = {place: ledger.column(name) for place, name in sorted(layout.columns.items())}
        self.required = [place for place, column in self.places.items() if column.required]
        self.merged: dict[int, list[tuple[int, Any]]] = {}
        for each in sheet.merged:
            for index in range(max(each.first[0], layout.heading + 1), each.last[0] + 1):
                for column in range(each.first[1], each.last[1] + 1):
                    if (index, column) != each.first:
                        self.merged.setdefault(index, []).append((column, each))

    def skip(self, index: int) -> bool:
        """Whether the row is no entry: nothing in it, a sum, an example, a note below the table."""
        if all(is_blank(self.sheet.cell(index, place)) for place in self.places) and not self._merged_here(index):
            return self._failed_here(index) is None
        first = next((raw for raw in self.sheet.rows[index] if not is_blank(raw)), "")
        words = shown(first).strip()
        if words in SUMS or "".join(words.split()) in SUMS:
            return self._skipped(index, "合计行，没有导入", words)
        if words in EXAMPLES:
            return self._skipped(index, "示例行，没有导入", words)
        bare = all(is_blank(self.sheet.cell(index, place)) for place in self.required[1:] or self.required)
        if bare and words.startswith(BELOW):
            return self._skipped(index, "表格下方的说明，没有导入", words)
        return False

    def _skipped(self, index: int, why: str, words: str) -> bool:
        self.checked.skipped += 1
        self.checked.say(Remark(index + 1, why, None, "", words, wrong=False))
        return True

    def _merged_here(self, index: int) -> bool:
        return any(column in self.places for column, _ in self.merged.get(index, ()))

    def _failed_here(self, index: int) -> int | None:
        return next((place for place in self.places if self.sheet.strange.get((index, place)) == FAILED), None)

    def row(self, index: int) -> Row | None:
        """The row with its values; None when something is wrong with it."""
        before, values = self.checked.wrong, {}
        merged = dict(self.merged.get(index, ()))
        for place, column in self.places.items():
            raw = self.sheet.cell(index, place)
            told = Told()
            try:
                if place in merged:
                    raise WrongCellError(f"这是合并单元格（{merged[place].words}）的一部分，请取消合并，每行都填写")
                value = self._value(index, place, column, raw, told)
            except WrongCellError as error:
                self.checked.say(Remark(index + 1, str(error), place, column.label, shown(raw)))
                continue
            for words in told.words:
                self.checked.say(Remark(index + 1, words, place, column.label, shown(raw), wrong=False))
            if value is not None:
                values[column.name] = value
        return Row(index + 1, values) if self.checked.wrong == before else None

    def _value(self, index: int, place: int, column: Column, raw: Any, told: Told) -> Any:
        source = self.sheet.strange.get((index, place))
        if source == FAILED:
            raise WrongCellError("公式没有结果或者出错，请换成算好的值（复制，再选择性粘贴为数值）")
        if is_blank(raw):
            if isinstance(raw, str) and raw.strip() != "":
                words_of(raw, told)
            if column.required:
                raise WrongCellError(f"“{column.label}”没有填写")
            return None
        if source:
            told("这是公式，按它现在的结果导入")
        return read(column, raw, told)


def _refuse_doubles(ledger: Ledger, layout: Layout, checked: Checked) -> None:
    """A code or name that stands in two rows: the later ones are wrong, and say where the first stands."""
    seen: dict[tuple[str, Hashable], int] = {}
    wrong: set[int] = set()
    for row in checked.rows:
        for name, value in ledger.keys(row):
            first = seen.setdefault((name, value), row.number)
            if first != row.number:
                wrong.add(row.number)
                words = f"和第 {first} 行重复，同一份文件里只能出现一次"
                checked.say(_remark(ledger, layout, row.number, name, words, shown(row.get(name))))
    checked.rows = [row for row in checked.rows if row.number not in wrong]


def _remark(ledger: Ledger, layout: Layout, number: int, name: str, words: str, value: str = "") -> Remark:
    place = next((place for place, column in layout.columns.items() if column == name), None)
    return Remark(number, words, place, ledger.column(name).label if name else "", value)


# -- Against the register ----------------------------------------------------------------------------------------------


def compare(
    ledger: Ledger,
    layout: Layout,
    checked: Checked,
    today: date,
    *,
    for_change: bool = False,
    tell: Tell = lambda done: None,
) -> Plan:
    """What each row would do to the register as it is now; rows that contradict it are remarked as wrong."""
    plan = Plan(checked)
    known = ledger.read(checked.rows, today, for_change=for_change)
    for done, row in enumerate(checked.rows):
        if done % EVERY == 0:
            tell(done)
        try:
            plan.differences.append(ledger.compare(row, known))
        except RowRefusedError as refused:
            for name, words in refused.errors.items():
                checked.say(_remark(ledger, layout, row.number, name, words, _typed(row, name)))
    return plan


def _typed(row: Row, name: str) -> str:
    value = row.get(name) if name else None
    return "、".join(value) if isinstance(value, tuple) else ("" if value is None else str(value))


def ordered(remarks: list[Remark]) -> Iterator[Remark]:
    """As one reads the sheet: row by row, from left to right."""
    yield from sorted(remarks, key=lambda each: (each.row, -1 if each.place is None else each.place))


def where(remark: Remark) -> str:
    """The cell in Excel's words: C5; the row alone where it is about all of it."""
    if not remark.row:
        return ""
    return address((remark.row - 1, remark.place)) if remark.place is not None else f"第 {remark.row} 行"
