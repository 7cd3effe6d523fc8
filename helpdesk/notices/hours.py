"""When mail may leave: in working hours, and the morning digest at their beginning."""

from datetime import datetime, time

from workflows.calendar import ONE_DAY, Calendar

OPENS, CLOSES = time(8, 30), time(17, 30)


def is_working_moment(moment: datetime, calendar: Calendar) -> bool:
    """Whether mail may leave at that moment: from 8:30 to before 17:30 local time on a working day."""
    here = moment.astimezone(calendar.zone)
    return calendar.is_working(here.date()) and OPENS <= here.time() < CLOSES


def next_working_moment(moment: datetime, calendar: Calendar) -> datetime:
    """That moment, or the next 8:30 of a working day when mail may not leave then."""
    return moment if is_working_moment(moment, calendar) else next_digest(moment, calendar)


def next_digest(moment: datetime, calendar: Calendar) -> datetime:
    """The first 8:30 of a working day that is not before that moment."""
    day = calendar.roll_forward(calendar.day_of(moment))
    if calendar.at(day, OPENS) < moment:
        day = calendar.roll_forward(day + ONE_DAY)
    return calendar.at(day, OPENS)
