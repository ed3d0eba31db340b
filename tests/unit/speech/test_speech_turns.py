"""Words become turns in time, and nothing is read twice or lost on the way."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.records import Word
from voc.speech.crosstalk import drop_crosstalk
from voc.speech.decode import SAMPLE_RATE, Audio
from voc.speech.turns import Utterance, drop_echo_utterances, in_turns, timed_words, utterances
from voc.speech.voice_activity import STATE_SAMPLES, WINDOW_S, Window, windows_over
from voc.speech.window_transcript import SpokenWord

seconds = st.floats(0, 60, allow_nan=False)
spoken_words = st.lists(
    st.builds(
        lambda text, begin, length: SpokenWord(text, begin, begin + length, 0.8),
        st.sampled_from(["oui", "0612345678", "fin."]),
        seconds,
        st.floats(0, 8),
    ),
    max_size=20,
)
stretches = st.lists(st.integers(1, 400), max_size=24).map(
    lambda steps: [(sum(steps[: 2 * at + 1]) * 100, sum(steps[: 2 * at + 2]) * 100) for at in range(len(steps) // 2)]
)


@given(spoken_words, stretches, st.integers(0, 60_000))
def test_word_times_are_in_order_without_overlap_and_inside_the_recording(
    spoken: list[SpokenWord], speech: list[tuple[int, int]], duration_ms: int
) -> None:
    words = timed_words(spoken, speech=speech, duration_ms=duration_ms)
    assert sorted(word.text for word in words) == sorted(word.text for word in spoken)
    edges = [edge for word in words for edge in (word.begin_ms, word.end_ms)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= duration_ms for edge in edges)


def test_a_word_that_was_stretched_over_silence_is_cut_back_to_the_speech() -> None:
    [word] = timed_words([SpokenWord("Bonjour", 1.0, 4.0, 0.9)], speech=[(3500, 5000)], duration_ms=9000)
    assert (word.begin_ms, word.end_ms) == (3420, 4000)


def test_a_number_that_was_read_out_keeps_its_pauses() -> None:
    speech = [(1000, 1500), (2000, 2500), (3000, 3500)]
    [word] = timed_words([SpokenWord("0612345678", 1.0, 3.4, 0.9)], speech=speech, duration_ms=9000)
    assert (word.begin_ms, word.end_ms) == (1000, 3400)


def said(text: str, begin: int, *, tag: int = 1, step: int = 300) -> Utterance:
    return Utterance(
        tag,
        tuple(
            Word(text=word, begin_ms=begin + at * step, end_ms=begin + at * step + step - 50)
            for at, word in enumerate(text.split())
        ),
    )


def test_pauses_end_utterances_and_finished_sentences_do_so_sooner_where_several_speak() -> None:
    words = [*said("bien sûr.", 0).words, *said("alors voilà", 1050).words, *said("la suite", 3000).words]
    assert [one.text for one in utterances(words, channel_tag=1, shared=False)] == ["bien sûr. alors voilà", "la suite"]
    assert [one.text for one in utterances(words, channel_tag=1, shared=True)] == [
        "bien sûr.",
        "alors voilà",
        "la suite",
    ]


def test_turns_alternate_in_time_and_join_what_nobody_interrupted() -> None:
    parts = [
        said("bonjour madame", 0),
        said("comment allez-vous", 1600),
        said("bien", 1900, tag=2),
        said("parfait", 5000),
    ]
    turns = in_turns(parts, language="fr", joined=True)
    assert [(turn.index, turn.channel_tag, turn.text) for turn in turns] == [
        (0, 1, "bonjour madame comment allez-vous"),
        (1, 2, "bien"),
        (2, 1, "parfait"),
    ]
    assert all(turn.begin_ms == turn.words[0].begin_ms and turn.end_ms == turn.words[-1].end_ms for turn in turns)
    assert all(turn.text == " ".join(word.text for word in turn.words) for turn in turns)


def test_the_other_side_heard_through_is_an_echo_only_when_it_is_quieter() -> None:
    agent, leak = said("que puis-je faire pour vous", 1000), said("que puis-je faire vous", 1100, tag=2)
    answer = said("j'ai un problème", 4000, tag=2)
    levels = {1: -20.0, 2: -45.0}
    kept, echoes = drop_echo_utterances([agent, leak, answer], level=lambda tag, begin, end: levels[tag])
    assert (kept, echoes) == ([agent, answer], [leak])
    kept, echoes = drop_echo_utterances([agent, leak, answer], level=lambda tag, begin, end: -20.0)
    assert echoes == []


@given(stretches)
def test_windows_hold_all_speech_in_order_apart_and_fit_the_model(speech: list[tuple[int, int]]) -> None:
    ms = SAMPLE_RATE // 1000
    samples = [(begin * ms, min(end, begin + int(WINDOW_S * 1000)) * ms) for begin, end in speech]
    frames = (samples[-1][1] if samples else 0) + SAMPLE_RATE
    windows = windows_over(samples, channel=0, frames=frames)
    assert all(any(w.begin <= begin and end <= w.end for w in windows) for begin, end in samples)
    assert all(a.end <= b.begin for a, b in itertools.pairwise(windows))
    assert all(0 <= w.begin < w.end <= frames and w.seconds <= WINDOW_S + 1 for w in windows)


@given(stretches)
def test_what_is_read_holds_all_speech_and_leads_back_to_where_it_was_spoken(speech: list[tuple[int, int]]) -> None:
    ms = SAMPLE_RATE // 1000
    samples = [(begin * ms, end * ms) for begin, end in speech]
    frames = (samples[-1][1] if samples else 0) + SAMPLE_RATE
    for window in windows_over(samples, channel=0, frames=frames):
        read = window.pieces
        assert (read[0][0], read[-1][1]) == (window.begin, window.end)
        assert all(a[0] < a[1] < b[0] for a, b in itertools.pairwise(read))
        assert all((end - begin) % STATE_SAMPLES == 0 for begin, end in read[:-1])
        assert window.seconds * SAMPLE_RATE == pytest.approx(sum(end - begin for begin, end in read))
        for begin, end in window.speech:
            assert any(first <= begin and end <= last for first, last in read)
            at = window.read_at(begin) / SAMPLE_RATE, window.read_at(end) / SAMPLE_RATE
            heard = pytest.approx((begin / SAMPLE_RATE, end / SAMPLE_RATE))
            assert window.recorded(*at) == heard
            assert window.recorded_at_once(*at) == heard


def test_of_a_long_pause_only_the_margins_are_read() -> None:
    s = SAMPLE_RATE
    window = Window(0, 0, 20 * s, speech=((s, 4 * s), (int(4.5 * s), 6 * s), (16 * s, 20 * s)))
    assert window.pieces == ((0, int(6.4 * s)), (int(15.6 * s), 20 * s))
    assert window.seconds == pytest.approx(10.8)
    assert window.recorded(6.0, 6.4) == (6.0, 6.4)
    assert window.recorded(6.4, 7.4) == pytest.approx((15.6, 16.6))
    assert [window.read_at(at * s) for at in (5, 10, 16)] == [5 * s, int(6.4 * s), int(6.8 * s)]


def test_a_word_that_is_given_the_pause_before_it_is_where_most_of_it_was_read() -> None:
    s = SAMPLE_RATE
    window = Window(0, 0, 20 * s, speech=((s, 6 * s), (16 * s, 20 * s)))
    assert window.recorded(6.3, 6.9) == pytest.approx((6.3, 16.1))
    assert window.recorded_at_once(6.3, 6.9) == pytest.approx((15.6, 16.1))
    assert window.recorded_at_once(5.8, 6.5) == pytest.approx((5.8, 6.4))
    assert window.recorded_at_once(6.05, 6.35) == pytest.approx((6.05, 6.35))
    # In the margin nobody speaks any more: what is placed there begins what comes after the gap.
    assert window.recorded_at_once(6.2, 6.38) == pytest.approx((15.6, 15.78))
    assert window.recorded_at_once(6.4, 6.4) == pytest.approx((15.6, 15.6))


def test_a_long_stretch_is_cut_at_its_longest_pause() -> None:
    s = SAMPLE_RATE
    speech = [(0, 10 * s), (10 * s + s // 2, 20 * s), (22 * s, 31 * s), (31 * s + s // 2, 40 * s)]
    assert [(w.begin, w.end) for w in windows_over(speech, channel=0, frames=40 * s)] == [
        (0, 20 * s + 6400),
        (22 * s - 6400, 40 * s),
    ]


def test_what_only_the_other_side_said_is_cut_out_and_double_talk_stays() -> None:
    rate, generator = SAMPLE_RATE, np.random.default_rng(3)
    agent, customer = generator.normal(0, 4000, 4 * rate), generator.normal(0, 3000, 4 * rate)
    agent[2 * rate :] = 0
    customer[: int(1.5 * rate)] = 0
    heard = customer + 0.02 * np.roll(agent, 200) + generator.normal(0, 2, 4 * rate)
    audio = Audio(pcm=np.stack([agent, heard], axis=1).astype(np.int16))
    kept, dropped = drop_crosstalk(audio, [[(0, 2 * rate)], [(0, rate), (rate + 1, 4 * rate)]])
    assert kept[0] == [(0, 2 * rate)]
    assert dropped == 1
    assert kept[1] == [(int(1.5 * rate), 4 * rate)]
