"""The checker: nothing to complain of in our table, and one complaint for each way to break a copy of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from workflows.book import PROCESSES
from workflows.check import check, check_book
from workflows.guards import REFERRED
from workflows.messages import MESSAGES
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import ORIGIN, Action, Asked, By, Choose, Clock, Field, Kind, Limit, Move, Process, State, Tell

TEMPLATES = Path(__file__).parents[2] / "helpdesk" / "templates" / "notices"
NOTICES = {tell.notice for tell in PROBLEM.tells}


def test_our_table_is_in_order() -> None:
    assert check(PROBLEM) == []


def test_every_notice_has_a_template_and_every_template_a_notice() -> None:
    assert check_book(PROCESSES.values(), MESSAGES, {path.stem for path in TEMPLATES.glob("[!_]*.txt")}) == []


# -- Copies with one thing changed -------------------------------------------------------------------------------------


def changed(kind: str, name: str, **more: Any) -> Process:
    """A copy in which the state, action or clock of that name is different."""
    parts = tuple(replace(each, **more) if each.name == name else each for each in getattr(PROBLEM, kind))
    return replace(PROBLEM, **{kind: parts})


def with_another(kind: str, part: State | Action | Clock) -> Process:
    return replace(PROBLEM, **{kind: (*getattr(PROBLEM, kind), part)})


def without(kind: str, *names: str) -> Process:
    return replace(PROBLEM, **{kind: tuple(each for each in getattr(PROBLEM, kind) if each.name not in names)})


def asking(*fields: Field) -> Process:
    return changed("actions", "sign", asks=fields)


def laddered(change: Callable[[tuple[Any, ...]], tuple[Any, ...]]) -> Process:
    return changed("clocks", "handle", milestones=change(PROBLEM.clock("handle").milestones))


def told(*tells: Tell) -> Process:
    return changed("actions", "sign", tells=tells)


WORD = Field("word", "话", Kind.TEXT)
SLEEP = State("asleep", "沉睡", PROBLEM.state("handling").phase, (Role.HANDLER,))
FALL_ASLEEP = Action("fall_asleep", "睡", (Move(("handling",), "asleep"),), (Role.HANDLER,))
ASLEEP = replace(PROBLEM, states=(*PROBLEM.states, SLEEP), actions=(*PROBLEM.actions, FALL_ASLEEP))
NAP = Clock("nap", "睡", Limit(1), ("asleep",), Role.HANDLER, milestones=PROBLEM.clock("sign").milestones)
CHOOSE = PROBLEM.clock("handle").limit
assert isinstance(CHOOSE, Choose)

BROKEN: dict[str, Process] = {
    # names
    "state handling is there 2 times": with_another("states", PROBLEM.state("handling")),
    "action sign is there 2 times": with_another("actions", PROBLEM.action("sign")),
    "clock sign is there 2 times": with_another("clocks", PROBLEM.clock("sign")),
    "action sign names the unknown state nowhere": changed("actions", "sign", moves=(Move(("assigned",), "nowhere"),)),
    "action sign names the unknown state somewhere": changed(
        "actions", "sign", moves=(Move(("assigned", "somewhere"), "handling"),)
    ),
    "action sign names the unknown clock sundial": changed("actions", "sign", stops=("sundial",)),
    "action sign names the unknown clock hourglass": changed("actions", "sign", renews=("hourglass",)),
    "clock sign names the unknown state nowhere": changed("clocks", "sign", runs_in=("assigned", "nowhere")),
    "clock sign names the unknown state elsewhere": changed("clocks", "sign", waits_in=("elsewhere",)),
    "clock sign lapses into the unknown action explode": changed("clocks", "sign", lapses="explode"),
    "clock handle depends on the unknown fact weather": changed(
        "clocks", "handle", limit=replace(CHOOSE, fact="weather")
    ),
    "clock handle has no limit where difficulty is not known": changed(
        "clocks", "handle", limit=replace(CHOOSE, limits={"ordinary": Limit(7)})
    ),
    "clock review_date takes its day from dream, which nobody asks": changed(
        "clocks", "review_date", limit=Asked("dream", 30)
    ),
    # questions
    "action sign asks word 2 times": asking(WORD, WORD),
    "question word of sign names the unknown state nowhere": asking(replace(WORD, only_in=("nowhere",))),
    "question word of sign is for handling, where nobody can sign": asking(replace(WORD, only_in=("handling",))),
    "question word of sign is for none of those who may sign": asking(replace(WORD, asked_of=(Role.ENTERPRISE,))),
    "question word of sign depends on mood, which is not asked": asking(replace(WORD, only_if=("mood", "good"))),
    "question word of sign depends on mood being blue, which it cannot be": asking(
        Field("mood", "心情", Kind.CHOICE, choices=(("good", "好"),)), replace(WORD, only_if=("mood", "blue"))
    ),
    "question word of sign waits for an answer that waits for it": asking(
        replace(WORD, only_if=("echo", "yes")), replace(WORD, name="echo", only_if=("word", "yes"))
    ),
    # states
    "state asleep cannot be reached": with_another("states", SLEEP),
    "open state asleep has no way out": ASLEEP,
    "open state asleep has no clock: a problem could sleep there for ever": ASLEEP,
    "state handling is nobody's turn": changed("states", "handling", turn=()),
    "state draft is nobody's turn": changed("states", "draft", turn=()),
    "state handling is the turn of cadre, who cannot lead the problem on": changed(
        "states", "handling", turn=(Role.CADRE,)
    ),
    # actions
    "action sign may be taken by nobody": changed("actions", "sign", by=()),
    "action sign leads nowhere": changed("actions", "sign", moves=()),
    "action sign names the role group_lead 2 times": changed(
        "actions", "sign", by=(Role.GROUP_LEAD, By(Role.GROUP_LEAD, (REFERRED,)))
    ),
    # clocks
    "clock sign runs or waits in closed, which is not open": changed("clocks", "sign", runs_in=("assigned", "closed")),
    "clock sign runs or waits in draft, which is not open": changed("clocks", "sign", waits_in=("draft",)),
    "clock sign both runs and waits in assigned": changed("clocks", "sign", waits_in=("assigned",)),
    "clock sign has a limit of 0": changed("clocks", "sign", limit=Limit(0)),
    "clock handle has a limit of -1": changed("clocks", "handle", limit=replace(CHOOSE, again=Limit(-1))),
    "clock review_date has a limit of 0": changed("clocks", "review_date", limit=Asked("review_on", 0)),
    "action sign stops the clock close, which never runs where it is taken": changed(
        "actions", "sign", stops=("close",)
    ),
    "clock evaluate lapses into evaluate, which the clocks may not do": changed(
        "clocks", "evaluate", lapses="evaluate"
    ),
    "clock close lapses into lapse, which cannot be done in closing": changed("clocks", "close", lapses="lapse"),
    "clock sign runs out and nobody is told": changed("clocks", "sign", milestones=()),
    # ladders
    "clock handle has the milestone due_soon 2 times": laddered(lambda marks: (replace(marks[0], days=-9), *marks)),
    "milestone due_soon of handle does not come after due_next": laddered(lambda m: (m[1], m[0], *m[2:])),
    "milestone due_next of handle does not come after due_soon": laddered(
        lambda marks: (marks[0], replace(marks[1], days=-3), *marks[2:])
    ),
    "the ladder of handle goes down from overdue to supervised": laddered(
        lambda marks: (*marks[:4], replace(marks[4], severity=0), marks[5])
    ),
    # notices
    "notice signed has no recipients": told(Tell("signed", ())),
}


@pytest.mark.parametrize("complaint", BROKEN)
def test_it_complains_that(complaint: str) -> None:
    assert complaint in check(BROKEN[complaint])


@pytest.mark.parametrize(
    ("templates", "complaint"),
    [
        (NOTICES - {"overdue"}, "notice overdue has no template"),
        (NOTICES - {"evaluated"}, "notice evaluated has no template"),
        (NOTICES | {"valentine"}, "template valentine belongs to no notice"),
    ],
)
def test_it_compares_notices_and_templates(templates: set[str], complaint: str) -> None:
    assert check(PROBLEM, templates) == [complaint]


def test_a_notice_of_a_branch_or_of_a_milestone_needs_recipients_too() -> None:
    branch = changed(
        "actions", "sign", moves=(replace(PROBLEM.action("sign").moves[0], tells=(Tell("whispered", ()),)),)
    )
    rung = laddered(lambda marks: (replace(marks[0], tells=(Tell("murmured", ()),)), *marks[1:]))
    assert check(branch) == ["notice whispered has no recipients"]
    assert check(rung) == ["notice murmured has no recipients"]


def test_an_open_state_in_which_every_clock_waits_has_no_clock() -> None:
    waiting = replace(ASLEEP, clocks=(*ASLEEP.clocks, replace(NAP, runs_in=("handling",), waits_in=("asleep",))))
    running = replace(ASLEEP, clocks=(*ASLEEP.clocks, NAP))
    assert any("asleep has no clock" in each for each in check(waiting))
    assert not any("asleep has no clock" in each for each in check(running))


def test_a_way_back_to_where_it_was_is_a_way_out() -> None:
    wake = Action("wake", "醒", (Move(("asleep",), ORIGIN),), (Role.HANDLER,))
    table = replace(ASLEEP, actions=(*ASLEEP.actions, wake), clocks=(*ASLEEP.clocks, NAP))
    assert check(table) == []


def test_taking_a_state_out_leaves_every_broken_name_named() -> None:
    complaints = check(without("states", "objected"))
    assert {"action uphold names the unknown state objected", "clock rule names the unknown state objected"} <= {
        *complaints
    }
