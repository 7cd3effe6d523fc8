"""What a closing is said to rest on must have happened."""

from datetime import timedelta
from typing import Any

import pytest

from tests.workflows.wishes import CALENDAR, TODAY, answers
from workflows.engine import Missing, decide
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import Case

CLOSE = PROBLEM.action("close")
SILENT: dict[str, Any] = {"unreached_calls": 3}
BY_LINK: dict[str, Any] = {"satisfaction": "satisfied"}
BY_PHONE: dict[str, Any] = {"satisfaction": "satisfied", "answered": "yes"}


def close(basis: str, **facts: Any) -> str:
    case = Case(state=CLOSE.sources[0], has_group=True, **facts)
    given = answers(CLOSE, basis=basis)
    now = CALENDAR.at(TODAY)
    return decide(
        PROBLEM, case, "close", roles=frozenset({Role.SUPERVISOR}), actor=7, given=given, now=now, today=TODAY
    ).dest


@pytest.mark.parametrize(
    ("basis", "facts"),
    [("unrated", SILENT), ("visited", SILENT), ("evaluated", BY_LINK), ("called", BY_PHONE), ("visited", BY_LINK)],
)
def test_what_happened_may_be_said(basis: str, facts: dict[str, Any]) -> None:
    assert close(basis, **facts) == "closed"


@pytest.mark.parametrize(
    ("basis", "facts", "words"),
    [
        ("evaluated", SILENT, "没有通过链接评价过"),
        ("evaluated", BY_PHONE, "没有通过链接评价过"),
        ("called", SILENT, "没有电话回访联系上"),
        ("called", BY_LINK, "没有电话回访联系上"),
        ("unrated", BY_LINK, "已经评价过"),
        ("unrated", BY_PHONE, "已经评价过"),
    ],
)
def test_what_did_not_happen_may_not(basis: str, facts: dict[str, Any], words: str) -> None:
    with pytest.raises(Missing, match=words) as refused:
        close(basis, **facts)
    assert list(refused.value.errors) == ["basis"]


def test_nobody_has_called_later_than_now() -> None:
    call, now = PROBLEM.action("call_back"), CALENDAR.at(TODAY)
    case = Case(state=call.sources[0], has_group=True)
    for later, words in ((timedelta(0), None), (timedelta(minutes=1), "不能晚于现在")):
        given = answers(call, called_at=now + later)
        wish = {"roles": frozenset(call.roles[:1]), "actor": 7, "given": given, "now": now, "today": TODAY}
        if words is None:
            assert decide(PROBLEM, case, "call_back", **wish).dest == "closing"
        else:
            with pytest.raises(Missing, match=words):
                decide(PROBLEM, case, "call_back", **wish)
