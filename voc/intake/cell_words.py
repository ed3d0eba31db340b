"""What exports write into their cells, in every language that is read."""

from __future__ import annotations

from collections.abc import Callable

from voc.language import registry
from voc.language.cell_words import CellWords
from voc.language.registry import alternatives


def words_of(of: Callable[[CellWords], str], *, tools: str = "") -> frozenset[str]:
    """What the languages write, as a set; ``tools`` adds what is a word of none of them."""
    return frozenset(registry.words_of(lambda one: of(one.cells), *tools.split("|")))


def pattern_of(of: Callable[[CellWords], str]) -> str:
    """What the languages write, as alternatives of a pattern."""
    return alternatives(lambda one: of(one.cells))


INWARD = words_of(lambda words: words.inward)
OUTWARD = words_of(lambda words: words.outward)
INTERNAL = words_of(lambda words: words.internal)
"""Directions of a call."""
TO_COMPANY = words_of(lambda words: words.to_company)
TO_CUSTOMER = words_of(lambda words: words.to_customer)
UNSENT = words_of(lambda words: words.unsent)
"""Sides of a message; what nobody outside saw is of neither."""
OUT_OF = pattern_of(lambda words: words.out_of)
SCALE_TO = pattern_of(lambda words: words.scale_to)
"""What stands before the top of a scale, and between its ends, as alternatives over folded text."""
