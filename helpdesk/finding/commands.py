"""Making the index of words anew from the record."""

from helpdesk.db import begin_writing, db
from helpdesk.indexing.queries import forget
from helpdesk.problems import indexed as problems
from helpdesk.visits import indexed as visits


def refill() -> tuple[int, int]:
    """Forget the index and fill it again, in one transaction; how many problems and visits have words."""
    begin_writing()
    forget(problems.PROBLEM_KIND)
    forget(visits.VISIT_KIND)
    sizes = problems.fill(db.session.connection()), visits.fill(db.session.connection())
    db.session.commit()
    return sizes
