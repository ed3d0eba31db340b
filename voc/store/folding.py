"""Words of a text as full-text search knows them: folded, so that `Réclamé` and `reclame` meet, and their stems."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voc.language.folding import fold
from voc.language.registry import alternatives, languages

_WORD = re.compile(r"\w+", re.UNICODE)

SHORTEST_STEM = 4
"""Letters a stem keeps at least; words as long also match longer ones that begin with them."""

_ENDINGS = tuple(sorted((ending for one in languages() for ending in one.search.endings), key=len, reverse=True))
_DOUBLED = re.compile(rf"([bcdfglmnprt])\1(?:{alternatives(lambda one: one.search.doubled)})$")
STOP_WORDS = frozenset().union(*(one.search.stop for one in languages()))
"""Words that say nothing of what is looked for."""


def words(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text))


def word_places(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    """((begin, end), folded word) of each word of a text, in order; one that folds to several has its place for each."""
    for found in _WORD.finditer(text):
        for word in words(found[0]):
            yield found.span(), word


def terms(query: str) -> list[str]:
    """The folded words of a query, in order, without repeats."""
    return list(dict.fromkeys(words(query)))


def stem(word: str) -> str:
    """What the forms of a folded word begin with: ``prelev`` of ``prelevements`` and ``prelevee``.

    The longest ending of a language read here that leaves ``SHORTEST_STEM`` letters goes, in the way of Savoy's light stemmers
    (2006, *Light stemming approaches for the French, Portuguese, German and Hungarian languages*); it is for looking
    up words that begin alike, not for cutting what is stored.
    """
    if not word.isalpha():
        return word  # numbers and references have no endings
    if doubled := _DOUBLED.search(word):
        cut = word[: doubled.start() + 1]  # cancelled, cancel
        if len(cut) >= SHORTEST_STEM:
            return cut
    return next(
        (word[: -len(one)] for one in _ENDINGS if word.endswith(one) and len(word) - len(one) >= SHORTEST_STEM), word
    )


def telling(query: str) -> list[str]:
    """The folded words of a query that say what is looked for, each once, in order: function words left out.

    A query of function words alone keeps them.
    """
    every = list(dict.fromkeys(one for word in terms(query) for one in word.split("_") if one))
    return [word for word in every if word not in STOP_WORDS] or every


def sought(query: str) -> list[tuple[str, bool]]:
    """What a query looks for: the stem of each telling word once as (beginning, whether longer words match too)."""
    stems = dict.fromkeys(stem(word) for word in telling(query))
    return [(one, len(one) >= SHORTEST_STEM) for one in stems]
