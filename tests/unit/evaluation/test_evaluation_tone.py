"""How the tone of a voice is trained and scored: nobody is told by weights that know them, and errors are errors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voc.evaluation import tone_fitting
from voc.evaluation.tone import ToneScored, calibration_error, judge, scored, table
from voc.evaluation.tone_fitting import area, beginnings, evenly, labels, logistic, rows_of, train, untaught
from voc.evaluation.tone_sets import CUT_MIN_S, Clip, EncodedClips, Line, telephone
from voc.speech.encoder_pooling import BLOCK_SAMPLES
from voc.speech.voice_activity import Window

EMOTIONS = ("angry", "happy", "neutral", "sad")
SPEAKERS = ("a", "b", "c", "d")
LINE = Line("telephone", "call", 1)
EACH, WIDTH, BLOCKS = 6, 6, 6


def corpus(seed: int = 0) -> tuple[list[Clip], EncodedClips]:
    """Clips whose states say a little of stirred (first number), of angry (second), and more of who speaks (third)."""
    rng = np.random.default_rng(seed)
    clips = [
        Clip(path=f"{speaker}-{emotion}-{n}", speaker=speaker, emotion=emotion)
        for speaker in SPEAKERS
        for emotion in EMOTIONS
        for n in range(EACH)
    ]
    batches, places = [], []
    for at, clip in enumerate(clips):
        begin = at * BLOCKS * BLOCK_SAMPLES
        own = [1.5 * clip.stirred, 1.5 * clip.angry, 2.0 * SPEAKERS.index(clip.speaker), 0, 0, 0]
        states = rng.normal(own, 1.0, size=(1, BLOCKS * 10, WIDTH)).astype(np.float16)
        batches.append(((Window(0, begin, begin + BLOCKS * BLOCK_SAMPLES),), states))
        places.append((0, ((begin, begin + BLOCKS * BLOCK_SAMPLES),)))
    return clips, EncodedClips(tuple(batches), tuple(places))


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tone_fitting, "WIDTH", WIDTH)


def test_a_head_learns_both_scales_and_is_calibrated() -> None:
    clips, heard = corpus()
    head = train(rows_of([heard]), clips, encoder="abc")
    judged = judge(head, corpus(seed=1)[1], clips)
    raw, calm, _ = scored("emovo", LINE, clips, judged)
    assert (raw.beginning, calm.beginning) == ("raw", "calm")
    assert raw.activation_auc > 0.97
    assert raw.tension_auc > 0.97
    assert max(raw.activation_ece, raw.tension_ece) < 0.1
    assert (raw.clips, calm.clips) == (96, 96 - 3 * len(SPEAKERS))
    assert head.encoder == "abc"


def test_a_speaker_left_out_is_not_known() -> None:
    """Labels that are the speaker's cannot be told of a speaker nobody has seen."""
    clips, heard = corpus()
    renamed = [clip.model_copy(update={"emotion": "angry" if clip.speaker in "ab" else "sad"}) for clip in clips]
    rows = [heard.means(np.eye(WIDTH, dtype=np.float32)).astype(float)]
    weights, bias = tone_fitting.discriminants(rows, renamed)
    assert area((rows[0] @ weights.T + bias)[:, 0], labels(renamed)[:, 0]) > 0.95
    shuffled = [clip.model_copy(update={"emotion": "angry" if clip.speaker in "ad" else "sad"}) for clip in clips]
    assert area(untaught(rows, shuffled)[0][:, 0], labels(shuffled)[:, 0]) < 0.6


def test_an_emotion_is_scored_by_what_was_learnt_of_the_others() -> None:
    """Fear that sounds like sadness is not told as stirred by who never learnt it; anger, the only tense one, is."""
    rng = np.random.default_rng(4)
    sounds = {"angry": 2.0, "happy": 2.0, "fear": -2.0, "sad": -2.0, "neutral": -2.0}
    clips = [Clip(path="", speaker=who, emotion=one) for who in "abcd" for one in sounds for _ in range(8)]
    rows = np.array([[sounds[clip.emotion], 3.0 * (clip.emotion == "fear"), 3.0 * clip.angry] for clip in clips])
    rows += rng.normal(0, 0.3, rows.shape)
    emotions = np.array([clip.emotion for clip in clips])
    weights, bias = tone_fitting.discriminants([rows], clips)
    [scores] = untaught([rows], clips)
    assert (rows @ weights.T + bias)[emotions == "fear", 0].mean() > 0 > scores[emotions == "fear", 0].mean()
    assert scores[emotions == "happy", 0].mean() > 0
    assert scores[emotions == "angry", 1].mean() > scores[emotions == "happy", 1].mean() + 0.2


def test_a_voice_and_a_sentence_are_left_out_together() -> None:
    """What tells the emotions of women apart, or of one half of the sentences, is not learnt for the other's score."""
    rng = np.random.default_rng(5)
    clips = [
        Clip(path="", speaker=f"{voice}{n}", emotion=emotion, voice=voice, sentence=sentence)
        for voice in ("man", "woman")
        for n in range(2)
        for sentence in ("a01", "a02")
        for emotion in EMOTIONS
        for _ in range(4)
    ]
    signs = {"man": 1, "woman": -1}
    rows = np.array([[signs[clip.voice] * (2.0 * clip.stirred - 1), 0.0] for clip in clips])
    rows += rng.normal(0, 0.2, rows.shape)
    assert area(untaught([rows], clips)[0][:, 0], labels(clips)[:, 0]) < 0.1


def test_every_emotion_of_a_side_weighs_the_same_and_sides_as_frequent_as_a_probability_takes_them() -> None:
    clips = [Clip(path="", speaker="a", emotion=emotion) for emotion in ("angry", "sad", "sad", "neutral")]
    assert evenly(clips)[:, 0].tolist() == pytest.approx([1 / 2, 1 / 8, 1 / 8, 1 / 4])
    assert evenly(clips)[:, 1].tolist() == pytest.approx([1 / 7, 3 / 14, 3 / 14, 3 / 7])


def test_parts_of_clips_lie_in_them_and_are_long_enough() -> None:
    _, heard = corpus()
    cut = heard.cut((0.3, 0.5), seed=3)
    for (_, [whole]), (_, part) in zip(heard.places, cut.places, strict=True):
        begin, end = part[0][0], part[-1][1]
        assert whole[0] <= begin < end <= whole[1]
        assert CUT_MIN_S * 16_000 <= end - begin <= max(0.5 * (whole[1] - whole[0]), CUT_MIN_S * 16_000)
    assert cut.places != heard.places
    assert len(rows_of([heard])) == 1 + len(tone_fitting.CUTS)


def test_calm_beginnings_are_calm_and_drawn_once_each() -> None:
    clips, _ = corpus()
    for drawn in beginnings(clips, calm=True, seed=1, draws=5):
        assert set(drawn) == set(SPEAKERS)
        for speaker, first in drawn.items():
            assert len(set(first)) == 3
            assert {(clips[index].speaker, clips[index].emotion) for index in first} == {(speaker, "neutral")}


@given(st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=2, max_size=40))
def test_the_area_is_how_often_a_true_one_is_above_a_false_one(pairs: list[tuple[float, bool]]) -> None:
    scores, truth = np.array([score for score, _ in pairs]), np.array([true for _, true in pairs])
    if truth.all() or not truth.any():
        return
    wins = [np.sign(a - b) / 2 + 0.5 for a in scores[truth] for b in scores[~truth]]
    assert area(scores, truth) == pytest.approx(np.mean(wins))


def test_calibration_is_the_distance_of_what_is_said_from_what_is_so() -> None:
    said = np.array([0.25] * 4 + [0.95] * 2)
    truth = np.array([True, False, False, False, True, False])
    assert calibration_error(said, truth, np.ones(6)) == pytest.approx(2 / 6 * 0.45)
    assert calibration_error(np.array([1.0, 0.0]), np.array([True, False]), np.ones(2)) == 0


def test_a_regression_finds_the_odds_it_was_given() -> None:
    rng = np.random.default_rng(2)
    rows = rng.normal(size=(20_000, 2))
    truth = rng.random(20_000) < 1 / (1 + np.exp(-(2 * rows[:, 0] - 1)))
    slopes, offset = logistic(rows, truth, np.ones(len(rows)), ridge=1e-6)
    assert [*slopes, offset] == pytest.approx([2, 0, -1], abs=0.1)


def test_a_telephone_line_keeps_speech_and_loses_the_rest() -> None:
    at = np.arange(16_000) / 16_000
    kept, lost = (
        np.sqrt(np.mean(telephone((0.1 * np.sin(2 * np.pi * hertz * at)).astype(np.float32)) ** 2))
        for hertz in (1000, 6000)
    )
    assert kept == pytest.approx(0.1 / np.sqrt(2), rel=0.03)
    assert lost < 0.002


def test_the_table_names_what_is_scored_and_against_what() -> None:
    line = ToneScored(
        corpus="emovo", band="telephone", setting="call", beginning="calm", speakers=6, clips=570,
        activation_auc=0.8, activation_ece=0.1, tension_auc=0.9, tension_ece=0.05,
    )  # fmt: skip
    assert (
        "| EMOVO, never seen | telephone | in a call | a calm beginning | 6 | 570 | 0.800 | 0.100 | 0.900 | 0.050 |"
        in table([line])
    )
