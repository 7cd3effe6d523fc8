"""A policy as a plain document that is kept, written to a file and edited there; and back, with every complaint."""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import time
from typing import Any, TypeVar

from workflows.book import CLOCKS
from workflows.policy import MOST, PLAIN, SHIPPED, Policy, Rule, Weights, branches, with_branches
from workflows.policy_words import branch_words
from workflows.roles import LABELS, Recipient, Role
from workflows.terms import Limit, Milestone, Pace, Tell, Unit

Document = dict[str, Any]
LARGEST = 9_999
"""Of any number in a policy: beyond it there is no calendar to count in."""
LONGEST_NAME, LONGEST_LABEL = 60, 30
NAME = re.compile(r"[a-z][a-z_]{0,19}", re.ASCII)
CLOCK_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
RECIPIENTS: dict[str, Recipient] = {who.value: who for who in LABELS if who is not Role.SYSTEM}


class PolicyError(ValueError):
    """A document that is no policy; ``complaints`` names every place and what is wrong there."""

    def __init__(self, complaints: tuple[str, ...]) -> None:
        super().__init__("\n".join(complaints))
        self.complaints = complaints


# -- To a document -----------------------------------------------------------------------------------------------------


def to_document(policy: Policy) -> Document:
    """The policy in plain types, whole: clocks it does not name as they are shipped."""
    return {
        "name": policy.name,
        "limits": {name: _rule_out(policy.limits.get(name, clock.limit)) for name, clock in CLOCKS.items()},
        "ladders": {
            name: [_mark_out(mark) for mark in policy.ladders.get(name, clock.milestones)]
            for name, clock in CLOCKS.items()
        },
        "soon_days": policy.soon_days,
        "long_days": policy.long_days,
        "mail_hours": [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in policy.mail_hours],
        "weights": asdict(policy.weights),
    }


def same(one: Policy, other: Policy) -> bool:
    """Whether two policies say the same, whatever they are called."""
    return to_document(one) | {"name": ""} == to_document(other) | {"name": ""}


def _rule_out(rule: Rule) -> Document:
    found = branches(rule)
    if MOST in found:
        return {MOST: found[MOST].amount}
    return _limit_out(found[PLAIN]) if PLAIN in found else {name: _limit_out(limit) for name, limit in found.items()}


def _limit_out(limit: Limit) -> Document:
    return {"amount": limit.amount, "unit": limit.unit.value}


def _mark_out(mark: Milestone) -> Document:
    tells = [_tell_out(tell) for tell in mark.tells]
    return {"name": mark.name, "label": mark.label, "days": mark.days, "severity": mark.severity, "tells": tells}


def _tell_out(tell: Tell) -> Document:
    link = {} if tell.link == "progress" else {"link": tell.link}
    return {"notice": tell.notice, "to": [who.value for who in tell.to], "pace": tell.pace.value} | link


# -- From a document ---------------------------------------------------------------------------------------------------


def from_document(document: object) -> Policy:
    """The policy a document says; PolicyError with all that is wrong with it."""
    reader = _Reader()
    policy = _policy(reader, document)
    if reader.complaints:
        raise PolicyError(tuple(reader.complaints))
    return policy


def from_kept(document: object) -> Policy:
    """The policy of a document that was good when it was published: what the tables have changed since is as shipped."""
    return _policy(_Reader(forgiving=True), document)


@dataclass
class _Reader:
    """Reads values, says where each wrong one is, and goes on with something in its place."""

    forgiving: bool = False
    complaints: list[str] = field(default_factory=list)

    def wrong(self, place: str, words: str) -> None:
        self.complaints.append(f"{place}：{words}")

    def known(self, value: object, place: str, wanted: tuple[str, ...], optional: tuple[str, ...] = ()) -> Document:
        """A mapping with these keys and no others."""
        if not isinstance(value, Mapping):
            self.wrong(place, "应当是一组名称和值（{…}）")
            return {}
        for name in value:
            if name not in (*wanted, *optional):
                self.wrong(place, f"不认识“{name}”")
        for name in wanted:
            if name not in value:
                self.wrong(place, f"缺少“{name}”")
        return dict(value)

    def number(self, value: object, place: str, usual: int = 0) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(place, "应当是整数")
            return usual
        if abs(value) > LARGEST:
            self.wrong(place, f"不能超过 {LARGEST}")
            return usual
        return value

    def words(self, value: object, place: str, longest: int) -> str:
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            self.wrong(place, "应当是一行文字")
            return ""
        if len(value) > longest:
            self.wrong(place, f"最多 {longest} 个字")
        return value.strip()

    def name(self, value: object, place: str) -> str:
        if not isinstance(value, str) or not NAME.fullmatch(value):
            self.wrong(place, "应当是小写英文名称，最多 20 个字母")
            return ""
        return value

    def one_of(self, value: object, place: str, choices: Mapping[str, Any]) -> Any:
        """What that word stands for; None when it stands for nothing."""
        if isinstance(value, str) and value in choices:
            return choices[value]
        self.wrong(place, f"“{value}”不在可选的值里（{'、'.join(choices)}）")
        return None

    def every(self, value: object, place: str, read: Callable[[object, str], Any]) -> list[Any]:
        """Each of a list, numbered from 1 in complaints."""
        if not isinstance(value, list):
            self.wrong(place, "应当是一个列表（[…]）")
            return []
        return [read(each, f"{place}第 {number} 项") for number, each in enumerate(value, 1)]


UNITS = {unit.value: unit for unit in Unit}
PACES = {pace.value: pace for pace in Pace}
LINKS = {link: link for link in ("progress", "evaluate")}
TOP = ("name", "limits", "ladders", "soon_days", "long_days", "mail_hours")
SINCE = ("weights",)
"""What documents of earlier times do not name: as it is shipped."""


def _policy(reader: _Reader, document: object) -> Policy:
    found = to_document(SHIPPED) | reader.known(
        document, "文件", TOP, SINCE
    )  # of what is missing one complaint is enough
    return Policy(
        name=reader.words(found["name"], "名称", LONGEST_NAME),
        limits=_by_clock(reader, found["limits"], "时限", _rule_in, SHIPPED.limits),
        ladders=_by_clock(reader, found["ladders"], "提醒和督办", _ladder_in, SHIPPED.ladders),
        soon_days=reader.number(found["soon_days"], "黄灯天数", SHIPPED.soon_days),
        long_days=reader.number(found["long_days"], "紫灯天数", SHIPPED.long_days),
        mail_hours=_hours_in(reader, found["mail_hours"]),
        weights=_weights_in(reader, found["weights"]),
    )


T = TypeVar("T")


def _by_clock(
    reader: _Reader,
    value: object,
    place: str,
    read: Callable[[_Reader, object, str, str], T],
    shipped: Mapping[str, T],
) -> dict[str, T]:
    """One for each clock of the tables."""
    found = reader.known(value, place, tuple(CLOCKS))
    rules: dict[str, T] = {}
    for name, clock in CLOCKS.items():
        own = _Reader()
        rule = read(own, found[name], f"{place}·{clock.label}（{name}）", name) if name in found else shipped[name]
        rules[name] = shipped[name] if own.complaints and reader.forgiving else rule
        reader.complaints += own.complaints
    return rules


def _rule_in(reader: _Reader, value: object, place: str, clock: str) -> Rule:
    rule = CLOCKS[clock].limit
    usual = branches(rule)
    if MOST in usual:
        most = reader.known(value, place, (MOST,)).get(MOST)
        return with_branches(rule, {MOST: Limit(reader.number(most, place, usual[MOST].amount), Unit.NATURAL_DAYS)})
    if PLAIN in usual:
        return _limit_in(reader, value, place)
    found = reader.known(value, place, tuple(usual))
    limits = dict(usual)
    for name in usual.keys() & found.keys():
        limits[name] = _limit_in(reader, found[name], f"{place}·{branch_words(CLOCKS[clock], name)}")
    return with_branches(rule, limits)


def _limit_in(reader: _Reader, value: object, place: str) -> Limit:
    found = reader.known(value, place, ("amount", "unit"))
    if not {"amount", "unit"} <= found.keys():
        return Limit(1)
    unit: Unit | None = reader.one_of(found["unit"], f"{place}·单位", UNITS)
    return Limit(reader.number(found["amount"], place, 1), unit or Unit.WORKING_DAYS)


def _ladder_in(reader: _Reader, value: object, place: str, _: str) -> tuple[Milestone, ...]:
    return tuple(reader.every(value, place, lambda each, where: _mark_in(reader, each, where)))


def _mark_in(reader: _Reader, value: object, place: str) -> Milestone:
    found = reader.known(value, place, ("name", "label", "days", "severity", "tells"))
    tells = reader.every(found.get("tells", []), f"{place}·通知", lambda each, where: _tell_in(reader, each, where))
    return Milestone(
        name=reader.name(found.get("name"), f"{place}·名称"),
        label=reader.words(found.get("label"), f"{place}·叫法", LONGEST_LABEL),
        days=reader.number(found.get("days"), f"{place}·天数"),
        tells=tuple(tells),
        severity=reader.number(found.get("severity"), f"{place}·级别"),
    )


def _tell_in(reader: _Reader, value: object, place: str) -> Tell:
    found = reader.known(value, place, ("notice", "to", "pace"), ("link",))
    to = reader.every(found.get("to", []), f"{place}·对象", lambda each, where: reader.one_of(each, where, RECIPIENTS))
    return Tell(
        notice=reader.name(found.get("notice"), f"{place}·通知"),
        to=tuple(who for who in to if who is not None),
        pace=reader.one_of(found.get("pace"), f"{place}·快慢", PACES) or Pace.AT_ONCE,
        link=reader.one_of(found.get("link", "progress"), f"{place}·链接", LINKS) or "progress",
    )


def _hours_in(reader: _Reader, value: object) -> tuple[tuple[time, time], ...]:
    own = _Reader()
    windows = own.every(value, "发信时间", lambda each, where: _window_in(own, each, where))
    reader.complaints += own.complaints
    return SHIPPED.mail_hours if own.complaints else tuple(windows)


def _weights_in(reader: _Reader, value: object) -> Weights:
    usual = asdict(SHIPPED.weights)
    found = reader.known(value, "综合权重", tuple(usual))
    return Weights(**{name: reader.number(found.get(name, n), f"综合权重·{name}", n) for name, n in usual.items()})


def _window_in(reader: _Reader, value: object, place: str) -> tuple[time, time] | None:
    ends = value if isinstance(value, list) else []
    found = [match for each in ends if isinstance(each, str) and (match := CLOCK_TIME.fullmatch(each))]
    if len(ends) != 2 or len(found) != len(ends):
        reader.wrong(place, '应当是开始和结束两个时间，例如 ["08:30", "17:30"]')
        return None
    opens, closes = (time(int(each[1]), int(each[2])) for each in found)
    return opens, closes
