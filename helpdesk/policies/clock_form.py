"""The form of one clock of a draft: its limits, and its reminders with whom they tell."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from wtforms import ValidationError
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from helpdesk.form_fields import LineField, OneOfField
from helpdesk.policies.forms import DraftForm, ManyOfField, NumberField, options
from workflows.book import CLOCKS
from workflows.ladders import can_strike
from workflows.policy import MOST, PLAIN, Policy, branches, candidates, with_branches
from workflows.policy_document import LARGEST, LONGEST_LABEL, RECIPIENTS
from workflows.policy_words import branch_words
from workflows.roles import LABELS, Recipient, Role, Whose
from workflows.telling_days import UNIT_WORDS
from workflows.terms import Limit, Milestone, Pace, Unit

PACES = {Pace.AT_ONCE: "立即", Pace.DIGEST: "随每日摘要"}
NONE, BEFORE, ON, AFTER = "none", "before", "on", "after"
SIDES = {NONE: "不设", BEFORE: "到期前", ON: "到期当天", AFTER: "逾期后"}
TOLD = (
    *(Whose.TURN, Role.GROUP_LEAD, Role.HANDLER, Role.DISPATCHER, Role.DISPATCH_LEAD, Role.SUPERVISOR),
    *(Role.LEADER, Role.CHIEF, Role.ASSIST, Role.CADRE, Role.REPORTER),
)
"""Whom the office's reminders may be sent to; the enterprise's own one goes to nobody else."""


class ClockForm(DraftForm):
    """The limits and the reminders of one clock, made for a draft by ``clock_form``."""

    clock = ""
    limits: tuple[str, ...] = ()  # branches
    marks: tuple[Milestone, ...] = ()  # each with every notice it can have
    also = ManyOfField("这些日子同时用于")

    def policy(self, before: Policy) -> Policy:
        """The draft with what was answered, once the form is valid."""
        ladder = tuple(sorted(filter(None, map(self._mark, self.marks)), key=lambda mark: mark.days))
        rule = before.limits.get(self.clock, CLOCKS[self.clock].limit)
        chosen = {branch: self._limit(branch) for branch in self.limits}
        also = {name: on_the_same_days(before, name, ladder) for name in self.also.data or ()}
        return replace(
            before,
            limits={**before.limits, self.clock: with_branches(rule, chosen)},
            ladders={**before.ladders, self.clock: ladder, **also},
        )

    def limit_fields(self) -> list[tuple[Any, Any]]:
        """Amount and unit of each limit; None for a unit that is always days."""
        return [
            (self[f"amount_{branch}"], self[f"unit_{branch}"] if branch != MOST else None) for branch in self.limits
        ]

    def mark_fields(self) -> list[dict[str, Any]]:
        """The fields of each milestone, and those of its notices."""
        return [
            {"mark": mark, **{part: self[f"{part}_{mark.name}"] for part in ("side", "days", "label")}}
            | {
                "tells": [
                    (self[f"to_{mark.name}_{n}"], self[f"pace_{mark.name}_{n}"]) for n, _ in enumerate(mark.tells)
                ]
            }
            for mark in self.marks
        ]

    def _limit(self, branch: str) -> Limit:
        unit = Unit(self[f"unit_{branch}"].data) if branch != MOST else Unit.NATURAL_DAYS
        return Limit(self[f"amount_{branch}"].data, unit)

    def _mark(self, mark: Milestone) -> Milestone | None:
        side, days = self[f"side_{mark.name}"].data, self[f"days_{mark.name}"].data or 0
        if side == NONE:
            return None
        tells = [
            replace(tell, to=_in_their_order(tell.to, to.data), pace=Pace(pace.data))
            for n, tell in enumerate(mark.tells)
            for to, pace in [(self[f"to_{mark.name}_{n}"], self[f"pace_{mark.name}_{n}"])]
            if to.data
        ]
        signed = {BEFORE: -days, ON: 0, AFTER: days}[side]
        return replace(mark, label=self[f"label_{mark.name}"].data, days=signed, tells=tuple(tells))


def _in_their_order(before: tuple[Recipient, ...], chosen: Iterable[str]) -> tuple[Recipient, ...]:
    """Those who were told already as they stood, then those who are new."""
    wanted = [RECIPIENTS[who] for who in chosen]
    return tuple(dict.fromkeys([*(who for who in before if who in wanted), *wanted]))


def clock_form(policy: Policy, clock: str, sent: Any = None) -> ClockForm:
    """The form of one clock as the draft has it, or as it was sent."""
    rule = policy.limits.get(clock, CLOCKS[clock].limit)
    ladder = policy.ladders.get(clock, CLOCKS[clock].milestones)
    marks = _marks(clock, ladder)
    limits = branches(rule)
    fields: dict[str, Any] = {"clock": clock, "limits": tuple(limits), "marks": marks}
    for branch in limits:
        fields |= _limit_fields(clock, branch)
    for mark in marks:
        fields |= _mark_fields(mark)
    data = _limit_data(limits) | _mark_data(marks, {mark.name for mark in ladder})
    form: ClockForm = type("AskedClockForm", (ClockForm,), fields)(formdata=sent, data=data)
    form.also.choices = options(_others(clock))
    return form


def on_the_same_days(policy: Policy, clock: str, like: tuple[Milestone, ...]) -> tuple[Milestone, ...]:
    """The milestones of a clock on the days of another one's, each telling whom it told; reminders its limits allow."""
    own = {mark.name: mark for mark in (*candidates(clock), *policy.ladders.get(clock, ()))}
    rule = policy.limits.get(clock, CLOCKS[clock].limit)
    moved = (replace(own.get(mark.name, mark), days=mark.days, label=mark.label) for mark in like)
    return tuple(mark for mark in moved if can_strike(mark, rule))


def _others(clock: str) -> list[tuple[str, str]]:
    """The clocks that can have the same reminders."""
    alike = {mark.name for mark in candidates(clock)}
    return [
        (name, each.label)
        for name, each in CLOCKS.items()
        if name != clock and {mark.name for mark in candidates(name)} == alike
    ]


def _marks(clock: str, ladder: tuple[Milestone, ...]) -> tuple[Milestone, ...]:
    """Those it has and those it could have; each with the notices it has and those it could send besides."""
    usual = {mark.name: mark for mark in candidates(clock)}
    own = {mark.name: mark for mark in ladder}
    names = [*usual, *(name for name in own if name not in usual)]
    return tuple(_with_every_tell(own.get(name) or usual[name], usual.get(name)) for name in names)


def _with_every_tell(mark: Milestone, usual: Milestone | None) -> Milestone:
    has = {tell.notice for tell in mark.tells}
    more = tuple(replace(tell, to=()) for tell in (usual.tells if usual else ()) if tell.notice not in has)
    return replace(mark, tells=mark.tells + more)


def _limit_fields(clock: str, branch: str) -> dict[str, Any]:
    words = branch_words(CLOCKS[clock], branch)
    label = {PLAIN: "时限", MOST: "最长可以选多少天"}.get(branch) or f"{words}的时限"
    fields: dict[str, Any] = {
        f"amount_{branch}": NumberField(
            label, [InputRequired("请写时限"), NumberRange(1, LARGEST, f"请写 1 到 {LARGEST} 的整数")]
        )
    }
    if branch != MOST:
        units = options((unit.value, words) for unit, words in UNIT_WORDS.items())
        fields[f"unit_{branch}"] = OneOfField(f"{label}的单位", choices=units)
    return fields


def _limit_data(limits: Mapping[str, Limit]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for branch, limit in limits.items():
        found |= {f"amount_{branch}": limit.amount, f"unit_{branch}": limit.unit.value}
    return found


def _needs_days(form: Any, field: Any) -> None:
    side = form[field.name.replace("days_", "side_", 1)].data
    if side in (BEFORE, AFTER) and not field.errors and not field.data:
        raise ValidationError("请写多少个工作日，至少是 1")


def _mark_fields(mark: Milestone) -> dict[str, Any]:
    who = TOLD if Role.ENTERPRISE not in {each for tell in mark.tells for each in tell.to} else (Role.ENTERPRISE,)
    fields: dict[str, Any] = {
        f"side_{mark.name}": OneOfField(f"{mark.label}：什么时候", choices=options(SIDES.items())),
        f"days_{mark.name}": NumberField(f"{mark.label}：几个工作日", [_needs_days]),
        f"label_{mark.name}": LineField(
            f"{mark.label}：叫法",
            [DataRequired("请写这个节点的叫法"), Length(max=LONGEST_LABEL, message=f"最多 {LONGEST_LABEL} 个字")],
            render_kw={"maxlength": LONGEST_LABEL},
        ),
    }
    for n, tell in enumerate(mark.tells):
        offered = dict.fromkeys([*who, *tell.to])
        fields[f"to_{mark.name}_{n}"] = ManyOfField(
            f"{mark.label}：{'告知' if n == 0 else '抄送'}",
            choices=options((each.value, LABELS[each]) for each in offered),
        )
        fields[f"pace_{mark.name}_{n}"] = OneOfField(
            f"{mark.label}：{'告知' if n == 0 else '抄送'}的快慢",
            choices=options((pace.value, words) for pace, words in PACES.items()),
        )
    return fields


def _mark_data(marks: Iterable[Milestone], present: Iterable[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for mark in marks:
        side = (BEFORE if mark.days < 0 else AFTER if mark.days else ON) if mark.name in present else NONE
        found |= {
            f"side_{mark.name}": side,
            f"days_{mark.name}": abs(mark.days) or None,
            f"label_{mark.name}": mark.label,
        }
        for n, tell in enumerate(mark.tells):
            found |= {f"to_{mark.name}_{n}": [who.value for who in tell.to], f"pace_{mark.name}_{n}": tell.pace.value}
    return found
