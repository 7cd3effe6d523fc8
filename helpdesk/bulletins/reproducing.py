"""`flask bulletin reproduce`: an issued bulletin counted again from the timeline, and every difference named."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from helpdesk.bulletins import queries
from helpdesk.bulletins.gathering import ISSUED, Wanted, names_of_units, of_list
from helpdesk.bulletins.listing import hashed
from helpdesk.bulletins.models import Issue
from helpdesk.bulletins.record_queries import enterprises, histories
from helpdesk.bulletins.recounting import ALL, Retold, Summed, Tally, Terms, retold
from helpdesk.chain import hash_of
from helpdesk.clock import calendar
from helpdesk.db import db
from helpdesk.figures.tables import policy_of
from helpdesk.org.queries import own_office_of
from helpdesk.problems.models import Entry

SHOWN = 50
"""Differences of one kind that are named one by one."""
OF_THE_REGISTER = ("enterprise", "street_id")
"""What is looked up in the register and not told by the timeline: when it differs, it was corrected later."""
COLUMN_WORDS = {
    "number": "编号", "enterprise_id": "企业", "title": "标题", "category": "类别", "group_id": "责任组", "state": "环节",
    "round": "轮次", "reported_on": "上报日期", "closed_on": "办结日期", "satisfaction": "企业评价", "objected": "退单",
    "extended": "延期", "last_minute": "临期延期", "late_leg": "逾期环节", "late_unit_id": "逾期单位", "due_on": "应办日期",
    "late_days": "逾期工作日",
}  # fmt: skip


COUNTED_IN_DAYS = frozenset({"late_days", "late", "last_minute", "mean_days", "most_days"})
"""What is counted in working days, by the calendar as it is now."""


@dataclass
class Report:
    """How it went. ``differences``: what the record contradicts; ``corrections``: what was corrected after the issue."""

    number: str
    lines: int = 0
    figures: int = 0
    differences: list[str] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)
    calendar_moved: bool = False  # a notice entered later is about days before the issue

    def differs(self, name: str, words: str) -> None:
        """Something counts to something else now; working days may do so because of a later notice."""
        later = self.calendar_moved and name in COUNTED_IN_DAYS
        (self.corrections if later else self.differences).append(words)

    @property
    def holds(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def reproduce(issue: Issue) -> Report:
    """Count an issued bulletin again; reads only."""
    report = Report(issue.number)
    terms = _terms(issue)
    _tell_of_the_calendar(issue, report)
    report.differences += _broken(issue)
    tallies = [Tally(period, terms) for period in (terms.period, terms.period.previous, terms.period.last_year)]
    summed, seen = Summed(), hashlib.sha256()
    problems = _all(terms, tallies, summed)
    frozen = hashed(queries.rows_of(issue.bulletin_id), seen)
    report.lines = _compare_lines(problems, frozen, report)
    if (report.lines, seen.hexdigest()) != (issue.rows, issue.rows_hash):
        report.differences.append(
            f"附表被改动：印发时 {issue.rows} 行，现存 {report.lines} 行，或者内容与印发时的校验值不符"
        )
    _compare_figures(issue, tallies, summed, report)
    _compare_names(issue, report)
    return report


def _terms(issue: Issue) -> Terms:
    bulletin = issue.bulletin
    wanted = Wanted(queries.period_of(bulletin), bulletin.group_id, issue.issued_at)
    policy = policy_of(wanted.scope)
    return Terms(
        wanted.period,
        bulletin.group_id,
        issue.entry_id,
        issue.issued_at,
        policy.soon_days,
        policy.weights,
        calendar(),
        cache(own_office_of),
    )


def _broken(issue: Issue) -> Iterator[str]:
    """Whether what was frozen still is what was hashed, and whether the history it rests on is still there."""
    table: Any = Issue.__table__
    row = db.session.execute(table.select().where(table.c.id == issue.id)).mappings().one()
    if hash_of(table, dict(row)) != issue.row_hash:
        yield "印发记录被改动：内容与印发时的校验值不符"
    head = db.session.scalar(db.select(Entry.row_hash).where(Entry.id == issue.entry_id))
    if head != issue.head:
        yield f"时间线被改动：印发时最后一条记录（{issue.entry_id}）的校验值不符"


def _all(terms: Terms, tallies: Iterable[Tally], summed: Summed) -> Iterator[Retold]:
    """Every problem on record, counted on the way."""
    for history in histories(terms.entry_id):
        problem = retold(history, terms)
        for tally in tallies:
            tally.add(problem)
        if problem.line is not None:
            summed.add(problem.line, terms.period)
            yield problem


def _tell_of_the_calendar(issue: Issue, report: Report) -> None:
    """Working days of the past are counted by the calendar as it is now: a notice that reaches back is named."""
    titles = queries.declared_since(issue.issued_at, calendar().day_of(issue.issued_at))
    report.corrections += [f"放假安排更正：{title}" for title in titles]
    report.calendar_moved = bool(titles)


# -- The list ----------------------------------------------------------------------------------------------------------


def _compare_lines(problems: Iterator[Retold], frozen: Iterator[Any], report: Report) -> int:
    """Both are in the order of the problems' keys; how many lines are frozen."""
    lines = {each.line["problem_id"]: each.line for each in problems if each.line}
    count = 0
    names: dict[int, Any] = {}
    found = _Found(report)
    for row in frozen:
        count += 1
        line = lines.pop(row.problem_id, None)
        if line is None:
            found.add(f"{row.number}：附表里有，按时间线不应列入")
            continue
        found.differs(row, line)
        if row.enterprise_id is not None and row.enterprise_id not in names:
            names |= enterprises({row.enterprise_id})
        found.corrected(row, names.get(row.enterprise_id))
    for line in lines.values():
        found.add(f"{line['number']}：按时间线应当列入，附表里没有")
    found.sum_up()
    return count


@dataclass
class _Found:
    """Differences of lines, named one by one up to a bound."""

    report: Report
    size: int = 0
    renamed: dict[str, str] = field(default_factory=dict)

    def add(self, words: str, name: str = "") -> None:
        self.size += 1
        if self.size <= SHOWN:
            self.report.differs(name, words)

    def differs(self, row: Any, line: Mapping[str, Any]) -> None:
        for name, label in COLUMN_WORDS.items():
            was, now = getattr(row, name), line[name]
            if was != now:
                self.add(f"{row.number}：{label}印发为“{was}”，按时间线是“{now}”", name)

    def corrected(self, row: Any, enterprise: Any) -> None:
        if enterprise is None:
            return
        if enterprise.name != row.enterprise:
            self.renamed[f"企业名称：{row.enterprise}→{enterprise.name}"] = ""
        if enterprise.street_id != row.street_id:
            self.renamed[f"企业所属街道变更：{enterprise.name}"] = ""

    def sum_up(self) -> None:
        if self.size > SHOWN:
            self.report.differences.append(f"附表还有 {self.size - SHOWN} 处不同没有一一列出")
        self.report.corrections += list(self.renamed)[:SHOWN]
        if len(self.renamed) > SHOWN:
            self.report.corrections.append(f"还有 {len(self.renamed) - SHOWN} 处企业资料更正没有一一列出")


# -- The figures -------------------------------------------------------------------------------------------------------


def _compare_figures(issue: Issue, tallies: list[Tally], summed: Summed, report: Report) -> None:
    told, names = issue.figures, issue.names
    tally, previous, last_year = tallies
    _compare_table("全部", told["totals"], tally.figures(ALL), report)
    for row in told["groups"]:
        _compare_table(names.get(row["key"], row["label"]), row["figures"], tally.figures(row["key"]), report)
    for name, value in json.loads(json.dumps(of_list(summed))).items():  # type: ignore[arg-type]
        report.figures += 1
        if told.get(name) != value:
            report.differs(name, f"附表汇总（{LIST_WORDS[name]}）：印发为 {told.get(name)}，按时间线是 {value}")
    for key, label, earlier in (("previous", "环比", previous), ("last_year", "同比", last_year)):
        _compare_earlier(label, told["compared"][key], earlier, report)


LIST_WORDS = {"states": "环节", "in_hand": "在办", "listed": "列入", "late": "逾期单位", "topics": "热点类别"}


def _compare_table(whose: str, told: Mapping[str, Any], found: Mapping[str, Any], report: Report) -> None:
    for name, figure in told.items():
        report.figures += 1
        if name not in found:
            report.differences.append(f"{whose}：没有“{name}”这个数据项")
            continue
        value, numerator, denominator = found[name]
        was = (figure["value"], figure["numerator"], figure["denominator"])
        now = (value, numerator, denominator)
        if was != now:
            report.differs(name, f"{whose}·{figure['label']}：印发为 {_say(was)}，按时间线是 {_say(now)}")


def _say(figure: tuple[Any, Any, Any]) -> str:
    value, numerator, denominator = figure
    words = "–" if value is None else str(value)
    return words if denominator is None else f"{words}（{'' if numerator is None else numerator}/{denominator}）"


def _compare_earlier(label: str, told: Mapping[str, Any], earlier: Tally, report: Report) -> None:
    report.figures += len(told["figures"])
    if told["basis"] == ISSUED:
        issue = queries.numbered(told["number"])
        found = {name: issue.figures["totals"][name]["value"] for name in told["figures"]} if issue else {}
    else:
        found = earlier.values()
    for name, was in told["figures"].items():
        if was != found.get(name):
            report.differences.append(f"{label}·{name}：印发为 {was}，重新计算是 {found.get(name)}")


def _compare_names(issue: Issue, report: Report) -> None:
    """Units that were renamed or dissolved meanwhile: the bulletin calls them as they were called then."""
    now = names_of_units()
    for key, name in issue.names.items():
        if key not in now:
            report.corrections.append(f"单位撤销：{name}")
        elif now[key] != name:
            report.corrections.append(f"单位更名：{name}→{now[key]}")
