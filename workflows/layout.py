"""Where the boxes and lines of a diagram go: the main way in the middle, side states above and below, lanes between.

Open side states stand above the main way, closed ones (and what leads only to them) below. An arrow to a neighbour is
straight; all others with the same goal share a lane, a horizontal line that their stubs join. Lengths are pixels.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from workflows.terms import Phase, Process
from workflows.ways import Arrow, arrows, fans, main_way, ways_back

PITCH, BOX_WIDTH, BOX_HEIGHT = 140, 84, 50
MARGIN = 16
LANE, FIRST_LANE, BAND = 32, 30, 70
"""Between two lanes; between the main way and its first lane; between the last lane and the side boxes."""
TRACK = 18
UP, MIDDLE, DOWN = -1, 0, 1
LEFT, STRAIGHT, RIGHT = -1, 0, 1
STUB = 116
LINE = 15
"""Between two lines of words."""

Point = tuple[float, float]
Cell = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A line with an arrow head at its end; ``joins`` another line there instead."""

    points: tuple[Point, ...]
    words: str
    kind: str = "side"  # main | side | fan
    joins: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """Words beside a line; ``upright``: one character below the other, as on a banner."""

    at: Point
    words: str
    anchor: str = "middle"
    upright: bool = False


@dataclass
class Layout:
    """What there is to draw; boxes are named by their centres."""

    width: float
    height: float
    centres: dict[str, Point]
    lines: list[Line] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)


def places(process: Process) -> dict[str, Cell]:
    """Column and row of every state."""
    way = main_way(process)
    cells: dict[str, Cell] = {name: (column, MIDDLE) for column, name in enumerate(way)}
    drawn = arrows(process)
    for state in process.states:
        if state.name in cells or not state.drawn:
            continue
        before = [cells[each.source][0] for each in drawn if each.dest == state.name and each.source in cells]
        column, row = (before or [max(len(way) - 2, 0)])[0], _row(process, state.name, drawn, way)
        while (column, row) in cells.values():
            column += 1
        cells[state.name] = (column, row)
    return cells


def _row(process: Process, name: str, drawn: tuple[Arrow, ...], way: tuple[str, ...]) -> int:
    ends = [closed for closed in process.names_in(Phase.CLOSED) if closed not in way]
    leads_out = any(each.source == name and each.dest in ends for each in drawn)
    return DOWN if name in ends or leads_out else UP


class _Router:
    """Finds the way of every arrow; alive for one drawing."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.cells = places(process)
        self.straight: list[Arrow] = []
        self.upright: list[Arrow] = []
        self.buses: dict[tuple[int, str], list[Arrow]] = defaultdict(list)
        for arrow in arrows(process):
            self._sort(arrow)
        self.levels = {side: self._levels(side) for side in (UP, DOWN)}
        self.tracks = self._tracks()
        self.layout = self._sheet()

    # -- Which kind of line ----------------------------------------------------------------------------------------

    def _sort(self, arrow: Arrow) -> None:
        (column, row), (goal, goal_row) = self.cells[arrow.source], self.cells[arrow.dest]
        if row == goal_row and (goal == column + 1 or (row and goal == column - 1)):
            self.straight.append(arrow)
        elif column == goal and abs(row - goal_row) == 1:
            self.upright.append(arrow)
        else:
            side = goal_row or row or (UP if goal <= column else DOWN)
            self.buses[side, arrow.dest].append(arrow)

    def _levels(self, side: int) -> dict[str, int]:
        """The lane of every goal: short ones next to the main way, those to side boxes beyond; none overlap."""
        spans = {}
        for (where, dest), bus in self.buses.items():
            columns = [self.cells[name][0] for name in (dest, *(each.source for each in bus))]
            if where == side:
                spans[dest] = (min(columns), max(columns))
        levels: dict[str, int] = {}
        for dest in sorted(spans, key=lambda name: (bool(self.cells[name][1]), spans[name][1] - spans[name][0])):
            others = {levels[other] for other in levels if _overlap(spans[dest], spans[other])}
            levels[dest] = 1 + max(others, default=-1)
        return levels

    def _tracks(self) -> dict[tuple[int, int], list[object]]:
        """The vertical lines above and below each box of the main way, from left to right."""
        wanted: dict[tuple[int, int], dict[object, tuple[int, int]]] = defaultdict(dict)
        for arrow in self.upright:
            side = self.cells[arrow.source][1] or self.cells[arrow.dest][1]
            wanted[self.cells[arrow.source][0], side][arrow] = (STRAIGHT, len(arrow.labels))
        for (side, dest), bus in self.buses.items():
            goal, level = self.cells[dest][0], self.levels[side][dest]
            for arrow in bus:
                column = self.cells[arrow.source][0]
                wanted[column, side][dest, arrow.labels] = _leaning(column, goal, level)
            origin = [self.cells[each.source][0] for each in bus]
            both = min(origin) < goal < max(origin)
            wanted[goal, side][dest] = (STRAIGHT, 0) if both else _leaning(goal, origin[0], level)
        return {place: sorted(tracks, key=tracks.__getitem__) for place, tracks in wanted.items()}

    # -- Where it runs ---------------------------------------------------------------------------------------------

    def _sheet(self) -> Layout:
        above = MARGIN + BOX_HEIGHT / 2
        middle = above + BOX_HEIGHT + self._depth(UP) if self._used(UP) else above
        below = middle + BOX_HEIGHT + self._depth(DOWN)
        heights = {UP: above, MIDDLE: middle, DOWN: below}
        columns = 1 + max(column for column, _ in self.cells.values())
        centres = {
            name: (MARGIN + BOX_WIDTH / 2 + column * PITCH, heights[row]) for name, (column, row) in self.cells.items()
        }
        bottom = max(y for _, y in centres.values()) + BOX_HEIGHT / 2 + MARGIN
        return Layout(columns * PITCH - (PITCH - BOX_WIDTH) + 2 * MARGIN, bottom, centres)

    def _used(self, side: int) -> bool:
        return any(row == side for _, row in self.cells.values()) or bool(self.levels[side])

    def _depth(self, side: int) -> float:
        return FIRST_LANE + LANE * max(self.levels[side].values(), default=0) + BAND

    def _x(self, column: int, side: int, track: object) -> float:
        tracks = self.tracks[column, side]
        gap = min(TRACK, (BOX_WIDTH - 12) / max(len(tracks) - 1, 1))
        centre = MARGIN + BOX_WIDTH / 2 + column * PITCH
        return centre + (tracks.index(track) - (len(tracks) - 1) / 2) * gap

    def _edge(self, name: str, side: int) -> float:
        """The height at which a line between the main way and that side touches a box."""
        inner = side if self.cells[name][1] == MIDDLE else -side
        return self.layout.centres[name][1] + inner * BOX_HEIGHT / 2

    def _lane(self, side: int, dest: str) -> float:
        middle = next(y for name, (_, y) in self.layout.centres.items() if self.cells[name][1] == MIDDLE)
        return middle + side * (BOX_HEIGHT / 2 + FIRST_LANE + LANE * self.levels[side][dest])

    # -- Drawing ---------------------------------------------------------------------------------------------------

    def draw(self) -> Layout:
        for arrow in self.straight:
            self._draw_straight(arrow)
        for arrow in self.upright:
            self._draw_upright(arrow)
        for (side, dest), bus in self.buses.items():
            self._draw_bus(side, dest, bus)
        for action, dest in fans(self.process):
            if dest not in self.cells:
                continue
            self._draw_fan(action.label, dest)
        for action, source in ways_back(self.process):
            self._draw_way_back(action.label, source)
        return self.layout

    def _draw_straight(self, arrow: Arrow) -> None:
        (x, y), (goal, _) = self.layout.centres[arrow.source], self.layout.centres[arrow.dest]
        half = BOX_WIDTH / 2 if goal > x else -BOX_WIDTH / 2
        kind = "main" if self.cells[arrow.source][1] == MIDDLE else "side"
        self.layout.lines.append(Line(((x + half, y), (goal - half, y)), self._words(arrow), kind))
        for number, words in enumerate(reversed(_folded(arrow.labels[0]))):
            self.layout.labels.append(Label(((x + goal) / 2, y - 7 - number * LINE), words))
        below = [part for label in arrow.labels[1:] for part in _folded(label)]
        for number, words in enumerate(below):
            self.layout.labels.append(Label(((x + goal) / 2, y + 18 + number * LINE), words))

    def _draw_upright(self, arrow: Arrow) -> None:
        side = self.cells[arrow.source][1] or self.cells[arrow.dest][1]
        x = self._x(self.cells[arrow.source][0], side, arrow)
        ends = (x, self._edge(arrow.source, side)), (x, self._edge(arrow.dest, side))
        self.layout.lines.append(Line(ends, self._words(arrow)))
        outer = next(name for name in (arrow.source, arrow.dest) if self.cells[name][1] != MIDDLE)
        for number, words in enumerate(arrow.labels):
            start = LINE + 6 if side == UP else -11 - (len(words) - 1) * (LINE - 1)
            at = (x + 9.5 + number * LINE, self._edge(outer, side) + start)
            self.layout.labels.append(Label(at, words, upright=True))

    def _draw_bus(self, side: int, dest: str, bus: list[Arrow]) -> None:
        lane = self._lane(side, dest)
        goal = self._x(self.cells[dest][0], side, dest)
        stubs = {arrow: self._x(self.cells[arrow.source][0], side, (dest, arrow.labels)) for arrow in bus}
        ends = {min([goal, *stubs.values()]), max([goal, *stubs.values()])}
        for arrow, x in stubs.items():
            points: tuple[Point, ...] = ((x, self._edge(arrow.source, side)), (x, lane))
            through = x in ends
            if through:
                points = (*points, (goal, lane), (goal, self._edge(dest, side)))
            self.layout.lines.append(Line(points, self._words(arrow), joins=not through))
        self._label_bus(side, dest, stubs, lane)

    def _label_bus(self, side: int, dest: str, stubs: dict[Arrow, float], lane: float) -> None:
        goal = self.cells[dest][0]
        written: dict[int, list[str]] = defaultdict(list)
        for arrow in stubs:
            column = self.cells[arrow.source][0]
            written[column] += [words for words in arrow.labels if words not in written[column]]
        for column, words in written.items():
            toward = RIGHT if goal > column else LEFT
            outermost = self.tracks[column, side][-1 if toward == RIGHT else 0]
            x = self._x(column, side, outermost) + 5 * toward
            anchor = "start" if toward == RIGHT else "end"
            self.layout.labels.append(Label((x, lane - 5), words[0], anchor))
            if below := "、".join(words[1:]):
                self.layout.labels.append(Label((x, lane + LINE), below, anchor))

    def _draw_fan(self, words: str, dest: str) -> None:
        x, y = self.layout.centres[dest]
        edge = x - BOX_WIDTH / 2
        self.layout.lines.append(Line(((edge - STUB, y), (edge, y)), f"任何环节：{words}", "fan"))
        self.layout.labels.append(Label((edge - STUB / 2, y - 6), words))
        self.layout.labels.append(Label((edge - STUB / 2, y + LINE + 2), "从任何环节"))

    def _draw_way_back(self, words: str, source: str) -> None:
        x, y = self.layout.centres[source]
        edge = y + BOX_HEIGHT / 2
        self.layout.lines.append(Line(((x, edge), (x, edge + LANE)), f"{words}：回到原来的环节", "fan"))
        self.layout.labels.append(Label((x + 8, edge + LANE - 10), f"{words}，回到原环节", "start"))
        self.layout.height = max(self.layout.height, edge + LANE + MARGIN)

    def _words(self, arrow: Arrow) -> str:
        source, dest = self.process.state(arrow.source), self.process.state(arrow.dest)
        return f"{source.label} → {dest.label}：{'、'.join(arrow.labels)}"


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _leaning(column: int, goal: int, level: int) -> tuple[int, int]:
    """How to order the vertical lines of a box so that those going the same way do not cross."""
    return (LEFT, level) if goal < column else (RIGHT, -level)


def _folded(words: str) -> tuple[str, ...]:
    """At most three characters fit on a line between two boxes."""
    middle = (len(words) + 1) // 2
    return (words,) if len(words) <= 3 else (words[:middle], words[middle:])


def lay_out(process: Process) -> Layout:
    """The places of all boxes, lines and words of a table's diagram."""
    return _Router(process).draw()
