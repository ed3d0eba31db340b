"""One channel heard on another: told by its sound, left out where it is all there is, kept where somebody talks over.

A headset, a bridge or an echo lets the far side through, fainter and up to half a second later. The sound is compared,
not the words, because faint words are misheard. First whole stretches: the same sound, 6 dB quieter. Then, where a
second of a stretch is the other channel's sound at some delay, step by step: what is more of that sound than of
anything else, and quieter here, is silence on this channel for all that follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voc.speech.conversation_metrics import Interval, union, without
from voc.speech.decode import SAMPLE_RATE, Audio

_FRAME_MS: Final = 50
_FRAMES_MIN: Final = 4
_DROWNED_DB: Final = 20.0
"""Two people on one call are seldom 20 dB apart; what a headset lets through is 25 to 45 dB down."""

_LEAK_DB: Final = 6.0
_LEAK_LAG_MS: Final = 500
"""Echoes of a long way: satellite, conference bridges, mobile networks."""

_LEAK_LIKENESS: Final = 0.4
"""Peak of the normalised cross-correlation; two people who talk at the same time stay below 0.1."""

_PIECE: Final = SAMPLE_RATE
_PIECE_LIKENESS: Final = 0.5
"""The same, of a second, at its best delay: of the two sides of a real call (299 pieces) at most 0.30."""

_STEP: Final = SAMPLE_RATE // 10
_AROUND: Final = SAMPLE_RATE * 3 // 20
"""Samples on both sides of a step's begin: 0.3 s are compared."""

_STEP_LIKENESS: Final = 0.65
_QUIETER_DB: Final = 1.0
"""A step is the other channel's where its sound explains so much of this one, and is that much louder there."""

_SHORTEST: Final = SAMPLE_RATE * 3 // 10
"""Samples; what is left between two leaks must be as long to be somebody's words."""

_TAIL: Final = SAMPLE_RATE // 10


@dataclass(frozen=True)
class Separated:
    """The recording with other channels' sound silenced, the speech of each channel itself, and how many stretches
    were another channel's in whole or in part."""

    audio: Audio
    spoken: list[list[Interval]]
    count: int


def separated(audio: Audio, spoken: Sequence[Sequence[Interval]]) -> Separated:
    """Leave out what channels hear of each other.

    Args:
        audio: two channels or more.
        spoken: voice activity of each (samples).
    """
    kept, whole = drop_crosstalk(audio, spoken)
    leaks: list[tuple[Interval, ...]] = []
    touched = 0
    for channel, own in enumerate(kept):
        found = [
            leak
            for stretch in own
            for leak in union(
                pair
                for other in range(audio.channels)
                if other != channel
                for pair in _leaks_within(audio, channel, other, stretch)
            )
        ]
        touched += sum(any(begin < last and end > first for first, last in found) for begin, end in own)
        kept[channel] = [one for one in without(own, found) if not found or one in own or one[1] - one[0] >= _SHORTEST]
        gone = without(spoken[channel], kept[channel])
        leaks.append(tuple(union((max(0, begin - _TAIL), end + _TAIL) for begin, end in gone)))
        leaks[-1] = tuple(without(leaks[-1], kept[channel]))
    if not any(leaks):
        return Separated(audio, kept, whole)
    return Separated(replace(audio, muted=tuple(leaks)), kept, whole + touched)


def _leaks_within(audio: Audio, channel: int, source: int, stretch: Interval) -> list[Interval]:
    """The steps (samples) of a stretch that are another channel heard through."""
    lag = _LEAK_LAG_MS * SAMPLE_RATE // 1000
    found: list[Interval] = []
    begin, end = stretch
    pieces = range(begin, max(begin + 1, end - _PIECE // 2), _PIECE // 2)
    delays = {piece: delay for piece in pieces if (delay := _delay(audio, channel, source, piece, lag)) is not None}
    if not delays:
        return []
    for step in range(begin, end, _STEP):
        piece = min(delays, key=lambda one: abs(one + _PIECE // 2 - step))
        if abs(piece + _PIECE // 2 - step) > _PIECE:
            continue
        first, last = max(begin, step - _AROUND), min(end, step + _STEP + _AROUND)
        if first - delays[piece] < 0:
            continue
        here = audio.samples(channel, first, last)
        there = audio.samples(source, first - delays[piece], last - delays[piece])
        energies = float(here @ here), float(there @ there)
        if min(energies) <= 0 or 10 * np.log10(energies[1] / energies[0]) < _QUIETER_DB:
            continue
        if abs(float(here @ there)) / float(np.sqrt(energies[0] * energies[1])) >= _STEP_LIKENESS:
            found.append((step, min(end, step + _STEP)))
    return union(found)


def _delay(audio: Audio, channel: int, source: int, begin: int, lag: int) -> int | None:
    """The delay (samples) with which a second of a channel is another one's sound; ``None``: it is its own."""
    here = audio.samples(channel, begin, begin + _PIECE)
    start = max(0, begin - lag)
    there = audio.samples(source, start, begin + len(here))
    delays = len(there) - len(here)
    size = 1 << (len(there) + len(here)).bit_length()
    likeness = np.fft.irfft(np.fft.rfft(there, size) * np.conj(np.fft.rfft(here, size)), size)[: delays + 1]
    sums = np.concatenate([[0.0], np.cumsum(np.square(there, dtype=np.float64))])
    energies = (sums[len(here) :] - sums[: len(sums) - len(here)]) * float(here @ here)
    shares = np.abs(likeness) / np.sqrt(np.maximum(energies, 1e-9))
    best = int(shares.argmax())
    return delays - best if shares[best] >= _PIECE_LIKENESS else None


def drop_crosstalk(audio: Audio, spoken: Sequence[Sequence[Interval]]) -> tuple[list[list[Interval]], int]:
    """Leave out stretches (samples, by channel) that are another channel heard through: the same sound, quieter.

    A headset or a bridge lets the far side through with a delay; the sound is compared, not the words, because faint
    words are misheard. Where both sides speak at once the likeness is low and the stretch stays. Returns the stretches
    that stay and how many were left out.
    """
    step = SAMPLE_RATE * _FRAME_MS // 1000
    levels = [audio.loudness(channel, window_ms=_FRAME_MS) for channel in range(audio.channels)]
    kept: list[list[Interval]] = []
    for channel, intervals in enumerate(spoken):
        others = [other for other in range(audio.channels) if other != channel]
        loudest = np.max([levels[other] for other in others], axis=0)
        own = [stretch for stretch in intervals if not any(_leaks(audio, channel, other, stretch) for other in others)]
        kept.append([part for stretch in own for part in _heard_itself(stretch, levels[channel], loudest, step)])
    return kept, sum(
        not any(a < end and b > begin for a, b in kept[channel])
        for channel, intervals in enumerate(spoken)
        for begin, end in intervals
    )


def _heard_itself(
    stretch: Interval, own: NDArray[np.float64], loudest: NDArray[np.float64], step: int
) -> list[Interval]:
    """Cut out of a stretch where another channel is so much louder that this one can only hear it."""
    first, last = stretch[0] // step, min(-(-stretch[1] // step), len(own))
    drowned = loudest[first:last] - own[first:last] >= _DROWNED_DB
    if not drowned.any():
        return [stretch]
    floor = float(own[first:last][~drowned].max(initial=-100.0)) - _DROWNED_DB
    edges = np.flatnonzero(np.diff(np.concatenate([[True], drowned, [True]]).astype(int)))
    parts = []
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        # Between the other's words only noise is left, far below one's own voice.
        if end - begin >= _FRAMES_MIN and own[first + begin : first + end].max() > floor:
            parts.append((max(stretch[0], (first + int(begin)) * step), min(stretch[1], (first + int(end)) * step)))
    return parts


def _leaks(audio: Audio, channel: int, source: int, stretch: Interval) -> bool:
    begin, end = stretch
    lag = _LEAK_LAG_MS * SAMPLE_RATE // 1000
    faint = audio.samples(channel, begin, end)
    loud = audio.samples(source, max(0, begin - lag), end)
    energies = float(faint @ faint), float(loud[-len(faint) :] @ loud[-len(faint) :])
    if min(energies) <= 0 or 10 * np.log10(energies[1] / energies[0]) < _LEAK_DB:
        return False
    size = 1 << (len(loud) + len(faint)).bit_length()
    likeness = np.fft.irfft(np.fft.rfft(loud, size) * np.conj(np.fft.rfft(faint, size)), size)
    # Only delays: the leak comes after its source, by at most the lag.
    peak = float(np.abs(likeness[: len(loud) - len(faint) + 1]).max())
    return peak / float(np.sqrt(energies[0] * energies[1])) >= _LEAK_LIKENESS
