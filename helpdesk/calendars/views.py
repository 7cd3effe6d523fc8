"""Pages of the calendar: a year day by day, the notices; entering the next one, days of the district, office hours."""

from collections.abc import Collection
from contextlib import closing
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock, rules
from helpdesk.calendars import commands, models, queries, showing
from helpdesk.calendars.forms import DistrictForm, HoursForm, NoticeForm, ProposalForm
from helpdesk.calendars.proposals import (
    Proposal,
    consequence,
    consequence_of_hours,
    decoded,
    entered_before,
    local_days,
    local_proposal,
    proposal_of,
    understand,
)
from helpdesk.calendars.queries import InForce
from helpdesk.calendars.year import LEGEND, WORDS, holidays, months, spans
from helpdesk.operations.housekeeping import calendar_gap
from helpdesk.org.login import current_person
from helpdesk.org.queries import people_by_id
from workflows.arrangement import Reading
from workflows.calendar import season_complaints
from workflows.engine import NotNow

__all__ = ["bp", "models"]

bp = Blueprint("calendars", __name__, url_prefix="/calendar")
bp.record_once(lambda state: rules.supply(state.app, calendar=queries.load_calendar))

KINDS = {models.NATIONAL: "全年安排", models.AMENDMENT: "个别日期调整", models.DISTRICT: "本区安排"}
MOST_UPLOADED = 1_000_000


# -- Reading -----------------------------------------------------------------------------------------------------------


@bp.get("")
def index() -> ResponseReturnValue:
    """A year day by day, by which notices, and the office hours."""
    known, today = clock.calendar(), clock.today()
    year = _year(today.year)
    days = queries.days_in_force(year)
    national = {each.year: each for each in reversed(queries.declarations(models.NATIONAL)) if each.year}
    return render_template(
        "calendars/index.html",
        year=year,
        years=range(min(national, default=today.year), max([today.year + 1, known.last_year, year]) + 1),
        months=months(year, known, {each.day: each for each in days}, today=today),
        holidays=holidays(days),
        notice=national.get(year),
        provisional=year > known.last_year,
        gap=calendar_gap(known, today),
        legend=[(look, WORDS[look], words) for look, words in LEGEND],
        seasons=known.seasons,
        hours_words=showing.hours_words,
        declarations=_declaration_rows({each.declaration_id for each in days}),
        all=bool(request.args.get("all")),
        may_change=commands.may_change(current_person()),
    )


def _year(usual: int) -> int:
    asked = request.args.get("year", "")
    return int(asked) if asked.isascii() and asked.isdecimal() and 1990 <= int(asked) <= 2100 else usual


def _declaration_rows(of_the_year: Collection[int | None]) -> list[dict[str, Any]]:
    """Those that decide about a day of the year that is shown; all of them where somebody asks for it."""
    counts, everything = queries.counted_days(), request.args.get("all")
    found = [each for each in queries.declarations() if everything or each.id in of_the_year]
    return [
        {
            "title": each.title,
            "url": url_for("calendars.show", declaration_id=each.id),
            "number": each.number,
            "published_on": each.published_on,
            "kind": KINDS[each.kind],
            "days": showing.counted(*counts.get(each.id, (0, 0))),
        }
        for each in sorted(found, key=showing.age, reverse=True)
    ]


@bp.get("/<int:declaration_id>")
def show(declaration_id: int) -> ResponseReturnValue:
    """One declaration with its days, its text, and who entered it."""
    declaration = queries.get_declaration(declaration_id)
    source = declaration.number or declaration.title
    days = [
        InForce(day.day, day.working, day.name, declaration.id, declaration.kind, source) for day in declaration.days
    ]
    people = people_by_id({declaration.entered_by_id} if declaration.entered_by_id else set())
    decided = {each.day: each for each in queries.days_in_force() if each.declaration_id == declaration.id}
    return render_template(
        "calendars/show.html",
        declaration=declaration,
        kind=KINDS[declaration.kind],
        holidays=holidays(days),
        replaced=spans(each.day for each in days if each.day not in decided),
        all_replaced=not decided,
        by=next((person.name for person in people.values()), None),
    )


# -- Changing ----------------------------------------------------------------------------------------------------------


@bp.before_request
def only_keepers_change() -> None:
    """Everybody reads; whoever is not the keeper is told who is."""
    if request.endpoint in CHANGES:
        commands.refuse_unless_keeper(current_person())


CHANGES = frozenset({"calendars.notice", "calendars.district", "calendars.hours"})


@bp.route("/notice", methods=["GET", "POST"])
def notice() -> ResponseReturnValue:
    """The next notice: pasted or uploaded, shown as it was understood, then in effect."""
    form = NoticeForm()
    if request.method == "GET" or form.goes_back or not form.validate() or not _take_file(form):
        return _form("calendars/notice.html", form)
    today = clock.today()
    reading = understand(form.text.data or "", year=form.year.data, today=today)
    if not reading.days:
        form.text.errors = tuple(str(each) for each in reading.complaints)
        return _form("calendars/notice.html", form)
    proposal = proposal_of(reading, form.text.data or "")
    if form.number.data and not proposal.number:
        proposal = proposal.with_number(form.number.data)
    return _decide(form, proposal, reading, "calendars/notice.html")


def _take_file(form: NoticeForm) -> bool:
    """What was uploaded becomes the text, so that it is looked at like a pasted one."""
    sent = form.file.data
    if sent and getattr(sent, "filename", ""):
        with closing(sent):
            raw = sent.stream.read(MOST_UPLOADED + 1)
        if len(raw) > MOST_UPLOADED:
            form.file.errors = ("文件太大，不像是放假安排",)
            return False
        form.text.data = decoded(raw).replace("\0", "")
    if (form.text.data or "").strip():
        return True
    form.text.errors = ("请粘贴通知正文，或者选择文件",)
    return False


@bp.route("/district", methods=["GET", "POST"])
def district() -> ResponseReturnValue:
    """Days on which the district is closed, or works."""
    form = DistrictForm()
    if request.method == "GET" or form.goes_back or not form.validate():
        return _form("calendars/district.html", form)
    name, (first, last) = form.name.data or "", form.span
    reading = local_days(first, last, working=form.working, name=name, today=clock.today())
    if not reading.days:
        form.last.errors = tuple(str(each) for each in reading.complaints)
        return _form("calendars/district.html", form)
    return _decide(
        form, local_proposal(reading, name=name, number=form.number.data), reading, "calendars/district.html"
    )


@bp.route("/hours", methods=["GET", "POST"])
def hours() -> ResponseReturnValue:
    """The office hours of the seasons."""
    form = HoursForm()
    if request.method == "GET":
        form.fill(queries.seasons() or clock.calendar().seasons)
        return _form("calendars/hours.html", form)
    if form.goes_back or not form.validate():
        return _form("calendars/hours.html", form)
    seasons = form.seasons()
    if form.errors:
        return _form("calendars/hours.html", form)
    if wrong := season_complaints(seasons):
        form.form_errors = wrong
        return _form("calendars/hours.html", form)
    if form.confirms:
        done = commands.set_hours(seasons, revision=form.shown_revision(), by=current_person(), now=clock.now())
        return _done("办公时间已经修改", done)
    found = consequence_of_hours(seasons, now=clock.now())
    form.revision.data = str(found.revision)
    return render_template(
        "calendars/hours_preview.html",
        form=form,
        seasons=seasons,
        hours_words=showing.hours_words,
        **showing.moving(found.moves, _problem_url),
    )


def _form(template: str, form: ProposalForm) -> ResponseReturnValue:
    return render_template(template, form=form), 422 if form.errors else 200


# -- Before it takes effect --------------------------------------------------------------------------------------------


def _decide(form: ProposalForm, proposal: Proposal, reading: Reading, template: str) -> ResponseReturnValue:
    """Take effect, or show what was understood and what it leads to."""
    if entered_before(proposal):
        form.form_errors = [commands.ENTERED]
        return _form(template, form)
    if form.confirms and not reading.errors and (form.accept.data or not reading.doubts):
        person = current_person()
        done = commands.publish(proposal, revision=form.shown_revision(), by=person, now=clock.now())
        current_app.logger.info("declaration %s was entered by person %s", done.declaration_id, person.id)
        return _done(f"“{proposal.title}”已经生效", done)
    if form.confirms and reading.doubts:
        form.accept.errors = ("请先逐条核对疑问，再打勾确认",)
    try:
        found = consequence(proposal, now=clock.now())
    except NotNow as refused:
        form.form_errors = [refused.message]
        return _form(template, form)
    form.revision.data = str(found.revision)
    page = render_template(
        "calendars/preview.html",
        form=form,
        proposal=proposal,
        kind=KINDS[proposal.kind],
        reading=reading,
        settles=found.settles,
        years=showing.years(proposal, found),
        changes=found.changes,
        legend=[(look, WORDS[look], words) for look, words in LEGEND],
        back=template,
        **showing.moving(found.moves if not reading.errors else (), _problem_url),
    )
    return page, 422 if form.errors or reading.errors else 200


def _done(words: str, done: commands.Published) -> ResponseReturnValue:
    moved = (
        f"，{len(done.moves)} 个环节的应办日期跟着调整，有关人员各收到一份更正通知"
        if done.moves
        else "，没有环节的应办日期变动"
    )
    flash(f"{words}{moved}。", "success")
    if done.declaration_id is None:
        return redirect(url_for("calendars.index"))
    return redirect(url_for("calendars.show", declaration_id=done.declaration_id))


def _problem_url(problem_id: int) -> str:
    return url_for("problems.show", problem_id=problem_id)
