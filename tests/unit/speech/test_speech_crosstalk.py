"""One channel heard on another: silenced where it is all there is, kept where somebody talks over it."""

from __future__ import annotations

import numpy as np
import pytest

from voc.speech.crosstalk import separated
from voc.speech.decode import Audio
from voc.speech.voice_activity import Window

RATE = 16_000


def voice(seed: int, seconds: float) -> np.ndarray:
    """Something like speech: noise through a moving resonance, in syllables."""
    rng = np.random.default_rng(seed)
    count = int(seconds * RATE)
    spectrum = np.fft.rfft(rng.normal(size=count))
    hertz = np.fft.rfftfreq(count, 1 / RATE)
    sound = np.fft.irfft(spectrum / (1 + ((hertz - 500 - 100 * seed) / 300) ** 2), count)
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * (3 + seed) * np.arange(count) / RATE)
    return 0.15 * sound * syllables / np.sqrt(np.mean(sound**2))


def call(*, gain_db: float, delay_s: float) -> Audio:
    """Two people in turn, three seconds each; each channel hears the other one."""
    sides = np.zeros((2, 12 * RATE))
    for turn in range(4):
        sides[turn % 2, turn * 3 * RATE : (turn + 1) * 3 * RATE] = voice(turn, 3)
    delay = int(delay_s * RATE)
    leaked = np.stack([np.concatenate([np.zeros(delay), side])[: 12 * RATE] for side in sides[::-1]])
    mixed = sides + 10 ** (gain_db / 20) * leaked + np.random.default_rng(9).normal(0, 1e-3, sides.shape)
    return Audio((np.clip(mixed, -1, 1) * 32767).astype(np.int16).T)


@pytest.mark.parametrize(("gain_db", "delay_s"), [(-4, 0), (-4, 0.02), (-10, 0.35), (-25, 0.1)])
def test_each_channel_keeps_its_own_turns_only(gain_db: float, delay_s: float) -> None:
    audio = call(gain_db=gain_db, delay_s=delay_s)
    # Voice activity of a channel with strong bleed is the whole call.
    found = separated(audio, [[(0, 12 * RATE)], [(0, 12 * RATE)]])
    for channel, own in enumerate(found.spoken):
        mine = [(turn * 3, turn * 3 + 3) for turn in range(4) if turn % 2 == channel]
        inside = sum(
            max(0.0, min(end / RATE, last) - max(begin / RATE, first)) for begin, end in own for first, last in mine
        )
        spoken = sum(end - begin for begin, end in own) / RATE
        assert inside > 5.5
        assert spoken - inside < 1.0 + 2 * delay_s
    assert found.audio.muted


def test_what_was_silenced_is_read_as_silence() -> None:
    found = separated(call(gain_db=-4, delay_s=0), [[(0, 12 * RATE)], [(0, 12 * RATE)]])
    assert not found.audio.samples(1, RATE, 2 * RATE).any()
    assert found.audio.samples(0, RATE, 2 * RATE).any()
    assert found.audio.samples(1, 4 * RATE, 5 * RATE).any()


def test_who_talks_over_the_leak_is_kept() -> None:
    audio = call(gain_db=-10, delay_s=0.1)
    pcm = audio.pcm.astype(np.float64)
    pcm[RATE : 2 * RATE, 1] += 32767 * voice(7, 1)  # over the other's first turn
    found = separated(Audio(np.clip(pcm, -32768, 32767).astype(np.int16)), [[(0, 12 * RATE)], [(0, 12 * RATE)]])
    assert any(begin < 1.3 * RATE and end > 1.7 * RATE for begin, end in found.spoken[1])


def test_two_people_who_talk_at_once_are_both_kept() -> None:
    pcm = np.stack([voice(1, 6), voice(2, 6)], axis=1)
    spoken = [[(0, 6 * RATE)], [(0, 6 * RATE)]]
    found = separated(Audio((pcm * 32767).astype(np.int16)), spoken)
    assert (found.spoken, found.count, found.audio.muted) == (spoken, 0, ())


def test_muted_sound_is_silent_in_every_way_it_is_asked() -> None:
    audio = Audio(np.full((RATE, 2), 1000, dtype=np.int16), muted=((), ((100, 200), (300, 400))))
    assert audio.samples(1, 150, 350).astype(bool).tolist() == [False] * 50 + [True] * 100 + [False] * 50
    assert audio.samples(0, 150, 350).all()
    assert Window(1, 0, RATE).seconds == 1.0
