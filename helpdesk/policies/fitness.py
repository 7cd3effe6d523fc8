"""Whether a policy fits this house today: the roles somebody holds, the notices there are."""

from datetime import date

from helpdesk.notices.rendering import FOR_ENTERPRISE, names, template_of
from helpdesk.org.queries import seating
from helpdesk.org.roles import SEATS
from workflows.lint import Finding, House, lint
from workflows.messages import MESSAGES
from workflows.policy import Policy
from workflows.roles import Role


def findings(policy: Policy, today: date) -> tuple[Finding, ...]:
    """What is wrong or doubtful about it, errors first."""
    return lint(policy, house_on(today))


def house_on(today: date) -> House:
    """Roles that are named with a problem are always held by somebody; seats when somebody sits there today."""
    kinds = {(each.kind, each.duty) for each in seating(today).sitters}
    vacant = {role for role, seat in SEATS.items() if not any((seat.kind, duty) in kinds for duty in seat.duties)}
    notices = names() - MESSAGES.keys()
    return House(
        held=frozenset(Role) - vacant,
        notices=notices,
        for_enterprise=frozenset(name for name in notices if FOR_ENTERPRISE in template_of(name).blocks),
    )
