"""Who may read a bulletin, and what somebody may do with it now."""

from helpdesk.bulletins import queries, receipt_queries
from helpdesk.bulletins.models import Bulletin
from helpdesk.errors import NotFoundError
from helpdesk.org.roles import SEATS
from helpdesk.problems.cases import Standing
from helpdesk.proceedings import queries as proceedings
from helpdesk.proceedings import standing
from helpdesk.proceedings.models import Proceeding
from workflows.bulletin import BULLETIN
from workflows.engine import Offer
from workflows.roles import Role
from workflows.terms import NEW, SELF, Action

NOT_THERE = "没有找到这份通报，或者您无权查看"
WRITERS = frozenset(role for action in BULLETIN.actions if NEW in action.sources for role in action.roles) - {
    Role.SYSTEM
}


def writes(me: Standing) -> bool:
    """Whether this person drafts bulletins."""
    return bool(_seats(me) & WRITERS)


def reads(me: Standing) -> bool:
    """Whether issued bulletins are this person's business: he sits on a seat, or signs for a unit they were sent to.

    Reporters and cadres do not read them: a bulletin lists problems of enterprises that are not theirs.
    """
    return bool(_seats(me)) or bool(receipt_queries.sent_to(proceedings.addressed_units(me)))


def get_for(me: Standing, bulletin_id: int) -> Bulletin:
    """That bulletin, if this person may read it: an issued one by whoever reads them, else by those it waits for."""
    bulletin = queries.get(bulletin_id)
    if bulletin.issue is None:
        may = standing.roles_towards(me.person_id, BULLETIN.name, bulletin.proceeding, me.seating) & _working(bulletin)
    else:
        may = reads(me)  # type: ignore[assignment]
    if not may:
        raise NotFoundError(NOT_THERE)
    return bulletin


def _working(bulletin: Bulletin) -> set[Role]:
    state = bulletin.proceeding.state
    return {role for action in BULLETIN.actions if state in action.sources for role in action.roles} | WRITERS


def receipt_for(me: Standing, receipt_id: int) -> Proceeding:
    """A unit's receipt, for those who sign for it and for those who see to it that it is signed."""
    receipt = proceedings.find(receipt_id, "receipt")
    if receipt is None or not standing.roles_towards(me.person_id, receipt.process, receipt, me.seating):
        raise NotFoundError(NOT_THERE)
    return receipt


def my_receipt(me: Standing, receipts: list[Proceeding]) -> Proceeding | None:
    """The receipt that this person may sign, if one is open."""
    mine = proceedings.addressed_units(me)
    return next((each for each in receipts if each.unit_id in mine and each.ended_at is None), None)


def offers(me: Standing, proceeding: Proceeding) -> tuple[Offer, ...]:
    """What this person may do with it now."""
    return standing.offers(me.person_id, proceeding, me.seating, **me.wishing)


def turn(me: Standing, proceeding: Proceeding) -> tuple[str, ...]:
    """The names of those who lead it on, unless independence forbids them; nobody once it is issued."""
    if not any(action.numbers and proceeding.state in action.sources for action in BULLETIN.actions):
        return ()
    roles = BULLETIN.state(proceeding.state).turn
    holders = [each for role in roles for each in me.seating.holders(role, None)]
    writers = standing.workers_on(proceeding)
    free = (each for each in holders if not {each.person_id, each.for_id} & writers)
    return tuple(dict.fromkeys(each.name for each in free))


def edits(action: Action) -> bool:
    """Whether an act changes the words and nothing else."""
    return action.works and all(move.dest == SELF for move in action.moves)


def _seats(me: Standing) -> frozenset[Role]:
    return frozenset(role for role in SEATS if me.units(role))
