"""Policies of any shape for the tests: the shipped one with other numbers, and whole ones drawn at random."""

from dataclasses import replace
from datetime import time
from typing import Any

from hypothesis import strategies as st

from workflows.book import CLOCKS
from workflows.policy import MOST, SHIPPED, Policy, Rule, Weights, branches, candidates, with_branches
from workflows.roles import Role, Whose
from workflows.terms import Limit, Milestone, Pace, Tell, Unit

WHO = st.sampled_from([*(role for role in Role if role is not Role.SYSTEM), *Whose])


def limited(clock: str, limit: Limit, branch: str = "", policy: Policy = SHIPPED) -> Policy:
    """That policy with another limit of one clock."""
    rule = policy.limits[clock]
    return replace(policy, limits={**policy.limits, clock: with_branches(rule, branches(rule) | {branch: limit})})


def laddered(clock: str, *marks: Milestone, policy: Policy = SHIPPED) -> Policy:
    """That policy with other milestones of one clock."""
    return replace(policy, ladders={**policy.ladders, clock: marks})


def mark(policy: Policy, clock: str, name: str) -> Milestone:
    """One milestone of a policy."""
    return next(each for each in policy.ladders[clock] if each.name == name)


def marked(clock: str, called: str, policy: Policy = SHIPPED, **changes: Any) -> Policy:
    """That policy with one milestone changed."""
    marks = (replace(each, **changes) if each.name == called else each for each in policy.ladders[clock])
    return laddered(clock, *marks, policy=policy)


@st.composite
def rules(draw: st.DrawFn, clock: str) -> Rule:
    """Any limits of the shape that this clock's rule has."""
    rule = SHIPPED.limits[clock]
    amounts, units = st.integers(-9_999, 9_999), st.sampled_from(Unit)
    return with_branches(
        rule,
        {
            branch: Limit(draw(amounts), Unit.NATURAL_DAYS if branch == MOST else draw(units))
            for branch in branches(rule)
        },
    )


TELLS = st.builds(
    Tell,
    notice=st.sampled_from(["due_soon", "overdue", "supervise_copy", "unheard_of"]),
    to=st.lists(WHO, max_size=4).map(tuple),
    pace=st.sampled_from(Pace),
    link=st.sampled_from(["progress", "evaluate"]),
)


def ladders(clock: str) -> st.SearchStrategy[tuple[Milestone, ...]]:
    """Any milestones, of usual and unusual names."""
    names = st.sampled_from([*(each.name for each in candidates(clock)), "one_more"])
    words = st.text("甲乙丙 abc（）", min_size=1, max_size=20).map(str.strip).filter(bool)
    days = st.integers(-9_999, 9_999)
    marks = st.builds(Milestone, names, words, days, st.lists(TELLS, max_size=2).map(tuple), st.integers(-3, 5))
    return st.lists(marks, max_size=4).map(tuple)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any policy at all, sensible or not; a few of its clocks are other ones than shipped."""
    changed = draw(st.lists(st.sampled_from(list(CLOCKS)), max_size=4, unique=True))
    minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))
    return Policy(
        name=draw(st.text("规则 13710（修订）", min_size=1, max_size=30).map(str.strip).filter(bool)),
        limits={**SHIPPED.limits, **{name: draw(rules(name)) for name in changed}},
        ladders={**SHIPPED.ladders, **{name: draw(ladders(name)) for name in changed}},
        soon_days=draw(st.integers(-9_999, 9_999)),
        long_days=draw(st.integers(-9_999, 9_999)),
        weights=draw(st.builds(Weights, *[st.integers(-9_999, 9_999)] * 4)),
        mail_hours=tuple(draw(st.lists(st.tuples(minutes, minutes), max_size=3))),
    )
