"""`flask search`: what the page of 搜索 finds for somebody who sees the whole district."""

import click

from helpdesk import clock
from helpdesk.figures.scope import district
from helpdesk.finding.commands import refill as refill_index
from helpdesk.finding.ranking import as_lines, find


def run(words: tuple[str, ...], *, refill: bool) -> None:
    """Find problems and enterprises that hold all of these WORDS, in any position."""
    if refill:
        click.echo(f"{refill_index()} problems in the index")
    if not words:
        if not refill:
            raise click.UsageError("say what to look for")
        return
    found = find(district(clock.now()), " ".join(words))
    for line in as_lines(found):
        click.echo(line)
    more = " or more" if found.more else ""
    click.echo(f"{found.total}{more} problems, {len(found.enterprises)} enterprises")
