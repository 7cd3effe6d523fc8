"""Handing over what somebody leaves behind, and closing his account when nothing is left."""

import logging
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.leaving import queries
from helpdesk.leaving.models import HandedOver
from helpdesk.leaving.providers import PROVIDERS, Handing, HandOver, Thing
from helpdesk.org import queries as org_queries
from helpdesk.org.auditing import audited, called
from helpdesk.org.commands import close_account, in_one_transaction
from helpdesk.org.models import Person
from helpdesk.org.staffing import end_post
from helpdesk.problems.queries import standing
from workflows.engine import Missing, NotNow, NotYours
from workflows.roles import Role

log = logging.getLogger(__name__)


def provider(kind: str) -> HandOver:
    """That kind of thing; NotFoundError when there is none."""
    for each in PROVIDERS:
        if each.name == kind:
            return each
    raise NotFoundError("没有这一类交接事项")


def left(person_id: int, now: datetime) -> list[tuple[HandOver, Sequence[Thing]]]:
    """Everything that he would leave behind, by kind; kinds of which there is nothing are left out."""
    me, person = standing(person_id, now), org_queries.get_person(person_id)
    return [(each, things) for each in PROVIDERS if (things := each.left(person, me))]


def left_in_words(person_id: int, now: datetime) -> list[str]:
    """The same in words, a few of each: what keeps his account open."""
    return [
        f"{kind.label} {len(things)} 项（{'、'.join(each.words for each in things[:3])}{'等' if len(things) > 3 else ''}）"
        for kind, things in left(person_id, now)
    ]


def may_hand(kind: HandOver, thing: Thing, by: Person, now: datetime) -> bool:
    """Whether that person may hand it over: the unit's lead what is a problem, the system administrator the rest."""
    if kind.by_lead:
        return thing.unit_id in standing(by.id, now).units(Role.GROUP_LEAD)
    return any(role.name == "system" for role in by.roles)


def hand_over(
    person_id: int,
    kind_name: str,
    keys: Collection[int],
    *,
    successor_id: int | None,
    reason: str,
    by_id: int,
    now: datetime,
) -> int:
    """Put these things of that kind into the successor's hands, all or none; how many there were.

    Missing where nobody or nothing was chosen, NotNow where one of them is not his any more (somebody was faster).
    """
    if not keys:
        raise Missing({"keys": "请勾选要转交的事项"})
    done = in_one_transaction(lambda: _handed(person_id, provider(kind_name), keys, successor_id, reason, by_id, now))
    log.info("%s things (%s) of person %s went to person %s", done, kind_name, person_id, successor_id)
    return done


def _handed(
    person_id: int,
    kind: HandOver,
    keys: Collection[int],
    successor_id: int | None,
    reason: str,
    by_id: int,
    now: datetime,
) -> int:
    person, by = org_queries.get_person_for_change(person_id), org_queries.get_person(by_id)
    to = _successor(successor_id, person)
    act = Handing(person, by, reason, standing(person_id, now))
    there = {each.key: each for each in kind.left(person, act.me)}
    if gone := [key for key in keys if key not in there]:
        raise NotNow(f"勾选的事项里有 {len(gone)} 项已经不在{person.name}名下，可能刚刚由别人转交；请刷新后再办")
    for key in keys:
        thing = there[key]
        if not may_hand(kind, thing, by, now):
            raise NotYours(f"{thing.words}：{kind.hint}", ())
        try:
            kind.hand(thing, to, act)
        except Missing as missing:
            raise Missing({"successor": f"{thing.words}：{missing.message}"}) from missing
        _record(kind, thing, to, act, now)
    return len(keys)


def _successor(successor_id: int | None, person: Person) -> Person:
    to = org_queries.find_person(successor_id or 0)
    if to is None or not to.active:
        raise Missing({"successor": "请选择接手人"})
    if to.id == person.id:
        raise Missing({"successor": "接手人不能是本人"})
    if to.roles:
        raise Missing({"successor": "系统、安全、审计管理员不参与问题办理，不能接手"})
    return to


def _record(kind: HandOver, thing: Thing, to: Person, act: Handing, now: datetime) -> None:
    row = HandedOver(
        person_id=act.person.id,
        successor_id=to.id,
        kind=kind.name,
        key=thing.key,
        words=thing.words[:200],
        reason=act.reason,
        at=now,
        by_id=act.by.id,
        by_name=called(act.by),
    )
    db.session.add(row)
    db.session.flush()
    about = f"{called(act.person)}的{kind.label}转交 {called(to)}：{thing.words}"[:200]
    audited("handed_over", by=act.by, about=about, now=now, details={"原因": act.reason})


def close(person_id: int, *, last_on: date, by_id: int, now: datetime) -> None:
    """He has left: his posts end with that day, others stand in for him no more, the account closes.

    NotNow while anything is left, naming it, and for one's own account.
    """
    in_one_transaction(lambda: _closed(person_id, last_on, by_id, now))
    log.info("person %s left, closed by person %s", person_id, by_id)


def _closed(person_id: int, last_on: date, by_id: int, now: datetime) -> None:
    person, by = org_queries.get_person_for_change(person_id), org_queries.get_person(by_id)
    close_account(person, by=by, now=now, left=lambda key: left_in_words(key, now))
    today = standing(person_id, now).today
    if not today - timedelta(days=31) <= last_on <= today:
        raise Missing({"last_on": "最后一天不能晚于今天，也不能早于一个月前"})
    for post in queries.posts(person_id, today):
        end_post(post, last_on=last_on, by=by, now=now)
    for naming in queries.stood_in(person_id, today):
        naming.ended_at = now
