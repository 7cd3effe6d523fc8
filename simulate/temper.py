"""TABLE: how people are: how soon they get to something, and what they rather do than something else."""

from random import Random

EAGER: dict[str, float] = {
    "draft": 0.3,
    "reported": 0.45,
    "returned": 0.3,
    "assigned": 0.4,
    "objected": 0.35,
    "handling": 0.22,
    "reviewing": 0.4,
    "suspended": 0.04,
    "elevated": 0.12,
    "referred": 0.04,
    "evaluating": 0.09,
    "calling_back": 0.25,
    "withdrawing": 0.3,
    "closing": 0.3,
    "merged": 0.005,
    "closed": 0.003,
    "declined": 0.03,
}
"""How likely somebody acts on a problem in such a state in one of the day's slots; once there are others: ``USUAL``."""
USUAL = 0.2
MATTER = 0.3  # the same for a request or an assisting task
SLOW, STUCK = 0.14, 0.06  # how many legs take long, and how many are forgotten until somebody is told off
OF_THE_TURN = 0.85  # how often it is whoever has the turn who acts

LIKES: dict[str, float] = {
    "report": 10,
    "save": 1.5,
    "settle_on_spot": 0.8,
    "assign": 14,
    "answer": 1,
    "return": 1.2,
    "supplement": 12,
    "merge": 0.3,
    "separate": 0.3,
    "decline": 0.5,
    "appeal": 8,
    "reassign": 0.3,
    "uphold": 3,
    "sign": 14,
    "object": 1.2,
    "respond": 14,
    "submit": 9,
    "progress": 1.5,
    "hand_over": 0.4,
    "approve": 12,
    "send_back": 1.5,
    "resume": 6,
    "elevate": 0.4,
    "instruct": 3,
    "refer": 1,
    "hear_back": 5,
    "evaluate": 14,
    "call_back": 12,
    "close": 12,
    "refuse_closure": 0.8,
    "reopen": 1,
    "withdraw": 0.12,
    "confirm_withdrawal": 5,
    "reject_withdrawal": 5,
    "urge": 0.5,
    "comment": 0.6,
    "attach": 0.3,
    "ask_extension": 1.2,
    "ask_suspension": 0.8,
    "ask_termination": 0.15,
    "ask_assist": 0.4,
    "grant": 8,
    "refuse": 2,
    "take_back": 0.4,
    "accept_assist": 4,
    "finish_assist": 7,
    "return_assist": 1,
    "waive_assist": 0.6,
}
"""What is rather done when several acts are offered; acts that the tables gain later are done like ``ANY``."""
ANY = 1.0


def eagerness(state: str, leg: str, haste: float) -> float:
    """How likely somebody acts now; ``leg`` says whose leg of which problem in which run of the dice it is."""
    luck = Random(leg).random()
    return haste * EAGER.get(state, USUAL) * (0.03 if luck < STUCK else 0.2 if luck < STUCK + SLOW else 1)
