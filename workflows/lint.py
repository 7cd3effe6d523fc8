"""Reads a policy and complains before anybody is bound by it: what cannot work, and what an office hardly means."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from workflows.book import CLOCKS
from workflows.ladders import can_strike, limits_of
from workflows.policy import Policy, Rule, branches
from workflows.policy_words import amount_words, branch_words
from workflows.roles import LABELS, Role
from workflows.terms import Clock, Limit, Milestone, Unit

LONG = {Unit.WORKING_DAYS: 120, Unit.NATURAL_DAYS: 180, Unit.WORKING_HOURS: 160, Unit.HOURS: 240}
"""A limit beyond this is hardly meant."""
ABSURD = {unit: 6 * amount for unit, amount in LONG.items()}
"""And beyond this it is no limit at all."""
FAR = 60
"""Working days before or after the due day beyond which nobody remembers what it was about."""
MOST_SOON, MOST_LONG = 30, 60
FULL = 100
"""Points of 综合, and per cent of 满意."""
BEFORE_DAWN, AT_NIGHT = time(7), time(21)
HOURLY = frozenset({Unit.HOURS, Unit.WORKING_HOURS})


@dataclass(frozen=True, slots=True)
class Finding:
    """One complaint. Errors keep a policy from being published; a doubt somebody may answer for."""

    error: bool
    place: str  # in words: 办理·一般
    words: str
    clock: str | None = None  # which page to correct it on

    def __str__(self) -> str:
        return f"{'错误' if self.error else '警告'} {self.place}：{self.words}"


@dataclass(frozen=True)
class House:
    """What the policy must fit to: roles that somebody holds, notices there are, those of them for enterprises."""

    held: Collection[Role] = tuple(Role)
    notices: Collection[str] | None = None  # None: not looked at
    for_enterprise: Collection[str] = ()


def lint(policy: Policy, house: House) -> tuple[Finding, ...]:
    """Everything that is wrong or doubtful, errors first."""
    found = [
        *(each for clock in CLOCKS.values() for each in _clock(policy, clock, house)),
        *_lamps(policy),
        *_weights(policy),
        *_mail_hours(policy),
        *_altogether(policy),
    ]
    return tuple(sorted(found, key=lambda each: not each.error))


def errors(found: Collection[Finding]) -> tuple[Finding, ...]:
    """Those that keep a policy from being published."""
    return tuple(each for each in found if each.error)


def _clock(policy: Policy, clock: Clock, house: House) -> Iterator[Finding]:
    rule = policy.limits.get(clock.name, clock.limit)
    marks = policy.ladders.get(clock.name, clock.milestones)
    for branch, limit in branches(rule).items():
        place = "·".join(filter(None, (clock.label, branch_words(clock, branch))))
        yield from (Finding(error, place, words, clock.name) for error, words in _limit(limit))
    if not marks:
        doubt = "没有任何提醒和督办" + ("" if clock.lapses else "，逾期了没有人知道")
        yield Finding(False, clock.label, doubt, clock.name)
    yield from (Finding(True, clock.label, words, clock.name) for words in _order(marks))
    for mark in marks:
        place = f"{clock.label}·{mark.label}"
        yield from (Finding(error, place, words, clock.name) for error, words in _mark(mark, rule))
        yield from (Finding(error, place, words, clock.name) for error, words in _told(mark, house))


# -- Limits ------------------------------------------------------------------------------------------------------------

Said = Iterator[tuple[bool, str]]
"""Whether it is an error, and the words."""


def _limit(limit: Limit) -> Said:
    if limit.amount <= 0:
        yield True, f"时限是 {limit.amount}，至少要 1"
    elif limit.amount > ABSURD[limit.unit]:
        yield True, f"{amount_words(limit)}太长，等于没有时限（最多 {ABSURD[limit.unit]}）"
    elif limit.amount > LONG[limit.unit]:
        yield False, f"{amount_words(limit)}很长，请核对是不是写错了单位"


# -- Milestones --------------------------------------------------------------------------------------------------------


def _order(marks: tuple[Milestone, ...]) -> Iterator[str]:
    labels = {mark.name: mark.label for mark in marks}
    for name, times in Counter(mark.name for mark in marks).items():
        if times > 1:
            yield f"“{labels[name]}”（{name}）有 {times} 个"
    for earlier, later in pairwise(marks):
        if later.days == earlier.days:
            yield f"“{later.label}”和“{earlier.label}”在同一天"
        elif later.days < earlier.days:
            yield f"“{later.label}”排在“{earlier.label}”之后，日子却更早"
        if later.severity < earlier.severity:
            yield f"“{later.label}”在“{earlier.label}”之后，级别却更低"


def _mark(mark: Milestone, rule: Rule) -> Said:
    if mark.severity < 0:
        yield True, "级别不能是负数"
    if mark.severity and mark.days <= 0:
        yield True, "催办、督办要在到期之后，天数至少是 1"
    if abs(mark.days) > FAR:
        yield False, f"离到期日 {abs(mark.days)} 个工作日，请核对"
    if mark.severity > 0 or mark.days >= 0:
        return
    if not can_strike(mark, rule):
        yield True, f"提前 {-mark.days} 个工作日的提醒早于计时开始，永远不会发出"
    elif all(limit.unit in HOURLY for limit in limits_of(rule)):
        yield False, "时限按小时计，提前几天的提醒不一定发得出来"


def _told(mark: Milestone, house: House) -> Said:
    roles = [who for tell in mark.tells for who in tell.to]
    if not roles:
        yield True, "没有告知任何人"
    elif any(not tell.to for tell in mark.tells):
        yield True, "有一份通知没有写发给谁"
    yield from _unheld(mark, house)
    for tell in mark.tells:
        for who, times in Counter(tell.to).items():
            if times > 1:
                yield False, f"{LABELS[who]}写了 {times} 次"
        if house.notices is not None and tell.notice not in house.notices:
            yield True, f"没有叫“{tell.notice}”的通知"
        elif house.notices is not None and Role.ENTERPRISE in tell.to and tell.notice not in house.for_enterprise:
            yield True, f"通知“{tell.notice}”没有写给企业看的话，企业收不到"


def _unheld(mark: Milestone, house: House) -> Said:
    roles = [who for tell in mark.tells for who in tell.to]
    vacant = [who for who in dict.fromkeys(roles) if isinstance(who, Role) and who not in house.held]
    if vacant and len(vacant) == len(set(roles)):
        yield True, f"只告知{'、'.join(LABELS[who] for who in vacant)}，而现在没有人担任"
    elif vacant:
        yield False, f"现在没有人担任{'、'.join(LABELS[who] for who in vacant)}，这一份通知没有人收"


# -- The rest ----------------------------------------------------------------------------------------------------------


def _lamps(policy: Policy) -> Iterator[Finding]:
    for place, days, most in (("黄灯", policy.soon_days, MOST_SOON), ("紫灯", policy.long_days, MOST_LONG)):
        if days < 0:
            yield Finding(True, place, f"天数是 {days}，不能是负数")
        elif days > most:
            yield Finding(True, place, f"{days} 个工作日太长，这盏灯就没有意义了（最多 {most}）")
    longest = max((limit.amount for limit in _day_limits(policy.limits)), default=0)
    if 0 < longest <= policy.soon_days <= MOST_SOON:
        yield Finding(False, "黄灯", f"最长的时限也只有 {longest} 天，所有问题一开始就亮黄灯，没有绿灯")
    if policy.long_days == 0:
        yield Finding(False, "紫灯", "逾期满 1 个工作日就亮紫灯，红灯几乎不出现")


def _weights(policy: Policy) -> Iterator[Finding]:
    weights = policy.weights
    points = (weights.response, weights.solution, weights.satisfaction)
    if min(*points, weights.fair) < 0:
        yield Finding(True, "综合权重", "有负数")
    elif sum(points) != FULL:
        yield Finding(True, "综合权重", f"响应率、解决率、满意率加起来是 {sum(points)}，应当是 {FULL}")
    if weights.fair > FULL:
        yield Finding(True, "综合权重", f"基本满意按满意的 {weights.fair}% 计，不能比满意还多")


def _day_limits(rules: Mapping[str, Rule]) -> Iterator[Limit]:
    return (limit for rule in rules.values() for limit in limits_of(rule) if limit.unit not in HOURLY)


def _mail_hours(policy: Policy) -> Iterator[Finding]:
    place = "发信时间"
    if not policy.mail_hours:
        yield Finding(True, place, "一段都没有，邮件永远发不出去")
    for opens, closes in policy.mail_hours:
        said = f"{opens:%H:%M}–{closes:%H:%M}"
        if opens == closes:
            yield Finding(True, place, f"{said} 是空的")
        elif closes < opens:
            yield Finding(True, place, f"{said} 还没开始就结束了")
        if opens < BEFORE_DAWN or closes > AT_NIGHT:
            yield Finding(False, place, f"{said} 有一部分在夜里")
    for earlier, later in pairwise(sorted(policy.mail_hours)):
        if later[0] < earlier[1]:
            yield Finding(True, place, f"{later[0]:%H:%M} 开始的一段和前一段重叠")


def _altogether(policy: Policy) -> Iterator[Finding]:
    marks = [
        mark
        for name, clock in CLOCKS.items()
        for mark in policy.ladders.get(name, clock.milestones)
        if can_strike(mark, policy.limits.get(name, clock.limit)) and any(tell.to for tell in mark.tells)
    ]
    if not marks:
        yield Finding(True, "提醒和督办", "没有一个提醒或者督办能发出，这套规则形同虚设")
    elif not any(mark.severity for mark in marks):
        yield Finding(False, "提醒和督办", "只有提醒，没有催办和督办，逾期以后不再告知任何人")
