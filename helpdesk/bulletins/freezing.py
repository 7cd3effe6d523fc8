"""Freezing: at issuing, everything a bulletin says is fixed as of one timeline entry, in the same transaction as its number."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpdesk.bulletins import queries, text, values
from helpdesk.bulletins.gathering import Figures, Wanted, gather, late_days, names_of_units
from helpdesk.bulletins.listing import hash_of_rows
from helpdesk.bulletins.models import Bulletin, Issue
from helpdesk.db import db
from helpdesk.errors import StaleError
from helpdesk.papers.issuers import supervision_office
from workflows.engine import NotNow

NOBODY_YET = "时间线上还没有任何记录，没有可以通报的内容"
MOMENTS = ("统计时点",)
"""Fields that change by themselves while nothing happens."""


@dataclass(frozen=True)
class Told:
    """What a bulletin would say now."""

    figures: Figures
    names: dict[str, str]
    values: values.Values


def now_told(bulletin: Bulletin, now: datetime) -> Told:
    """What a draft says at this moment; nothing is written."""
    wanted = Wanted(queries.period_of(bulletin), bulletin.group_id, now)
    sums = queries.sums(wanted.about, late_days(now, queries.due_days(now)))
    return _told(gather(wanted, sums), bulletin)


def frozen_told(issue: Issue) -> Told:
    """What an issued bulletin says, from what was frozen alone."""
    return _told(issue.figures, issue.bulletin, issue.names)


def told_of(bulletin: Bulletin, now: datetime) -> Told:
    """What it says: frozen once it is issued."""
    return frozen_told(bulletin.issue) if bulletin.issue else now_told(bulletin, now)


def _told(figures: Figures, bulletin: Bulletin, names: dict[str, str] | None = None) -> Told:
    names = names_of_units() if names is None else names
    period = queries.period_of(bulletin)
    return Told(figures, names, values.values_of(figures, names, period))


def freeze(bulletin: Bulletin, *, number: str, title: str, now: datetime, seen: dict[str, str] | None) -> Issue:
    """Write what can never be changed again. ``seen``: the values the reviewer was looking at, None: he saw none.

    Until the transaction ends nobody adds to the timeline, so that all entries up to the newest one are there to be
    counted (a key is given before its row can be seen) and none of them is left out. StaleError where a figure is another
    than the one that was reviewed, NotNow where another bulletin on the same days is in force, Missing for a wrong text.
    """
    hold_the_timeline()
    _refuse_second(bulletin)
    newest = queries.newest_entry()
    if newest is None:
        raise NotNow(NOBODY_YET)
    moment = max(now, queries.latest_moment(now) or now)
    wanted = Wanted(queries.period_of(bulletin), bulletin.group_id, moment)
    queries.insert_lines(bulletin.id, wanted.about, late_days(moment, queries.due_days(moment)))
    figures = gather(wanted, queries.frozen_sums(bulletin.id, wanted.about))
    told = _told(figures, bulletin)
    text.refuse_wrong(bulletin.text, told.values)
    _refuse_unseen(bulletin, told, seen)
    rows, rows_hash = hash_of_rows(bulletin.id)
    issue = Issue(
        bulletin=bulletin,
        number=number,
        title=title,
        issuer=supervision_office(),
        issued_at=moment,
        entry_id=newest.id,
        head=newest.row_hash,
        figures=figures,
        text=bulletin.text,
        names=told.names,
        rows=rows,
        rows_hash=rows_hash,
    )
    db.session.add(issue)
    db.session.flush()
    return issue


def hold_the_timeline() -> None:
    """Wait for everybody who is writing to the timeline, and let nobody begin; SQLite has one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        queries.lock_timeline()


def _refuse_second(bulletin: Bulletin) -> None:
    there = queries.issued_for(queries.period_of(bulletin), bulletin.group_id)
    if there is not None and there.bulletin_id != bulletin.replaces_id:
        raise NotNow(f"同一时间、同一范围已经印发了{there.number}；要更正它，请起草一份撤回它的新通报")


def _refuse_unseen(bulletin: Bulletin, told: Told, seen: dict[str, str] | None) -> None:
    """Nobody issues figures that nobody has looked at."""
    if seen is None:
        return
    used = {name.strip() for each in bulletin.text.values() for paragraph in each for name in text.fields_in(paragraph)}
    changed = tuple(
        f"{name}：{seen.get(name, '–')} → {told.values[name]}"
        for name in sorted(used)
        if name not in MOMENTS and seen.get(name) != told.values[name]
    )
    if changed:
        raise StaleError("您审核以后数据有了变化，请看过新的数字再印发", changed)


def summary(told: Told) -> dict[str, Any]:
    """What programs read."""
    return {"figures": told.figures, "names": told.names}
