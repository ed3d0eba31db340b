"""What is kept of the encoder's states: the mean of a stretch is that of its states, in little memory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.speech.encoder_pooling import BLOCK_SAMPLES, BLOCK_STATES, VoiceStates, as_array
from voc.speech.voice_activity import STATE_SAMPLES, Window

WIDTH, SCALES = 12, 2
RNG = np.random.default_rng(3)
WEIGHTS = RNG.normal(size=(WIDTH, SCALES)).astype(np.float32) / 3


def heard(*windows: Window, seed: int = 0, padding: int = 150) -> tuple[VoiceStates, list[np.ndarray]]:
    """States of random numbers, every window padded as a transcription does."""
    rng = np.random.default_rng(seed)
    states = VoiceStates(WEIGHTS)
    longest = max(round(window.seconds * 50) for window in windows) + padding
    encoded = rng.normal(0.5, 1.0, size=(len(windows), longest, WIDTH)).astype(np.float32)
    states(list(windows), encoded)
    return states, list(encoded)


def directly(encoded: np.ndarray) -> np.ndarray:
    return np.asarray((encoded @ WEIGHTS).mean(axis=0))


@given(st.integers(0, 60), st.integers(1, 60), st.integers(0, 500_000))
@settings(max_examples=40, deadline=None)
def test_the_mean_of_whole_blocks_is_that_of_their_states(first: int, many: int, begin: int) -> None:
    window = Window(0, begin, begin + 130 * BLOCK_SAMPLES)
    states, [encoded] = heard(window)
    speech = [(begin + first * BLOCK_SAMPLES, begin + (first + many) * BLOCK_SAMPLES)]
    found, seconds = states.mean(0, speech)
    expected = directly(encoded[first * BLOCK_STATES : (first + many) * BLOCK_STATES])
    assert seconds == pytest.approx(many * 0.2)
    np.testing.assert_allclose(found, expected, atol=1e-4)


def test_a_stretch_may_lie_in_several_parts_and_windows() -> None:
    first, second = Window(0, 0, 20 * BLOCK_SAMPLES), Window(0, 50 * BLOCK_SAMPLES, 60 * BLOCK_SAMPLES)
    states, (one, other) = heard(first, second)
    speech = [(2 * BLOCK_SAMPLES, 4 * BLOCK_SAMPLES), (10 * BLOCK_SAMPLES, 55 * BLOCK_SAMPLES)]
    found, seconds = states.mean(0, speech)
    chosen = [one[20:40], one[100:200], other[:50]]
    assert seconds == pytest.approx(3.4)
    np.testing.assert_allclose(found, directly(np.concatenate(chosen)), atol=1e-4)


def test_states_of_a_window_read_without_its_pause_are_found_where_they_were_spoken() -> None:
    second = 16_000
    window = Window(0, 0, 20 * second, speech=((0, 2 * second), (17 * second, 20 * second)))
    states, [encoded] = heard(window)
    again, _ = window.pieces[1]
    read = window.read_at(again) // STATE_SAMPLES
    speech = [(again + BLOCK_SAMPLES, again + 4 * BLOCK_SAMPLES)]
    found, seconds = states.mean(0, speech)
    assert seconds == pytest.approx(0.6)
    np.testing.assert_allclose(found, directly(encoded[read + BLOCK_STATES : read + 4 * BLOCK_STATES]), atol=1e-4)
    assert states.mean(0, [(8 * second, 10 * second)])[1] == 0.0


def test_padding_and_other_channels_are_not_the_speaker() -> None:
    states, _ = heard(Window(1, 0, 10 * BLOCK_SAMPLES))
    assert states.mean(1, [(0, 10**9)])[1] == pytest.approx(2.0)
    nothing, seconds = states.mean(0, [(0, 10**9)])
    assert (seconds, nothing.tolist()) == (0.0, [0.0] * SCALES)
    assert states.mean(1, [])[1] == 0.0


def test_three_hours_of_speech_stay_below_a_megabyte() -> None:
    states = VoiceStates(np.ones((8, 2), dtype=np.float32))
    states([Window(0, 0, 27 * 16_000)], np.zeros((1, 1500, 8), dtype=np.float32))
    assert states.nbytes / 27 * 3 * 3600 < 1e6


def test_a_window_shorter_than_a_block_is_left_out() -> None:
    states, _ = heard(Window(0, 0, BLOCK_SAMPLES - 1))
    assert states.nbytes == 0


def test_states_of_another_width_are_refused() -> None:
    with pytest.raises(ValueError, match="mismatch"):
        VoiceStates(WEIGHTS)([Window(0, 0, 32_000)], np.zeros((1, 100, WIDTH + 1), dtype=np.float32))


def test_the_encoders_own_output_is_read_without_a_copy_of_it() -> None:
    import ctranslate2

    given_array = np.arange(24, dtype=np.float32).reshape(1, 2, 12)
    view = ctranslate2.StorageView.from_array(given_array)
    assert np.shares_memory(as_array(view), given_array)
    half = view.to(ctranslate2.DataType.float16)
    np.testing.assert_array_equal(as_array(half), given_array)
