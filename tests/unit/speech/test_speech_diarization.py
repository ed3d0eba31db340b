"""Who speaks when: windows, pieces, groups of voices, who has which frame, and words given to their speakers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.language.vectors import unit
from voc.records import Word
from voc.speech.conversation_metrics import total, union
from voc.speech.diarization import STEP, Windows, assigned, held, pieces, runs, window_begins
from voc.speech.speaker_clustering import MOST, Spoken, cluster_voices
from voc.speech.speaker_segmentation import FRAME, WINDOW
from voc.speech.turns import Utterance
from voc.speech.word_speaker_assignment import assign_words, speaker_intervals

SECOND = 16_000
FRAMES = 589


def voices(count: int, each: int, *, spread: float = 0.5, seed: int = 0, seconds: float = 2.0) -> Spoken:
    """Vectors of ``count`` clearly different voices, ``each`` of them one after another."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(count, 192))
    vectors = unit(np.concatenate([centre + spread * rng.normal(size=(each, 192)) for centre in centres]))
    begins = np.arange(len(vectors), dtype=np.float32) * seconds
    return Spoken(vectors, begins, np.full(len(vectors), seconds, dtype=np.float32))


def stretches() -> st.SearchStrategy[list[tuple[int, int]]]:
    gaps = st.lists(st.tuples(st.integers(1, SECOND), st.integers(1, 9 * SECOND)), min_size=1, max_size=6)

    def laid(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
        at, out = 0, []
        for gap, length in pairs:
            out.append((at + gap, at + gap + length))
            at += gap + length
        return out

    return gaps.map(laid)


def heard(begins: list[int], owners: list[list[tuple[int, int, int, int]]], vectors: np.ndarray) -> Windows:
    """Windows in which (person, first frame, end, number of the vector) speak."""
    activity = np.zeros((len(begins), FRAMES, 3), dtype=bool)
    found_pieces, chosen = [], []
    for window, own in enumerate(owners):
        for who, first, end, number in own:
            activity[window, first:end, who] = True
            found_pieces.append((window, who, first, end))
            chosen.append(number)
    return Windows(
        tuple(begins),
        activity,
        np.array(found_pieces, dtype=np.intp).reshape(-1, 4),
        vectors[chosen].astype(np.float16),
    )


@given(stretches())
def test_every_stretch_of_speech_is_in_a_window(spoken):
    frames = spoken[-1][1] + SECOND
    begins = [begin * FRAME for begin in window_begins(spoken, frames=frames)]
    for begin, end in spoken:
        covered = union(
            (max(begin, one), min(end, one + WINDOW)) for one in begins if one < end and one + WINDOW > begin
        )
        assert total(covered) == end - begin
    assert len(begins) <= frames // STEP + 2


def test_a_window_without_speech_is_not_looked_at():
    spoken = [(0, SECOND), (600 * SECOND, 601 * SECOND)]
    assert len(window_begins(spoken, frames=602 * SECOND)) < 12


def test_pieces_are_what_somebody_says_alone_in_parts_of_two_seconds():
    alone = np.zeros(FRAMES, dtype=bool)
    alone[10:20] = alone[100:400] = True  # 0.17 s and 5 s
    found_pieces = pieces(alone)
    assert [found_pieces[0][0], found_pieces[-1][1]] == [100, 400]
    assert all((end - begin) * FRAME <= 2.01 * SECOND for begin, end in found_pieces)
    assert len(found_pieces) == 3


@given(stretches(), st.integers(1, 3))
@settings(deadline=None, max_examples=30)
def test_speakers_partition_the_speech(spoken, count):
    begins = window_begins(spoken, frames=spoken[-1][1])
    rng = np.random.default_rng(count)
    owners = [[(int(rng.integers(3)), 50, 400, int(rng.integers(count)))] for _ in begins]
    vectors = voices(count, 1)
    told = assigned(spoken, heard(begins, owners, vectors.vectors), cluster_voices(vectors, exactly=count))
    assert union((one.begin, one.end) for one in told.stretches) == union(spoken)
    assert sum(one.end - one.begin for one in told.stretches) == total(spoken)
    assert told.speakers == len({one.speaker for one in told.stretches}) <= max(1, count)


def test_two_at_once_are_both_told():
    vectors = voices(2, 1)
    windows = heard([0], [[(0, 0, 300, 0), (1, 200, 500, 1)]], vectors.vectors)
    told = assigned([(0, 9 * SECOND)], windows, cluster_voices(vectors, exactly=2))
    assert told.speakers == 2
    [both] = told.beside
    assert (both.begin / SECOND, both.end / SECOND) == pytest.approx(
        (200 * FRAME / SECOND, 300 * FRAME / SECOND), abs=0.05
    )


def test_a_piece_of_another_voice_is_not_its_windows():
    # Over a telephone the segmentation takes two people of one window for one; their voices tell.
    vectors = voices(2, 1)
    activity = heard([0], [[(0, 0, 200, 0), (0, 200, 300, 1), (0, 300, 500, 0)]], vectors.vectors)
    told = assigned([(0, 9 * SECOND)], activity, cluster_voices(vectors, exactly=2))
    assert [one.speaker for one in told.stretches] == [0, 1, 0]


def test_where_nobody_is_heard_the_nearest_voice_goes_on():
    part = np.zeros((6, 2), dtype=np.float32)
    part[1, 1] = part[5, 0] = 1
    assert held(part, 0, 6).tolist() == [1, 1, 1, 0, 0, 0]
    assert held(part[:0], 1, 3).tolist() == [1, 1, 1]


def test_runs_are_the_stretches_of_one_value():
    assert runs(np.array([1, 1, 0, 2])) == [(0, 2), (2, 3), (3, 4)]
    assert runs(np.zeros(0, dtype=np.intp)) == []


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_as_many_voices_are_found_as_there_are(count):
    told = cluster_voices(voices(count, 40))
    assert len(told.centres) == count
    assert 0.5 <= told.confidence <= 1


def test_a_speaker_who_says_hardly_anything_makes_no_third_voice():
    three = voices(3, 40)
    assert len(cluster_voices(three.of(np.arange(81))).centres) == 2


def test_a_line_that_makes_vectors_differ_makes_no_second_voice():
    # Vectors of one person on a bad line are less alike (0.3) than those of two on a good one may be.
    assert len(cluster_voices(voices(1, 60, spread=1.5)).centres) == 1


def test_the_number_of_speakers_can_be_given():
    both = voices(2, 30)
    assert len(cluster_voices(both, exactly=1).centres) == 1
    assert len(cluster_voices(both, exactly=3).centres) == 3
    assert len(cluster_voices(both.of(np.arange(2)), exactly=5).centres) == 2


def test_one_piece_is_one_voice_and_none_says_nothing():
    assert len(cluster_voices(voices(1, 1)).centres) == 1
    assert cluster_voices(voices(1, 1).of(np.arange(0))).confidence == 0.5


def test_the_cost_of_a_day_long_recording_is_bounded():
    assert len(cluster_voices(voices(2, 20_000)).centres) == 2
    assert len(cluster_voices(voices(MOST + 2, 100)).centres) <= MOST


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
    assert said(assign_words([one], [(0, 1000, 0), (1200, 3000, 1)])) == [
        (1, "bonjour service client"),
        (2, "bonjour madame"),
    ]


def test_a_stray_word_does_not_flip_the_turn():
    one = utterance("je vous rappelle demain matin")
    assert said(assign_words([one], [(0, 640, 0), (640, 960, 1), (960, 3000, 0)])) == [(1, one.text)]


def test_a_short_answer_between_pauses_stays():
    one = utterance("vous êtes là oui alors écoutez", pauses={3: 300, 4: 300})
    parts = assign_words([one], [(0, 1100, 0), (1100, 1600, 1), (1600, 4000, 0)])
    assert said(parts) == [(1, "vous êtes là"), (2, "oui"), (1, "alors écoutez")]


def test_a_change_moves_to_the_end_of_the_sentence_beside_it():
    one = utterance("ça marche merci. Je vous écoute")
    late = assign_words([one], [(0, 1270, 0), (1270, 4000, 1)])
    early = assign_words([one], [(0, 640, 0), (640, 4000, 1)])
    assert said(late) == said(early) == [(1, "ça marche merci."), (2, "Je vous écoute")]


def test_where_nobody_was_heard_the_nearest_speaker_has_the_word():
    assert said(assign_words([utterance("allô", 5000)], [(0, 1000, 0), (5400, 6000, 1)])) == [(2, "allô")]
    assert said(assign_words([utterance("allô")], [])) == [(1, "allô")]


def test_time_goes_with_the_words():
    one = utterance("ça marche merci. Je vous écoute")
    talk = [(0, 1270, 0), (1270, 4000, 1)]
    assert speaker_intervals(assign_words([one], talk), talk) == {1: [(0, 960)], 2: [(960, 4000)]}


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
    parts = assign_words([Utterance(1, tuple(words))], talk)
    assert [word for part in parts for word in part.words] == words
    shared = speaker_intervals(parts, talk)
    everybody = [pair for own in shared.values() for pair in own]
    assert total(everybody) == total(union(everybody)) == total(union((b, e) for b, e, _ in talk))
