"""A table for people and programs to read: SVG and Mermaid diagrams, the documentation page, JSON."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from types import FunctionType
from typing import Any

from workflows.counts import LABELS as COUNTS
from workflows.picture import svg
from workflows.roles import LABELS
from workflows.terms import (
    NEW,
    ORIGIN,
    SELF,
    Action,
    Asked,
    By,
    Choose,
    Clock,
    Field,
    Guard,
    Limit,
    Milestone,
    Move,
    Pace,
    Phase,
    Process,
    State,
    Tell,
    Unit,
)
from workflows.ways import arrows, fans, is_fan, standing, ways_back

__all__ = ["as_json", "limit_in_words", "mermaid", "page", "svg"]

PHASES = {Phase.START: "起草", Phase.OPEN: "未办结", Phase.CLOSED: "已结束"}
UNITS = {Unit.WORKING_DAYS: "个工作日", Unit.NATURAL_DAYS: "天", Unit.HOURS: "小时", Unit.WORKING_HOURS: "个工作小时"}
ANY_OPEN = "任何未办结的环节"


# -- Mermaid -----------------------------------------------------------------------------------------------------------


def mermaid(process: Process) -> str:
    """The diagram as Mermaid text; loops are left out, what is possible everywhere stands in a note."""
    lines = ["stateDiagram-v2", "    direction LR"]
    lines += [f'    state "{state.label}" as {state.name}' for state in process.states]
    lines += [f"    [*] --> {process.states[0].name}"]
    lines += [f"    {each.source} --> {each.dest}: {'、'.join(each.labels)}" for each in arrows(process)]
    lines += [f"    {state} --> [*]" for state in process.names_in(Phase.CLOSED)]
    for state, words in _mermaid_notes(process).items():
        lines += [f"    note left of {state}", *(f"        {line}" for line in words), "    end note"]
    return "\n".join(lines) + "\n"


def _mermaid_notes(process: Process) -> dict[str, list[str]]:
    notes: dict[str, list[str]] = {}
    for action, dest in fans(process):
        notes.setdefault(dest, []).append(f"{ANY_OPEN}：{action.label}")
    for action, source in ways_back(process):
        notes.setdefault(source, []).append(f"{action.label}：回到原来的环节")
    return notes


# -- The page ----------------------------------------------------------------------------------------------------------


def page(*processes: Process) -> str:
    """The tables as a Markdown document."""
    first, *others = processes
    parts = [
        f"# {first.label}：环节、办理动作和时限",
        "本页由 `workflows/` 中的流程表自动生成（`make docs`），请改流程表，不要改本页。括号里是程序里用的名字。",
        *_chapter(first),
    ]
    for process in others:
        parts += [f"# {process.label}", *_chapter(process)]
    return "\n\n".join(parts) + "\n"


def _chapter(process: Process) -> list[str]:
    return [
        "## 流程图",
        f"```mermaid\n{mermaid(process)}```",
        *_standing_words(process),
        "## 环节",
        _table(("环节", "程序名", "阶段", "轮到谁", "企业看到的话"), map(_state_row, process.states)),
        "## 办理动作",
        "带“？”的可以不填。走法按先后判断，第一个符合条件的生效。",
        *(_action(process, action) for action in process.actions),
        "## 时限",
        "这里是出厂规则；正在用的版本见“时限规则”页面（`flask policy show`）。"
        "收到当天不算，到期当天 24:00 以前都算按时。停表期间没有用完的天数保留，恢复后接着算。",
        _table(("时限", "程序名", "多长", "责任人", "计时的环节", "停表的环节", "说明"), _clock_rows(process)),
        "## 提醒和督办",
        "天数是离到期日的工作日数，负数在到期之前。提醒过时作废，催办和督办过时补发。",
        *_ladders(process),
    ]


def _standing_words(process: Process) -> Iterator[str]:
    for anywhere, start in ((False, "不改变环节的登记："), (True, f"{ANY_OPEN}都可以：")):
        if verbs := standing(process, anywhere=anywhere):
            yield start + "、".join(verbs) + "。"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") or "–" for cell in line) + " |" for line in lines)


def _state_row(state: State) -> tuple[str, ...]:
    turn = "，没有则".join(LABELS[role] for role in state.turn)
    return state.label, f"`{state.name}`", PHASES[state.phase], turn, state.plainly


def _action(process: Process, action: Action) -> str:
    lines = [f"### {action.label}（`{action.name}`）", f"- 谁办：{_who(action)}"]
    lines += [f"- 走法：{_move(process, move)}" for move in action.moves]
    lines += [f"- 条件：{need.message}" for need in action.needs]
    if action.asks:
        lines.append(f"- 填写：{'、'.join(_question(process, action, field) for field in action.asks)}")
    tells = [*action.tells, *(tell for move in action.moves for tell in move.tells)]
    lines += [f"- 告知：{_tell(tell)}" for tell in dict.fromkeys(tells)]
    lines += [f"- {words}" for words in _consequences(process, action)]
    return "\n".join(lines).replace("\n", "\n\n", 1)


def _who(action: Action) -> str:
    return "、".join(LABELS[by.role] + _conditions(by.needs) if isinstance(by, By) else LABELS[by] for by in action.by)


def _conditions(needs: tuple[Guard, ...]) -> str:
    return f"（{'；'.join(need.message for need in needs)}）" if needs else ""


def _move(process: Process, move: Move) -> str:
    dest = {SELF: "不变", ORIGIN: "原来的环节"}.get(move.dest) or process.state(move.dest).label
    condition = f"（{move.when.message}）" if move.when else ""
    turn = "，进入下一轮" if move.next_round else ""
    return f"{_sources(process, move)} → {dest}{condition}{turn}"


def _sources(process: Process, move: Move) -> str:
    if is_fan(process, move):
        return ANY_OPEN
    return "、".join("新建" if name == NEW else process.state(name).label for name in move.sources)


def _question(process: Process, action: Action, field: Field) -> str:
    limits = [process.state(name).label for name in field.only_in] + [LABELS[role] for role in field.asked_of]
    if field.only_if:
        asked = next(each for each in action.asks if each.name == field.only_if[0])
        limits.append(f"{asked.label}＝{dict(asked.choices).get(field.only_if[1], field.only_if[1])}")
    return field.label + ("" if field.required else "？") + (f"（仅{'、'.join(limits)}）" if limits else "")


def _tell(tell: Tell) -> str:
    pace = "随每日摘要" if tell.pace is Pace.DIGEST else "立即"
    return f"{'、'.join(LABELS[who] for who in tell.to)}（`{tell.notice}`，{pace}）"


def _consequences(process: Process, action: Action) -> Iterator[str]:
    if action.works:
        yield "办过的人不能再回访、销号（回避）"
    for name in action.stops:
        yield f"停止“{process.clock(name).label}”时限"
    for name in action.renews:
        yield f"“{process.clock(name).label}”时限重新开始"
    for name in action.extends:
        yield f"“{process.clock(name).label}”时限改到批准的日期"
    if action.via:
        yield "不能直接办理：提出申请，批准以后自动办理"
    for kind, name in action.does.items():
        yield f"批准以后问题自动办理：`{name}`（{kind}）"
    for process_name, name in action.opens.values():
        yield f"同时为选中的每个组办理：`{name}`（`{process_name}`）"
    yield from _counts(process, action)


def _counts(process: Process, action: Action) -> Iterator[str]:
    """What it counts as, and which way it must go for that."""
    ways = [(action.counts, ""), *((move.counts, f"（{_move(process, move)}）") for move in action.moves)]
    yield from (f"统计：{'、'.join(COUNTS[each] for each in counts)}{where}" for counts, where in ways if counts)


def _clock_rows(process: Process) -> Iterator[tuple[str, ...]]:
    for clock in process.clocks:
        runs, waits = (_labels(process, names) for names in (clock.runs_in, clock.waits_in))
        remarks = "；".join(_remarks(process, clock))
        yield clock.label, f"`{clock.name}`", limit_in_words(process, clock), LABELS[clock.owner], runs, waits, remarks


def _labels(process: Process, names: tuple[str, ...]) -> str:
    return "、".join(process.state(name).label for name in names)


def _remarks(process: Process, clock: Clock) -> Iterator[str]:
    for action in process.actions:
        if clock.name in action.stops:
            yield f"{action.label}后停止"
    if clock.once:
        yield "办过一次后不再计时，直到重新交办"
    if clock.renewed:
        yield "每次交办重新计时"
    if clock.lapses:
        yield f"到期自动{process.action(clock.lapses).label}"


def limit_in_words(process: Process, clock: Clock) -> str:
    """How long a clock allows, for people: "7 个工作日", or what it depends on."""
    rule = clock.limit
    if isinstance(rule, Limit):
        return _amount(rule)
    if isinstance(rule, Asked):
        return f"自定日期，最长 {rule.most} 天"
    return "；".join(_chosen(process, rule))


def _chosen(process: Process, rule: Choose) -> Iterator[str]:
    asked = [field for action in process.actions for field in action.asks if field.keep == rule.fact]
    words = dict(asked[0].choices) if asked else {}
    for value, limit in rule.limits.items():
        if value is not None:
            yield f"{words.get(value, value)} {_amount(limit)}"
    if rule.limits[None] not in [limit for value, limit in rule.limits.items() if value is not None]:
        yield f"其他 {_amount(rule.limits[None])}"
    if rule.again:
        yield f"再次办理 {_amount(rule.again)}"


def _amount(limit: Limit) -> str:
    return f"{limit.amount} {UNITS[limit.unit]}"


def _ladders(process: Process) -> Iterator[str]:
    ladders: dict[tuple[Milestone, ...], list[str]] = {}
    for clock in process.clocks:
        ladders.setdefault(clock.milestones, []).append(clock.label)
    for marks, labels in ladders.items():
        if marks:
            yield f"### {'、'.join(labels)}"
            yield _table(("节点", "程序名", "天数", "告知"), map(_mark_row, marks))


def _mark_row(mark: Milestone) -> tuple[str, ...]:
    return mark.label, f"`{mark.name}`", f"{mark.days:+d}" if mark.days else "0", "；".join(map(_tell, mark.tells))


# -- JSON --------------------------------------------------------------------------------------------------------------


def as_json(process: Process) -> dict[str, Any]:
    """The whole table in plain types; guards by their names and messages."""
    return {"name": process.name, "label": process.label, "states": _plain(process.states)} | {
        "actions": _plain(process.actions),
        "clocks": _plain(process.clocks),
        "roles": {role.value: label for role, label in LABELS.items()},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Guard):
        return {"name": value.name, "message": value.message}
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        parts = {each.name: getattr(value, each.name) for each in fields(value)}
        return {name: _plain(part) for name, part in parts.items() if not isinstance(part, FunctionType)}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {str(_plain(key)) if key is not None else "": _plain(each) for key, each in value.items()}
    return value
