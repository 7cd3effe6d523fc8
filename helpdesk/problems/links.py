"""The enterprise contact's links: one for following the whole way, one for each round's evaluation."""

from datetime import datetime, timedelta

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.problems import queries
from helpdesk.problems.models import Link, Problem
from workflows.guards import REOPEN_DAYS
from workflows.problem import PROBLEM
from workflows.terms import Action, Phase

EVALUATION_DAYS = 30
"""An evaluation link is good for so many natural days; the round usually ends long before."""

FOLLOWING = "progress"
VALID, USED, EXPIRED = "valid", "used", "expired"


def link_for(problem: Problem, purpose: str, now: datetime) -> Link:
    """The contact's link for that purpose, made when there is none yet; it is in the running transaction.

    Asked for his evaluation once more in the same round (after 不予销号 or 重启) the contact can use his link again.
    """
    round_number = problem.round if purpose == "evaluate" else 0
    ends = now + timedelta(days=EVALUATION_DAYS) if purpose == "evaluate" else None
    if link := queries.find_link_for(problem.id, purpose, round_number):
        if ends and (spent := link.used_at or link.expires_at) and spent < problem.state_since_at:
            link.issued_at, link.expires_at, link.used_at = now, ends, None
        return link
    link = Link(problem_id=problem.id, purpose=purpose, round=round_number, issued_at=now, expires_at=ends)
    db.session.add(link)
    db.session.flush()
    return link


def way_in(problem: Problem, now: datetime) -> Link:
    """The link that opens a problem for its contact now: for his evaluation where he is asked for it, else to follow."""
    asked = next((each.uses_link for each in PROBLEM.actions if each.uses_link and asks_in(each, problem.state)), None)
    if asked:
        link = link_for(problem, asked, now)
        if standing_of(link, now) == VALID:
            return link
    return link_for(problem, FOLLOWING, now)


def asks_in(action: Action, state: str) -> bool:
    """Whether that action can be done in that state."""
    return any(state in move.sources for move in action.moves)


def standing_of(link: Link, now: datetime) -> str:
    """Whether a link still opens the page: valid, used (its answer was given) or expired."""
    problem = link.problem.merged_into or link.problem  # a merged one lives as long as its main problem
    if link.revoked_at or (link.expires_at and now >= link.expires_at):
        return EXPIRED
    if link.used_at:
        return USED
    if link.purpose == "evaluate":
        asked = link.problem
        return VALID if link.round == asked.round and asked.phase == Phase.OPEN else EXPIRED
    over = problem.phase == Phase.CLOSED and problem.closed_on is not None
    last = problem.closed_on + timedelta(days=REOPEN_DAYS) if over and problem.closed_on else None
    return EXPIRED if last and calendar().day_of(now) > last else VALID
