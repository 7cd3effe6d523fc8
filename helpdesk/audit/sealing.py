"""What a seal says: everything that has come since the last one, also what was committed late under a low key."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain as one_after_the_other
from typing import Any

from sqlalchemy import Table

from helpdesk.audit import seal_queries as queries
from helpdesk.audit.models import Seal
from helpdesk.audit.spans import Spans, gaps, merged

LATE = timedelta(days=1)
"""So long we look for rows that got a low key and were committed late; no transaction lasts so long."""


@dataclass
class Sealed:
    """What a run has sealed; number 0: nothing was new, or another process was faster."""

    number: int = 0
    rows: int = 0

    def __str__(self) -> str:
        return f"seal {self.number} over {self.rows} rows" if self.number else "nothing new to seal"


def next_seal(now: datetime) -> Seal | None:
    """The seal that is due, not yet written; None where nothing is new."""
    last = queries.last_seal()
    totals = {name: dict(total) for name, total in last.totals.items()} if last else {}
    parts = []
    for name, model in queries.sealed_models().items():
        if part := part_of(name, _unsealed(model.__table__, now)):  # type: ignore[attr-defined]
            total = totals.setdefault(name, {"count": 0, "upto": 0})
            total["count"] += part["count"]
            total["upto"] = max(total["upto"], part["spans"][-1][1])
            parts.append(part)
    return Seal(number=(last.number if last else 0) + 1, at=now, parts=parts, totals=totals) if parts else None


def part_of(table: str, rows: Iterable[tuple[int, str]]) -> dict[str, Any] | None:
    """What a seal says about rows of one table; None about none."""
    spans, digest = Spans(), hashlib.sha256()
    for key, row_hash in rows:
        spans.add(key)
        digest.update(line_of(key, row_hash))
    if not spans.count:
        return None
    return {"table": table, "spans": spans.found, "count": spans.count, "digest": digest.hexdigest()}


def line_of(key: int, row_hash: str) -> bytes:
    """What goes into the digest for one row."""
    return f"{key} {row_hash}\n".encode()


def _unsealed(table: Table, now: datetime) -> Iterator[tuple[int, str]]:
    """Key and hash of what is under no seal yet, by key."""
    old = queries.last_seal(before=now - LATE)
    above = old.totals.get(table.name, {}).get("upto", 0) if old else 0
    seals = one_after_the_other.from_iterable(queries.seals_after(old.number if old else 0))
    known = (span for seal in seals for part in seal.parts if part["table"] == table.name for span in part["spans"])
    sealed = [span for span in merged(known) if span[1] > above]
    yield from queries.hashes_in(table, gaps(sealed, above=above))
    yield from queries.hashes_above(table, sealed[-1][1] if sealed else above)
