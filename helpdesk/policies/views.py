"""Pages of 时限规则 for everybody: the versions, one in words, two side by side."""

from itertools import groupby
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk import rules
from helpdesk.errors import NotFoundError
from helpdesk.org.login import current_person
from helpdesk.org.queries import people_by_id
from helpdesk.pages import day_words, moment_words
from helpdesk.policies import commands, models, queries, words
from helpdesk.policies.fitness import findings
from helpdesk.policies.forms import DraftForm
from helpdesk.policies.models import PolicyVersion
from helpdesk.problems.views import my_standing, visitor
from workflows.engine import NotYours
from workflows.policy import SHIPPED, Policy
from workflows.policy_document import from_kept
from workflows.policy_words import Pair, compared, hours_words

__all__ = ["bp", "models"]

bp = Blueprint("policies", __name__, url_prefix="/policies")
bp.record_once(lambda state: rules.supply(state.app, versions=queries.versions))

SHIPPED_NAME = commands.SHIPPED_KEY


# -- Who may -----------------------------------------------------------------------------------------------------------


@bp.before_request
def only_who_handles_problems() -> None:
    """The rules are read by everybody who is bound by them."""
    seen = visitor()
    if seen and not seen.handles:
        raise NotYours("时限规则供办理企业问题的人员查看，由调度室主任修改和发布", ())


def _edits() -> bool:
    return commands.may_edit(current_person(), my_standing().today)


# -- Reading -----------------------------------------------------------------------------------------------------------


@bp.get("")
def index() -> ResponseReturnValue:
    """Every version with its date of effect and who approved it; drafts only for those who write them."""
    in_force, today = _in_force(), my_standing().today
    rows: list[PolicyVersion | None] = [*queries.published(), None]
    return render_template(
        "policies/index.html",
        rows=[_row(each, in_force, today) for each in rows],
        drafts=[_row(each, in_force, today) for each in queries.drafts()] if _edits() else None,
        form=DraftForm(),
        in_force=in_force,
    )


def _in_force() -> int | None:
    return rules.rules_on(my_standing().today).version_id


def _row(version: PolicyVersion | None, in_force: int | None, today: Any) -> dict[str, Any]:
    return {
        "url": url_for("policies.show", key=_key(version)),
        "key": _key(version),
        "title": words.title_of(version),
        "standing": words.standing_of(version, in_force, today),
        "since": day_words(version.effective_on, today) if version and version.effective_on else None,
        "approved_by": version.approved_by if version else "随程序提供",
        "approved_how": version.approved_how if version else "“13710”工作要求",
        "changed": moment_words(version.changed_at, today) if version else None,
    }


def _key(version: PolicyVersion | None) -> str:
    return str(version.id) if version else SHIPPED_NAME


def find(key: str) -> PolicyVersion | None:
    """A version that this reader may see, by what stands in an address; None: as shipped."""
    if key == SHIPPED_NAME:
        return None
    if not (key.isascii() and key.isdecimal() and len(key) < 10):
        raise NotFoundError(queries.NOT_THERE)
    version = queries.get_version(int(key))
    if version.published_at is None and not _edits():
        raise NotFoundError(queries.NOT_THERE)
    return version


def policy_of(version: PolicyVersion | None) -> Policy:
    return from_kept(version.document) if version else SHIPPED


@bp.get("/<key>")
def show(key: str) -> ResponseReturnValue:
    """One version in words; a draft with what is wrong with it and what may be done to it."""
    version, today = find(key), my_standing().today
    policy = policy_of(version)
    is_draft = version is not None and version.published_at is None
    people = people_by_id({version.published_by_id} - {None}) if version else {}  # type: ignore[arg-type]
    return render_template(
        "policies/show.html",
        version=version,
        key=key,
        title=words.title_of(version),
        standing=words.standing_of(version, _in_force(), today),
        published_by=next((each.name for each in people.values()), None),
        policy=policy,
        hours=hours_words(policy),
        limits=words.limit_rows(policy),
        ladders=words.ladders(policy),
        is_draft=is_draft,
        edits=_edits(),
        found=findings(policy, today) if is_draft else (),
        in_force=key_in_force(),
        form=_version_form(version),
    )


def key_in_force() -> str:
    return str(_in_force() or SHIPPED_NAME)


def _version_form(version: PolicyVersion | None) -> DraftForm:
    form = DraftForm(formdata=None)
    form.version.data = str(version.version) if version else ""
    return form


@bp.get("/compare")
def compare() -> ResponseReturnValue:
    """Two versions side by side, what differs marked."""
    choices = [(_key(each), words.title_of(each)) for each in [*_readable(), None]]
    asked = [request.args.get(name, "")[:20] for name in ("a", "b")]
    before, after = asked[0] or SHIPPED_NAME, asked[1] or key_in_force()
    old, new = find(before), find(after)
    pairs = compared(policy_of(old), policy_of(new))
    return render_template(
        "policies/compare.html",
        choices=choices,
        before=before,
        after=after,
        titles=(words.title_of(old), words.title_of(new)),
        sections=_by_section([each for each in pairs if each.differs or request.args.get("all")]),
        different=sum(each.differs for each in pairs),
        all=bool(request.args.get("all")),
    )


def _by_section(pairs: list[Pair]) -> list[tuple[str, list[Pair]]]:
    return [(section, list(rows)) for section, rows in groupby(pairs, key=lambda pair: pair.section)]


def _readable() -> list[PolicyVersion]:
    return [*(queries.drafts() if _edits() else []), *queries.published()]
