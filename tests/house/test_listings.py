"""Every list renders in every format, with no rows and with one, and its table is whole."""

import pytest
import time_machine

from helpdesk.listings.catalogue import LISTINGS
from helpdesk.listings.sheets import WRITERS
from helpdesk.listings.terms import Kind
from helpdesk.pages import MENU
from tests.desk import Desk, open_desk
from tests.lines import MADE
from tests.lists import json_of, page_rows, sheet_rows
from tests.visitors import at

THERE = {"enterprises", "pairing", "visit_warnings"}
"""Lists of what the small district has before any problem."""
READER = {"mine": "reporter"}
STATE = {"to-close": "closing", "to-call-back": "calling_back", "sampled": "closed"}
"""Where a problem must be to stand in a list; those that are not named hold what is reported."""
ALWAYS = {"visit_warnings"}
"""The enterprise of the district has never been visited."""
WHEN = dict.fromkeys(("overdue", "legs"), "2026-09-03 10:00")


@pytest.fixture
def desk(app):  # type: ignore[no-untyped-def]
    with open_desk(app) as desk:
        yield desk


def lengths(desk: Desk, name: str) -> tuple[int, int, int]:
    """How many rows its page, its workbook and its JSON have."""
    with time_machine.travel(at(WHEN.get(name, "2026-09-01 10:00")), tick=False):
        client = desk.browser(READER.get(name, "supervisor"))
        found = json_of(client, name)
        assert found["count"] == len(found["rows"])
        return len(page_rows(client, f"/lists/{name}")), len(sheet_rows(client, name)), len(found["rows"])


def test_every_list_in_every_format_with_no_rows_and_with_one(desk: Desk) -> None:
    assert set(WRITERS) == {"xlsx", "json"}
    for name in LISTINGS.keys() - THERE:
        assert lengths(desk, name) == (0, 0, 0), name
    for name in THERE:
        assert lengths(desk, name) == (1, 1, 1), name
        assert page_rows(desk.browser("supervisor"), f"/lists/{name}?q=没有这家") == [], name
    desk.at("reported")
    for name in LISTINGS.keys() - STATE.keys():
        if name in MADE:
            MADE[name](desk)
        assert lengths(desk, name) == (1, 1, 1), name
    for name, state in STATE.items():
        desk.at(state)
        if name in MADE:
            MADE[name](desk)
        assert lengths(desk, name) == (1, 1, 1), name


def test_every_list_can_be_filtered_by_each_of_its_filters_and_sorted_by_each_of_its_headings(desk: Desk) -> None:
    desk.at("reported")
    for name, listing in LISTINGS.items():
        client = desk.browser(READER.get(name, "supervisor"))
        for each in listing.filters:
            offered = f'name="{each.name}"' in client.get(f"/lists/{name}").text
            assert offered is not each.quiet, (name, each.name)  # a quiet one shows once a link has chosen it
        for sort in listing.sorts:
            for sign in ("", "-"):
                assert client.get(f"/lists/{name}?sort={sign}{sort}").status_code == 200


@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("app")  # features put their lists into the catalogue
def test_the_tables_are_whole() -> None:
    for listing in LISTINGS.values():
        names = [column.name for column in listing.columns]
        assert len(set(names)) == len(names), listing.name
        filters = [each.name for each in listing.filters]
        assert len(set(filters)) == len(filters), listing.name
        assert not {"page", "sort"} & set(filters), listing.name
        assert listing.sorts <= set(listing.orders), listing.name
        assert listing.order.removeprefix("-") in listing.orders, listing.name
        assert [column.kind for column in listing.page_columns].count(Kind.LINK) == 1, listing.name


@pytest.mark.databases("sqlite")
@pytest.mark.usefixtures("app")
def test_the_menu_leads_to_lists_that_exist() -> None:
    named = {entry.values["name"] for entry in MENU if entry.endpoint == "listings.show"}
    assert {"problems", "overdue", "due-soon"} <= named <= set(LISTINGS)
