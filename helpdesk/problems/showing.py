"""Everything that a problem's page shows, gathered once: for people with a role, and for the enterprise's link."""

from dataclasses import dataclass
from datetime import datetime

from helpdesk.clock import calendar
from helpdesk.notices.models import Notice
from helpdesk.org.models import Unit, UnitKind
from helpdesk.org.queries import find_unit_of_kind, units_by_id
from helpdesk.problems import beside, queries
from helpdesk.problems.cases import (
    NamedPeople,
    Standing,
    case_of,
    lamp_of,
    roles_towards,
    turn_role,
)
from helpdesk.problems.legs import Leg, legs_of
from helpdesk.problems.models import Attachment, Entry, Link, Matter, Problem, ProblemClock
from helpdesk.problems.words import holder_words, named_holders
from workflows import clocks, engine
from workflows.problem import PROBLEM
from workflows.roles import LABELS, Role
from workflows.terms import Case

CALLERS = frozenset({Role.REPORTER, Role.CADRE, Role.DISPATCHER, Role.GROUP_LEAD, Role.HANDLER, Role.SUPERVISOR})
"""Who has to call the enterprise and therefore sees its phone (个人信息保护法 art. 6); for others it is masked."""


@dataclass(frozen=True)
class ProblemPage:
    """All that the page of one problem shows to one person."""

    problem: Problem
    roles: frozenset[Role]
    offers: tuple[engine.Offer, ...]
    lamp: clocks.Lamp | None
    state_label: str
    turn_role_label: str
    turn: list[str]
    clocks: list[ProblemClock]  # oldest first
    legs: list[Leg]
    entries: list[Entry]
    attachments: dict[int, list[Attachment]]
    told: list[Notice]
    masked_phone: bool
    merged_here: list[Problem]
    matters: list[beside.Block]
    openings: list[beside.Opening]


def page_of(me: Standing, problem: Problem) -> ProblemPage:
    """Gather the page of a problem that this person may see (``queries.get_problem_for`` has made sure)."""
    matters = queries.matters_of(problem.id)
    named = queries.named_with(problem, me.today, matters)
    roles = roles_towards(me.person_id, problem, me.seating, named)
    rows = queries.clocks_of(problem.id)
    entries = queries.timeline(problem.id)
    role = turn_role(problem, me.seating, named)
    workers = {key for entry in entries if entry.works for key in (entry.by_id, entry.for_id) if key}
    case = case_of(problem, rows, workers, matters=matters, today=me.today)
    return ProblemPage(
        problem=problem,
        roles=roles,
        offers=_offers(me, case, roles),
        lamp=lamp_of(problem, me.now),
        state_label=PROBLEM.state(problem.state).label,
        turn_role_label=LABELS[role] if role else "",
        turn=turn_holders(problem, me, named, role),
        clocks=rows,
        legs=_legs(rows, entries, me),
        entries=entries,
        attachments=queries.attachments_of(problem.id),
        told=queries.told_about(problem.id),
        masked_phone=not roles & CALLERS,
        merged_here=queries.merged_into(problem.id),
        matters=beside.blocks(me, problem, matters, case, named, entries),
        openings=beside.openings(me, case, roles),
    )


def offers_for(me: Standing, problem: Problem) -> tuple[engine.Offer, ...]:
    """What this person may do to this problem now."""
    case, named, _ = case_for(me, problem)
    return _offers(me, case, roles_towards(me.person_id, problem, me.seating, named))


def case_for(me: Standing, problem: Problem) -> tuple[Case, NamedPeople, list[Matter]]:
    """What the rules may know of a problem now, who is named with it, and what stands beside it."""
    matters = queries.matters_of(problem.id)
    rows, workers = queries.clocks_of(problem.id), queries.workers_on(problem.id)
    case = case_of(problem, rows, workers, matters=matters, today=me.today)
    return case, queries.named_with(problem, me.today, matters), matters


def _offers(me: Standing, case: Case, roles: frozenset[Role]) -> tuple[engine.Offer, ...]:
    return engine.offers(
        PROBLEM,
        case,
        roles=roles,
        **me.wishing,
    )


def turn_holders(problem: Problem, me: Standing, named: NamedPeople, role: Role | None) -> list[str]:
    """Who has the turn, by name and unit."""
    if role is None:
        return []
    if role is Role.ENTERPRISE:
        return [problem.enterprise.name] if problem.enterprise else []
    if role in named:
        return named_holders(me.seating, named[role])
    return [holder_words(each) for each in me.seating.holders(role, problem.group_id)]


def _legs(rows: list[ProblemClock], entries: list[Entry], me: Standing) -> list[Leg]:
    units = {key: unit.name for key, unit in units_by_id().items()} if rows else {}
    return legs_of(rows, queries.steps_of([row.id for row in rows]), entries[::-1], units, me.now)


# -- The enterprise's own page -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class News:
    """One thing that happened, as the enterprise may read it."""

    at: datetime
    label: str
    answers: list[dict[str, str]]


@dataclass(frozen=True)
class LinkPage:
    """All that the enterprise's page shows; nothing of the inside."""

    problem: Problem
    link: Link
    dot: int
    plainly: str
    offers: tuple[engine.Offer, ...]
    news: list[News]
    answer: str | None
    unit: Unit | None  # whom to call: the group that has it, else 调度室
    main: Problem | None


def link_page(link: Link, now: datetime) -> LinkPage:
    """Gather what the enterprise may see through a valid link."""
    problem = link.problem
    state = PROBLEM.state(problem.state)
    return LinkPage(
        problem=problem,
        link=link,
        dot=PROBLEM.state(problem.merged_into.state).dot if problem.merged_into else state.dot,
        plainly=state.plainly,
        offers=_enterprise_offers(link, now),
        news=news_of(problem),
        answer=problem.answer if state.dot >= ANSWER_FROM_DOT else None,
        unit=problem.group if problem.group and problem.group.phone else find_unit_of_kind(UnitKind.DISPATCH),
        main=problem.merged_into,
    )


FOLLOWED = frozenset(action.name for action in PROBLEM.actions if any(tell.followers for tell in action.tells))
"""The acts on a main problem that those hear of whose problems were merged into it."""
ANSWER_FROM_DOT = 3
"""The answer is shown once it is approved: from 请您评价 on."""


def _enterprise_offers(link: Link, now: datetime) -> tuple[engine.Offer, ...]:
    problem = link.problem
    case = case_of(problem, queries.clocks_of(problem.id))
    today = calendar().day_of(now)
    offers = engine.offers(PROBLEM, case, roles={Role.ENTERPRISE}, actor=None, now=now, today=today)
    return tuple(each for each in offers if each.action.uses_link in (None, link.purpose))


def news_of(problem: Problem) -> list[News]:
    """What happened, newest first: what was said to the enterprise, and one line where the next dot is reached.

    Nothing of the back and forth inside; of a main problem only what the table calls news for followers.
    """
    entries = queries.timeline(problem.id)
    if problem.merged_into_id and entries:
        main = queries.timeline(problem.merged_into_id)
        entries = [each for each in main if each.action in FOLLOWED and each.at >= entries[0].at] + entries
    shown, dot = [], 0
    for entry in reversed(entries):
        lit = PROBLEM.state(entry.dest).dot
        public = [answer for answer in entry.answers if answer["public"]]
        if not entry.internal and (public or lit != dot):
            shown.append(News(entry.at, _plain_label(entry), public))
        dot = lit
    return shown[::-1]


def _plain_label(entry: Entry) -> str:
    """Where the problem came to, in plain words; for what moved nothing, the act itself."""
    return PROBLEM.state(entry.dest).plainly if entry.source != entry.dest else entry.label
