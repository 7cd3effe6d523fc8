"""How each unit of the oracle is said in our arithmetic: open time, days that keep the time of day, days, elapsed time."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from tests.workflows.oracle import SECONDS, Setting, day_in
from workflows.accounts import History, Step, StepKind, account
from workflows.calendar import ONE_DAY
from workflows.clocks import due
from workflows.terms import Limit, Unit

# -- Limits in open time -----------------------------------------------------------------------------------------------


def signed(duration: dict[str, object], value: float) -> float:
    return -value if duration.get("direction") == "before" else value


def check_open_time(found: Setting) -> None:
    """Business seconds, minutes, hours; also through the account, pauses included, where the limit is whole hours."""
    duration, calendar = found.case["duration"], found.calendar
    seconds = signed(duration, duration["value"] * SECONDS[duration["unit"]])
    credited = found.case.get("credited_pause_business_seconds", 0)
    if not found.case["pauses"]:
        assert open_time_from(found, found.start, seconds + credited) == found.due_at
    else:
        assert seconds % 3600 == 0
    if seconds > 0 and not credited and seconds % 3600 == 0:
        assert counted_in_hours(found, int(seconds) // 3600) == found.due_at
        assert calendar.open_seconds(found.start, found.due_at) - paused(found) == seconds


def open_time_from(found: Setting, start: datetime, seconds: float) -> datetime:
    if seconds == 0 and found.case["duration"].get("direction") == "before":
        return found.calendar.last_opening(start)
    return found.calendar.add_open(start, seconds)


def counted_in_hours(found: Setting, hours: int) -> datetime:
    counted = account(History(found.start, Limit(hours, Unit.WORKING_HOURS), steps_of(found)), found.calendar)
    assert sum(day.seconds or 0 for day in counted.days) == hours * 3600
    return counted.due.at


def steps_of(found: Setting) -> tuple[Step, ...]:
    kinds = (StepKind.WAITED, StepKind.RESUMED)
    return tuple(Step(moment, kind) for pause in found.pauses for kind, moment in zip(kinds, pause, strict=True))


def paused(found: Setting) -> float:
    return sum(found.calendar.open_seconds(*pause) for pause in found.pauses)


def check_at_closing_not_at_opening(found: Setting) -> None:
    ours = counted_in_hours(found, 2)
    assert ours == found.moment(found.case["equivalent_close_of_day"])
    assert found.calendar.add_open(ours + timedelta(seconds=1), 0) == found.due_at


def check_before_the_wait(found: Setting) -> None:
    duration = found.case["duration"]
    due_at = found.calendar.add_open(found.start, duration["value"] * SECONDS[duration["unit"]])
    assert due_at == found.due_at
    assert all(stops > due_at for stops, _ in found.pauses)


# -- Limits in days that keep the time of day --------------------------------------------------------------------------


def same_time(found: Setting, start: datetime, number: int, *, backwards: bool = False) -> datetime:
    """So many working days on at the same clock time; outside the open hours the next opening, or the last closing."""
    calendar, local = found.calendar, start.astimezone(found.zone)
    day = calendar.add(local.date(), -number if backwards else number)
    if found.case.get("end_of_working_day"):
        return calendar.open_spans(day)[-1][1]
    moment = calendar.at(day, local.time())
    return calendar.last_opening(moment) if backwards else calendar.add_open(moment, 0)


def check_same_time(found: Setting) -> None:
    duration = found.case["duration"]
    backwards = duration.get("direction") == "before"
    assert same_time(found, found.start, duration["value"], backwards=backwards) == found.due_at


def check_normalised(found: Setting) -> None:
    begins = found.calendar.add_open(found.start, 0)
    assert same_time(found, begins, found.case["duration"]["value"]) == found.due_at


def check_one_after_another(found: Setting) -> None:
    """Several durations, each from where the one before it ended."""
    moment = found.start
    for step in found.case["duration"]["steps"]:
        if step["unit"] == "business_days_normalised":
            moment = same_time(found, found.calendar.add_open(moment, 0), step["value"])
        else:
            moment = found.calendar.add_open(moment, step["value"] * SECONDS[step["unit"]])
    assert moment == found.due_at


# -- Limits in days ----------------------------------------------------------------------------------------------------


def limit_of(found: Setting) -> Limit:
    duration = found.case["duration"]
    return Limit(duration["value"], Unit.WORKING_DAYS if duration["unit"] == "working_days" else Unit.NATURAL_DAYS)


def check_due_date(found: Setting) -> None:
    limit, expected = limit_of(found), date.fromisoformat(found.expected["due_date"])
    if found.case["duration"].get("direction") == "before":
        assert found.calendar.add(found.start_on, -limit.amount) == expected
    else:
        assert due(found.calendar.at(found.start_on, time(9)), limit, found.calendar).on == expected


def check_natural_days(found: Setting) -> None:
    """Through a change to winter time, and through a pause: the same day; ours lasts to its midnight."""
    counted = account(History(found.start, limit_of(found), steps_of(found)), found.calendar)
    assert counted.due.on == found.due_at.astimezone(found.zone).date()


BY_UNIT: dict[str | None, Callable[[Setting], None]] = {
    None: check_one_after_another,
    **dict.fromkeys(SECONDS, check_open_time),
    "business_days_same_time": check_same_time,
    "business_days_normalised": check_normalised,
    "calendar_days": check_natural_days,
    "calendar_days_roll_forward": check_due_date,
    "working_days": check_due_date,
}


def check_due(found: Setting) -> None:
    BY_UNIT[found.case["duration"].get("unit")](found)


def check_level(found: Setting) -> None:
    """A deadline, and a level that strikes so much open time, or so many days, before or after it."""
    case, expected = found.case, found.expected
    assert paused(found) == expected["pause_business_seconds"]
    check_due(found)
    level, after = case["level"], found.due_at
    if level["unit"] == "business_days_same_time":
        struck_at = same_time(found, after, level["offset"])
    else:
        struck_at = found.calendar.add_open(after, level["offset"] * SECONDS[level["unit"]])
    assert struck_at == found.moment(expected["level_due"])


# -- What time has passed ----------------------------------------------------------------------------------------------


def check_elapsed(found: Setting) -> None:
    """Ours is signed: where the ends are swapped, less than nothing has passed, and that counts as nothing."""
    passed = found.calendar.open_seconds(found.start, found.moment(found.case["end"])) - paused(found)
    elapsed = max(passed, 0)
    assert elapsed == found.expected["business_seconds"]
    if "sla_minutes" in found.case:
        assert found.case["sla_minutes"] - elapsed / 60 == found.expected["remaining_minutes"]


def check_open_periods(found: Setting) -> None:
    """The first stretch of open time that no break takes away."""
    (begins, ends), *_ = found.expected["periods"]
    stretches = (
        stretch
        for n in range(14)
        for span in found.calendar.open_spans(found.start_on + ONE_DAY * n)
        for stretch in without(span, list(found.pauses))
    )
    assert next(stretches) == (found.moment(begins), found.moment(ends))


def without(
    span: tuple[datetime, datetime], breaks: list[tuple[datetime, datetime]]
) -> Iterator[tuple[datetime, datetime]]:
    begins, ends = span
    for stops, goes in breaks:
        if stops < ends and goes > begins:
            yield from ((begins, stops),) if stops > begins else ()
            begins = max(begins, goes)
    yield from ((begins, ends),) if begins < ends else ()


def check_is_workday(found: Setting) -> None:
    assert found.calendar.is_working(found.start_on) is found.expected["is_workday"]


def check_workday_count(found: Setting) -> None:
    """Both ends counted when the end is; our ``between`` leaves out the start."""
    end = day_in(found.case["end"])
    last = end if found.case["inclusive_end"] else end - ONE_DAY
    assert found.calendar.between(found.start_on - ONE_DAY, last) == found.expected["workdays"]
