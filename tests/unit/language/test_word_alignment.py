"""How surely a stretch of a call was heard: by its weakest word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.language.word_alignment import heard_confidence
from voc.records import Turn, Word


def a_turn(said: list[tuple[str, float | None]], *, begin: int = 0, text: str | None = None) -> Turn:
    words = tuple(
        Word(text=word, begin_ms=n * 100, end_ms=n * 100 + 90, confidence=sure) for n, (word, sure) in enumerate(said)
    )
    text = " ".join(word for word, _ in said) if text is None else text
    return Turn(index=0, begin_ms=0, end_ms=900, begin=begin, end=begin + len(text), text=text, words=words)


NUMBER = [("le", 0.2), ("06", 0.9), ("12", 0.4), ("34", 0.8), ("merci", 0.1)]


def test_the_weakest_word_of_the_stretch_and_no_other_decides() -> None:
    turn = a_turn(NUMBER, begin=50)
    assert heard_confidence([turn], 53, 61) == 0.4
    assert heard_confidence([turn], 53, 55) == 0.9
    assert heard_confidence([turn], 0, 40) is None


def test_a_number_over_two_turns_is_as_sure_as_the_weaker() -> None:
    first, second = a_turn([("06", 0.9)]), a_turn([("12", 0.3)], begin=3)
    assert heard_confidence([first, second], 0, 5) == 0.3


@pytest.mark.parametrize("said", [[], [("06", None), ("12", None)]])
def test_without_confidences_nothing_is_known(said: list[tuple[str, float | None]]) -> None:
    assert heard_confidence([a_turn(said, text="06 12")], 0, 5) is None


def test_words_that_are_not_found_in_the_text_may_stand_there() -> None:
    turn = a_turn([("c'est", 0.95), ("zero", 0.2), ("six", 0.3)], text="c'est 06")
    assert heard_confidence([turn], 6, 8) == 0.2
    assert heard_confidence([turn], 0, 5) == 0.95


@given(st.data())
def test_a_word_heard_worse_never_makes_it_surer(data: st.DataObject) -> None:
    said = data.draw(
        st.lists(st.tuples(st.sampled_from(["06", "12", "34,", "un", "euh"]), st.none() | st.floats(0, 1)), min_size=1)
    )
    which = data.draw(st.integers(0, len(said) - 1))
    before = said[which][1]
    lower = None if before is None else data.draw(st.floats(0, before))
    worse = [*said[:which], (said[which][0], lower), *said[which + 1 :]]
    text = data.draw(st.sampled_from([None, "06 12 34, un", "06 12 34 56"]))
    end = len(a_turn(said, text=text).text)
    begin = data.draw(st.integers(0, end - 1))
    one, other = (heard_confidence([a_turn(each, text=text)], begin, end) for each in (said, worse))
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert other <= one
