"""`flask bulletin`: draft one on a period, and count an issued one again from the timeline."""

from datetime import date, datetime

import click
from flask.cli import AppGroup

from helpdesk import clock
from helpdesk.bulletins import commands, queries
from helpdesk.bulletins.periods import LABELS, Span, asked_for
from helpdesk.bulletins.reproducing import reproduce
from helpdesk.org.queries import find_by_username, groups
from helpdesk.problems.actors import SYSTEM, Actor
from workflows.engine import Missing, Refused

bulletin = AppGroup("bulletin", help="Bulletins (通报): draft one, or prove one that was issued.")


@bulletin.command("draft")
@click.option(
    "--from", "first", metavar="DAY", required=True, help="first day, 2026-11-16; of a week, month or quarter any"
)
@click.option("--until", "until", metavar="DAY", help="last day; not needed with --span")
@click.option("--span", type=click.Choice([each.value for each in Span]), default=Span.CUSTOM.value, show_default=True)
@click.option("--group", metavar="NAME", help="of one functional group instead of the whole district")
@click.option("--by", "username", metavar="LOGIN", help="in whose name; the system's own without it")
def draft_command(first: str, until: str | None, span: str, group: str | None, username: str | None) -> None:
    """Draft a bulletin; the supervision office edits it, somebody else reviews and issues it."""
    now = clock.now()
    try:
        period = asked_for(Span(span), _day(first), _day(until) if until else None, clock.calendar().day_of(now))
        done = commands.draft(period, group_id=_group(group), by=_actor(username), now=now)
    except Missing as missing:
        raise click.ClickException("；".join(missing.errors.values())) from missing
    except Refused as refused:
        raise click.ClickException(refused.message) from refused
    click.echo(
        f"{period.words}（{LABELS[period.span]}）：草稿 {done.proceeding_id} 已生成，/bulletins/{done.proceeding_id}"
    )


@bulletin.command("reproduce")
@click.argument("number", metavar="NUMBER")
def reproduce_command(number: str) -> None:
    """Count an issued bulletin again from the timeline; exit code 1 when anything differs."""
    issue = queries.numbered(number.strip())
    if issue is None:
        known = "、".join(each.number for each in queries.numbers()) or "还没有印发过通报"
        raise click.ClickException(f"没有文号为 {number} 的通报；已印发：{known}")
    report = reproduce(issue)
    click.echo(
        f"{report.number}：复算 {report.figures} 项数据、{report.lines} 行附表，截至时间线第 {issue.entry_id} 条"
    )
    for words in report.corrections:
        click.echo(f"  印发后更正：{words}")
    for words in report.differences:
        click.echo(f"  差异：{words}")
    if not report.holds:
        raise click.ClickException(f"有 {len(report.differences)} 处差异")
    click.echo("无差异")


def _day(words: str) -> date:
    try:
        return datetime.strptime(words, "%Y-%m-%d").date()  # noqa: DTZ007  (a day has no zone)
    except ValueError:
        raise click.ClickException(f"“{words}”不是日期，请写成 2026-11-16") from None


def _group(name: str | None) -> int | None:
    if name is None:
        return None
    found = {unit.name: unit.id for unit in groups()}
    if name not in found:
        raise click.ClickException(f"没有“{name}”这个功能组；有：{'、'.join(found)}")
    return found[name]


def _actor(username: str | None) -> Actor:
    if username is None:
        return SYSTEM
    person = find_by_username(username)
    if person is None:
        raise click.ClickException(f"没有用户名为 {username} 的人")
    return Actor.person(person)
