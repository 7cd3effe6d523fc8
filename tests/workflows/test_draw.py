"""The table drawn: the picture, the Mermaid text, the page, the JSON; all say what the table says, nothing else."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from workflows.draw import as_json, limit_in_words, mermaid, page, svg
from workflows.layout import BOX_HEIGHT, BOX_WIDTH, DOWN, MIDDLE, UP, lay_out, places
from workflows.problem import PROBLEM
from workflows.roles import Role
from workflows.terms import NEW, ORIGIN, SELF, Action, Limit, Move, Phase, Process, State, Unit
from workflows.ways import arrows, main_way

SVG = "{http://www.w3.org/2000/svg}"
STATES = {state.name for state in PROBLEM.states}
DRAWN = lay_out(PROBLEM)


def picture(lit: str | None = None) -> ElementTree.Element:
    return ElementTree.fromstring(svg(PROBLEM, lit))


def words_in(element: ElementTree.Element) -> str:
    return "".join(element.itertext())


def changes_of_state() -> Iterator[tuple[str, str, str]]:
    """Every arrow of the table that is one, written out independently: source, goal, action."""
    for action in PROBLEM.actions:
        for move in action.moves:
            everywhere = len(move.sources) >= len(PROBLEM.names_in(Phase.OPEN)) - 1
            if move.dest in (SELF, ORIGIN) or everywhere:
                continue
            for source in move.sources:
                if source not in (NEW, move.dest):
                    yield source, move.dest, action.name


# -- The ways ----------------------------------------------------------------------------------------------------------


def test_the_main_way_is_the_ordinary_one() -> None:
    assert main_way(PROBLEM) == (
        "draft", "reported", "assigned", "handling", "reviewing", "evaluating", "closing", "closed",
    )  # fmt: skip


def test_every_change_of_state_is_an_arrow_and_no_other_is() -> None:
    assert {(each.source, each.dest) for each in arrows(PROBLEM)} == {(a, b) for a, b, _ in changes_of_state()}


def test_an_arrow_bears_the_verb_and_a_further_branch_its_condition() -> None:
    labels = {(each.source, each.dest): each.labels for each in arrows(PROBLEM)}
    assert labels["assigned", "handling"] == ("签收",)
    assert labels["objected", "assigned"] == ("交办", "维持交办")
    assert labels["evaluating", "closing"] == ("企业评价", "回访登记")
    assert labels["evaluating", "handling"] == ("不满意",)
    assert labels["evaluating", "elevated"] == ("2 轮不满意",)
    assert labels["closing", "handling"] == ("不予销号",)


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
    assert len(boxes) == len(STATES)
    assert any("办理中" in box and "承办人" in box for box in boxes)
    assert all(any(state.label in box for box in boxes) for state in PROBLEM.states)


def test_every_arrow_is_a_line_that_names_both_ends_and_the_verbs() -> None:
    titles = [words_in(each) for each in picture().iter(f"{SVG}title")]
    for arrow in arrows(PROBLEM):
        ends = f"{PROBLEM.state(arrow.source).label} → {PROBLEM.state(arrow.dest).label}"
        assert titles.count(f"{ends}：{'、'.join(arrow.labels)}") == 1


@pytest.mark.parametrize("state", sorted(STATES))
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


# -- Mermaid -----------------------------------------------------------------------------------------------------------


def test_mermaid_names_every_state_and_every_arrow_once() -> None:
    lines = mermaid(PROBLEM).splitlines()
    assert lines[0] == "stateDiagram-v2"
    for state in PROBLEM.states:
        assert lines.count(f'    state "{state.label}" as {state.name}') == 1
    for arrow in arrows(PROBLEM):
        assert lines.count(f"    {arrow.source} --> {arrow.dest}: {'、'.join(arrow.labels)}") == 1
    assert sum("-->" in line for line in lines) == len(arrows(PROBLEM)) + 1 + len(PROBLEM.names_in(Phase.CLOSED))
    assert "        任何未办结的环节：撤回" in lines
    assert "        驳回撤回：回到原来的环节" in lines


# -- The page ----------------------------------------------------------------------------------------------------------


def section(name: str) -> str:
    found = re.search(rf"### [^\n]*（`{name}`）\n(.*?)(?=\n### |\n## )", page(PROBLEM), re.DOTALL)
    assert found, name
    return found[1]


def test_the_page_kept_in_the_repository_is_the_one_drawn_now() -> None:
    kept = Path(__file__).parents[2] / "docs" / "lifecycle.md"
    assert kept.read_text(encoding="utf-8") == page(PROBLEM), "run `make docs`"


def test_the_page_has_every_state_action_clock_and_milestone() -> None:
    drawn = page(PROBLEM)
    names = [*STATES, *(clock.name for clock in PROBLEM.clocks)]
    names += [mark.name for clock in PROBLEM.clocks for mark in clock.milestones]
    assert all(f"| `{name}` |" in drawn for name in names)
    assert [f"（`{action.name}`）" in drawn for action in PROBLEM.actions] == [True] * len(PROBLEM.actions)
    assert mermaid(PROBLEM) in drawn


def test_every_table_of_the_page_is_rectangular() -> None:
    for block in re.findall(r"(?:^\|.*\n)+", page(PROBLEM), re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1


def test_an_action_says_who_what_where_and_whom() -> None:
    assert section("object").strip().splitlines() == [
        "- 谁办：组长",
        "- 走法：待签收 → 退单待裁",
        "- 条件：这个问题已经退过一次单，裁定后不能再退",
        "- 条件：签收时限已过，不能再退单；如确不属本组职责，请与调度室联系改派",
        "- 填写：原因、依据、建议责任组",
        "- 告知：当前责任人、调度室主任（`objected`，立即）",
    ]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("report", "- 走法：新建、草稿 → 待受理"),
        ("respond", "- 走法：办理中 → 不变"),
        ("respond", "- 停止“首次反馈”时限"),
        ("respond", "- 办过的人不能再回访、销号（回避）"),
        ("progress", "- “复核”时限重新开始"),
        ("progress", "下次复核日期？（仅挂账、已报上级）"),
        ("withdraw", "- 走法：任何未办结的环节 → 撤回待核实"),
        ("reject_withdrawal", "- 走法：撤回待核实 → 原来的环节"),
        ("evaluate", "- 走法：待企业评价、待回访 → 办理中（不满意），进入下一轮"),
        ("call_back", "企业满意吗（仅联系上了吗＝是）"),
        ("reopen", "- 谁办：企业（销号已超过 30 天，不能自行重启；请联系包保干部或调度室）、调度员、督查员"),
        ("comment", "- 告知：当前责任人、承办人（`commented`，随每日摘要）"),
    ],
)
def test_the_page_says(name: str, sentence: str) -> None:
    assert sentence in section(name)


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        ("accept", "1 个工作日"),
        ("respond", "紧急 1 小时；其他 3 个工作日"),
        ("handle", "一般 7 个工作日；复杂 20 个工作日；重大 30 个工作日；再次办理 5 个工作日"),
        ("review_date", "自定日期，最长 30 天"),
    ],
)
def test_limits_in_words(clock: str, words: str) -> None:
    assert limit_in_words(PROBLEM, PROBLEM.clock(clock)) == words


def test_a_limit_in_natural_days_is_in_days() -> None:
    clock = replace(PROBLEM.clock("accept"), limit=Limit(30, Unit.NATURAL_DAYS))
    assert limit_in_words(PROBLEM, clock) == "30 天"


# -- JSON --------------------------------------------------------------------------------------------------------------


def test_the_json_holds_the_whole_table_in_plain_types() -> None:
    found = json.loads(json.dumps(as_json(PROBLEM), ensure_ascii=False))
    assert [each["name"] for each in found["states"]] == [state.name for state in PROBLEM.states]
    assert [each["name"] for each in found["actions"]] == [action.name for action in PROBLEM.actions]
    assert [each["name"] for each in found["clocks"]] == [clock.name for clock in PROBLEM.clocks]
    objecting = next(each for each in found["actions"] if each["name"] == "object")
    assert objecting["by"] == ["group_lead"]
    assert [need["name"] for need in objecting["needs"]] == ["not_objected_before", "before_sign_due"]
    assert objecting["moves"][0]["sources"] == ["assigned"]
    handle = next(each for each in found["clocks"] if each["name"] == "handle")
    assert handle["limit"]["limits"]["complex"] == {"amount": 20, "unit": "working_days"}
    assert found["roles"]["enterprise"] == "企业"


def test_a_clock_that_reminds_nobody_has_no_ladder_on_the_page() -> None:
    silent = tuple(replace(clock, milestones=()) for clock in PROBLEM.clocks)
    assert "| 节点 |" not in page(replace(PROBLEM, clocks=silent))
