"""The papers of the house are true: they name only what exists, and the drawn ones are what the tables say."""

import re
from pathlib import Path

import pytest

from workflows.book import PROCESSES
from workflows.draw import page

ROOT = Path(__file__).resolve().parents[2]
PAPERS = ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/architecture.md"]
NAMED = re.compile(
    r"(?:\]\(|`)((?:workflows|helpdesk|docs|tests|tools|migrations)/[\w./-]*|[\w.-]+\.(?:py|md|toml))(?:`|\))"
)


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_names_only_files_that_exist(paper: str) -> None:
    named = set(NAMED.findall((ROOT / paper).read_text(encoding="utf-8")))
    assert named, "the pattern finds nothing any more"
    assert [name for name in sorted(named) if not _exists(name)] == []


def _exists(name: str) -> bool:
    return (ROOT / name).exists() or any(ROOT.glob(f"helpdesk/*/{name}")) or (ROOT / "helpdesk" / name).exists()


def test_the_page_of_the_lifecycle_is_what_the_table_says() -> None:
    assert (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8") == page(*PROCESSES.values())


def test_every_python_file_opens_with_a_sentence_and_stays_small() -> None:
    files = [path for folder in ("workflows", "helpdesk") for path in (ROOT / folder).rglob("*.py")]
    silent = [str(path) for path in files if not path.read_text(encoding="utf-8").startswith('"""')]
    assert silent == []
    tables = {"problem.py"}  # the table is as long as the process
    long = {path.name: n for path in files if (n := len(path.read_text(encoding="utf-8").splitlines())) > 350}
    assert set(long) <= tables, long


def test_no_lock_says_where_packages_come_from() -> None:
    """Every office has its own mirror."""
    for lock in ("requirements.txt", "requirements-chat.txt", "requirements-dev.txt"):
        assert "://" not in (ROOT / lock).read_text(encoding="utf-8"), lock
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")
