"""A transcript as a file: WebVTT, SubRip and plain text, cut into cues that can be read while they are heard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from voc.language.word_alignment import placed
from voc.records import Turn, Word

Format = Literal["vtt", "srt", "txt", "json"]
MEDIA_TYPES: dict[str, str] = {
    "vtt": "text/vtt",
    "srt": "application/x-subrip",
    "txt": "text/plain",
    "json": "application/json",
}

CUE_CHARS = 84
"""Two lines of 42 characters, what subtitle guidelines (BBC, EBU) take for readable."""
CUE_MS = 7000
SENTENCE_CHARS = 20
"""A sentence that ends after this many characters ends its cue."""

_ENDS = re.compile(r"[.!?…][\"'»”’)]*$")
_LINE_BREAKS = re.compile(r"[\s\u2028\u2029\x85]+")


@dataclass(frozen=True)
class Cue:
    """A stretch of one turn: what is shown from ``begin_ms`` to ``end_ms``, and who says it."""

    begin_ms: int
    end_ms: int
    text: str
    role: str | None
    channel_tag: int | None
    words: tuple[Word, ...] = ()


def cues(turns: Iterable[Turn]) -> list[Cue]:
    """The turns that have times, cut at sentences and before they get too long, in order of time.

    Every character of a turn is in one of its cues.
    """
    found = [cue for turn in turns for cue in _of_turn(turn)]
    return sorted(found, key=lambda one: (one.begin_ms, one.end_ms))


def _of_turn(turn: Turn) -> Iterator[Cue]:
    if turn.begin_ms is None or turn.end_ms is None or not turn.text.strip():
        return
    words = placed(turn)
    if not words:
        yield Cue(turn.begin_ms, turn.end_ms, _one_line(turn.text), turn.participant_role, turn.channel_tag)
        return
    first = 0
    for place, one in enumerate(words):
        last = place + 1 == len(words)
        following = turn.text[one.end : words[place + 1].begin] if not last else ""
        length = one.end - words[first].begin
        ended = _ENDS.search(one.word.text + following.strip()) is not None and length >= SENTENCE_CHARS
        nexts = words[place + 1] if not last else one
        too_long = nexts.end - words[first].begin > CUE_CHARS or nexts.word.end_ms - words[first].word.begin_ms > CUE_MS
        if last or ended or too_long:
            begin = 0 if first == 0 else words[first].begin
            end = len(turn.text) if last else words[place + 1].begin
            yield Cue(
                begin_ms=words[first].word.begin_ms,
                end_ms=max(one.word.end_ms, words[first].word.begin_ms + 1),
                text=_one_line(turn.text[begin:end]),
                role=turn.participant_role,
                channel_tag=turn.channel_tag,
                words=tuple(each.word for each in words[first : place + 1]),
            )
            first = place + 1


Naming = Callable[[Cue], str]


def named(roles: Mapping[str, str], *, channel: str = "") -> Naming:
    """How speakers are called: by role, else ``channel`` with ``{n}`` where the channel goes; empty where unknown."""

    def name(cue: Cue) -> str:
        if cue.role:
            return roles.get(cue.role, cue.role.replace("_", " "))
        return channel.format(n=cue.channel_tag) if cue.channel_tag and channel else ""

    return name


def webvtt(found: Sequence[Cue], name: Naming, *, doubts: bool = False) -> str:
    """WebVTT (W3C): a voice span names the speaker; with ``doubts`` words that are not sure are ``<c.unsure>``."""
    parts = ["WEBVTT\n"]
    if doubts and any(word.unsure for one in found for word in one.words):
        parts.append("STYLE\n::cue(.unsure) { text-decoration: underline dotted }\n")
    for one in found:
        who = re.sub(r"[<>&\r\n]", "", name(one))
        text = "".join(
            f"<c.unsure>{_escaped(piece)}</c>" if unsure and doubts else _escaped(piece) for piece, unsure in _told(one)
        )
        voice = f"<v {who}>{text}</v>" if who else text
        parts.append(f"{_clock(one.begin_ms, '.')} --> {_clock(one.end_ms, '.')}\n{voice}\n")
    return "\n".join(parts)


def subrip(found: Sequence[Cue], name: Naming) -> str:
    """SubRip: numbered cues; the speaker's name goes before what they say."""
    parts = []
    for number, one in enumerate(found, start=1):
        who = name(one)
        text = one.text.replace("-->", "->")
        line = f"{who}: {text}" if who else text
        parts.append(f"{number}\n{_clock(one.begin_ms, ',')} --> {_clock(one.end_ms, ',')}\n{line}\n")
    return "\n".join(parts)


def plain(turns: Iterable[Turn], name: Callable[[Turn], str]) -> str:
    """A line a turn: time (where there is one), who, what."""
    lines = []
    for one in turns:
        when = f"[{_clock(one.begin_ms, '.')[:-4]}] " if one.begin_ms is not None else ""
        who = name(one)
        lines.append(f"{when}{who + ': ' if who else ''}{_one_line(one.text)}\n")
    return "".join(lines)


def _told(one: Cue) -> Iterator[tuple[str, bool]]:
    """The text of a cue in pieces, each with whether it is a word that is not sure."""
    told = position = 0
    for word in one.words:
        bare = word.text.strip()
        at = one.text.find(bare, position) if bare else -1
        if at < 0:
            continue
        position = at + len(bare)
        if word.unsure:
            yield one.text[told:at], False
            yield one.text[at:position], True
            told = position
    yield one.text[told:], False


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(ms: int, decimal: str) -> str:
    seconds, thousandths = divmod(max(0, ms), 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{decimal}{thousandths:03d}"


def _one_line(text: str) -> str:
    return _LINE_BREAKS.sub(" ", text).strip()
