"""Size classes of enterprises by 《统计上大中小微型企业划分办法（2017）》: a table of lower limits and one rule.

An enterprise is of a class when it reaches every lower limit of that class; it is micro as soon as one figure is below
the limits of small ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

LARGE, MEDIUM, SMALL, MICRO = "large", "medium", "small", "micro"
SIZES = {LARGE: "大型", MEDIUM: "中型", SMALL: "小型", MICRO: "微型"}
PEOPLE, REVENUE, ASSETS = "people", "revenue", "assets"
FIGURES = {PEOPLE: "从业人员（人）", REVENUE: "营业收入（万元）", ASSETS: "资产总额（万元）"}

Limits = tuple[int, int, int]
"""The lower limits of large, medium and small; people, or 万元."""


@dataclass(frozen=True)
class Branch:
    """A line of the rule: which letters of GB/T 4754 it is for, and what is looked at."""

    label: str
    letters: str
    limits: Mapping[str, Limits]


BRANCHES: dict[str, Branch] = {
    "farming": Branch("农、林、牧、渔业", "A", {REVENUE: (20000, 500, 50)}),
    "industry": Branch("工业", "BCD", {PEOPLE: (1000, 300, 20), REVENUE: (40000, 2000, 300)}),
    "building": Branch("建筑业", "E", {REVENUE: (80000, 6000, 300), ASSETS: (80000, 5000, 300)}),
    "wholesale": Branch("批发业", "F", {PEOPLE: (200, 20, 5), REVENUE: (40000, 5000, 1000)}),
    "retail": Branch("零售业", "F", {PEOPLE: (300, 50, 10), REVENUE: (20000, 500, 100)}),
    "transport": Branch("交通运输业", "G", {PEOPLE: (1000, 300, 20), REVENUE: (30000, 3000, 200)}),
    "storage": Branch("仓储业", "G", {PEOPLE: (200, 100, 20), REVENUE: (30000, 1000, 100)}),
    "post": Branch("邮政业", "G", {PEOPLE: (1000, 300, 20), REVENUE: (30000, 2000, 100)}),
    "lodging": Branch("住宿业", "H", {PEOPLE: (300, 100, 10), REVENUE: (10000, 2000, 100)}),
    "catering": Branch("餐饮业", "H", {PEOPLE: (300, 100, 10), REVENUE: (10000, 2000, 100)}),
    "telecoms": Branch("信息传输业", "I", {PEOPLE: (2000, 100, 10), REVENUE: (100000, 1000, 100)}),
    "software": Branch("软件和信息技术服务业", "I", {PEOPLE: (300, 100, 10), REVENUE: (10000, 1000, 50)}),
    "estate": Branch("房地产开发经营", "K", {REVENUE: (200000, 1000, 100), ASSETS: (10000, 5000, 2000)}),
    "property": Branch("物业管理", "K", {PEOPLE: (1000, 300, 100), REVENUE: (5000, 1000, 500)}),
    "leasing": Branch("租赁和商务服务业", "L", {PEOPLE: (300, 100, 10), ASSETS: (120000, 8000, 100)}),
    "other": Branch("其他未列明行业", "MNORQ", {PEOPLE: (300, 100, 10)}),
}
"""The rule leaves out finance, education, public administration: for those the class is entered by hand."""


def branches_of(letter: str | None) -> dict[str, Branch]:
    """The lines of the rule that an industry (a letter of GB/T 4754) may fall under."""
    return {key: branch for key, branch in BRANCHES.items() if letter and letter in branch.letters}


def only_branch(letter: str | None) -> str | None:
    """The line of the rule for that industry where there is but one."""
    found = branches_of(letter)
    return next(iter(found)) if len(found) == 1 else None


def sized(
    branch: str | None, letter: str | None, figures: Mapping[str, int | Decimal | None], entered: str | None
) -> tuple[str | None, str | None, bool]:
    """Line of the rule, class, and whether the class was entered by hand: what the register keeps of it."""
    line = branch or only_branch(letter)
    return line, entered or size_of(line, figures), entered is not None


def size_of(branch: str | None, figures: Mapping[str, int | Decimal | None]) -> str | None:
    """The class that the rule gives; None where the line or a figure that it looks at is not known."""
    if branch not in BRANCHES:
        return None
    limits = BRANCHES[branch].limits
    known = {name: value for name in limits if (value := figures.get(name)) is not None}
    if len(known) < len(limits):
        return None
    for place, size in enumerate((LARGE, MEDIUM, SMALL)):
        if all(known[name] >= limits[name][place] for name in limits):
            return size
    return MICRO
