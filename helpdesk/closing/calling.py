"""The script of a call: how to begin, and when to try again."""

from datetime import datetime, time, timedelta

from workflows.calendar import Calendar

PARTS = ((time(9, 30), time(12)), (time(14, 30), time(17, 30)))
"""The parts of a working day in which one calls: from when, and when it is over."""

ANSWERED = "已经有了办理结果，想占用您两三分钟听听您的意见。您说的会如实登记，不满意我们会重新办理。"
SAMPLED = {
    "closed": "已经销号。现在是随机抽查，想占用您两三分钟核实当时办理的情况。您说的会如实登记，和原来说的不一样也没有关系。",
    "withdrawn": "已经撤回。现在是随机抽查，想占用您两三分钟核实撤回的情况。您说的会如实登记，和原来说的不一样也没有关系。",
}
"""Why one calls: for its word on the answer; in a sample by how the problem ended (workflows.sampling.KINDS)."""


def greeting(*, name: str, unit: str, district: str, contact: str | None, title: str, reported: str, why: str) -> str:
    """What to say first."""
    whom = f"{contact}，您好" if contact else "您好"
    return f"{whom}。我是{district}{unit}的{name}。您单位{reported}反映的“{title}”{why}"


def next_try(last: datetime, now: datetime, days: Calendar) -> datetime:
    """A part of a working day that is not over, another one than that of the last try: the morning's absent may be in later."""
    here = last.astimezone(days.zone)
    begins, ends = PARTS[here.time() < PARTS[0][1]]
    on = max(here.date(), days.day_of(now))
    while not days.is_working(on) or days.at(on, begins) <= last or days.at(on, ends) <= now:
        on += timedelta(days=1)
    return days.at(on, begins)
