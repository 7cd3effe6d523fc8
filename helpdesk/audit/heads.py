"""The head of the seals, to be kept outside the house: whoever has one can tell whether everything before it was rewritten."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk.audit import seal_queries as queries


class NoHeadError(Exception):
    """What was given holds no head of ours."""


@dataclass(frozen=True)
class Head:
    """The last seal at some moment: its number and hash, when it was made, and how many rows of each table are under it."""

    number: int
    hash: str
    at: datetime
    counts: Mapping[str, int]
    district: str = ""

    def line(self) -> str:
        """As it is exported: one line of JSON."""
        said: dict[str, Any] = {
            "seal": self.number,
            "hash": self.hash,
            "at": self.at.isoformat(timespec="microseconds"),
            "counts": dict(self.counts),
            "district": self.district,
        }
        return json.dumps(said, ensure_ascii=False, sort_keys=True)


def head_of_today(district: str) -> Head | None:
    """The head as it is now; None while nothing has been sealed."""
    seal = queries.last_seal()
    if seal is None:
        return None
    counts = {name: total["count"] for name, total in seal.totals.items()}
    return Head(seal.number, seal.row_hash, seal.at, counts, district)


def read_heads(text: str) -> list[Head]:
    """Every head in a file that was exported or in a mail that was saved; NoHeadError when there is none."""
    found = [_read(line.strip()) for line in text.splitlines() if line.strip().startswith("{")]
    if not found:
        raise NoHeadError('no exported head is in it: a line that begins with {"at": ...')
    return found


def _read(line: str) -> Head:
    try:
        said = json.loads(line)
        at = datetime.fromisoformat(said["at"])
        return Head(int(said["seal"]), str(said["hash"]), at, said["counts"], str(said["district"]))
    except (ValueError, KeyError, TypeError) as error:
        raise NoHeadError(f"this line is no exported head: {line[:80]}") from error
