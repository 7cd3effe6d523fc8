"""What the table says of asking the enterprise: which acts carry its word, which of them came through its own link."""

from workflows.problem import PROBLEM
from workflows.terms import SELF, Action


def _carries_its_word(action: Action) -> bool:
    return any(question.keep == "satisfaction" for question in action.asks)


JUDGING = tuple(action for action in PROBLEM.actions if _carries_its_word(action))
"""Acts by which the enterprise's word comes on record."""
BY_LINK = tuple(action.name for action in JUDGING if action.uses_link)
"""Those it did itself, through its own link."""
BY_CALL = tuple(action.name for action in JUDGING if not action.uses_link)
"""Those somebody did for it on the phone."""

CLOSE, REFUSE = PROBLEM.action("close"), PROBLEM.action("refuse_closure")
TO_CLOSE = CLOSE.sources
"""Where a problem waits for its 销号."""

CALL = next(action for action in JUDGING if not action.uses_link)
TO_CALL = tuple(
    state.name for state in PROBLEM.states if state.name in CALL.sources and set(state.turn) & set(CALL.roles)
)
"""Where it is the turn of those who call."""
ASKED = tuple(name for name in CALL.sources if name not in TO_CALL)
"""Where the enterprise is still asked through its link; it may be called as well."""

QUESTIONS = tuple(question for question in CALL.asks if question.only_if and question.keep)
"""What is asked on the phone once the enterprise is reached."""


def moves_on(action: Action) -> bool:
    """Whether an act can take a problem anywhere at all."""
    return any(move.dest != SELF for move in action.moves)
