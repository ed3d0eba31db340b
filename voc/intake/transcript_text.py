"""Transcripts as meeting and transcription tools write them out: a name with a time, and the words beside or below.

Otter.ai, Microsoft Teams, Rev, Descript, Sonix, Zoom and Google Meet differ in brackets and in what stands first; the
line that names a speaker and a time is what they share.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from voc.intake.encodings import clean
from voc.intake.roles import role_of
from voc.language.registry import alternatives
from voc.records import Turn

_TIME = r"(?P<at>\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?)"
_NAME = r"(?P<who>[^\W\d_][^:\n\[\]()]{0,59}?)"
_HEADS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_NAME}\s+[\[(]?{_TIME}[\])]?\s*:?\s*(?P<text>)",  # Otter, Teams, Rev: the words stand below
        rf"[\[(]?{_TIME}[\])]?\s*[-–|]?\s*{_NAME}\s*:?\s*(?P<text>)",  # Descript, Sonix
        rf"[\[(]?{_TIME}[\])]?\s*[-–|]?\s*{_NAME}\s*:\s+(?P<text>\S.*)",  # Fireflies, Google Meet
        rf"{_NAME}\s*[\[(]{_TIME}[\])]\s*:\s*(?P<text>\S.*)",
        rf"\[{_NAME}\]\s+{_TIME}\s*(?P<text>)",  # Zoom
    )
)
_CREDIT = re.compile(rf"(?:{alternatives(lambda one: one.chats.credits)})\b.{{0,60}}", re.IGNORECASE)
"""What a tool writes of itself below the last words."""

TITLE_LINES = 20
"""Lines of a title, a date and who took part, above the first words."""
FEWEST_HEADS = 2
_LONGEST_NAME_WORDS = 6


def _head(line: str) -> tuple[str, int, str] | None:
    """Speaker, time in ms and words of a line that begins a turn."""
    for pattern in _HEADS:
        match = pattern.fullmatch(line.strip())
        if match is not None and len(match["who"].split()) <= _LONGEST_NAME_WORDS:
            return match["who"].strip(" -–"), _milliseconds(match["at"]), match["text"]
    return None


def _milliseconds(written: str) -> int:
    *before, seconds = written.replace(",", ".").split(":")
    minutes = 0
    for part in before:
        minutes = minutes * 60 + int(part)
    return round((minutes * 60 + float(seconds)) * 1000)


def is_transcript_text(text: str) -> bool:
    """Tell a transcript from running text: lines that name a speaker and a time, soon and in their order, with words.

    A table whose first cells are times, and a text in which an appointment stands on a line of its own, are none.
    """
    lines = [line for line in text.splitlines()[:400] if line.strip()]
    heads = [(number, found) for number, line in enumerate(lines) if (found := _head(line)) is not None]
    if len(heads) < FEWEST_HEADS or heads[0][0] > TITLE_LINES:
        return False
    times = [at for _, (_, at, _) in heads]
    in_order = sum(one <= after for one, after in itertools.pairwise(times)) >= 0.9 * (len(times) - 1)
    spoken = sum(
        bool(words) or (number + 1 < len(lines) and _head(lines[number + 1]) is None) for number, (*_, words) in heads
    )
    return in_order and spoken >= 0.8 * len(heads) and len(lines) <= 12 * len(heads) + TITLE_LINES


def parse_transcript_text(text: str) -> list[Turn]:
    """The turns of a transcript written out; what stands above the first of them, and a credit below, is none's."""
    return [
        Turn(
            index=number,
            participant_role=role_of(who),
            speaker=who[:80],
            begin_ms=at,
            text=words,
        )
        for number, (who, at, words) in enumerate(_spoken(text))
    ]


def _spoken(text: str) -> Iterator[tuple[str, int, str]]:
    held: tuple[str, int, list[str]] | None = None
    for line in [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), None]:
        found = _head(line) if line is not None else None
        if held is not None and (line is None or found is not None):
            words = " ".join(part.strip() for part in held[2] if part.strip() and not _CREDIT.fullmatch(part.strip()))
            if words:
                yield held[0], held[1], clean(words)
        if found is not None:
            held = (found[0], found[1], [found[2]])
        elif held is not None and line is not None:
            held[2].append(line)
