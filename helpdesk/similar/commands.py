"""Learning from what is on record: which pairs of characters are rare, and to which groups their problems went."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from helpdesk.db import begin_writing, db
from helpdesk.similar import queries
from helpdesk.similar.weighing import pairs_of

MOST_LEARNED = 20_000
"""From so many problems is learned, spread evenly over all: that is enough to know what is rare."""
SELDOM = 2
"""A pair in fewer problems is kept by no row: it counts like one that nobody wrote yet."""


@dataclass(frozen=True)
class Learnt:
    """How many problems were read, and how many pairs they hold that are kept."""

    problems: int
    pairs: int


def learn(now: datetime) -> Learnt:
    """Count anew, in one transaction; ``now`` is when the job was begun and changes nothing."""
    begin_writing()
    problems, groups = Counter[str](), defaultdict[int, Counter[str]](Counter)
    for title, detail, group_id in queries.sample(MOST_LEARNED):
        held = [queries.ALL, *pairs_of(title, detail)]
        problems.update(held)
        if group_id is not None:
            groups[group_id].update(held)
    kept = Counter({pair: count for pair, count in problems.items() if count >= SELDOM or pair == queries.ALL})
    of_groups = {key: Counter({pair: n for pair, n in held.items() if pair in kept}) for key, held in groups.items()}
    queries.write_counts(kept, of_groups)
    db.session.commit()
    return Learnt(problems[queries.ALL], max(len(kept) - 1, 0))
