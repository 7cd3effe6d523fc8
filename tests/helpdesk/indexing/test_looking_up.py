"""A word is found wherever it stands: on both databases the index says the same as a plain look at every text."""

import random

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from helpdesk.db import db
from helpdesk.indexing import commands
from helpdesk.indexing.models import IndexedText
from helpdesk.indexing.queries import holding
from helpdesk.indexing.tokens import normal, phrases, runs, tokens

LETTERS = "网络公路积水用电abAB019〔〕，。 \n"
TEXT = st.text(st.sampled_from(LETTERS), max_size=24)
WORD = st.text(st.sampled_from("网络公路积水用电abAB019"), min_size=1, max_size=5)
FEW = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def found(word: str) -> set[int]:
    return set(db.session.scalars(holding("problem", word)))


@FEW
@given(texts=st.lists(st.lists(TEXT, min_size=1, max_size=3), min_size=1, max_size=6), words=st.lists(WORD, min_size=3))
def test_a_word_is_found_in_any_position_and_nowhere_else(app: Flask, texts: list[list[str]], words: list[str]) -> None:
    with app.app_context():
        db.session.execute(delete(IndexedText))
        for key, parts in enumerate(texts, 1):
            for part in parts:
                commands.add("problem", key, [part])
        for word in words:
            plain = {key for key, parts in enumerate(texts, 1) if any(normal(word) in normal(part) for part in parts)}
            assert found(word) == plain, word
        db.session.rollback()


@pytest.mark.parametrize("word", ["络", "网络", "公路网", "2026", "〔2026〕", "uscc", "ＵＳＣＣ", "Ab1"])
def test_what_people_type(app: Flask, word: str) -> None:
    with app.app_context():
        commands.add("problem", 1, ["园区公路网络不通，〔2026〕0012", "USCC 代码 ab1"])
        commands.add("problem", 2, ["园区公交线路", "网 络", "络绎", "20 26"])
        assert 1 in found(word)
        assert (2 in found(word)) is (word == "络")


@pytest.mark.parametrize("word", ["", "，", "' OR 1=1", '"', "\x00", "*", ":*", "%", "_"])
def test_signs_are_no_words_and_do_no_harm(app: Flask, word: str) -> None:
    with app.app_context():
        commands.add("problem", 1, ["园区公路网络不通"])
        assert found(word) == set()


def test_texts_of_any_length_are_found_from_end_to_end(app: Flask) -> None:
    dice = random.Random(3)
    long = "".join(dice.choice("网络公路积水用电排污") for _ in range(3 * commands.LONGEST))
    with app.app_context():
        commands.add("problem", 1, [f"{long}末尾", *(f"第{n}句话" for n in range(3_000))])
        commands.add("problem", 1, ["后来又说"])
        for at in range(0, len(long) - 8, 397):
            assert found(long[at : at + 8]) == {1}, at
        for word in ("末尾", "第2999句", "后来又说", long[:6], long[-6:]):
            assert found(word) == {1}, word


def test_one_token_however_often_does_not_hide_what_follows(app: Flask) -> None:
    with app.app_context():
        commands.add("problem", 1, ["哈" * 5_000 + "网络不通"])
        for _ in range(60):
            commands.add("problem", 1, ["哈" * 9 + "嘿嘿公路"])
        for word in ("哈网络不通", "哈嘿嘿公", "哈哈哈"):
            assert found(word) == {1}, word


def test_pairs_overlap_and_the_last_character_stands_alone() -> None:
    assert list(runs("A1网络，路")) == ["a1网络", "路"]
    assert tokens(["网络通", "b"]) == ["网络", "络通", "通", "b"]
    assert phrases("网络通 a") == [["网络", "络通"], ["a"]]
