"""Who speaks when on one channel: windows of speech, their voices, and the likeliest sequence of speakers.

Every 0.4 s of speech, 1.2 s are given to the speaker encoder (:mod:`voc.speech.speaker_embedding`); the vectors are
grouped into voices (:mod:`voc.speech.speaker_clustering`); each tenth of a second then takes the voice that the windows
over it are nearest to, where changing the speaker has a price, lower at a pause (Viterbi). Of each window 512 bytes are
kept: five megabytes an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voc.speech.conversation_metrics import Interval
from voc.speech.decode import SAMPLE_RATE, Audio
from voc.speech.speaker_clustering import Voices, found
from voc.speech.speaker_embedding import VoiceEncoder

WINDOW: Final = SAMPLE_RATE * 12 // 10
"""Samples the encoder hears at once: 1.2 s. It was trained on 1.4 to 1.8 s; with 1.2 s voices are as far apart, and
changes are placed better."""

STEP: Final = SAMPLE_RATE * 4 // 10
"""Samples from one window to the next."""

FRAME: Final = SAMPLE_RATE // 10
"""Samples that have one speaker: 0.1 s."""

_JUDGED: Final = SAMPLE_RATE * 8 // 10
"""Shorter stretches are assigned to a voice but do not shape one."""

_PRICE: Final = 0.4
_PRICE_AT_PAUSE: Final = 0.1
"""What a change of speaker costs, in cosine times frames: inside a stretch of speech, and between two."""

_BATCH: Final = 256


@dataclass(frozen=True)
class Stretch:
    """Speech of one speaker (0-based, in the order of their first words), in samples."""

    begin: int
    end: int
    speaker: int


@dataclass(frozen=True)
class Diarization:
    """Who speaks when: stretches in order, how many speakers, and how surely so many (0.5 a toss-up … 1)."""

    stretches: tuple[Stretch, ...]
    speakers: int
    confidence: float


def diarize(
    audio: Audio, spoken: Sequence[Interval], *, encoder: VoiceEncoder, speakers: int | None = None
) -> Diarization:
    """Tell the speakers of the first channel apart.

    Args:
        audio: one channel, or the first of several.
        spoken: its speech in samples, in order, without overlaps.
        encoder: by :func:`voc.speech.speaker_embedding.load_voices`.
        speakers: how many there are; default as many as are heard, 1 to 6.

    Returns:
        A partition of ``spoken``.
    """
    windows = windows_over(spoken)
    if not windows:
        return Diarization((), 0, 1.0)
    vectors = _vectors(audio, windows, encoder)
    judged = np.array([end - begin >= _JUDGED for begin, end in windows])
    shaping = vectors[judged] if judged.sum() > 1 else vectors
    voices = found(shaping, each_s=STEP / SAMPLE_RATE, exactly=speakers)
    return assigned(spoken, windows, vectors, voices)


def windows_over(spoken: Sequence[Interval]) -> list[Interval]:
    """Return windows of at most 1.2 s, spread evenly over each stretch (samples), the last one ending with it."""
    windows: list[Interval] = []
    for begin, end in spoken:
        steps = -(-max(0, end - begin - WINDOW) // STEP)
        starts = np.linspace(begin, max(begin, end - WINDOW), steps + 1).round().astype(int)
        windows += [(int(start), min(int(start) + WINDOW, end)) for start in starts]
    return windows


def _vectors(audio: Audio, windows: Sequence[Interval], encoder: VoiceEncoder) -> NDArray[np.float16]:
    parts = [
        encoder.vectors([audio.samples(0, begin, end) for begin, end in windows[first : first + _BATCH]])
        for first in range(0, len(windows), _BATCH)
    ]
    return np.concatenate(parts).astype(np.float16)


def assigned(
    spoken: Sequence[Interval], windows: Sequence[Interval], vectors: NDArray[np.floating], voices: Voices
) -> Diarization:
    """Give every tenth of a second of ``spoken`` to one of the voices.

    Args:
        spoken: speech, in samples.
        windows: stretches of it, in order, as :func:`windows_over` gives them.
        vectors: the voice in each window, [n, 256].
        voices: those to choose from.
    """
    likeness = np.concatenate(
        [part.astype(np.float32) @ voices.centres.T for part in np.array_split(vectors, len(vectors) // 4096 + 1)]
    )
    frames, prices = _frames(spoken, windows, likeness)
    path = cheapest_path(frames, prices)
    names: dict[int, int] = {}
    stretches: list[Stretch] = []
    at = 0
    for begin, end in spoken:
        count = _count(begin, end)
        own = path[at : at + count]
        at += count
        edges = [0, *(np.flatnonzero(np.diff(own)) + 1).tolist(), count]
        for first, last in pairwise(edges):
            speaker = names.setdefault(int(own[first]), len(names))
            stretches.append(Stretch(begin + first * FRAME, end if last == count else begin + last * FRAME, speaker))
    return Diarization(tuple(stretches), len(names), voices.confidence)


def _count(begin: int, end: int) -> int:
    return max(1, (end - begin) // FRAME)


def _frames(
    spoken: Sequence[Interval], windows: Sequence[Interval], likeness: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the likeness of each frame to each voice [frames, k], and the price of a change before each frame.

    A frame's likeness is the mean of the windows over it, those counting more whose middle is near.
    """
    total = sum(_count(begin, end) for begin, end in spoken)
    sums = np.zeros((total, likeness.shape[1]), dtype=np.float32)
    weights = np.zeros(total, dtype=np.float32)
    prices = np.full(total, _PRICE, dtype=np.float32)
    at, window = 0, 0
    for begin, end in spoken:
        count = _count(begin, end)
        prices[at] = _PRICE_AT_PAUSE
        middles = begin + FRAME * (np.arange(count) + 0.5)
        while window < len(windows) and windows[window][1] <= end:
            first, last = windows[window]
            # A triangle over the window, never quite zero, so that every frame is told by something.
            near = 1.05 - np.abs(middles - (first + last) / 2) / max(1, (last - first) / 2)
            near = np.maximum(near, 0).astype(np.float32)
            sums[at : at + count] += near[:, None] * likeness[window]
            weights[at : at + count] += near
            window += 1
        at += count
    return np.asarray(sums / np.maximum(weights, 1e-9)[:, None], dtype=np.float32), prices


def cheapest_path(likeness: NDArray[np.float32], prices: NDArray[np.float32]) -> NDArray[np.intp]:
    """Return the speaker of each frame: the sequence with the greatest likeness less the price of its changes.

    ``likeness`` is [frames, speakers]; ``prices`` [frames], what a change just before each frame costs.
    """
    count, speakers = likeness.shape
    if speakers == 1 or count == 0:
        return np.zeros(count, dtype=np.intp)
    came = np.empty((count, speakers), dtype=np.int8)
    best = likeness[0].copy()
    for at in range(1, count):
        leader = int(best.argmax())
        changed = best[leader] - prices[at]
        stays = best >= changed
        came[at] = np.where(stays, np.arange(speakers), leader)
        best = np.where(stays, best, changed) + likeness[at]
        best -= best.max()
    path = np.empty(count, dtype=np.intp)
    path[-1] = int(best.argmax())
    for at in range(count - 1, 0, -1):
        path[at - 1] = came[at, path[at]]
    return path
