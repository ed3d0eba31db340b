"""When things were said in a ready transcript: seconds, milliseconds, ticks or moments of a clock, to milliseconds.

Exports call the same field ``start`` and mean seconds (Whisper, Deepgram) or milliseconds (AssemblyAI), so a name is
believed only where it says the unit. Elsewhere the words tell: nobody speaks fifty characters in a second, and nobody
takes twenty seconds for one.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from voc.records import Turn

DAY_MS = 86_400_000
"""No conversation that is spoken lasts longer."""

SECONDS, MILLISECONDS, TICKS = 1000.0, 1.0, 1e-4
"""Milliseconds in each; a tick is 100 ns (.NET)."""

FASTEST_SPEECH = 50.0
"""Characters a second. Fast French is 25 (8 syllables); beyond twice that, the unit is not the one assumed."""

EPOCH_SECONDS, EPOCH_MILLISECONDS = 1e9, 1e11
"""Numbers from here on are moments (2001; 1973) and no offsets: thirty years, three years into a call."""

BEGIN: dict[str, float | None] = {
    **dict.fromkeys(("begin_ms", "beginoffsetmillis", "start_ms", "startms", "beginms", "offset_ms"), MILLISECONDS),
    **dict.fromkeys(
        ("startoffsetmillis", "offsetmilliseconds", "starttimems", "startmillis", "starttimemillis"), MILLISECONDS
    ),
    **dict.fromkeys(
        ("offset_seconds", "start_seconds", "begin_seconds", "startseconds", "start_s", "begin_s"), SECONDS
    ),
    **dict.fromkeys(("start", "begin", "start_time", "starttime", "startoffset", "start_offset", "begin_time"), None),
    "offsetinticks": TICKS,
}
END: dict[str, float | None] = {
    **dict.fromkeys(("end_ms", "endoffsetmillis", "endms", "endtimems", "endmillis", "endtimemillis"), MILLISECONDS),
    **dict.fromkeys(("end_seconds", "endseconds", "end_s"), SECONDS),
    **dict.fromkeys(("end", "end_time", "endtime", "endoffset", "end_offset"), None),
}
LENGTH: dict[str, float | None] = {
    **dict.fromkeys(("duration_ms", "durationms", "durationmilliseconds", "durationmillis"), MILLISECONDS),
    **dict.fromkeys(("duration_seconds", "durationseconds", "duration_s"), SECONDS),
    "duration": None,
    "durationinticks": TICKS,
}
"""Lower-case field → milliseconds in its unit; ``None`` where the name does not say."""

_MILLISECOND_KEYS = ("milliseconds", "offsetmilliseconds", "millis")


def number_of(value: Any) -> tuple[float, float | None] | None:
    """A time as written, and the milliseconds in its unit where the value itself says it (``"1.5s"``, ``00:01:02``)."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return (float(value), None) if abs(value) < 1e13 else None
    if isinstance(value, str):
        if match := re.fullmatch(r"\s*(\d{1,13}(?:\.\d{1,9})?)\s*(m?s)?\s*", value):
            return float(match.group(1)), {"s": SECONDS, "ms": MILLISECONDS, None: None}[match.group(2)]
        if match := re.fullmatch(r"(?:(\d{1,2}):)?(\d{1,2}):(\d{2}(?:[.,]\d+)?)", value.strip()):
            hours, minutes, seconds = match.groups()
            return int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds.replace(",", ".")), SECONDS
    if isinstance(value, dict):
        lowered = {str(key).lower(): inner for key, inner in value.items()}
        for key in _MILLISECOND_KEYS:
            if (found := number_of(lowered.get(key))) is not None:
                return found[0], MILLISECONDS
        parts = [number_of(lowered.get(key)) for key in ("seconds", "nanos")]  # a protobuf duration
        if any(part is not None for part in parts):
            seconds, nanos = (part[0] if part is not None else 0.0 for part in parts)
            return seconds + nanos / 1e9, SECONDS
    return None


def timed(item: Mapping[str, Any], keys: Mapping[str, float | None], unit: float) -> int | None:
    """The first of the fields ``keys`` that ``item`` has, in ms; ``unit`` is that of the names that do not say it."""
    found = _written(item, keys)
    if found is None:
        return None
    number, own = found
    return max(0, round(number * (own if own is not None else _unit_of(number, unit))))


def _written(item: Mapping[str, Any], keys: Mapping[str, float | None]) -> tuple[float, float | None] | None:
    for key, factor in keys.items():
        if key in item and (found := number_of(item[key])) is not None:
            return found[0], found[1] if found[1] is not None else factor
    return None


def _unit_of(number: float, unit: float) -> float:
    """A moment tells its unit by its size."""
    if number >= EPOCH_MILLISECONDS:
        return MILLISECONDS
    return SECONDS if number >= EPOCH_SECONDS else unit


def unit_of_items(items: Iterable[Mapping[str, Any]], texts: Iterable[str]) -> float:
    """The unit of the times of a conversation whose field names do not say it: :data:`SECONDS` unless it cannot be."""
    spans: list[tuple[float, int]] = []
    begins: list[tuple[float, int]] = []
    for item, text in zip(items, texts, strict=True):
        begin, end, length = (_unsaid(item, keys) for keys in (BEGIN, END, LENGTH))
        if begin is not None and end is not None:
            spans.append((end - begin, len(text)))
        elif length is not None:
            spans.append((length, len(text)))
        if begin is not None:
            begins.append((begin, len(text)))
    return unit_of(spans) or unit_of(gaps(begins)) or SECONDS


def _unsaid(item: Mapping[str, Any], keys: Mapping[str, float | None]) -> float | None:
    found = _written(item, keys)
    return found[0] if found is not None and found[1] is None and found[0] < EPOCH_SECONDS else None


def gaps(begins: Sequence[tuple[float, int]]) -> list[tuple[float, int]]:
    """Time from each turn's begin to the next one's, with its characters: what is known of a turn without an end."""
    return [(after - at, said) for (at, said), (after, _) in itertools.pairwise(begins)]


def unit_of(spans: Iterable[tuple[float, int]]) -> float | None:
    """Seconds or milliseconds, by how fast people would have spoken.

    Args:
        spans: length of each turn in the unknown unit, and the characters said in it.

    Returns:
        Milliseconds where people could have spoken so fast, for then in seconds a word would take minutes; else
        seconds. ``None`` where nothing tells.
    """
    known = [(span, said) for span, said in spans if span > 0 and said > 0]
    total = sum(span for span, _ in known)
    if not total:
        return None
    characters = sum(said for _, said in known)
    return MILLISECONDS if characters * SECONDS / total <= FASTEST_SPEECH else SECONDS


def from_the_first(turns: Sequence[Turn]) -> tuple[list[Turn], int | None]:
    """Times counted from the first turn where they were moments; with that moment, ms since 1970, or ``None``."""
    first = min((turn.begin_ms for turn in turns if turn.begin_ms is not None), default=0)
    if first < EPOCH_MILLISECONDS:
        return list(turns), None

    def less(value: int | None) -> int | None:
        return max(0, value - first) if value is not None else None

    return [
        turn.model_copy(
            update={
                "begin_ms": less(turn.begin_ms),
                "end_ms": less(turn.end_ms),
                "words": tuple(
                    word.model_copy(
                        update={"begin_ms": max(0, word.begin_ms - first), "end_ms": max(0, word.end_ms - first)}
                    )
                    for word in turn.words
                ),
            }
        )
        for turn in turns
    ], first


def last_ms(turns: Iterable[Turn]) -> int:
    """Where the last of the turns and words ends, ms; 0 without any times."""
    ends = [
        at
        for turn in turns
        for at in (turn.begin_ms, turn.end_ms, *(word.end_ms for word in turn.words[-1:]))
        if at is not None
    ]
    return max(ends, default=0)


def without_times(turns: Sequence[Turn]) -> list[Turn]:
    """The same words, without when they were said."""
    return [turn.model_copy(update={"begin_ms": None, "end_ms": None, "words": ()}) for turn in turns]


def days(milliseconds: int) -> str:
    """``92.6 days``."""
    return f"{milliseconds / DAY_MS:,.1f} days"
