"""The facts of a problem in words: the table beside it, how it came out, and who was told."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from helpdesk.notices.models import CHAT, DROPPED, FAILED, NO_ADDRESS, SENT, WAITING, Notice
from helpdesk.problems.models import Problem
from helpdesk.problems.showing import ProblemPage
from helpdesk.problems.words import day_words, moment_words
from workflows.problem import PROBLEM

STATUS_WORDS = {
    WAITING: "等待发送",
    SENT: "已送达邮件服务器",
    FAILED: "发送失败",
    DROPPED: "未发送",
    NO_ADDRESS: "没有邮箱，站内可见",
}


def facts(page: ProblemPage, today: date) -> list[Any]:
    """The table of facts."""
    problem = page.problem
    found: list[tuple[str, str | None]] = [
        ("编号", problem.number),
        ("类别", _chosen("category", problem.category)),
        ("紧急程度", _chosen("urgency", problem.urgency)),
        ("责任组", problem.group.name if problem.group else None),
        ("承办人", problem.handler.name if problem.handler else None),
        ("难易程度", _chosen("difficulty", problem.difficulty)),
        ("轮次", f"第 {problem.round} 轮"),
        ("上报人", problem.reporter.name),
        ("上报时间", moment_words(problem.reported_at, today) if problem.reported_at else None),
        ("走访日期", day_words(problem.visit_on, today) if problem.visit_on else None),
        ("涉及项目", problem.project),
        ("预计办结", day_words(problem.expected_on, today) if problem.expected_on else None),
        ("下次复核", day_words(problem.review_on, today) if problem.review_on else None),
        ("销号编号", problem.closing_number),
        ("办结日期", day_words(problem.closed_on, today) if problem.closed_on else None),
    ]
    return [(label, words) for label, words in found if words]


def _chosen(name: str, value: str | None) -> str | None:
    """The words of a choice anywhere in the table."""
    asked = (question for action in PROBLEM.actions for question in action.asks if question.name == name)
    question = next(asked, None)
    return dict(question.choices).get(value, value) if question and value else value


def outcome(problem: Problem) -> str | None:
    """How it came out, in words."""
    return _chosen("outcome", problem.outcome)


def evaluation(problem: Problem) -> list[tuple[str, str]]:
    """What the enterprise said, in words; empty while it has said nothing."""
    answers = {"solved": "问题解决", "answered": "答复企业", "contacted": "主动联系", "satisfaction": "满意程度"}
    found = [(label, _chosen(name, getattr(problem, name))) for name, label in answers.items()]
    return [(label, words) for label, words in found if words]


def _became(notice: Notice) -> str:
    """已发出; of what was dropped, why."""
    words = STATUS_WORDS.get(notice.status, notice.status)
    how = f"{words}（{notice.dropped_why}）" if notice.dropped_why else words
    return f"其他通知方式，{how}" if notice.channel == CHAT else how


def told(notices: Iterable[Notice], today: date) -> list[dict[str, str]]:
    """Who was told what and when."""
    return [
        {
            "who": notice.reader_name,
            "what": notice.subject,
            "when": moment_words(notice.sent_at or notice.written_at, today),
            "status": _became(notice),
            "read": moment_words(notice.read_at, today) if notice.read_at else "",
        }
        for notice in notices
    ]
