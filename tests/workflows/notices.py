"""Notices for tests: the one of 2026, and any arrangement written out in the words of one."""

import random
from dataclasses import dataclass
from datetime import date

NOTICE_OF_2026 = """国务院办公厅关于2026年
部分节假日安排的通知
国办发明电〔2025〕7号

各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2026年元旦、春节、清明节、劳动节、端午节、中秋节和国庆节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫等工作，遇有重大突发事件，要按规定及时报告并妥善处置。

国务院办公厅
2025年11月4日
"""

WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Holiday:
    """The days off of a holiday in a row, and the weekend days that are worked for it."""

    name: str
    off: tuple[date, ...]
    working: tuple[date, ...] = ()


def rendered(year: int, holidays: list[Holiday], style: int = 0) -> str:
    """That arrangement as a notice; ``style`` chooses among the ways to write one."""
    ways = random.Random(style)
    parts = [f"{_number(place)}、{each.name}：{_part(each, year, ways)}" for place, each in enumerate(holidays)]
    head = f"国务院办公厅关于{year}年部分节假日安排的通知\n现将{year}年放假调休日期的具体安排通知如下。\n"
    tail = f"\n节假日期间，要妥善安排好值班工作。\n国务院办公厅\n{year - 1}年11月4日\n"
    text = head + ways.choice(("\n", "")).join(parts) + tail
    return text.translate(str.maketrans("（），：", "(),:")) if ways.random() < 0.3 else text


def _number(place: int) -> str:
    return "一二三四五六七八九十"[place]


def _part(holiday: Holiday, year: int, ways: random.Random) -> str:
    off, count = holiday.off, len(holiday.off)
    if count == 1:
        said = f"{_day(off[0], None, year, ways)}放假" + ways.choice(("", "1天", "，共1天", "，不调休"))
    else:
        to = ways.choice(("至", "—", "-", "～"))
        span = f"{_day(off[0], None, year, ways)}{to}{_day(off[-1], off[0], year, ways)}"
        said = span + ways.choice(("放假调休", "放假", "放假公休")) + ways.choice((f"，共{count}天", "", f"{count}天"))
    if not holiday.working:
        return f"{said}。"
    worked = "、".join(_day(each, None, year, ways, always=True) for each in holiday.working)
    return f"{said}。{worked}{ways.choice(('上班', '照常上班'))}。"


def _day(day: date, before: date | None, year: int, ways: random.Random, *, always: bool = False) -> str:
    """The year where it is another one, the month unless it is that of the date before, the weekday in many ways."""
    new_year = f"{day.year}年" if day.year != year or (before and before.year != day.year) else ""
    month = "" if before and before.month == day.month and ways.random() < 0.8 else f"{day.month}月"
    weekday = WEEKDAYS[day.weekday()]
    remarks = (
        f"（周{weekday}）",
        f"（星期{weekday}）",
        f"（农历腊月二十八、周{weekday}）",
        f"（农历除夕，星期{weekday}）",
    )
    return f"{new_year}{month}{day.day}日{ways.choice(remarks if always else (*remarks, ''))}"
