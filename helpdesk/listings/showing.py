"""A list as its page: headings, rows, groups, filters and pager in the shape that the table macros want."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate, groupby, islice
from typing import Any

from helpdesk.clock import calendar
from helpdesk.listings import queries
from helpdesk.listings.choosing import LAST_PAGE, Chosen, columns_of, conditions
from helpdesk.listings.terms import Asked, Asks, Column, Keys, Kind, Line, Listing
from helpdesk.listings.words import Reading, short_day, short_moment

PAGE = 50
CUT = 50  # characters of a long text on a page
KINDS = {Kind.DAY: "date", Kind.MOMENT: "date"}  # the macro's words, where they differ
UrlOf = Callable[..., str]


@dataclass(frozen=True)
class Sum:
    """A subtotal: all lines that one unit answers for, wherever the pages break."""

    unit_id: int | None
    unit: str
    size: int
    late_days: int


@dataclass(frozen=True)
class ListPage:
    """One page of a list."""

    lines: list[Line]
    total: int  # COUNTED + 1 when there are more than COUNTED
    sums: tuple[Sum, ...]
    page: int
    more: bool

    @property
    def total_words(self) -> str:
        """How many there are, as people read it."""
        return f"{queries.COUNTED:,}+" if self.total > queries.COUNTED and not self.sums else f"{self.total:,}"


# -- Reading -----------------------------------------------------------------------------------------------------------


def keys_of(listing: Listing, chosen: Chosen, reading: Reading) -> Keys:
    """The keys of everything chosen, in no order."""
    return listing.keys(reading.me).where(*conditions(listing, chosen, reading))


def page_of(listing: Listing, chosen: Chosen, reading: Reading) -> ListPage:
    """One page: one SELECT for its lines and one for how many there are."""
    keys = keys_of(listing, chosen, reading)
    wanted = _ordered(keys, listing, chosen).limit(PAGE + 1).offset((chosen.page - 1) * PAGE)
    lines = queries.fetched(_ordered(listing.lines(wanted, longest=CUT + 1), listing, chosen))
    more, lines = len(lines) > PAGE, _completed(listing, lines[:PAGE], reading)
    sums = sums_of(keys, reading) if listing.grouped else ()
    return ListPage(lines, _total(listing, keys, chosen, lines, sums, more=more), sums, chosen.page, more)


def first_lines(listing: Listing, chosen: Chosen, reading: Reading, most: int) -> list[Line]:
    """The first lines of the choice, for a page that shows a few of them; one SELECT."""
    wanted = _ordered(keys_of(listing, chosen, reading), listing, chosen).limit(most)
    lines = queries.fetched(_ordered(listing.lines(wanted, longest=CUT + 1), listing, chosen))
    return _completed(listing, lines, reading)


def everything(listing: Listing, chosen: Chosen, reading: Reading) -> Iterable[Line]:
    """All lines of the choice, a chunk at a time."""
    lines = listing.lines(keys_of(listing, chosen, reading), longest=queries.LONGEST)
    found = queries.streamed(_ordered(lines, listing, chosen))
    return found if listing.completed is None else _completed_in_chunks(listing, found, reading)


def _completed(listing: Listing, lines: list[Line], reading: Reading) -> list[Line]:
    return lines if listing.completed is None else listing.completed(lines, reading)


def _completed_in_chunks(listing: Listing, lines: Iterable[Line], reading: Reading) -> Iterator[Line]:
    rest = iter(lines)
    while some := list(islice(rest, queries.CHUNK)):
        yield from _completed(listing, some, reading)


def sums_of(keys: Keys, reading: Reading) -> tuple[Sum, ...]:
    """The subtotals by unit."""
    return tuple(
        Sum(row.unit_id, row.unit or "上报人", row.size, reading.late_days(_last_day(row.due_at)))
        for row in queries.by_unit(keys)
    )


def _last_day(due_at: datetime) -> date:
    """The due day that ends at that moment, or in which it lies."""
    return calendar().day_of(due_at - timedelta.resolution)


def _total(
    listing: Listing, keys: Keys, chosen: Chosen, lines: Sequence[Line], sums: Sequence[Sum], *, more: bool
) -> int:
    """Counted only where it is not known anyway."""
    if listing.grouped:
        return sum(each.size for each in sums)
    if not more and (lines or chosen.page == 1):
        return (chosen.page - 1) * PAGE + len(lines)
    return queries.counted(keys)


def _ordered(keys: Keys, listing: Listing, chosen: Chosen) -> Keys:
    wanted = chosen.sort or listing.order
    order = listing.orders[wanted.removeprefix("-")]
    return keys.order_by(*(order.down if wanted.startswith("-") else order.up))


# -- Showing -----------------------------------------------------------------------------------------------------------


def headings(listing: Listing, chosen: Chosen, url: UrlOf) -> list[dict[str, Any]]:
    """The columns; pressing the heading in force turns the order round."""
    return [_heading(column, chosen.sort or listing.order, chosen, url) for column in columns_of(listing, chosen)]


def column_choices(listing: Listing, chosen: Chosen) -> list[dict[str, Any]]:
    """Every column with whether it is shown; what must be shown cannot be unticked."""
    shown = columns_of(listing, chosen)
    return [
        {"name": each.name, "label": each.label, "shown": each in shown, "fixed": each.must_show}
        for each in listing.columns
    ]


def _heading(column: Column, in_force: str, chosen: Chosen, url: UrlOf) -> dict[str, Any]:
    heading: dict[str, Any] = {
        "label": column.label,
        "key": column.name,
        "kind": KINDS.get(column.kind, column.kind.value),
        "width": column.look,
        "main": column.kind is Kind.LINK,
        "desk_only": not column.phone and not chosen.columns,
    }
    if column.sort:
        here = in_force.removeprefix("-") == column.sort
        turned = column.sort if in_force == f"-{column.sort}" else f"-{column.sort}"
        heading["sorted"] = ("desc" if in_force.startswith("-") else "asc") if here else None
        heading["sort_url"] = url(**chosen.address(sort=turned if here else column.sort, page=None))
    return heading


def rows(
    lines: Iterable[Line],
    columns: Sequence[Column],
    reading: Reading,
    link: Callable[[Line], str],
    why: Callable[[Line], str | None],
) -> list[Any]:
    """The lines in words, for the table; ``link`` to the problem, ``why`` to what explains the due day."""
    plan = [(column.name, _cell(column, reading)) for column in columns]
    return [
        {name: cell(line) for name, cell in plan}
        | {"url": link(line), "why_url": why(line), "problem_id": line.id, "unit_id": getattr(line, "unit_id", None)}
        for line in lines
    ]


def _cell(column: Column, reading: Reading) -> Callable[[Line], Any]:
    """How a column's cell is written: its own words, or those of its kind."""
    value, words = column.value, column.words
    if words is not None:
        return lambda line: words(value(line, reading), line, reading)
    write = {Kind.DAY: _day, Kind.MOMENT: _moment, Kind.TEXT: _cut}.get(column.kind)
    if write is None:
        return lambda line: value(line, reading)
    return lambda line: write(value(line, reading), reading.today)


def _day(value: Any, today: date) -> str:
    return short_day(value, today) if isinstance(value, date) else ""


def _moment(value: Any, today: date) -> str:
    return short_moment(value, today) if isinstance(value, datetime) else ""


def _cut(value: Any, _: date) -> Any:
    return f"{value[:CUT]}…" if isinstance(value, str) and len(value) > CUT else value


def groups(page: ListPage, shown: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a page by unit; a unit that began on the page before says so."""
    sums = {each.unit_id: each for each in page.sums}
    starts = dict(zip(sums, accumulate((each.size for each in page.sums), initial=0), strict=False))
    before = (page.page - 1) * PAGE
    return [
        _group(sums.get(unit_id), list(found), began=starts.get(unit_id, before) < before)
        for unit_id, found in groupby(shown, key=lambda row: row["unit_id"])
    ]


def _group(found_sum: Sum | None, found: list[dict[str, Any]], *, began: bool) -> dict[str, Any]:
    if found_sum is None:  # it came into the list between the two queries
        return {"label": found[0].get("responsible") or "其他", "words": "", "rows": found}
    late = f"，最长逾期 {found_sum.late_days} 个工作日" if found_sum.late_days else ""
    label = found_sum.unit + ("（续）" if began else "")
    return {"label": label, "words": f"共 {found_sum.size:,} 项{late}", "rows": found}


def filter_row(listing: Listing, chosen: Chosen, reading: Reading) -> list[dict[str, Any]]:
    """The filters with what is chosen in them."""
    asked = Asked(chosen.values, reading)
    return [
        {
            "name": each.name,
            "label": each.label,
            "kind": each.kind.value,
            "value": chosen.values.get(each.name, ""),
            "options": each.choices(asked) if each.kind is Asks.SELECT else (),
            "placeholder": each.hint,
        }
        for each in listing.filters
        if not each.quiet or each.name in chosen.values
    ]


def pager(page: ListPage, chosen: Chosen, url: UrlOf) -> dict[str, Any]:
    """Ways to the neighbouring pages."""
    return {
        "page": page.page,
        "has_prev": page.page > 1,
        "has_next": page.more and page.page < LAST_PAGE,
        "first_url": url(**chosen.address(page=None)),
        "prev_url": url(**chosen.address(page=page.page - 1)),
        "next_url": url(**chosen.address(page=page.page + 1)),
        "pages": -(-page.total // PAGE) if page.total <= queries.COUNTED or page.sums else None,
    }
