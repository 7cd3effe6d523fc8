"""Official numbers: 〔2026〕0001, per district and year, without gaps or doubles."""

from typing import Any

from helpdesk.problems.queries import take_number

ON_RECORD = {"closing_number": "销号编号"}
"""Numbers that a problem may lose again; they stand in the timeline."""
PREFIX = {"number": "", "closing_number": "销号"}


def next_number(column: str, *, district: str, year: int) -> str:
    """The next number of the series that fills ``column``; taken in the running transaction, given back if it fails."""
    return written(column, year=year, number=take_number(column, district=district, year=year))


def next_issue(series: str, *, district: str, year: int) -> str:
    """The next number of what an office issues, as GB/T 9704 writes it: 督办〔2026〕3号, taken in the same way."""
    return f"{series}〔{year}〕{take_number(series, district=district, year=year)}号"


def written(column: str, *, year: int, number: int) -> str:
    """A number as it stands on papers."""
    return f"{PREFIX[column]}〔{year}〕{number:04d}"


def on_record(column: str | None, number: str | None) -> list[dict[str, Any]]:
    """The number as the timeline keeps it: a reopened problem loses its 销号编号, the record does not."""
    if column not in ON_RECORD:
        return []
    return [{"name": column, "label": ON_RECORD[column], "value": number, "words": number, "public": True}]
