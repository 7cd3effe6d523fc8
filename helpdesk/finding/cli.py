"""`flask search`: what the page of 搜索 finds for somebody who sees the whole district."""

import click

from helpdesk import clock
from helpdesk.db import begin_writing, db
from helpdesk.figures.scope import district
from helpdesk.finding.ranking import as_lines, find
from helpdesk.indexing.commands import forget
from helpdesk.problems.indexed import PROBLEM_KIND, fill


def run(words: tuple[str, ...], *, refill: bool) -> None:
    """Find problems and enterprises that hold all of these WORDS, in any position."""
    if refill:
        begin_writing()
        forget(PROBLEM_KIND)
        click.echo(f"{fill(db.session.connection())} problems in the index")
        db.session.commit()
    if not words:
        if not refill:
            raise click.UsageError("say what to look for")
        return
    found = find(district(clock.now()), " ".join(words))
    for line in as_lines(found):
        click.echo(line)
    more = " or more" if found.more else ""
    click.echo(f"{found.total}{more} problems, {len(found.enterprises)} enterprises")
