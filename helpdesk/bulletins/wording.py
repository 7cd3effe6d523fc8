"""The first text of a bulletin, in the form that offices write by hand: every figure in it is a field."""

from collections.abc import Mapping
from typing import Any

from helpdesk.bulletins.text import Text
from helpdesk.bulletins.values import BETWEEN, NOBODY, Values

QUIET = ("reported", "assigned", "finished", "closed", "answered", "objected")
"""A group about which none of these says anything is left out."""


def first_text(figures: Mapping[str, Any], values: Values, names: Mapping[str, str]) -> Text:
    """A draft that can be issued as it is; people change the words."""
    return {
        "overview": [
            "〔通报期〕，全区共受理企业问题〔上报〕，环比〔上报环比〕，同比〔上报同比〕；交办〔交办〕，办结〔办结〕（环比〔办结环比〕），销号〔销号〕。"
            "截至〔统计时点〕，在办〔在办件数〕，其中已经逾期〔逾期件数〕，待销号〔待销号件数〕。",
            "〔本期〕办结率〔办结率〕（〔办结率的比〕），环节按期率〔按期率〕（〔按期率的比〕），平均办理〔平均办理天数〕。环比以〔环比依据〕为准，同比以〔同比依据〕为准。",
        ],
        "groups": [_group(names[row["key"]]) for row in figures["groups"] if row["key"] in names and _says(row)],
        "asking": _asking(figures, values),
        "named": _named(values),
        "topics": ["反映较多的问题：〔热点类别〕。"] if values["热点类别"] != NOBODY else [],
        "sampling": _sampling(values),
        "demands": _demands(values),
    }


def _says(row: Mapping[str, Any]) -> bool:
    return any(row["figures"][name]["value"] for name in QUIET if name in row["figures"])


def _group(name: str) -> str:
    def field(label: str) -> str:
        return f"〔{name}{BETWEEN}{label}〕"

    return (
        f"{name}：接到交办{field('交办')}，办结{field('办结')}，办结率{field('办结率')}（{field('办结率的比')}）；"
        f"环节按期率{field('按期率')}（{field('按期率的比')}），平均办理{field('平均办理天数')}。"
    )


def _asking(figures: Mapping[str, Any], values: Values) -> list[str]:
    if not figures["totals"]["answered"]["value"]:
        return ["〔本期〕没有取得有效回访。没有回音的不计为满意。"]
    told = [
        "〔本期〕取得有效回访〔有效回访〕，回访覆盖率〔回访覆盖率〕（〔回访覆盖率的比〕）；响应率〔响应率〕（〔响应率的比〕），解决率〔解决率〕（〔解决率的比〕），"
        "满意率〔满意率〕（〔满意率的比〕，环比〔满意率环比〕），综合得分〔综合〕。没有联系上〔未联系上〕，不计为满意。"
    ]
    if values["满意率低于线单位"] != NOBODY:
        told.append("满意率低于〔满意率线〕的单位：〔满意率低于线单位〕。")
    elif any(row["figures"]["satisfaction"]["value"] is not None for row in figures["groups"]):
        told.append("有回访的单位满意率都不低于〔满意率线〕。")
    return told


NAMED = (
    ("逾期单位", "截至〔统计时点〕有逾期未办环节的单位：〔逾期单位〕。"),
    ("多次退单单位", "多次退单的单位：〔多次退单单位〕。"),
    ("延期单位", "申请延期的单位：〔延期单位〕。"),
    ("临期延期单位", "其中临近到期才申请延期的单位：〔临期延期单位〕。"),
    ("重办单位", "企业不满意、退回重办的单位：〔重办单位〕。"),
)


def _named(values: Values) -> list[str]:
    told = [words for field, words in NAMED if values[field] != NOBODY]
    return told or ["〔本期〕没有逾期、多次退单和延期的情况。"]


def _sampling(values: Values) -> list[str]:
    """Nothing where nobody was called once more."""
    if values["抽查分组情况"] == NOBODY:
        return []
    return [
        "〔本期〕抽查回访联系上企业〔抽查核实〕，与原记录不符〔抽查偏差〕，偏差率〔抽查偏差率〕（〔抽查偏差率的比〕）。",
        "分组情况：〔抽查分组情况〕。",
    ]


def _demands(values: Values) -> list[str]:
    told = []
    if values["逾期单位"] != NOBODY:
        told.append("有逾期问题的单位要逐件查明原因，明确办结日期，收到本通报后 3 个工作日内在系统中登记进展。")
    if values["满意率低于线单位"] != NOBODY:
        told.append("被点名的单位要逐件回访企业，说明不满意的原因和改进措施。")
    if values["抽查偏差单位"] != NOBODY:
        told.append("抽查有偏差的单位要查明原记录失实的原因，重新核实企业的真实评价。")
    told.append("各单位要按时签收、首次反馈和办结，企业没有确认的不得销号。")
    return told
