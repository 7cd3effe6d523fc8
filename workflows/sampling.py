"""TABLE: 抽查; a problem that was drawn is called once more by somebody independent, and what differs is a deviation.

With it two pure rules: how a sample is drawn from its frame so that anybody can draw it again, and what counts as a deviation.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from workflows import fields as ask
from workflows import guards
from workflows.counts import Counts
from workflows.roles import Role
from workflows.terms import NEW, SELF, Action, Field, Guard, Move, Phase, Process, State

R = Role

UNINVOLVED = Guard(
    "uninvolved",
    guards.INDEPENDENT.holds,
    "您（或者您代理的同事）办理过、回访过或者销过这个问题，按回避要求，请由没有参与的同事来抽查",
)
"""Of a sample ``workers`` are all who worked on the problem, called it back, closed it, or let it be withdrawn."""

OWN_WILL = replace(
    ask.CALL_SOLVED,
    name="own_will",
    label="撤回是企业自己的意思吗",
    keep="own_will",
    help="有的单位劝企业撤回没有解决的问题：只记企业自己说的",
)
CLOSED_ASKS = (ask.CALL_SOLVED, ask.CALL_ANSWERED, ask.CALL_CONTACTED, ask.CALL_SATISFACTION)
WITHDRAWN_ASKS = (OWN_WILL, ask.CALL_SOLVED, ask.CALL_CONTACTED)


def _call(name: str, sort: str, asks: tuple[Field, ...]) -> Action:
    waiting = ("drawn", "tried")
    return Action(
        name,
        "抽查回访",
        (
            Move(waiting, "unreached", when=guards.LAST_TRY_UNREACHED, adds=("unreached_calls",)),
            Move(("drawn",), "tried", when=guards.UNREACHED, adds=("unreached_calls",)),
            Move(("tried",), SELF, when=guards.UNREACHED, adds=("unreached_calls",)),
            Move(waiting, "done"),
        ),
        (R.SUPERVISOR,),
        (ask.REACHED, ask.CALLED_AT, *asks, ask.CALL_NOTE),
        needs=(Guard(f"is_{sort}", lambda moment: moment.case.kind == sort, "这一件不是这一类抽查"), UNINVOLVED),
        hint=f"{guards.UNREACHED_TRIES} 次联系不上的记为未联系上，不算核实。",
        done="抽查结果已登记",
    )


SAMPLING = Process(
    "sampling",
    "抽查",
    (
        State("drawn", "待抽查", Phase.OPEN, (R.SUPERVISOR,)),
        State("tried", "待再拨", Phase.OPEN, (R.SUPERVISOR,)),
        State("done", "已核实", Phase.CLOSED),
        State("unreached", "未联系上", Phase.CLOSED),
    ),
    (
        Action(
            "draw", "抽取", (Move((NEW,), "drawn"),), (R.SUPERVISOR,), done="已抽取，抽样种子和名单已经记录，可以复核"
        ),
        _call("check_closed", "closed", CLOSED_ASKS),
        _call("check_withdrawn", "withdrawn", WITHDRAWN_ASKS),
    ),
    (),
)
KINDS: dict[str, tuple[str, Action]] = {
    "closed": ("已销号", SAMPLING.action("check_closed")),
    "withdrawn": ("已撤回", SAMPLING.action("check_withdrawn")),
}
"""What can be sampled: states in which a problem ends, with how its call is done."""
FIRST = SAMPLING.states[0].name
IN_TIMELINE = "sample"
"""What a sampled call is called in the timeline of its problem."""
GROUP_OF_DRAW, DIFFERS = "group_id", "differs"
"""Answers that every line of a sampled call bears: the group that had the problem when it was drawn; what differs, if anything."""


# -- The draw ----------------------------------------------------------------------------------------------------------

Frame = Sequence[tuple[int, int | None]]
"""Keys of problems with the group that answers for each, in the order of the keys."""


@dataclass(frozen=True)
class Wanted:
    """How much is drawn: a share in per cent, or a number; ``each_group``: at least one of every group."""

    share: int | None = None
    number: int | None = None
    each_group: bool = False

    def size(self, frame: Frame) -> int:
        """How many of a frame: a share is rounded up, and nobody can draw more than there are."""
        wanted = self.number if self.number is not None else ceil(len(frame) * (self.share or 0) / 100)
        return min(wanted, len(frame))


def draw(frame: Frame, wanted: Wanted, seed: int) -> tuple[int, ...]:
    """The problems drawn, sorted; the same frame, wish and seed give the same ones on every machine.

    ``random.Random(seed).sample`` over the frame in its order. Where each group is wanted, the groups that are missing
    get one each from the same generator, in the order of their keys, beyond the size asked for.
    """
    dice = random.Random(seed)  # noqa: S311  (to be repeated by everybody, not to be secret)
    chosen = set(dice.sample([key for key, _ in frame], wanted.size(frame)))
    if wanted.each_group:
        groups: dict[int | None, list[int]] = {}
        for key, group in frame:
            groups.setdefault(group, []).append(key)
        for group in sorted(groups, key=lambda each: (each is None, each or 0)):
            if chosen.isdisjoint(groups[group]):
                chosen.add(dice.choice(groups[group]))
    return tuple(sorted(chosen))


# -- Deviations --------------------------------------------------------------------------------------------------------

Answers = Mapping[str, str | None]
CONTENT = ("satisfied", "fair")
DIFFERENCES: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("satisfaction", "原记录满意，抽查不满意", CONTENT, "dissatisfied"),
    ("solved", "原记录已解决，抽查未解决", ("yes",), "no"),
    ("contacted", "原记录主动联系过，抽查没有", ("yes",), "no"),
    ("answered", "原记录答复过，抽查没有", ("yes",), "no"),
)
"""What is compared: the answer, what is said of a difference, what is on record, what is said now."""
NOT_OWN_WILL = "撤回不是企业自己的意思"


def counts(*, reached: bool, deviates: bool) -> tuple[Counts, ...]:
    """What a sampled call counts as; nothing while nobody was reached."""
    if not reached:
        return ()
    return (Counts.SAMPLED, Counts.DEVIATED) if deviates else (Counts.SAMPLED,)


def deviations(on_record: Answers, said: Answers) -> tuple[str, ...]:
    """In words, what the enterprise says differently now, to the worse; nothing where the record has no answer."""
    found = [
        words for name, words, before, now in DIFFERENCES if on_record.get(name) in before and said.get(name) == now
    ]
    if said.get("own_will") == "no":
        found.append(NOT_OWN_WILL)
    return tuple(found)
