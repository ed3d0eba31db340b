"""Who spoke, each counted once: a customer who writes six times is one voice, and so is a text sent thirty times."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from voc.language.folding import fold
from voc.store.figures import TopicMentionRow

SHINGLE = 3
"""Words in a row that are compared."""
ALIKE = 0.6
"""Share of a text's shingles that another must hold for the two to be one text (Broder 1997 calls it containment)."""
LEAST_WORDS = 9
"""Shorter texts agree by chance: "no network since this morning" is written by many people who never met."""

COMPARED = 2000
"""Texts compared shingle by shingle; where there are more, a few near-copies no longer make the difference."""

_WORD = re.compile(r"[^\W\d_]+")
_PLACEHOLDER = re.compile(r"\[[A-Z_]+\]")


def voices(mentions: Sequence[TopicMentionRow]) -> dict[str, int]:
    """Interaction id → number of its voice. Two interactions share one when the customer or the text is the same."""
    leader = list(range(len(mentions)))

    def find(one: int) -> int:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    customers: dict[str, int] = {}
    for place, mention in enumerate(mentions):
        if mention.customer_id is not None:
            first = customers.setdefault(mention.customer_id, place)
            leader[find(place)] = find(first)
    for one, other in repeated([mention.snippet for mention in mentions]):
        leader[find(other)] = find(one)
    return {mention.id: find(place) for place, mention in enumerate(mentions)}


def repeated(texts: Iterable[str | None]) -> list[tuple[int, int]]:
    """Pairs (first, later) of texts that are one text: same words apart from numbers and what was masked.

    A text is compared with those before it through the shingles they share, so the work grows with what is repeated
    and not with the square of the texts. Beyond ``COMPARED`` texts only those with exactly the same words are joined.
    """
    texts = list(texts)
    if len(texts) > COMPARED:
        return _identical(texts)
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    sizes: dict[int, int] = {}
    found = []
    for place, text in enumerate(texts):
        words = _words(text or "")
        if len(words) < LEAST_WORDS:
            continue
        shingles = {tuple(words[start : start + SHINGLE]) for start in range(len(words) - SHINGLE + 1)}
        shared = Counter(holder for shingle in shingles for holder in holders[shingle])
        best = max(
            shared, key=lambda holder: (shared[holder] / max(len(shingles), sizes[holder]), -holder), default=None
        )
        if best is not None and shared[best] >= ALIKE * max(len(shingles), sizes[best]):
            found.append((best, place))
            continue  # the first of its kind stands for all
        sizes[place] = len(shingles)
        for shingle in shingles:
            holders[shingle].append(place)
    return found


def _identical(texts: Sequence[str | None]) -> list[tuple[int, int]]:
    first: dict[tuple[str, ...], int] = {}
    found = []
    for place, text in enumerate(texts):
        words = tuple(_words(text or ""))
        if len(words) >= LEAST_WORDS and first.setdefault(words, place) != place:
            found.append((first[words], place))
    return found


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(_PLACEHOLDER.sub(" ", text) if "[" in text else text))
