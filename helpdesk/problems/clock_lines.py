"""The clocks on a problem's page: a bar for each limit, the legs as a table, and which clock the due day belongs to."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from helpdesk.clock import local
from helpdesk.pages import day_words, moment_words
from helpdesk.problems.cases import Standing, clock_lamp
from helpdesk.problems.legs import COLOURS, How, Leg, Pause, result_words
from helpdesk.problems.models import Problem, ProblemClock
from helpdesk.problems.words import amount_words, due_words, limit_words
from workflows.steps import BY_THE_HOUR

AN_HOUR = 3600
SHORT = {How.IN_TIME: "按时，", How.LATE: "超时，", How.VOID: "转出，不计，", How.WAITING: "暂停，"}


def bars(legs: Iterable[Leg], rows: Iterable[ProblemClock], me: Standing) -> list[dict[str, Any]]:
    """The newest clock first."""
    by_id = {row.id: row for row in rows}
    return [_bar(leg, by_id[leg.clock_id], me) for leg in reversed(list(legs))]


def _bar(leg: Leg, row: ProblemClock, me: Standing) -> dict[str, Any]:
    running = leg.how in (How.RUNNING, How.OVERDUE)
    lamp = clock_lamp(row.due_on, row.due_at, waiting=False, now=me.now) if running else None
    return {
        "id": leg.clock_id,
        "name": label_of(leg),
        "used": _in_units(leg.used, leg),
        "limit": _in_units(leg.allowed, leg),
        "words": f"{SHORT.get(leg.how, '')}已用 {_used_words(leg)}，限 {allowed_words(leg)}",
        "due": due_words(row.due_on, row.due_at, me.today) if running else "",
        "colour": lamp.colour if lamp else COLOURS[leg.how],
    }


def label_of(leg: Leg) -> str:
    """办理（第 2 轮）."""
    return leg.label + (f"（第 {leg.round} 轮）" if leg.round > 1 else "")


def _in_units(amount: int, leg: Leg) -> int:
    return amount // AN_HOUR if leg.counted_in in BY_THE_HOUR else amount


def _used_words(leg: Leg) -> str:
    return amount_words(leg.used, leg.counted_in) if leg.counted_in in BY_THE_HOUR else str(leg.used)


def allowed_words(leg: Leg) -> str:
    """7 个工作日, with what was granted; hours only in whole ones."""
    if leg.counted_in in BY_THE_HOUR and leg.allowed % AN_HOUR:
        return amount_words(leg.allowed, leg.counted_in)
    return limit_words(_in_units(leg.allowed, leg), leg.counted_in)


def pressing(problem: Problem, rows: Sequence[ProblemClock]) -> int | None:
    """The clock that the problem's due day belongs to; None where none runs."""
    if problem.waiting or problem.due_at is None:
        return None
    found = (row for row in rows if row.stopped_at is None and row.unspent is None and row.due_at == problem.due_at)
    row = next(found, None)
    return row.id if row else None


# -- 各环节用时 ---------------------------------------------------------------------------------------------------------


def table(legs: Iterable[Leg], today: date) -> list[dict[str, Any]]:
    """Who had the turn from when to when, how much of what was allowed was used, how it went; oldest first."""
    return [
        {
            "id": leg.clock_id,
            "leg": label_of(leg),
            "who": _who(leg),
            "span": f"{moment_words(leg.from_at, today)} 至 {_until(leg, today)}",
            "pauses": [_pause(each, today) for each in leg.pauses],
            "allowed": allowed_words(leg) + (f"（含延期 {leg.extended} 次）" if leg.extended else ""),
            "used": amount_words(leg.used, leg.counted_in),
            "result": result_words(leg.how, leg.late_by),
            "colour": COLOURS[leg.how],
        }
        for leg in legs
    ]


def _who(leg: Leg) -> str:
    """基础设施保障组 谢志刚; people who are known with their unit say it themselves."""
    people = "、".join(leg.people)
    return people if "（" in people else " ".join(part for part in (leg.unit, people) if part) or "–"


def _until(leg: Leg, today: date) -> str:
    return moment_words(leg.until_at, today) if leg.until_at else "现在"


def _pause(pause: Pause, today: date) -> str:
    begin = day_words(local(pause.from_at).date(), today)
    end = f"至{day_words(local(pause.until_at).date(), today)}" if pause.until_at else "起"
    where = pause.reason.partition("：")[0]
    return f"{begin}{end}暂停，不算{f'（{where}）' if where else ''}"
