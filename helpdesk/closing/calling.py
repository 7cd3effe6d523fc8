"""The script of a call: how to begin, and when to try again."""

from datetime import datetime, time

from workflows.calendar import Calendar

MORNING, AFTERNOON = time(9, 30), time(14, 30)
NOON = time(12)


def greeting(*, name: str, unit: str, district: str, contact: str | None, title: str, reported: str) -> str:
    """What to say first."""
    whom = f"{contact}，您好" if contact else "您好"
    return (
        f"{whom}。我是{district}{unit}的{name}。您单位{reported}反映的“{title}”已经有了办理结果，"
        "想占用您两三分钟听听您的意见。您说的会如实登记，不满意我们会重新办理。"
    )


def next_try(last: datetime, days: Calendar) -> datetime:
    """Another part of the day than the last try, on a working day: whoever was out in the morning may be in later."""
    here = last.astimezone(days.zone)
    on = here.date()
    if here.time() < NOON and days.is_working(on):
        return days.at(on, AFTERNOON)
    return days.at(days.add(on, 1), MORNING if here.time() >= NOON else AFTERNOON)
