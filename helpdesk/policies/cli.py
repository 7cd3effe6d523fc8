"""`flask policy`: read the rules as a document, prove a document or a version, try it on a past period, publish it."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import with_appcontext

from helpdesk import clock, rules
from helpdesk.pages import day_words
from helpdesk.policies import commands, queries
from helpdesk.policies.fitness import findings
from helpdesk.policies.replaying import Report, as_json, report
from workflows.engine import Missing, Refused
from workflows.lint import errors
from workflows.policy import SHIPPED, Policy
from workflows.policy_document import PolicyError, from_document, from_kept, to_document
from workflows.policy_words import lines

WHICH = "FILE|VERSION"
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def policy() -> None:
    """Limits, reminders, lamps and mailing hours, as versions.

    FILE is a document as `flask policy show --json` prints it, - for standard input; VERSION the number of a published
    version, `shipped`, or `draft:KEY`.
    """


@dataclass(frozen=True)
class Chosen:
    """What the argument names."""

    policy: Policy
    title: str


def _chosen(which: str | None) -> Chosen:
    if which is None:
        in_force = rules.rules_on(clock.today()).policy
        return Chosen(in_force, f"version in force: {in_force.name}")
    if which == "shipped":
        return Chosen(SHIPPED, "as shipped")
    if which == "-" or Path(which).is_file():
        return Chosen(_read(which), "standard input" if which == "-" else which)
    kind, _, key = which.rpartition(":")
    if key.isascii() and key.isdecimal() and len(key) < 10 and kind in ("", "draft"):
        return _version(int(key), draft=kind == "draft")
    raise click.ClickException(f"{which!r} is neither a file nor a version; see `flask policy --help`")


def _version(key: int, *, draft: bool) -> Chosen:
    try:
        row = queries.get_version(key) if draft else queries.find_numbered(key)
    except Refused as refused:
        raise click.ClickException(refused.message) from refused
    if row is None:
        raise click.ClickException(f"there is no published version {key}")
    return Chosen(from_kept(row.document), f"{'draft' if draft else 'version'} {key}: {row.name}")


def _read(name: str) -> Policy:
    try:
        with click.open_file(name, encoding="utf-8") as file:
            return from_document(json.load(file))
    except PolicyError as wrong:
        raise click.ClickException("这份文件不能用：\n" + "\n".join(wrong.complaints)) from wrong
    except (ValueError, OSError, RecursionError) as unreadable:
        raise click.ClickException(f"{name} cannot be read as JSON: {unreadable}") from unreadable


@policy.command()
@click.argument("which", metavar=f"[{WHICH}]", required=False)
@click.option("--json", "wants_json", is_flag=True, help="the document, to be edited as a file")
@with_appcontext
def show(which: str | None, wants_json: bool) -> None:  # noqa: FBT001
    """Print a version, the one in force if none is named."""
    chosen = _chosen(which)
    if wants_json:
        click.echo(json.dumps(to_document(chosen.policy), ensure_ascii=False, indent=2))
        return
    click.echo(f"{chosen.policy.name}（{chosen.title}）")
    for line in lines(chosen.policy):
        click.echo(f"{line.section}  {line.label}：{line.words}")


@policy.command()
@click.argument("which", metavar=f"[{WHICH}]", required=False)
@with_appcontext
def lint(which: str | None) -> None:
    """Say what is wrong with it; exit code 1 when anything keeps it from being published."""
    chosen = _chosen(which)
    found = findings(chosen.policy, clock.today())
    for each in found:
        click.echo(str(each))
    if wrong := errors(found):
        raise click.ClickException(f"{chosen.title}：{len(wrong)} 处错误，{len(found) - len(wrong)} 处警告")
    click.echo(f"{chosen.title}：没有错误，{len(found)} 处警告")


@policy.command()
@click.argument("which", metavar=WHICH)
@click.option("--from", "first", type=DAY, required=True, help="clocks that started on this day or later")
@click.option("--until", "last", type=DAY, required=True, help="and on this day or earlier")
@click.option("--json", "wants_json", is_flag=True)
@with_appcontext
def replay(which: str, first: datetime, last: datetime, wants_json: bool) -> None:  # noqa: FBT001
    """Run the clocks of a past period through it, side by side with what was."""
    if last < first:
        raise click.ClickException("--until 早于 --from")
    found = report(_chosen(which).policy, first.date(), last.date(), now=clock.now(), most=None)
    if wants_json:
        click.echo(json.dumps(as_json(found), ensure_ascii=False, indent=2))
        return
    _say(found)


def _say(found: Report) -> None:
    sums, today = found.sums, clock.today()
    click.echo(f"{day_words(found.first, today)}至{day_words(found.last, today)}开始的 {found.legs} 个环节")
    click.echo(f"逾期：{sums['late_before']} → {sums['late_after']}")
    for late in found.late:
        click.echo(f"  {late.unit}  {late.clock}：{late.legs} 个，逾期 {late.before} → {late.after}")
    click.echo(f"结果不同的环节：{found.changes}")
    for each in found.changed:
        outcome = "按时 → 逾期" if each.late_after else "逾期 → 按时"
        click.echo(f"  {each.number} {each.title}  {each.clock}（{each.unit}）：{outcome}")
    click.echo(f"通知：{sums['told_before']} → {sums['told_after']}")
    for told in found.told:
        click.echo(f"  {told.role}{f'（{told.unit}）' if told.unit else ''}：{told.before} → {told.after}")


@policy.command()
@click.argument("which", metavar=WHICH)
@click.option("--effective-on", type=DAY, required=True, help="today or later")
@click.option("--approved-by", required=True, metavar="WHO")
@click.option("--approved-how", required=True, metavar="PAPER", help="会议纪要、文号")
@with_appcontext
def publish(which: str, effective_on: datetime, approved_by: str, approved_how: str) -> None:
    """Publish it as the next version; errors keep it from being published, doubts are printed."""
    chosen, now = _chosen(which), clock.now()
    found = findings(chosen.policy, clock.today())
    for each in found:
        click.echo(str(each), err=True)
    if errors(found):
        raise click.ClickException(f"{chosen.title}：有错误，没有发布")
    number = _publish(chosen.policy, effective_on.date(), (approved_by, approved_how), now)
    click.echo(f"第 {number} 版已发布，{effective_on:%Y-%m-%d} 起生效")


def _publish(policy: Policy, effective_on: date, approved: tuple[str, str], now: datetime) -> int:
    try:
        return commands.publish_at_once(policy, commands.Approval(effective_on, *approved), by=None, now=now)
    except Missing as missing:
        raise click.ClickException("；".join(missing.errors.values())) from missing
    except Refused as refused:
        raise click.ClickException(refused.message) from refused
