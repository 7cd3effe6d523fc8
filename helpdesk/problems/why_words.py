"""A counted out clock in plain Chinese: one paragraph to read out on the phone, the days as lines and month by month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from helpdesk.clock import calendar, local
from helpdesk.pages import WEEKDAYS, day_words, moment_words
from helpdesk.problems.explaining import Ahead, Basis, Happened, Supposed, Why
from helpdesk.problems.legs import How
from helpdesk.problems.words import amount_words, due_time, limit_words
from workflows.steps import BY_THE_HOUR, Day, DayKind, StepKind
from workflows.telling_days import WEEKEND, lines_of, runs, why_of
from workflows.terms import Limit, Unit

COUNTING = {
    Unit.WORKING_DAYS: "开始当天不算，从次日数起，只数工作日：周末和放假不数，调休上班要数",
    Unit.NATURAL_DAYS: "开始当天不算，从次日数起，每天都数，最后一天遇到休息日顺延到下一个工作日",
    Unit.HOURS: "从开始的时刻算起，按实际小时数，夜里和休息日也数",
    Unit.WORKING_HOURS: "从开始的时刻算起，只数工作日的办公时间",
}
RECEIVED = "《民法典》第二百零一条"
"""The day on which something begins is not counted."""

ORDINARY = ("", WEEKEND)
"""What nobody wonders about."""

# -- Sentences ---------------------------------------------------------------------------------------------------------


def speech(why: Why) -> list[str]:
    """What can be read out on the phone, sentence by sentence."""
    said = [_started(why), _ruled(why)]
    if why.from_record:
        said.append("升级以前怎样数到这一天没有记录，日期照旧。")
    else:
        said.append(f"{COUNTING[why.account.limit.unit]}。")
        said += _passed_over(why)
    said += [sentence for each in why.happened if (sentence := step_words(each, why.today))]
    return [*said, due_sentence(why), *_standing(why), *doubts(why)]


def _started(why: Why) -> str:
    how = f"，起因是{why.start.by_name}{why.start.label}" if why.start else ""
    return f"“{why.clock.label}”从{moment_words(why.row.started_at, why.today)}开始计时{how}。"


def _ruled(why: Why) -> str:
    return f"按照{basis_words(why.basis, why.today)}，时限是 {limit_words(why.row.amount, Unit(why.row.counted_in))}。"


def basis_words(basis: Basis, today: date) -> str:
    """“13710”（随系统发布）, or the published version with its number and date of effect."""
    if basis.number is None:
        return f"“{basis.name}”规则（随系统发布）"
    since = f"，{day_words(basis.effective_on, today)}起施行" if basis.effective_on else ""
    return f"“{basis.name}”规则（第 {basis.number} 版{since}）"


def _passed_over(why: Why) -> list[str]:
    """The days that people wonder about: declared days off and weekends on which one works."""
    taken = (DayKind.COUNTED, DayKind.OFF)
    days = [day for day in why.account.days if day.kind in taken and why_of(day) not in ORDINARY]
    said = [f"{_span(run, why.today)}{why_of(run[0])}{_source(run[0])}" for run in runs(days)]
    return [f"其中{'；'.join(said)}。"] if said else []


def _source(day: Day) -> str:
    return f"（{day.source}）" if day.source else ""


def _span(run: Sequence[Day], today: date) -> str:
    """9月20日（周日）; 10月1日至7日."""
    first, last = run[0].on, run[-1].on
    if first == last:
        return day_words(first, today)
    begin, end = (day_words(day, today).partition("（")[0] for day in (first, last))
    return f"{begin}至{f'{last.day}日' if (first.year, first.month) == (last.year, last.month) else end}"


def step_words(happened: Happened, today: date) -> str:
    """One thing that happened to the clock, with who did it and why; empty for what is told elsewhere."""
    step = happened.step
    kind, when = StepKind(step.kind), day_words(local(step.at).date(), today)
    why = f"（{step.reason.rstrip('。')}）" if step.reason else ""
    by = step.by_name or "系统"
    after = day_words(step.due_after_on, today) if step.due_after_on else ""
    before = f"由{day_words(step.due_before_on, today)}" if step.due_before_on and after else ""
    moved = f"，应办日期{before}改为{after}" if after else ""
    words = {
        StepKind.WAITED: f"{when}起暂停计时{why}。",
        StepKind.RESUMED: f"{when}恢复计时{why}{moved}，暂停的日子不算。",
        StepKind.EXTENDED: f"{when}{by}批准延期到{day_words(step.until_on, today) if step.until_on else after}{why}{moved}。",
        StepKind.RETIMED: f"{when}{by}按新的时限{_limit_of(happened)}重新计算{why}{moved}。",
        StepKind.MOVED: f"{when}放假安排有变化{why}{moved}。",
    }
    return words.get(kind, "")


def _limit_of(happened: Happened) -> str:
    step = happened.step
    return f"（{limit_words(step.amount, Unit(step.counted_in))}）" if step.amount and step.counted_in else ""


def due_sentence(why: Why) -> str:
    """Where the count ended: the day, and until when on it."""
    row, unit = why.row, why.account.limit.unit
    if why.how is How.WAITING:
        left = why.account.unspent or 0
        rest = f"还剩 {amount_words(left, unit)}" if left >= 0 else f"暂停时已经逾期 {amount_words(-left, unit)}"
        return f"现在暂停计时，{rest}，恢复以后接着数，到那时才有新的应办日期。"
    counted = "" if why.from_record else _counted(why)
    until = due_time(row.due_on, row.due_at)
    return f"{counted}应办日期是{day_words(row.due_on, why.today)}，当天 {until} 之前办完都算按时。"


def _counted(why: Why) -> str:
    limit = Limit(why.row.amount, why.account.limit.unit)
    if limit.unit in BY_THE_HOUR:
        return f"数满 {amount_words(why.account.allowed, limit.unit)}，"
    last = max((day.number or 0 for day in why.account.days), default=0)
    extended = f"（原来 {limit.amount} 天，加上批准延长的）" if why.account.allowed > limit.amount else ""
    end = why.account.days[-1]
    rolled = f"{end.why}，" if end.kind is DayKind.ROLLED else ""
    return f"数到第 {last} 天{extended}，{rolled}"


def _standing(why: Why) -> list[str]:
    leg = why.leg
    used = amount_words(leg.used, leg.counted_in)
    late = f"超过应办日期 {leg.late_by} 个工作日" if leg.late_by else "超过应办日期不足 1 个工作日"
    ended = moment_words(leg.until_at, why.today) if leg.until_at else ""
    words = {
        How.RUNNING: f"到现在已经用了 {used}。",
        How.OVERDUE: f"现在已经{late}，还没有办完。",
        How.IN_TIME: f"这个环节已经在{ended}结束，用了 {used}，按时。",
        How.LATE: f"这个环节在{ended}结束，用了 {used}，{late}。",
        How.VOID: f"这个环节在{ended}转出，用了 {used}；问题没有在这里办完，不计按时也不计超时。",
    }
    return [words[why.how]] if why.how in words else []


def doubts(why: Why) -> list[str]:
    """What may still change the date, and where count and record differ."""
    said = []
    if why.row.provisional and why.row.stopped_at is None:
        said.append(
            f"{why.row.due_on.year} 年的放假安排还没有公布，这个日期是暂定的：先按周一至周五上班来数，"
            "国务院办公厅的通知录入以后会重新计算，有变化会通知经办的人。"
        )
    if why.how is not How.WAITING and why.account.due.on != why.row.due_on:
        again = day_words(why.account.due.on, why.today)
        said.append(f"按现在的放假安排重新数是{again}；当时的应办日期已经记录在案，仍以当时的为准。")
    return said


def supposed_words(why: Why, supposed: Supposed) -> str:
    """What the due day would be."""
    until, due = day_words(supposed.until_on, why.today), supposed.due
    begin = "如果" if why.how is How.WAITING else "如果从今天起挂账，"
    sure = "（暂定）" if due.provisional else ""
    late = "暂停前已经逾期，恢复时逾期的天数不变。" if due.on < supposed.until_on else ""
    by = f"{day_words(due.on, why.today)}{due_time(due.on, due.at)} 前"
    return f"{begin}到{until}恢复办理，应办日期将是{by}{sure}。{late}"


def ahead_words(ahead: Ahead, today: date) -> str:
    """9月8日（周二）催办通知书，告知当前责任人、组长."""
    return f"{day_words(ahead.on, today)}{ahead.label}，告知{'、'.join(ahead.to)}"


# -- Days --------------------------------------------------------------------------------------------------------------

MARKS = {
    DayKind.START: "起",
    DayKind.OFF: "休",
    DayKind.WAITING: "停",
    DayKind.ROLLED: "顺延",
    DayKind.LATE: "逾期",
    DayKind.UNRECORDED: "·",
    DayKind.FIXED: "照旧",
}


def day_lines(why: Why) -> list[str]:
    """Every day from the start to the due day, neighbours that are alike in one line."""
    return lines_of(why.account, calendar())


@dataclass(frozen=True)
class Cell:
    """One day of a month's sheet."""

    day: int
    mark: str  # 第3, 休, 停; what the colour says in words
    kind: str
    says: str
    is_due: bool


@dataclass(frozen=True)
class Month:
    """The weeks of a month in which anything was counted; empty places are None."""

    label: str
    weeks: tuple[tuple[Cell | None, ...], ...]


def months(why: Why) -> list[Month]:
    """The days as sheets of a calendar, Monday first; none for limits in hours, which are told in lines alone."""
    if why.account.limit.unit in BY_THE_HOUR:
        return []
    known = {day.on: day for day in why.account.days}
    due_on = None if why.how is How.WAITING else why.account.due.on
    found = []
    for (year, month), days in groupby(sorted(known), key=lambda on: (on.year, on.month)):
        mondays = dict.fromkeys(on - timedelta(days=on.weekday()) for on in days)
        weeks = tuple(_week(monday, month, known, due_on) for monday in mondays)
        found.append(Month(f"{year}年{month}月", weeks))
    return found


def _week(monday: date, month: int, known: dict[date, Day], due_on: date | None) -> tuple[Cell | None, ...]:
    week = (monday + timedelta(days=n) for n in range(len(WEEKDAYS)))
    return tuple(_cell(known[on], due_on) if on in known and on.month == month else None for on in week)


def _cell(day: Day, due_on: date | None) -> Cell:
    counted = day.number is not None and day.kind in (DayKind.COUNTED, DayKind.EXTENDED)
    mark = f"第{day.number}" if counted else MARKS.get(day.kind, "数")
    return Cell(day.on.day, mark, day.kind.value, why_of(day) + _source(day), day.on == due_on)
