"""Pitch, loudness and pace: what is measured, and when it is called a reason."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from voc.speech.decode import SAMPLE_RATE, Audio
from voc.speech.prosody import FASTER, Prosody, opening, pitches, prosody, reasons


def voice(hertz: float, seconds: float = 1.0, *, low: float = 0.0, level: float = 0.1) -> NDArray[np.float32]:
    """A buzz with falling harmonics, those below ``low`` Hz taken away."""
    at = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    parts = [np.sin(2 * np.pi * hertz * k * at + k) / k for k in range(1, 40) if low < hertz * k < 3500]
    sound = np.sum(parts, axis=0)
    return np.asarray(level * sound / np.sqrt(np.mean(sound**2)), dtype=np.float32)


def recording(*parts: NDArray[np.float32]) -> Audio:
    return Audio((np.concatenate(parts)[:, None] * 32767).round().clip(-32768, 32767).astype(np.int16))


@pytest.mark.parametrize("hertz", [75, 98, 120, 185, 230, 310, 400])
def test_the_pitch_of_a_voice_is_found_within_a_quarter_of_a_semitone(hertz: float) -> None:
    found = pitches(voice(hertz))
    assert len(found) > 40
    assert np.abs(12 * np.log2(found / hertz)).max() < 0.25


@pytest.mark.parametrize("hertz", [90, 140, 220])
def test_a_telephone_without_the_fundamental_leaves_the_pitch(hertz: float) -> None:
    found = pitches(voice(hertz, low=300))
    assert np.median(found) == pytest.approx(hertz, rel=0.015)


def test_noise_silence_and_scraps_have_no_pitch() -> None:
    assert len(pitches(np.random.default_rng(1).normal(0, 0.1, SAMPLE_RATE).astype(np.float32))) == 0
    assert len(pitches(np.zeros(SAMPLE_RATE, dtype=np.float32))) == 0
    assert len(pitches(voice(120, 0.03))) == 0


def test_a_turn_is_measured_where_it_is_spoken() -> None:
    audio = recording(voice(110, 1), voice(220, 2, level=0.05), np.zeros(SAMPLE_RATE, dtype=np.float32))
    found = prosody(audio, 0, [(SAMPLE_RATE, 2 * SAMPLE_RATE), (2 * SAMPLE_RATE, 3 * SAMPLE_RATE)], words=6)
    assert found.pitch_hz == pytest.approx(220, rel=0.01)
    assert found.loudness_dbfs == pytest.approx(-26, abs=0.1)
    assert found.words_per_minute == 180


def test_too_little_is_unknown_not_nought() -> None:
    silent = recording(np.zeros(SAMPLE_RATE, dtype=np.float32))
    assert prosody(silent, 0, [(0, SAMPLE_RATE)], words=1) == Prosody()
    assert prosody(silent, 0, [], words=9) == Prosody()


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (Prosody(150, -17, 200), ("louder", "faster")),
        (Prosody(180, -20, 160), ("higher",)),
        (Prosody(125, -24, 120), ("quieter", "lower", "slower")),
        (Prosody(150, -20, 160), ()),
        (Prosody(160, -21.5, 175), ()),
        (Prosody(), ()),
    ],
)
def test_reasons_are_differences_one_hears(turn: Prosody, expected: tuple[str, ...]) -> None:
    assert reasons(turn, Prosody(150, -20, 160)) == expected


def test_what_is_not_known_of_the_beginning_gives_no_reason() -> None:
    assert reasons(Prosody(300, -5, 300), Prosody()) == ()


def test_a_beginning_is_the_median_of_what_is_known() -> None:
    first = [Prosody(100, -20, None), Prosody(None, -26, None), Prosody(140, -21, None)]
    assert opening(first) == Prosody(120, -21, None)


@given(st.floats(70, 400), st.floats(-50, -5), st.floats(40, 400))
def test_reasons_turn_round_with_the_sides(pitch: float, loudness: float, pace: float) -> None:
    one, other = Prosody(pitch, loudness, pace), Prosody(150, -20, 160)
    opposite = {"louder": "quieter", "higher": "lower", "faster": "slower"}
    opposite |= {value: key for key, value in opposite.items()}
    if abs(pace / 160 - FASTER) > 1e-6 and abs(160 / pace - FASTER) > 1e-6:
        assert reasons(other, one) == tuple(opposite[reason] for reason in reasons(one, other))
