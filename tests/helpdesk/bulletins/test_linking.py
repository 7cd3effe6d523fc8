"""Every figure of a bulletin leads to as many rows as it says, also when much has happened since it was issued."""

import re

from flask import Flask

from helpdesk.bulletins import queries
from helpdesk.bulletins.linking import filters_of, scope_of
from helpdesk.figures.scope import district
from helpdesk.figures.terms import Behind
from tests.helpdesk.bulletins.conftest import SEPTEMBER, Weeks
from tests.helpdesk.figures.test_rows_behind import rows_of
from tests.visitors import visitor

NOT_ROWS_OF_ITS_OWN = {"in_time"}  # legs: the list of legs shows them as they stand now


def check(weeks: Weeks, key: int) -> int:
    bulletin = queries.get(key)
    assert bulletin.issue is not None
    me = district(weeks.now)
    figures, scope, looked = bulletin.issue.figures, scope_of(bulletin, me), 0
    for group, told in [("", figures["totals"]), *((row["key"], row["figures"]) for row in figures["groups"])]:
        for name, figure in told.items():
            filters = filters_of(scope, name, group)
            if filters is None:
                assert name in NOT_ROWS_OF_ITS_OWN, name
                continue
            size = figure["value"] if figure["denominator"] is None else figure["denominator"]
            assert rows_of(Behind("marks", filters, size), me) == size, (group, name)
            looked += 1
    return looked


def test_as_many_rows_as_it_says_and_later_acts_change_nothing(weeks: Weeks) -> None:
    key = weeks.issued(SEPTEMBER)
    assert check(weeks, key) > 60
    weeks.go_on(40)
    assert check(weeks, key) > 60


def test_the_page_links_text_and_table_and_the_links_open(app: Flask, weeks: Weeks) -> None:
    key = weeks.issued(SEPTEMBER)
    page = visitor(app, weeks.world, "supervisor").get(f"/bulletins/{key}").text
    text = re.findall(r'class="bulletin-figure" href="([^"]+)"', page)
    table = re.findall(r'<td><a href="(/lists/marks[^"]+)"', page)
    assert len(text) > 5
    assert len(table) > 10
    for address in {*text[:3], *table[:3]}:
        assert visitor(app, weeks.world, "supervisor").get(address.replace("&amp;", "&")).status_code == 200
