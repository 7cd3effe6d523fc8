"""An order in the words of its page."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for

from helpdesk.clock import local
from helpdesk.pages import day_words
from helpdesk.problems import queries as problems_queries
from helpdesk.problems.cases import Standing
from helpdesk.problems.words import due_words, moment_words
from helpdesk.proceedings.models import Proceeding, ProceedingClock
from helpdesk.supervision import queries
from helpdesk.supervision.models import OrderProblem
from workflows.book import CLOCKS
from workflows.supervision import LEVELS, TOLD_ON_PROBLEMS
from workflows.terms import Field, Phase

LEVEL_WORDS = dict(LEVELS)


def level_of(order: Proceeding) -> dict[str, str]:
    """The level in words with the colour of its card: 一级督办（黄牌）."""
    level = str(order.facts.get("level", ""))
    cards = dict(zip(LEVEL_WORDS, current_app.config["SUPERVISION_CARDS"], strict=True))
    words = f"{LEVEL_WORDS.get(level, '')}督办"
    return {
        "words": f"{words}（{cards[level]}牌）" if level in cards else words,
        "card": CARD_LOOKS[cards.get(level, "")],
    }


CARD_LOOKS = {"蓝": "blue", "黄": "yellow", "橙": "yellow", "红": "red", "紫": "purple", "": "grey"}
"""Which of the lamps' colours a card is drawn in."""


def kept(order: Proceeding, question: Field) -> Any:
    """What is known as the answer to a question already."""
    return order.title if question.keep == "title" else order.facts.get(question.keep or "")


def facts(order: Proceeding, today: date) -> list[tuple[str, str]]:
    """What the order says of itself."""
    told = order.facts
    rows = [
        ("主送单位", order.unit.name if order.unit else ""),
        ("级别", level_of(order)["words"]),
        ("督办要求", told.get("demand", "")),
        ("回复期限", _day(told.get("reply_by"), today)),
        ("起草", f"{_drafter(order)}，{day_words(local(order.opened_at).date(), today)}"),
    ]
    answered = [
        ("逾期原因", told.get("causes")),
        ("整改措施和进展", told.get("steps")),
        ("承诺办结日期", _day(told.get("done_by"), today)),
    ]
    return rows + [(label, words) for label, words in answered if words]


def _drafter(order: Proceeding) -> str:
    return order.opened_by.name if order.opened_by else "系统（到督办时点自动起草）"


def _day(iso: str | None, today: date) -> str:
    return day_words(date.fromisoformat(iso), today) if iso else ""


def problems(rows: Iterable[OrderProblem], me: Standing) -> list[dict[str, Any]]:
    """The problems of an order as lines; only those that the reader may see lead to their page."""
    rows = list(rows)
    seen = problems_queries.seen_among(me, [row.problem_id for row in rows])
    return [
        {
            "problem_id": row.problem_id,
            "number": row.problem.number,
            "title": row.problem.title,
            "enterprise": row.problem.enterprise.name if row.problem.enterprise else "",
            "leg": CLOCKS[row.clock.name].label if row.clock else "–",
            "due": day_words(row.due_on, me.today) if row.due_on else "–",
            "late": f"{row.late_days} 个工作日" if row.late_days else "不足 1 个工作日" if row.clock_id else "–",
            "now": _now(row),
            "url": url_for("problems.show", problem_id=row.problem_id) if row.problem_id in seen else None,
        }
        for row in rows
    ]


def _now(row: OrderProblem) -> str:
    if row.clock is None:
        return "办结" if row.problem.phase == Phase.CLOSED else "在办"
    return "这个环节已办完" if row.clock.stopped_at else "还没办完"


def steps(problem_id: int, today: date) -> list[tuple[datetime, dict[str, Any]]]:
    """When orders about a problem were issued, accepted and ended, as lines of its timeline, the newest first.

    What was written is left out: whoever sees the problem need not see the order.
    """
    return [
        (
            entry.at,
            {
                "when": moment_words(entry.at, today),
                "when_iso": entry.at.isoformat(),
                "sentence": f"{number}：{entry.by_name}{entry.label}",
            },
        )
        for number, entry in queries.steps_about(problem_id, TOLD_ON_PROBLEMS)
    ]


def clock_rows(rows: Iterable[ProceedingClock], me: Standing) -> list[tuple[str, str]]:
    """Each clock in words: 督办签收 9月2日（周三）24:00 前，按时."""
    return [
        (CLOCKS[row.name].label, f"{due_words(row.due_on, row.due_at, me.today)}，{_went(row, me)}") for row in rows
    ]


def _went(row: ProceedingClock, me: Standing) -> str:
    if row.stopped_at is None:
        return "已逾期" if row.due_at <= me.now else "正在计时"
    return f"超时 {row.late_by} 个工作日" if row.late and row.late_by else "超时" if row.late else "按时"
