"""A counted out due day in plain Chinese: each stretch of equal days in one line, and a sentence for the phone."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from workflows.calendar import ONE_DAY, Calendar
from workflows.steps import BY_THE_HOUR, Account, Day, DayKind
from workflows.terms import Unit

WEEKDAYS = "一二三四五六日"
UNIT_WORDS = {
    Unit.WORKING_DAYS: "个工作日",
    Unit.NATURAL_DAYS: "天",
    Unit.HOURS: "小时",
    Unit.WORKING_HOURS: "个工作小时",
}
NOT_COUNTED = "，不算"
WEEKEND = "周末"


def lines_of(account: Account, calendar: Calendar) -> list[str]:
    """The count from the start to the due day: 3月3日至6日（周二至周五）第 1 至 4 个工作日."""
    first = account.days[0].on
    lines = [f"{_span(run, first.year)} {_taken(run, account.limit.unit)}" for run in runs(account.days)]
    lines = [line.replace("） ", "）", 1) for line in lines]
    lines[0] = f"{first.year}年{lines[0]}"
    doubtful = account.due.provisional and not account.waiting
    return [*lines, _doubt(account.due.on.year, calendar)] if doubtful else lines


def sentence_of(account: Account, calendar: Calendar) -> str:
    """What one can read out on the phone: the limit, and the day on which it is over, or what is left of it."""
    started, unit = account.days[0].on, account.limit.unit
    said = f"期限 {account.limit.amount} {UNIT_WORDS[unit]}{_granted(account)}，{full(started)}起算"
    said += "。" if unit in BY_THE_HOUR else "，当天不算。"
    if account.unspent is not None:
        return said + _standing_still(account.unspent, unit)
    said += "中间暂停的时间已经扣除。" if any(day.kind is DayKind.WAITING for day in account.days) else ""
    due_at = account.due.at.astimezone(calendar.zone)
    until = f"{due_at:%H:%M}" if due_at.date() == account.due.on else "24:00"
    return f"{said}最后期限是{full(account.due.on)}{until}，在此之前办完都算按时。{_sure(account)}"


def plain(account: Account, calendar: Calendar) -> dict[str, Any]:
    """The same as plain values, for JSON."""
    return {
        "due_on": account.due.on.isoformat(),
        "due_at": account.due.at.astimezone(calendar.zone).isoformat(),
        "provisional": account.due.provisional,
        "limit": {"amount": account.limit.amount, "unit": account.limit.unit.value},
        "allowed": account.allowed,
        "unspent": account.unspent,
        "waiting": account.waiting,
        "days": [_plain_day(day) for day in account.days],
        "lines": lines_of(account, calendar),
        "sentence": sentence_of(account, calendar),
    }


def _plain_day(day: Day) -> dict[str, Any]:
    return {
        "on": day.on.isoformat(),
        "kind": day.kind.value,
        "number": day.number,
        "seconds": day.seconds,
        "why": day.why,
        "source": day.source,
        "provisional": day.provisional,
    }


# -- Stretches of days -------------------------------------------------------------------------------------------------


def runs(days: Iterable[Day]) -> list[list[Day]]:
    """Neighbouring days that are taken in the same way, together."""
    found: list[list[Day]] = []
    for day in days:
        last = found[-1][-1] if found else None
        if last and day.on - last.on == ONE_DAY and _alike(last) == _alike(day):
            found[-1].append(day)
        else:
            found.append([day])
    return found


def _alike(day: Day) -> tuple[object, ...]:
    return day.kind, why_of(day), day.source, day.number is None, day.seconds


def why_of(day: Day) -> str:
    """Why a day is taken as it is; one word for both days of a weekend, none where days off are counted like others."""
    if day.kind in (DayKind.COUNTED, DayKind.LATE) and "上班" not in day.why:
        return ""
    return WEEKEND if day.why in ("周六", "周日") else day.why


def full(day: date) -> str:
    """2026年3月2日（周一）."""
    return f"{day.year}年{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def _span(run: Sequence[Day], year: int) -> str:
    first, last = run[0].on, run[-1].on
    begin, weekday = _short(first, year), f"周{WEEKDAYS[first.weekday()]}"
    if first == last:
        return f"{begin}（{weekday}）"
    end = f"{last.day}日" if (first.year, first.month) == (last.year, last.month) else _short(last, first.year)
    weekdays = f"（{weekday}至周{WEEKDAYS[last.weekday()]}）" if (last - first).days < len(WEEKDAYS) else ""
    return f"{begin}至{end}{weekdays}"


def _short(day: date, year: int) -> str:
    return f"{day.month}月{day.day}日" if day.year == year else f"{day.year}年{day.month}月{day.day}日"


# -- What is said of a stretch -----------------------------------------------------------------------------------------


def _taken(run: Sequence[Day], unit: Unit) -> str:
    first = run[0]
    if first.kind is DayKind.START:
        return f"开始计时{_hours(run)}" if unit in BY_THE_HOUR else "收到，当天不算"
    why = why_of(first) + (f"（{first.source}）" if first.source else "")
    words = {
        DayKind.OFF: f"{why}{NOT_COUNTED}",
        DayKind.WAITING: f"{why}，暂停计时{NOT_COUNTED}{_hours(run)}" if "暂停" not in why else f"{why}{NOT_COUNTED}",
        DayKind.ROLLED: why,
        DayKind.LATE: "已经过了最后期限",
        DayKind.UNRECORDED: "没有逐日记录",
        DayKind.FIXED: f"沿用原来的最后期限{f'（{why}）' if why else ''}",
    }
    return words.get(first.kind) or _counted(run, why, unit)


def _counted(run: Sequence[Day], why: str, unit: Unit) -> str:
    first, last = run[0].number, run[-1].number
    if unit in BY_THE_HOUR:
        said = _hours(run).removeprefix("，")
    elif first is None or last is None:
        said = "计算在内"
    else:
        said = f"第 {first} {UNIT_WORDS[unit]}" if first == last else f"第 {first} 至 {last} {UNIT_WORDS[unit]}"
    return f"{why}，{said}" if why else said


def _hours(run: Sequence[Day]) -> str:
    if run[0].seconds:
        return f"，{'每天' if len(run) > 1 else ''}计 {span_of(run[0].seconds)}"
    return "" if run[0].kind is DayKind.WAITING else "，没有计入"


def span_of(seconds: int) -> str:
    """4 小时 30 分."""
    hours, minutes = divmod(seconds // 60, 60)
    words = [f"{hours} 小时"] if hours else []
    words += [f"{minutes} 分"] if minutes else []
    return " ".join(words) or f"{seconds} 秒"


# -- Sentences ---------------------------------------------------------------------------------------------------------


def _granted(account: Account) -> str:
    amount, unit = account.limit.amount, account.limit.unit
    if unit in BY_THE_HOUR:
        more = account.allowed - amount * 3600
        return f"（另批准延长 {span_of(more)}）" if more else ""
    return f"（经批准延长到 {account.allowed} {UNIT_WORDS[unit]}）" if account.allowed > amount else ""


def _standing_still(left: int, unit: Unit) -> str:
    amount = span_of(abs(left)) if unit in BY_THE_HOUR else f"{abs(left)} {UNIT_WORDS[unit]}"
    if left < 0:
        return f"现在暂停计时，暂停时已经逾期 {amount}，恢复后仍按逾期这么多计算。"
    if left == 0:
        return "现在暂停计时，期限已经用完，恢复当天到期。"
    return f"现在暂停计时，还剩 {amount}，恢复以后接着算。"


def _doubt(year: int, calendar: Calendar) -> str:
    first = calendar.last_year + 1
    years = f"{first}年" if year == first else f"{first}年至{year}年"
    return f"{years}的放假安排还没有公布，暂按周一至周五上班计算，公布以后可能变动"


def _sure(account: Account) -> str:
    return "放假安排还没有公布到这一天，日期是暂定的。" if account.due.provisional else ""
