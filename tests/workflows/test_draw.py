"""The table drawn: its ways, the Mermaid text, the page, the JSON; all say what the table says, nothing else."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from workflows.book import PROCESSES
from workflows.draw import as_json, limit_in_words, mermaid, page
from workflows.problem import PROBLEM
from workflows.terms import NEW, ORIGIN, SELF, Limit, Phase, Unit
from workflows.ways import arrows, main_way

STATES = {state.name for state in PROBLEM.states}


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
    found = re.search(rf"### [^\n]*（`{name}`）\n(.*?)(?=\n### |\n## )", page(*PROCESSES.values()), re.DOTALL)
    assert found, name
    return found[1]


def test_the_page_kept_in_the_repository_is_the_one_drawn_now() -> None:
    kept = Path(__file__).parents[2] / "docs" / "lifecycle.md"
    assert kept.read_text(encoding="utf-8") == page(*PROCESSES.values()), "run `make docs`"


def test_the_page_has_every_state_action_clock_and_milestone() -> None:
    drawn = page(*PROCESSES.values())
    names = [*STATES, *(clock.name for clock in PROBLEM.clocks)]
    names += [mark.name for clock in PROBLEM.clocks for mark in clock.milestones]
    assert all(f"| `{name}` |" in drawn for name in names)
    assert [f"（`{action.name}`）" in drawn for action in PROBLEM.actions] == [True] * len(PROBLEM.actions)
    assert mermaid(PROBLEM) in drawn


def test_every_table_of_the_page_is_rectangular() -> None:
    for block in re.findall(r"(?:^\|.*\n)+", page(*PROCESSES.values()), re.MULTILINE):
        assert len({line.count("|") for line in block.splitlines()}) == 1


def test_an_action_says_who_what_where_and_whom() -> None:
    assert section("object").strip().splitlines() == [
        "- 谁办：组长",
        "- 走法：待签收 → 退单待裁",
        "- 条件：这个问题已经退过一次单，裁定后不能再退",
        "- 条件：签收时限已过，不能再退单；如确不属本组职责，请与调度室联系改派",
        "- 填写：原因、依据、建议责任组",
        "- 告知：当前责任人、调度室主任（`objected`，立即）",
        "- 统计：退单",
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
