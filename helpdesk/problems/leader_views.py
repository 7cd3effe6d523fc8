"""领导批示: what a leader has to instruct and to decide, what is far overdue, and what became of his instructions."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from helpdesk.pages import moment_words
from helpdesk.problems import beside, leader_queries, sentences, showing
from helpdesk.problems.cases import Standing, in_place_of, named_people
from helpdesk.problems.models import Entry, Matter, Problem
from helpdesk.problems.views import my_standing, url_of
from workflows.engine import NotYours
from workflows.problem import PROBLEM
from workflows.roles import LABELS, Role

bp = Blueprint("leader", __name__)

WHO = (Role.LEADER, Role.CHIEF)
AS_BUTTONS = ("instruct", "refer")
"""What a leader does with what is elevated, in this order; everything else stands on the problem's own page."""
MANY = 3
NEEDED, REASON = "needed", "reason"


@bp.get("/leader")
def show() -> ResponseReturnValue:
    """All blocks, each with what is needed of the reader; NotYours for whoever leads nothing."""
    me = my_standing()
    if not any(me.units(role) for role in WHO):
        raise NotYours(f"这一页只供{'、'.join(LABELS[role] for role in WHO)}使用", WHO)
    elevated, late, away = (
        _block(rows)
        for rows in (leader_queries.to_instruct(me), leader_queries.far_overdue(me), leader_queries.out_of_hands(me))
    )
    asked = leader_queries.elevations([each.id for each in elevated["problems"]])
    return render_template(
        "problems/leader.html",
        to_instruct=elevated | {"rows": [_elevated(each, asked.get(each.id), me) for each in elevated["problems"]]},
        to_decide=[_request(each, me) for each in leader_queries.to_decide(me)],
        overdue=late | {"rows": [_line(each, me) for each in late["problems"]]},
        away=away | {"rows": [_away(each, me) for each in away["problems"]]},
        instructed=_instructed(me),
        overdue_url=url_for("listings.show", name="overdue", lamp="purple"),
    )


def _block(rows: Any) -> dict[str, Any]:
    problems = leader_queries.first_page(rows)
    return {"problems": problems, "count": leader_queries.count(problems, rows)}


def _line(problem: Problem, me: Standing) -> dict[str, Any]:
    return sentences.rows([problem], now=me.now, today=me.today, url=url_of)[0]


# -- 等我批示 -----------------------------------------------------------------------------------------------------------


def _elevated(problem: Problem, entry: Entry | None, me: Standing) -> dict[str, Any]:
    offered = {offer.action.name: offer.action.label for offer in showing.offers_for(me, problem)}
    turn = PROBLEM.state(problem.state).turn
    return _line(problem, me) | {
        "in_place_of": in_place_of(me, turn, problem, named_people(problem, ())),
        "needed": _needed(entry),
        "asked_by": f"{moment_words(entry.at, me.today)} {entry.by_name}" if entry else "",
        "buttons": [
            (offered[name], url_for("problems.act", problem_id=problem.id, name=name))
            for name in AS_BUTTONS
            if name in offered
        ],
    }


def _needed(entry: Entry | None) -> list[tuple[str, str]]:
    """What whoever elevated it asks for; after dissatisfied rounds, what the enterprise said."""
    if entry is None:
        return []
    said = [(each["label"], each["words"]) for each in entry.answers if each["name"] in (NEEDED, REASON)]
    if said:
        return sorted(said, key=lambda each: each[0] != PROBLEM.action("elevate").asks[-1].label)
    words = [each["words"] for each in entry.answers if each["name"] in ("words", "note")]
    return [("自动提级", f"企业连续 {entry.round - 1} 轮不满意"), *(("企业意见", each) for each in words)]


# -- 等我审批 -----------------------------------------------------------------------------------------------------------


def _request(matter: Matter, me: Standing) -> dict[str, Any]:
    case, named, _ = showing.case_for(me, matter.problem)
    offers = beside.matter_offers(me, matter.problem, matter, case, named)
    return beside.rows([matter], me, url_of)[0] | {
        "needed": beside.asked_words(matter, me.today),
        "asked_by": matter.opened_by.name if matter.opened_by else "",
        "buttons": [
            (offer.action.label, _decision_url(matter, offer.action.name)) for offer in offers if offer.action.asks
        ],
    }


def _decision_url(matter: Matter, name: str) -> str:
    return url_for(
        "problems.act_beside", problem_id=matter.problem_id, process=matter.process, matter_id=matter.id, name=name
    )


# -- 已报上级和挂账 ---------------------------------------------------------------------------------------------------------


def _away(problem: Problem, me: Standing) -> dict[str, Any]:
    referred = problem.state == "referred"
    return _line(problem, me) | {
        "do": "调度室每月询问" if referred else "责任组到期复核",
        "last": problem.last_word,
    }


# -- 我的批示 -----------------------------------------------------------------------------------------------------------


def _instructed(me: Standing) -> list[dict[str, Any]]:
    found = leader_queries.instructed(me)
    done = leader_queries.since([entry for entry, _ in found])
    return [_instruction(entry, problem, done.get(problem.id, []), me) for entry, problem in found]


def _instruction(entry: Entry, problem: Problem, done: list[Any], me: Standing) -> dict[str, Any]:
    after = [each for each in done if each.id > entry.id]
    return _line(problem, me) | {
        "said": next((each["words"] for each in entry.answers if each["name"] == "instruction"), ""),
        "when": moment_words(entry.at, me.today),
        "by": entry.by_name if entry.by_id != me.person_id or entry.for_id else "",
        "after": [f"{moment_words(each.at, me.today)} {each.by_name}{each.label}" for each in after[:MANY]],
        "more": max(len(after) - MANY, 0),
    }
