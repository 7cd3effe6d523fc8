"""What a simulation says: on the screen, and as a section of docs/reliability.md."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from simulate.running import Outcome
from workflows.book import ACTIONS

HEADING = "## A simulated year"
TITLE = "# Reliability\n"
SHOWN = 20


def figures(outcome: Outcome) -> Iterator[tuple[str, str]]:
    """The figures with their names."""
    scenario, faulty, compared = outcome.scenario, outcome.faulty, outcome.comparison
    counts, kills, places = faulty["counts"], faulty["kills"], faulty["places"]
    ledger = faulty["ledger"]
    taken = Counter(line[2] for line in ledger.sections["timeline"].elements() if line[2] in ACTIONS)
    yield "working days", str(scenario.working_days)
    yield "people", str(scenario.people)
    yield "problems", f"{sum(ledger.sections['problems'].values()):,}"
    yield "acts", f"{sum(taken.values()):,}"
    yield "different actions of the tables among them", f"{len(taken)} of {len(ACTIONS)}{_never(taken)}"
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


def _never(taken: Counter[str]) -> str:
    never = ", ".join(sorted(ACTIONS.keys() - taken.keys()))
    return f" (not: {never})" if never else ""


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

Written by `make simulate` on {day} (seed {scenario.seed}, {outcome.seconds / 60:.0f} minutes);
`make test` lives a month of it with two fates.
The same days are lived twice on PostgreSQL, through the real commands: {scenario.people} people do what the tables offer them and answer
what these ask, by dice that fall alike in both runs; some are away and have substitutes. On {scenario.declared_on} a calendar notice
declares {len(scenario.closed)} working days off, on {scenario.amended_on} another version of the rules is published that holds from
{scenario.amended_from}, on {scenario.retimed_on} running clocks are re-timed by it.

* **Without faults**: one scheduler.
* **With faults**: two schedulers at once; processes kill themselves (SIGKILL) before a statement, before or after a commit, or
  behind the mail server's OK, wherever their fuse ends, and begin again; people click twice; the mail server fails
  ({outages});
  from {first} to {last} nothing sweeps and nothing is mailed. On those days nobody acts in either run.

At the end both ledgers are compared by natural keys: problems and their numbers, timelines with their moments, clocks with due
days, late flags and used time, what happened to them, requests and tasks, links, strikes with their true days, and who was told
what. Only reminders of the standstill may be missing; mails may leave later, or be dropped because things were done meanwhile.
Every mail that is noted as sent is at the mail server, and no more came twice than the server had taken when the process that
sent them died before it noted them.

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
