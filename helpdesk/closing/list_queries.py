"""What waits for 销号 and for a call, as the rows of the two lists: what they hold, their lines, their order."""

from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from helpdesk.closing.judging import ASKED, BY_CALL, BY_LINK, JUDGING, TO_CALL, TO_CLOSE
from helpdesk.db import db, once
from helpdesk.listings.queries import DUE, Condition, Keys, problem_lines
from helpdesk.problems.cases import Standing
from helpdesk.problems.models import Entry, Problem
from helpdesk.problems.queries import visible_to

MOST_NEIGHBOURS = 2000
WORD = aliased(Entry)
"""The entry that carries the enterprise's word on which the problem came to its 销号."""
CALL = aliased(Entry)
"""The newest call of the evaluation that is going on."""


def waiting_to_close(me: Standing) -> Keys:
    """Problems in 待销号 that this person may see."""
    return select(Problem.id).where(visible_to(me), Problem.state.in_(TO_CLOSE))


def waiting_for_a_call(me: Standing) -> Keys:
    """Problems to be called back: their turn has come, or no mail can ask, or somebody has begun to call."""
    no_mail = or_(Problem.contact_email.is_(None), Problem.unreached_calls > 0)
    return select(Problem.id).where(
        visible_to(me), or_(Problem.state.in_(TO_CALL), and_(Problem.state.in_(ASKED), no_mail))
    )


def judged_by(names: tuple[str, ...]) -> Condition:
    """Problems whose 销号 rests on one of these acts."""
    return Problem.id.in_(select(Entry.problem_id).where(Entry.id.in_(_words()), Entry.action.in_(names)))


def judged_by_link() -> Condition:
    """The enterprise itself has said it, through its own link."""
    return judged_by(BY_LINK)


def judged_by_call() -> Condition:
    """Somebody has asked on the phone, or has tried to."""
    return judged_by(BY_CALL)


def tried(times: int) -> Condition:
    """Problems that were called in vain so often."""
    return Problem.unreached_calls == times


def _words() -> Select[Any]:
    names = [action.name for action in JUDGING]
    found = select(func.max(Entry.id)).join(Problem, Problem.id == Entry.problem_id)
    return found.where(Problem.state.in_(TO_CLOSE), Entry.action.in_(names), Entry.dest.in_(TO_CLOSE)).group_by(
        Entry.problem_id
    )


def closing_lines(keys: Any, *, longest: int) -> Select[Any]:
    """The lines of problems, each with ``word_action``, ``word_at`` and ``word_by``: how the enterprise was asked."""
    newest = _newest(keys, [action.name for action in JUDGING], Entry.dest.in_(TO_CLOSE))
    rows = problem_lines(keys, longest=longest).add_columns(
        Problem.version,
        Problem.solved,
        Problem.contacted,
        WORD.action.label("word_action"),
        WORD.at.label("word_at"),
        WORD.by_name.label("word_by"),
    )
    return _with(rows, newest, WORD)


def call_lines(keys: Any, *, longest: int) -> Select[Any]:
    """The lines of problems, each with its contact, ``unreached_calls``, and ``called_at`` and ``called_by`` of the last."""
    newest = _newest(keys, list(BY_CALL), Entry.at >= Problem.state_since_at)
    rows = problem_lines(keys, longest=longest).add_columns(
        Problem.contact_name,
        Problem.contact_phone,
        Problem.contact_email,
        Problem.unreached_calls,
        CALL.at.label("called_at"),
        CALL.by_name.label("called_by"),
    )
    return _with(rows, newest, CALL)


def _newest(keys: Any, names: list[str], condition: Condition) -> Any:
    wanted = keys.subquery()
    found = select(Entry.problem_id, func.max(Entry.id).label("entry_id"))
    found = found.join(wanted, wanted.c.id == Entry.problem_id).join(Problem, Problem.id == Entry.problem_id)
    return found.where(Entry.action.in_(names), condition).group_by(Entry.problem_id).subquery()


def _with(rows: Select[Any], newest: Any, entry: Any) -> Select[Any]:
    return rows.outerjoin(newest, newest.c.problem_id == Problem.id).outerjoin(entry, entry.id == newest.c.entry_id)


def neighbours(keys: Keys, problem_id: int) -> tuple[int | None, int | None]:
    """The problems before and after this one in a list by due moment; of one that is not in it the first, as the next."""
    found = list(db.session.scalars(keys.order_by(*DUE.up).limit(MOST_NEIGHBOURS)))
    if problem_id not in found:
        return None, next(iter(found), None)
    place = found.index(problem_id)
    return (found[place - 1] if place else None), (found[place + 1] if place + 1 < len(found) else None)


def worked_on(me: Standing) -> frozenset[int]:
    """Of what waits for a call or a 销号: the problems that this person, or somebody he stands in for, has worked on."""
    return once(("worked", me.himself), lambda: _worked_on(me))


def _worked_on(me: Standing) -> frozenset[int]:
    his = or_(Entry.by_id.in_(me.himself), Entry.for_id.in_(me.himself))
    waiting = Problem.state.in_((*TO_CLOSE, *TO_CALL, *ASKED))
    rows = select(Entry.problem_id).join(Problem, Problem.id == Entry.problem_id).where(waiting, Entry.works, his)
    return frozenset(db.session.scalars(rows.distinct()))
