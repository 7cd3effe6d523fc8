"""Every kind of ledger that can be imported; one more is a file in kinds/ and a line here."""

from helpdesk.errors import NotFoundError
from helpdesk.ledgers.kinds import enterprises, pairing, problems, roster
from helpdesk.ledgers.terms import Ledger

LEDGERS: dict[str, Ledger] = {each.LEDGER.name: each.LEDGER for each in (enterprises, pairing, roster, problems)}


def get_ledger(name: str) -> Ledger:
    """That kind of ledger; NotFoundError for an unknown one."""
    if name in LEDGERS:
        return LEDGERS[name]
    raise NotFoundError("没有这种台账")
