"""``flask sample``: draw a sample once more from what is on record."""

import click
from flask.cli import with_appcontext

from helpdesk.closing import commands, sample_queries
from helpdesk.errors import NotFoundError


@click.group()
def sample() -> None:
    """Samples of what was closed or withdrawn."""


@sample.command()
@click.argument("number", type=int)
@with_appcontext
def redraw(number: int) -> None:
    """Draw sample NUMBER again by its seed and frame; exit code 1 when other problems come out than are on record."""
    try:
        found = sample_queries.get_sample(number)
    except NotFoundError as error:
        raise click.ClickException(f"there is no sample {number}") from error
    again, kept = commands.redrawn(found), {item.problem_id for item in sample_queries.items_of(number)}
    about = f"sample {number}: {len(found.frame)} in the frame, seed {found.seed}, {len(kept)} drawn"
    if set(again) != kept:
        other = sorted(set(again) ^ kept)
        raise click.ClickException(f"{about}; drawn again it differs: problems {', '.join(map(str, other))}")
    click.echo(f"{about}; drawn again it is the same")
