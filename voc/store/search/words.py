"""Rows by their words: BM25 over stems, with the forms a query may mean beside what it says.

BM25 as Robertson and Zaragoza (2009, *The Probabilistic Relevance Framework: BM25 and Beyond*) write it. A word of the
query that no row holds as it is may be the beginning of one or a misspelling of one; all that is said of a word (how
rare it is, what it may stand for) is taken from the rows that are looked through, so that a search with filters is the
search over the filtered rows alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voc.store.folding import SHORTEST_STEM, telling
from voc.store.search.index import View
from voc.store.search.vocabulary import cut

SATURATION = 1.2
"""BM25's k1: how soon another occurrence of a word adds nothing more."""
LENGTH = 0.5
"""BM25's b: how much a long text has to hold more of a word. A call is not about less because it lasts."""
MOST_WORDS = 32
"""Telling words of a query that are looked for; what comes after counts by its meaning."""
MOST_FORMS = 24
"""Terms that one word of a query may stand for."""
BEGUN, MISSPELT, RARE_SLIP, SYNONYM = 1.0, 0.8, 0.6, 0.7
"""What a term counts that the word begins, that it misspells, that misspells it, that means the same."""
SLIP_SHARE = 0.05
"""A term one slip away is a misspelling of the word where it is this rare beside it."""

Synonyms = Mapping[str, Sequence[str]]
"""Term of a query → folded words that mean the same."""


@dataclass(frozen=True)
class WordMatches:
    """Rows that hold any of the telling words of a query.

    Attributes:
        slots: int64 [n], ascending.
        told: float32 [n]: the share of what the words tell; 1 where a text of mean length holds each of them once.
        held: uint8 [n], how many of the words a row holds.
        sure: bool [n], whether it holds one of them as it was asked for, no slip put right.
        words: how many telling words there are.
        familiar: whether at least half of the words occur as they were asked for.
    """

    slots: NDArray[np.int64]
    told: NDArray[np.float32]
    held: NDArray[np.uint8]
    sure: NDArray[np.bool_]
    words: int
    familiar: bool
    terms: frozenset[str] = frozenset()
    """What the words stood for: the terms that make a row one of these."""


def matches(
    view: View,
    query: str,
    allowed: NDArray[np.bool_] | None,
    synonyms: Synonyms,
    surely: Collection[str] = (),
) -> WordMatches:
    """Rows of those ``allowed`` that hold a telling word of ``query`` or what it may stand for.

    Args:
        surely: terms of the query that are words for sure, no slips of others.
    """
    typed: dict[str, list[str]] = {}
    for word in telling(query):
        typed.setdefault(cut(word), []).append(word)
    wanted = list(typed)[:MOST_WORDS]
    worded = view.lengths > 0 if allowed is None else (view.lengths > 0) & allowed
    rows = int(np.count_nonzero(worded))
    told = np.zeros(len(view), np.float32)
    held, sure = np.zeros(len(view), np.uint8), np.zeros(len(view), np.bool_)
    if not wanted or not rows:
        return _gathered(told, held, sure, len(wanted), 0, frozenset())
    mean = float(view.lengths[worded].mean()) if allowed is not None else float(view.lengths.sum()) / rows
    weights, occurring, terms = [], 0, set[str]()
    for term in wanted:
        forms = _Forms(view, allowed, synonyms, surely).of(term, typed[term])
        terms.update(forms)
        slots, times = _together(view, forms)
        rare = np.log1p((rows - len(slots) + 0.5) / (len(slots) + 0.5))
        weights.append(rare)
        if not len(slots):
            continue
        if all(weight != MISSPELT for weight, _, _ in forms.values()):
            occurring += 1
            sure[slots] = True
        long = 1 - LENGTH + LENGTH * view.lengths[slots].astype(np.float32) / np.float32(mean)
        told[slots] += np.float32(rare * (1 + SATURATION)) * times / (times + np.float32(SATURATION) * long)
        held[slots] += 1
    told /= np.float32(sum(weights))
    return _gathered(told, held, sure, len(wanted), occurring, frozenset(terms))


def _gathered(
    told: NDArray[np.float32],
    held: NDArray[np.uint8],
    sure: NDArray[np.bool_],
    words: int,
    occurring: int,
    terms: frozenset[str],
) -> WordMatches:
    slots = np.flatnonzero(held)
    familiar = words > 0 and occurring * 2 >= words
    return WordMatches(slots, told[slots], held[slots], sure[slots], words, familiar, terms)


Form = tuple[float, NDArray[np.int32], NDArray[np.uint8]]


@dataclass(frozen=True)
class _Forms:
    """What a word of a query stands for among the rows that are looked through: term → weight and postings."""

    view: View
    allowed: NDArray[np.bool_] | None
    synonyms: Synonyms
    surely: Collection[str]

    def of(self, term: str, typed: Sequence[str]) -> dict[str, Form]:
        """The word itself or, where no row holds it, what it begins, with slips in it; and what means the same.

        Where none of that is held, what it misspells. A shortest stem that a word was cut to begins too much: then it
        is the word as it was typed that may be a beginning.
        """
        found = self._held([(1.0, term)])
        if not found and len(term) >= SHORTEST_STEM:
            begins = typed if len(term) == SHORTEST_STEM else [term]
            longer = (one for start in begins for one in self.view.vocabulary.beginning(start))
            found = self._held((BEGUN, one) for one in longer)
        if found:
            found |= self._slips(term, found)
        for word in self.synonyms.get(term, ()):
            for other, form in self._held([(SYNONYM, cut(word))]).items():
                found.setdefault(other, form)
        return found or ({} if term in self.surely else self._corrected(term))

    def _held(self, terms: Iterable[tuple[float, str]]) -> dict[str, Form]:
        found: dict[str, Form] = {}
        for weight, term in terms:
            number = self.view.vocabulary.number(term)
            if number is None:
                continue
            slots, times = self.view.postings.of(number, self.allowed)
            if len(slots):
                found[term] = (weight, slots, times)
            if len(found) == MOST_FORMS:
                break
        return found

    def _corrected(self, term: str) -> dict[str, Form]:
        """The nearest terms by slips; of equally near ones those that stand in a tenth as many rows as the most do."""
        near = self.view.vocabulary.near(term)
        for slips in (1, 2):
            found = self._held((MISSPELT, one) for apart, one in near if apart == slips)
            if found:
                most = max(len(slots) for _, slots, _ in found.values())
                return {one: form for one, form in found.items() if len(form[1]) * 10 >= most}
        return {}

    def _slips(self, term: str, found: Mapping[str, Form]) -> dict[str, Form]:
        """Rare terms one slip away from a common one: how some write it."""
        most = sum(len(slots) for _, slots, _ in found.values()) * SLIP_SHARE
        if most < 1:
            return {}
        near = self._held((RARE_SLIP, one) for apart, one in self.view.vocabulary.near(term) if apart == 1)
        return {one: form for one, form in near.items() if len(form[1]) <= most}


def _together(view: View, forms: Mapping[str, Form]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """(slots, times) of all forms of one word, what counts less taken as fewer times."""
    if len(forms) == 1:
        ((weight, slots, times),) = forms.values()
        return slots.astype(np.int64), times.astype(np.float32) * np.float32(weight)
    counted = np.zeros(len(view), np.float32)
    for weight, slots, times in forms.values():
        counted[slots] += np.float32(weight) * times
    found = np.flatnonzero(counted)
    return found, counted[found]
