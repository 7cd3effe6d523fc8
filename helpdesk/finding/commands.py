"""Making the index of words anew from the record."""

from helpdesk.db import begin_writing, db
from helpdesk.indexing.queries import forget
from helpdesk.problems.indexed import PROBLEM_KIND, fill


def refill() -> int:
    """Forget the index of problems and fill it again, in one transaction; how many problems have words."""
    begin_writing()
    forget(PROBLEM_KIND)
    size = fill(db.session.connection())
    db.session.commit()
    return size
