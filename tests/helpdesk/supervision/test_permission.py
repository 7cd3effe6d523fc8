"""Every act and every page of an order, in every state, for everybody in the district: as the tables say, or refused."""

from collections import deque

import pytest
import time_machine
from flask import Flask

from helpdesk.org.models import Duty, UnitKind
from helpdesk.org.roles import SEATS as ROLE_SEATS
from helpdesk.problems.actors import Actor
from helpdesk.proceedings.commands import proceed
from helpdesk.proceedings.models import Proceeding
from tests.desk import Desk
from tests.helpdesk.supervision.test_orders import LATE, draft, orders
from tests.people import SEATS, UNITS
from tests.workflows.wishes import answers
from workflows.roles import Role
from workflows.supervision import ORDER
from workflows.terms import SELF, Action, Phase

ADDRESSED = "基础设施保障组"
EVERYBODY = (*SEATS, "administrator")
SEEN_BY_NOBODY_ELSE = {state.name for state in ORDER.states if state.phase is Phase.START} | {"order_discarded"}
"""Drafts, and what was never issued, are the supervision office's own."""
TODAY = LATE.date()


def roles_of(part: str) -> set[Role]:
    """What somebody is to an order addressed to that group, read off his post."""
    if part not in SEATS:
        return set()
    unit, duty = SEATS[part]
    kind = UNITS[unit]
    seated = {role for role, seat in ROLE_SEATS.items() if seat.kind == kind and duty in seat.duties}
    if kind is UnitKind.GROUP and unit != ADDRESSED:
        return set()
    signs = unit == ADDRESSED and duty in (Duty.LEAD, Duty.LIAISON)
    return seated | ({Role.ADDRESSEE} if signs else set())


def sees(part: str, state: str) -> bool:
    return bool(roles_of(part) & {Role.SUPERVISOR} if state in SEEN_BY_NOBODY_ELSE else roles_of(part))


def somebody(action: Action) -> str:
    """The first in the district who may do that."""
    return next(part for part in EVERYBODY if roles_of(part) & set(action.roles))


def way_to(state: str) -> list[Action]:
    """The shortest way there from a draft."""
    queue = deque([("order_drafted", list[Action]())])
    seen = set[str]()
    while queue:
        here, way = queue.popleft()
        if here == state:
            return way
        for action in ORDER.actions:
            for move in action.moves:
                if here in move.sources and move.dest not in {SELF, *seen}:
                    seen.add(move.dest)
                    queue.append((move.dest, [*way, action]))
    raise AssertionError(f"no way to {state}")


def do(desk: Desk, order_id: int, action: Action, part: str) -> None:
    """That person does it by the command, with answers that fit."""
    given = answers(action, TODAY, dropped="〔2026〕0001", **({"level": "3"} if action.name == "raise_order" else {}))
    with desk.app.app_context():
        asked = {field.name: given[field.name] for field in action.asks}
        by = Actor.person(desk.world.person(part))
        proceed(ORDER.name, order_id, action.name, by=by, given=asked, now=LATE)


def order_in(desk: Desk, state: str) -> int:
    """The key of an order about two problems, walked to that state."""
    problems = desk.at("handling"), desk.at("handling")
    draft(desk.browser("supervisor"), *problems)
    order_id = orders(desk)[-1].id
    for action in way_to(state):
        do(desk, order_id, action, somebody(action))
    return order_id


def as_it_is(desk: Desk) -> list[tuple[str, int]]:
    return [(each.state, each.version) for each in orders(desk)]


def expected(part: str, action: Action, state: str) -> int:
    """What the form of an act answers."""
    if not sees(part, state) or "new" in action.sources:
        return 404
    if not roles_of(part) & set(action.roles):
        return 403
    return 200 if state in action.sources else 409


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("state", [state.name for state in ORDER.states])
def test_a_form_opens_for_those_whom_the_table_names_and_what_others_send_changes_nothing(
    desk: Desk, state: str
) -> None:
    with time_machine.travel(LATE, tick=False):
        order_id = order_in(desk, state)
        before = as_it_is(desk)
        assert before[-1][0] == state
        for part in EVERYBODY:
            client = desk.browser(part)
            for action in ORDER.actions:
                wanted, address = expected(part, action, state), f"/orders/{order_id}/do/{action.name}"
                assert client.get(address).status_code == wanted, (part, action.name)
                if wanted != 200 and state in action.sources:
                    given = {name: str(value) for name, value in answers(action, TODAY).items()}
                    assert client.post(address, data=given).status_code == wanted, (part, action.name)
        assert as_it_is(desk) == before


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("state", [state.name for state in ORDER.states])
def test_pages_and_papers_open_for_those_who_see_the_order_and_for_others_there_is_none(desk: Desk, state: str) -> None:
    with time_machine.travel(LATE, tick=False):
        order_id = order_in(desk, state)
        for part in EVERYBODY:
            client = desk.browser(part)
            for address in (f"/orders/{order_id}", f"/orders/{order_id}/order.docx", f"/orders/{order_id}/letter.docx"):
                assert (client.get(address).status_code == 200) is sees(part, state), (part, address)
                if not sees(part, state):
                    assert client.get(address).status_code == 404
        nobody = desk.app.test_client()
        assert nobody.get(f"/orders/{order_id}").location.startswith("/login")


@pytest.mark.parametrize("action", [each for each in ORDER.actions if "new" not in each.sources], ids=lambda a: a.name)
def test_everybody_whom_the_table_names_can_do_it_where_it_says_so(desk: Desk, action: Action) -> None:
    parts = [part for part in EVERYBODY if roles_of(part) & set(action.roles)]
    assert parts
    with time_machine.travel(LATE, tick=False):
        for part in parts:
            state = action.moves[0].sources[0]
            order_id = order_in(desk, state)
            do(desk, order_id, action, part)
            dest = action.moves[0].dest
            assert orders(desk)[-1].state == (state if dest == SELF else dest)


def test_only_those_whom_the_table_names_draft(desk: Desk) -> None:
    drafting = next(each for each in ORDER.actions if "new" in each.sources)
    problem = desk.at("handling")
    with time_machine.travel(LATE, tick=False):
        for part in EVERYBODY:
            before = desk.count(Proceeding)
            answer = desk.browser(part).post("/orders/draft", data={"ids": [problem]})
            may = bool(roles_of(part) & set(drafting.roles))
            assert (answer.status_code, desk.count(Proceeding) - before) == ((302, 1) if may else (403, 0)), part


@pytest.mark.databases("sqlite")
def test_no_route_of_orders_is_left_out_here(app: Flask) -> None:
    doors = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/orders")}
    assert doors == {"orders.show", "orders.as_paper", "orders.act", "orders.draft"}
