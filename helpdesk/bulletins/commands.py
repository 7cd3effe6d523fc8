"""Changes of bulletins: each is one act of the process, with what it does to text, list and receipts in one transaction."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from helpdesk.bulletins import queries
from helpdesk.bulletins.freezing import Told, freeze, now_told
from helpdesk.bulletins.models import Bulletin, Issue
from helpdesk.bulletins.periods import Period
from helpdesk.bulletins.text import refuse_figures_in
from helpdesk.bulletins.wording import first_text
from helpdesk.db import db
from helpdesk.org.models import UnitKind
from helpdesk.org.queries import units_by_id
from helpdesk.problems.actors import SYSTEM, Actor, Wish
from helpdesk.proceedings import doing, following
from helpdesk.proceedings import queries as proceedings
from helpdesk.proceedings.commands import Opening, Proceeded, in_one_transaction, proceed
from helpdesk.proceedings.models import Proceeding, ProceedingEntry
from workflows.bulletin import BULLETIN, RECEIPT
from workflows.engine import Decision, NotNow
from workflows.terms import NEW, Phase

DRAFT = next(action.name for action in BULLETIN.actions if NEW in action.sources)
SEND = next(action.name for action in RECEIPT.actions if NEW in action.sources)
URGE = "urge_receipt"
BEFORE_ALL = "这段时间还没有任何记录，没有可以通报的内容，请换一段时间"
NO_DATA = "这段时间、这个范围没有发生任何事，也没有在办的问题，没有可以通报的内容"


def draft(
    period: Period,
    *,
    group_id: int | None,
    by: Actor,
    now: datetime,
    replaces: int | None = None,
    request_key: str | None = None,
) -> Proceeded:
    """Draft a bulletin on a period, with a text that could be issued as it is; several drafts of one period may be there.

    NotNow where there is nothing to tell of, or what it would withdraw is not in force; NotYours for others.
    """

    def do() -> Proceeded:
        bulletin = Bulletin(
            span=period.span.value,
            first_on=period.first_on,
            until_on=period.until_on,
            group_id=group_id,
            replaces_id=_replaced(replaces),
        )
        told = now_told(bulletin, now)
        if not told.figures["listed"]:
            raise NotNow(NO_DATA)
        if not queries.anything_until(period.until_on):
            raise NotNow(BEFORE_ALL)
        wish = Wish(DRAFT, by, {"bulletin_title": title_of(period, group_id)}, now, request_key=request_key)
        done = doing.proceed_within(BULLETIN.name, None, wish)
        bulletin.id, bulletin.text = done.proceeding_id, first_text(told.figures, told.values, told.names)
        db.session.add(bulletin)
        db.session.flush()
        return done

    return in_one_transaction(do, request_key)


def _replaced(bulletin_id: int | None) -> int | None:
    if bulletin_id is None:
        return None
    there = queries.get(bulletin_id)
    if there.issue is None or there.proceeding.state in queries.GONE:
        raise NotNow("只有印发了、没有撤回的通报才能撤回")
    return there.id


def title_of(period: Period, group_id: int | None) -> str:
    """关于2026年11月企业问题办理情况的通报."""
    unit = units_by_id().get(group_id) if group_id else None
    return f"关于{period.words}{unit.name if unit else ''}企业问题办理情况的通报"


def act(
    bulletin_id: int,
    name: str,
    *,
    by: Actor,
    given: Mapping[str, Any],
    now: datetime,
    version: int | None = None,
    request_key: str | None = None,
) -> Proceeded:
    """Any act on a bulletin; ``given`` may hold its ``text``, and the values that were ``seen`` when it is issued."""
    return proceed(
        BULLETIN.name, bulletin_id, name, by=by, given=given, now=now, version=version, request_key=request_key
    )


def acknowledge(
    receipt_id: int, *, by: Actor, given: Mapping[str, Any], now: datetime, request_key: str | None = None
) -> Proceeded:
    """A unit signs; when all have, the bulletin is closed with it."""
    name = next(action.name for action in RECEIPT.actions if action.does.get("all"))
    return proceed(RECEIPT.name, receipt_id, name, by=by, given=given, now=now, request_key=request_key)


def remind(bulletin_id: int, *, by: Actor, now: datetime) -> int:
    """Urge every unit that has not signed; how many there were, all in one transaction."""

    def do() -> int:
        waiting = _unsigned(bulletin_id)
        for receipt in waiting:
            doing.proceed_within(RECEIPT.name, receipt.id, Wish(URGE, by, {}, now))
        return len(waiting)

    urged = in_one_transaction(do)
    return urged if isinstance(urged, int) else 0


# -- What follows from an act ------------------------------------------------------------------------------------------


def _on_bulletin(row: Proceeding, entry: ProceedingEntry, decision: Decision, wish: Wish) -> None:
    bulletin = db.session.get(Bulletin, row.id)
    if bulletin is None:  # it is being drafted
        return
    if "text" in wish.given:
        refuse_figures_in(row.title)
        bulletin.text = dict(wish.given["text"])
    if decision.action.numbers:
        _issue(bulletin, row, decision, wish)
    if ends := decision.action.does.get("receipts"):
        for receipt in _unsigned(row.id):
            doing.proceed_within(RECEIPT.name, receipt.id, Wish(ends, SYSTEM, {}, wish.now))


def _issue(bulletin: Bulletin, row: Proceeding, decision: Decision, wish: Wish) -> None:
    """Frozen, sent, and what it replaces withdrawn."""
    issue = freeze(bulletin, number=str(row.number), title=row.title, now=wish.now, seen=wish.given.get("seen"))
    for process, name in decision.action.opens.values():
        _send(issue, process, name, wish)
    withdraws = decision.action.does.get("replaced")
    if bulletin.replaces_id and withdraws:
        doing.proceed_within(BULLETIN.name, bulletin.replaces_id, Wish(withdraws, SYSTEM, {}, wish.now))


def _unsigned(bulletin_id: int) -> list[Proceeding]:
    return [each for each in proceedings.children_of(bulletin_id) if each.phase == Phase.OPEN]


def _on_receipt(row: Proceeding, entry: ProceedingEntry, decision: Decision, wish: Wish) -> None:
    closes, parent = decision.action.does.get("all"), row.parent
    if closes is None or parent is None:
        return
    parent = proceedings.get_for_change(parent.id)  # of two units that sign last, one closes
    if parent.phase == Phase.OPEN and not _unsigned(parent.id):
        doing.proceed_within(BULLETIN.name, parent.id, Wish(closes, SYSTEM, {}, wish.now))


def _send(issue: Issue, process: str, name: str, wish: Wish) -> None:
    for unit_id in addressed(issue):
        opening = Opening(title=issue.title, unit_id=unit_id, parent_id=issue.bulletin_id)
        doing.proceed_within(process, None, Wish(name, SYSTEM, {}, wish.now), opening)


def addressed(issue: Issue) -> Iterable[int]:
    """The units a bulletin goes to: the functional groups of its scope, and whoever else is named as late."""
    units, scope = units_by_id(), issue.bulletin.group_id
    groups = [key for key, unit in units.items() if unit.kind == UnitKind.GROUP and scope in (None, key)]
    named = (int(each["unit"]) for each in issue.figures["late"] if each["unit"])
    return dict.fromkeys([*groups, *(key for key in named if key in units)])


following.register(BULLETIN.name, _on_bulletin)
following.register(RECEIPT.name, _on_receipt)

__all__ = ["Told", "acknowledge", "act", "addressed", "draft", "remind", "title_of"]
