"""Music with a voice in it: hold music that is sung. Its words are nobody's on the line.

A voice on a line stands out of what is heard between its sentences; a singer's does not, for the band plays on. So a
stretch of speech is suspected where the sound beside it is about as loud, and is made of tones that are held: partials
that stay where they are for a quarter of a second, which no speaking voice does for long and noise never does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voc.speech.conversation_metrics import Interval
from voc.speech.decode import SAMPLE_RATE, Audio

HELD: Final = 0.2
"""Share of the power in held tones from which a sound is music: a sung song without its singer is at 0.28 to 0.43,
noise and babble of real recordings below 0.16 (quiet hum reaches 0.5, but is 25 dB below the voice)."""

BELOW_VOICE_DB: Final = 6.0
"""The band is as loud as its singer; between the sentences of calls, meetings and noisy posts the sound is at least
12 dB below the voice, but for somebody's drawn-out sound that is not taken for speech."""

_BESIDE_LEAST: Final = SAMPLE_RATE * 3 // 2
"""Samples beside a stretch, on both sides together, that must be heard: more than a drawn-out sound."""

_SHORTEST: Final = SAMPLE_RATE
"""Shorter speech is not judged: its level says nothing."""

_BESIDE_MOST: Final = 4 * SAMPLE_RATE
_NEAR: Final = SAMPLE_RATE * 6 // 10
"""Stretches with a shorter pause are judged as one."""

_EDGE: Final = SAMPLE_RATE // 10
"""Left out beside a stretch: the voice's own tail."""

_WINDOW: Final = 2048
_STEP: Final = 512
_BINS: Final = slice(10, 420)
"""78 to 3280 Hz."""

_ABOVE_DB: Final = 9.0
_AROUND_BINS: Final = 31
_FRAMES: Final = 8
"""A quarter of a second."""


def sung(audio: Audio, channel: int, spoken: Sequence[Interval]) -> list[bool]:
    """Return for each stretch (samples, in order) of a channel whether it may be sung."""
    groups: list[list[int]] = []
    for number, (begin, _) in enumerate(spoken):
        if groups and begin - spoken[groups[-1][-1]][1] < _NEAR:
            groups[-1].append(number)
        else:
            groups.append([number])
    found = [False] * len(spoken)
    for at, group in enumerate(groups):
        if sum(spoken[number][1] - spoken[number][0] for number in group) < _SHORTEST:
            continue
        before = spoken[groups[at - 1][-1]][1] if at else 0
        after = spoken[groups[at + 1][0]][0] if at + 1 < len(groups) else audio.frames
        begin, end = spoken[group[0]][0], spoken[group[-1]][1]
        places = [
            (max(before, begin - _BESIDE_MOST) + _EDGE, begin - _EDGE),
            (end + _EDGE, min(after, end + _BESIDE_MOST) - _EDGE),
        ]
        beside = [audio.samples(channel, first, last) for first, last in places if last - first >= 2 * _WINDOW]
        if sum(map(len, beside)) < _BESIDE_LEAST:
            continue
        voice = _power([audio.samples(channel, *spoken[number]) for number in group])
        if _power(beside) < voice * 10 ** (-BELOW_VOICE_DB / 10):
            continue
        shares = np.concatenate([held_tones(sound) for sound in beside])
        if float(shares.mean()) >= HELD:
            for number in group:
                found[number] = True
    return found


def held_tones(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the share of the power in held tones of every 32 ms of sound (float32 [n], 16 kHz), 0…1."""
    from scipy.ndimage import maximum_filter1d, median_filter

    if len(sound) < _WINDOW:
        return np.zeros(0)
    frames = np.lib.stride_tricks.sliding_window_view(sound, _WINDOW)[::_STEP] * np.hanning(_WINDOW)
    power = np.square(np.abs(np.fft.rfft(frames, axis=1)))[:, _BINS]
    levels = 10 * np.log10(power + 1e-10)
    peaks = levels == maximum_filter1d(levels, 3, axis=1)
    peaks &= levels > median_filter(levels, size=(1, _AROUND_BINS)) + _ABOVE_DB
    near = maximum_filter1d(peaks.astype(np.uint8), 3, axis=1).astype(bool)
    lasting = np.zeros(peaks.shape, dtype=np.int32)
    for at in range(len(near)):
        lasting[at] = np.where(near[at], (lasting[at - 1] if at else 0) + 1, 0)
    for at in range(len(near) - 2, -1, -1):
        lasting[at] = np.where(near[at], np.maximum(lasting[at], lasting[at + 1]), 0)
    held = maximum_filter1d((peaks & (lasting >= _FRAMES)).astype(np.uint8), 3, axis=1).astype(bool)
    return np.asarray((power * held).sum(axis=1) / np.maximum(power.sum(axis=1), 1e-12), dtype=np.float64)


def _power(sounds: Sequence[NDArray[np.float32]]) -> float:
    count = sum(map(len, sounds))
    return sum(float(sound @ sound) for sound in sounds) / count if count else 0.0
