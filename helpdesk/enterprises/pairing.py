"""Pairing (包联): who is paired with which enterprise from which day; the rules of it, within the caller's transaction."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from helpdesk.db import db
from helpdesk.enterprises import pairing_queries, queries
from helpdesk.enterprises.facts import note
from helpdesk.enterprises.models import CADRE, PAIRED_AS, Enterprise, Pairing
from helpdesk.org.models import Person
from workflows.engine import Missing


def begin(
    enterprise: Enterprise, person: Person, paired_as: str, *, most: int, by: Person | None, now: datetime, today: date
) -> Pairing:
    """From today on that person is paired with the enterprise; Missing when he is already, or has ``most`` as a cadre.

    ``most``: enterprises per cadre; 0 is no limit. The enterprise's row is locked by the caller.
    """
    if any(each.person_id == person.id for each in pairing_queries.current_of(enterprise.id, today)):
        raise Missing({"person": f"{person.name}已经在包联“{enterprise.name}”"})
    refuse_beyond(most, person, 1, paired_as, today)
    pairing = Pairing(enterprise_id=enterprise.id, person_id=person.id, from_on=today, paired_as=paired_as)
    db.session.add(pairing)
    note(
        enterprise,
        "paired",
        f"安排{PAIRED_AS[paired_as]} {person.name}",
        by=by,
        now=now,
        details={"person": person.id, "paired_as": paired_as},
    )
    return pairing


def refuse_beyond(most: int, person: Person, more: int, paired_as: str, today: date) -> None:
    """Missing when so many enterprises more are too many for a cadre; leaders and 首席服务官 have no limit."""
    if not most or paired_as != CADRE or not more:
        return
    has = pairing_queries.counted(person.id, today)
    if has + more > most:
        raise Missing({"person": f"{person.name}已包联 {has} 家，再加 {more} 家就超过每名干部 {most} 家的上限"})


def end(pairing: Pairing, *, by: Person | None, now: datetime, today: date) -> None:
    """He is paired no more, at once; a pairing that began today has never been."""
    words = f"结束{PAIRED_AS[pairing.paired_as]} {pairing.person.name}的包联"
    note(pairing.enterprise, "pairing_ended", words, by=by, now=now, details={"person": pairing.person_id})
    if pairing.from_on >= today:
        db.session.delete(pairing)
    else:
        pairing.until_on = today - timedelta(days=1)


def move(
    pairings: Iterable[Pairing], to: Person, *, most: int, by: Person | None, now: datetime, today: date
) -> list[Pairing]:
    """These pairings go on with somebody else, in the same part; where he is paired already they only end.

    Missing when they are too many for him: then none has moved. Enterprises are locked in the order of their keys.
    """
    wanted = sorted((each for each in pairings if each.person_id != to.id), key=lambda each: each.enterprise_id)
    firms = {each.enterprise_id: queries.get_enterprise_for_change(each.enterprise_id) for each in wanted}
    his = pairing_queries.enterprises_of(to.id, today)
    fresh = [each for each in wanted if each.enterprise_id not in his]
    refuse_beyond(most, to, sum(each.paired_as == CADRE for each in fresh), CADRE, today)
    begun = []
    for each in wanted:
        end(each, by=by, now=now, today=today)
        if each.enterprise_id not in his:
            his.add(each.enterprise_id)
            begun.append(begin(firms[each.enterprise_id], to, each.paired_as, most=0, by=by, now=now, today=today))
    return begun


def hand_over(
    person_id: int,
    to: Person,
    *,
    enterprise_ids: Collection[int] | None = None,
    by: Person | None,
    now: datetime,
    today: date,
) -> list[Pairing]:
    """All pairings of somebody who leaves (or those with these enterprises) go on with his successor, beyond any limit."""
    his = pairing_queries.of_person(person_id, today)
    wanted = [each for each in his if enterprise_ids is None or each.enterprise_id in enterprise_ids]
    return move(wanted, to, most=0, by=by, now=now, today=today)
