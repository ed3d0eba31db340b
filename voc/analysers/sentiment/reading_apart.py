"""Which clauses and sentences are read alone: those that take on the mood of what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from voc.analysers.sentiment.adjustment import BESIDE, GLAD, MIXED, by_sentence
from voc.language.folding import fold
from voc.language.registry import alternatives, languages
from voc.language.sentences import Span, said_alone, turns
from voc.records import Sentiment

_APART = 0.3
"""Difference of two pooled moods in a sentence from which they may have run into each other."""
MOST_APART = 12
"""Clauses of one text that are read alone; a review of a thousand words has no more that matter."""
_FEWEST_APART = 5
"""Words of a sentence that speaks for itself: "Un sans faute." alone looks like a fault."""
_FEWEST_WORDS, _MOST_WORDS = 2, 40
"""Words of a clause that is worth reading alone, and of one long enough to speak for itself beside its neighbour."""

_COURTESY = frozenset[str]().union(*(one.meaning.courtesy for one in languages()))
_WORD = re.compile(r"[^\W\d_]{2,}")
_CRITICAL = re.compile(rf"\b(?:{alternatives(lambda one: one.meaning.critical)})(?!\w)")


def read_apart(
    text: str,
    sentences: Sequence[Span],
    clauses: Sequence[Span],
    pooled: Sequence[Sentiment],
    *,
    whole_sentences: bool = True,
) -> dict[int, str]:
    """Clauses to encode alone, with the words to encode: those of a sentence that turns, or whose moods differ, and
    (``whole_sentences``) a sentence that may find fault among others that praise, or that only thanks beside it make
    glad.

    Pooled from one pass, the first half of "le conseiller était charmant mais la facture est fausse" takes on the mood
    of the second: the sign was right in 71 % of 168 clauses of hand-written pairs, against 100 % read alone.
    """
    found: dict[int, str] = {}
    thanked = len(sentences) > 1 and any(_only_thanks(text[low:high]) for low, high in sentences)
    for inside in by_sentence(sentences, clauses):
        if whole_sentences and len(inside) == 1 and len(sentences) > 1 and len(found) < MOST_APART:
            low, high = clauses[inside[0]]
            glad = pooled[inside[0]].score >= (GLAD if thanked else MIXED)
            said = text[low:high]
            doubtful = thanked or _CRITICAL.search(fold(said))
            if glad and doubtful and len(said.split()) >= _FEWEST_APART and not _only_thanks(said):
                found[inside[0]] = said
        if len(inside) < 2:
            continue
        scores = [pooled[index].score for index in inside]
        if max(scores) - min(scores) < _APART and not any(turns(text, clauses[index]) for index in inside):
            continue
        for index in inside:
            alone = said_alone(text, clauses[index])
            if _FEWEST_WORDS <= len(alone.split()) <= _MOST_WORDS and len(found) < MOST_APART:
                found[index] = alone
    return found


def _only_thanks(text: str) -> bool:
    words = _WORD.findall(fold(BESIDE.sub(" ", text)))
    return bool(words) and _COURTESY.issuperset(words)
