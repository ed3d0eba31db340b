"""Which rows a query finds, by their words, their meaning or both, and in what order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from voc.language.vectors import unit
from voc.store.search.index import View, numbered
from voc.store.search.vectors import hubs
from voc.store.search.words import WordMatches

WORDS_WEIGHT, MOST_TOLD = 0.2, 1.2
"""What holding the words counts beside being alike in meaning, and how much of it: words alone do not outrank what means
the same in the other language."""
HUB_WEIGHT = 0.5
"""How much of its likeness to anything at all is taken from a row: short texts are near to every query (Radovanović,
Nanopoulos and Ivanović 2010, *Hubs in space*)."""
HUB_NEIGHBOURS = 5
"""Nearest everyday phrases that tell it."""
FAMILIAR_FLOOR = 0.6
"""Share of the floor of meaning that is enough where the rows know at least half of the query's words: it is then about
what they are about, and they may say it in other words."""
LIKEST_FLOOR = 0.9
"""Share of the floor of meaning that the likest row has to reach, or nothing is meant: with less, what reaches the lower
floors only stands nearest to a query that is about something else."""
SHARED_FLOOR = 0.9
"""Share of the floor of meaning that is enough for a row that holds one of the query's words as well."""
AGREED_FLOOR = 1.1
"""Share of the floor of meaning by which the likest row has to be nearer to the query than everyday phrases are, what the
words of one row tell taken for nearness too, or nothing is meant: meaning that no word bears out has to stand out more, and
a query that is near to anything is near to no row for what it says. Chosen on the written queries that may be looked at, with
their words known and unknown to the other language, and on what clinc150's ``train`` rows call out of scope."""
HALF_FLOOR = 0.55
"""Share of the floor of meaning that a row has to reach that holds half of the query's words and not all."""
FEEDBACK, FEEDBACK_WEIGHT = 8, 1.0
"""Rows whose middle is looked for as well, the best, and what being near to it counts: what answers a query is told alike,
and more alike than the query is (Rocchio 1971, *Relevance feedback in information retrieval*; Lavrenko and Croft 2001)."""
SPREAD, SPREAD_NEIGHBOURS, SPREAD_ROUNDS = 200, 10, 3
"""The best rows whose meaning is told to each other, the nearest of them each listens to, and how often: a row half of whose
likeness is that of rows told alike stands where they stand, so that an answer in other words comes with those it is like
(Diaz 2005, *Regularizing ad hoc retrieval scores*; Zhou et al. 2004, *Ranking on data manifolds*)."""
WORDED = 1_000
"""Rows found by their words, those that tell most, whose meaning is looked at."""
DECIMALS = 5
"""Scores that differ by less are equal: how they were summed must not decide the order."""
UNLIKE = np.float32(-2.0)
"""Likeness of a row without a vector: below any cosine."""


@dataclass(frozen=True)
class Hit:
    """One interaction found; ``score`` joins both, ``words``/``meaning`` are its ranks where it was found by them."""

    interaction_id: str
    score: float
    words: int | None
    meaning: int | None


@dataclass(frozen=True)
class SearchHits:
    """What was found.

    Attributes:
        hits: those of the page that was asked for, best first.
        numbers: int64 [n], the row numbers of all that match, the best first as far as their meaning was looked at.
        terms: what the words of the query stood for in what was looked through.
    """

    hits: list[Hit]
    numbers: NDArray[np.int64]
    terms: frozenset[str] = frozenset()

    @property
    def total(self) -> int:
        """How many rows match in all."""
        return len(self.numbers)


@dataclass(frozen=True)
class _Rows:
    """The rows that may be hits: int64 [n] slots, ascending, with what words and meaning say of each."""

    slots: NDArray[np.int64]
    told: NDArray[np.float32]
    held: NDArray[np.uint8]
    sure: NDArray[np.bool_]
    alike: NDArray[np.float32]


def ranked(
    view: View,
    worded: WordMatches,
    vector: NDArray[np.float32] | None,
    centre: NDArray[np.float32] | None,
    allowed: NDArray[np.bool_] | None,
    everyday: NDArray[np.float32] | None,
    *,
    floor: float,
    limit: int,
    offset: int = 0,
) -> SearchHits:
    """Rows from the ``offset`` best on, best first, the newest first where two are equal; a page is a part of one order.

    A row is found by its words when it holds all of the query's telling words, or half of them and its likeness is not
    known or reaches ``HALF_FLOOR`` of ``floor``; by its meaning when its likeness reaches ``floor`` (``FAMILIAR_FLOOR``
    of it where the rows know at least half of the words); or by both when it holds one of them and its likeness reaches
    ``SHARED_FLOOR`` of it. Its meaning counts only where the likest row of all reaches ``LIKEST_FLOOR``, and is by
    ``AGREED_FLOOR`` nearer than everyday phrases are. Its score is
    its likeness, plus ``WORDS_WEIGHT`` × what its words tell (Bruch, Gai and Ingber, *An Analysis of Fusion Functions
    for Hybrid Retrieval*, TOIS 2023: a weighted sum of scores ranks better than a fusion of ranks), less what it is
    like anything, plus how near it is to the best by that score; what is not of its words is levelled with the rows next
    to it.

    Args:
        everyday: vectors of phrases about anything at all, float32 [k, 384]; ``None`` leaves hubs as they are.
    """
    rows = _rows(view, worded, vector, centre, allowed)
    newest, numbers = -view.at[rows.slots], numbered(view.ids[rows.slots])
    anything = _like_anything(vector, everyday, centre) if worded.words else None
    by_words, by_meaning = _found_by(rows, worded, floor, anything)
    found = np.flatnonzero(by_words | by_meaning)
    score = _scores(rows, vector is not None)
    if everyday is not None and vector is not None:
        _weigh_neighbours(view, rows, found, score, everyday, centre, newest, numbers)
    order = found[np.lexsort((numbers[found], newest[found], -_rounded(score[found])))]
    word_ranks = _ranks(by_words, rows.told, newest, numbers)
    meaning_ranks = _ranks(by_meaning, rows.alike, newest, numbers)
    hits = [
        Hit(
            view.id(int(rows.slots[place])),
            float(score[place]),
            int(word_ranks[place]) or None,
            int(meaning_ranks[place]) or None,
        )
        for place in order[offset : offset + limit].tolist()
    ]
    beyond = _beyond(view, worded, rows.slots, meant=vector is not None)
    begin = max(0, offset - len(order))
    for place in range(begin, min(len(beyond), offset + limit - len(order))):
        row = int(beyond[place])
        told = float(worded.told[row] * WORDS_WEIGHT) if vector is not None else float(worded.told[row])
        hits.append(Hit(view.id(int(worded.slots[row])), told, len(order) + place + 1, None))
    slots = np.concatenate([rows.slots[order], worded.slots[beyond]])
    return SearchHits(hits, numbered(view.ids[slots]), worded.terms)


def _beyond(view: View, worded: WordMatches, looked_at: NDArray[np.int64], *, meant: bool) -> NDArray[np.int64]:
    """Places of the matches that hold enough of the words and whose meaning was not looked at, by what they tell."""
    if len(worded.slots) <= WORDED:
        return np.zeros(0, np.int64)
    known = np.zeros(len(view), np.bool_)
    known[looked_at] = True
    enough = worded.held >= worded.words if meant else worded.held * 2 >= worded.words
    left = np.flatnonzero(enough & ~known[worded.slots])
    slots = worded.slots[left]
    return left[np.lexsort((numbered(view.ids[slots]), -view.at[slots], -_rounded(worded.told[left])))]


def _like_anything(
    vector: NDArray[np.float32] | None, everyday: NDArray[np.float32] | None, centre: NDArray[np.float32] | None
) -> float | None:
    """How near a query is to the everyday phrases next to it; ``None`` where that is not known."""
    if vector is None or everyday is None:
        return None
    asked = unit(np.atleast_2d(vector) - (0 if centre is None else centre))
    return float(hubs(asked, everyday, centre, HUB_NEIGHBOURS).max())


def _found_by(
    rows: _Rows, worded: WordMatches, floor: float, anything: float | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(by words, by meaning) of each row, see :func:`ranked`."""
    known, likest = rows.alike > UNLIKE, float(rows.alike.max(initial=UNLIKE))
    meant = likest >= floor * LIKEST_FLOOR
    if anything is not None:
        meant &= likest + float(rows.told.max(initial=0)) - anything >= floor * AGREED_FLOOR
    near = known & meant
    by_meaning = near & (rows.alike >= floor * (FAMILIAR_FLOOR if worded.familiar else 1.0))
    by_meaning |= near & rows.sure & (rows.alike >= floor * SHARED_FLOOR)
    half = (rows.held * 2 >= worded.words) & (~known | (rows.alike >= floor * HALF_FLOOR))
    return (rows.held > 0) & (half | (rows.held >= worded.words) | by_meaning), by_meaning


def _weigh_neighbours(
    view: View,
    rows: _Rows,
    found: NDArray[np.int64],
    score: NDArray[np.float32],
    everyday: NDArray[np.float32],
    centre: NDArray[np.float32] | None,
    newest: NDArray[np.int64],
    numbers: NDArray[np.int64],
) -> None:
    """Take from the score of the best what they are like anything, then add how near each is to the best of them.

    Of the first of these, what is not of their words is told to each other.
    """
    first = found[np.argsort(-score[found], kind="stable")[:WORDED]]
    last = np.ones(len(score), np.bool_)
    last[first] = False
    seen, known = view.vectors.seen(rows.slots[first], centre), rows.alike[first] > UNLIKE
    score[first] -= np.float32(HUB_WEIGHT) * hubs(seen, everyday, centre, HUB_NEIGHBOURS)
    best = np.argsort(-_rounded(score[first]), kind="stable")
    middle = unit(seen[best[known[best]][:FEEDBACK]].sum(axis=0))
    score[first] += np.float32(FEEDBACK_WEIGHT) * np.where(known, seen @ middle, np.float32(0))
    score[last] -= np.float32(HUB_WEIGHT + FEEDBACK_WEIGHT)
    places = np.flatnonzero(known)
    of = first[places]
    places = places[np.lexsort((numbers[of], newest[of], -_rounded(score[of])))[:SPREAD]]
    words = _words_score(rows.told[first[places]])
    score[first[places]] = words + levelled(score[first[places]] - words, seen[places])


def levelled(score: NDArray[np.float32], seen: NDArray[np.float32]) -> NDArray[np.float32]:
    """float32 [n]: each row's score, half of it that of the rows next to it, the nearer the more, some rounds of it."""
    if len(score) <= 1:
        return score
    near = _rounded(seen @ seen.T)
    np.fill_diagonal(near, UNLIKE)
    next_to = np.argsort(-near, axis=1, kind="stable")[:, :SPREAD_NEIGHBOURS]
    weights = np.maximum(np.take_along_axis(near, next_to, axis=1), 0) ** 2
    total = weights.sum(axis=1)
    for _ in range(SPREAD_ROUNDS):
        told = (weights * score[next_to]).sum(axis=1) / np.maximum(total, np.float32(1e-6))
        score = np.where(total > 0, (score + told) / 2, score)
    return score


def _scores(rows: _Rows, meant: bool) -> NDArray[np.float32]:
    if not meant:
        return rows.told.copy()
    return np.maximum(rows.alike, 0) + _words_score(rows.told)


def _words_score(told: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.float32(WORDS_WEIGHT) * np.minimum(told, np.float32(MOST_TOLD))


def _rows(
    view: View,
    worded: WordMatches,
    vector: NDArray[np.float32] | None,
    centre: NDArray[np.float32] | None,
    allowed: NDArray[np.bool_] | None,
) -> _Rows:
    """The nearest rows, and those whose words tell most."""
    telling = worded.slots[_most(worded, view)]
    if vector is None:
        slots = telling
        alike = np.full(len(slots), UNLIKE)
    else:
        among = view.present if allowed is None else view.present & allowed
        chosen = np.zeros(len(view), np.bool_)
        chosen[telling] = chosen[view.vectors.candidates(vector, centre, among)] = True
        slots = np.flatnonzero(chosen)
        alike = view.vectors.likeness(slots, vector, centre)
        alike[~view.present[slots]] = UNLIKE
    told, held = np.zeros(len(slots), np.float32), np.zeros(len(slots), np.uint8)
    sure = np.zeros(len(slots), np.bool_)
    if len(worded.slots):
        places = np.minimum(np.searchsorted(worded.slots, slots), len(worded.slots) - 1)
        known = worded.slots[places] == slots
        told[known], held[known] = worded.told[places[known]], worded.held[places[known]]
        sure[known] = worded.sure[places[known]]
    return _Rows(slots, told, held, sure, alike)


def _most(worded: WordMatches, view: View) -> NDArray[np.int64]:
    """Places of the :data:`WORDED` matches that tell most, the newest of equal ones."""
    if len(worded.slots) <= WORDED:
        return np.arange(len(worded.slots))
    told = _rounded(worded.told)
    least = np.partition(told, len(told) - WORDED)[len(told) - WORDED]
    sure, equal = np.flatnonzero(told > least), np.flatnonzero(told == least)
    slots = worded.slots[equal]
    newest = np.lexsort((numbered(view.ids[slots]), -view.at[slots]))
    return np.concatenate([sure, equal[newest[: WORDED - len(sure)]]])


def _rounded(score: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.round(score, DECIMALS)


def _ranks(
    among: NDArray[np.bool_], score: NDArray[np.float32], newest: NDArray[np.int64], numbers: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The rank of each row by its score, 1 the best, among those of ``among``; 0 of others."""
    ranks = np.zeros(len(among), np.int64)
    places = np.flatnonzero(among)
    order = np.lexsort((numbers[places], newest[places], -_rounded(score[places])))
    ranks[places[order]] = np.arange(1, len(places) + 1)
    return ranks
