"""Both runs of a scenario at once, each in a process and a database of its own."""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
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


def simulate(scenario: Scenario, without: str, with_faults: Sequence[str], *, talk: bool = False) -> list[Outcome]:
    """Live it once without faults and, at the same time, with other faults on each of the other databases.

    All of them PostgreSQL, migrated and empty. RuntimeError when a run breaks.
    """
    began = time.monotonic()
    fated = [replace(scenario, fault_seed=number) for number in range(len(with_faults))]
    with tempfile.TemporaryDirectory(prefix="helpdesk-simulate-") as folder:
        runs = [_begin(scenario, without, Path(folder, "reference"), faulty=False, talk=talk)]
        runs += [
            _begin(each, url, Path(folder, f"faulty{each.fault_seed}"), faulty=True, talk=talk)
            for each, url in zip(fated, with_faults, strict=True)
        ]
        try:
            reference, *faulty = (_end(scenario, *each) for each in runs)
        finally:
            for process, _ in runs:
                _stop(process)
    lasted = time.monotonic() - began
    return [
        Outcome(each, reference, results, compare(each, reference, results), lasted)
        for each, results in zip(fated, faulty, strict=True)
    ]


Run = tuple[subprocess.Popen[bytes], Path]


def _begin(scenario: Scenario, url: str, into: Path, *, faulty: bool, talk: bool) -> Run:
    log = into.with_suffix(".log")
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
