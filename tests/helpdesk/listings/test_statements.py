"""No query per row: a page of fifty sends as many statements as a page of one; files too."""

from datetime import date

import time_machine
from flask.testing import FlaskClient

from helpdesk.db import db
from helpdesk.enterprises.models import Enterprise, Pairing
from helpdesk.listings.catalogue import LISTINGS
from tests.desk import Desk
from tests.lists import statements
from tests.visitors import at

FOR_THE_FRAME = 6
"""Which calendar and rules are in force, whoever is signed in, the seats, who stands in, the groups to choose from, the bell's count."""

BESIDE = {"enterprises": 4, "pairing": 1, "visit_warnings": 2}
"""Who is paired and what is open, or the units, for all lines of a page at once; how many there are; whether the reader may enter one."""

ON_RECORD = 2
"""The event of the audit that tells of the file, and the one before it, to which it is tied."""


def sent(desk: Desk, client: FlaskClient, address: str) -> int:
    with statements(desk.app) as seen:
        assert client.get(address, buffered=True).status_code == 200
    return len(seen)


def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(desk: Desk) -> None:
    with desk.walking() as walker:
        for _ in range(2):
            walker.to("assigned")
    moments = {"overdue": "2026-09-11 10:00"}
    few = all_counts(desk, moments)
    with desk.walking() as walker:
        for _ in range(60):
            walker.do(walker.do(None, "report"), "assign")
    with desk.app.app_context():
        for number in range(60):
            db.session.add(a_firm(number, desk.world.people["cadre"]))
        db.session.commit()
    many = all_counts(desk, moments)
    for address, number in many.items():
        counted = address.count(".") == 0 and number == few[address] + 1  # the total, known without asking before
        assert number == few[address] or counted, address
        for_the_record = ON_RECORD if address.endswith((".json", ".xlsx")) else 0
        of_its_own = BESIDE.get(address.split("/")[2].split(".")[0], 0)
        assert number <= FOR_THE_FRAME + 3 + for_the_record + of_its_own, address


def a_firm(number: int, cadre: int) -> Pairing:
    """An enterprise that somebody is paired with and nobody has visited for long."""
    name = f"示例{number}号厂"
    firm = Enterprise(name=name, initials=f"sl{number}hc", no_uscc_reason="演示数据", added_at=at("2026-01-05 09:00"))
    return Pairing(enterprise=firm, person_id=cadre, from_on=date(2026, 1, 5))


def all_counts(desk: Desk, moments: dict[str, str]) -> dict[str, int]:
    counts = {}
    for name in LISTINGS:
        with time_machine.travel(at(moments.get(name, "2026-09-01 10:00")), tick=False):
            client = desk.browser("reporter" if name == "mine" else "supervisor")
            for ending in ("", ".json", ".xlsx"):
                counts[f"/lists/{name}{ending}"] = sent(desk, client, f"/lists/{name}{ending}")
    return counts


def test_somebody_with_parts_in_single_problems_pays_one_statement_more(desk: Desk) -> None:
    desk.at("assigned")
    for_the_streets = 1  # to choose from
    assert sent(desk, desk.browser("cadre"), "/lists/problems") <= FOR_THE_FRAME + 2 + for_the_streets
