"""Who speaks when: windows, groups of voices, the likeliest sequence, and words given to their speakers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.records import Word
from voc.speech.conversation_metrics import total, union
from voc.speech.diarization import FRAME, STEP, WINDOW, assigned, cheapest_path, windows_over
from voc.speech.speaker_clustering import MOST, found, unit
from voc.speech.turns import Utterance
from voc.speech.word_speaker_assignment import by_speaker, talk_of

SECOND = 16_000


def voices(count: int, each: int, *, spread: float = 0.5, seed: int = 0) -> np.ndarray:
    """Vectors of ``count`` clearly different voices, ``each`` of them one after another, float32 [n, 256]."""
    rng = np.random.default_rng(seed)
    centres = np.abs(rng.normal(size=(count, 256)))
    return unit(np.concatenate([centre + spread * rng.normal(size=(each, 256)) for centre in centres]))


def stretches() -> st.SearchStrategy[list[tuple[int, int]]]:
    gaps = st.lists(st.tuples(st.integers(1, SECOND), st.integers(1, 6 * SECOND)), min_size=1, max_size=6)

    def laid(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
        at, out = 0, []
        for gap, length in pairs:
            out.append((at + gap, at + gap + length))
            at += gap + length
        return out

    return gaps.map(laid)


@given(stretches())
def test_windows_cover_the_speech_and_nothing_else(spoken):
    windows = windows_over(spoken)
    assert union(windows) == union(spoken)
    assert all(end - begin <= WINDOW for begin, end in windows)
    assert len(windows) <= sum((end - begin) // STEP + 2 for begin, end in spoken)


@given(stretches(), st.integers(1, 3))
@settings(deadline=None, max_examples=30)
def test_speakers_partition_the_speech(spoken, count):
    windows = windows_over(spoken)
    vectors = np.resize(voices(count, 3), (len(windows), 256))
    told = assigned(spoken, windows, vectors, found(vectors, each_s=0.4, exactly=count))
    assert union((one.begin, one.end) for one in told.stretches) == union(spoken)
    assert sum(one.end - one.begin for one in told.stretches) == total(spoken)
    assert told.speakers == len({one.speaker for one in told.stretches}) <= max(1, count)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_as_many_voices_are_found_as_there_are(count):
    heard = found(voices(count, 40), each_s=0.4)
    assert len(heard.centres) == count
    assert 0.5 <= heard.confidence <= 1


def test_a_speaker_who_says_hardly_anything_makes_no_third_voice():
    assert len(found(voices(3, 40)[:85], each_s=0.4).centres) == 2


def test_the_number_of_speakers_can_be_given():
    vectors = voices(2, 30)
    assert len(found(vectors, each_s=0.4, exactly=1).centres) == 1
    assert len(found(vectors, each_s=0.4, exactly=3).centres) == 3
    assert len(found(vectors[:2], each_s=0.4, exactly=5).centres) == 2


def test_one_window_is_one_voice():
    assert len(found(voices(1, 1), each_s=0.4).centres) == 1


@given(st.integers(1, 1500), st.integers(1, 9))
@settings(deadline=None, max_examples=8)
def test_any_vectors_give_at_most_six_unit_voices(count, seed):
    heard = found(unit(np.abs(np.random.default_rng(seed).normal(size=(count, 256)))), each_s=0.4)
    assert 1 <= len(heard.centres) <= MOST
    assert np.allclose(np.linalg.norm(heard.centres, axis=1), 1, atol=1e-5)


def test_vectors_without_voice_are_one_voice():
    assert len(found(np.zeros((20, 256), dtype=np.float32), each_s=0.4).centres) == 1


def test_a_change_must_be_worth_its_price():
    stray = np.array([[1, 0]] * 5 + [[0.6, 0.8]] * 2 + [[1, 0]] * 5, dtype=np.float32)
    meant = np.array([[1, 0]] * 5 + [[0.0, 1.0]] * 5, dtype=np.float32)
    assert set(cheapest_path(stray, np.full(12, 0.9))) == {0}
    assert cheapest_path(meant, np.full(10, 0.9)).tolist() == [0] * 5 + [1] * 5


def test_a_change_at_a_pause_costs_less():
    likeness = np.array([[1, 0]] * 3 + [[0.4, 0.8]] * 2, dtype=np.float32)
    dear, cheap = np.full(5, 0.9, dtype=np.float32), np.full(5, 0.9, dtype=np.float32)
    cheap[3] = 0.3
    assert set(cheapest_path(likeness, dear)) == {0}
    assert cheapest_path(likeness, cheap).tolist() == [0, 0, 0, 1, 1]


def test_speakers_are_numbered_by_who_speaks_first():
    vectors = voices(2, 8)
    spoken = [(0, 8 * STEP + WINDOW - STEP), (20 * SECOND, 20 * SECOND + 8 * STEP + WINDOW - STEP)]
    windows = windows_over(spoken)
    told = assigned(spoken, windows, vectors[: len(windows)], found(vectors[::-1], each_s=0.4, exactly=2))
    assert [one.speaker for one in told.stretches] == [0, 1]
    assert told.stretches[0].begin == 0 and told.stretches[0].end % FRAME == spoken[0][1] % FRAME


def utterance(text: str, begin: int = 0, *, word_ms: int = 300, gap_ms: int = 20, pauses: dict[int, int] | None = None):
    words, at = [], begin
    for index, part in enumerate(text.split()):
        at += (pauses or {}).get(index, gap_ms if index else 0)
        words.append(Word(text=part, begin_ms=at, end_ms=at + word_ms, confidence=0.9))
        at += word_ms
    return Utterance(1, tuple(words))


def said(parts: list[Utterance]) -> list[tuple[int, str]]:
    return [(one.channel_tag, one.text) for one in parts]


def test_words_go_to_who_speaks_in_their_time():
    one = utterance("bonjour service client bonjour madame", pauses={3: 300})
    assert said(by_speaker([one], [(0, 1000, 0), (1200, 3000, 1)])) == [
        (1, "bonjour service client"),
        (2, "bonjour madame"),
    ]


def test_a_stray_word_does_not_flip_the_turn():
    one = utterance("je vous rappelle demain matin")
    assert said(by_speaker([one], [(0, 640, 0), (640, 960, 1), (960, 3000, 0)])) == [(1, one.text)]


def test_a_short_answer_between_pauses_stays():
    one = utterance("vous êtes là oui alors écoutez", pauses={3: 300, 4: 300})
    parts = by_speaker([one], [(0, 1100, 0), (1100, 1600, 1), (1600, 4000, 0)])
    assert said(parts) == [(1, "vous êtes là"), (2, "oui"), (1, "alors écoutez")]


def test_a_change_moves_to_the_end_of_the_sentence_beside_it():
    one = utterance("ça marche merci. Je vous écoute")
    late = by_speaker([one], [(0, 1270, 0), (1270, 4000, 1)])
    early = by_speaker([one], [(0, 640, 0), (640, 4000, 1)])
    assert said(late) == said(early) == [(1, "ça marche merci."), (2, "Je vous écoute")]


def test_where_nobody_was_heard_the_nearest_speaker_has_the_word():
    assert said(by_speaker([utterance("allô", 5000)], [(0, 1000, 0), (5400, 6000, 1)])) == [(2, "allô")]
    assert said(by_speaker([utterance("allô")], [])) == [(1, "allô")]


def test_time_goes_with_the_words():
    one = utterance("ça marche merci. Je vous écoute")
    talk = [(0, 1270, 0), (1270, 4000, 1)]
    assert talk_of(by_speaker([one], talk), talk) == {1: [(0, 960)], 2: [(960, 4000)]}


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(20, 600)), min_size=1, max_size=20),
    st.lists(st.tuples(st.integers(0, 900), st.integers(1, 3000), st.integers(0, 2)), min_size=1, max_size=8),
)
def test_no_word_is_lost_and_nobody_talks_at_once(spaced, talked):
    at, words = 0, []
    for gap, length in spaced:
        words.append(Word(text="mot", begin_ms=at + gap, end_ms=at + gap + length, confidence=1.0))
        at += gap + length
    at, talk = 0, []
    for gap, length, speaker in talked:
        talk.append((at + gap, at + gap + length, speaker))
        at += gap + length
    parts = by_speaker([Utterance(1, tuple(words))], talk)
    assert [word for part in parts for word in part.words] == words
    shared = talk_of(parts, talk)
    everybody = [pair for own in shared.values() for pair in own]
    assert total(everybody) == total(union(everybody)) == total(union((b, e) for b, e, _ in talk))
