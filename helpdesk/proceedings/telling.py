"""From what the rules say of a proceeding (a Tell) to the rows of the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from helpdesk.clock import calendar
from helpdesk.notices import outbox
from helpdesk.notices.outbox import Letter, Reader
from helpdesk.org.queries import people_by_id
from helpdesk.org.roles import Seating
from helpdesk.problems import words
from helpdesk.problems.actors import Wish
from helpdesk.proceedings.models import Proceeding, ProceedingEntry
from helpdesk.proceedings.standing import named_people
from workflows.book import PROCESSES
from workflows.engine import Decision
from workflows.roles import Recipient, Role, Whose
from workflows.terms import Process, Tell

PATHS = {"order": "/orders/{}", "bulletin": "/bulletins/{}", "receipt": "/bulletins/receipts/{}"}
"""Where one reads on."""


def path_of(proceeding: Proceeding) -> str:
    """The page of a proceeding on our site."""
    return PATHS[proceeding.process].format(proceeding.id)


@dataclass(frozen=True)
class Audience:
    """Everybody who may be told of one proceeding."""

    proceeding: Proceeding
    seating: Seating

    def readers(self, recipient: Recipient) -> list[Reader]:
        """The people behind a role, or behind whose turn it is."""
        if recipient is Whose.TURN:
            since = self.proceeding.state_since_at
            return [replace(each, turn_since_at=since) for role in self._turn() for each in self.readers(role)]
        role = Role(recipient)
        named = named_people(self.proceeding.unit_id, self.proceeding.opened_by_id, self.seating)
        if role in named:
            return self._named(named[role], role)
        return [
            Reader(each.person_id, each.name, each.email, role, for_name=each.for_name)
            for each in self.seating.holders(role, self.proceeding.unit_id)
        ]

    def _turn(self) -> tuple[Role, ...]:
        return PROCESSES[self.proceeding.process].state(self.proceeding.state).turn[:1]

    def _named(self, keys: Iterable[int], role: Role) -> list[Reader]:
        people = people_by_id(set(keys)).values()
        own = [Reader(each.id, each.name, each.email, role) for each in people if each.active]
        instead = [each for reader in own for each in self.seating.stand_ins_for(reader.person_id or 0)]
        return own + [Reader(each.person_id, each.name, each.email, role, for_name=each.for_name) for each in instead]


def tell(
    process: Process, decision: Decision, proceeding: Proceeding, entry: ProceedingEntry, wish: Wish, seats: Seating
) -> None:
    """Write the notices of an act that has just been written down."""
    letter = letter_of(
        proceeding,
        wish.now,
        by=entry.by_name,
        action=entry.label,
        answers=tuple((each["label"], each["words"], each["public"]) for each in entry.answers),
    )
    rows = notices(
        decision.tells,
        Audience(proceeding, seats),
        letter,
        cause=f"pe{entry.id}",
        now=wish.now,
        actor_id=wish.by.person_id,
    )
    outbox.write(rows)


def notices(
    tells: Iterable[Tell],
    audience: Audience,
    letter: Letter,
    *,
    cause: str,
    now: datetime,
    actor_id: int | None = None,
    catch_up: bool = False,
) -> list[dict[str, Any]]:
    """The rows of the outbox: nobody is told the same cause twice, and nobody of what he has just done himself."""
    told: set[int | None] = {actor_id} if actor_id else set()
    rows: list[dict[str, Any]] = []
    for each in tells:
        readers = []
        for reader in (found for recipient in each.to for found in _own_first(audience.readers(recipient))):
            if reader.person_id not in told:
                told.add(reader.person_id)
                readers.append(reader)
        rows += _rows(each, readers, audience.proceeding, letter, cause, now, catch_up=catch_up)
    return rows


def _own_first(readers: Iterable[Reader]) -> list[Reader]:
    return sorted(readers, key=lambda reader: reader.for_name is not None)


def _rows(
    tell: Tell,
    readers: list[Reader],
    proceeding: Proceeding,
    letter: Letter,
    cause: str,
    now: datetime,
    *,
    catch_up: bool,
) -> list[dict[str, Any]]:
    if not readers:
        return []
    found = outbox.rows(
        tell,
        readers,
        letter,
        cause=cause,
        problem_id=None,
        path=path_of(proceeding),
        now=now,
        calendar=calendar(),
        catch_up=catch_up,
    )
    return [row | {"proceeding_id": proceeding.id} for row in found]


def letter_of(proceeding: Proceeding, now: datetime, **more: Any) -> Letter:
    """What a notice may say of a proceeding; the unit it is addressed to stands where problems name the enterprise."""
    due_on, due_at = proceeding.due_on, proceeding.due_at
    facts: dict[str, Any] = {
        "number": proceeding.number or "",
        "title": proceeding.title,
        "enterprise": proceeding.unit.name if proceeding.unit else "",
        "state": PROCESSES[proceeding.process].state(proceeding.state).label,
        "round": 1,
        "group": proceeding.unit.name if proceeding.unit else None,
        "due": words.due_words(due_on, due_at, calendar().day_of(now)) if due_on and due_at else None,
        "by": "系统",
        "action": "",
    }
    return Letter(**(facts | more))
