"""A sample of the demo: a tenth of what was closed last month is drawn; nobody has been called yet."""

from datetime import datetime, timedelta

from helpdesk.clock import calendar
from helpdesk.closing import commands
from helpdesk.org.queries import seating
from helpdesk.problems.actors import Actor
from workflows.engine import Missing
from workflows.roles import Role
from workflows.sampling import KINDS, Wanted

A_TENTH = Wanted(share=10)
SEED = 20260901
CLOSED = next(iter(KINDS))


def draw_last_month(now: datetime) -> None:
    """Drawn now by the supervision office; nothing where nothing was closed."""
    today = calendar().day_of(now)
    last = today.replace(day=1) - timedelta(days=1)
    holder = seating(today).holders(Role.SUPERVISOR, None)[0]
    by = Actor(holder.person_id, holder.name)
    try:
        commands.draw(CLOSED, last.replace(day=1), last, A_TENTH, seed=SEED, by=by, now=now)
    except Missing:
        return
