"""`flask search`: what the page of 搜索 finds for somebody who sees the whole district."""

import click

from helpdesk import clock
from helpdesk.figures.scope import district
from helpdesk.finding.commands import refill as refill_index
from helpdesk.finding.ranking import as_lines, find


def run(words: tuple[str, ...], *, refill: bool) -> None:
    """Find problems, enterprises and visits that hold all of these WORDS, in any position."""
    if refill:
        problems, visits = refill_index()
        click.echo(f"{problems} problems and {visits} visits in the index")
    if not words:
        if not refill:
            raise click.UsageError("say what to look for")
        return
    found = find(district(clock.now()), " ".join(words))
    for line in as_lines(found):
        click.echo(line)
    click.echo(
        f"{_many(found.total, found.more)} problems, {len(found.enterprises)} enterprises, "
        f"{_many(found.visits_total, found.more_visits)} visits"
    )


def _many(total: int, more: bool) -> str:  # noqa: FBT001
    return f"{total} or more" if more else f"{total}"
