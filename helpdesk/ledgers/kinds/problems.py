"""问题台账: the problems of an old ledger, each with its number, state and dates; written by helpdesk/problems/bringing_in.py."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import date

from helpdesk.ledgers.kinds import problem_columns as columns
from helpdesk.ledgers.kinds import problem_rows
from helpdesk.ledgers.kinds.problem_rows import Known
from helpdesk.ledgers.terms import DISPATCH, NEW, UNCHANGED, Difference, Doing, Done, Ledger, Row, RowRefusedError
from helpdesk.problems.bringing_in import Mover, Old, move_in, wrong_with
from helpdesk.problems.taking_back import take_back, touched
from workflows.engine import NotNow
from workflows.problem import PROBLEM

AT_ONCE = 500
REASON = "撤销数据迁入"


def keys(row: Row) -> list[tuple[str, Hashable]]:
    """A number comes once in a file; so does the same problem of an enterprise on one day."""
    number = [("number", row.get("number"))] if row.get("number") else []
    return [*number, ("detail", (row.get("enterprise"), row.get("detail") or row.get("title"), row.get("reported_on")))]


def read(rows: Sequence[Row], today: date, *, for_change: bool) -> Known:
    """The enterprises, groups and people that the rows name, and the numbers that are taken."""
    return problem_rows.known(rows, today, for_change=for_change)


def compare(row: Row, known: Known) -> Difference:
    """A new problem; one that has moved in already under this number is left alone."""
    old = problem_rows.old_of(row, known)
    if taken := known.taken.get(old.number or ""):
        return _taken(row, old, taken)
    if errors := wrong_with(old, Mover(None, "", known.file, known.now)):
        raise RowRefusedError({columns.OF_QUESTION.get(name, ""): words for name, words in errors.items()})
    return Difference(row.number, NEW, f"{old.number or '（接续编号）'} {old.title}", None, _told(row, old), old)


def _taken(row: Row, old: Old, taken: tuple[int | None, str | None]) -> Difference:
    if taken != (old.enterprise_id, old.title):
        raise RowRefusedError(
            {"number": f"编号“{old.number}”已经是另一个问题的编号：{taken[1]}；请核对，或者改用不重复的编号"}
        )
    return Difference(row.number, UNCHANGED, f"{old.number} {old.title}")


def _told(row: Row, old: Old) -> list[tuple[str, str, str]]:
    said = {
        "企业": row.get("enterprise"),
        "上报日期": old.reported_on,
        "迁入环节": PROBLEM.state(old.state).label,
        "责任组": row.get("group") if old.group_id else None,
        "办理时限": old.due_on,
        "办结日期": old.closed_on,
    }
    return [(label, "", str(words)) for label, words in said.items() if words]


# -- Doing and undoing -------------------------------------------------------------------------------------------------


def apply(differences: Sequence[Difference], doing: Doing) -> None:
    """Write the problems; the caller commits. NotNow where nobody is there in whose name they can stand."""
    mover = _mover(doing)
    reporter_id = doing.by_id or problem_rows.somebody_at_dispatch(doing.today)
    if reporter_id is None:
        raise NotNow("调度室还没有人员，问题没有人可以负责；请先导入人员名册")
    for start in range(0, len(differences), AT_ONCE):
        some = differences[start : start + AT_ONCE]
        olds = [replace(each.data, reporter_id=each.data.reporter_id or reporter_id) for each in some]
        for difference, key in zip(some, move_in(olds, mover), strict=True):
            difference.subject_id, difference.undo = key, {"problem_id": key}
        doing.tell(start + len(some))


def _mover(doing: Doing) -> Mover:
    return Mover(doing.by_id, doing.by_name[:60], doing.file_name, doing.now)


def obstacles(done: Sequence[Done]) -> list[str]:
    """Problems that somebody has acted on since."""
    found = set()
    for start in range(0, len(done), AT_ONCE):
        found |= touched([line.undo["problem_id"] for line in done[start : start + AT_ONCE]])
    return [f"“{line.label}”迁入以后已经有人办理过" for line in done if line.undo["problem_id"] in found]


def undo(done: Sequence[Done], doing: Doing) -> None:
    """Take them back; the caller has made sure that nobody has acted on them, and commits."""
    mover = _mover(doing)
    for start in range(0, len(done), AT_ONCE):
        some = [line.undo["problem_id"] for line in done[start : start + AT_ONCE]]
        take_back(some, mover, reason=REASON)
        doing.tell(start + len(some))


LEDGER = Ledger(
    name="problems",
    title="问题台账",
    says="以前台账里的问题，在办的和办结的；带着原编号、原状态和原日期，只记一笔“迁入”，不通知任何人",
    who=DISPATCH,
    columns=columns.COLUMNS,
    keys=keys,
    read=read,
    compare=compare,
    apply=apply,
    obstacles=obstacles,
    undo=undo,
    options=problem_rows.options,
    afterwards="已经逾期的会马上出现在逾期清单里；请调度室核对“待受理”和“待签收”的问题。",
)
