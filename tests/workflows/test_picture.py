"""The table as a picture: what it says, that it needs nothing from outside, and that nothing lies over anything."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest

from workflows.draw import page, svg
from workflows.layout import BOX_HEIGHT, BOX_WIDTH, DOWN, MIDDLE, UP, lay_out, places
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import NEW, Action, Move, Phase, Process, State
from workflows.ways import arrows, main_way

SVG = "{http://www.w3.org/2000/svg}"
STATES = {state.name for state in PROBLEM.states}
DRAWN_STATES = {state.name for state in PROBLEM.states if state.drawn}
DRAWN = lay_out(PROBLEM)


def picture(lit: str | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(svg(PROBLEM, lit))


def words_in(element: ElementTree.Element) -> str:
    return "".join(element.itertext())


# -- The picture -------------------------------------------------------------------------------------------------------


def test_the_picture_obeys_a_strict_content_policy_and_needs_nothing_from_outside() -> None:
    drawn = svg(PROBLEM, "handling")
    assert not re.search(r"<style|style=|<script|href|url\(|\son\w+=|@import|\sid=", drawn)
    assert set(re.findall(r"https?://[^\"]+", drawn)) == {"http://www.w3.org/2000/svg"}


def test_the_picture_says_what_it_is_to_those_who_cannot_see_it() -> None:
    root = picture("handling")
    assert root.get("role") == "img"
    assert [child.tag for child in root[:2]] == [f"{SVG}title", f"{SVG}desc"]
    assert "企业问题办理" in words_in(root[0])
    assert "当前环节：办理中" in words_in(root[1])
    assert "草稿 → 待受理 → 待签收 → 办理中 → 待组长审核 → 待企业评价 → 待销号 → 已销号" in words_in(root[1])


def test_every_state_is_a_box_with_its_name_and_whose_turn_it_is() -> None:
    boxes = [words_in(each) for each in picture().iter(f"{SVG}g") if "lifecycle-state" in each.get("class", "")]
    assert len(boxes) == len(DRAWN_STATES)
    assert any("办理中" in box and "承办人" in box for box in boxes)
    assert all(any(PROBLEM.state(name).label in box for box in boxes) for name in DRAWN_STATES)


def test_every_arrow_is_a_line_that_names_both_ends_and_the_verbs() -> None:
    titles = [words_in(each) for each in picture().iter(f"{SVG}title")]
    for arrow in arrows(PROBLEM):
        ends = f"{PROBLEM.state(arrow.source).label} → {PROBLEM.state(arrow.dest).label}"
        assert titles.count(f"{ends}：{'、'.join(arrow.labels)}") == 1


def test_only_the_end_of_what_never_began_has_no_box() -> None:
    assert {"not_moved_in"} == STATES - DRAWN_STATES


@pytest.mark.parametrize("state", sorted(DRAWN_STATES))
def test_exactly_the_lit_state_stands_out_and_says_so(state: str) -> None:
    lit = [each for each in picture(state).iter(f"{SVG}g") if each.get("class") == "lifecycle-state is-lit"]
    assert len(lit) == 1
    assert PROBLEM.state(state).label in words_in(lit[0])
    assert "当前环节" in words_in(lit[0])


@pytest.mark.parametrize("lit", [None, NEW, "nowhere"])
def test_without_a_known_state_nothing_is_lit(lit: str | None) -> None:
    assert "当前环节" not in svg(PROBLEM, lit)


def test_what_is_possible_everywhere_stands_in_a_note() -> None:
    drawn = words_in(picture())
    assert "任何未办结的环节都可以：批示、催办、留言、附件" in drawn
    assert "不改变环节的登记：首次反馈、登记进展、转交承办人" in drawn
    assert "驳回撤回，回到原环节" in drawn
    assert "从任何环节" in drawn


def test_no_words_are_smaller_than_thirteen_pixels() -> None:
    sizes = [int(each.get("font-size", 13)) for each in picture().iter()]
    assert min(sizes) >= 13


# -- The layout --------------------------------------------------------------------------------------------------------


def test_the_picture_fits_a_page() -> None:
    assert DRAWN.width <= 1100
    assert DRAWN.height <= 640


def test_no_two_boxes_touch() -> None:
    for (x, y), (other_x, other_y) in combinations(DRAWN.centres.values(), 2):
        assert abs(x - other_x) > BOX_WIDTH or abs(y - other_y) > BOX_HEIGHT


def test_no_line_runs_through_a_box_and_all_are_straight_and_on_the_sheet() -> None:
    for line in DRAWN.lines:
        for (x, y), (to_x, to_y) in pairwise(line.points):
            assert x == to_x or y == to_y
            assert 0 <= min(x, to_x) <= max(x, to_x) <= DRAWN.width
            assert 0 <= min(y, to_y) <= max(y, to_y) <= DRAWN.height
            for box_x, box_y in DRAWN.centres.values():
                beside = max(x, to_x) <= box_x - BOX_WIDTH / 2 or min(x, to_x) >= box_x + BOX_WIDTH / 2
                apart = max(y, to_y) <= box_y - BOX_HEIGHT / 2 or min(y, to_y) >= box_y + BOX_HEIGHT / 2
                assert beside or apart, line.words


def test_no_two_labels_lie_over_each_other() -> None:
    for (one, box), (other, other_box) in combinations(_label_boxes(), 2):
        apart = any(box[i] >= other_box[i + 2] or other_box[i] >= box[i + 2] for i in (0, 1))
        assert apart, (one, other)


def _label_boxes() -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    for label in DRAWN.labels:
        x, y = label.at
        width = 13 if label.upright else sum(13 if ord(letter) > 0x2000 else 7 for letter in label.words)
        left = {"start": x, "middle": x - width / 2, "end": x - width}[label.anchor]
        height = 14 * len(label.words) if label.upright else 13
        top = y - 11
        yield label.words, (left, top, left + width, top + height)


def test_two_lines_share_no_stretch_unless_they_lead_to_the_same_box() -> None:
    stretches = [(line, part) for line in DRAWN.lines for part in pairwise(line.points)]
    for (line, one), (other, two) in combinations(stretches, 2):
        if line.words.split("：")[0].split(" → ")[-1] != other.words.split("：")[0].split(" → ")[-1]:
            assert not _overlap(one, two), (line.words, other.words)


def _overlap(one: tuple[tuple[float, float], ...], two: tuple[tuple[float, float], ...]) -> bool:
    for axis in (0, 1):
        if one[0][axis] == one[1][axis] == two[0][axis] == two[1][axis]:
            (low, high), (start, end) = (sorted(point[1 - axis] for point in part) for part in (one, two))
            return low < end and start < high
    return False


def test_open_side_states_stand_above_and_ends_below() -> None:
    rows = {name: row for name, (_, row) in places(PROBLEM).items()}
    assert {name for name, row in rows.items() if row == MIDDLE} == set(main_way(PROBLEM))
    assert all(rows[name] == UP for name in ("returned", "objected", "elevated", "referred", "calling_back"))
    assert all(rows[name] == DOWN for name in PROBLEM.names_in(Phase.CLOSED) if name != "closed")


# -- Other tables ------------------------------------------------------------------------------------------------------


def small_table(*more: Action) -> Process:
    states = (
        State("asked", "待批准", Phase.OPEN, (Role.DISPATCH_LEAD,)),
        State("granted", "已批准", Phase.CLOSED),
        State("refused", "不批准", Phase.CLOSED),
        State("lost", "走失", Phase.CLOSED),
    )
    grant = Action("grant", "批准", (Move(("asked",), "granted"),), (Role.DISPATCH_LEAD,))
    refuse = Action("refuse", "不批", (Move(("asked",), "refused"),), (Role.DISPATCH_LEAD,))
    return Process("request", "申请", states, (grant, refuse, *more), ())


def test_a_small_table_is_drawn_without_side_lanes() -> None:
    table = small_table()
    ElementTree.fromstring(svg(table, "asked"))
    assert main_way(table) == ("asked", "granted")
    assert {label.words for label in lay_out(table).labels} == {"批准", "不批"}
    assert "不批准" in page(table)


def test_a_table_without_an_end_is_drawn_as_far_as_it_goes() -> None:
    table = replace(small_table(), actions=())
    assert main_way(table) == ("asked",)
    ElementTree.fromstring(svg(table))
