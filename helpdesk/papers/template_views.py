"""Pages of 公文模板: what each paper may tell, its template as a file, another one in its place, the versions."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField
from wtforms.validators import InputRequired, Length

from helpdesk.errors import NotFoundError
from helpdesk.form_fields import LineField
from helpdesk.org.login import current_person, is_admin
from helpdesk.papers import commands, package, queries
from helpdesk.papers.catalogue import PAPERS
from helpdesk.papers.defaults import default_template
from helpdesk.papers.filling import fill
from helpdesk.papers.making import DOCX, template_in_force
from helpdesk.papers.models import PaperTemplate
from helpdesk.papers.terms import GRID_PARTS, Field, Paper, Shape, samples
from helpdesk.papers.views import handed_out
from helpdesk.problems.views import my_standing
from workflows.engine import NotYours

bp = Blueprint("paper_templates", __name__, url_prefix="/papers/templates")

SHAPES = {Shape.TEXT: "文字", Shape.LINES: "清单，每项一段文字", Shape.ROWS: "清单，每项有下列字段", Shape.GRID: "表格"}


class TemplateForm(FlaskForm):
    """A file in place of the template in force."""

    seen = HiddenField()
    file = FileField(
        "模板文件",
        [FileRequired("请选择文件")],
        description="先下载现在用的模板，在 Word 里改好，再传上来；只收 .docx",
        render_kw={"accept": ".docx"},
    )
    reason = LineField(
        "更换原因",
        [InputRequired("请写明更换原因"), Length(max=200, message="最多 200 个字")],
        description="例如：按区委办新的发文格式调整",
    )

    def seen_number(self) -> int:
        """The newest version its sender knew."""
        words = self.seen.data or ""
        return int(words) if words.isascii() and words.isdecimal() and len(words) < 9 else -1


def _paper(name: str) -> Paper:
    _only_handling()
    if name not in PAPERS:
        raise NotFoundError("没有这种公文")
    return PAPERS[name]


def _only_handling() -> None:
    if is_admin(current_person()):
        raise NotYours("管理员账号不参加问题办理，不使用公文模板", ())


# -- Reading -----------------------------------------------------------------------------------------------------------


@bp.get("")
def index() -> ResponseReturnValue:
    """Every paper, and whose template is in force."""
    _only_handling()
    newest = queries.newest_by_paper()
    rows = [
        {
            "label": paper.label,
            "says": paper.says,
            "standing": _standing(newest.get(name)),
            "url": url_for("paper_templates.show", name=name),
        }
        for name, paper in PAPERS.items()
    ]
    return render_template("papers/templates.html", rows=rows)


def _standing(version: PaperTemplate | None) -> str:
    return f"第 {version.number} 版，{version.by_name}更换" if version and version.sha256 else "默认模板"


@bp.get("/<name>")
def show(name: str) -> ResponseReturnValue:
    """The fields of a paper, its template, its versions; for those who keep it, a form."""
    return _page(_paper(name), TemplateForm(formdata=None))


def _page(paper: Paper, form: TemplateForm, wrong: list[str] | None = None) -> str:
    versions = queries.versions(paper.name)
    newest = versions[0] if versions else None
    if not form.is_submitted() or form.seen.data is None:
        form.seen.data = str(newest.number if newest else 0)
    return render_template(
        "papers/template.html",
        paper=paper,
        fields=[row for field in paper.fields for row in _field_rows(field)],
        versions=[_version_row(each) for each in versions],
        standing=_standing(newest),
        own=bool(newest and newest.sha256),
        may_keep=commands.may_keep(current_person(), my_standing().now),
        form=form,
        wrong=wrong or [],
    )


def _field_rows(field: Field, owner: str = "") -> list[dict[str, str]]:
    tag = f"{owner}{field.name}" if owner else field.name
    row = {
        "tag": tag,
        "label": field.label,
        "shape": SHAPES[field.shape],
        "means": field.means,
        "sample": field.sample.replace("\n", " "),
    }
    parts = GRID_PARTS if field.shape is Shape.GRID else field.holds
    prefix = f"{field.name}." if field.shape is Shape.GRID else "each."
    return [row, *(found for part in parts for found in _field_rows(part, prefix))]


def _version_row(version: PaperTemplate) -> dict[str, Any]:
    return {
        "number": f"第 {version.number} 版",
        "at": version.at,
        "by": version.by_name,
        "what": version.file_name or "恢复默认模板",
        "reason": version.reason,
        "url": url_for("paper_templates.file", name=version.paper, number=version.number) if version.sha256 else None,
    }


@bp.get("/<name>/v<int:number>.docx")
def file(name: str, number: int) -> ResponseReturnValue:
    """A template as a Word file; 0 is the one that comes with the program."""
    paper = _paper(name)
    content = default_template(name) if number == 0 else queries.get_version(name, number).content
    if content is None:
        abort(404)
    return handed_out(content, f"{paper.label}模板{f'第{number}版' if number else '（默认）'}.docx", DOCX)


@bp.get("/<name>/in-force.docx")
def in_force(name: str) -> ResponseReturnValue:
    """The template in force, to be changed in Word."""
    return handed_out(template_in_force(_paper(name).name), f"{PAPERS[name].label}模板.docx", DOCX)


@bp.get("/<name>/sample.docx")
def sample(name: str) -> ResponseReturnValue:
    """The template in force filled with invented facts."""
    paper = _paper(name)
    return handed_out(fill(template_in_force(name), samples(paper.fields)), f"{paper.label}样例.docx", DOCX)


# -- Changing ----------------------------------------------------------------------------------------------------------


@bp.post("/<name>")
def replace(name: str) -> ResponseReturnValue:
    """Another file in place of the template, if nothing is wrong with it; otherwise everything that is."""
    paper, form, me = _paper(name), TemplateForm(), my_standing()
    commands.refuse_unless_keeper(current_person(), me.now)
    if not form.validate():
        return _page(paper, form), 422
    content = form.file.data.stream.read(package.MOST_BYTES + 1)
    try:
        number = commands.replace(
            name,
            content,
            file_name=form.file.data.filename or "",
            reason=form.reason.data or "",
            seen=form.seen_number(),
            by=current_person(),
            now=me.now,
        )
    except commands.WrongTemplate as refused:
        return _page(paper, form, refused.complaints), 422
    flash(f"“{paper.label}”的模板已经更换，现在用第 {number} 版。", "success")
    return redirect(url_for("paper_templates.show", name=name))


@bp.post("/<name>/restore")
def restore(name: str) -> ResponseReturnValue:
    """The program's own template comes back."""
    paper, me = _paper(name), my_standing()
    seen = request.form.get("seen", "")
    number = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else -1
    commands.restore(name, reason="恢复默认模板", seen=number, by=current_person(), now=me.now)
    flash(f"“{paper.label}”已经恢复默认模板。", "success")
    return redirect(url_for("paper_templates.show", name=name))
