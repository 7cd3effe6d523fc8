"""Samples in words: their line, what they were drawn from, each call, and the deviations by group."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from helpdesk.closing.models import Sample, SampleItem
from helpdesk.closing.sample_queries import Deviation
from helpdesk.listings.terms import Column, Kind, Table
from helpdesk.pages import day_words, moment_words
from workflows.fields import SATISFACTIONS, YES_NO
from workflows.sampling import KINDS, SAMPLING

WORDS = dict((*YES_NO, *SATISFACTIONS))
ASKED = (
    ("solved", "解决"),
    ("answered", "答复"),
    ("contacted", "主动联系"),
    ("satisfaction", "满意"),
    ("own_will", "企业本意"),
)


def period(sample: Sample, today: date) -> str:
    """11月1日（周日）至11月30日（周一）."""
    return f"{day_words(sample.first_on, today)}至{day_words(sample.until_on, today)}"


def wish(sample: Sample) -> str:
    """10%，每个责任组至少一件."""
    much = f"{sample.share}%" if sample.share else f"{sample.size} 件"
    return much + ("，每个责任组至少一件" if sample.each_group else "")


def line(sample: Sample, size: int, finished: int, deviating: int, *, today: date) -> dict[str, Any]:
    """A sample as a line of the list of all."""
    return {
        "id": sample.id,
        "name": f"第 {sample.id} 次抽查",
        "kind": KINDS[sample.kind][0],
        "period": period(sample, today),
        "wish": wish(sample),
        "drawn": f"{size} / {len(sample.frame)}",
        "progress": f"{finished} / {size}",
        "deviating": deviating,
        "when": f"{moment_words(sample.drawn_at, today)} {sample.drawn_by.name}",
    }


def about(sample: Sample, size: int, today: date) -> list[tuple[str, Any]]:
    """What anybody needs to draw it again."""
    return [
        ("类别", KINDS[sample.kind][0]),
        ("办结日期", period(sample, today)),
        ("抽取", wish(sample)),
        ("可抽查的", f"{len(sample.frame)} 件"),
        ("抽中", f"{size} 件"),
        ("抽样种子", str(sample.seed)),
        ("抽取人", f"{sample.drawn_by.name}，{moment_words(sample.drawn_at, today)}"),
    ]


def answers(given: dict[str, str | None]) -> str:
    """解决：是；满意：基本满意; 未评价 where nothing was said."""
    said = [f"{label}：{WORDS.get(value, value)}" for name, label in ASKED if (value := given.get(name))]
    return "；".join(said) or "未评价"


def outcome(item: SampleItem) -> str:
    """待抽查; 待再拨（1 次未联系上）; 一致; 有偏差."""
    label = SAMPLING.state(item.state).label
    if item.said:
        return "有偏差" if item.deviates else "一致"
    return f"{label}（{item.unreached_calls} 次未联系上）" if item.unreached_calls else label


def row(item: SampleItem, today: date) -> dict[str, Any]:
    """One that was drawn, as a row of the page of its sample."""
    caller = item.called_by.name if item.called_by else ""
    return {
        "number": item.problem.number,
        "title": item.problem.title,
        "enterprise": item.problem.enterprise.name if item.problem.enterprise else "",
        "group": item.group.name if item.group else "没有责任组",
        "on_record": answers(item.on_record),
        "said": answers(item.said) if item.said else "",
        "outcome": outcome(item),
        "differs": "；".join(item.differs),
        "called": f"{moment_words(item.called_at, today)} {caller}" if item.called_at else "",
    }


def _of(name: str) -> Any:
    return lambda item, reading: row(item, reading.today)[name] or None


TABLE = Table(
    "sample",
    "抽查结果",
    (
        Column("index", "序号", lambda *_: None, Kind.INDEX, 6),
        Column("number", "编号", _of("number"), Kind.OFFICIAL, 14),
        Column("enterprise", "企业", _of("enterprise"), width=30),
        Column("title", "问题", _of("title"), width=40),
        Column("group", "责任组", _of("group"), width=22),
        Column("on_record", "原记录", _of("on_record"), width=40),
        Column("said", "抽查时企业的话", _of("said"), width=40),
        Column("outcome", "结果", _of("outcome"), width=16),
        Column("differs", "偏差", _of("differs"), width=40),
        Column("called", "回访", _of("called"), width=24),
    ),
)


def by_group(found: Iterable[Deviation]) -> list[dict[str, Any]]:
    """Deviations with numerator and denominator; fewer than five are marked."""
    return [
        {
            "group": each.group,
            "kind": KINDS[each.kind][0],
            "part": f"{each.numerator} / {each.denominator}",
            "share": f"{100 * each.numerator / each.denominator:.1f}%",
            "few": "样本少" if each.denominator < FEW else "",
        }
        for each in found
        if each.denominator
    ]


FEW = 5
