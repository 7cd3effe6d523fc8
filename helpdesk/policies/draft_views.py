"""Pages of a draft of 时限规则: edited, tried on a past period, published; and running clocks re-timed."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.errors import NotFoundError, StaleError
from helpdesk.org.login import current_person
from helpdesk.policies import commands, queries, words
from helpdesk.policies.clock_form import ClockForm, clock_form
from helpdesk.policies.fitness import findings
from helpdesk.policies.forms import DraftForm, GeneralForm, PeriodForm, PublishForm
from helpdesk.policies.models import PolicyVersion
from helpdesk.policies.replaying import MOST_CHANGED, MOST_LEGS, report
from helpdesk.policies.views import SHIPPED_NAME, bp, find, key_in_force, policy_of
from helpdesk.problems.views import my_standing
from workflows.book import CLOCKS
from workflows.calendar import ONE_DAY
from workflows.engine import Missing, NotNow
from workflows.lint import errors

__all__ = ["bp"]

USUAL_PERIOD = ONE_DAY * 30


def _only_editors() -> None:
    commands.refuse_unless_editor(current_person(), my_standing().today)


# -- A draft -----------------------------------------------------------------------------------------------------------


@bp.post("/drafts")
def begin() -> ResponseReturnValue:
    """A new draft, copied from a version."""
    _only_editors()
    version = find(request.form.get("copy_of", SHIPPED_NAME)[:20])
    draft_id = commands.begin_draft(policy_of(version), by=current_person(), now=my_standing().now)
    flash("草案已经建好，改好以后再发布；发布以前不影响任何问题。", "success")
    return _to(draft_id)


def _to(draft_id: int) -> ResponseReturnValue:
    return redirect(url_for("policies.show", key=draft_id))


def _draft(draft_id: int) -> PolicyVersion:
    """That draft, for those who may edit it; NotNow for a published version."""
    _only_editors()
    draft = queries.get_version(draft_id)
    if draft.published_at is not None:
        raise NotNow(commands.EDITED)
    return draft


@bp.route("/<int:draft_id>/edit", methods=["GET", "POST"])
def edit(draft_id: int) -> ResponseReturnValue:
    """Name, lamps, mailing hours."""
    draft = _draft(draft_id)
    form = GeneralForm()
    if request.method == "GET":
        form.version.data = str(draft.version)
        form.fill(policy_of(draft))
    elif form.validate() and (saved := _save(draft, form)):
        return saved
    return render_template("policies/edit.html", form=form, draft=draft), _status(form)


@bp.route("/<int:draft_id>/clocks/<name>", methods=["GET", "POST"])
def edit_clock(draft_id: int, name: str) -> ResponseReturnValue:
    """The limits and reminders of one clock."""
    draft = _draft(draft_id)
    if name not in CLOCKS:
        raise NotFoundError("没有这个环节")
    form = clock_form(policy_of(draft), name, request.form if request.method == "POST" else None)
    if request.method == "GET":
        form.version.data = str(draft.version)
    elif form.validate() and (saved := _save(draft, form)):
        return saved
    return render_template("policies/clock.html", form=form, draft=draft, clock=CLOCKS[name]), _status(form)


def _status(form: DraftForm) -> int:
    if request.method == "GET":
        return 200
    return 409 if form.form_errors else 422


def _save(draft: PolicyVersion, form: GeneralForm | ClockForm) -> ResponseReturnValue | None:
    """Keep it; None where somebody was faster: then the form is shown again, and sent again it wins for its own part."""
    me, policy = my_standing(), form.policy(policy_of(draft))
    try:
        commands.save_draft(draft.id, policy, version=form.shown_version(), by=current_person(), now=me.now)
    except StaleError as stale:
        form.form_errors = [f"{stale.message}。您填写的内容还在下面，核对以后可以再保存，只覆盖这一页的内容"]
        form.version.data = str(queries.get_version(draft.id).version)
        return None
    wrong = len(errors(findings(policy, me.today)))
    flash(f"已保存，还有 {wrong} 处错误要改。" if wrong else "已保存。", "warning" if wrong else "success")
    return _to(draft.id)


@bp.post("/<int:draft_id>/discard")
def discard(draft_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    _draft(draft_id)
    commands.discard_draft(draft_id, version=DraftForm().shown_version(), by=current_person(), now=my_standing().now)
    flash("草案已删除。", "success")
    return redirect(url_for("policies.index"))


# -- Trying and publishing ---------------------------------------------------------------------------------------------


@bp.get("/<int:draft_id>/replay")
def run(draft_id: int) -> ResponseReturnValue:
    """A past period through the draft, side by side with what was."""
    draft, me = _draft(draft_id), my_standing()
    asked = bool(request.args.get("since") or request.args.get("until"))
    form = PeriodForm(request.args if asked else None, data={"since": me.today - USUAL_PERIOD, "until": me.today})
    found = None
    if asked and form.validate() and form.is_past(me.today):
        found = report(policy_of(draft), form.since.data, form.until.data, now=me.now)  # type: ignore[arg-type]
    page = render_template(
        "policies/replay.html",
        form=form,
        draft=draft,
        found=found,
        **(words.replay_rows(found, me.today, _problem_url) if found else {}),
        most=MOST_LEGS,
        most_changed=MOST_CHANGED,
    )
    return page, 422 if asked and found is None else 200


def _problem_url(problem_id: int) -> str:
    return url_for("problems.show", problem_id=problem_id)


@bp.route("/<int:draft_id>/publish", methods=["GET", "POST"])
def publish(draft_id: int) -> ResponseReturnValue:
    """From when it holds, who approved it on what paper."""
    draft, me = _draft(draft_id), my_standing()
    found = findings(policy_of(draft), me.today)
    form = PublishForm()
    form.ask_about([str(each) for each in found if not each.error])
    if request.method == "GET":
        form.version.data = str(draft.version)
    elif form.validate() and not errors(found):
        try:
            number = _publish(draft, form)
        except Missing as missing:
            form.blame(missing.errors)
        else:
            flash(f"第 {number} 版已发布，{form.effective_on.data:%Y-%m-%d} 起生效；有关人员会收到通知。", "success")
            return _to(draft_id)
    page = render_template("policies/publish.html", form=form, draft=queries.get_version(draft_id), found=found)
    return page, 422 if form.is_submitted() else 200


def _publish(draft: PolicyVersion, form: PublishForm) -> int:
    me, person = my_standing(), current_person()
    number = commands.publish(draft.id, form.approval(), version=form.shown_version(), by=person, now=me.now)
    current_app.logger.info("policy version %s was published by person %s", number, me.person_id)
    return number


@bp.route("/retime", methods=["GET", "POST"])
def retime() -> ResponseReturnValue:
    """Running clocks get the limits in force: first what would move, then the move."""
    _only_editors()
    me = my_standing()
    moves = commands.retime(by=current_person(), now=me.now, dry_run=True)
    seen = words.digest_of(moves)
    if request.method == "POST" and request.form.get("seen") == seen:
        moved = commands.retime(by=current_person(), now=me.now)
        flash(f"{len(moved)} 个环节已按现行规则重新计时，有关人员会收到一份汇总通知。", "success")
        return redirect(url_for("policies.show", key=key_in_force()))
    if request.method == "POST":
        flash("您打开以后，要重新计时的环节已经变了，什么也没有改动；请看新的名单。", "warning")
    groups = words.moves_by_group(moves, me.today, _problem_url)
    return render_template(
        "policies/retime.html", groups=groups, count=len(moves), key=key_in_force(), form=DraftForm(), seen=seen
    )
