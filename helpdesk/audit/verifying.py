"""Proving the record: every row says what its hash says and follows the row before it, and every seal still fits."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Table

from helpdesk.audit import seal_queries as queries
from helpdesk.audit.heads import Head
from helpdesk.audit.models import Seal
from helpdesk.audit.sealing import LATE, line_of
from helpdesk.audit.spans import Span, gaps, keys_in, merged
from helpdesk.chain import CHAINED, GENESIS, Chained, hash_of
from helpdesk.db import UtcMoment


class Wrong(StrEnum):
    """What does not fit."""

    CHANGED = "内容被改动，和记录时的哈希不一致"
    MISSING = "前面有记录被删除或者被替换，和上一条接不上"
    ORDER = "记录的先后顺序被调换"
    GONE = "封存过的记录不见了"
    RESEALED = "封存过的记录被整体重算，和封存的摘要不一致"
    FORGED = "事后插入的记录，从未封存"
    SEAL = "封存记录的编号不连续"
    TOTAL = "封存记录的累计数对不上"
    HEAD = "和导出存放的封存头不一致"


RECORDS = {
    "entries": "办理经过",
    "proceeding_entries": "督办和通报经过",
    "bulletin_issues": "印发的通报",
    "audit_events": "审计日志",
    "audit_seals": "封存记录",
}
"""What each chained table holds, for those who do not know it by its name in the database."""


@dataclass(frozen=True)
class Break:
    """The place where the record does not hold."""

    wrong: Wrong
    table: str
    key: int | None
    subject: str = ""  # 问题 〔2026〕0001
    at: datetime | None = None

    def __str__(self) -> str:
        where = f"{RECORDS.get(self.table, '记录')}（数据表 {self.table}）" + (
            f"第 {self.key} 行" if self.key is not None else ""
        )
        return "，".join(each for each in (where, self.subject) if each)


Progress = Callable[[str, int, int], None]
"""Is told the table, how many rows are done, and how many there are."""


def silent(table: str, done: int, total: int) -> None:
    """No progress is told."""


@dataclass
class Verified:
    """How a proof ended: how much was looked at, and the first break; None where there is none."""

    rows: int = 0
    seals: int = 0
    broken: Break | None = None
    tables: dict[str, int] = field(default_factory=dict)


def verify(
    now: datetime, *, since: datetime | None = None, against: list[Head] | None = None, tell: Progress = silent
) -> Verified:
    """Walk through the whole record, or what came under a seal since a moment, up to the first break; reads only.

    Rows that are written meanwhile do no harm. ``against``: heads that were taken out of the house before.
    """
    start = queries.last_seal(before=since) if since else None
    done = Verified()
    walk = _walk(done, start, now, against or [], tell)
    done.broken = next(walk, None)
    return done


def _walk(done: Verified, start: Seal | None, now: datetime, against: list[Head], tell: Progress) -> Iterator[Break]:
    yield from _heads_fit(against)
    for name, model in sorted(CHAINED.items()):
        above = _upto(start, name) if model is not Seal else (start.id if start else 0)
        yield from _links(model, above, done, tell)
    yield from _seals_fit(start, now, done, tell)


def _upto(seal: Seal | None, table: str) -> int:
    return seal.totals.get(table, {}).get("upto", 0) if seal else 0


# -- Rows follow one another -------------------------------------------------------------------------------------------


def _links(model: type[Chained], above: int, done: Verified, tell: Progress) -> Iterator[Break]:
    table: Table = model.__table__  # type: ignore[attr-defined]
    total, seen, nothing = queries.count_of(table, above=above), 0, object()
    subject: Any = nothing
    before = GENESIS
    for some in queries.rows_in_order(model, above=above):
        for row in some:
            if (its := row[model.chained_by] if model.chained_by else None) != subject or subject is nothing:
                subject, before = its, queries.hash_before(model, its, upto=above) if above else GENESIS
            if wrong := _wrong_with(model, row, subject, before):
                yield Break(wrong, table.name, row["id"], model.subject_words(subject), _moment_of(table, row))
            before = row["row_hash"]
        seen += len(some)
        done.rows += len(some)
        tell(table.name, seen, max(total, seen))
    done.tables[table.name] = seen


def _moment_of(table: Table, row: Any) -> datetime | None:
    """When that row says it happened: the first of its moments."""
    moments = (row[column.name] for column in table.columns if isinstance(column.type, UtcMoment))
    return next((moment for moment in moments if moment), None)


def _wrong_with(model: type[Chained], row: Any, subject: Any, before: str) -> Wrong | None:
    if hash_of(model.__table__, row) != row["row_hash"]:  # type: ignore[attr-defined]
        return Wrong.CHANGED
    if row["prev_hash"] == before:
        return None
    return Wrong.ORDER if queries.has_hash(model, subject, row["prev_hash"]) else Wrong.MISSING


# -- Seals fit ---------------------------------------------------------------------------------------------------------


def _seals_fit(start: Seal | None, now: datetime, done: Verified, tell: Progress) -> Iterator[Break]:
    number, totals = (start.number, start.totals) if start else (0, {})
    sealed: dict[str, list[Span]] = {}
    final: dict[str, int] = {}
    for some in queries.seals_after(number):
        yield from _numbers_fit(some, number, totals)
        yield from _digests_fit(some)
        for seal in some:
            for part in seal.parts:
                sealed.setdefault(part["table"], []).extend((first, last) for first, last in part["spans"])
            if seal.at < now - LATE:
                final = {name: total["upto"] for name, total in seal.totals.items()}
        sealed = {name: merged(spans) for name, spans in sealed.items()}
        number, totals = some[-1].number, some[-1].totals
        done.seals += len(some)
        tell(Seal.__tablename__, done.seals, done.seals)
    for name, upto in sorted(final.items()):
        yield from _nothing_between(name, sealed.get(name, []), _upto(start, name), upto)


def _numbers_fit(some: list[Any], number: int, totals: dict[str, Any]) -> Iterator[Break]:
    counted = {name: dict(total) for name, total in totals.items()}
    for seal in some:
        number += 1
        if seal.number != number:
            yield Break(Wrong.SEAL, Seal.__tablename__, seal.id, f"封存第 {seal.number} 号", seal.at)
        for part in seal.parts:
            total = counted.setdefault(part["table"], {"count": 0, "upto": 0})
            total["count"] += part["count"]
            total["upto"] = max(total["upto"], part["spans"][-1][1])
        if counted != seal.totals:
            yield Break(Wrong.TOTAL, Seal.__tablename__, seal.id, f"封存第 {seal.number} 号", seal.at)


def _digests_fit(some: list[Any]) -> Iterator[Break]:
    """Every row that is under one of these seals is there, and has the hash it had."""
    for name in sorted({part["table"] for seal in some for part in seal.parts}):
        model = queries.sealed_models().get(name)
        parts = [(seal, part) for seal in some for part in seal.parts if part["table"] == name]
        if model is None:
            yield Break(Wrong.GONE, name, None, f"封存第 {parts[0][0].number} 号", parts[0][0].at)
            continue
        yield from _table_fits(model, parts)


def _table_fits(model: type[Chained], parts: list[tuple[Any, dict[str, Any]]]) -> Iterator[Break]:
    table: Table = model.__table__  # type: ignore[attr-defined]
    owners = sorted((first, last, n) for n, (_, part) in enumerate(parts) for first, last in part["spans"])
    digests = [hashlib.sha256() for _ in parts]
    rows = queries.hashes_in(table, merged((first, last) for first, last, _ in owners))
    for first, last, n in owners:
        for key in keys_in([(first, last)]):
            found = next(rows, None)
            if found is None or found[0] != key:
                seal = parts[n][0]
                yield Break(Wrong.GONE, table.name, key, f"封存第 {seal.number} 号", seal.at)
                return
            digests[n].update(line_of(*found))
    for (seal, part), digest in zip(parts, digests, strict=True):
        if digest.hexdigest() != part["digest"]:
            yield _resealed(model, seal, part)


def _resealed(model: type[Chained], seal: Any, part: dict[str, Any]) -> Break:
    """A seal is one digest over many rows: it names the stretch, and the first row in it."""
    key = part["spans"][0][0]
    row = queries.row_of(model.__table__, key)  # type: ignore[attr-defined]
    subject = model.subject_words(row[model.chained_by]) if row and model.chained_by else ""
    stretch = f"封存第 {seal.number} 号，第 {key} 行至第 {part['spans'][-1][1]} 行之间"
    return Break(Wrong.RESEALED, part["table"], key, f"{stretch}（首行属于{subject}）" if subject else stretch, seal.at)


def _nothing_between(name: str, sealed: list[Span], above: int, upto: int) -> Iterator[Break]:
    """Between what was sealed long ago nothing can have come since: no transaction lasts so long."""
    model = queries.sealed_models()[name]
    table: Table = model.__table__  # type: ignore[attr-defined]
    holes = [(first, min(last, upto)) for first, last in gaps(sealed, above=above) if first <= upto]
    for key, _ in queries.hashes_in(table, holes):
        row = queries.row_of(table, key)
        subject = model.subject_words(row[model.chained_by]) if model.chained_by else ""
        yield Break(Wrong.FORGED, name, key, subject, _moment_of(table, row))


# -- Heads that were taken out -----------------------------------------------------------------------------------------


def _heads_fit(heads: list[Head]) -> Iterator[Break]:
    for head in sorted(heads, key=lambda each: each.number):
        seal = queries.seal_numbered(head.number)
        if seal is None or seal.row_hash != head.hash:
            yield Break(Wrong.HEAD, Seal.__tablename__, seal.id if seal else None, f"封存第 {head.number} 号", head.at)
