"""The rows of a problem in the words of its page: sentences of the timeline, bars of the clocks, lines of the lists."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from helpdesk.files import SHOWN_INLINE, size_words
from helpdesk.pages import masked
from helpdesk.problems.cases import lamp_of
from helpdesk.problems.models import Attachment, Entry, Problem
from helpdesk.problems.showing import ProblemPage
from helpdesk.problems.words import day_words, due_time, due_words, moment_words
from workflows.book import ACTIONS
from workflows.engine import Offer
from workflows.problem import PROBLEM
from workflows.terms import SELF, Action, Kind, Phase

IN_THE_SENTENCE = frozenset({Kind.GROUP, Kind.GROUPS, Kind.HANDLER, Kind.PROBLEM})
"""Answers short enough to be said in the sentence; the others stand below it."""

ON_THE_PAGE = frozenset({"save", "report", "settle_on_spot"})
"""Acts whose answers are the problem itself and stand above the timeline anyway."""

STRIKE, MOVED = "strike", "moved"
FileUrl = Callable[[int], str]


# -- The timeline ------------------------------------------------------------------------------------------------------


def timeline(
    entries: Iterable[Entry], files: Mapping[int, list[Attachment]], *, today: date, url: FileUrl
) -> list[dict[str, Any]]:
    """What happened, in the order given, as the timeline macro wants it."""
    return [
        {
            "when": moment_words(entry.at, today),
            "when_iso": entry.at.isoformat(),
            "sentence": sentence(entry),
            "internal": entry.internal and entry.action != STRIKE,
            "answers": _below(entry),
            "files": attached(files.get(entry.id, ()), url),
            "kind": "system" if entry.by_role == "system" else "",
        }
        for entry in entries
    ]


def happened_since(entries: Iterable[Entry], today: date) -> list[str]:
    """What somebody missed while he was writing, oldest first."""
    return [f"{moment_words(entry.at, today)} {sentence(entry)}" for entry in entries]


def sentence(entry: Entry) -> str:
    """李四（基础设施保障组）签收，承办人王五."""
    if entry.action == STRIKE:
        return f"{entry.label}：{entry.answers[0]['words'] if entry.answers else ''}"
    if entry.action == MOVED:
        return f"{entry.label}（{entry.by_name}）"
    short = "".join(f"，{each['label']}{each['words']}" for each in entry.answers if _is_short(entry, each))
    return f"{entry.by_name}{entry.label}{short}{_led_to(entry)}"


def _is_short(entry: Entry, answer: Mapping[str, Any]) -> bool:
    return any(question.name == answer["name"] and question.kind in IN_THE_SENTENCE for question in _asked(entry))


def _asked(entry: Entry) -> Iterable[Any]:
    action = ACTIONS.get(entry.action)  # None: of an older table
    return action.asks if action else ()


def _led_to(entry: Entry) -> str:
    """Where it led, where the act alone does not tell."""
    action = ACTIONS.get(entry.action)
    if action is None or entry.source == entry.dest or len({move.dest for move in action.moves}) < 2:
        return ""
    return f"，转为“{PROBLEM.state(entry.dest).label}”"


def _below(entry: Entry) -> list[tuple[str, str]]:
    if entry.action == STRIKE or entry.action in ON_THE_PAGE:
        return []
    kinds = {question.name: question.kind for question in _asked(entry)}
    return [
        (each["label"], masked(each["words"]) if kinds.get(each["name"]) is Kind.PHONE else each["words"])
        for each in entry.answers
        if not _is_short(entry, each) and kinds.get(each["name"]) is not Kind.FILES
    ]


def reported_files(page: ProblemPage) -> list[Attachment]:
    """The photos and files that came with the report."""
    first = [entry.id for entry in page.entries if entry.action in ON_THE_PAGE]
    return [file for entry_id in sorted(first) for file in page.attachments.get(entry_id, ())]


def attached(files: Iterable[Attachment], url: FileUrl) -> list[dict[str, Any]]:
    """Files as the list of attachments wants them; pictures come with a thumbnail."""
    return [
        {
            "name": file.name,
            "url": url(file.id),
            "size_words": size_words(file.size),
            "thumb_url": url(file.id) if file.media_type in SHOWN_INLINE else None,
        }
        for file in files
    ]


# -- Whose turn --------------------------------------------------------------------------------------------------------

MANY = 4


def turn_words(page: ProblemPage) -> str:
    """轮到调度室：张三、李四; a few names of one unit are said under its name."""
    if not page.turn:
        return ""
    parted = [each.rstrip("）").partition("（") for each in page.turn]
    units = {unit for _, _, unit in parted}
    if len(parted) == 1 or len(units) > 1 or not all(units):
        return f"轮到{page.turn_role_label}{_few(page.turn)}"
    return f"轮到{units.pop()}：{_few([name for name, _, _ in parted])}"


def _few(names: list[str]) -> str:
    return "、".join(names) if len(names) <= MANY else f"{'、'.join(names[:MANY])}等 {len(names)} 人"


# -- Lines of the first page -------------------------------------------------------------------------------------------


def rows(
    problems: Iterable[Problem], *, now: datetime, today: date, url: Callable[[Problem], str]
) -> list[dict[str, Any]]:
    """Problems as lines of the first page: lamp, title, what is to be done, by when."""
    return [
        {
            "lamp": lamp_of(problem, now),
            "title": problem.title or "（还没有标题的草稿）",
            "about": about(problem),
            "do": next_step(problem.state),
            "state": PROBLEM.state(problem.state).label,
            "due": due_shortly(problem, today),
            "urgent": problem.urgency == "urgent",
            "url": url(problem),
        }
        for problem in problems
    ]


def about(problem: Problem) -> str:
    """Number, enterprise and group of a problem, as far as there are any."""
    facts = (
        problem.number or ("草稿" if problem.phase == Phase.START else ""),
        problem.enterprise.name if problem.enterprise else "",
        problem.group.name if problem.group else "",
        f"第 {problem.round} 轮" if problem.round > 1 else "",
    )
    return " · ".join(fact for fact in facts if fact)


def due_shortly(problem: Problem, today: date) -> str:
    """明天 24:00 前; empty where nothing runs."""
    if problem.waiting:
        return "暂停计时"
    if problem.due_on is None or problem.due_at is None:
        return ""
    if near := {today: "今天", today + timedelta(days=1): "明天"}.get(problem.due_on):
        return f"{near} {due_time(problem.due_on, problem.due_at)} 前"
    return due_in_words(problem, today) if problem.due_on >= today else f"应于{day_words(problem.due_on, today)}"


def due_in_words(problem: Problem, today: date) -> str:
    """11月23日（周一）24:00 前, or the very minute for limits in hours; empty where nothing runs."""
    if problem.due_on is None or problem.due_at is None or problem.waiting:
        return ""
    return due_words(problem.due_on, problem.due_at, today)


def next_step(state: str) -> str:
    """What whoever has the turn is expected to do: the first ordinary action of theirs that moves the problem on."""
    turn = PROBLEM.state(state).turn
    fitting = (
        action for role in turn for action in PROBLEM.actions if _moves_on(action, state) and role in action.roles
    )
    action = next(fitting, None)
    return action.label if action else ""


def in_order(page: ProblemPage) -> tuple[list[Offer], str | None]:
    """The offered actions, dangerous ones last, and the name of the one that is expected of this person, if any."""
    ordered = sorted(page.offers, key=lambda offer: offer.action.danger)
    if not page.roles.intersection(PROBLEM.state(page.problem.state).turn):
        return ordered, None
    expected = next_step(page.problem.state)
    usual = [offer.action for offer in ordered if not offer.action.danger]
    primary = next((action for action in usual if action.label == expected), None) or next(iter(usual), None)
    return ordered, primary.name if primary else None


def _moves_on(action: Action, state: str) -> bool:
    moves = [move for move in action.moves if state in move.sources]
    return bool(moves) and moves[0].dest not in (SELF, state) and not action.danger
