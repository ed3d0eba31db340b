"""A recording may change its language: at pauses, and only where that is sure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.records import Word
from voc.speech.code_switching import Passages, at_pauses
from voc.speech.languages import (
    CHANGE,
    Guess,
    changes,
    combine_log_odds,
    course,
    language_log_odds,
    pick_language,
    slices,
)
from voc.speech.turns import Utterance, by_language, in_turns
from voc.speech.voice_activity import Window
from voc.speech.window_transcript import SpokenWord, WindowTranscript

RATE = 16_000


def test_evidence_is_little_where_neither_language_is_believed() -> None:
    assert language_log_odds([("<|en|>", 0.95), ("<|fr|>", 0.01)], against="fr") > 2.5
    assert language_log_odds([("<|en|>", 0.01), ("<|fr|>", 0.95)], against="fr") < -2.5
    assert abs(language_log_odds([("<|cy|>", 0.9), ("<|en|>", 0.02), ("<|fr|>", 0.005)], against="fr")) < 0.3
    assert language_log_odds([("<|en|>", 0.2), ("<|fr|>", 0.7)], against="en") > 0
    # A stretch most likely in a third language once outweighed three that were plainly French.
    assert abs(language_log_odds([("<|la|>", 0.7), ("<|en|>", 0.1), ("<|fr|>", 0.02)], against="en")) < 0.1


def test_long_stretches_say_more_than_short_ones() -> None:
    assert combine_log_odds(1.0, 0.5) == 0.25
    assert combine_log_odds(1.0, 2.0) == 1.0
    assert combine_log_odds(-1.0, 20.0) == -2.0


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(0, 400)), max_size=8), st.integers(20, 120))
def test_slices_lie_in_the_window(parts: list[tuple[int, int]], size: int) -> None:
    stretches, at = [], 0
    for pause, length in parts:
        stretches.append((at + pause, at + pause + length))
        at += pause + length
    found = slices(stretches, length=at + 150, size=size)
    assert all(0 <= begin <= at + 150 - size for begin in found)
    for first, end in stretches:
        assert end - first < size or any(first <= begin + size / 2 <= end for begin in found)


def test_one_stretch_that_errs_changes_nothing() -> None:
    assert changes(5, {0: -1.0, 1: -0.4, 2: 2.7, 3: -0.6, 4: -1.0}) == [(0, 5, False)]


def test_a_passage_is_cut_out_at_its_pauses() -> None:
    said = {0: -1.0, 1: -0.4, 2: 3.0, 3: 3.0, 4: 2.5, 5: -2.0}
    assert changes(6, said) == [(0, 2, False), (2, 5, True), (5, 6, False)]


def test_a_stretch_that_says_nothing_goes_with_its_neighbours() -> None:
    assert changes(4, {0: 3.0, 2: 3.0}) == [(0, 4, True)]
    assert changes(3, {}) == [(0, 3, False)]
    assert changes(0, {}) == []


@given(st.lists(st.floats(-6, 6), min_size=1, max_size=7))
def test_the_course_is_the_cheapest_of_all(nats: list[float]) -> None:
    def cost(states: Sequence[int]) -> float:
        turns = sum(a != b for a, b in pairwise(states)) * CHANGE
        return turns + CHANGE / 2 * (states[0] + states[-1]) - sum(n for n, s in zip(nats, states, strict=True) if s)

    runs = changes(len(nats), dict(enumerate(nats)))
    assert [begin for begin, _, _ in runs] + [len(nats)] == [0] + [end for _, end, _ in runs]
    mine = [int(changed) for begin, end, changed in runs for _ in range(begin, end)]
    best = min(cost([(number >> at) & 1 for at in range(len(nats))]) for number in range(2 ** len(nats)))
    assert cost(mine) == pytest.approx(best)


def seconds(*edges: float) -> tuple[tuple[int, int], ...]:
    return tuple((int(b * RATE), int(e * RATE)) for b, e in zip(edges[::2], edges[1::2], strict=True))


class Model:
    """Believes what the first number of each slice says: the probability of English."""

    def __init__(self) -> None:
        self.model = self
        self.asked = 0

    def detect_language(self, features: Any) -> list[list[tuple[str, float]]]:
        self.asked += 1
        heard = np.asarray(features)[:, :, 0].mean(axis=1)
        return [[("<|en|>", float(one)), ("<|fr|>", 1 - float(one))] for one in heard]


def encoded(windows: Sequence[Window], english: tuple[tuple[int, int], ...]) -> Any:
    longest = max(window.seconds for window in windows)
    states = np.zeros((len(windows), int(50 * longest), 4), dtype=np.float32)
    for row, window in zip(states, windows, strict=True):
        for begin, end in english:
            row[max(0, (begin - window.begin) // 320) : max(0, (end - window.begin) // 320), 0] = 1.0
    return states


def test_a_window_is_cut_where_its_language_changes() -> None:
    speech = seconds(1, 4, 5, 8, 9, 12, 13, 16, 17, 20)
    window = Window(0, 0, 21 * RATE, speech=speech)
    english = (speech[2], speech[3])
    model = Model()
    found = Passages(model, lambda some: encoded(some, english)).of([window], encoded([window], english), "fr")
    assert found == [
        [
            (Window(0, 0, int(8.5 * RATE)), "fr"),
            (Window(0, int(8.5 * RATE), int(16.5 * RATE)), "en"),
            (Window(0, int(16.5 * RATE), 21 * RATE), "fr"),
        ]
    ]
    assert [part.speech for part, _ in found[0]] == [speech[:2], speech[2:4], speech[4:]]


def test_a_window_in_the_other_language_stays_whole_and_one_that_agrees_is_not_encoded_again() -> None:
    english = Window(0, 0, 9 * RATE, speech=seconds(0, 4, 5, 9))
    french = Window(1, 20 * RATE, 29 * RATE, speech=seconds(20, 24, 25, 29))
    again: list[Window] = []

    def encode(some: Sequence[Window]) -> Any:
        again.extend(some)
        return encoded(some, english.speech)

    batch = [english, french]
    found = Passages(Model(), encode).of(batch, encoded(batch, english.speech), "fr")
    assert found == [[(english, "en")], [(french, "fr")]]
    assert {one.channel for one in again} == {0}


def test_windows_too_short_to_tell_are_left_alone() -> None:
    window = Window(0, 0, RATE, speech=seconds(0.1, 0.6))
    model = Model()
    assert Passages(model, lambda _: None).of([window], encoded([window], ()), "en") == [[(window, "en")]]
    assert model.asked == 0


def heard(begin: float, end: float, language: str, words: int = 2) -> WindowTranscript:
    spoken = tuple(SpokenWord("mot", begin + at, begin + at + 0.5, 0.9) for at in range(words))
    return WindowTranscript(Window(0, int(begin * RATE), int(end * RATE)), "mot", -0.1, 0.0, spoken, language)


def test_the_language_of_a_recording_is_that_of_most_of_its_words() -> None:
    guess = Guess()
    guess.add([("<|en|>", 0.6), ("<|fr|>", 0.4)], 10)
    assert pick_language([heard(0, 5, "en", 2), heard(5, 20, "fr", 9)], guess) == "fr"
    assert pick_language([heard(0, 5, "fr"), heard(5, 20, "en")], guess) == "en"
    assert pick_language([], guess) == "en"
    assert pick_language([], Guess()) is None
    assert guess.confidence_in("fr") == 0.4


def test_little_speech_is_in_the_usual_language_and_much_in_what_it_sounds_like() -> None:
    for seconds, language in ((1.0, "fr"), (2.5, "fr"), (20.0, "en")):
        guess = Guess("fr")
        guess.add([("<|en|>", 0.9), ("<|fr|>", 0.05), ("<|ru|>", 0.05)], seconds)
        assert guess.language == language
        assert guess.confidence_in("fr") == pytest.approx(0.053, abs=1e-3)


def test_where_the_usual_language_is_known_reading_settles_nothing() -> None:
    for usual, doubtful in ((None, True), ("fr", False)):
        guess = Guess(usual)
        guess.add([("<|ru|>", 0.9), ("<|en|>", 0.06), ("<|fr|>", 0.04)], 1.0)
        assert guess.doubtful is doubtful


def test_turns_carry_their_language_and_end_where_it_changes() -> None:
    words = tuple(Word(text=f"w{at}", begin_ms=at * 1000, end_ms=at * 1000 + 900) for at in range(6))
    windows = [heard(0, 3, "fr"), heard(3, 6, "en")]
    said = by_language([Utterance(1, words)], windows)
    assert [(one.language, one.text) for one in said] == [("fr", "w0 w1 w2"), ("en", "w3 w4 w5")]
    turns = in_turns(said, language="fr", joined=True)
    assert [(turn.language, turn.text) for turn in turns] == [("fr", "w0 w1 w2"), ("en", "w3 w4 w5")]
    assert by_language([], windows) == []


def test_a_stretch_too_short_to_tell_goes_with_the_speech_it_is_nearer_to() -> None:
    speech = seconds(0, 4, 5, 8, 8.5, 8.9, 11, 14, 15, 18)
    runs, said = [(0, 2, 1), (2, 5, 0)], {0: 2.0, 1: 2.0, 3: -2.0, 4: -2.0}
    assert at_pauses(runs, speech, said) == [(0, 3, 1), (3, 5, 0)]
    assert at_pauses([(0, 3, 1), (3, 5, 0)], speech, said) == [(0, 3, 1), (3, 5, 0)]
    assert at_pauses(runs, speech, said | {2: -0.1}) == runs
    assert at_pauses([(0, 5, 0)], speech, {}) == [(0, 5, 0)]


@given(st.data())
def test_moved_borders_leave_every_run_a_stretch(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 7))
    edges = sorted(data.draw(st.lists(st.integers(1, 40), min_size=2 * count, max_size=2 * count, unique=True)))
    speech = seconds(*edges)
    nats = data.draw(st.dictionaries(st.integers(0, count - 1), st.floats(-6, 6)))
    runs = course(count, [nats])
    moved = at_pauses(runs, speech, nats)
    assert [state for _, _, state in moved] == [state for _, _, state in runs]
    assert [first for first, _, _ in moved] + [count] == [0] + [end for _, end, _ in moved]
    assert all(first < end for first, end, _ in moved)
