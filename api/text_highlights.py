"""Words of a turn with their places in the text, and the text cut at every mark that lies over it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from voc.language.word_alignment import PlacedWord


@dataclass(frozen=True)
class Mark:
    """Something to show over characters ``begin``…``end``: a topic, masked data, an identifier."""

    kind: str
    begin: int
    end: int
    label: str
    colour: int | None = None
    href: str | None = None


@dataclass(frozen=True)
class Piece:
    """A stretch of text under the same marks, with the milliseconds of the word it is part of."""

    text: str
    marks: tuple[Mark, ...] = ()
    begin_ms: int | None = None
    end_ms: int | None = None
    doubtful: bool = False
    """Part of a word the recogniser was not sure of."""

    def mark(self, kind: str) -> Mark | None:
        """The first mark of that kind, if any."""
        return next((one for one in self.marks if one.kind == kind), None)


def pieces(text: str, marks: Iterable[Mark], words: Sequence[PlacedWord] = (), *, offset: int = 0) -> list[Piece]:
    """``text`` cut at every border of a mark or word; joined, the pieces are ``text`` again.

    Args:
        offset: where ``text`` begins in the text that the marks' offsets are about.
    """
    size = len(text)
    local = [
        (max(0, one.begin - offset), min(size, one.end - offset), one)
        for one in marks
        if one.begin - offset < size and one.end - offset > 0 and one.end > one.begin
    ]
    borders = sorted({0, size, *(b for b, _, _ in local), *(e for _, e, _ in local)}
                     | {p for one in words for p in (one.begin, one.end) if 0 <= p <= size})  # fmt: skip
    found: list[Piece] = []
    for begin, end in pairwise(borders):
        over = tuple(mark for b, e, mark in local if b <= begin and end <= e)
        word = next((one.word for one in words if one.begin <= begin and end <= one.end), None)
        found.append(
            Piece(
                text=text[begin:end],
                marks=over,
                begin_ms=word.begin_ms if word else None,
                end_ms=word.end_ms if word else None,
                doubtful=word is not None and word.unsure,
            )
        )
    return found
