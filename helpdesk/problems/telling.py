"""From what the rules say (a Tell) to the rows of the outbox: who is meant, by name and address, and by which link."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.notices import outbox
from helpdesk.notices.outbox import Letter, Reader
from helpdesk.org.models import Person
from helpdesk.org.queries import people_by_id
from helpdesk.org.roles import Seating
from helpdesk.problems import queries, words
from helpdesk.problems.actors import Scene, Wish
from helpdesk.problems.cases import NamedPeople, first_held, named_with_matter, turn_role
from helpdesk.problems.links import link_for
from helpdesk.problems.models import Entry, Matter, Problem
from workflows.book import PROCESSES
from workflows.engine import Decision
from workflows.problem import PROBLEM
from workflows.roles import Recipient, Role, Whose
from workflows.terms import Phase, Process, Tell

NOTICES = "/notices"
"""Where those read on who may no longer see the problem."""
FOLLOWERS_HEAR = (Role.REPORTER, Role.ENTERPRISE, Role.CADRE)
"""Who of a merged problem hears the news of its main problem."""


@dataclass
class Audience:
    """Everybody who may be told of one problem, with what it takes to reach them."""

    problem: Problem
    seating: Seating
    named: NamedPeople
    now: datetime
    former_group_id: int | None = None
    people: dict[int, Person] = field(default_factory=dict)
    turn: tuple[Role, ...] | None = None  # of a matter beside the problem; None: the problem's own
    turn_since_at: datetime | None = None  # of that matter; None: since the problem is in its state

    def readers(self, recipient: Recipient, purpose: str) -> list[Reader]:
        """The people behind a role, or behind whose turn it is; the enterprise hears only what names it."""
        if recipient is Whose.TURN:
            role, since = self._turn_role(), self.turn_since_at or self.problem.state_since_at
            readers = self.readers(role, purpose) if role and role is not Role.ENTERPRISE else []
            return [replace(each, turn_since_at=since) for each in readers]
        if recipient is Whose.FORMER_GROUP:
            return self._seated(Role.GROUP_LEAD, self.former_group_id)
        if recipient is Role.ENTERPRISE:
            return self._enterprise(purpose)
        role = Role(recipient)
        return self._named(role) if role in self.named else self._seated(role, self.problem.group_id)

    def _turn_role(self) -> Role | None:
        if self.turn is None:
            return turn_role(self.problem, self.seating, self.named)
        return first_held(self.turn, self.problem, self.seating, self.named)

    def _seated(self, role: Role, group_id: int | None) -> list[Reader]:
        return [
            Reader(each.person_id, each.name, each.email, role, for_name=each.for_name)
            for each in self.seating.holders(role, group_id)
        ]

    def _named(self, role: Role) -> list[Reader]:
        wanted = [key for key in self.named[role] if key not in self.people]
        self.people.update(people_by_id(set(wanted)))
        people = [self.people[key] for key in self.named[role] if key in self.people]
        readers = [Reader(each.id, each.name, each.email, role) for each in people if each.active]
        return readers + self._in_place_of(readers, role)

    def _in_place_of(self, readers: list[Reader], role: Role) -> list[Reader]:
        """Whoever stands in for these hears the same."""
        return [
            Reader(each.person_id, each.name, each.email, role, for_name=each.for_name)
            for reader in readers
            for each in self.seating.stand_ins_for(reader.person_id or 0)
        ]

    def _enterprise(self, purpose: str) -> list[Reader]:
        link = link_for(self.problem, purpose, self.now)
        name = self.problem.contact_name or "企业联系人"
        return [Reader(None, name, self.problem.contact_email, Role.ENTERPRISE, link.id)]


def tell(
    decision: Decision,
    scene: Scene,
    wish: Wish,
    *,
    process: Process | None = None,
    former_group_id: int | None = None,
) -> None:
    """Write the notices of an act that has just been written down; ``process``: of the matter it was about."""
    problem, entry, matter = scene.problem, scene.entry, scene.matter
    assert entry is not None
    told_at = wish.noted_at or scene.now
    audience = Audience(problem, scene.seating, scene.named, told_at, former_group_id)
    if process and matter:
        audience.turn, audience.turn_since_at = process.state(matter.state).turn, matter.state_since_at
    letter = letter_after(problem, decision, entry, scene.now)
    if late := calendar().day_of(told_at) > scene.today:
        letter = replace(letter, true_day=words.day_words(scene.today, calendar().day_of(told_at)))
    if process and matter:
        letter = replace(letter, **matter_facts(process, matter, scene.today))
    cause = Cause(f"e{entry.id}", letter, urgent=problem.urgency == "urgent", catch_up=late)
    beside = late_beside(decision.tells, scene, cause, told_at, actor_id=wish.by.person_id)
    tells = [each for each in decision.tells if not (each.beside and beside and not _is_late(problem, told_at))]
    rows = notices(tells, audience, cause, actor_id=wish.by.person_id)
    write(rows + beside + followers_news(tells, problem, cause, scene.seating, told_at))


def matter_facts(process: Process, matter: Matter, today: date) -> dict[str, Any]:
    """What a letter says of a matter beside the problem: what it is, how it stands, by when."""
    opening = next(action for action in process.actions if action.sets.get("kind") == matter.kind)
    return {
        "matter": f"{opening.label}（{matter.unit.name}）" if matter.unit else opening.label,
        "matter_state": process.state(matter.state).label,
        "due": words.due_words(matter.due_on, matter.due_at, today) if matter.due_on and matter.due_at else None,
    }


@dataclass(frozen=True)
class Cause:
    """What makes us tell: the key that makes "twice" impossible, and how it is told."""

    key: str
    letter: Letter
    clock_id: int | None = None
    urgent: bool = False
    catch_up: bool = False


def _is_late(about: Problem | Matter, now: datetime) -> bool:
    return about.due_at is not None and about.due_at <= now


def late_beside(
    tells: Iterable[Tell], scene: Scene, cause: Cause, now: datetime, *, actor_id: int | None
) -> list[dict[str, Any]]:
    """The same for whoever has the turn of a request or an assisting task that is late, with its own date."""
    tells = [replace(each, to=(Whose.TURN,)) for each in tells if each.beside]
    rows: list[dict[str, Any]] = []
    for matter in scene.matters if tells else ():
        if matter.phase != Phase.OPEN or not _is_late(matter, now):
            continue
        process = PROCESSES[matter.process]
        audience = Audience(scene.problem, scene.seating, named_with_matter(matter, scene.named, scene.seating), now)
        audience.turn, audience.turn_since_at = process.state(matter.state).turn, matter.state_since_at
        letter = replace(cause.letter, **matter_facts(process, matter, scene.today))
        rows += notices(
            tells, audience, replace(cause, key=f"{cause.key}.m{matter.id}", letter=letter), actor_id=actor_id
        )
    return rows


def notices(tells: Iterable[Tell], audience: Audience, cause: Cause, *, actor_id: int | None) -> list[dict[str, Any]]:
    """The rows of the outbox: nobody is told the same cause twice, and nobody of what he has just done himself."""
    told: set[object] = {actor_id} if actor_id else set()
    rows: list[dict[str, Any]] = []
    for tell in tells:
        readers = []
        for recipient in tell.to:
            for each in sorted(audience.readers(recipient, tell.link), key=_stands_in):
                if _key(each) not in told:
                    told.add(_key(each))
                    readers.append(each)
        rows += _rows(tell, readers, audience.problem, cause, audience.now)
    return rows


def _stands_in(reader: Reader) -> bool:
    """Whoever is told in his own right and in another's place is told in his own."""
    return reader.for_name is not None


def _key(reader: Reader) -> object:
    return reader.person_id or f"contact:{reader.link_id}"


def _rows(tell: Tell, readers: list[Reader], problem: Problem, cause: Cause, now: datetime) -> list[dict[str, Any]]:
    if not readers:
        return []
    return outbox.rows(
        tell,
        readers,
        cause.letter,
        cause=cause.key,
        problem_id=problem.id,
        clock_id=cause.clock_id,
        path=NOTICES if Whose.FORMER_GROUP in tell.to else f"/problems/{problem.id}",
        now=now,
        calendar=calendar(),
        urgent=cause.urgent,
        catch_up=cause.catch_up,
    )


def followers_news(
    tells: Iterable[Tell], main: Problem, cause: Cause, seating: Seating, now: datetime
) -> list[dict[str, Any]]:
    """The same news for the reporters and enterprises whose problems were merged into this one."""
    news = [tell for tell in tells if tell.followers]
    if not news:
        return []
    rows: list[dict[str, Any]] = []
    for follower in queries.merged_into(main.id):
        audience = Audience(follower, seating, queries.named_with(follower, calendar().day_of(now)), now)
        letter = follower_letter(cause.letter, follower)
        heard = [replace(tell, to=tuple(role for role in tell.to if role in FOLLOWERS_HEAR)) for tell in news]
        own_cause = Cause(f"{cause.key}.f{follower.id}", letter, urgent=cause.urgent)  # one person may follow twice
        rows += notices(heard, audience, own_cause, actor_id=None)
    return rows


def follower_letter(letter: Letter, follower: Problem) -> Letter:
    """The main problem's letter under the follower's own number and name."""
    return replace(
        letter,
        number=follower.number or "",
        title=follower.title or "",
        enterprise=follower.enterprise.name if follower.enterprise else "",
    )


def write(rows: list[dict[str, Any]]) -> None:
    """Put the rows into the outbox, in the running transaction."""
    if rows:
        db.session.flush()
        outbox.write(rows)


def letter_after(problem: Problem, decision: Decision, entry: Entry, now: datetime) -> Letter:
    """What a notice may say of an act that has just been written down."""
    return letter_of(
        problem,
        now,
        by=entry.by_name,
        action=decision.action.label,
        answers=tuple((each["label"], each["words"], each["public"]) for each in entry.answers),
    )


def letter_of(problem: Problem, now: datetime, **more: Any) -> Letter:
    """What a notice may say of a problem as it stands now."""
    today = calendar().day_of(now)
    due = (
        words.due_words(problem.due_on, problem.due_at, today)
        if problem.due_on and problem.due_at and not problem.waiting
        else None
    )
    facts: dict[str, Any] = {
        "number": problem.number or "",
        "title": problem.title or "",
        "enterprise": problem.enterprise.name if problem.enterprise else "",
        "state": PROBLEM.state(problem.state).label,
        "round": problem.round,
        "group": problem.group.name if problem.group else None,
        "handler": problem.handler.name if problem.handler else None,
        "due": due,
        "by": "系统",
        "action": "",
        "answers": (),
        "clock": None,
        "milestone": None,
        "late_days": 0,
    }
    return Letter(**(facts | more))
