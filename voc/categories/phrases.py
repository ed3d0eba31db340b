"""Phrases and finding them in what was said, whatever their case, accents, apostrophes and punctuation."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

GAP_WORDS = 4
"""A gap (``…``) stands for up to this many words."""

_WORD = re.compile(r"[\w\u0300-\u036f]+")
_PART = re.compile(r"…|\.\.\.|[\w\u0300-\u036f]+\*?")
_JOINED = {"œ": "oe", "æ": "ae", "ß": "ss"}


@dataclass(frozen=True)
class Token:
    """A word of a text, folded, with its characters."""

    text: str
    begin: int
    end: int


@dataclass(frozen=True)
class Part:
    """A word of a phrase, folded: itself, or (``prefix``) any word that begins so; ``gap`` before it."""

    text: str
    prefix: bool
    gap: bool

    def fits(self, token: Token) -> bool:
        """Whether a word of a text is this one."""
        return token.text.startswith(self.text) if self.prefix else token.text == self.text


Phrase = tuple[Part, ...]


def fold(text: str) -> str:
    """Lower case, without accents, joined letters written out."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))
    return "".join(_JOINED.get(c, c) for c in plain)


def tokens(text: str) -> list[Token]:
    """The words of a text in order."""
    return [Token(fold(one.group()), one.start(), one.end()) for one in _WORD.finditer(text)]


def phrase(text: str) -> Phrase | None:
    """A phrase as it is written in the rules: ``annul*`` begins a word, ``rappel* … demain`` leaves up to four words
    between; ``None`` when it has no word, or a gap at its begin or end."""
    parts: list[Part] = []
    gap = False
    for one in _PART.findall(text):
        if one in {"…", "..."}:
            if not parts:
                return None
            gap = True
            continue
        parts.append(Part(fold(one.rstrip("*")), one.endswith("*"), gap))
        gap = False
    return tuple(parts) if parts and not gap else None


def places(words: Sequence[Token], phrases: Sequence[Phrase]) -> list[tuple[int, int]]:
    """Characters of every stretch that is one of the phrases, in order; where several overlap they are one."""
    found: list[tuple[int, int]] = []
    for start in range(len(words)):
        for one in phrases:
            end = _end(words, start, one)
            if end is not None:
                found.append((words[start].begin, words[end].end))
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(found):
        if merged and begin < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def _end(words: Sequence[Token], at: int, parts: Phrase) -> int | None:
    """Index of the last word of a phrase that begins at ``at``, the shortest way; ``None`` where it does not."""
    if at >= len(words) or not parts[0].fits(words[at]):
        return None
    if len(parts) == 1:
        return at
    for skipped in range(GAP_WORDS + 1 if parts[1].gap else 1):
        end = _end(words, at + 1 + skipped, parts[1:])
        if end is not None:
            return end
    return None
