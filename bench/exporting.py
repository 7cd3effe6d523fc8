"""Every problem as a workbook, in a process of its own: seconds and memory, beside the same lines as plain text."""

import csv
import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.inside import application
from bench.measuring import seconds
from bench.servers import ROOT


@dataclass(frozen=True)
class Exported:
    """What it took, in seconds; ``plain``: the same SELECT written as CSV; ``peak``: memory in MB."""

    rows: int
    workbook: float
    plain: float
    peak: float

    @property
    def ratio(self) -> float:
        """How many times the plain text the workbook takes."""
        return self.workbook / self.plain


def exported(url: str) -> Exported:
    """Measured in another process, whose memory holds nothing else."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.exporting", url], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return Exported(**json.loads(done.stdout.splitlines()[-1]))


def _measure(url: str) -> Exported:
    from helpdesk import clock
    from helpdesk.db import db
    from helpdesk.figures.scope import district
    from helpdesk.listings import exporting, sheets, showing
    from helpdesk.listings.catalogue import PROBLEMS
    from helpdesk.listings.choosing import choose
    from helpdesk.listings.words import Reading

    app, rows = application(url), list[int]()
    with app.app_context(), tempfile.TemporaryDirectory() as folder:
        reading = Reading(district(clock.now()))
        chosen = choose(PROBLEMS, {"phase": "all"}, reading)
        about = exporting.about_of(PROBLEMS, chosen, reading, "bench")

        def lines() -> Any:
            return showing.everything(PROBLEMS, chosen, reading)

        def plain() -> None:
            with (Path(folder) / "plain.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(lines())

        def workbook() -> None:
            with (Path(folder) / "book.xlsx").open("wb") as file:
                rows.append(sheets.write_workbook(file, PROBLEMS, lines(), reading, about))

        plain_took, workbook_took = seconds(plain), seconds(workbook)
        db.session.remove()
        db.engine.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Exported(rows[0], workbook_took, plain_took, peak)


if __name__ == "__main__":
    print(json.dumps(_measure(sys.argv[1]).__dict__))
