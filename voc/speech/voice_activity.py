"""Where somebody speaks: Silero voice activity, and the windows that are worth transcribing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, groupby, pairwise
from typing import Any, Final

import numpy as np

from voc.speech.conversation_metrics import Interval, union, without
from voc.speech.decode import SAMPLE_RATE, SILENT_DBFS, Audio

VAD_NAME: Final = "silero-vad@v6"

_BLOCK_S: Final = 120
"""Voice activity is computed on two minutes at a time: Silero's input is copied several times over."""

_WARM_UP_S: Final = 8
"""Silero is deaf when it starts: of the speech in the 6 s after a start in the middle of a call it misses 15 %, when it
was given 1 s of what came before 4 %, 3 s 2.4 %, 8 s 0.6 %."""

_NOTHING: Final = 10 ** (SILENT_DBFS / 20)
"""A block whose loudest sample stays below this holds nobody: a muted line is not looked at."""

_PAUSE_MS: Final = 300
"""A shorter pause does not end a stretch of speech: it is a breath or a stop consonant."""

_THRESHOLD: Final = 0.35
"""Silero's speech probability. At its default of 0.5 a third of the speech on a band-limited line was missed and whole
sentences with it; noise, music and silence stay empty at 0.35."""

_AGAIN_FRAME_MS: Final = 100
_AGAIN_BELOW_DB: Final = 15.0
_AGAIN_LEAST_MS: Final = 300
_AGAIN_LONGEST_S: Final = 8.0
_AGAIN_PEAK: Final = 0.3
"""What is no more than 15 dB below speech for 0.3 to 8 s may be a sentence; what lasts longer is music."""

_MARGIN_MS: Final = 400
"""Kept before and after a window: onsets and last consonants are quieter than the threshold."""

STATE_SAMPLES: Final = 320
"""Samples (16 kHz) between two states of Whisper's encoder: 50 states a second."""

WINDOW_S: Final = 27.0
"""Longest window: with 3 s of padding it fills the 30 s that Whisper was trained on."""

_LONG_PAUSE_S: Final = 3.0
"""A longer one is no better a place to cut."""

_OWN_PAUSE_S: Final = 2.0
"""A shorter pause inside a window is read whole: it belongs to what is said. (Cutting each above 0.8 s is alike: 627
errors instead of 642 in the sample calls, read as they are and over a telephone, stereo and mixed to one channel.)"""

_PAUSE_EDGE_MS: Final = 400
"""What is read of a longer one, on each of its sides. What somebody says next is read with what they said before,
however long the other side spoke: on the six stereo sample calls (1,229 words) 143 words were wrong with windows that
held their pauses and ended at one of 6 s, 92 now; with 700 ms 99, with a second 120."""

_TAIL_MS: Final = 80
"""A word may begin so long after its speech is found to have ended."""


@dataclass(frozen=True)
class Window:
    """A stretch of one channel (0-based) to transcribe at once, in samples, and where in it somebody speaks.

    Of a long pause (the other side's turn, on a channel of one's own) only the margins are read; :attr:`pieces` says
    what is, and :meth:`recorded` and :meth:`read_at` lead from one time to the other.
    """

    channel: int
    begin: int
    end: int
    speech: tuple[Interval, ...] = field(default=(), compare=False)
    sung: bool = field(default=False, compare=False)
    """Whether what is heard in it may be sung: a window holds such stretches, or others."""

    @cached_property
    def pieces(self) -> tuple[Interval, ...]:
        """What is read of the recording, in samples, in order; each but the last holds whole states."""
        pieces = []
        begin, margin = self.begin, _PAUSE_EDGE_MS * SAMPLE_RATE // 1000
        for (_, fell_silent), (spoke_again, _) in pairwise(self.speech):
            if spoke_again - fell_silent > _OWN_PAUSE_S * SAMPLE_RATE:
                whole = -(-(fell_silent + margin - begin) // STATE_SAMPLES) * STATE_SAMPLES
                pieces.append((begin, begin + whole))
                begin = spoke_again - margin
        return (*pieces, (begin, self.end))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """Where each piece begins in what is read, and where the last one ends, in samples."""
        return tuple(accumulate((end - begin for begin, end in self.pieces), initial=0))

    @property
    def seconds(self) -> float:
        """Length of what is read, s."""
        return self._starts[-1] / SAMPLE_RATE

    def recorded(self, begin_s: float, end_s: float) -> tuple[float, float]:
        """Return when in the recording (s) a stretch of what is read (s) was heard; across a gap, it covers the gap."""
        begin, end = begin_s * SAMPLE_RATE, end_s * SAMPLE_RATE
        # Where two pieces meet a stretch begins in the second and ends in the first.
        first = bisect_right(self._starts, begin, 1, len(self.pieces)) - 1
        last = max(first, bisect_left(self._starts, end, 1, len(self.pieces)) - 1)
        return (
            (self.pieces[first][0] + begin - self._starts[first]) / SAMPLE_RATE,
            (self.pieces[last][0] + end - self._starts[last]) / SAMPLE_RATE,
        )

    def recorded_at_once(self, begin_s: float, end_s: float) -> tuple[float, float]:
        """The same for what was said without a gap: its part in the piece that holds its middle.

        What begins in the margin after a piece's last speech was said after the gap: it is put there.
        """
        at = bisect_right(self._starts, (begin_s + end_s) / 2 * SAMPLE_RATE, 1, len(self.pieces)) - 1
        low, high = self._starts[at] / SAMPLE_RATE, self._starts[at + 1] / SAMPLE_RATE
        if at + 1 < len(self.pieces) and begin_s > high - (_PAUSE_EDGE_MS - _TAIL_MS) / 1000:
            margin = high + _PAUSE_EDGE_MS / 1000
            return self.recorded(high, min(max(end_s, high + end_s - begin_s), margin))
        return self.recorded(max(begin_s, low), min(end_s, high))

    def read_at(self, sample: int) -> int:
        """Return where a sample of the recording is in what is read; of one left out, where the gap is."""
        at = max(0, bisect_right(self.pieces, sample, key=lambda piece: piece[0]) - 1)
        begin, end = self.pieces[at]
        return self._starts[at] + min(max(sample, begin), end) - begin


def speech_in(audio: Audio, channel: int) -> list[Interval]:
    """Return the stretches of speech of a channel (0-based), in samples, without margins, none above 27 s.

    Long recordings are read two minutes at a time, each with the seconds before it; a stretch that is cut by the end of
    a block is read again from its begin with the next one.
    """
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=_THRESHOLD, min_silence_duration_ms=_PAUSE_MS, speech_pad_ms=0, max_speech_duration_s=WINDOW_S
    )
    block = _BLOCK_S * SAMPLE_RATE
    found: list[Interval] = []
    begin = 0
    while begin < audio.frames:
        end = min(begin + block, audio.frames)
        start = max(0, begin - _WARM_UP_S * SAMPLE_RATE)
        sound = audio.samples(channel, start, end)
        new = sound[begin - start :]
        if max(new.max(), -new.min()) < _NOTHING:
            begin = end
            continue
        parts = [
            (start + int(part["start"]), start + int(part["end"])) for part in get_speech_timestamps(sound, options)
        ]
        spoken = [(max(begin, first), last) for first, last in parts if last > begin]
        if end < audio.frames and spoken and end - spoken[-1][1] < _PAUSE_MS * SAMPLE_RATE // 1000:
            end, _ = spoken.pop()
        found += spoken
        begin = end
    return sorted((*found, *_overheard(audio, channel, found, options)))


def _overheard(audio: Audio, channel: int, found: Sequence[Interval], options: Any) -> list[Interval]:
    """Speech (samples) that was passed over: what is as loud as speech is listened to once more, by itself.

    Silero keeps in mind what it heard; after half a minute of loud noise it is deaf to a sentence that it finds when it
    begins there. Its input is brought to one level, so that neither a clipped nor a faint line misleads it.
    """
    from faster_whisper.vad import get_speech_timestamps

    levels = audio.loudness(channel, window_ms=_AGAIN_FRAME_MS)
    step = SAMPLE_RATE * _AGAIN_FRAME_MS // 1000
    spoken = np.zeros(len(levels), dtype=bool)
    for begin, end in found:
        spoken[max(0, begin // step - 1) : -(-end // step) + 1] = True
    if sum(end - begin for begin, end in found) < SAMPLE_RATE or spoken.all():
        return []  # how loud speech is here is not known
    loud = ~spoken & (levels >= float(np.median(levels[spoken])) - _AGAIN_BELOW_DB)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], loud, [False]]).astype(np.int8)))
    more: list[Interval] = []
    runs = union((int(a) * step, int(b) * step) for a, b in zip(edges[::2], edges[1::2], strict=True))
    for begin, end in union(runs, pause_ms=SAMPLE_RATE * _PAUSE_MS // 1000):
        if end - begin < SAMPLE_RATE * _AGAIN_LEAST_MS // 1000 or end - begin > _AGAIN_LONGEST_S * SAMPLE_RATE:
            continue
        start = max(0, begin - SAMPLE_RATE)
        sound = audio.samples(channel, start, min(audio.frames, end + SAMPLE_RATE // 2))
        peak = float(np.abs(sound).max())
        parts = get_speech_timestamps(sound * (_AGAIN_PEAK / peak), options) if peak > 0 else []
        more += [(start + int(part["start"]), start + int(part["end"])) for part in parts]
    # What is left over at the borders of what was found is no speech of its own.
    rest = without(union(more), union(found))
    return [one for one in rest if one[1] - one[0] >= SAMPLE_RATE * _AGAIN_LEAST_MS // 1000]


def windows_over(
    spoken: Sequence[Interval], *, channel: int, frames: int, sung: Sequence[bool] | None = None
) -> list[Window]:
    """Put stretches of speech (samples, in order) into windows of which at most 27 s are read, plus margins.

    What is too long is cut at a long pause near its middle, again and again, so that a window seldom ends inside a
    sentence (or a number that is being read out). Stretches that may be sung (``sung``, one mark a stretch) have
    windows of their own.
    """
    marks = dict(zip(spoken, sung, strict=True)) if sung else {}
    alike = [list(own) for _, own in groupby(spoken, key=lambda stretch: marks.get(stretch, False))]
    parts = [part for own in alike for part in _cut(own)]
    margin = _MARGIN_MS * SAMPLE_RATE // 1000
    windows = []
    for index, part in enumerate(parts):
        # Half of a short pause at most, so that no sound is read twice.
        before = parts[index - 1][-1][1] if index else -2 * margin
        after = parts[index + 1][0][0] if index + 1 < len(parts) else frames + 2 * margin
        begin = part[0][0] - min(margin, (part[0][0] - before) // 2)
        end = part[-1][1] + min(margin, (after - part[-1][1]) // 2)
        windows.append(
            Window(channel, max(0, begin), min(end, frames), speech=tuple(part), sung=marks.get(part[0], False))
        )
    return windows


def _cut(group: Sequence[Interval]) -> list[Sequence[Interval]]:
    if len(group) < 2:
        return [group] if group else []
    read = Window(0, group[0][0], group[-1][1], tuple(group))
    if read.seconds <= WINDOW_S:
        return [group]

    def merit(at: int) -> float:
        pause = min(group[at][0] - group[at - 1][1], _LONG_PAUSE_S * SAMPLE_RATE)
        before = read.read_at(group[at - 1][1])
        after = read.seconds * SAMPLE_RATE - read.read_at(group[at][0])
        return (pause + 1) * min(before, after)

    best = max(range(1, len(group)), key=merit)
    return [*_cut(group[:best]), *_cut(group[best:])]
