"""Both runs of a scenario at once, each in a process and a database of its own."""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulate.comparing import Comparison, compare
from simulate.scenario import Scenario

ROOT = Path(__file__).resolve().parent.parent
OWN_SETTINGS = ("PRODUCTION", "DEMO", "DATABASE_URL", "DISTRICT", "TIMEZONE", "MAIL_SERVER", "SITE_URL", "PORT")


@dataclass(frozen=True)
class Outcome:
    """What came of both runs, and of their comparison."""

    scenario: Scenario
    reference: dict[str, Any]
    faulty: dict[str, Any]
    comparison: Comparison
    seconds: float


def simulate(scenario: Scenario, urls: tuple[str, str], *, talk: bool = False) -> Outcome:
    """Live it without and with faults on two empty, migrated PostgreSQL databases. RuntimeError when a run breaks."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="helpdesk-simulate-") as folder:
        runs = [_begin(scenario, url, Path(folder), faulty=bool(n), talk=talk) for n, url in enumerate(urls)]
        try:
            reference, faulty = (_end(scenario, *each) for each in runs)
        finally:
            for process, _ in runs:
                _stop(process)
    return Outcome(
        scenario, reference, faulty, compare(scenario, reference, faulty), seconds=time.monotonic() - began
    )


Run = tuple[subprocess.Popen[bytes], Path]


def _begin(scenario: Scenario, url: str, folder: Path, *, faulty: bool, talk: bool) -> Run:
    into, log = folder / f"{faulty}.pickle", folder / f"{faulty}.log"
    order = pickle.dumps({"scenario": scenario, "url": url, "faulty": faulty, "talk": talk, "into": str(into)})
    environ = {name: value for name, value in os.environ.items() if name not in OWN_SETTINGS}
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "simulate.one_run"],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=None if talk else file,
            stderr=None if talk else subprocess.STDOUT,
            start_new_session=True,
        )
    assert process.stdin is not None
    process.stdin.write(order)
    process.stdin.close()
    return process, into


def _stop(process: subprocess.Popen[bytes]) -> None:
    """With all its children, should one run have broken while the other goes on."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _end(scenario: Scenario, process: subprocess.Popen[bytes], into: Path) -> dict[str, Any]:
    if process.wait():
        log = into.with_suffix(".log").read_text(errors="replace")
        raise RuntimeError(f"the run of seed {scenario.seed} broke:\n{log[-5000:]}")
    results: dict[str, Any] = pickle.loads(into.read_bytes())
    return results
