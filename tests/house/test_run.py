"""`make run`: what it does by itself, without starting the whole house."""

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """tools/run.py with its logs in a folder of the test's own."""
    where = Path(__file__).parents[2] / "tools" / "run.py"
    spec = importlib.util.spec_from_file_location("run", where)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "LOGS", tmp_path / "log")
    return module


def test_a_new_start_keeps_the_log_of_the_last_and_says_when_it_began(run: ModuleType, tmp_path: Path) -> None:
    for words in ("the reason of the crash", "well again"):
        run.start("web", [sys.executable, "-c", f"print({words!r})"]).wait()
    log = (tmp_path / "log" / "web.log").read_text()
    started = r"==== started \d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\n"
    assert re.fullmatch(f"{started}the reason of the crash\n{started}well again\n", log)
