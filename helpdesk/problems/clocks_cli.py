"""The `flask clocks` commands: why a due day is what it is, and running clocks under new limits."""

import json
import re

import click
from flask.cli import with_appcontext

from helpdesk import clock
from helpdesk.db import db
from helpdesk.problems import queries, why_words
from helpdesk.problems.clock_views import basis_of
from helpdesk.problems.explaining import Why, why
from helpdesk.problems.models import Problem
from helpdesk.problems.why_json import as_json
from helpdesk.security import LARGEST_KEY
from workflows.book import CLOCKS

NUMBER = re.compile(r"[〔\[（(【]?\s*(\d{4})\s*[〕\])）】]?\s*[-—号]*\s*(\d{1,6})\s*号?")
"""An official number: 〔2026〕0001, [2026]1, 2026-0001, 20260001."""


@click.group()
def clocks() -> None:
    """Due days explained; running clocks under new limits."""


@clocks.command("why")
@click.argument("problem")
@click.option("--clock", "name", metavar="NAME", help="only this clock, running or not: handle, respond, …")
@click.option("--json", "as_data", is_flag=True, help="print JSON")
@with_appcontext
def why_command(problem: str, name: str | None, as_data: bool) -> None:  # noqa: FBT001
    """Count out every running clock of PROBLEM, an official number such as 〔2026〕0001 or a key."""
    found = _problem(problem)
    explained = _explained(found, name)
    if as_data:
        plain = {"problem": found.number or found.id, "clocks": [as_json(each) for each in explained]}
        click.echo(json.dumps(plain, ensure_ascii=False, indent=1, default=lambda day: day.isoformat()))
    elif not explained:
        click.echo(f"{found.number or found.id}：没有正在计时的环节")
    else:
        click.echo("\n\n".join(_told(each) for each in explained))


def _problem(words: str) -> Problem:
    """By its official number; by its key where it is nothing but one."""
    match = NUMBER.fullmatch(words.strip())
    found = queries.find_by_number(f"〔{match[1]}〕{int(match[2]):04}") if match else None
    if found is None and words.isascii() and words.isdecimal() and int(words) <= LARGEST_KEY:
        found = db.session.get(Problem, int(words))
    if found is None:
        raise click.ClickException(
            f"there is no problem {words!r}; write its number like 〔2026〕0001 or 2026-1, or its key"
        )
    return found


def _explained(problem: Problem, name: str | None) -> list[Why]:
    rows = queries.clocks_of(problem.id)
    if name and name not in {row.name for row in rows}:
        known = ", ".join(dict.fromkeys(row.name for row in rows)) or "none"
        raise click.ClickException(f"this problem never had a clock {name!r}; it had: {known}")
    wanted = [row for row in rows if row.name == name] if name else [row for row in rows if row.stopped_at is None]
    return [why(problem, row, basis_of(row), clock.now()) for row in wanted]


def _told(each: Why) -> str:
    told: list[str] = [f"{each.problem.number or each.problem.id} {each.clock.label}", "".join(why_words.speech(each))]
    told += [f"  {line}" for line in why_words.day_lines(each)]
    told += [f"  接下来：{why_words.ahead_words(ahead, each.today)}" for ahead in each.ahead]
    return "\n".join(told)


@clocks.command()
@click.option("--clock", "names", multiple=True, metavar="NAME", help="only clocks of this name; may be repeated")
@click.option("--dry-run", is_flag=True, help="change nothing, print what would move")
@with_appcontext
def retime(names: tuple[str, ...], dry_run: bool) -> None:  # noqa: FBT001
    """Give running clocks the limits in force, from their own start; on record, and each person hears once."""
    from helpdesk.policies import commands  # the policies lie above

    moves = commands.retime(by=None, now=clock.now(), names=_known(names), dry_run=dry_run)
    for move in moves:
        click.echo(f"{move.number}\t{move.label}\t{move.before} -> {move.after}\t{move.group}")
    click.echo(f"{len(moves)} clocks {'would move' if dry_run else 'moved'}")


def _known(names: tuple[str, ...]) -> tuple[str, ...] | None:
    if unknown := [name for name in names if name not in CLOCKS]:
        raise click.ClickException(f"there is no clock {unknown[0]!r}; there are: {', '.join(CLOCKS)}")
    return names or None
