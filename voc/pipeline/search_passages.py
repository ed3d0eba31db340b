"""The passage of each hit that answers the query, and the words in it that were found; of masked text alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voc.language.sentences import Span, split_sentences
from voc.store.folding import word_places
from voc.store.search.vocabulary import cut

MOST_CHARS = 20_000
"""Characters of a text that are looked at."""
LONGEST = 240
"""Characters of a passage."""
SENTENCES = 6
"""Sentences of one text whose meanings are compared, the first."""
MOST_COMPARED = 24
"""Sentences of one page whose meanings are compared: a tenth of a second. Hits after them show their beginning."""

Vectors = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True)
class Passage:
    """A sentence, or the part of a long one around the first word found.

    Attributes:
        marks: (begin, end) of the words that were found, in ``text``.
        cut_before, cut_after: whether the text goes on there.
    """

    text: str
    marks: tuple[Span, ...]
    cut_before: bool
    cut_after: bool


def passages(
    texts: Mapping[str, str], terms: frozenset[str], vector: NDArray[np.float32] | None, encoded: Vectors
) -> dict[str, Passage]:
    """The passage of each text: the sentence that holds most of ``terms``, else the nearest to ``vector``.

    Args:
        texts: masked text by interaction, the best hit first.
        terms: what the words of the query stood for (:class:`voc.store.search.SearchHits`).
        vector: the query's, float32 [384], L2-normalised; ``None`` for words alone.
        encoded: sentences → their vectors, float32 [n, 384].
    """
    found: dict[str, Passage] = {}
    unworded: dict[str, list[Span]] = {}
    for key, whole in texts.items():
        text = whole[:MOST_CHARS]
        spans = split_sentences(text)
        held = [(place, term) for place, word in word_places(text) if (term := cut(word)) in terms] if terms else []
        if not spans:
            continue
        if held:
            best = max(spans, key=lambda span: (_weight(held, span), -span[0]))
            found[key] = _passage(whole, best, [place for place, _ in held])
        elif len(spans) == 1 or vector is None:
            found[key] = _passage(whole, spans[0], ())
        else:
            unworded[key] = spans[:SENTENCES]
    if vector is not None:
        found |= _by_meaning(texts, unworded, vector, encoded)
    return found


def _by_meaning(
    texts: Mapping[str, str], spans: Mapping[str, Sequence[Span]], vector: NDArray[np.float32], encoded: Vectors
) -> dict[str, Passage]:
    compared: list[tuple[str, Span]] = []
    for key, some in spans.items():
        if len(compared) + len(some) > MOST_COMPARED:
            break
        compared += [(key, span) for span in some]
    near = encoded([texts[key][begin:end] for key, (begin, end) in compared]) @ vector if compared else ()
    best: dict[str, tuple[float, Span]] = {}
    for (key, span), likeness in zip(compared, near, strict=True):
        if key not in best or likeness > best[key][0]:
            best[key] = (float(likeness), span)
    return {key: _passage(texts[key], best[key][1] if key in best else some[0], ()) for key, some in spans.items()}


def _weight(held: Sequence[tuple[Span, str]], span: Span) -> tuple[int, int]:
    """How many different terms, and how many words of them, a sentence holds."""
    inside = [term for (begin, end), term in held if span[0] <= begin and end <= span[1]]
    return len(set(inside)), len(inside)


def _passage(text: str, span: Span, marks: Sequence[Span]) -> Passage:
    begin, end = span
    inside = [one for one in marks if begin <= one[0] and one[1] <= end]
    if end - begin > LONGEST:
        first = inside[0][0] if inside else begin
        begin = max(begin, min(first - LONGEST // 4, end - LONGEST))
        end = min(end, begin + LONGEST)
        begin, end = _at_words(text, begin, end, span)
    kept = tuple((low - begin, high - begin) for low, high in inside if begin <= low and high <= end)
    return Passage(text[begin:end], kept, bool(text[:begin].strip()), bool(text[end:].strip()))


def _at_words(text: str, begin: int, end: int, span: Span) -> Span:
    """Cut between words, where there are any."""
    if begin > span[0] and (space := text.find(" ", begin, begin + LONGEST // 4)) >= 0:
        begin = space + 1
    if end < span[1] and (space := text.rfind(" ", end - LONGEST // 4, end)) > begin:
        end = space
    return begin, end
