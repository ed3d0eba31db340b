"""Masking the names of the customer an interaction belongs to, which a name recogniser may have missed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from voc.records import Analysis, Redaction

PLACEHOLDER = "[PERSON]"
SHORTEST_NAME = 3
"""Names shorter than this (Li, Bo) are ordinary syllables too often; the recogniser decides alone."""


def mask_names(analysis: Analysis, names: Iterable[str | None]) -> Analysis:
    """Mask each of ``names`` in the redacted text, whatever its case and accents, and list it in ``redacted``.

    Only words that are a name in full are masked (``Martin`` not in ``martinet``), and a name in lower case only when
    it is not an ordinary word written so by everybody: lower-case matches count only where the text has no capitals
    at all, as chats and transcripts do.
    """
    if analysis.redacted_text is None:
        return analysis
    wanted = {_plain(name) for name in names if name and len(name.strip()) >= SHORTEST_NAME}
    if not wanted:
        return analysis
    without_capitals = analysis.text == analysis.text.lower()
    taken = [(one.begin, one.end) for one in analysis.redacted]
    found: list[Redaction] = []
    plain = _plain(analysis.text)
    if len(plain) != len(analysis.text):  # a ligature or the like moved the offsets: leave it to the recogniser
        return analysis
    for name in wanted:
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", plain):
            begin, end = match.span()
            if not (without_capitals or analysis.text[begin].isupper()):
                continue
            if all(end <= b or begin >= e for b, e in taken):
                found.append(Redaction(type="PERSON", begin=begin, end=end))
                taken.append((begin, end))
    if not found:
        return analysis
    redacted = tuple(sorted((*analysis.redacted, *found), key=lambda one: one.begin))
    return analysis.model_copy(update={"redacted": redacted, "redacted_text": _apply(analysis.text, redacted)})


def _apply(text: str, redacted: Iterable[Redaction]) -> str:
    parts: list[str] = []
    position = 0
    for one in redacted:
        parts.append(text[position : one.begin])
        parts.append(f"[{one.type}]")
        position = one.end
    parts.append(text[position:])
    return "".join(parts)


def _plain(words: str) -> str:
    """Lower case without accents, one character for one."""
    return "".join(_base(character) for character in words)


def _base(character: str) -> str:
    lowered = unicodedata.normalize("NFD", character.lower())[:1]
    return lowered or character
