"""Pages of doubles in the register: one entry is merged into another one, and parted again."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk import clock
from helpdesk.enterprises import commands, queries
from helpdesk.enterprises.forms import merging_form
from helpdesk.enterprises.views import dispatches, done, only
from helpdesk.form_fields import Choices
from helpdesk.org.login import current_person
from helpdesk.problems.turn_queries import open_counts
from helpdesk.problems.views import my_standing
from workflows.engine import Missing

bp = Blueprint("doubles", __name__, url_prefix="/enterprises/<int:enterprise_id>")


@bp.route("/merge", methods=["GET", "POST"])
def merge(enterprise_id: int) -> ResponseReturnValue:
    """This entry is a double of another one."""
    only(dispatches(), "调度室")
    enterprise, me = queries.get_enterprise(enterprise_id), my_standing()
    form = merging_form(_choices())
    if form.validate_on_submit():
        into_id = form["into"].data
        try:
            commands.merge(enterprise_id, into_id, by=current_person(), now=clock.now(), today=me.today)
        except Missing as missing:
            form["into"].errors = [missing.errors["into"]]
        else:
            return done(into_id, f"“{enterprise.name}”已并入")
    enterprise = queries.get_enterprise(enterprise_id)
    likely = queries.likely_doubles(enterprise)
    page = render_template(
        "enterprises/merge.html",
        form=form,
        enterprise=enterprise,
        likely=likely,
        open=open_counts(me, [each.id for each in (enterprise, *likely)]),
    )
    return page, 422 if form.is_submitted() else 200


@bp.post("/part")
def part(enterprise_id: int) -> ResponseReturnValue:
    """They are two enterprises after all."""
    only(dispatches(), "调度室")
    double = commands.undo_merge(enterprise_id, by=current_person(), now=clock.now(), today=my_standing().today)
    return done(double.id, f"“{double.name}”已恢复为单独登记")


def _choices() -> Choices:
    return Choices(
        enterprise_named=lambda words: found.id if (found := queries.find_enterprise_named(words)) else None,
        enterprise_name=lambda key: found.name if (found := queries.find_enterprise(key)) else None,
        enterprises_url=url_for("enterprises.find"),
    )
