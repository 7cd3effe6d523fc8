"""A bulletin of the demo: last month's, issued by the leading group's chief, signed by half of the units."""

from datetime import datetime, timedelta

from helpdesk.bulletins import commands
from helpdesk.bulletins.periods import Span, containing
from helpdesk.clock import calendar
from helpdesk.org.queries import seating
from helpdesk.org.roles import Seating
from helpdesk.proceedings.commands import Actor
from helpdesk.proceedings.queries import children_of
from helpdesk.proceedings.standing import named_people
from workflows.bulletin import BULLETIN
from workflows.engine import NotNow
from workflows.roles import Role

REMARKS = ("已组织学习，逐件整改。", "", "数据属实，本周内办结逾期问题。")


def issue_last_month(now: datetime) -> None:
    """Drafted, reviewed and issued now; nothing where there is nothing to tell of."""
    today = calendar().day_of(now)
    seats = seating(today)
    writer, chief = _holder(Role.SUPERVISOR, seats), _holder(Role.CHIEF, seats)
    this_month = containing(Span.MONTH, today)
    try:
        key = commands.draft(this_month.previous, group_id=None, by=writer, now=now).proceeding_id
    except NotNow:
        return
    submit = next(each.name for each in BULLETIN.actions if each.moves[0].dest == "bulletin_reviewing")
    issue = next(action.name for action in BULLETIN.actions if action.numbers)
    commands.act(key, submit, by=writer, given={}, now=now)
    commands.act(key, issue, by=chief, given={}, now=now)
    _sign_half(key, seats, now)


def _sign_half(key: int, seats: Seating, now: datetime) -> None:
    for n, receipt in enumerate(children_of(key)):
        signing = named_people(receipt.unit_id, None, seats)[Role.ADDRESSEE]
        found = next((each for each in seats.sitters if each.person_id in signing), None)
        if n % 2 == 0 and found is not None:
            by, given = Actor(found.person_id, found.name), {"remark": REMARKS[n % len(REMARKS)]}
            commands.acknowledge(receipt.id, by=by, given=given, now=now + timedelta(seconds=n))


def _holder(role: Role, seats: Seating) -> Actor:
    found = seats.holders(role, None)[0]
    return Actor(found.person_id, found.name)
