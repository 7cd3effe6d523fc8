"""The decisions on record: numbered without gaps, and a reason for each library."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
RECORDS = sorted((ROOT / "docs" / "adr").glob("*.md"))


def test_records_are_numbered_without_gaps_and_say_so_in_their_heading() -> None:
    assert [int(path.name[:4]) for path in RECORDS] == list(range(1, len(RECORDS) + 1))
    for number, path in enumerate(RECORDS, start=1):
        assert path.read_text(encoding="utf-8").startswith(f"# {number}. ")


def test_every_record_says_whether_it_holds_and_from_which_situation_it_comes() -> None:
    for path in RECORDS:
        text = path.read_text(encoding="utf-8")
        assert "**Status**: " in text
        assert "**Situation.** " in text


def test_every_library_has_its_reason_and_no_other_is_named() -> None:
    record = next(path for path in RECORDS if "libraries" in path.name).read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in record.splitlines() if line.startswith("| ")][2:]
    named = [name.strip() for row in rows for name in row.split(",")]
    required = re.findall(r"^([\w-]+)", (ROOT / "requirements.in").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(named) == sorted(required)
