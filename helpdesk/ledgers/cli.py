"""`flask import`: a ledger from a file, by whoever sits at the server; everything is printed, nothing is asked."""

import sys
from pathlib import Path

import click
from flask import current_app
from werkzeug.datastructures import FileStorage

from helpdesk import clock
from helpdesk.files import FileRefused, keep
from helpdesk.ledgers import checking, commands, matching, queries, reading
from helpdesk.ledgers.catalogue import LEDGERS
from helpdesk.ledgers.models import State
from helpdesk.ledgers.package import judged
from helpdesk.ledgers.terms import Ledger, Remark


def run(kind: str, file: str, *, sheet: str | None, dry_run: bool) -> None:
    """Check the file and, unless it is a rehearsal, import it; exit code 1 when anything is wrong with it."""
    if kind not in LEDGERS:
        raise click.ClickException(f"there is no ledger {kind!r}; there are: {', '.join(LEDGERS)}")
    ledger, path = LEDGERS[kind], Path(file)
    try:
        _name, media_type = judged(path.name, path.suffix.lstrip(".").lower(), path)
        found = reading.sheet(path, media_type, _tab(ledger, path, media_type, sheet))
        plan = _plan(ledger, found)
        if plan.doing and not dry_run:
            _import(ledger, path, found)
    except FileRefused as refused:
        raise click.ClickException(refused.message) from refused
    except OSError as error:
        raise click.ClickException(f"cannot read {file}: {error.strerror}") from error
    counts = "，".join(f"{words} {plan.counts[key]}" for key, words in (("new", "新增"), ("changed", "变更")))
    click.echo(f"{'预演' if dry_run else '已导入'}：{counts}，不变 {plan.counts['unchanged']}")


def _tab(ledger: Ledger, path: Path, media_type: str, wanted: str | None) -> str:
    tabs = reading.tabs(path, media_type)
    names = [each.name for each in tabs]
    if wanted is not None:
        return wanted
    if ledger.title in names or len(names) == 1:
        return ledger.title if ledger.title in names else names[0]
    raise click.ClickException(f"there are several sheets, choose one with --sheet: {', '.join(names)}")


def _layout(ledger: Ledger, found: reading.Sheet) -> tuple[matching.Layout, str]:
    guessed = matching.guess(ledger, found)
    shape = matching.shape(matching.heading_texts(found, guessed.heading))
    if known := queries.remembered(ledger.name, shape):
        guessed = matching.Layout(guessed.heading, {int(place): name for place, name in known.columns.items()})
    if wrong := matching.complaints(ledger, guessed.columns):
        raise click.ClickException("；".join(wrong))
    return guessed, shape


def _plan(ledger: Ledger, found: reading.Sheet) -> checking.Plan:
    layout, _shape = _layout(ledger, found)
    plan = checking.compare(ledger, layout, checking.check(ledger, found, layout), clock.today())
    for remark in checking.ordered(plan.checked.remarks):
        click.echo(_line(found.name, remark), err=True)
    if plan.checked.wrong:
        click.echo(f"有 {plan.checked.wrong} 处错误，没有导入任何内容", err=True)
        sys.exit(1)
    for each in plan.doing:
        changes = "；".join(f"{label}：{before or '空白'} → {after}" for label, before, after in each.changes)
        click.echo(f"第 {each.row} 行 {'新增' if each.outcome == 'new' else '变更'} {each.label}（{changes}）")
    return plan


def _line(sheet: str, remark: Remark) -> str:
    parts = (sheet, checking.where(remark), remark.label, f"“{remark.value}”" if remark.value else "", remark.message)
    return f"{'错误' if remark.wrong else '提示'}：{' '.join(filter(None, parts))}"


def _import(ledger: Ledger, path: Path, found: reading.Sheet) -> None:
    now, today = clock.now(), clock.today()
    layout, shape = _layout(ledger, found)
    with path.open("rb") as stream:
        kept = keep(FileStorage(stream, path.name), current_app.config["UPLOAD_DIR"], judged)
    row = commands.begin(kept, ledger, by=None, now=now)
    commands.lay_out(row.id, found.name, layout, shape=shape, now=now)
    row = commands.check(row.id, today=today)
    commands.confirm(row.id, digest=row.digest, by=None)
    row = commands.apply(row.id, now=now, today=today)
    if row.state != State.DONE:
        raise click.ClickException(row.message or "没有导入")
