"""The registers beside the problems as files: enterprises, people, one's own notices; the same rows as on their pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpdesk.enterprises.models import INDUSTRIES, Enterprise
from helpdesk.enterprises.queries import cadre_names
from helpdesk.listings.terms import Column, Kind, Table
from helpdesk.listings.words import Reading
from helpdesk.notices.models import Notice
from helpdesk.org.models import DUTY_LABELS, Duty, Person, Post
from helpdesk.org.queries import units_by_id
from helpdesk.pages import masked
from helpdesk.problems.turn_queries import open_counts

AT_ONCE = 500  # enterprises whose cadres and problems are read together


@dataclass(frozen=True)
class Registered:
    """One enterprise's row."""

    id: int
    name: str
    uscc: str
    industry: str
    street: str
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
        Column("street", "街道、乡镇", lambda row, _: row.street, width=14),
        Column("address", "地址", lambda row, _: row.address, width=36),
        Column("cadres", "包保干部", lambda row, _: row.cadres, width=16),
        Column("open", "在办问题（个）", lambda row, _: row.open_problems, Kind.NUMBER, 14),
    ),
)


def registered(enterprises: Sequence[Enterprise], reading: Reading) -> Iterator[Registered]:
    """The rows; problems are counted as far as the reader may see them."""
    names = {key: unit.name for key, unit in units_by_id().items()}
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
                names.get(each.street_id or 0, ""),
                each.address or "",
                "、".join(cadres.get(each.id, ())),
                counts.get(each.id, 0),
            )


@dataclass(frozen=True)
class Posted:
    """One post of one person; ``id`` is the person's."""

    id: int
    unit: str
    office_phone: str
    name: str
    duty: str
    title: str
    phone: str


PEOPLE = Table(
    "people",
    "人员名录",
    (
        Column("index", "序号", lambda row, _: None, Kind.INDEX, 6),
        Column("unit", "单位", lambda row, _: row.unit, width=26),
        Column("office_phone", "办公电话", lambda row, _: row.office_phone, width=16),
        Column("name", "姓名", lambda row, _: row.name),
        Column("duty", "岗位", lambda row, _: row.duty),
        Column("title", "职务", lambda row, _: row.title, width=18),
        Column("phone", "手机", lambda row, _: row.phone, width=16),
    ),
)


def posted(pairs: Sequence[tuple[Person, Post | None]], *, shows_phones: bool) -> Iterator[Posted]:
    """The rows; telephones in full only for those who have to call."""
    for person, post in pairs:
        yield Posted(
            person.id,
            post.unit.name if post else "没有任职",
            (post.unit.phone or "") if post else "",
            person.name,
            DUTY_LABELS[Duty(post.duty)] if post else "",
            person.title or "",
            (person.phone if shows_phones else masked(person.phone)) or "",
        )


def _read(row: Notice, _: Reading) -> str:
    return "已阅" if row.read_at else "未阅"


TOLD = Table(
    "notices",
    "我的通知",
    (
        Column("index", "序号", lambda row, _: None, Kind.INDEX, 6),
        Column("written_at", "时间", lambda row, _: row.written_at, Kind.MOMENT, 18),
        Column("subject", "通知", lambda row, _: row.subject, width=60),
        Column("body", "内容", lambda row, _: row.body, width=60),
        Column("read", "是否已阅", _read),
    ),
)
