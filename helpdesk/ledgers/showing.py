"""What a page says of an import's errors and of what was put right by itself."""

from typing import Any

from helpdesk.ledgers.checking import where
from helpdesk.ledgers.models import Import
from helpdesk.ledgers.terms import Remark

SHOWN = 200  # errors on the page; the marked copy has more
MOST_ROWS = 12  # row numbers behind one remark


def remarks_of(row: Import, *, wrong: bool) -> list[Remark]:
    """The errors of an import, or what was put right by itself."""
    return [each for each in (Remark(**kept) for kept in row.remarks) if each.wrong is wrong]


def remark_rows(row: Import, *, wrong: bool) -> list[dict[str, Any]]:
    """The first errors, one a line: sheet, cell, row, column, what stands there, what is wrong with it."""
    return [
        {
            "sheet": row.sheet,
            "cell": where(each),
            "row": each.row or "",
            "column": each.label,
            "value": each.value,
            "message": each.message,
        }
        for each in remarks_of(row, wrong=wrong)[:SHOWN]
    ]


def remark_groups(row: Import) -> list[dict[str, Any]]:
    """What was put right or left out, the same of one column together, with the rows."""
    found: dict[tuple[str, str], list[int]] = {}
    for each in remarks_of(row, wrong=False):
        found.setdefault((each.label, each.message), []).append(each.row)
    return [
        {
            "column": label,
            "message": message,
            "count": len(rows),
            "rows": "、".join(map(str, rows[:MOST_ROWS])) + ("……" if len(rows) > MOST_ROWS else ""),
        }
        for (label, message), rows in found.items()
    ]
