"""The `flask calendar` commands: a notice takes effect, a due day is counted out."""

import json
import re
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy.exc import SQLAlchemyError

from helpdesk import clock
from helpdesk.calendars import commands
from helpdesk.calendars.proposals import Proposal, consequence, decoded, entered_before, proposal_of, understand
from helpdesk.db import db
from helpdesk.errors import StaleError
from helpdesk.problems.moves import Move
from workflows.accounts import BY_THE_HOUR, CountError, History, account
from workflows.arrangement import Reading
from workflows.calendar import BEIJING, Calendar, EmptyCalendarError
from workflows.engine import Refused
from workflows.telling_days import lines_of, plain, sentence_of
from workflows.terms import Limit, Unit

MOST_BYTES = 1_000_000


@click.group()
def calendar() -> None:
    """Declared days and counting days."""


# -- A notice ----------------------------------------------------------------------------------------------------------


@calendar.command("import")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--year", type=click.IntRange(1990, 2100), help="the year it arranges, where it does not say so")
@click.option("--dry-run", is_flag=True, help="change nothing, print what was understood and which clocks would move")
@click.option("--accept-doubts", is_flag=True, help="take effect although not everything was understood")
@click.option("--json", "as_json", is_flag=True, help="print JSON")
@with_appcontext
def import_(file: str, year: int | None, dry_run: bool, accept_doubts: bool, as_json: bool) -> None:  # noqa: FBT001
    """Enter a notice of the State Council: its text as published, or CSV or JSON; - reads what is piped in.

    Every day is printed as off or working, with its name. What is wrong or not understood is complained of on stderr;
    a notice that contradicts itself changes nothing and ends with exit code 1.
    """
    text, now = _text(file), clock.now()
    reading = understand(text, year=year, today=clock.calendar().day_of(now))
    for complaint in reading.complaints:
        click.echo(f"{complaint.severity}: {complaint}", err=True)
    refused = bool(reading.errors) or bool(reading.doubts and not (dry_run or accept_doubts))
    proposal = proposal_of(reading, text) if reading.days else None
    moves = _moves(proposal, now, dry_run=dry_run) if proposal and not refused else []
    click.echo(_as_json(reading, moves, dry_run=dry_run) if as_json else _as_lines(reading, moves, dry_run=dry_run))
    if reading.doubts and not reading.errors and refused:
        click.echo("nothing was changed: look at the doubts, then use --accept-doubts", err=True)
    if refused:
        sys.exit(1)


def _text(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1) if file == "-" else Path(file).read_bytes()[: MOST_BYTES + 1]
    except OSError as error:
        raise click.ClickException(f"cannot read {file}: {error.strerror}") from error
    if len(raw) > MOST_BYTES:
        raise click.ClickException(f"{file} is too large for a notice")
    return decoded(raw)


def _moves(proposal: Proposal, now: datetime, *, dry_run: bool) -> list[Move]:
    try:
        if entered_before(proposal):
            click.echo(commands.ENTERED, err=True)
            return []
        if dry_run:
            return list(consequence(proposal, now=now).moves)
        return list(commands.publish(proposal, revision=None, by=None, now=now).moves)
    except (Refused, StaleError) as refused:
        raise click.ClickException(refused.message) from refused


def _as_lines(reading: Reading, moves: Iterable[Move], *, dry_run: bool) -> str:
    moves = list(moves)
    told = [f"{each.on.isoformat()} {'working' if each.working else 'off'} {each.name}" for each in reading.days]
    told += [
        f"{move.number} {move.name} {move.before.isoformat()} -> {move.after.isoformat()} {move.group}"
        for move in moves
    ]
    if not reading.errors:
        told.append(f"{len(moves)} clocks {'would move' if dry_run else 'moved'}")
    return "\n".join(told)


def _as_json(reading: Reading, moves: Iterable[Move], *, dry_run: bool) -> str:
    return _dumped(
        {
            "year": reading.year,
            "title": reading.title,
            "number": reading.number,
            "published_on": reading.published_on,
            "whole_year": reading.covers_year,
            "dry_run": dry_run,
            "days": [{"date": each.on, "working": each.working, "name": each.name} for each in reading.days],
            "complaints": [
                {"severity": each.severity.value, "message": each.message, "sentence": each.sentence}
                for each in reading.complaints
            ],
            "moves": [
                {"problem": move.number, "clock": move.name, "group": move.group, "from": move.before, "to": move.after}
                for move in moves
            ],
        }
    )


def _dumped(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, default=lambda day: day.isoformat())


# -- A due day ---------------------------------------------------------------------------------------------------------


@calendar.command()
@click.argument("start")
@click.argument("amount", metavar="N", type=click.IntRange(0, 3660))
@click.option(
    "--unit",
    type=click.Choice([unit.value for unit in Unit]),
    default=Unit.WORKING_DAYS.value,
    show_default=True,
)
@click.option("--json", "as_json", is_flag=True, help="print JSON")
@with_appcontext
def due(start: str, amount: int, unit: str, as_json: bool) -> None:  # noqa: FBT001
    """The due day, N days after START (YYYY-MM-DD), which is day 0; then how it was counted.

    Hours are counted from a moment: 2026-09-01T10:00, in local time unless it says otherwise.
    """
    known, limit = _known(), Limit(amount, Unit(unit))
    began = _moment(start, limit.unit)
    try:
        found = account(History(began, limit), known)
    except (CountError, EmptyCalendarError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(_dumped(plain(found, known)))
        return
    on = found.due.on.isoformat() if limit.unit not in BY_THE_HOUR else f"{clock.local(found.due.at):%Y-%m-%dT%H:%M}"
    click.echo(f"{on} provisional" if found.due.provisional else on)
    for line in (*lines_of(found, known), sentence_of(found, known)):
        click.echo(line)


def _known() -> Calendar:
    """The calendar in force; days can also be counted before there is a database."""
    try:
        return clock.calendar()
    except SQLAlchemyError as error:
        db.session.rollback()
        click.echo(f"the database does not answer ({type(error).__name__}): counting as published", err=True)
        return clock.published_calendar()


def _moment(written: str, unit: Unit) -> datetime:
    only_day = re.fullmatch(r"\d{4}-\d{2}-\d{2}", written)
    if only_day and unit in BY_THE_HOUR:
        raise click.UsageError(f"hours are counted from a moment: write it like {written}T09:00")
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise click.UsageError(f"{written!r} is not a day; write it like 2026-09-01 or 2026-09-01T10:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
