"""Reading what was found: problems and visits that hold the words, as far as somebody may see them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, select

from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise
from helpdesk.listings.queries import counted, holding
from helpdesk.org.models import Person
from helpdesk.problems.cases import Standing
from helpdesk.problems.indexed import found_in
from helpdesk.problems.models import Entry, Problem
from helpdesk.problems.queries import visible_to
from helpdesk.visits import list_queries as visits
from helpdesk.visits.indexed import SOUGHT
from helpdesk.visits.models import Visit

MOST_RANKED = 500
"""The newest so many are ranked; who finds more than that narrows them in the ledger."""


def problems_holding(me: Standing, words: str) -> tuple[list[Any], int]:
    """The newest problems with these words that this person may see, and how many there are (COUNTED + 1: more)."""
    wanted = and_(visible_to(me), holding(words))
    lines: Any = select(Problem.id, Problem.number, Problem.title, Problem.state, Enterprise.name.label("enterprise"))
    lines = lines.outerjoin(Enterprise, Enterprise.id == Problem.enterprise_id).where(wanted)
    newest = lines.order_by(Problem.id.desc()).limit(MOST_RANKED)
    return list(db.session.execute(newest)), counted(select(Problem.id).where(wanted))


def visits_holding(me: Standing, words: str) -> tuple[list[Any], int]:
    """The newest visits with these words that this person may see, and how many there are (COUNTED + 1: more)."""
    wanted = visits.visits(me).where(visits.with_words(words))
    texts = [getattr(Visit, name) for name in SOUGHT]
    lines: Any = select(Visit.id, Visit.state, Visit.way, visits.DAY.label("day"), Enterprise.name.label("enterprise"))
    lines = lines.add_columns(Person.name.label("person"), *texts).join(
        Enterprise, Enterprise.id == Visit.enterprise_id
    )
    lines = lines.join(Person, Person.id == Visit.person_id).where(Visit.id.in_(wanted))
    newest = lines.order_by(*visits.NEWEST).limit(MOST_RANKED)
    return list(db.session.execute(newest)), counted(wanted)


def texts_of(problem_ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """What people wrote about these problems, the newest first: question and words."""
    rows = select(Entry.problem_id, Entry.answers).where(Entry.problem_id.in_(problem_ids)).order_by(Entry.id.desc())
    found: dict[int, list[tuple[str, str]]] = {key: [] for key in problem_ids}
    for problem_id, answers in db.session.execute(rows):
        found[problem_id] += [(each["label"], each["words"]) for each in found_in(answers)]
    return found
