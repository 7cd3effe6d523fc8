"""The register of enterprises as a file: the same rows as its page, in the columns that offices keep."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpdesk.enterprises.models import INDUSTRIES, Enterprise
from helpdesk.enterprises.queries import cadre_names
from helpdesk.listings.terms import Column, Kind, Table
from helpdesk.listings.words import Reading
from helpdesk.problems.queries import open_counts

AT_ONCE = 500  # enterprises whose cadres and problems are read together


@dataclass(frozen=True)
class Registered:
    """One enterprise's row."""

    id: int
    name: str
    uscc: str
    industry: str
    address: str
    cadres: str
    open_problems: int


REGISTER = Table(
    "enterprises",
    "企业名录",
    (
        Column("index", "序号", lambda row, _: None, Kind.INDEX, 6),
        Column("name", "企业名称", lambda row, _: row.name, width=36),
        Column("uscc", "统一社会信用代码", lambda row, _: row.uscc, width=22),
        Column("industry", "行业", lambda row, _: row.industry, width=22),
        Column("address", "地址", lambda row, _: row.address, width=36),
        Column("cadres", "包保干部", lambda row, _: row.cadres, width=16),
        Column("open", "在办问题（个）", lambda row, _: row.open_problems, Kind.NUMBER, 14),
    ),
)


def registered(enterprises: Sequence[Enterprise], reading: Reading) -> Iterator[Registered]:
    """The rows; problems are counted as far as the reader may see them."""
    for start in range(0, len(enterprises), AT_ONCE):
        some = enterprises[start : start + AT_ONCE]
        ids = [each.id for each in some]
        cadres, counts = cadre_names(ids, reading.today), open_counts(reading.me, ids)
        for each in some:
            yield Registered(
                each.id,
                each.name,
                each.uscc or "暂无代码",
                INDUSTRIES.get(each.industry or "", ""),
                each.address or "",
                "、".join(cadres.get(each.id, ())),
                counts.get(each.id, 0),
            )
