"""What stands behind forms that waited on a phone: their answers, the pages that are kept, and what a phone may ask."""

from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from helpdesk.db import db
from helpdesk.problems.models import Problem
from helpdesk.visits.models import VisitProblem
from tests import visits
from tests.desk import REPORT, Desk, hidden

KEPT = ("/offline/", "/offline/visit", "/offline/problem")
WORKER = {"X-Kept": "1"}
WAITED = {"Accept": "application/json", "X-Waited": "1"}
FIRM = "示例一号机械有限公司"


def send(client: FlaskClient, url: str = "/problems/new", **given: Any) -> Any:
    """A report that waited on a phone, sent when the network is back."""
    shown = hidden(client.get("/problems/new"))
    return client.post(url, data={**shown, **REPORT, "do": "report", **given}, headers=WAITED)


def problems(desk: Desk) -> list[str | None]:
    """What the server has."""
    with desk.app.app_context():
        return list(db.session.scalars(select(Problem.title).order_by(Problem.id)))


def links(desk: Desk) -> list[tuple[int, int]]:
    """Which problem belongs to which visit."""
    with desk.app.app_context():
        return [(each.problem_id, each.visit_id) for each in db.session.scalars(select(VisitProblem))]


# -- Answers -----------------------------------------------------------------------------------------------------------


def test_the_same_form_sent_twice_is_one_problem_and_both_answers_lead_to_it(desk: Desk) -> None:
    client = desk.browser("cadre")
    first = send(client, request_key="0123456789abcdef0123456789abcdef")
    again = send(client, request_key="0123456789abcdef0123456789abcdef")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json == {"url": again.json["url"], "repeated": False}
    assert again.json["repeated"] is True
    assert problems(desk) == [REPORT["title"]]
    assert "已上报" not in client.get(first.json["url"]).text


def test_whoever_waits_for_the_page_is_told_what_was_done(desk: Desk) -> None:
    client = desk.browser("cadre")
    shown = hidden(client.get("/problems/new"))
    answer = client.post(
        "/problems/new", data={**shown, **REPORT, "do": "report"}, headers={"Accept": "application/json"}
    )
    assert answer.json
    assert "已上报" in client.get(answer.json["url"]).text


def test_a_refusal_names_every_question_and_its_reason(desk: Desk) -> None:
    answer = send(desk.browser("cadre"), enterprise="没有这家", title="灯", contact_phone="12")
    assert answer.status_code == 422
    assert set(answer.json["errors"]) == {"enterprise", "title", "contact_phone"}
    assert all(label in answer.json["errors"][name] for name, label in (("enterprise", "企业"), ("title", "问题标题")))
    assert problems(desk) == []


def test_an_act_that_is_no_start_is_refused_in_json(desk: Desk) -> None:
    answer = send(desk.browser("cadre"), do="close")
    assert answer.status_code in (403, 409)
    assert answer.json["message"]
    assert problems(desk) == []


def test_after_the_session_is_over_a_form_is_told_to_sign_in(desk: Desk) -> None:
    stranger = desk.app.test_client()
    assert stranger.post("/problems/new", data=REPORT, headers=WAITED).status_code == 401
    assert problems(desk) == []


def test_administrators_report_nothing(desk: Desk) -> None:
    client = desk.browser("administrator")
    answer = client.post("/problems/new", data={**REPORT, "do": "report"}, headers=WAITED)
    assert answer.status_code == 403
    assert problems(desk) == []


# -- A visit and its problem -------------------------------------------------------------------------------------------


def test_a_problem_finds_its_visit_by_the_key_of_the_form_that_wrote_it(desk: Desk) -> None:
    visit_id = visits.record(desk.app, desk.world, "cadre", needs="路灯坏了，请来修。", request_key="keyofthevisit")
    client = desk.browser("cadre")
    assert "路灯坏了，请来修。" in client.get("/problems/new?after=keyofthevisit").text
    answer = send(client, "/problems/new?after=keyofthevisit")
    assert answer.status_code == 200
    assert [visit for _, visit in links(desk)] == [visit_id]


def test_a_key_that_wrote_no_visit_leaves_the_problem_by_itself(desk: Desk) -> None:
    assert send(desk.browser("cadre"), "/problems/new?after=neverarrived").status_code == 200
    assert links(desk) == []
    assert problems(desk) == [REPORT["title"]]


def test_nobody_hangs_a_problem_on_a_visit_that_he_may_not_see(desk: Desk) -> None:
    visits.record(desk.app, desk.world, "cadre", needs="路灯坏了，请来修。", request_key="keyofthevisit")
    stranger = desk.browser("handler")
    assert stranger.get("/problems/new?after=keyofthevisit").status_code == 404
    assert send(stranger, "/problems/new?after=keyofthevisit").status_code == 404
    assert (links(desk), problems(desk)) == ([], [])


# -- What is kept, and what a phone asks -------------------------------------------------------------------------------


def test_the_kept_pages_are_the_same_for_everybody_and_name_nobody(desk: Desk) -> None:
    for url in KEPT:
        pages = {desk.browser(part).get(url, headers=WORKER).text for part in ("cadre", "dispatcher", "supervisor")}
        assert len(pages) == 1, url
        page = pages.pop()
        for word in ("某cadre", "csrf_token", FIRM, "data-user"):
            assert word not in page, (url, word)


def test_the_worker_keeps_files_that_are_there_and_is_new_when_they_are(desk: Desk) -> None:
    client = desk.browser("cadre")
    answer = client.get("/worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.text == client.get("/worker.js").text
    for url in [*KEPT, *(word for word in answer.text.split('"') if word.startswith("/static/"))]:
        assert f'"{url}"' in answer.text
        assert client.get(url, buffered=True).status_code == 200, url


def test_each_gets_his_own_token_and_the_enterprises_that_he_looks_after(desk: Desk) -> None:
    for part, firms in (("cadre", [FIRM]), ("dispatcher", []), ("handler", [])):
        client = desk.browser(part)
        assert client.get("/offline/token.json").json["user"] == desk.world.people[part]  # type: ignore[index]
        found = client.get("/offline/enterprises.json").json
        assert [each["label"] for each in found or []] == firms, part
        assert all(set(each) == {"id", "label", "hint", "sounds"} for each in found or [])


def test_strangers_get_nothing(desk: Desk) -> None:
    stranger = desk.app.test_client()
    for url in (*KEPT, "/worker.js"):
        assert stranger.get(url).status_code == 302, url
    for url in ("/offline/token.json", "/offline/enterprises.json"):
        assert stranger.get(url).status_code == 401, url


def test_a_page_that_is_read_knows_its_reader_and_one_that_is_kept_knows_nobody(desk: Desk) -> None:
    """Else a page opened just after somebody else signed in would show what the former person's forms say."""
    client = desk.browser("dispatcher")
    for url in KEPT:
        assert f'data-user="{desk.world.people["dispatcher"]}"' in client.get(url).text
        assert "data-user" not in client.get(url, headers=WORKER).text
