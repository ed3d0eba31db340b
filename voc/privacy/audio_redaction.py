"""Which stretches of a recording are silenced in the copy that everybody may hear.

Two things are silenced, each channel for itself:

- personal data found in the words, with a margin, on every channel: the other side may repeat it or leak through;
- everything in which no words were transcribed. What was not written down was not searched for personal data, so a
  voice that recognition missed must not be heard either. Pauses within speech stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from voc.language.word_alignment import milliseconds, placed
from voc.privacy.redaction_coverage import searched
from voc.records import Analysis, Turn

DATA_MARGIN_MS: Final = 200
"""Silenced on both sides of personal data: about the error of Whisper's word times."""
SPEECH_MARGIN_MS: Final = 300
"""Heard on both sides of transcribed words, which otherwise would begin cut off."""
PAUSE_MS: Final = 1500
"""Pauses between words of one speaker that are heard as they are."""

Interval = tuple[int, int]
"""Begin and end in ms, end exclusive."""


def muted(analysis: Analysis, *, duration_ms: int, channels: int) -> list[list[Interval]]:
    """Stretches to silence by channel (0-based), in order and apart from each other, within 0…``duration_ms``.

    Everything is silenced where personal data was not looked for (no ``redacted_text``), and a turn that has no place
    in the text or no times is.
    """
    open_: list[list[Interval]] = [[] for _ in range(channels)]
    private: list[Interval] = []
    if analysis.redacted_text is not None:
        end = searched(analysis)
        spans = [(one.begin, one.end) for one in analysis.redacted] + [(end, len(analysis.text))]
        for turn in analysis.turns:
            heard, data = _of_turn(turn, spans)
            private += data
            tag = turn.channel_tag or 0
            for channel in [tag - 1] if 1 <= tag <= channels else range(channels):
                open_[channel] += heard
    return [_outside(_without(_joined(each), _joined(private)), duration_ms) for each in open_]


def _of_turn(turn: Turn, spans: Sequence[Interval]) -> tuple[list[Interval], list[Interval]]:
    """What may be heard of a turn, and what of it is personal, in ms."""
    if turn.begin is None or turn.begin_ms is None or turn.end_ms is None:
        return [], []
    words = placed(turn)
    margin = SPEECH_MARGIN_MS
    heard = [(one.word.begin_ms - margin, one.word.end_ms + margin) for one in words]
    if not turn.words:
        heard = [(turn.begin_ms - margin, turn.end_ms + margin)]
    private = []
    for begin, end in spans:
        low, high = max(begin - turn.begin, 0), min(end - turn.begin, len(turn.text))
        if low < high and turn.text[low:high].strip():
            said = milliseconds(turn, low, high, words=words)
            if said is not None:
                private.append((said[0] - DATA_MARGIN_MS, said[1] + DATA_MARGIN_MS))
    return heard, private


def _joined(intervals: Iterable[Interval], *, gap: int = 0) -> list[Interval]:
    """In order, those that touch or are at most ``gap`` apart as one."""
    found: list[Interval] = []
    for begin, end in sorted(intervals):
        if found and begin <= found[-1][1] + gap:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif begin < end:
            found.append((begin, end))
    return found


def _without(heard: Sequence[Interval], private: Sequence[Interval]) -> list[Interval]:
    """What may be heard, pauses included, less what is private."""
    left = _joined(heard, gap=PAUSE_MS - 2 * SPEECH_MARGIN_MS)
    for begin, end in private:
        left = [
            part for low, high in left for part in ((low, min(high, begin)), (max(low, end), high)) if part[0] < part[1]
        ]
    return left


def _outside(heard: Sequence[Interval], duration_ms: int) -> list[Interval]:
    """The rest of the recording."""
    found: list[Interval] = []
    at = 0
    for begin, end in heard:
        if begin > at:
            found.append((at, min(begin, duration_ms)))
        at = max(at, end)
    return [*found, (at, duration_ms)] if at < duration_ms else [one for one in found if one[0] < one[1]]
