"""A voice with music about as loud beside it may be sung; a voice with noise, hum or silence beside it is not."""

from __future__ import annotations

import numpy as np
import pytest

from voc.speech.decode import Audio
from voc.speech.music import HELD, held_tones, sung
from voc.speech.unread import SUNG_CONFIDENCE, believed
from voc.speech.voice_activity import Window, windows_over
from voc.speech.window_transcript import SpokenWord, WindowTranscript

RATE = 16_000


def chords(seconds: float) -> np.ndarray:
    at = np.arange(int(RATE * 0.5)) / RATE
    rng = np.random.default_rng(1)
    played = []
    for _ in range(int(seconds / 0.5)):
        root = 220 * 2 ** (rng.integers(12) / 12)
        played.append(
            sum(
                np.sin(2 * np.pi * root * ratio * harmonic * at) / harmonic
                for ratio in (1, 1.26, 1.5)
                for harmonic in (1, 2, 3)
            )
        )
    return 0.03 * np.concatenate(played)


def noise(seconds: float) -> np.ndarray:
    return 0.05 * np.random.default_rng(2).normal(size=int(RATE * seconds))


def gliding(seconds: float) -> np.ndarray:
    """A speaking voice's partials never stay: its pitch glides by a third within half a second."""
    at = np.arange(int(RATE * seconds)) / RATE
    phase = 2 * np.pi * np.cumsum(150 + 40 * np.sin(2 * np.pi * 1.7 * at)) / RATE
    return 0.1 * sum(np.sin(harmonic * phase) / harmonic for harmonic in range(1, 12))


def test_held_tones_are_those_of_music() -> None:
    assert held_tones(chords(3).astype(np.float32)).mean() > 0.5
    assert held_tones(noise(3).astype(np.float32)).mean() < HELD / 2
    assert held_tones(gliding(3).astype(np.float32)).mean() < HELD
    assert held_tones(np.zeros(10, dtype=np.float32)).size == 0


@pytest.mark.parametrize(
    ("beside", "level", "expected"),
    [(chords, 2.5, True), (chords, 0.1, False), (noise, 1.0, False), (gliding, 0.0, False)],
)
def test_the_sound_beside_a_voice_tells(beside, level: float, expected: bool) -> None:
    sound = level * beside(12)
    sound[4 * RATE : 8 * RATE] += gliding(4)
    audio = Audio((np.clip(sound, -1, 1) * 32767).astype(np.int16)[:, None])
    assert sung(audio, 0, [(4 * RATE, 6 * RATE), (6 * RATE + 1000, 8 * RATE)]) == [expected] * 2


def test_with_nothing_beside_it_nothing_is_suspected() -> None:
    audio = Audio((chords(4) * 32767).astype(np.int16)[:, None])
    assert sung(audio, 0, [(0, audio.frames)]) == [False]
    assert sung(audio, 0, []) == []


def test_song_and_speech_share_no_window() -> None:
    spoken = [(0, RATE), (2 * RATE, 3 * RATE), (4 * RATE, 5 * RATE)]
    windows = windows_over(spoken, channel=0, frames=6 * RATE, sung=[True, False, False])
    assert [(one.sung, len(one.speech)) for one in windows] == [(True, 1), (False, 2)]


@pytest.mark.parametrize(("sure", "kept"), [(SUNG_CONFIDENCE - 0.1, 0), (SUNG_CONFIDENCE + 0.1, 1)])
def test_words_of_a_song_are_left_out_and_told_and_clear_speech_over_music_stays(sure: float, kept: int) -> None:
    window = Window(0, 0, 4 * RATE, speech=((0, 4 * RATE),), sung=True)
    words = tuple(
        SpokenWord(text, at, at + 0.8, sure) for at, text in enumerate(["drifting", "through", "the", "wind"])
    )
    found = believed(
        [WindowTranscript(window, "drifting through the wind", -0.3, 0.1, words, "en")], channels=1, level=lambda _: -20
    )
    assert len(found.kept) == kept
    assert [("music" in one.reason) for one in found.skipped] == [True] * (1 - kept)
    assert found.unread == [[]]
