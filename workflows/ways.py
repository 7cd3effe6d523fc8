"""The arrows of a table as a reader wants them: merged, labelled, without loops; and which of them are the main way."""

from collections.abc import Iterator
from dataclasses import dataclass

from workflows.terms import NEW, ORIGIN, SELF, Action, Move, Phase, Process

MANY = 4
"""So many arrows to one state are drawn as a note."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """From one state to another, with the words of every action that leads there."""

    source: str
    dest: str
    labels: tuple[str, ...]


def arrows(process: Process) -> tuple[Arrow, ...]:
    """Every change of state, one arrow for each pair; loops, ways back to the origin and fans are left out."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for action in process.actions:
        for source in action.sources:
            for dest, words in _branches(process, action, source):
                found.setdefault((source, dest), {}).setdefault(action.name, words)
    return tuple(Arrow(*ends, tuple(dict.fromkeys(words.values()))) for ends, words in found.items())


def _branches(process: Process, action: Action, source: str) -> Iterator[tuple[str, str]]:
    """Where an action leads from a state: the first branch bears its verb, the others their condition."""
    moves = [move for move in action.moves if source in move.sources and _is_arrow(process, move, source)]
    for move in moves:
        condition = move.when.message if move.when and move is not moves[0] else ""
        yield move.dest, condition or action.label


def _is_arrow(process: Process, move: Move, source: str) -> bool:
    return NEW != source != move.dest and move.dest not in (SELF, ORIGIN) and not is_fan(process, move)


def is_fan(process: Process, move: Move) -> bool:
    """Whether it starts from every open state, and those are many: arrows from everywhere say less than a note."""
    everywhere = set(process.names_in(Phase.OPEN)) - {move.dest}
    return len(everywhere) >= MANY and everywhere <= set(move.sources)


def fans(process: Process) -> tuple[tuple[Action, str], ...]:
    """The actions that lead from any open state to one other, with that state."""
    moves = [(action, move) for action in process.actions for move in action.moves]
    return tuple((action, move.dest) for action, move in moves if move.dest != SELF and is_fan(process, move))


def ways_back(process: Process) -> tuple[tuple[Action, str], ...]:
    """The actions that lead back to where the problem was, with the state in which they are taken."""
    moves = [(action, move) for action in process.actions for move in action.moves if move.dest == ORIGIN]
    return tuple((action, source) for action, move in moves for source in move.sources)


def standing(process: Process, *, anywhere: bool) -> tuple[str, ...]:
    """The verbs that change no state: those possible in any open state, or those that are not."""
    return tuple(
        action.label
        for action in process.actions
        if any(move.dest == SELF and is_fan(process, move) is anywhere for move in action.moves)
        and not any(
            _is_arrow(process, move, source) for move in action.moves for source in move.sources if not anywhere
        )
    )


def main_way(process: Process) -> tuple[str, ...]:
    """The ordinary way through a table: from each state the first action of the table that leads on, not out."""
    way = [process.states[0].name]
    closed = process.names_in(Phase.CLOSED)
    while way[-1] not in closed:
        ahead = [each.dest for each in arrows(process) if each.source == way[-1] and each.dest not in way]
        if not ahead:
            break
        way.append(next((name for name in ahead if name not in closed), ahead[0]))
    return tuple(way)
