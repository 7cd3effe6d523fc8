"""What a 销号 rests on, in words: each time the enterprise was asked, who worked on it, who may decide."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from helpdesk.closing.judging import BY_LINK, JUDGING, TO_CLOSE
from helpdesk.org.roles import Seating
from helpdesk.problems.cases import Standing
from helpdesk.problems.legs import How, Leg
from helpdesk.problems.models import Entry
from helpdesk.problems.words import moment_words
from workflows.terms import Action

ASKED = frozenset(action.name for action in JUDGING)
MANY = 6  # names in one sentence


@dataclass(frozen=True)
class Word:
    """One time the enterprise was asked; ``answers``: label and words."""

    round: int
    when: str
    how: str
    by: str
    answers: list[tuple[str, str]]
    reached: bool


@dataclass(frozen=True)
class Apart:
    """Independence: who worked on it and how, whether this reader may act, who else may."""

    workers: list[tuple[str, str]]
    mine: bool
    others: list[str]


def words_of(entries: Iterable[Entry], today: date) -> list[Word]:
    """Each time the enterprise was asked, oldest first; an answer that opens a round belongs to the round before."""
    return [_word(entry, today) for entry in sorted(entries, key=lambda each: each.id) if entry.action in ASKED]


def _word(entry: Entry, today: date) -> Word:
    opened = entry.source != entry.dest and entry.dest not in TO_CLOSE
    own = entry.action in BY_LINK
    reached = all(each["value"] != "no" for each in entry.answers if each["name"] == "reached")
    return Word(
        round=entry.round - opened,
        when=moment_words(entry.at, today),
        how="企业本人通过专用链接评价" if own else ("电话回访" if reached else "电话回访，没有联系上"),
        by=entry.by_name,
        answers=[(each["label"], each["words"]) for each in entry.answers if each["name"] != "reached"],
        reached=reached,
    )


def tries_of(entries: Iterable[Entry], today: date, since: Any) -> list[Word]:
    """The calls of the evaluation that is going on, oldest first."""
    return [_word(each, today) for each in sorted(entries, key=lambda each: each.id) if _is_try(each, since)]


def _is_try(entry: Entry, since: Any) -> bool:
    return entry.action in ASKED and entry.action not in BY_LINK and entry.at >= since


def done_of(entries: Sequence[Entry], names: Iterable[str], today: date) -> list[tuple[str, str, str]]:
    """What was answered to these questions, oldest first: in which round, when and by whom, label, words."""
    wanted = frozenset(names)
    return [
        (f"第 {entry.round} 轮，{moment_words(entry.at, today)} {entry.by_name}", each["label"], each["words"])
        for entry in sorted(entries, key=lambda each: each.id)
        for each in entry.answers
        if each["name"] in wanted
    ]


def late_legs(legs: Iterable[Leg]) -> list[Leg]:
    """Those that ended late or are overdue."""
    return [leg for leg in legs if leg.how in (How.LATE, How.OVERDUE)]


def apart(
    me: Standing,
    entries: Iterable[Entry],
    action: Action,
    group_id: int | None,
    counts: Callable[[Entry], bool] = lambda entry: entry.works,
) -> Apart:
    """Who worked on a problem, whether this reader may do that act all the same, and who else may.

    ``counts``: which entries make whoever made them one who had a part in it.
    """
    worked: dict[str, list[str]] = {}
    keys: set[int] = set()
    for entry in sorted(filter(counts, entries), key=lambda each: each.id):
        did = worked.setdefault(entry.by_name, [])
        if entry.label not in did:
            did.append(entry.label)
        keys |= {key for key in (entry.by_id, entry.for_id) if key}
    return Apart(
        workers=[(name, "、".join(did)) for name, did in worked.items()],
        mine=not keys.isdisjoint(me.himself),
        others=_others(me.seating, action, group_id, keys | {me.person_id}),
    )


def _others(seating: Seating, action: Action, group_id: int | None, but: set[int]) -> list[str]:
    sitting = [each for role in action.roles for each in seating.holders(role, group_id)]
    free = [each for each in sitting if each.person_id not in but and each.for_id not in but]
    names = list(dict.fromkeys(f"{each.name}（{each.unit}）" for each in free))
    return names[:MANY]
