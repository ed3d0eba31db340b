"""Text without case and accents, character for character, so that a place found in it is a place in the original."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_LIGATURES = {"œ": "o", "æ": "a", "ß": "s", "’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "‐": "-", "‑": "-"}
_SPACES = dict.fromkeys("\u00a0\u202f\u2009\u2007\u200b\ufeff", " ")


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    if replaced := _LIGATURES.get(character) or _SPACES.get(character):
        return replaced
    base = unicodedata.normalize("NFKD", character)[:1].lower()
    return base if len(base) == 1 else character


class _Table(dict[int, str]):
    """A ``str.translate`` table filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < 20_000:
            self[code] = folded
        return folded


_TABLE = _Table()


def fold(text: str) -> str:
    """Return ``text`` lower-cased, without accents, apostrophes and spaces made plain; the length never changes.

    ``œ`` becomes ``o`` (so ``cœur`` folds to ``cor``): one character for one is what keeps offsets true.
    """
    return text.translate(_TABLE)


def straighten(text: str) -> str:
    """Make the two characters ``\\n`` that exports leave for a line break a real one; the length never changes."""
    return text.replace("\\n", " \n") if "\\n" in text else text


def word_set(*lists: str) -> frozenset[str]:
    """The words of space-separated ``lists``: vocabularies read better as prose than as quoted items."""
    return frozenset(word for words in lists for word in words.split())
