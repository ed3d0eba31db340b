"""Word lists between two languages, as :attr:`voc.language.description.SearchWords.translations` gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from voc.language.registry import FALLBACK, languages

Pair = tuple[Sequence[str], Sequence[str]]


@dataclass(frozen=True)
class WordList:
    """Words of one language with what they are in another.

    Attributes:
        source, target: codes.
        pairs: (phrases, phrases that mean the same), the usual one of each first.
    """

    source: str
    target: str
    pairs: tuple[Pair, ...]


@lru_cache(maxsize=1)
def word_lists() -> tuple[WordList, ...]:
    """Every list there is, in both directions: what is said in several ways stands for the usual one."""
    found: list[WordList] = []
    for one in languages():
        if one.search.translations is None:
            continue
        lines = one.search.translations.read_text(encoding="utf-8").splitlines()
        sides = [line.split("=") for line in lines if line and not line.startswith("#")]
        pairs = [(left.split("/"), right.split("/")) for left, right in sides]
        found.append(WordList(one.code, FALLBACK, tuple(pairs)))
        found.append(WordList(FALLBACK, one.code, tuple((right, left[:1]) for left, right in pairs)))
    return tuple(found)
