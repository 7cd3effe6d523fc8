"""The fields that a bulletin's text may hold, with their words: every figure by its official name, made from frozen JSON."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from helpdesk.bulletins.gathering import COMPARED, ISSUED
from helpdesk.bulletins.periods import Period, days_words
from helpdesk.clock import local
from workflows.fields import CATEGORIES
from workflows.problem import PROBLEM

TWICE, FIRST_TOPICS = 2, 5
"""Units that objected so often are named; so many topics are told of."""
NOBODY = "无"
NO_UNIT = "未明确责任单位"
CATEGORY_LABELS = dict(CATEGORIES)
BETWEEN = "·"

Values = dict[str, str]
"""The words of each field by its name."""


def values_of(figures: Mapping[str, Any], names: Mapping[str, str], period: Period) -> Values:
    """Every field there is and what it says; figures without a value say –, lists without a line say 无."""
    found = dict(_moments(figures, period))
    found |= {figure["label"]: words_of(figure) for figure in figures["totals"].values()}
    found |= {
        f"{figure['label']}的比": fraction_of(figure)
        for figure in figures["totals"].values()
        if figure["denominator"] is not None
    }
    found |= dict(_of_groups(figures, names))
    found |= dict(_of_list(figures, names))
    found |= dict(_named(figures, names))
    found |= dict(_compared(figures))
    return found


def _moments(figures: Mapping[str, Any], period: Period) -> Iterator[tuple[str, str]]:
    as_of = local(datetime.fromisoformat(figures["as_of"]))
    yield "通报期", period.words
    yield "本期", period.this
    yield "统计时点", f"{as_of.year}年{as_of.month}月{as_of.day}日{as_of:%H:%M}"


def words_of(figure: Mapping[str, Any]) -> str:
    """83.3%（样本少）, 12 件次, 3.5 个工作日; – where nothing can be said."""
    value, unit = figure["value"], figure["unit"]
    if value is None:
        return "–"
    number = f"{int(value):,}" if value == int(value) else f"{value:.1f}"
    few = "（样本少）" if figure["few"] else ""
    return f"{number}%{few}" if unit == "%" else f"{number} {unit}{few}"


def fraction_of(figure: Mapping[str, Any]) -> str:
    """10/12: numerator and denominator, without which no rate is told; 12 where there is no whole numerator."""
    if figure["numerator"] is None:
        return f"{figure['denominator']:,}"
    part = figure["numerator"]
    return f"{int(part) if part == int(part) else part}/{figure['denominator']}"


def _of_groups(figures: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for row in figures["groups"]:
        name = names.get(row["key"], row["label"])
        for figure in row["figures"].values():
            yield f"{name}{BETWEEN}{figure['label']}", words_of(figure)
            if figure["denominator"] is not None:
                yield f"{name}{BETWEEN}{figure['label']}的比", fraction_of(figure)


def _of_list(figures: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "在办件数", f"{figures['in_hand']:,} 件"
    yield "列入附表件数", f"{figures['listed']:,} 件"
    yield "逾期件数", f"{sum(each['size'] for each in figures['late']):,} 件"
    for state in PROBLEM.states:
        yield f"{state.label}件数", f"{figures['states'].get(state.name, 0):,} 件"
    yield "逾期单位", joined(_late_words(each, names) for each in figures["late"])
    reported = sum(each["size"] for each in figures["topics"])
    yield (
        "热点类别",
        joined(
            f"{CATEGORY_LABELS.get(each['category'], '没有类别')} {each['size']} 件（占 {100 * each['size'] / reported:.1f}%）"
            for each in figures["topics"][:FIRST_TOPICS]
        ),
    )


def _late_words(each: Mapping[str, Any], names: Mapping[str, str]) -> str:
    return f"{names.get(each['unit'], NO_UNIT)} {each['size']} 件（最长逾期 {each['days']} 个工作日）"


def _named(figures: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    low = figures["low"]
    yield (
        "满意率低于线单位",
        joined(
            f"{names.get(row['key'], row['label'])} {words_of(pleased)}（{fraction_of(pleased)}）"
            for row in figures["groups"]
            if (pleased := row["figures"]["satisfaction"])["value"] is not None and pleased["value"] < low
        ),
    )
    yield "满意率线", f"{low}%"
    yield "多次退单单位", _counted(figures, names, "objected", TWICE)
    yield "临期延期单位", _counted(figures, names, "last_minute", 1)
    yield "抽查分组情况", joined(_sampled(row, names) for row in figures["groups"] if _value(row, "sampled"))
    yield "抽查偏差单位", _counted(figures, names, "deviated", 1)
    yield "延期单位", _counted(figures, names, "extended", 1)
    yield "重办单位", _counted(figures, names, "redone", 1)


def _counted(figures: Mapping[str, Any], names: Mapping[str, str], name: str, least: int) -> str:
    return joined(
        f"{names.get(row['key'], row['label'])} {words_of(row['figures'][name])}"
        for row in figures["groups"]
        if _value(row, name) >= least
    )


def _value(row: Mapping[str, Any], name: str) -> float:
    """Of a figure that bulletins told of later than this one was issued: nothing."""
    figure = row["figures"].get(name)
    return (figure["value"] or 0) if figure else 0


def _sampled(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    rate = row["figures"]["deviation"]
    deviating = words_of(row["figures"]["deviated"])
    return f"{names.get(row['key'], row['label'])}偏差{deviating}（{fraction_of(rate)}，{words_of(rate)}）"


def _compared(figures: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, said in (("previous", "环比"), ("last_year", "同比")):
        earlier = figures["compared"][key]
        for name in COMPARED:
            if name in figures["totals"]:
                now = figures["totals"][name]
                yield f"{now['label']}{said}", change_words(now, earlier["figures"].get(name))
        yield f"{said}依据", _basis(earlier)


def change_words(figure: Mapping[str, Any], before: float | None) -> str:
    """上升 12.5%, 下降 3.0 个百分点 (of rates), 持平; 无可比数据 where there was nothing."""
    now = figure["value"]
    rate = figure["unit"] == "%"
    if now is None or before is None or (not rate and not before):
        return "无可比数据"
    change = now - before if rate else 100 * (now - before) / before
    if not round(change, 1):
        return "持平"
    return f"{'上升' if change > 0 else '下降'} {abs(change):.1f}{' 个百分点' if rate else '%'}"


def _basis(earlier: Mapping[str, Any]) -> str:
    first, until = (date.fromisoformat(day) for day in earlier["days"])
    if earlier["basis"] == ISSUED:
        return f"{earlier['number']}通报印发的数据"
    return f"{days_words(first, until)}的现有数据（当期没有印发通报，为重新计算）"


def joined(words: Iterator[str]) -> str:
    """甲组 2 件、乙组 1 件; 无."""
    return "、".join(words) or NOBODY


def in_order(values: Mapping[str, str]) -> list[tuple[str, str]]:
    """As the list beside the form shows them: those of the whole first, those of single groups below."""
    return sorted(values.items(), key=lambda each: BETWEEN in each[0])
