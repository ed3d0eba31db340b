"""Pitch, loudness and pace of a stretch of speech, and in which of them a turn stands out: plain reasons for a tone.

No model: pitch by YIN on the telephone's band, loudness as the root mean square level, pace as words over the time
spoken. They explain a figure; they are not it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voc.records import ToneReason
from voc.speech.conversation_metrics import Interval
from voc.speech.decode import SAMPLE_RATE, Audio

PITCH_RATE: Final = 8000
"""Hz. Telephone speech holds no more, and half the samples cost half the time."""

PITCH_MIN_HZ: Final = 65.0
PITCH_MAX_HZ: Final = 420.0
"""Range of speaking voices, men's and women's, raised ones included."""

_FRAME_S: Final = 0.04
_HOP_S: Final = 0.02
_DIP: Final = 0.15
"""Absolute threshold of YIN (de Cheveigné and Kawahara 2002, §II.D: between 0.1 and 0.15)."""

_FLOOR_DB: Final = 30.0
"""A frame that far below the loudest of its stretch is a breath or noise."""

_BLOCK: Final = 1500
"""Frames computed at once (30 s)."""

VOICED_MIN_S: Final = 0.3
"""Less voiced speech tells no pitch."""

PACE_MIN_WORDS: Final = 5
"""A pace of fewer words is that of the words, not of the speaker."""

LOUDER_DB: Final = 3.0
"""Twice the power; the difference one just hears is about 1 dB."""

FASTER: Final = 1.25
"""Pace against the pace before; listeners notice from about 1.05 on (Quené 2007), short turns vary more than that."""

HIGHER_SEMITONES: Final = 3.0
"""Smaller movements of pitch play no part in communication ('t Hart 1981)."""


@dataclass(frozen=True)
class Prosody:
    """Median pitch (Hz), level while speaking (dBFS) and words a minute of a stretch; ``None`` where too little."""

    pitch_hz: float | None = None
    loudness_dbfs: float | None = None
    words_per_minute: float | None = None


def pitches(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the pitch of every voiced frame (40 ms, every 20 ms) of mono sound at 16 kHz, Hz: float64 [n]."""
    # The mean of two neighbours is low-pass enough: what folds back lies above the pitches looked for.
    wave = sound[: len(sound) // 2 * 2].reshape(-1, 2).mean(axis=1, dtype=np.float64)
    window, hop = int(_FRAME_S * PITCH_RATE), int(_HOP_S * PITCH_RATE)
    shortest, longest = int(PITCH_RATE / PITCH_MAX_HZ), int(np.ceil(PITCH_RATE / PITCH_MIN_HZ))
    span = window + longest + 1
    if len(wave) < span:
        return np.zeros(0)
    frames = np.lib.stride_tricks.sliding_window_view(wave, span)[::hop]
    power = np.square(frames).mean(axis=1)
    loud = frames[power > max(float(power.max()) * 10 ** (-_FLOOR_DB / 10), 1e-10)]
    found = [_yin(loud[at : at + _BLOCK], window, shortest, longest) for at in range(0, len(loud), _BLOCK)]
    return np.concatenate(found) if found else np.zeros(0)


def _yin(frames: NDArray[np.float64], window: int, shortest: int, longest: int) -> NDArray[np.float64]:
    """Steps 2 to 5 of YIN on frames [n, window + longest + 1]; frames without a clear period are left out."""
    size = 1 << (frames.shape[1] + window - 1).bit_length()
    spectra = np.conj(np.fft.rfft(frames[:, :window], size)) * np.fft.rfft(frames, size)
    likeness = np.fft.irfft(spectra, size)[:, : longest + 2]
    energy = np.concatenate([np.zeros((len(frames), 1)), np.cumsum(np.square(frames), axis=1)], axis=1)
    lags = np.arange(longest + 2)
    moving = energy[:, lags + window] - energy[:, lags]
    difference = np.maximum(moving[:, :1] + moving - 2 * likeness, 0.0)
    running = np.cumsum(difference[:, 1:], axis=1)
    normal = np.ones_like(difference)
    normal[:, 1:] = difference[:, 1:] * lags[1:] / np.maximum(running, 1e-12)
    inner = normal[:, shortest : longest + 1]
    dips = (inner < _DIP) & (inner <= normal[:, shortest - 1 : longest]) & (inner < normal[:, shortest + 1 :])
    voiced = dips.any(axis=1)
    rows = np.flatnonzero(voiced)
    lag = dips[rows].argmax(axis=1) + shortest
    before, at, after = (difference[rows, lag + step] for step in (-1, 0, 1))
    curve = before - 2 * at + after
    shift = np.where(curve > 0, (before - after) / (2 * np.where(curve > 0, curve, 1.0)), 0.0)
    return np.asarray(PITCH_RATE / (lag + np.clip(shift, -0.5, 0.5)), dtype=np.float64)


def prosody(audio: Audio, channel: int, speech: Sequence[Interval], *, words: int) -> Prosody:
    """Measure one turn.

    Args:
        audio: the recording.
        channel: 0-based.
        speech: where the turn is really spoken (samples), in order.
        words: how many words it has.
    """
    parts = [audio.samples(channel, begin, end) for begin, end in speech]
    seconds = sum(len(part) for part in parts) / SAMPLE_RATE
    if not seconds:
        return Prosody()
    power = sum(float(part @ part) for part in parts) / (seconds * SAMPLE_RATE)
    heard = np.concatenate([pitches(part) for part in parts])
    enough = len(heard) * _HOP_S >= VOICED_MIN_S
    return Prosody(
        pitch_hz=round(float(np.median(heard)), 1) if enough else None,
        loudness_dbfs=round(float(10 * np.log10(power)), 1) if power > 1e-10 else None,
        words_per_minute=round(words / seconds * 60, 1) if words >= PACE_MIN_WORDS else None,
    )


def opening(first: Sequence[Prosody]) -> Prosody:
    """Return the median of each measure over a speaker's first turns."""
    return Prosody(
        pitch_hz=_median([one.pitch_hz for one in first]),
        loudness_dbfs=_median([one.loudness_dbfs for one in first]),
        words_per_minute=_median([one.words_per_minute for one in first]),
    )


def reasons(turn: Prosody, before: Prosody) -> tuple[ToneReason, ...]:
    """Return in what a turn stands out from how the speaker began, most telling first."""
    found: list[ToneReason] = []
    if turn.loudness_dbfs is not None and before.loudness_dbfs is not None:
        louder = turn.loudness_dbfs - before.loudness_dbfs
        if abs(louder) >= LOUDER_DB:
            found.append("louder" if louder > 0 else "quieter")
    if turn.pitch_hz is not None and before.pitch_hz is not None:
        higher = 12 * float(np.log2(turn.pitch_hz / before.pitch_hz))
        if abs(higher) >= HIGHER_SEMITONES:
            found.append("higher" if higher > 0 else "lower")
    if turn.words_per_minute is not None and before.words_per_minute:
        ratio = turn.words_per_minute / before.words_per_minute
        if ratio >= FASTER or ratio <= 1 / FASTER:
            found.append("faster" if ratio > 1 else "slower")
    return tuple(found)


def _median(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if known else None
