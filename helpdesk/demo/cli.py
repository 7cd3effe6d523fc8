"""`flask demo`: load the demo district, say who may sign in, fill in masses of problems for measuring."""

import time
import unicodedata

import click
from flask import current_app
from flask.cli import AppGroup

from helpdesk import clock
from helpdesk.db import db
from helpdesk.demo import bulk, district
from helpdesk.demo.loading import load
from helpdesk.demo.people import LOGINS
from helpdesk.demo.problems import records
from helpdesk.org.models import Person

demo = AppGroup("demo", help="A district of invented people and enterprises with real problems, to try the system on.")


@demo.command("load")
def load_command() -> None:
    """Fill an empty database; does nothing when there is any data."""
    _refuse_in_production()
    if not district.is_empty():
        click.echo("demo: there is data already, nothing was changed")
        return
    started = time.monotonic()
    load(records(), clock.now(), lambda words: click.echo(f"demo: {words}"))
    click.echo(f"demo: loaded in {time.monotonic() - started:.0f} s")


@demo.command("logins")
def logins_command() -> None:
    """Who may sign in to the demo, and what he does."""
    rows = [(each.role, person.name, person.username, each.does) for each in LOGINS if (person := _find(each.username))]
    if not rows:
        raise click.ClickException("this database does not hold the demo; fill it with `flask demo load`")
    for row in (("角色", "姓名", "用户名", "做什么"), *rows):
        click.echo("  ".join(_padded(cell, width) for cell, width in zip(row, (12, 8, 14, 0), strict=True)).rstrip())
    click.echo(f"\n密码（所有人相同）：{district.PASSWORD}")


@demo.command("bulk")
@click.argument("count", metavar="N", type=click.IntRange(1, 1_000_000))
def bulk_command(count: int) -> None:
    """Add N problems for measuring: the demo's own, many times over, spread over two years."""
    _refuse_in_production()
    now = clock.now()
    if district.is_empty():
        load(records(), now, lambda words: click.echo(f"demo: {words}"))
    started = time.monotonic()
    bulk.fill(count, lambda words: click.echo(f"bulk: {words}"))
    click.echo(f"bulk: {count} problems in {time.monotonic() - started:.0f} s")


def _refuse_in_production() -> None:
    if current_app.config["PRODUCTION"]:
        raise click.ClickException(
            "PRODUCTION is set: the demo gives everybody the same password, it is for trying only"
        )


def _find(username: str) -> Person | None:
    return db.session.query(Person).filter_by(username=username).one_or_none()


def _padded(cell: str, width: int) -> str:
    """Filled up with blanks to a width in columns; Chinese characters take two."""
    taken = sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in cell)
    return cell + " " * (width - taken)
