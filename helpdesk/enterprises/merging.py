"""Doubles in the register: one entry is said to be another one, and that can be taken back.

Nothing is moved that is on record: problems keep the entry they were reported for. What is asked of an enterprise
(problems, contacts, cadres) is asked of its doubles too, see ``queries.family``.
"""

from datetime import date, datetime
from typing import Any

from helpdesk.db import db
from helpdesk.enterprises import pairing, pairing_queries, queries
from helpdesk.enterprises.facts import note, remember_name
from helpdesk.enterprises.models import Enterprise, RegisterChange
from helpdesk.org.models import Person
from workflows.engine import Missing, NotNow

MERGED, PARTED = "merged", "parted"
UNDONE = "merge_undone"


def both_for_change(double_id: int, into_id: int) -> tuple[Enterprise, Enterprise]:
    """The two entries, locked in the order of their keys; Missing where they cannot be one."""
    if double_id == into_id:
        raise Missing({"into": "不能并入自己，请选择另一家企业"})
    rows = {key: queries.get_enterprise_for_change(key) for key in sorted((double_id, into_id))}
    double, into = rows[double_id], rows[into_id]
    if double.merged_into_id:
        raise NotNow("这条登记已经并入别的企业")
    if into.merged_into_id:
        raise Missing({"into": f"“{into.name}”已经并入别的企业，请选择那一家"})
    return double, into


def merge(double: Enterprise, into: Enterprise, *, by: Person, now: datetime, today: date) -> None:
    """From now on ``double`` is the same as ``into``; within the caller's transaction."""
    followers = queries.doubles_of(double.id)
    for each in (double, *followers):
        each.merged_into_id = into.id
    known = {each.name for each in into.former_names}
    for name in (double.name, *(each.name for each in double.former_names)):
        remember_name(into, name, None)
    moved = _move_cadres(double, into, by=by, now=now, today=today)
    details = {
        "double": double.id,
        "followers": [each.id for each in followers],
        "names": [each.name for each in into.former_names if each.name not in known],
        "pairings": moved,
    }
    note(into, MERGED, f"并入重复登记“{double.name}”", by=by, now=now, details=details)
    note(double, PARTED, f"作为重复登记并入“{into.name}”", by=by, now=now, details={"into": into.id})


def _move_cadres(
    double: Enterprise, into: Enterprise, *, by: Person, now: datetime, today: date
) -> list[dict[str, Any]]:
    """Whoever was paired with the double is paired with the enterprise; what that ended and began."""
    there = {each.person_id for each in pairing_queries.current_of(into.id, today)}
    moved = []
    for each in pairing_queries.current_of(double.id, today):
        person, paired_as = each.person, each.paired_as
        pairing.end(each, by=by, now=now, today=today)
        if person.id not in there:
            there.add(person.id)
            pairing.begin(into, person, paired_as, most=0, by=by, now=now, today=today)
        moved.append({"person": person.id, "paired_as": paired_as})
    return moved


def undo(double: Enterprise, into: Enterprise, *, by: Person, now: datetime, today: date) -> None:
    """They are two again, as they were: names, doubles of the double, and who was paired with it.

    Whoever is paired with ``into`` meanwhile stays so; what was reported since stays where it was reported.
    """
    made = _merge_of(double, into)
    for each in (double, *queries.those(made.details["followers"])):
        each.merged_into_id = None if each is double else double.id
    for name in [each for each in into.former_names if each.name in made.details["names"]]:
        into.former_names.remove(name)
    for was in made.details["pairings"]:
        person = db.session.get(Person, was["person"])
        if person and person.active:
            pairing.begin(double, person, was["paired_as"], most=0, by=by, now=now, today=today)
    note(into, UNDONE, f"撤销并入“{double.name}”", by=by, now=now, details={"double": double.id})
    note(double, UNDONE, f"恢复为单独登记，不再并入“{into.name}”", by=by, now=now, details={"into": into.id})


def _merge_of(double: Enterprise, into: Enterprise) -> RegisterChange:
    for change in queries.changes_of([into.id], kind=MERGED):
        if change.details["double"] == double.id:
            return change
    raise NotNow("没有找到这次合并的记录，不能撤销")
