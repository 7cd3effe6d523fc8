"""The glossary: one word for each idea, and the words are those of the rule book."""

import re
from collections import Counter
from pathlib import Path

from workflows.problem import PROBLEM
from workflows.roles import LABELS, Role

GLOSSARY = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.split("|")[1:-1]) for line in GLOSSARY.splitlines() if line.startswith("| ")
]
WORDS = [row for row in ROWS if row[0] != "official Chinese" and not row[0].startswith("---")]


def test_every_row_has_the_official_word_the_name_in_the_code_and_a_meaning() -> None:
    assert all(len(row) == 3 and all(row) for row in WORDS)


def test_no_word_is_explained_twice() -> None:
    assert [word for word, times in Counter(row[0] for row in WORDS).items() if times > 1] == []


def test_every_role_is_there_under_its_official_word() -> None:
    for role in Role:
        assert any(f"`{role.name}`" == row[1] and LABELS[role] in row[0] for row in WORDS), role


def code_names() -> set[str]:
    return {name for _, code, _ in WORDS for name in re.findall(r"`(\w+)`", code)}


def test_every_state_stands_under_its_label() -> None:
    for state in PROBLEM.states:
        assert any(f"`{state.name}`" == code and word.split("（")[0] == state.label for word, code, _ in WORDS), state


def test_no_action_clock_or_lamp_is_missing() -> None:
    assert {action.name for action in PROBLEM.actions} <= code_names()
    assert {clock.name for clock in PROBLEM.clocks} <= code_names()
    assert {"green", "yellow", "red", "purple", "grey", "blue"} <= code_names()


def test_every_clock_stands_under_its_label() -> None:
    clocks = GLOSSARY.split("### The clocks")[1].split("### The lamps")[0]
    for clock in PROBLEM.clocks:
        assert re.search(rf"^\| {clock.label}(（时限）)? \| `{clock.name}` \|", clocks, re.MULTILINE), clock.name


def test_the_verbs_it_names_are_those_of_the_table() -> None:
    verbs = {action.name: action.label for action in PROBLEM.actions}
    for chinese, code, _ in WORDS:
        for name in set(re.findall(r"`(\w+)`", code)) & set(verbs):
            assert any(part in verbs[name] or verbs[name] in part for part in re.split(r" / |（", chinese)), name
