"""Policies in words: limits, reminders and hours as people read them, and two versions side by side."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from workflows.book import CLOCKS, PROCESSES
from workflows.clocks import AGAIN, ELSE
from workflows.policy import MOST, PLAIN, Policy, branches, candidates
from workflows.roles import LABELS
from workflows.telling_days import UNIT_WORDS
from workflows.terms import Asked, Choose, Clock, Field, Limit, Milestone, Pace, Tell

BRANCH_WORDS = {PLAIN: "", MOST: "最长", ELSE: "其他", AGAIN: "再次办理"}


def amount_words(limit: Limit) -> str:
    """7 个工作日, 1 小时."""
    return f"{limit.amount} {UNIT_WORDS[limit.unit]}"


def limit_words(clock: Clock) -> str:
    """How long a clock allows: 7 个工作日; or what it depends on: 一般 7 个工作日；复杂 20 个工作日."""
    said = branches(clock.limit)
    if AGAIN in said or ELSE in said:
        kept = [limit for branch, limit in said.items() if branch not in (ELSE, AGAIN)]
        said = {branch: limit for branch, limit in said.items() if branch != ELSE or limit not in kept}
    words = [f"{branch_words(clock, branch)} {amount_words(limit)}".strip() for branch, limit in said.items()]
    return ("自定日期，" if isinstance(clock.limit, Asked) else "") + "；".join(words)


def branch_words(clock: Clock, branch: str) -> str:
    """What a branch is called: 一般, 紧急, 其他, 再次办理; "" for the only limit."""
    rule = clock.limit
    asked = fact_asked(rule.fact) if isinstance(rule, Choose) else None
    return (BRANCH_WORDS | dict(asked.choices if asked else ())).get(branch, branch)


@cache
def fact_asked(fact: str) -> Field | None:
    """The question whose answer is kept as that fact of a case."""
    every = (each for process in PROCESSES.values() for action in process.actions for each in action.asks)
    return next((each for each in every if each.keep == fact and each.choices), None)


def day_words(days: int) -> str:
    """When a milestone comes: 到期前 3 个工作日, 到期当天, 逾期 1 个工作日."""
    return f"到期前 {-days} 个工作日" if days < 0 else f"逾期 {days} 个工作日" if days else "到期当天"


def tell_words(tell: Tell) -> str:
    """Who hears of it and when: 当前责任人、组长（立即）."""
    pace = "随每日摘要" if tell.pace is Pace.DIGEST else "立即"
    return f"{'、'.join(LABELS[who] for who in tell.to) or '没有人'}（{pace}）"


def mark_words(clock: str, mark: Milestone) -> str:
    """All that a milestone says; what no form can change is named only where it is not as usual."""
    usual = next((each for each in candidates(clock) if each.name == mark.name), None)
    said = [day_words(mark.days), *map(tell_words, mark.tells)]
    if usual is None or (usual.label, usual.severity) != (mark.label, mark.severity):
        said.append(f"{mark.label}，{f'升级 {mark.severity} 级' if mark.severity else '只提醒'}")
    known = {(tell.notice, tell.link) for tell in usual.tells} if usual else set()
    said += [f"通知样式 {tell.notice}" for tell in mark.tells if (tell.notice, tell.link) not in known]
    return "；".join(said)


def hours_words(policy: Policy) -> str:
    """When mails leave: 8:30–17:30."""
    return "、".join(f"{a.hour}:{a:%M}–{b.hour}:{b:%M}" for a, b in policy.mail_hours)


# -- Side by side ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One rule of a policy: what it is about, and what it says; ``key`` is the same in every version."""

    key: tuple[str, ...]
    section: str
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One rule in two versions; None where a version does not have it."""

    section: str
    label: str
    before: str | None
    after: str | None

    @property
    def differs(self) -> bool:
        """Whether the two versions say different things."""
        return self.before != self.after


def lines(policy: Policy) -> tuple[Line, ...]:
    """Everything a policy says, one rule a line, in the order of the tables."""
    return tuple(_lines(policy))


def _lines(policy: Policy) -> Iterator[Line]:
    for name, clock in CLOCKS.items():
        for branch, limit in branches(policy.limits.get(name, clock.limit)).items():
            label = "·".join(filter(None, (clock.label, branch_words(clock, branch))))
            yield Line(("limit", name, branch), "时限", label, amount_words(limit))
    for name, clock in CLOCKS.items():
        for mark in policy.ladders.get(name, clock.milestones):
            yield Line(("mark", name, mark.name), "提醒和督办", f"{clock.label}·{mark.label}", mark_words(name, mark))
    yield Line(("soon",), "亮灯", "黄灯", f"到期前 {policy.soon_days} 个工作日以内")
    yield Line(("long",), "亮灯", "紫灯", f"逾期超过 {policy.long_days} 个工作日")
    weights = policy.weights
    said = f"响应率 {weights.response}，解决率 {weights.solution}，满意率 {weights.satisfaction}"
    yield Line(("weights",), "统计", "综合权重", said)
    yield Line(("fair",), "统计", "基本满意", f"按满意的 {weights.fair}% 计")
    yield Line(("hours",), "发信时间", "工作日", hours_words(policy))


def compared(before: Policy, after: Policy) -> tuple[Pair, ...]:
    """Two versions rule by rule, in the order of the tables."""
    old = {line.key: line for line in lines(before)}
    new = {line.key: line for line in lines(after)}
    return tuple(
        Pair(line.section, line.label, *(found[key].words if key in found else None for found in (old, new)))
        for key, line in _merged(old, new).items()
    )


def _merged(old: Mapping[tuple[str, ...], Line], new: Mapping[tuple[str, ...], Line]) -> dict[tuple[str, ...], Line]:
    """All keys; what only the old one has stays beside its neighbours of the same clock."""
    order: dict[tuple[str, ...], int] = {("limit", name): n for n, name in enumerate(CLOCKS)}
    order |= {("mark", name): len(CLOCKS) + n for n, name in enumerate(CLOCKS)}
    both = dict(old) | dict(new)
    return {key: both[key] for key in sorted(both, key=lambda key: order.get(key[:2], len(order)))}


def diff(before: Policy, after: Policy) -> tuple[Pair, ...]:
    """Only what two versions say differently; empty for equal ones."""
    return tuple(pair for pair in compared(before, after) if pair.differs)
