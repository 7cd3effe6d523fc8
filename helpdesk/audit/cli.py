"""`flask audit`: prove the record, and take its head out of the house."""

from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from helpdesk import clock
from helpdesk.audit import commands
from helpdesk.audit.heads import Head, NoHeadError, head_of_today, read_heads
from helpdesk.audit.verifying import verify

audit = AppGroup("audit", help="Prove that nothing in the record was changed, and export what proves it from outside.")


@audit.command("verify")
@click.option("--since", metavar="DATE", help="only what came under a seal since then, e.g. 2026-10-01")
@click.option(
    "--against", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="a file of exported heads"
)
@click.option("--quiet", is_flag=True, help="no progress")
def verify_command(since: str | None, against: Path | None, quiet: bool) -> None:  # noqa: FBT001
    """Prove the whole record, or name the first broken link; exit code 0 when it holds, 1 when it does not."""
    heads = _heads_in(against) if against else []
    last = [""]

    def tell(table: str, done: int, total: int) -> None:
        if not quiet and (table != last[0] or done == total or done % 50_000 == 0):
            click.echo(f"{table}: {done} of {total}", err=True)
        last[0] = table

    found = verify(clock.now(), since=_moment(since) if since else None, against=heads, tell=tell)
    looked_at = f"{found.rows} rows, {found.seals} seals"
    if found.broken is None:
        click.echo(f"the record holds: {looked_at}" + (f", {len(heads)} exported heads" if heads else ""))
        return
    click.echo(f"BROKEN: {found.broken}")
    click.echo(f"  {found.broken.wrong.name.lower()}: {found.broken.wrong}")
    if found.broken.at:
        click.echo(f"  at: {clock.local(found.broken.at):%Y-%m-%d %H:%M:%S}")
    raise SystemExit(1)


@audit.command("seal")
def seal_command() -> None:
    """Put everything that is new under a seal now, as the scheduler does every few minutes."""
    click.echo(commands.seal(clock.now()))


@audit.command("heads")
@click.option("--file", "path", type=click.Path(dir_okay=False, path_type=Path), help="append it to this file")
def heads_command(path: Path | None) -> None:
    """Export the head of the seals: keep it where nobody who keeps this database can change it."""
    head = head_of_today(current_app.config["DISTRICT"])
    if head is None:
        raise click.ClickException("nothing has been sealed yet; `flask audit seal` does it")
    click.echo(head.line())
    if path:
        with path.open("a", encoding="utf-8") as file:
            file.write(head.line() + "\n")


def _heads_in(path: Path) -> list[Head]:
    try:
        return read_heads(path.read_text(encoding="utf-8"))
    except (NoHeadError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path}: {error}") from error


def _moment(words: str) -> datetime:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        raise click.ClickException(f"{words!r} is not a day; write it like 2026-10-01") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.calendar().zone)
