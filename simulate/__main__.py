"""`python -m simulate`: lives a year twice, with and without faults, compares the ledgers, writes docs/reliability.md."""

import argparse
import sys
from datetime import date

from simulate import report, scenario
from simulate.running import ROOT, simulate
from tests import databases

DOCUMENT = ROOT / "docs" / "reliability.md"
SCENARIOS = {"year": scenario.year, "month": scenario.month}


def main() -> None:
    """Simulate, print, write the document when it was the year; fails when the ledgers differ."""
    wish = _wish()
    databases.open_run()
    try:
        with databases.fresh("postgresql") as without, databases.fresh("postgresql") as with_faults:
            (outcome,) = simulate(SCENARIOS[wish.scenario](wish.seed), without, [with_faults], talk=True)
    finally:
        databases.close_run()
    print(report.words(outcome))
    if wish.write and wish.scenario == "year":
        report.write(DOCUMENT, report.section(outcome, f"{date.today():%Y-%m-%d}"))
        print(f"written to {DOCUMENT.relative_to(ROOT)}", file=sys.stderr)
    sys.exit(bool(outcome.comparison.wrong))


def _wish() -> argparse.Namespace:
    wish = argparse.ArgumentParser(prog="python -m simulate", description=__doc__)
    wish.add_argument("--scenario", choices=SCENARIOS, default="year")
    wish.add_argument("--seed", type=int, default=13710)
    wish.add_argument("--no-write", dest="write", action="store_false", help="leave docs/reliability.md alone")
    return wish.parse_args()


if __name__ == "__main__":
    main()
