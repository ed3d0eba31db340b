"""What is heard while nobody talks is set apart from silence."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from voc.speech.decode import SAMPLE_RATE, Audio
from voc.speech.non_speech import non_speech_sounds

AT = np.arange(30 * SAMPLE_RATE) / SAMPLE_RATE


def recording(*channels: np.ndarray) -> Audio:
    return Audio(pcm=(np.stack(channels, axis=1).clip(-1, 1) * 32767).astype(np.int16))


def line_noise(level: float = 0.0015) -> np.ndarray:
    return np.random.default_rng(3).normal(0, level, len(AT))


def between(begin: float, end: float) -> np.ndarray:
    return (begin <= AT) & (end > AT)


def music() -> np.ndarray:
    chord = sum(np.sin(2 * np.pi * note * AT) for note in (261.6, 329.6, 392.0, 523.3, 659.3))
    return 0.02 * chord * (0.6 + 0.4 * np.sin(2 * np.pi * 2 * AT))


def found(audio: Audio, talk: list[tuple[int, int]]) -> list[tuple[str, int, int]]:
    return [(one.kind, one.begin_ms, one.end_ms) for one in non_speech_sounds(audio, talk)]


def test_silence_and_line_noise_are_no_sounds() -> None:
    assert found(recording(np.zeros(len(AT))), []) == []
    assert found(recording(line_noise()), [(0, 2000)]) == []


def test_hold_music_is_a_sound_where_it_plays() -> None:
    [(kind, begin, end)] = found(recording(line_noise() + music() * between(8, 20)), [(0, 5000), (22_000, 25_000)])
    assert kind == "sound"
    assert abs(begin - 8000) <= 200 and abs(end - 20_000) <= 200


def test_ringing_is_one_stretch_with_its_pauses() -> None:
    ring = 0.2 * np.sin(2 * np.pi * 440 * AT) * (AT % 5 < 1.5) * between(0, 12)
    [(kind, begin, end)] = found(recording(line_noise() + ring), [(15_000, 20_000)])
    assert (kind, begin) == ("ringing", 0)
    assert abs(end - 11_500) <= 200


def test_two_tones_at_once_ring_too() -> None:
    both = 0.1 * (np.sin(2 * np.pi * 440 * AT) + np.sin(2 * np.pi * 480 * AT)) * (AT % 6 < 2) * between(0, 15)
    assert [kind for kind, *_ in found(recording(both), [])] == ["ringing"]


def test_wind_and_the_mains_do_not_ring() -> None:
    rumble = np.fft.rfft(line_noise(0.2)) / np.sqrt(np.arange(1, len(AT) // 2 + 2)) * 40
    hum = 0.1 * np.sin(2 * np.pi * 50 * AT)
    for low in (np.fft.irfft(rumble, len(AT)), hum):
        assert {kind for kind, *_ in found(recording(low * (AT % 5 < 1.5)), [])} == {"sound"}


def test_a_click_or_a_single_beep_is_not_told() -> None:
    beep = 0.2 * np.sin(2 * np.pi * 1000 * AT) * between(5, 5.4)
    assert found(recording(line_noise() + beep), [(10_000, 12_000)]) == []


def test_a_sound_on_either_channel_counts_and_talk_comes_first() -> None:
    audio = recording(music() * between(3, 15), line_noise())
    (before, after) = found(audio, [(8000, 10_000)])
    assert before[2] <= 8000 and after[1] >= 10_000


@given(st.lists(st.tuples(st.integers(0, 29_000), st.integers(1, 9000)), max_size=4))
@settings(deadline=None, max_examples=10)
def test_sounds_are_in_order_and_within_the_recording(spans: list[tuple[int, int]]) -> None:
    talk = [(begin, begin + length) for begin, length in spans]
    sounds = non_speech_sounds(recording(music()), talk)
    assert all(0 <= one.begin_ms < one.end_ms <= 30_000 for one in sounds)
    assert [one.begin_ms for one in sounds] == sorted(one.begin_ms for one in sounds)
