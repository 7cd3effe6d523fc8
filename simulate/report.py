"""What a simulation says: on the screen, and as a section of docs/reliability.md."""

from collections.abc import Iterator
from pathlib import Path

from simulate.running import Outcome

HEADING = "## A simulated year"
TITLE = "# Reliability\n"
SHOWN = 20


def figures(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """The figures with their names."""
    scenario, faulty, compared = outcome.scenario, outcome.faulty, outcome.comparison
    counts, kills, places = faulty["counts"], faulty["kills"], faulty["places"]
    ledger = faulty["ledger"]
    yield "working days", str(scenario.working_days)
    yield "people", str(scenario.people)
    yield "problems", f"{sum(ledger.sections['problems'].values()):,}"
    yield "acts", f"{counts['done']:,}"
    yield "acts clicked twice at once, in two processes", f"{counts['clicked twice']:,}"
    yield (
        "clocks moved by the calendar notice, re-timed by the new version",
        f"{counts['moved clocks']:,}, {counts['re-timed clocks']:,}",
    )
    yield "sweeps, by two schedulers at once", f"{counts['sweeps']:,}"
    yield "killed processes", f"{kills.total():,}: {_each(kills)}"
    yield "where they died", _each(places)
    yield "runs of the post that the mail server let down", f"{counts['mail server trouble']:,}"
    yield "milestones struck", f"{len(ledger.lapsed):,}"
    yield "of these escalations, each at its true day", f"{ledger.escalations:,}"
    yield "reminders that lapsed in the standstill", f"{compared.lapsed_reminders:,}"
    yield "notices (who was told what)", f"{compared.notices:,}"
    yield "of these dropped because mail came back too late for them", f"{compared.dropped_later:,}"
    yield "mails the server took", f"{faulty['mails'].total():,}"
    yield "of these the same mail again, after a death between its OK and our note", f"{compared.repeated_mails:,}"
    yield "of these sent again in another digest, for the same reason", f"{compared.reworded_mails:,}"
    yield "differences between the ledgers", f"{len(compared.wrong):,}"


def _each(counted: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counted.items()))


def words(outcome: Outcome) -> str:
    """For the screen: figures, then what is wrong."""
    lines = [
        f"seed {outcome.scenario.seed}, {outcome.seconds:.0f} s",
        *(f"{name}: {value}" for name, value in figures(outcome)),
    ]
    return "\n".join([*lines, *outcome.comparison.wrong[:SHOWN]])


def section(outcome: Outcome, day: str) -> str:
    """The section of the document."""
    rows = "\n".join(f"| {name} | {value} |" for name, value in figures(outcome))
    scenario = outcome.scenario
    first, last = scenario.standstill
    outages = "; ".join(f"{each.mood} {each.from_on} to {each.until_on}" for each in scenario.outages)
    return f"""{HEADING}

Written by `make simulate` on {day} (seed {scenario.seed}, {outcome.seconds / 60:.0f} minutes). The same days are lived twice on
PostgreSQL, through the real commands: people do what the tables offer them, by dice that fall alike in both runs. One run has a
single scheduler and no faults. The other has two schedulers at once, processes that are killed (SIGKILL) at any statement, commit or
mail and begin again, a mail server that fails ({outages}), and a standstill
from {first} to {last} in which nothing sweeps and nothing is mailed (nobody acts then in either run). At the end both ledgers are
compared by natural keys: problems, timelines with their moments, clocks with due days and late flags, their steps, requests and
tasks, links, strikes with their true days, and who was told what.

| | |
|---|--:|
{rows}
"""


def write(document: Path, text: str) -> None:
    """Put the section into the document, in place of the one that is there."""
    there = document.read_text(encoding="utf-8") if document.exists() else TITLE
    before, found, rest = there.partition(HEADING)
    after = rest.partition("\n## ")
    kept = f"\n## {after[2]}" if found and after[1] else ""
    document.write_text(f"{before.rstrip()}\n\n{text}{kept}", encoding="utf-8")
