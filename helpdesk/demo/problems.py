"""TABLE: how each of the real problems in ``data/problems.jsonl`` went, so that everything that can happen has happened.

A story is a row of steps "action:variant+days": how many working days after the step before (a range is drawn from);
``ago`` says how many working days before today its last step took place.
"""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "problems.jsonl"


@dataclass(frozen=True)
class Record:
    """A real problem, paraphrased: places, persons and enterprises removed."""

    id: str
    title: str
    problem: str
    category: str  # a value of workflows.fields.CATEGORIES
    industry: str  # of the enterprise, a letter of GB/T 4754
    group: str  # the functional group it belongs to
    measure: str  # what was done about it, as far as it was published
    story: str
    into: str = ""  # the record it was merged into


@dataclass(frozen=True)
class Step:
    """Something done to a problem, ``days`` working days after the step before."""

    action: str
    variant: str
    days: int


@dataclass(frozen=True)
class Story:
    """A way through the process; ``ago``: bounds of the working days since its last step."""

    steps: str
    ago: tuple[int, int]


SIGNED = "report assign+1 sign+0-1 respond+1-2"
SOLVED = "submit+1-2 approve+0-1"
JUDGED = "evaluate+0-3 close+0-2"

STORIES = {
    # 已销号, in time and late
    "plain": Story(f"report assign+0-1 sign+0-1 respond+1 progress+1-2 {SOLVED} {JUDGED}", (0, 44)),
    "main_closed": Story("report assign+1 sign+1 respond+1 progress+2 submit+2 approve+1 evaluate+1 close+1", (10, 10)),
    "steady": Story(
        "report assign:complex+1 sign+1 respond+1-2 ask_assist+0 accept_assist+1 progress+1-2 finish_assist+1"
        " progress:internal+1-2 comment+0 progress+2-3"
        f" {SOLVED} {JUDGED}",
        (0, 34),
    ),
    "urgent": Story("report:urgent assign sign respond submit+0-1 approve evaluate+0-1 close+0-1", (2, 50)),
    "late": Story(
        f"{SIGNED} progress+2 ask_extension refuse+1 urge+2 progress+3 submit+1-2 approve+1 evaluate+1-2 close+1",
        (2, 36),
    ),
    "very_late": Story(
        "report assign+1 sign+2 respond+3 progress+4 urge+3 progress:internal+1 submit+4 approve+1 evaluate+2 close+2",
        (3, 34),
    ),
    "answered": Story("report answer+0-1 evaluate+0-2 close+0-2", (0, 50)),
    "on_spot": Story("settle_on_spot evaluate+0-1 close+0-2", (0, 50)),
    "called_back": Story(f"{SIGNED} {SOLVED} call_back+6-7 close+1", (0, 34)),
    "unrated": Story(
        f"{SIGNED} {SOLVED} call_back:unreached+6 call_back:unreached+1 call_back:unreached+1 close:unrated+1", (0, 30)
    ),
    "second_round": Story(
        f"{SIGNED} {SOLVED} evaluate:no+1 progress+1 comment+0 progress+1 submit+1 approve+1 evaluate:fair+1 close+1",
        (1, 33),
    ),
    "two_rounds_elevated": Story(
        "report assign+1 sign respond+1 submit+2 approve evaluate:no+1 submit+3 approve evaluate:no+1"
        " instruct+3 progress+2 submit+3 approve+1 evaluate:fair+1 close+1",
        (2, 25),
    ),
    "returned_closed": Story(f"report return supplement+1-2 assign+1 sign respond+1 {SOLVED} {JUDGED}", (0, 40)),
    "objected_accepted": Story(f"report assign+1 object assign:other+1 sign+1 respond+1 {SOLVED} {JUDGED}", (1, 36)),
    "objected_upheld": Story(f"report assign object uphold+1 sign+1 respond+1 {SOLVED} {JUDGED}", (1, 36)),
    "reassigned": Story(f"report assign+1 sign reassign+1 sign+1 respond+1 {SOLVED} {JUDGED}", (1, 36)),
    "handed_over": Story(f"report assign sign hand_over+1 respond+1 progress+1 {SOLVED} {JUDGED}", (1, 36)),
    "sent_back": Story(f"{SIGNED} submit+1 send_back submit+1 approve {JUDGED}", (1, 36)),
    "refused": Story(f"{SIGNED} {SOLVED} evaluate+1 refuse_closure+1 progress+1 submit+1 approve+1 {JUDGED}", (1, 30)),
    "reopened": Story(
        f"{SIGNED} {SOLVED} evaluate+1 close+1 reopen+6 assign+1 sign respond+1 submit+2 approve {JUDGED}", (1, 20)
    ),
    "elevated_closed": Story(f"{SIGNED} elevate+2 instruct+2 progress+2 {SOLVED} {JUDGED}", (1, 30)),
    "referred_back": Story(
        f"report assign:complex+1 sign respond+1 elevate+2 refer+2 progress+6 hear_back+8 progress+1 {SOLVED} {JUDGED}",
        (1, 22),
    ),
    "withdrawal_rejected": Story(
        f"report assign+1 sign withdraw+1 reject_withdrawal+1 respond+1 {SOLVED} {JUDGED}", (1, 36)
    ),
    "declined_appealed": Story(
        f"report decline:outside+1 appeal+2 assign+1 sign+1 respond+1 progress+2 {SOLVED} {JUDGED}", (1, 30)
    ),
    "separated": Story("report merge+1 separate+1 assign+1 sign respond+1 submit+1 approve evaluate+1 close+1", (1, 1)),
    # other ends
    "declined": Story("report decline:legal_channel+0-1", (5, 45)),
    "merged": Story("report merge+1", (4, 4)),
    "merged_closed": Story("report merge+1", (14, 14)),
    "withdrawn": Story("report assign+1 sign withdraw+1 confirm_withdrawal+1", (5, 40)),
    "terminated": Story("report assign:complex+1 sign respond+1 progress+5 terminate+6", (4, 35)),
    # still open, one story for every state and lamp
    "draft": Story("save", (0, 1)),
    "reported": Story("report", (0, 0)),
    "reported_late": Story("report", (3, 3)),
    "returned": Story("report return+1", (1, 1)),
    "returned_late": Story("report return+1", (5, 5)),
    "assigned": Story("report assign+1", (0, 0)),
    "assigned_late": Story("report assign+1", (3, 3)),
    "objected": Story("report assign+1 object", (0, 0)),
    "objected_late": Story("report assign+1 object", (3, 3)),
    "handling": Story("report assign:complex+1 sign respond+1 progress+3 ask_extension+1 grant+1", (1, 3)),
    "handling_complex": Story("report assign:major+1 sign+1 respond+2 progress+5 progress+6 ask_assist", (1, 3)),
    "handling_yellow": Story("report assign+1 sign respond+1 progress+3 ask_extension", (1, 1)),
    "handling_red": Story("report assign+1 sign+1 respond+1 progress+4 urge+2", (1, 3)),
    "handling_purple": Story("report assign+1 sign+1 respond+1 progress+5 urge+3 progress:internal+3 urge+2", (1, 2)),
    "handling_no_response": Story("report assign+1 sign", (4, 4)),
    "handling_second": Story("report assign+1 sign respond+1 submit+2 approve evaluate:no+1 progress+1", (0, 1)),
    "main_open": Story("report assign:complex+1 sign+1 respond+1 progress+4 progress+5", (0, 1)),
    "reviewing": Story("report assign+1 sign respond+1 submit+2", (0, 0)),
    "reviewing_late": Story("report assign+1 sign respond+1 submit+3", (3, 3)),
    "suspended": Story("report assign:complex+1 sign respond+1 progress+3 suspend+2 progress+6", (1, 6)),
    "resumed": Story("report assign:complex+1 sign respond+1 suspend+2 progress+8 resume+6 progress+1", (0, 1)),
    "elevated": Story("report assign+1 sign respond+1 progress+3 elevate+2", (2, 3)),
    "elevated_again": Story(
        "report assign+1 sign respond+1 submit+2 approve evaluate:no+1 progress+2 submit+1 approve evaluate:no+1",
        (1, 1),
    ),
    "referred": Story("report assign:complex+1 sign respond+1 progress+4 elevate+2 refer+3 progress+5", (2, 2)),
    "evaluating": Story("report assign+1 sign respond+1 submit+2 approve", (1, 3)),
    "calling_back": Story("report assign+1 sign respond+1 submit+2 approve", (6, 7)),
    "calling_back_tried": Story("report assign+1 sign respond+1 submit+2 approve call_back:unreached+6", (0, 1)),
    "withdrawing": Story("report assign+1 sign withdraw+1", (0, 1)),
    "closing": Story("report assign+1 sign respond+1 submit+2 approve evaluate+1", (0, 1)),
    "closing_late": Story("report assign+1 sign respond+1 submit+2 approve evaluate+1", (5, 5)),
}

STEP = re.compile(r"(\w+)(?::(\w+))?(?:\+(\d+)(?:-(\d+))?)?")


@cache
def records() -> tuple[Record, ...]:
    """Every real problem, in the order of its number."""
    return tuple(Record(**json.loads(line)) for line in DATA.read_text(encoding="utf-8").splitlines())


def steps_of(story: Story, draw: random.Random) -> Iterator[Step]:
    """The steps of a story with their days drawn."""
    for word in story.steps.split():
        found = STEP.fullmatch(word)
        assert found, f"{word} is no step"
        action, variant, least, most = found.groups()
        days = int(least or 0)
        yield Step(action, variant or "", draw.randint(days, int(most or days)))
