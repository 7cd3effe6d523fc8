"""THE FIGURES: what each counts, by which formula, in the words of the page; a new count is one line here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from helpdesk.figures import queries
from helpdesk.figures.queries import Condition
from workflows.counts import LABELS, Counts

PIECES, TIMES, DAYS, SHARE, POINTS = "件次", "次", "个工作日", "%", "分"


@dataclass(frozen=True)
class Count:
    """A number of marks. ``behind``: the filters of the list ``marks`` that show exactly these."""

    name: str
    label: str
    behind: Mapping[str, str] = field(default_factory=dict)
    unit: str = TIMES


def _of(kind: Counts, name: str = "", label: str = "", unit: str = TIMES, **more: str) -> Count:
    return Count(name or kind.value, label or LABELS[kind], {"kind": kind.value, **more}, unit)


COUNTS: dict[str, Count] = {
    count.name: count
    for count in (
        _of(Counts.REPORTED, unit=PIECES),
        _of(Counts.ASSIGNED, unit=PIECES),
        _of(Counts.ASSIGNED, "to_finish", "应办结", PIECES, fate="rated"),
        _of(Counts.ASSIGNED, "done", "交办件已办结", PIECES, fate="done"),
        _of(Counts.FINISHED, unit=PIECES),
        _of(Counts.FINISHED, "timed", "有办理天数的办结", PIECES, fate="timed"),
        _of(Counts.FINISHED, "called", "办结后已回访", PIECES, fate="called"),
        _of(Counts.CLOSED, unit=PIECES),
        _of(Counts.CLOSED, "closed_timed", "有全程天数的销号", PIECES, fate="timed"),
        _of(Counts.ANSWERED, unit=PIECES),
        _of(Counts.ANSWERED, "contacted", "已联系", PIECES, contacted="yes"),
        _of(Counts.ANSWERED, "solved", "已解决", PIECES, solved="yes"),
        _of(Counts.ANSWERED, "satisfied", "满意", PIECES, satisfaction="satisfied"),
        _of(Counts.ANSWERED, "fair", "基本满意", PIECES, satisfaction="fair"),
        _of(Counts.ANSWERED, "content", "满意和基本满意", PIECES, satisfaction="content"),
        _of(Counts.ANSWERED, "dissatisfied", "不满意", PIECES, satisfaction="dissatisfied"),
        _of(Counts.UNREACHED),
        _of(Counts.OBJECTED),
        _of(Counts.EXCUSED),
        _of(Counts.UPHELD),
        _of(Counts.REASSIGNED),
        _of(Counts.EXTENDED),
        _of(Counts.EXTENDED, "last_minute", "临期延期", fate="asked_late"),
        _of(Counts.SUSPENDED),
        _of(Counts.ELEVATED),
        _of(Counts.SENT_BACK),
        _of(Counts.REDONE),
        _of(Counts.REFUSED),
        _of(Counts.REOPENED),
        _of(Counts.URGED),
        _of(Counts.DECLINED, unit=PIECES),
        _of(Counts.MERGED, unit=PIECES),
        _of(Counts.WITHDRAWN, unit=PIECES),
        _of(Counts.TERMINATED, unit=PIECES),
        _of(Counts.SAMPLED, unit=PIECES),
        _of(Counts.DEVIATED, unit=PIECES),
        _of(Counts.MOVED_IN, unit=PIECES),
        _of(Counts.TAKEN_BACK, unit=PIECES),
    )
}


def condition_of(behind: Mapping[str, str], *, soon_days: int, entry_id: int | None) -> Condition:
    """What these filters of the list ``marks`` mean together."""
    found = [meaning(name, value, soon_days=soon_days, entry_id=entry_id) for name, value in behind.items()]
    return queries.all_of(found)


def meaning(name: str, value: str, *, soon_days: int, entry_id: int | None) -> Condition:
    """What one filter of the list ``marks`` means; the figures are counted with the very same conditions."""
    if name == "kind":
        return queries.of_kind(value)
    if name == "satisfaction" and value == "content":
        return queries.content()
    if name == "fate":
        if value == "timed":
            return queries.timed()
        return queries.asked_late(soon_days) if value == "asked_late" else queries.became(value, entry_id)
    return queries.having(name, value)


OF: dict[str, str] = {
    "finish_rate": "to_finish",
    "coverage": "finished",
    "response": "answered",
    "solution": "answered",
    "satisfaction": "answered",
    "deviation": "sampled",
    "overall": "answered",
    "mean_days": "timed",
    "most_days": "timed",
    "way_mean": "closed_timed",
    "way_most": "closed_timed",
}
"""Of which count a share is a share, or a mean the mean."""


def rows_behind(name: str) -> Mapping[str, str] | None:
    """The filters of the list ``marks`` that show what a figure rests on; None where other rows do (legs)."""
    count = COUNTS.get(OF.get(name, name))
    return count.behind if count else None


# -- Formulas, as the page explains them -------------------------------------------------------------------------------

EXPLAINED: dict[str, tuple[str, str]] = {
    "finish_rate": (
        "办结率",
        "本期交办、仍由本组办理的问题中，已经把办理结果交给企业的 ÷ 全部；"
        "改派、退单成立、并案和撤回的不计，直接答复和现场办结的不经交办，也不计",
    ),
    "coverage": ("回访覆盖率", "本期办结的件次中，已经取得有效回访的 ÷ 本期办结的全部件次"),
    "response": ("响应率", "有效回访中企业说工作人员主动联系过的 ÷ 有效回访"),
    "solution": ("解决率", "有效回访中企业说问题解决了的 ÷ 有效回访"),
    "satisfaction": ("满意率", "（满意 + {fair} × 基本满意）÷ 有效回访"),
    "deviation": ("抽查偏差率", "抽查核实中企业说的与原记录不符（变差）的 ÷ 抽查核实；没有联系上的不算"),
    "overall": ("综合", "100 ×（{response} × 响应率 + {solution} × 解决率 + {satisfied} × 满意率）"),
    "in_time": ("按期率", "按时结束的环节 ÷（按时 + 超时）；已经逾期、还没办完的算超时，转出的不计"),
    "mean_days": ("平均办理天数", "从交办给本组（重办的从企业评价，未经交办的从上报）到办结的工作日；挂账等不扣除"),
    "most_days": ("九成办理天数", "九成的办结用时不超过它"),
    "way_mean": ("平均全程天数", "从上报（重启的从重启）到销号的工作日"),
    "way_most": ("九成全程天数", "九成的销号全程不超过它"),
    "answered": ("有效回访", "企业通过链接作出的评价，和联系上企业的电话回访；没有回音的不算，更不算满意"),
    "late": ("超时", "本期超时结束的环节，和现在已经逾期、还没办完的环节"),
    "last_minute": ("临期延期", "申请时离到期不超过 {soon} 个工作日的延期"),
}
