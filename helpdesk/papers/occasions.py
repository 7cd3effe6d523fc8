"""Which papers a problem's history holds: one for each act, request or reminder that a paper goes with."""

from dataclasses import dataclass
from datetime import datetime

from helpdesk.errors import NotFoundError
from helpdesk.papers.catalogue import PAPERS
from helpdesk.papers.story import Story, answer, day_of
from helpdesk.papers.terms import Paper
from helpdesk.problems.legs import QUESTIONS
from helpdesk.problems.models import Entry
from helpdesk.problems.sentences import STRIKE
from helpdesk.rules import rules_on

DRAFT = 0  # instead of the key of an act that is still to be done
URGING = 1  # the severity of a milestone that urges; what is graver is 督办


@dataclass(frozen=True)
class Occasion:
    """A paper that can be made: of which kind, about what (``key``: of an entry or a request), since when."""

    paper: Paper
    key: int
    at: datetime
    words: str


def occasions(story: Story) -> list[Occasion]:
    """Every paper this problem's history holds, newest first; of what can only be drafted, the draft."""
    found = [each for paper in PAPERS.values() for each in _of_paper(paper, story)]
    return sorted(found, key=lambda each: (each.at, each.key), reverse=True)


def occasion(story: Story, paper: str, key: int) -> Occasion:
    """That one; NotFoundError where the history holds no such paper."""
    found = next((each for each in occasions(story) if each.paper.name == paper and each.key == key), None)
    if found is None:
        raise NotFoundError("这个问题的办理经过里没有这份公文")
    return found


def newest(story: Story, paper: str) -> Occasion | None:
    """The newest paper of that kind, or None."""
    return next((each for each in occasions(story) if each.paper.name == paper), None)


def _of_paper(paper: Paper, story: Story) -> list[Occasion]:
    found = [_of_entry(paper, entry) for entry in story.entries if entry.action in paper.acts and _fits(paper, entry)]
    if paper.matter:
        matters = [each for each in story.matters if each.kind == paper.matter]
        found += [Occasion(paper, each.id, each.opened_at, "申请") for each in matters]
    if story.problem.state == paper.drafted_in:
        found.append(Occasion(paper, DRAFT, story.problem.state_since_at, "送审稿"))
    return found


def _of_entry(paper: Paper, entry: Entry) -> Occasion:
    return Occasion(paper, entry.id, entry.at, "系统" if entry.action == STRIKE else entry.label)


def _fits(paper: Paper, entry: Entry) -> bool:
    """Of acts that may have another sense: a reminder struck, an instruction that named a group."""
    if entry.action == STRIKE:
        return _urged(entry)
    needs_group = paper.name == "assignment"
    return not needs_group or bool(answer(entry, *QUESTIONS["group_id"]))


def _urged(entry: Entry) -> bool:
    """Whether the milestone that struck was one that urges, under the rules of its day."""
    clock = answer(entry, "clock").get("value")
    if not clock:
        return False
    marks = rules_on(day_of(entry.at)).clock(clock).milestones
    return any(mark.label == entry.label and mark.severity == URGING for mark in marks)
