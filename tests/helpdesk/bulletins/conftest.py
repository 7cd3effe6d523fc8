"""A district with some weeks of problems behind it, and bulletins about them."""

import random
from collections.abc import Iterator
from datetime import UTC, date, timedelta
from typing import Any

import pytest
from flask import Flask

from helpdesk.bulletins import commands, queries
from helpdesk.bulletins.freezing import now_told
from helpdesk.bulletins.periods import Period, Span
from helpdesk.calendars.commands import publish
from helpdesk.calendars.models import DISTRICT
from helpdesk.calendars.proposals import Proposal
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.errors import NotFoundError
from helpdesk.problems.actors import Actor
from tests.people import District, found_district
from tests.visitors import at
from tests.walking import FIRST, Walker, problem
from workflows.arrangement import Declared
from workflows.engine import Refused
from workflows.problem import PROBLEM
from workflows.roles import Role

SEPTEMBER = Period(Span.MONTH, date(2026, 9, 1), date(2026, 9, 30))
PAUSES = (timedelta(minutes=5), timedelta(hours=3), timedelta(hours=9), timedelta(days=1))
NEVER = ("save", "comment", "attach", "merge")
SELDOM = ("urge", "withdraw", "decline", "return", "answer", "confirm_withdrawal", "refer", "object")
ANSWERS = {
    "solved": ("yes", "yes", "no"),
    "contacted": ("yes", "no"),
    "satisfaction": ("satisfied", "satisfied", "fair", "dissatisfied"),
    "reached": ("yes", "yes", "no"),
    "difficulty": ("ordinary", "complex"),
}


class Weeks:
    """The district's history, written by a seeded walker; bulletins are drafted, submitted, issued by the right people."""

    def __init__(self, world: District, seed: int = 2) -> None:
        self.world = world
        self.dice = random.Random(seed)
        self.walker = Walker(world, at("2026-09-01 09:00").astimezone(UTC), step=timedelta(minutes=1))
        self.keys: list[int] = []

    @property
    def now(self) -> Any:
        return self.walker.now

    def report(self, count: int) -> None:
        for _ in range(count):
            category = self.dice.choice(["transport", "finance", "other"])
            self.keys.append(self.walker.do(None, "report", category=category))

    def happen(self, acts: int, *, pauses: tuple[timedelta, ...] = PAUSES) -> int:
        """So many tries of random acts on random problems; how many the rules let through."""
        return sum(self._one(self.dice.choice(pauses)) for _ in range(acts))

    def go_on(self, acts: int) -> int:
        """At least so many acts that were let through, with new problems all the while."""
        done = 0
        while done < acts:
            self.report(2)
            done += 2 + self.happen(25, pauses=(*PAUSES, timedelta(days=3)))
        return done

    def _one(self, pause: timedelta) -> bool:
        self.walker.now += pause / max(len(self.keys), 1)
        key = self.dice.choice(self.keys)
        state = problem(key).state
        possible = [each for each in PROBLEM.actions if state in each.sources and each.name not in NEVER]
        if not possible:
            return False
        action = self.dice.choices(possible, [1 if each.name in SELDOM else 8 for each in possible])[0]
        names = {field.name for field in action.asks}
        given: dict[str, Any] = {name: self.dice.choice(words) for name, words in ANSWERS.items() if name in names}
        if "group" in names:
            given["group"] = self.dice.choice([self.world.group_id, self.world.other_group_id])
        if "until_on" in names:
            given["until_on"] = calendar().add(calendar().day_of(self.now) + timedelta(days=5), self.dice.randint(1, 4))
        done = False
        for name in (*FIRST.get(action.name, ()), action.name):
            done = self._try(key, name, given if name == action.name else {})
        return done

    def _try(self, key: int, name: str, given: dict[str, Any]) -> bool:
        elsewhere = problem(key).group_id == self.world.other_group_id
        if elsewhere and PROBLEM.action(name).roles[0] in (Role.GROUP_LEAD, Role.HANDLER):
            given = given | {"by": "other_lead"}
        if elsewhere and name == "sign":
            given = given | {"handler": self.world.people["other_lead"]}
        try:
            self.walker.do(key, name, **given)
        except (Refused, NotFoundError):
            db.session.rollback()
            return False
        return True

    # -- Bulletins -----------------------------------------------------------------------------------------------------

    def actor(self, part: str) -> Actor:
        return Actor.person(self.world.person(part))

    def draft(self, period: Period = SEPTEMBER, **more: Any) -> int:
        more = {"group_id": None} | more
        self.walker.now += timedelta(minutes=1)
        return commands.draft(period, by=self.actor("supervisor"), now=self.now, **more).proceeding_id

    def do(self, key: int, name: str, part: str, **given: Any) -> Any:
        self.walker.now += timedelta(minutes=1)
        return commands.act(key, name, by=self.actor(part), given=given, now=self.now)

    def submitted(self, period: Period = SEPTEMBER, **more: Any) -> int:
        key = self.draft(period, **more)
        self.do(key, "submit_bulletin", "supervisor")
        return key

    def issued(self, period: Period = SEPTEMBER, **more: Any) -> int:
        key = self.submitted(period, **more)
        self.do(key, "issue_bulletin", "chief", seen=now_told(queries.get(key), self.now).values)
        return key


@pytest.fixture
def weeks(app: Flask) -> Iterator[Weeks]:
    """Twelve problems and what became of them until the middle of October 2026."""
    with app.app_context():
        yield lived(problems=12, acts=200)


@pytest.fixture
def days(app: Flask) -> Iterator[Weeks]:
    """Four problems, one of them overdue; for what does not depend on how much has happened."""
    with app.app_context():
        yield lived(problems=4, acts=12)


def lived(*, problems: int, acts: int) -> Weeks:
    found = Weeks(found_district())
    found.report(problems)
    found.happen(acts)
    found.walker.now = max(found.now, at("2026-10-12 09:00").astimezone(UTC))
    return found


def declare(weeks: Weeks) -> None:
    """A notice about days to come: the due days of running clocks move."""
    first = calendar().day_of(weeks.now) + timedelta(days=1)
    days = tuple(Declared(first + timedelta(days=n), working=False, name="防汛") for n in range(3))
    publish(
        Proposal(DISTRICT, "关于防汛停工的通知", days),
        revision=None,
        by=weeks.world.person("administrator"),
        now=weeks.now,
    )
