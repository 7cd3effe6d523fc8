"""What papers about one problem tell, read from its history as it was when the act was done."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from helpdesk.clock import calendar
from helpdesk.org.models import UnitKind
from helpdesk.org.queries import find_unit_of_kind
from helpdesk.pages import masked, masked_name
from helpdesk.papers.filling import day_on_paper
from helpdesk.papers.occasions import DRAFT, Occasion, occasions
from helpdesk.papers.story import Story, answer, day_of, due_then, due_words, last_with, ran, said
from helpdesk.papers.terms import Facts
from helpdesk.problems.cases import EXTENDABLE
from helpdesk.problems.legs import QUESTIONS, How, result_words
from helpdesk.problems.models import Entry, Matter, ProblemClock
from helpdesk.problems.words import limit_words
from workflows.book import CLOCKS, PROCESSES
from workflows.fields import CATEGORIES, DIFFICULTIES, OUTCOMES, SATISFACTIONS, URGENCIES, YES_NO
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import Phase, Unit

CAMPAIGN = "“万人助万企”"
GROUP = tuple(sorted(QUESTIONS["group_id"]))
JUDGED = ("satisfaction", "reached")
"""Questions of which one is answered whenever the enterprise was asked."""


def facts_for(occasion: Occasion, story: Story, *, district: str, by: str) -> Facts:
    """The facts of that paper; ``by``: who makes it now."""
    told = FACTS[occasion.paper.name](occasion, story)
    office = told.pop("office")
    unit = find_unit_of_kind(office)
    return (
        _of_problem(story)
        | told
        | {
            "issuer": f"{district}{CAMPAIGN}{unit.name if unit else ''}",
            "issued_on": day_of(occasion.at),
            "printed": f"{by} {day_on_paper(story.me.today)}",
        }
    )


def _of_problem(story: Story) -> dict[str, Any]:
    problem = story.problem
    name, phone = problem.contact_name, problem.contact_phone
    if story.masked:
        name, phone = masked_name(name), masked(phone)
    return {
        "number": problem.number,
        "enterprise": problem.enterprise.name if problem.enterprise else "",
        "contact": " ".join(each for each in (name, phone) if each),
        "contact_name": name,
        "title": problem.title,
        "detail": problem.detail,
        "wish": problem.wish,
        "category": dict(CATEGORIES).get(problem.category or ""),
        "urgency": dict(URGENCIES).get(problem.urgency or ""),
        "reporter": problem.reporter.name,
        "reported_on": _day(problem.reported_at),
    }


def _day(moment: datetime | None) -> date | None:
    return day_of(moment) if moment else None


def _entry(occasion: Occasion, story: Story) -> Entry:
    return next(each for each in story.entries if each.id == occasion.key)


def _office_of(entry: Entry) -> UnitKind:
    return UnitKind.SUPERVISION if entry.by_role == Role.SUPERVISOR else UnitKind.DISPATCH


# -- 交办单 -------------------------------------------------------------------------------------------------------------


def _assignment(occasion: Occasion, story: Story) -> dict[str, Any]:
    entry = _entry(occasion, story)
    before = story.until(entry.id)
    difficulty = answer(last_with(before, "difficulty"), "difficulty").get("value", "")
    return {
        "office": UnitKind.DISPATCH,
        "group": said(entry, *GROUP),
        "assisting": said(last_with(before, "assisting"), "assisting"),
        "difficulty": dict(DIFFICULTIES).get(difficulty, ""),
        "instruction": said(entry, "instruction", "reason"),
        "act": entry.label,
        "assigned_by": entry.by_name,
        "assigned_on": day_of(entry.at),
        "limits": [_limit(row, story, entry.at) for row in story.clocks if row.started_at == entry.at],
    }


def _limit(row: ProblemClock, story: Story, at: datetime) -> dict[str, str]:
    return {
        "leg": CLOCKS[row.name].label,
        "limit": limit_words(row.amount, Unit(row.counted_in)),
        "due": due_words(row, story.steps.get(row.id, []), at),
    }


# -- 催办通知书 ---------------------------------------------------------------------------------------------------------


def _reminder(occasion: Occasion, story: Story) -> dict[str, Any]:
    entry = _entry(occasion, story)
    row = _pressing(entry, story)
    due = due_then(row, story.steps.get(row.id, []), entry.at) if row else None
    late = calendar().between(due, day_of(entry.at)) if due and due < day_of(entry.at) else 0
    return {
        "office": _office_of(entry),
        "unit": _urged_unit(row, story),
        "leg": CLOCKS[row.name].label if row else "",
        "due": due_words(row, story.steps.get(row.id, []), entry.at) if row else "",
        "late_days": late or "",
        "times": sum(each.paper == occasion.paper and each.key <= entry.id for each in occasions(story)),
        "words": said(entry, "words"),
        "last_word": _last_word(story, entry),
        "urged_by": entry.by_name,
    }


def _pressing(entry: Entry, story: Story) -> ProblemClock | None:
    """The clock that struck, else the most pressing one that somebody in the district had to answer for."""
    struck = answer(entry, "clock").get("value")
    running = [
        row
        for row in story.clocks
        if (row.name == struck if struck else CLOCKS[row.name].owner is not Role.ENTERPRISE)
        and ran(row, story.steps.get(row.id, []), entry.at)
    ]
    return min(running, key=lambda row: due_then(row, story.steps.get(row.id, []), entry.at), default=None)


def _urged_unit(row: ProblemClock | None, story: Story) -> str:
    if row is not None and row.unit_id:
        return story.units[row.unit_id]
    if row is not None and CLOCKS[row.name].owner is Role.REPORTER:
        return str(story.problem.reporter.name)
    return story.problem.group.name if story.problem.group else ""


LAST_WORD = tuple(
    dict.fromkeys(field.name for action in PROBLEM.actions for field in action.asks if field.keep == "last_word")
)


def _last_word(story: Story, entry: Entry) -> str:
    return said(last_with(story.until(entry.id), *LAST_WORD), *LAST_WORD)


# -- 销号审批单 ---------------------------------------------------------------------------------------------------------


def _closing(occasion: Occasion, story: Story) -> dict[str, Any]:
    closed = _entry(occasion, story) if occasion.key != DRAFT else None
    before = story.until(closed.id if closed else None)
    result, asked = last_with(before, "outcome", "answer"), last_with(before, *JUDGED)
    return {
        "office": UnitKind.SUPERVISION,
        "closing_number": said(closed, "closing_number"),
        "group": said(last_with(before, *GROUP), *GROUP),
        "handler": said(last_with(before, *HANDLER), *HANDLER),
        "round": asked.round if asked else story.problem.round,
        "assigned_on": _day(next((each.at for each in reversed(before) if answer(each, *GROUP)), None)),
        "outcome": dict(OUTCOMES).get(answer(result, "outcome").get("value", ""), ""),
        "measures": said(last_with(before, "measures"), "measures"),
        "answer": said(result, "answer"),
        "files": "、".join(file.name for each in before if each.works for file in story.files.get(each.id, ())),
        "asked_how": f"{asked.label}，{asked.by_name}，{day_on_paper(day_of(asked.at))}" if asked else "",
        **_opinion(asked),
        "late_legs": _late_legs(story, closed) or "无",
        "basis": said(closed, "basis"),
        "opinion": said(closed, "opinion"),
        "closed_by": closed.by_name if closed else "",
        "closed_on": day_of(closed.at) if closed else "",
    }


HANDLER = tuple(sorted(QUESTIONS["handler_id"]))


def _opinion(asked: Entry | None) -> dict[str, str]:
    """What the enterprise said; silence is never more than 未评价."""
    choices = {"contacted": YES_NO, "solved": YES_NO, "satisfaction": SATISFACTIONS}
    words = {name: dict(of).get(answer(asked, name).get("value", ""), "未评价") for name, of in choices.items()}
    return words | {"words": said(asked, "words", "note")}


def _late_legs(story: Story, closed: Entry | None) -> str:
    late = [
        each
        for each in story.legs
        if each.how in (How.LATE, How.OVERDUE) and (closed is None or each.from_at <= closed.at)
    ]
    return "、".join(f"{each.label}（{result_words(each.how, each.late_by)}）" for each in late)


# -- 不予受理告知书 -----------------------------------------------------------------------------------------------------


def _declining(occasion: Occasion, story: Story) -> dict[str, Any]:
    entry = _entry(occasion, story)
    office = find_unit_of_kind(UnitKind.DISPATCH)
    return {
        "office": UnitKind.DISPATCH,
        "ground": said(entry, "ground"),
        "explanation": said(entry, "explanation"),
        "declined_by": entry.by_name,
        "phone": office.phone if office else "",
    }


# -- 延期审批单 ---------------------------------------------------------------------------------------------------------


def _extension(occasion: Occasion, story: Story) -> dict[str, Any]:
    matter = next(each for each in story.matters if each.id == occasion.key)
    about = [each for each in story.entries if each.matter_id == matter.id]
    asked, decided = about[0] if about else None, about[-1] if matter.phase == Phase.CLOSED and len(about) > 1 else None
    before = story.until(asked.id if asked else None)
    return {
        "office": UnitKind.DISPATCH,
        "group": said(last_with(before, *GROUP), *GROUP),
        "handler": said(last_with(before, *HANDLER), *HANDLER),
        "times": sum(each.kind == matter.kind and each.id <= matter.id for each in story.matters),
        "asked_by": asked.by_name if asked else "",
        "asked_on": day_of(matter.opened_at),
        "due_before": _extended_from(story, matter),
        "until_on": _typed_day(matter.asked.get("until_on")),
        "reason": matter.asked.get("reason"),
        "result": PROCESSES[matter.process].state(matter.state).label,
        "opinion": said(decided, "opinion", "reason"),
        "decided_by": decided.by_name if decided else "",
        "decided_on": _day(matter.ended_at),
    }


def _extended_from(story: Story, matter: Matter) -> str:
    running = [row for row in story.clocks if row.name == EXTENDABLE and row.started_at <= matter.opened_at]
    return due_words(running[-1], story.steps.get(running[-1].id, []), matter.opened_at) if running else ""


def _typed_day(words: Any) -> date | None:
    return date.fromisoformat(words) if words else None


FACTS: dict[str, Callable[[Occasion, Story], dict[str, Any]]] = {
    "assignment": _assignment,
    "reminder": _reminder,
    "closing": _closing,
    "declining": _declining,
    "extension": _extension,
}
