"""Days off and working weekends of the years that the calendar package knows, by notice; the usual office hours

Revision ID: 0007
Revises: 0006
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import sqlalchemy as sa
from alembic import op
from chinese_calendar import constants

import helpdesk.db

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NOTICES = {  # number, and the date under the notice; left out where they are not known for certain
    2007: ("国办发明电〔2006〕49号", date(2006, 12, 14)),
    2010: ("国办发明电〔2009〕27号", date(2009, 12, 7)),
    2011: ("国办发明电〔2010〕40号", date(2010, 12, 9)),
    2012: ("国办发明电〔2011〕45号", date(2011, 12, 5)),
    2013: ("国办发明电〔2012〕33号", date(2012, 12, 8)),
    2014: ("国办发明电〔2013〕28号", date(2013, 12, 11)),
    2015: ("国办发明电〔2014〕28号", date(2014, 12, 16)),
    2016: ("国办发明电〔2015〕18号", date(2015, 12, 10)),
    2017: ("国办发明电〔2016〕17号", date(2016, 12, 1)),
    2018: ("国办发明电〔2017〕12号", date(2017, 11, 30)),
    2019: ("国办发明电〔2018〕15号", date(2018, 12, 4)),
    2020: ("国办发明电〔2019〕16号", date(2019, 11, 21)),
    2021: ("国办发明电〔2020〕27号", date(2020, 11, 25)),
    2022: ("国办发明电〔2021〕11号", date(2021, 10, 25)),
    2023: ("国办发明电〔2022〕16号", date(2022, 12, 8)),
    2024: ("国办发明电〔2023〕7号", date(2023, 10, 25)),
    2025: ("国办发明电〔2024〕12号", date(2024, 11, 12)),
    2026: ("国办发明电〔2025〕7号", date(2025, 11, 4)),
}
NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
}
TOGETHER = {  # in these years the two were one holiday
    **dict.fromkeys((2009, 2020, 2025), "国庆节、中秋节"),
    **dict.fromkeys((2012, 2017, 2023), "中秋节、国庆节"),
}
LEFT_OUT = {date(2011, 6, 5): (False, "端午节"), date(2012, 6, 23): (False, "端午节")}  # weekend days the package lacks
VICTORY = "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日"

Days = dict[date, tuple[bool, str]]  # working or not, and what it is called


def _span(first: date, last: date, name: str) -> Days:
    return {first + timedelta(days=n): (False, name) for n in range((last - first).days + 1)}


AMENDMENTS = (  # what was changed within a year, and what the yearly notice had said of these days before
    (
        "国务院关于中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日调休放假的通知",
        "国发明电〔2015〕1号",
        date(2015, 5, 13),
        _span(date(2015, 9, 3), date(2015, 9, 5), VICTORY) | {date(2015, 9, 6): (True, VICTORY)},
        {},
    ),
    (
        "国务院办公厅关于调整2019年劳动节假期安排的通知",
        "国办发明电〔2019〕3号",
        date(2019, 3, 22),
        _span(date(2019, 5, 1), date(2019, 5, 4), "劳动节")
        | {date(2019, 4, 28): (True, "劳动节"), date(2019, 5, 5): (True, "劳动节")},
        {date(2019, 5, 1): (False, "劳动节")},
    ),
    (
        "国务院办公厅关于延长2020年春节假期的通知",
        "国办发明电〔2020〕1号",
        date(2020, 1, 26),
        _span(date(2020, 1, 31), date(2020, 2, 2), "春节"),
        {date(2020, 2, 1): (True, "春节")},
    ),
)

DECLARATIONS = sa.table(
    "declarations",
    sa.column("id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("year", sa.Integer),
    sa.column("title", sa.String),
    sa.column("number", sa.String),
    sa.column("published_on", sa.Date),
    sa.column("entered_at", helpdesk.db.UtcMoment),
)
DAYS = sa.table(
    "declared_days",
    sa.column("declaration_id", sa.Integer),
    sa.column("day", sa.Date),
    sa.column("working", sa.Boolean),
    sa.column("name", sa.String),
)
HOURS = sa.table(
    "office_hours",
    sa.column("name", sa.String),
    sa.column("begins_month", sa.Integer),
    sa.column("begins_day", sa.Integer),
    sa.column("windows", sa.JSON),
)


def upgrade() -> None:
    usual = [["08:30", "11:30"], ["13:30", "17:00"]]
    op.bulk_insert(HOURS, [{"name": "全年", "begins_month": 1, "begins_day": 1, "windows": usual}])
    moment = datetime.now(UTC)
    for facts, days in _declarations():
        inserted = sa.insert(DECLARATIONS).values(**facts, entered_at=moment).returning(DECLARATIONS.c.id)
        key = op.get_bind().execute(inserted).scalar_one()
        op.bulk_insert(
            DAYS,
            [{"declaration_id": key, "day": day, "working": how[0], "name": how[1]} for day, how in sorted(days.items())],
        )


def _declarations() -> Iterator[tuple[dict[str, object], Days]]:
    """Every notice with its days; those that amended another come after it, for the later one decides about a day."""
    for year, days in sorted(_by_year().items()):
        number, published_on = NOTICES.get(year, (None, None))
        title = f"国务院办公厅关于{year}年部分节假日安排的通知"
        yield {"kind": "national", "year": year, "title": title, "number": number, "published_on": published_on}, days
    for title, number, published_on, days, _ in AMENDMENTS:
        yield {"kind": "amendment", "year": None, "title": title, "number": number, "published_on": published_on}, days


def _by_year() -> dict[int, Days]:
    """The days of each yearly notice, as they were before anything was amended."""
    known = _known_days()
    for _, _, _, days, before in AMENDMENTS:
        known = {day: how for day, how in known.items() if day not in days} | before
    found: dict[int, Days] = {}
    for day, how in known.items():
        year = day.year + (day.month == 12)  # 元旦: the last days of a December are in the next year's notice
        found.setdefault(year, {})[day] = how
    return found


def _known_days() -> Days:
    off = {day: (False, _name(day, name)) for day, name in constants.holidays.items()}
    working = {day: (True, _name(day, name)) for day, name in constants.workdays.items()}
    return LEFT_OUT | off | working


def _name(day: date, english: str) -> str:
    name = NAMES.get(english, VICTORY)
    return TOGETHER.get(day.year, name) if name in ("国庆节", "中秋节") else name


def downgrade() -> None:
    came_with_the_program = sa.text("SELECT id FROM declarations WHERE entered_by_id IS NULL")
    keys = list(op.get_bind().execute(came_with_the_program).scalars())
    op.execute(sa.delete(DAYS).where(DAYS.c.declaration_id.in_(keys)))
    op.execute(sa.delete(DECLARATIONS).where(DECLARATIONS.c.id.in_(keys)))
    op.execute(sa.delete(HOURS))
