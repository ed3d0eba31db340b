"""What is heard while nobody talks: hold music, ringing, noise. Set apart from silence, for a wait with music is one.

A stretch counts when it is no more than 25 dB below the level of speech (and above −50 dBFS: the noise of an open line
is −60 to −50) for a second. Tones that come and go, each in one or two narrow peaks of the spectrum, are the line's
own: ringing, engaged, beeps; their pauses belong to them (ITU-T E.180: at most five seconds).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voc.records import OtherSound
from voc.speech.conversation_metrics import Interval, union, without
from voc.speech.decode import SAMPLE_RATE, Audio

_FRAME_MS: Final = 100
_BELOW_SPEECH_DB: Final = 25.0
_USUAL_SPEECH_DBFS: Final = -25.0
_FAINTEST_DBFS: Final = -50.0
_SHORTEST_MS: Final = 1000
_JOIN_MS: Final = 300

_TAIL_MS: Final = 200
"""Beside talk: reverberation and breath that voice activity leaves out."""

_BURST_MS: Final = 300
_BURST_PAUSE_MS: Final = 5000
_TONES: Final = 2
_TONE_HZ: Final = 25.0
_TONE_SHARE: Final = 0.8
"""So much of a burst's power lies within 25 Hz of its two strongest tones; of a chord or a voice, less than half."""

_LOWEST_HZ: Final = 200.0
"""No exchange signals lower (ITU-T E.180: 340 Hz and more): what is strong there is wind, traffic or the mains."""


def non_speech_sounds(audio: Audio, talk: Iterable[Interval], *, unread: Sequence[Interval] = ()) -> list[OtherSound]:
    """Return the sounds (ms) outside ``talk`` (ms, of everybody), in order of time.

    Speech that gave no words (``unread``, ms) is kept apart from sounds, where nobody else talks.
    """
    spoken_by_all = union(talk)
    lost = without(union(unread), spoken_by_all)
    taken = union((begin - _TAIL_MS, end + _TAIL_MS) for begin, end in (*spoken_by_all, *lost))
    levels = np.max([audio.loudness(channel, window_ms=_FRAME_MS) for channel in range(audio.channels)], axis=0)
    spoken = np.zeros(len(levels), dtype=bool)
    for begin, end in taken:
        spoken[max(0, begin // _FRAME_MS) : -(-end // _FRAME_MS)] = True
    usual = float(np.median(levels[spoken])) if spoken.any() else _USUAL_SPEECH_DBFS
    loud = ~spoken & (levels >= max(_FAINTEST_DBFS, usual - _BELOW_SPEECH_DB))
    runs = _runs(loud, audio.duration_ms)
    tones = [run for run in runs if run[1] - run[0] >= _BURST_MS and _is_tone(audio, run)]
    ringing = _ringing(tones, taken)
    long = [run for run in runs if run[1] - run[0] >= _SHORTEST_MS and not _inside(run, ringing)]
    found = [OtherSound(begin_ms=begin, end_ms=end, kind="ringing") for begin, end in ringing]
    found += [OtherSound(begin_ms=begin, end_ms=end) for begin, end in long]
    found += [OtherSound(begin_ms=begin, end_ms=end, kind="speech") for begin, end in lost]
    return sorted(found, key=lambda one: one.begin_ms)


def _runs(loud: NDArray[np.bool_], duration_ms: int) -> list[Interval]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(np.int8)))
    runs: list[Interval] = []
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        begin, end = first * _FRAME_MS, min(last * _FRAME_MS, duration_ms)
        if runs and begin - runs[-1][1] <= _JOIN_MS:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((begin, end))
    return runs


def _is_tone(audio: Audio, run: Interval) -> bool:
    """Whether the first second of a run is one or two pure tones."""
    begin = run[0] * SAMPLE_RATE // 1000
    end = min(run[1], run[0] + 1000) * SAMPLE_RATE // 1000
    sound = np.sum([audio.samples(channel, begin, end) for channel in range(audio.channels)], axis=0)
    power = np.square(np.abs(np.fft.rfft(sound * np.hanning(len(sound)))))
    total = float(power.sum())
    power[: round(_LOWEST_HZ * len(sound) / SAMPLE_RATE)] = 0
    width = max(2, round(_TONE_HZ * len(sound) / SAMPLE_RATE))
    kept = 0.0
    for _ in range(_TONES):
        peak = int(power.argmax())
        near = slice(max(0, peak - width), peak + width + 1)
        kept += float(power[near].sum())
        power[near] = 0
    return total > 0 and kept / total >= _TONE_SHARE


def _ringing(tones: Sequence[Interval], taken: Sequence[Interval]) -> list[Interval]:
    """Join tones that follow each other with nobody talking between; a single short beep is none."""
    joined: list[Interval] = []
    for begin, end in tones:
        last = joined[-1] if joined else None
        between = last is not None and any(first < begin and end_of > last[1] for first, end_of in taken)
        if last is not None and begin - last[1] <= _BURST_PAUSE_MS and not between:
            joined[-1] = (last[0], end)
        else:
            joined.append((begin, end))
    return [one for one in joined if one[1] - one[0] >= _SHORTEST_MS]


def _inside(run: Interval, others: Iterable[Interval]) -> bool:
    return any(begin <= run[0] and run[1] <= end for begin, end in others)
