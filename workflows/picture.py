"""A layout as SVG that needs neither the internet nor a style sheet: presentation attributes only, no ids."""

from xml.sax.saxutils import escape

from workflows.layout import BOX_HEIGHT, BOX_WIDTH, LINE, MARGIN, Label, Layout, Line, Point, lay_out
from workflows.roles import LABELS
from workflows.terms import Phase, Process, State
from workflows.ways import main_way, standing

FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Han Sans SC, sans-serif"
INK, QUIET, LINE_COLOUR, PAPER, BLUE, MUTED = "#1f2328", "#57606a", "#8c959f", "#ffffff", "#1257a6", "#f0f2f5"
SMALL, PLAIN = 13, 15
STROKES = {
    "main": f'stroke="{BLUE}" stroke-width="2"',
    "side": f'stroke="{LINE_COLOUR}" stroke-width="1.25"',
    "fan": f'stroke="{LINE_COLOUR}" stroke-width="1.25" stroke-dasharray="5 4"',
}
NOTE_LINE = 24


def svg(process: Process, lit: str | None = None) -> str:
    """The diagram of a table; the state named ``lit`` stands out."""
    layout = lay_out(process)
    notes = _notes(process)
    height = layout.height + NOTE_LINE * len(notes)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lifecycle" role="img" width="{layout.width:g}"'
        f' height="{height:g}" viewBox="0 0 {layout.width:g} {height:g}" font-family="{FONT}" font-size="{SMALL}">',
        f"<title>{escape(process.label)}流程图</title>",
        f"<desc>{escape(_description(process, lit))}</desc>",
        *(_line(each) for each in sorted(layout.lines, key=lambda line: line.kind == "main")),
        *(_box(state, layout, lit) for state in process.states if state.drawn),
        *(_label(each) for each in layout.labels),
        *(_note(words, layout.height + NOTE_LINE * number) for number, words in enumerate(notes)),
        "</svg>",
    ]
    return "\n".join(parts)


def _description(process: Process, lit: str | None) -> str:
    way = " → ".join(process.state(name).label for name in main_way(process))
    here = next((f"当前环节：{state.label}。" for state in process.states if state.name == lit), "")
    return f"{here}主线：{way}。上方是办理中的其他环节，下方是其他结果。"


def _notes(process: Process) -> list[str]:
    inside, anywhere = standing(process, anywhere=False), standing(process, anywhere=True)
    sentences = {"不改变环节的登记：": inside, "任何未办结的环节都可以：": anywhere}
    return [start + "、".join(verbs) for start, verbs in sentences.items() if verbs]


def _note(words: str, y: float) -> str:
    return f'<text x="{MARGIN}" y="{y + LINE:g}" fill="{QUIET}">{escape(words)}</text>'


# -- Boxes -------------------------------------------------------------------------------------------------------------


def _box(state: State, layout: Layout, lit: str | None) -> str:
    x, y = layout.centres[state.name]
    here = state.name == lit
    turn = LABELS[state.turn[0]] if state.turn else ""
    second = "当前环节" if here else turn
    title = f"{state.label}（{'当前环节' if here else '轮到' + turn if turn else '已结束'}）"
    return (
        f'<g class="lifecycle-state{" is-lit" if here else ""}"><title>{escape(title)}</title>'
        f'<rect x="{x - BOX_WIDTH / 2:g}" y="{y - BOX_HEIGHT / 2:g}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}"'
        f' rx="6" {_paint(state, here=here)}/>'
        f"{_line_of_box(state.label, x, y + (-3 if second else 5), _ink(INK, here=here), PLAIN, bold=True)}"
        f"{_line_of_box(second, x, y + 16, _ink(QUIET, here=here), SMALL, bold=False) if second else ''}</g>"
    )


def _paint(state: State, *, here: bool) -> str:
    if here:
        return f'fill="{BLUE}" stroke="{BLUE}" stroke-width="2"'
    dashes = ' stroke-dasharray="5 4"' if state.phase is Phase.START else ""
    fill = MUTED if state.phase is Phase.CLOSED else PAPER
    return f'fill="{fill}" stroke="{QUIET}" stroke-width="1.25"{dashes}'


def _ink(colour: str, *, here: bool) -> str:
    return PAPER if here else colour


def _line_of_box(words: str, x: float, y: float, colour: str, size: int, *, bold: bool) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="middle" font-size="{size}"{weight} fill="{colour}">'
        f"{escape(words)}</text>"
    )


# -- Lines -------------------------------------------------------------------------------------------------------------


def _line(line: Line) -> str:
    points = " ".join(f"{x:g},{y:g}" for x, y in line.points)
    colour = BLUE if line.kind == "main" else LINE_COLOUR
    end = _joint(line.points[-1]) if line.joins else _head(line.points[-2], line.points[-1], colour)
    return (
        f"<g><title>{escape(line.words)}</title>"
        f'<polyline points="{points}" fill="none" stroke-linejoin="round" {STROKES[line.kind]}/>{end}</g>'
    )


def _joint(at: Point) -> str:
    return f'<circle cx="{at[0]:g}" cy="{at[1]:g}" r="2.5" fill="{LINE_COLOUR}"/>'


def _head(start: Point, end: Point, colour: str) -> str:
    x, y = end
    along_x, along_y = _sign(x - start[0]), _sign(y - start[1])
    back_x, back_y = x - 8 * along_x, y - 8 * along_y
    corners = ((x, y), (back_x - 4 * along_y, back_y - 4 * along_x), (back_x + 4 * along_y, back_y + 4 * along_x))
    return f'<polygon points="{" ".join(f"{a:g},{b:g}" for a, b in corners)}" fill="{colour}"/>'


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def _label(label: Label) -> str:
    x, y = label.at
    start = f'<text y="{y:g}" text-anchor="{label.anchor}" fill="{QUIET}" stroke="{PAPER}" stroke-width="4"'
    look = f'{start} stroke-linejoin="round" paint-order="stroke" x="{x:g}">'
    if not label.upright:
        return f"{look}{escape(label.words)}</text>"
    letters = "".join(
        f'<tspan x="{x:g}" dy="{LINE - 1 if number else 0}">{escape(letter)}</tspan>'
        for number, letter in enumerate(label.words)
    )
    return f"{look}{letters}</text>"
