"""Transcripts as meeting and transcription tools write them out: a name with a time, and the words beside or below.

Otter.ai, Microsoft Teams, Rev, Descript, Sonix and Zoom differ in brackets and in what stands first; the line that
names a speaker and a time is what they share. Teams once wrote both times on a line above the name, and Google Meet
writes a time on a line of its own every few minutes, with ``Name: words`` below it.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from voc.identifiers import names_somebody
from voc.intake.column_names import is_known_header
from voc.intake.dates import moment_in_name, parse_moment
from voc.intake.encodings import clean
from voc.intake.roles import role_of
from voc.language.registry import alternatives
from voc.records import Turn

_TIME = r"(?P<at>\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?)"
_NAME = r"(?P<who>[^\W\d_][^:\n\[\]()]{0,59}?(?: \([^():\n]{1,30}\))?)"
_HEADS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_NAME}\s+[\[(]?{_TIME}[\])]?\s*:?\s*(?P<text>)",  # Otter, Teams, Rev: the words stand below
        rf"[\[(]?{_TIME}[\])]?\s*[-–|]?\s*{_NAME}\s*:?\s*(?P<text>)",  # Descript, Sonix
        rf"[\[(]?{_TIME}[\])]?\s*[-–|]?\s*{_NAME}\s*:\s+(?P<text>\S.*)",  # Fireflies, Google Meet
        rf"{_NAME}\s*[\[(]{_TIME}[\])]\s*:\s*(?P<text>\S.*)",
        rf"\[{_NAME}\]\s+{_TIME}\s*(?P<text>)",  # Zoom
        rf"\[{_TIME}\s*-->\s*[\d:.,]{{4,14}}\]\s+(?P<who>)(?P<text>\S.*)",  # Whisper
    )
)
_RANGE = re.compile(r"(?P<at>\d{1,2}:\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?)\s*-->\s*\d{1,2}:\d{1,2}:\d{1,2}(?:[.,]\d{1,3})?")
_CLOCK = re.compile(rf"[\[(]?{_TIME}[\])]?")
_NAMED = re.compile(rf"{_NAME}\s?:\s+(?P<text>\S.*)")
_CREDIT = re.compile(
    rf"(?:(?:{alternatives(lambda one: one.chats.credits)})\b.{{0,200}}"
    rf"|.{{1,80}}\s(?:{alternatives(lambda one: one.chats.transcribing)})\.?)",
    re.IGNORECASE,
)
"""What a tool writes of itself below the last words, and between them."""
_TITLE_PARTS = re.compile(r"\s[•·|]\s")

TITLE_LINES = 20
"""Lines of a title, a date and who took part, above the first words."""
FEWEST_HEADS = 2
LINES_LOOKED_AT = 400
_LONGEST_NAME_WORDS = 6
_HOUR_MS = 3_600_000
_MOST_PEOPLE = 8
"""Different names in a dialogue; more are labels of a form."""


def _head(line: str) -> tuple[str, int, str] | None:
    """Speaker, time in ms and words of a line that begins a turn."""
    for pattern in _HEADS:
        match = pattern.fullmatch(line.strip())
        if match is not None and len(match["who"].split()) <= _LONGEST_NAME_WORDS:
            who, text = match["who"].strip(" -–"), match["text"]
            label = _NAMED.fullmatch(text) if not who else None
            if label is not None and (role_of(label["who"]) or not names_somebody(label["who"])):
                who, text = label["who"], label["text"]
            return who, _milliseconds(match["at"]), text
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
    lines = [line for line in _laid_out(text.splitlines()[:LINES_LOOKED_AT]) if line.strip()]
    if _is_clocked(lines) or _is_dialogue(lines):
        return True
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
    """The turns of a transcript written out; what stands above the first of them, and a credit below, is none's.

    Times of the day, by which the first turn would begin after hours, are counted from the first.
    """
    spoken = list(_spoken(text))
    first = spoken[0][1] if spoken else None
    since = first if first is not None and first >= _HOUR_MS else 0
    return [
        Turn(
            index=number,
            participant_role=role_of(who),
            speaker=who[:80] or None,
            begin_ms=at - since if at is not None else None,
            text=words,
        )
        for number, (who, at, words) in enumerate(spoken)
    ]


def moment_above(text: str) -> datetime | None:
    """The moment that stands among the title lines of a transcript, above the first words."""
    lines = [line.strip() for line in _laid_out(text.splitlines()[:LINES_LOOKED_AT]) if line.strip()]
    begun = _is_clocked(lines)
    for line in itertools.takewhile(lambda one: not (_CLOCK.fullmatch(one) if begun else _head(one)), lines):
        parts = (parse_moment(part.strip()) for part in _TITLE_PARTS.split(line[:200]))
        if (found := next(filter(None, parts), None) or moment_in_name(line[:200])) is not None:
            return found
    return None


def _laid_out(lines: Sequence[str]) -> Iterator[str]:
    """The lines of a transcript, where a speaker stands below a line of two times with that time behind the name."""
    held: str | None = None
    for raw in lines:
        line = raw.strip()
        if match := _RANGE.fullmatch(line):
            held = match["at"]
        elif held and line:
            is_name = re.fullmatch(_NAME, line) is not None and len(line.split()) <= _LONGEST_NAME_WORDS
            yield f"{line}  {_padded(held)}" if is_name else raw
            held = None
        else:
            yield raw


def _padded(time: str) -> str:
    """``0:0:3.25`` as ``0:00:03.25``."""
    hours, minutes, seconds = time.split(":")
    return f"{hours}:{minutes:0>2}:{'0' * (seconds[1:2] in {'', '.', ','})}{seconds}"


def _is_clocked(lines: Sequence[str]) -> bool:
    """Whether times stand alone on their lines, and nearly all below them begins with the name of who speaks."""
    at = next((number for number, line in enumerate(lines) if _CLOCK.fullmatch(line.strip())), None)
    below = [line.strip() for line in lines[at:] if not _CREDIT.fullmatch(line.strip())] if at is not None else []
    names = [match["who"] for line in below if (match := _NAMED.fullmatch(line))]
    clocks = sum(_CLOCK.fullmatch(line) is not None for line in below)
    known = [name for name in names if len(name.split()) <= _LONGEST_NAME_WORDS]
    return len(known) >= FEWEST_HEADS and clocks + len(known) >= 0.8 * len(below) and len(set(known)) < len(known)


def _is_dialogue(lines: Sequence[str]) -> bool:
    """Whether lines begin with the names of a few people who speak in turn, and no line says when."""
    names = [match["who"] for line in lines if (match := _NAMED.fullmatch(line.strip()))]
    times = Counter(names)
    if any(is_known_header(name) and role_of(name) is None for name in times):
        return False  # records written one field a line
    in_turn = all(count >= FEWEST_HEADS for count in times.values()) and 1 < len(times) <= _MOST_PEOPLE
    return bool(lines) and in_turn and len(names) > 0.5 * len(lines) and _NAMED.fullmatch(lines[0].strip()) is not None


def _spoken(text: str) -> Iterator[tuple[str, int | None, str]]:
    lines = list(_laid_out(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")))
    filled = [line for line in lines[:LINES_LOOKED_AT] if line.strip()]
    if _is_clocked(filled) or _is_dialogue(filled):
        yield from _by_name(lines, begun=not _is_clocked(filled))
        return
    held: tuple[str, int, list[str]] | None = None
    for line in [*lines, None]:
        found = _head(line) if line is not None else None
        if held is not None and (line is None or found is not None) and (words := _joined(held[2])):
            yield held[0], held[1], words
        if found is not None:
            held = (found[0], found[1], [found[2]])
        elif held is not None and line is not None:
            held[2].append(line)


def _by_name(lines: Sequence[str], *, begun: bool) -> Iterator[tuple[str, int | None, str]]:
    """Turns that begin with a name; of those below a time on its own line, only the first is known to begin then.

    ``begun``: whether words stand above the first time, or there is none.
    """
    clock: int | None = None
    held: tuple[str, int | None, list[str]] | None = None
    for line in map(str.strip, lines):
        if match := _CLOCK.fullmatch(line):
            clock, begun = _milliseconds(match["at"]), True
        elif begun and (match := _NAMED.fullmatch(line)) and len(match["who"].split()) <= _LONGEST_NAME_WORDS:
            if held is not None:
                yield held[0], held[1], _joined(held[2])
            held, clock = (match["who"], clock, [match["text"]]), None
        elif held is not None:
            held[2].append(line)
    if held is not None:
        yield held[0], held[1], _joined(held[2])


def _joined(lines: Sequence[str]) -> str:
    """The words of one turn, without what the tool writes of itself."""
    return clean(" ".join(part.strip() for part in lines if part.strip() and not _CREDIT.fullmatch(part.strip())))
