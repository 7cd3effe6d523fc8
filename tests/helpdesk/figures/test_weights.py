"""The weights of 综合 are those of the version that holds at the end of the period."""

from dataclasses import replace
from datetime import date

from helpdesk.figures.scope import Scope, district
from helpdesk.figures.tables import totals
from tests.helpdesk.figures.test_page import handled
from tests.helpdesk.figures.test_rows_behind import noon
from tests.helpdesk.policies.publishing import publish
from tests.walking import Walker
from workflows.policy import SHIPPED, Weights


def test_other_weights_count_from_their_day_on_and_what_was_before_stays(walker: Walker) -> None:
    for satisfaction in ("satisfied", "fair"):
        handled(walker, satisfaction)
    now = noon(date(2026, 9, 2))
    lead = walker.world.person("dispatch_lead")
    publish(replace(SHIPPED, weights=Weights(20, 20, 60, 50)), lead, date(2026, 9, 20), now)
    me = district(noon(date(2026, 10, 15)))
    before = totals(Scope(date(2026, 9, 1), date(2026, 9, 19), me))
    after = totals(Scope(date(2026, 9, 1), date(2026, 9, 30), me))
    # both contacted and solved; satisfied 1, fair 1: 满意率 (1 + 0.9) / 2 = 95 %, later (1 + 0.5) / 2 = 75 %
    assert (before["satisfaction"].value, before["overall"].value) == (95, 98)  # 10 + 50 + 0.4 x 95
    assert (after["satisfaction"].value, after["overall"].value) == (75, 85)  # 20 + 20 + 0.6 x 75
