"""Who does what in a slot of the day: dice over what the tables offer; they fall alike in every run.

A choice depends on the seed, the problem's name, its state and the day, never on keys of rows or on what went wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random

from helpdesk.problems.cases import NamedPeople, first_held, matter_case, named_with_matter, roles_towards
from helpdesk.problems.models import Matter, Problem
from simulate import temper
from simulate.answering import Asked, CannotAnswer, answers
from simulate.deeds import ENTERPRISE, Deed
from simulate.looking import Look, key_of, look
from simulate.scenario import Scenario
from workflows.book import OF_PROBLEMS, PROCESSES
from workflows.engine import Offer, offers
from workflows.problem import PROBLEM
from workflows.roles import STAFF, Role
from workflows.terms import NEW, Case, Moment, Phase

SLOT_SECONDS = 3_500
PARTIES = (*STAFF, Role.ENTERPRISE)


def plan(scenario: Scenario, at: datetime, slot: int) -> list[Deed]:
    """Everything that is done in the slot that begins at a moment, in the order of its moments."""
    now = look(at)
    deeds = [deed for problem in now.problems if (deed := _Mind(scenario, now, slot, problem).decide())]
    deeds += [_new(scenario, now, slot, number) for number in _arrivals(scenario).get((now.today, slot), ())]
    return sorted(deeds, key=lambda deed: (deed.at, deed.key))


@lru_cache(maxsize=2)
def _arrivals(scenario: Scenario) -> dict[tuple[object, int], list[int]]:
    """Which new problems come on which day in which slot."""
    days, found = scenario.acting_days(), dict[tuple[object, int], list[int]]()
    for number in range(1, scenario.problems + 1):
        dice = Random(f"{scenario.seed}|arrives|{number}")
        found.setdefault((dice.choice(days), dice.randrange(len(scenario.slots))), []).append(number)
    return found


def _new(scenario: Scenario, now: Look, slot: int, number: int) -> Deed:
    key, dice = f"第{number:04d}号", Random(f"{scenario.seed}|new|{number}")
    reporters = [person for person, name in sorted(now.names.items()) if name.startswith("reporter.")]
    person, case = dice.choice(reporters), Case(state=NEW)
    at = now.now + timedelta(seconds=dice.randrange(SLOT_SECONDS))
    found = offers(PROBLEM, case, roles={Role.REPORTER}, actor=person, now=at, today=now.today)
    offer = _liked([_Way("problem", None, offer) for offer in found], dice).offer
    moment = Moment(case, person, {}, at, now.today, frozenset({Role.REPORTER}))
    given = answers(Asked(offer.action, offer.fields, moment, key, None, None), now.house, dice)
    request = f"{scenario.seed}.{number}.new"
    return Deed(at, key, None, offer.action.name, now.names[person], request, given=given)


@dataclass(frozen=True)
class _Way:
    """Something a person may do: to the problem, or to a matter beside it."""

    process: str
    matter: Matter | None
    offer: Offer


def _liked(ways: list[_Way], dice: Random) -> _Way:
    return dice.choices(ways, [temper.LIKES.get(way.offer.action.name, temper.ANY) for way in ways])[0]


class _Mind:
    """What happens to one problem in one slot."""

    def __init__(self, scenario: Scenario, now: Look, slot: int, problem: Problem) -> None:
        self.scenario, self.now, self.slot, self.problem = scenario, now, slot, problem
        self.key = key_of(problem)
        self.leg = f"{scenario.seed}|{self.key}|{problem.state}|{problem.round}"
        self.dice = Random(f"{self.leg}|{now.today}|{slot}")
        self.at = now.now + timedelta(seconds=self.dice.randrange(SLOT_SECONDS))

    def decide(self) -> Deed | None:
        """The one thing somebody does to this problem, if anybody does anything."""
        matter = self._open_matter()
        if matter is not None and self.dice.random() < temper.MATTER * self.scenario.haste:
            return self._deed(matter)
        if self.dice.random() < temper.eagerness(self.problem.state, self.leg, self.scenario.haste):
            return self._deed(None)
        return None

    def _open_matter(self) -> Matter | None:
        open_ones = [each for each in self.now.matters.get(self.problem.id, []) if each.phase == Phase.OPEN]
        return self.dice.choice(open_ones) if open_ones else None

    def _deed(self, matter: Matter | None) -> Deed | None:
        named = self._named(matter)
        role = self._role(matter, named)
        if role is Role.ENTERPRISE:
            return self._written(None, list(self._ways(None, frozenset({role}), matter))) if self._has_mail() else None
        people = self.now.players(role, self.problem, named)
        if not people:
            return None
        person = self.dice.choice(people)
        roles = roles_towards(person, self.problem, self.now.seating, named)
        return self._written(person, list(self._ways(person, roles, matter)))

    def _named(self, matter: Matter | None) -> NamedPeople:
        named = self.now.named(self.problem)
        return named_with_matter(matter, named, self.now.seating) if matter else named

    def _has_mail(self) -> bool:
        return self.problem.contact_email is not None

    def _role(self, matter: Matter | None, named: NamedPeople) -> Role:
        process, state = (matter.process, matter.state) if matter else (PROBLEM.name, self.problem.state)
        turn = PROCESSES[process].state(state).turn
        if turn and self.dice.random() < temper.OF_THE_TURN:
            return first_held(turn, self.problem, self.now.seating, named) or turn[0]
        return self.dice.choice([*PARTIES, Role.ASKER] if matter else PARTIES)

    def _ways(self, person: int | None, roles: frozenset[Role], matter: Matter | None) -> Iterator[_Way]:
        """Through the tables as they are today; new requests and tasks are offered beside the problem's own acts."""
        case = self.now.case(self.problem)
        wanted = [matter.process] if matter else OF_PROBLEMS if self.problem.phase == Phase.OPEN else [PROBLEM.name]
        for name in wanted:
            of_this = case if name == PROBLEM.name else matter_case(matter, case)
            for offer in offers(
                self.now.rules.process(name),
                of_this,
                roles=roles,
                actor=person,
                now=self.at,
                today=self.now.today,
                standing_for=self.now.seating.standing_for(person),
            ):
                yield _Way(name, matter, offer)

    def _written(self, person: int | None, ways: list[_Way]) -> Deed | None:
        if not ways:
            return None
        way = _liked(ways, self.dice)
        action = way.offer.action
        try:
            given = answers(self._asked(way, person), self.now.house, self.dice)
        except CannotAnswer:
            return None
        return Deed(
            self.at,
            self.key,
            self.problem.id,
            action.name,
            self.now.names[person] if person else ENTERPRISE,
            f"{self.scenario.seed}.{self.key}.{self.now.today:%y%m%d}.{self.slot}",
            way.process,
            way.matter.id if way.matter else None,
            given,
            action.uses_link or "progress",
        )

    def _asked(self, way: _Way, person: int | None) -> Asked:
        case = self.now.case(self.problem)
        of_this = case if way.process == PROBLEM.name else matter_case(way.matter, case)
        moment = Moment(of_this, person, {}, self.at, self.now.today)
        problem = self.problem
        return Asked(way.offer.action, way.offer.fields, moment, self.key, problem.group_id, problem.id)
