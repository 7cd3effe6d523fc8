"""What the post must know of problems at the moment of sending: what waits for whom, and what is no longer true."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.enterprises.queries import paired
from helpdesk.notices.letters import LATE, TODAY, YOURS, Line
from helpdesk.org.queries import seating
from helpdesk.org.roles import Seating
from helpdesk.problems import queries, sending_queries, sentences, turn_queries, words
from helpdesk.problems.cases import (
    NamedPeople,
    Standing,
    first_held,
    in_place_of,
    named_people,
    named_with_matter,
    roles_towards,
    turn_role,
)
from helpdesk.problems.models import Matter, Problem
from workflows.book import PROCESSES
from workflows.problem import PROBLEM
from workflows.terms import Phase

MOST = 500
"""Lines looked up for one person."""

# -- What waits --------------------------------------------------------------------------------------------------------


def waits(person_ids: Collection[int], now: datetime) -> dict[int, list[Line]]:
    """What is due today, overdue or simply waiting for each of these people, the most pressing first.

    The same as stands on top of his first page; people for whom nothing waits are left out.
    """
    found = {person_id: _lines(queries.standing(person_id, now)) for person_id in sorted(person_ids)}
    return {person_id: lines for person_id, lines in found.items() if lines}


def _lines(me: Standing) -> list[Line]:
    problems: Iterable[Problem] = db.session.scalars(
        turn_queries.my_turn(me).where(Problem.phase == Phase.OPEN).limit(MOST)
    )
    return [
        *(_matter_line(matter, me) for matter in turn_queries.matters_in_my_turn(me)),
        *(_problem_line(problem, me) for problem in problems),
    ]


def _problem_line(problem: Problem, me: Standing) -> Line:
    absent = in_place_of(me, PROBLEM.state(problem.state).turn, problem, named_people(problem, ()))
    return _line(problem, sentences.next_step(problem.state), problem, me, absent)


def _matter_line(matter: Matter, me: Standing) -> Line:
    process = PROCESSES[matter.process]
    state = process.state(matter.state)
    named = named_with_matter(matter, named_people(matter.problem, ()), me.seating)
    absent = in_place_of(me, state.turn, matter.problem, named)
    return _line(matter.problem, f"{process.label}：{state.label}", matter, me, absent)


def _line(problem: Problem, todo: str, subject: Problem | Matter, me: Standing, absent: str | None) -> Line:
    return Line(
        heading=_heading(subject, me),
        problem_id=problem.id,
        subject=f"{problem.number or ''} {problem.enterprise.name if problem.enterprise else ''}：{problem.title or ''}",
        body="，".join(part for part in (f"代{absent}" if absent else "", todo, _due(subject, me)) if part),
        path=f"/problems/{problem.id}",
    )


def _heading(subject: Problem | Matter, me: Standing) -> str:
    if subject.waiting or subject.due_on is None or subject.due_at is None:
        return YOURS
    if subject.due_at <= me.now:
        return LATE
    return TODAY if subject.due_on == me.today else YOURS


def _due(subject: Problem | Matter, me: Standing) -> str:
    if subject.waiting:
        return "暂停计时"
    if subject.due_on is None or subject.due_at is None:
        return ""
    by = words.due_words(subject.due_on, subject.due_at, me.today)
    if subject.due_at > me.now:
        return by
    days = calendar().between(subject.due_on, me.today)
    return f"应在{by}完成，已逾期{f' {days} 个工作日' if days > 0 else ''}"


# -- What is no longer true --------------------------------------------------------------------------------------------


def moot(notices: Collection[Any], now: datetime) -> dict[int, str]:
    """Which of these waiting notices are no longer true, and why, in the words of the ledger."""
    problems = sending_queries.problems_now({each.problem_id for each in notices if each.problem_id})
    return {
        **_of_turns([each for each in notices if each.turn_since_at and each.problem_id], problems, now),
        **_of_clocks([each for each in notices if each.clock_id]),
        **_of_links([each for each in notices if each.link_id]),
        **_of_endings(notices, problems),
    }


def _of_clocks(notices: Sequence[Any]) -> dict[int, str]:
    clocks = sending_queries.clocks_now({each.clock_id for each in notices})
    found = {}
    for each in notices:
        clock = clocks.get(each.clock_id)
        if clock is None or clock.stopped:
            found[each.id] = "已经办理，不必再提醒"
        elif clock.waiting:
            found[each.id] = "计时已经暂停，不必再提醒"
        elif not each.cause.endswith(f".{clock.due_on:%y%m%d}"):
            found[each.id] = "时限已经调整，不必再提醒"
    return found


def _of_links(notices: Sequence[Any]) -> dict[int, str]:
    asking = [each for each in notices if each.name.startswith("please_evaluate")]
    used = sending_queries.used_links({each.link_id for each in asking})
    return {each.id: "企业已经评价" for each in asking if each.link_id in used}


def _of_endings(notices: Iterable[Any], problems: Mapping[int, Problem]) -> dict[int, str]:
    """What was written before a problem ended is of no use after it; what tells of the end was written with it."""
    found = {}
    for each in notices:
        problem = problems.get(each.problem_id or 0)
        if problem and problem.phase == Phase.CLOSED and each.written_at < problem.state_since_at:
            found[each.id] = f"问题{PROBLEM.state(problem.state).label}，不必再通知"
    return found


def _of_turns(notices: Sequence[Any], problems: Mapping[int, Problem], now: datetime) -> dict[int, str]:
    """Who was told because something had come to him is not told once it has gone on."""
    concerned = [problems[key] for key in sorted({each.problem_id for each in notices}) if key in problems]
    matters = sending_queries.open_matters_of([problem.id for problem in concerned])
    today = calendar().day_of(now)
    seats = seating(today)
    cadres = paired({each.enterprise_id for each in concerned if each.enterprise_id}, today)
    found = {}
    for each in notices:
        problem = problems[each.problem_id]
        named = named_people(problem, cadres.get(problem.enterprise_id or 0, ()))
        if not _has_turn(each, problem, matters.get(problem.id, ()), seats, named):
            found[each.id] = "已不再轮到收件人办理"
    return found


def _has_turn(notice: Any, problem: Problem, matters: Iterable[Matter], seats: Seating, named: NamedPeople) -> bool:
    if problem.state_since_at == notice.turn_since_at:
        role = turn_role(problem, seats, named)
        return role in roles_towards(notice.person_id, problem, seats, named)
    for matter in matters:
        if matter.state_since_at == notice.turn_since_at:
            here = named_with_matter(matter, named, seats)
            role = first_held(PROCESSES[matter.process].state(matter.state).turn, problem, seats, here)
            if role in roles_towards(notice.person_id, problem, seats, here):
                return True
    return False
