"""Doors to papers: those that a problem's history holds, one at a time; each download is in the export log first."""

from flask import Blueprint, current_app, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from helpdesk.files import disposition
from helpdesk.listings.commands import log_export
from helpdesk.org.login import current_person
from helpdesk.papers.catalogue import PAPERS
from helpdesk.papers.facts import facts_for
from helpdesk.papers.making import DOCX, make
from helpdesk.papers.occasions import Occasion, occasion, occasions
from helpdesk.papers.story import Story, story_of
from helpdesk.problems.showing import ProblemPage
from helpdesk.problems.views import my_standing

bp = Blueprint("papers", __name__)


@bp.get("/problems/<int:problem_id>/papers/<paper>-<int:key>.docx")
def of_problem(problem_id: int, paper: str, key: int) -> ResponseReturnValue:
    """One paper of a problem's history, for whoever plays a part in the problem."""
    story = story_of(my_standing(), problem_id)
    wanted = occasion(story, paper, key)
    content = make(paper, facts_of(wanted, story), now=story.me.now)
    log(paper, [("编号", story.problem.number or "")], rows=1)
    return handed_out(content, f"{called(wanted, story)}.docx", DOCX)


def facts_of(wanted: Occasion, story: Story) -> dict[str, object]:
    """The facts of a paper that the signed-in person makes."""
    return dict(facts_for(wanted, story, district=current_app.config["DISTRICT"], by=current_person().name))


def called(wanted: Occasion, story: Story) -> str:
    """The name of its file, without ending."""
    return f"{wanted.paper.label}{story.problem.number or ''}"


def log(paper: str, filters: list[tuple[str, str]], *, rows: int) -> None:
    """Into the export log: who takes which paper, about what, how many."""
    me = my_standing()
    log_export(
        person_id=me.person_id,
        listing=f"paper-{paper}",
        form="docx",
        filters=filters,
        rows=rows,
        now=me.now,
        label=PAPERS[paper].label,
    )


def handed_out(content: bytes, name: str, media_type: str) -> Response:
    """A file as a download with its Chinese name, and a plain one for old programs."""
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = disposition(name, media_type)
    return response


@bp.app_template_global()
def papers_of(page: ProblemPage) -> list[dict[str, object]]:
    """The papers that a problem's page offers, newest first; read from what the page holds anyway."""
    story = Story(
        me=my_standing(),
        problem=page.problem,
        entries=page.entries[::-1],
        clocks=page.clocks,
        steps={},
        matters=[block.matter for block in page.matters],
        masked=page.masked_phone,
    )
    return [
        {
            "label": each.paper.label,
            "words": each.words,
            "at": each.at,
            "url": url_for("papers.of_problem", problem_id=page.problem.id, paper=each.paper.name, key=each.key),
        }
        for each in occasions(story)
    ]
