"""The score a customer gave beside their words: evidence where words leave room, a conflict where they do not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.analysers.sentiment.given_score import (
    FAR,
    FEW_WORDS,
    as_given,
    conflict_of,
    drawn,
    given_score,
    is_ironic,
)
from voc.records import Analysis, Channel, Interaction, Sentiment
from voc.signals import kind

WARM = Sentiment.of({"negative": 0.02, "neutral": 0.03, "positive": 0.95})
COLD = Sentiment.of({"negative": 0.95, "neutral": 0.03, "positive": 0.02})
TORN = Sentiment.of({"negative": 0.45, "neutral": 0.35, "positive": 0.20})
FLAT = Sentiment.of({"negative": 0.1, "neutral": 0.8, "positive": 0.1})


def scored(**given: Any) -> Interaction:
    return Interaction(id="i1", channel=Channel.SURVEY, source="x.csv:1", content_hash="h", text="ok", **given)


@pytest.mark.parametrize(
    ("given", "position"),
    [
        ({"rating": 1.0}, -1),
        ({"rating": 3.0}, 0),
        ({"rating": 5.0}, 1),
        ({"nps": 0}, -1),
        ({"nps": 6}, -0.25),
        ({"nps": 7}, 0),
        ({"nps": 9}, 0.75),
        ({"nps": 10}, 1),
        ({"csat": 4.0, "attributes": {"csat_scale": "5"}}, 0.5),
        ({"csat": 10.0, "attributes": {"csat_scale": "10"}}, 1),
        ({"csat": 0.0, "attributes": {"csat_scale": "1"}}, -1),
    ],
)
def test_a_score_has_its_place_between_worst_and_best(given: dict[str, Any], position: float) -> None:
    found = given_score(scored(**given))
    assert found is not None
    assert found[-1] == pytest.approx(position)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"csat": 4.0},  # out of what is not known
        {"csat": 4.0, "attributes": {"csat_scale": "many"}},
        {"csat": 40.0, "attributes": {"csat_scale": "5"}},
        {"rating": 0.0},
    ],
)
def test_a_score_that_cannot_be_placed_says_nothing(given: dict[str, Any]) -> None:
    assert given_score(scored(**given)) is None


def test_what_is_about_this_contact_comes_before_what_is_about_the_brand() -> None:
    found = given_score(scored(rating=2.0, nps=10))
    assert found is not None
    assert found[0] == "rating"


def test_plain_words_are_never_overruled() -> None:
    assert drawn(COLD, 1.0, n_words=30) is COLD
    assert drawn(COLD, 1.0, n_words=1) is COLD
    assert drawn(WARM, -1.0, n_words=30) is WARM


def test_words_that_leave_room_are_drawn_towards_the_score() -> None:
    assert TORN.label == "negative"
    assert drawn(TORN, 1.0, n_words=12).label != "negative"
    assert drawn(TORN, -1.0, n_words=12).score < TORN.score
    assert drawn(FLAT, 1.0, n_words=2).label == "positive"
    assert drawn(FLAT, -1.0, n_words=2).label == "negative"


@given(st.tuples(*[st.floats(0.01, 1)] * 3), st.floats(-1, 1), st.integers(1, 50))
def test_a_score_never_pushes_the_other_way(p: tuple[float, float, float], position: float, n_words: int) -> None:
    total = sum(p)
    words = Sentiment.of({"negative": p[0] / total, "neutral": p[1] / total, "positive": p[2] / total})
    found = drawn(words, position, n_words=n_words)
    assert (found.score - words.score) * position >= -1e-6
    assert drawn(words, 0.0, n_words=n_words) is words


def test_a_word_of_praise_under_the_worst_score_is_no_praise() -> None:
    assert is_ironic(WARM, -1.0, n_words=1)
    assert not is_ironic(WARM, 1.0, n_words=1)
    assert not is_ironic(WARM, -1.0, n_words=FEW_WORDS + 1)
    assert not is_ironic(COLD, -1.0, n_words=1)


def test_a_conflict_needs_plain_words_and_a_plain_verdict() -> None:
    assert conflict_of(WARM, -FAR) == "praise_low_score"
    assert conflict_of(COLD, FAR) == "blame_high_score"
    assert conflict_of(TORN, 1.0) is None
    assert conflict_of(WARM, 0.0) is None
    assert conflict_of(COLD, -1.0) is None


def test_a_conflict_is_a_signal_with_a_filter_of_its_own() -> None:
    found = as_given(("nps", 0.0, 10, -1.0), WARM)
    assert found is not None
    assert (found.words, found.conflict) == (WARM.score, "praise_low_score")
    analysis = Analysis(id="i1", channel=Channel.SURVEY, source="x.csv:1", given_score=found)
    (signal,) = kind("score_conflict").signals(analysis)
    assert (signal.label, signal.value) == ("praise_low_score", WARM.score)
    kind("score_conflict").check_filter("any")
    agreed = analysis.model_copy(update={"given_score": as_given(("nps", 10.0, 10, 1.0), WARM)})
    assert kind("score_conflict").signals(agreed) == []
