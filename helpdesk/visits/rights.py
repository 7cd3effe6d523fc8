"""Who may plan, record and correct visits: the cadres paired with the enterprise, and the dispatch office for all."""

from datetime import date

from helpdesk.enterprises.queries import paired
from helpdesk.problems.cases import Standing
from helpdesk.visits.models import Visit
from workflows.roles import Role

MAY_PLAN = "走访由这家企业的包保干部或者调度室来做"


def dispatches(me: Standing) -> bool:
    """Whether this person sits in the dispatch office, which cares for all enterprises."""
    return bool(me.units(Role.DISPATCHER))


def may_visit(me: Standing, enterprise_id: int, *, on: date | None = None) -> bool:
    """Whether this person may plan and record visits there: paired with it today or on that day, himself or as 代理."""
    if dispatches(me):
        return True
    days = {me.today, on or me.today}
    cadres = {key for day in days for key in paired([enterprise_id], day).get(enterprise_id, ())}
    return not cadres.isdisjoint(me.himself)


def may_change(me: Standing, visit: Visit) -> bool:
    """Whether this person may move, record or correct it: whose it is, who stands in for him, the dispatch office."""
    return visit.person_id in me.himself or dispatches(me)
