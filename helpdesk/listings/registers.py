"""The registers beside the problems as files: enterprises, people, one's own notices; the same rows as on their pages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from helpdesk.listings.terms import Column, Kind, Table
from helpdesk.listings.words import Reading
from helpdesk.notices.models import Notice
from helpdesk.org.models import DUTY_LABELS, Duty, Person, Post
from helpdesk.pages import masked


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
