"""The `flask` commands of this house: the scheduler, single jobs, the rule book, the calendar."""

import logging
from datetime import datetime
from importlib import import_module
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from helpdesk import clock, scheduler

ROOT = Path(__file__).resolve().parent.parent
DRAWN = ROOT / "docs" / "lifecycle.md"


def init_app(app: Flask) -> None:
    """Make the commands known."""
    for command in (run_scheduler, run_job, lifecycle, search, import_ledger, export_list, *FEATURES):
        app.cli.add_command(command)


class Later(click.Group):
    """Commands of a feature, read only when somebody asks for them: web servers and schedulers never do."""

    def __init__(self, name: str, where: str, says: str) -> None:
        super().__init__(name)
        self.where, self.says = where, says

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return self._group().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One of them."""
        return self._group().get_command(ctx, cmd_name)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The line in the list of all commands."""
        return self.says

    def _group(self) -> click.Group:
        group: click.Group = getattr(import_module(self.where), self.name or "")
        return group


FEATURES = (
    Later("demo", "helpdesk.demo.cli", "Load the demo district, show its logins, make masses of problems."),
    Later("audit", "helpdesk.audit.cli", "Prove that nothing in the record was changed; export its head."),
    Later("policy", "helpdesk.policies.cli", "Prove the rules of time, try them on a past period, publish them."),
    Later("sample", "helpdesk.closing.cli", "Draw a sample again from what is on record."),
    Later("calendar", "helpdesk.calendars.cli", "Enter the notices of days off; count days."),
    Later("bulletin", "helpdesk.bulletins.cli", "Draft a bulletin; count an issued one again from the timeline."),
    Later("clocks", "helpdesk.problems.clocks_cli", "Explain due days; give running clocks the limits in force."),
)


# -- Jobs --------------------------------------------------------------------------------------------------------------


@click.command("scheduler")
@with_appcontext
def run_scheduler() -> None:
    """Run the recurring jobs until stopped; any number of these processes may run."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    scheduler.serve(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("job")
@click.argument("name")
@click.option("--now", "at", metavar="ISO", help="do as if it were this moment, e.g. 2026-10-12T09:00+08:00")
@with_appcontext
def run_job(name: str, at: str | None) -> None:
    """Run one recurring job once and print what it did."""
    job = next((each for each in scheduler.JOBS if each.name == name), None)
    if job is None:
        names = ", ".join(each.name for each in scheduler.JOBS)
        raise click.ClickException(f"there is no job {name!r}; there are: {names}")
    # A chosen moment is a rehearsal or a repair: it must not pass for a heartbeat of today.
    did = job.run(_moment(at)) if at else scheduler.run(job, clock.now())
    click.echo(f"{name}: {did}")


def _moment(words: str) -> datetime:
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        raise click.ClickException(f"{words!r} is not a moment; write it like 2026-10-12T09:00+08:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.calendar().zone)


# -- Finding -----------------------------------------------------------------------------------------------------------


@click.command("search")
@click.argument("words", nargs=-1)
@click.option("--refill", is_flag=True, help="make the index anew from the record first")
@with_appcontext
def search(words: tuple[str, ...], refill: bool) -> None:  # noqa: FBT001
    """Find problems, enterprises and visits that hold all of these WORDS, in any position."""
    from helpdesk.finding.cli import run

    run(words, refill=refill)


# -- Moving in ---------------------------------------------------------------------------------------------------------


@click.command("import")
@click.argument("kind")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--sheet", help="the sheet to read, where there are several")
@click.option("--dry-run", is_flag=True, help="check and show what would change, but change nothing")
@with_appcontext
def import_ledger(kind: str, file: str, sheet: str | None, dry_run: bool) -> None:  # noqa: FBT001
    """Import a ledger (enterprises, pairing, roster) from FILE, .xlsx or .csv: everything, or nothing."""
    from helpdesk.ledgers.cli import run

    run(kind, file, sheet=sheet, dry_run=dry_run)


# -- Taking out --------------------------------------------------------------------------------------------------------


@click.command("export")
@click.argument("listing")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--as", "login", metavar="LOGIN", help="as far as this person sees it; without it: the whole district")
@click.option("--form", help="other columns: practice, for the problems as offices keep them by hand")
@click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE", help="narrow it as its page does")
@click.option("--columns", default="", metavar="NAME.NAME", help="these columns alone, as in the address of its page")
@with_appcontext
def export_list(
    listing: str, file: str, login: str | None, form: str | None, filters: tuple[str, ...], columns: str
) -> None:
    """Write a LISTING (problems, overdue, enterprises, people ...) to FILE, .xlsx or .json; it goes into the export log."""
    from helpdesk.listings.cli import run

    run(listing, file, login=login, form=form, filters=filters, columns=columns)


# -- The rule book -----------------------------------------------------------------------------------------------------


@click.group()
def lifecycle() -> None:
    """The process as the tables describe it."""


@lifecycle.command()
def check() -> None:
    """Complain of what is wrong with the tables; exit code 1 when anything is."""
    from helpdesk.notices.rendering import TEMPLATES
    from workflows.book import PROCESSES
    from workflows.check import check_book
    from workflows.messages import MESSAGES

    names = {path.stem for path in (TEMPLATES / "notices").glob("*.txt") if not path.stem.startswith("_")}
    if complaints := check_book(PROCESSES.values(), MESSAGES, names):
        raise click.ClickException("\n".join(complaints))
    click.echo(f"{', '.join(PROCESSES)}: nothing to complain of")


@lifecycle.command()
@click.option("--check", "only_check", is_flag=True, help="write nothing; exit code 1 when the page is not fresh")
def draw(only_check: bool) -> None:  # noqa: FBT001
    """Draw docs/lifecycle.md anew from the tables."""
    from workflows.book import PROCESSES
    from workflows.draw import page

    drawn, name = page(*PROCESSES.values()), DRAWN.relative_to(ROOT)
    if not only_check:
        DRAWN.write_text(drawn, encoding="utf-8")
        click.echo(f"{name} written")
    elif not DRAWN.exists() or DRAWN.read_text(encoding="utf-8") != drawn:
        raise click.ClickException(f"{name} is not what the tables say; run `flask lifecycle draw`")
