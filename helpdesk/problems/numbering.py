"""Official numbers: 〔2026〕0001, per district and year, without gaps or doubles."""

from helpdesk.problems.queries import take_number

PREFIX = {"number": "", "closing_number": "销号"}


def next_number(column: str, *, district: str, year: int) -> str:
    """The next number of the series that fills ``column``; taken in the running transaction, given back if it fails."""
    return f"{PREFIX[column]}〔{year}〕{take_number(column, district=district, year=year):04d}"
