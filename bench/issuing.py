"""A bulletin over everything there is, in a process of its own: seconds to draft and to freeze it, and its memory."""

import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta

from bench.inside import application
from bench.measuring import seconds
from bench.servers import ROOT

YEARS = timedelta(days=1_000)


@dataclass(frozen=True)
class Issued:
    """What it took, in seconds; ``counted``: one bare count over the same tables; ``peak``: memory in MB."""

    rows: int
    draft: float
    freeze: float
    counted: float
    peak: float

    @property
    def ratio(self) -> float:
        """How many times the bare count drafting and freezing take."""
        return (self.draft + self.freeze) / self.counted


def issued(url: str) -> Issued:
    """Measured in another process, whose memory holds nothing else."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.issuing", url], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return Issued(**json.loads(done.stdout.splitlines()[-1]))


def _measure(url: str) -> Issued:
    from helpdesk import clock
    from helpdesk.bulletins import commands, queries
    from helpdesk.bulletins.periods import Period, Span
    from helpdesk.db import db
    from helpdesk.org.models import UnitKind
    from helpdesk.org.queries import find_unit_of_kind, seating
    from helpdesk.problems.actors import SYSTEM, Actor

    app = application(url)
    with app.app_context():
        now, today = clock.now(), clock.today()
        chief = next(each for each in seating(today).sitters if each.kind == UnitKind.LEADING_GROUP)
        assert find_unit_of_kind(UnitKind.SUPERVISION) is not None
        writer = next(each for each in seating(today).sitters if each.kind == UnitKind.SUPERVISION)
        period, key = Period(Span.CUSTOM, today - YEARS, today), list[int]()
        counted = seconds(lambda: db.session.execute(COUNT).all())
        db.session.rollback()
        draft = seconds(lambda: key.append(commands.draft(period, group_id=None, by=SYSTEM, now=now).proceeding_id))
        by = Actor(writer.person_id, writer.name)
        commands.act(key[0], "submit_bulletin", by=by, given={}, now=now)
        by = Actor(chief.person_id, chief.name)
        freeze = seconds(lambda: commands.act(key[0], "issue_bulletin", by=by, given={}, now=clock.now()))
        issue = queries.issue_of(key[0])
        assert issue is not None
        rows = issue.rows
        db.session.remove()
        db.engine.dispose()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Issued(rows, draft, freeze, counted, peak)


def _count() -> object:
    from sqlalchemy import func, select

    from helpdesk.problems.marks import Mark

    return select(Mark.problem_id, func.count()).group_by(Mark.problem_id)


if __name__ == "__main__":
    COUNT = _count()
    print(json.dumps(_measure(sys.argv[1]).__dict__))
