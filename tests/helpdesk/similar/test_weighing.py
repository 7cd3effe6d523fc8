"""How alike two texts are, which words say so, and which group they speak for."""

import pytest

from helpdesk.similar.suggesting import FEWEST_LEARNED, Learned, advice
from helpdesk.similar.weighing import Weights, likeness, pairs_of, telling_words, words_of

RARE = Weights(1000, {"企业": 900, "希望": 300, "变压": 5, "压器": 5, "停电": 10})


def test_what_stands_everywhere_says_nothing() -> None:
    assert likeness(pairs_of("企业，希望"), pairs_of("企业，希望"), RARE) == 0
    assert likeness(pairs_of("企业变压器"), pairs_of("变压器"), RARE) > 0.7
    assert likeness(pairs_of("变压器"), pairs_of("道路"), RARE) == 0


@pytest.mark.parametrize("weights", [Weights(), RARE])
def test_a_text_is_wholly_like_itself_and_likeness_has_no_direction(weights: Weights) -> None:
    some, other = pairs_of("变压器容量不足经常停电"), pairs_of("车间停电，变压器老化")
    assert likeness(some, some, weights) == pytest.approx(1)
    assert likeness(some, other, weights) == pytest.approx(likeness(other, some, weights))
    assert 0 < likeness(some, other, weights) < 1


def test_numbers_alone_do_not_make_texts_alike() -> None:
    assert pairs_of("2026 13800000000") == set()
    assert pairs_of("ＡＢ栋") == pairs_of("ab栋")


def test_shared_pairs_are_told_as_words() -> None:
    shared = pairs_of("变压器容量") & pairs_of("老变压器")
    assert words_of("变压器容量", shared) == ["变压器"]
    words = telling_words(("车间变压器停电", "变压器"), pairs_of("变压器") | pairs_of("停电"), RARE, most=3)
    assert words == ["变压器停电"] or words == ["变压器", "停电"]
    assert telling_words(("停电和变压器",), pairs_of("变压器") | pairs_of("停电"), RARE, most=1) == ["变压器"]


def learned(power: int, labour: int) -> Learned:
    """Two groups: 1 has what speaks of transformers, 2 what speaks of workers."""
    counts = {pair: {1: power} for pair in pairs_of("变压器停电")} | {
        pair: {2: labour} for pair in pairs_of("缺少工人")
    }
    return Learned({1: power, 2: labour}, counts)


def test_words_speak_for_the_group_that_had_them() -> None:
    found = advice(pairs_of("变压器停电"), learned(20, 20))
    assert found is not None
    assert (found.unit_id, set(found.pairs)) == (1, pairs_of("变压器停电"))


@pytest.mark.parametrize(
    ("text", "power", "labour"),
    [
        ("变压器停电", 5, 5),  # too little is known
        ("从没有人写过", 20, 20),  # unknown words
        ("变压器、停电，缺少工人", 20, 20),  # both groups
        ("变压", 20, 20),  # one word is no evidence
    ],
)
def test_nothing_is_said_where_it_is_unclear(text: str, power: int, labour: int) -> None:
    assert FEWEST_LEARNED > 10
    assert advice(pairs_of(text), learned(power, labour)) is None
