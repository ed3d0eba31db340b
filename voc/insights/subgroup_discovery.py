"""Finding where contacts concentrate: combinations of circumstances in which a subject is over-represented.

A *voice* is one customer speaking of one subject, however often; an anonymous contact, or a text sent often, is one
voice. Of the voices in a context, ``k`` of ``n`` speak of the subject, ``K`` of ``N`` wherever all the context's
dimensions are known; the test is Fisher's, exact and one-sided. A combination of two or three must be *productive*: its
share is higher, by the same test, than with any one of its parts left out (Webb 2007, *Discovering significant
patterns*, Machine Learning 68).

False discoveries are held for the whole search: each length has its own third of the error rate (Webb 2008, *Layered
critical values*, Machine Learning 71), shared by every combination that could come out at all given its totals (Tarone
1990), whether or not it looks promising. So the chance that shuffled contacts show anything at all is at most 5 %.

What is left is told once: contexts of the same contacts are one (Jaccard ≥ 0.8), and one whose excess is gone when the
contacts of stronger ones are set aside says nothing of its own (Webb 2010, *Self-sufficient itemsets*).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from voc.insights import statistics

LEVEL = 0.05
LONGEST = 3
FEWEST_PEOPLE = 10
"""People in a context below which it is an anecdote, and not looked at."""
LEAST = 5
"""Voices that speak of the subject in a context below which it is not shown."""
MOST_SHARE = 0.95
MOST_ITEMS = 60
"""Values looked at, the most frequent first."""
LEAST_LIFT = 1.3
"""A share this many times the usual one is worth a person's time; less can be significant and still not matter."""
MOST_WORK = 300_000_000
"""Contacts times combinations looked at for one length: beyond, only the most frequent values are combined."""
SAME = 0.8
EXPLAINED = 0.01
Z_FLOOR = 2.0
"""Below this normal deviate an exact test cannot come near any level used here; it is spared."""

Mask = NDArray[np.bool_]
Item = tuple[str, str]


@dataclass(frozen=True)
class SubjectGroup:
    """Subjects that are told apart from one another: topics, their parents, or labels of sentiment.

    ``row`` and ``subject`` are parallel: contact ``row[j]`` speaks of ``names[subject[j]]``; one that speaks of none of
    them has a row with the subject ``len(names)``.
    """

    name: str
    names: tuple[str, ...]
    row: NDArray[np.intp]
    subject: NDArray[np.intp]
    not_by: frozenset[str] = frozenset()
    """Dimensions that decide these subjects by themselves: a claims register is full of dissatisfaction."""
    same_as: Mapping[str, frozenset[Item]] = field(default_factory=dict)
    """Subject → values that say the same with another word: who has the product *Mobile* speaks of *Mobile*."""


@dataclass
class Pattern:
    """One finding: in the context ``items``, ``k`` of ``n`` voices speak of ``subject``; in all, ``K`` of ``N``."""

    items: tuple[Item, ...]
    family: str
    subject: str
    k: int
    n: int
    K: int
    N: int
    p: float
    adjusted: float
    rows: NDArray[np.intp]
    """Contacts of the context that speak of the subject."""
    also: list[tuple[Item, ...]] = field(default_factory=list)

    @property
    def lift(self) -> float:
        """The share in the context over the share everywhere."""
        return (self.k / self.n) / (self.K / self.N)


@dataclass(frozen=True)
class Mined:
    """What was found, strongest first, and how many questions were asked to find it."""

    patterns: tuple[Pattern, ...]
    tested: int


class Contacts:
    """Contacts as arrays: ``values[dimension]`` is one string a contact (``None`` unknown), ``voice`` who speaks."""

    def __init__(
        self, values: Mapping[str, Sequence[str | None]], voice: NDArray[np.intp], families: Sequence[SubjectGroup]
    ) -> None:
        self.n = len(voice)
        self.voice = voice
        self.families = list(families)
        self.known: dict[str, Mask] = {}
        self.masks: dict[Item, Mask] = {}
        for name, given in values.items():
            column = np.array([one if one is not None else "" for one in given], dtype=object)
            known = np.array([one is not None for one in given], dtype=bool)
            self.known[name] = known
            for value in sorted({str(one) for one in column[known].tolist()} - {"—"}):
                self.masks[name, value] = np.asarray(known & (column == value), dtype=bool)
        self._people = int(voice.max()) + 1 if self.n else 0
        self._known_counts: dict[tuple[int, frozenset[str]], NDArray[np.int64]] = {}
        self._voices = [_Voices(self, family) for family in self.families]

    def inside(self, items: Sequence[Item]) -> Mask:
        """Contacts of a context."""
        found = np.ones(self.n, dtype=bool)
        for one in items:
            found &= self.masks[one]
        return found

    def universe(self, items: Sequence[Item]) -> Mask:
        """Contacts for which every dimension of the context is known."""
        found = np.ones(self.n, dtype=bool)
        for name, _ in items:
            found &= self.known[name]
        return found

    def heard(self, mask: Mask) -> int:
        """How many different people are in these contacts."""
        seen = np.zeros(self._people, dtype=bool)
        seen[self.voice[mask]] = True
        return int(np.count_nonzero(seen))

    def counts(self, family: int, mask: Mask) -> NDArray[np.int64]:
        """Voices by subject, the last place those that speak of none; each person once a subject."""
        return self._voices[family].counts(mask)

    def speaking(self, items: Sequence[Item], family: str, subject: str) -> NDArray[np.intp]:
        """Contacts of a context that speak of a subject, in their order."""
        (of,) = (one for one in self.families if one.name == family)
        rows = of.row[of.subject == of.names.index(subject)]
        return np.asarray(np.unique(rows[self.inside(items)[rows]]), dtype=np.intp)

    def known_counts(self, family: int, items: Sequence[Item]) -> NDArray[np.int64]:
        """:meth:`counts` wherever the dimensions of ``items`` are known."""
        key = (family, frozenset(name for name, _ in items))
        if key not in self._known_counts:
            self._known_counts[key] = self.counts(family, self.universe(items))
        return self._known_counts[key]

    def items(self) -> list[Item]:
        """Values worth combining, the most frequent first."""
        found = []
        for one, mask in self.masks.items():
            people, known = self.heard(mask), self.heard(self.known[one[0]])
            if FEWEST_PEOPLE <= people <= MOST_SHARE * known:
                found.append((people, one))
        return [one for _, one in sorted(found, key=lambda pair: (-pair[0], pair[1]))[:MOST_ITEMS]]


class _Voices:
    """Distinct (person, subject) pairs of one family, counted without sorting for every mask."""

    def __init__(self, contacts: Contacts, family: SubjectGroup) -> None:
        codes = contacts.voice[family.row] * (len(family.names) + 1) + family.subject
        pairs, self.pair = np.unique(codes, return_inverse=True)
        self.subject_of = (pairs % (len(family.names) + 1)).astype(np.intp)
        self.row, self.size = family.row, len(family.names) + 1

    def counts(self, mask: Mask) -> NDArray[np.int64]:
        seen = np.zeros(len(self.subject_of), dtype=bool)
        seen[self.pair[mask[self.row]]] = True
        return np.bincount(self.subject_of[seen], minlength=self.size)


def mine(contacts: Contacts, *, level: float = LEVEL, longest: int = LONGEST) -> Mined:
    """Every context in which a subject concentrates."""
    items = contacts.items()
    found: list[Pattern] = []
    tested = 0
    frequent: list[tuple[Item, ...]] = [()]
    for length in range(1, longest + 1):
        candidates: list[Pattern] = []
        smallest: list[NDArray[np.float64]] = []
        grown: list[tuple[Item, ...]] = []
        for combination, mask in _combinations(
            contacts, items[: _worth(contacts.n, len(items), length)], frequent, length
        ):
            grown.append(combination)
            for number, family in enumerate(contacts.families):
                if any(name in family.not_by for name, _ in combination):
                    continue
                inside, whole = contacts.counts(number, mask), contacts.known_counts(number, combination)
                n, total = int(inside.sum()), int(whole.sum())
                if n < LEAST or n >= total:
                    continue
                smallest.append(_smallest(whole[:-1], n, total))
                candidates += [
                    one
                    for one in _promising(contacts, combination, number, inside, whole)
                    if family.same_as.get(one.subject, frozenset()).isdisjoint(combination)
                ]
        frequent = grown
        every = np.sort(np.concatenate(smallest)) if smallest else np.zeros(0)
        able = _able(every, level / longest)
        tested += able
        for one in candidates:
            one.adjusted = min(1.0, one.p * max(able, 1) * longest)
            if one.adjusted <= level and one.lift >= LEAST_LIFT:
                one.rows = contacts.speaking(one.items, one.family, one.subject)
                found.append(one)
        if not grown:
            break
    return Mined(patterns=tuple(drop_redundant_patterns(contacts, found)), tested=tested)


def _worth(n: int, items: int, length: int) -> int:
    """How many of the most frequent values can be combined within :data:`MOST_WORK`."""
    while items > length and math.comb(items, length) * n > MOST_WORK:
        items -= 1
    return items


def _combinations(
    contacts: Contacts, items: Sequence[Item], shorter: Sequence[tuple[Item, ...]], length: int
) -> Iterator[tuple[tuple[Item, ...], Mask]]:
    """Combinations of different dimensions with enough people in them, each built on a shorter one that has."""
    place = {one: rank for rank, one in enumerate(items)}
    kept = set(shorter)
    for base in shorter:
        if any(one not in place for one in base):
            continue
        start = place[base[-1]] + 1 if base else 0
        mask = contacts.inside(base)
        for one in items[start:]:
            if any(one[0] == other[0] for other in base):
                continue
            grown = (*base, one)
            if length > 2 and any(part not in kept for part in itertools.combinations(grown, length - 1)):
                continue
            both = mask & contacts.masks[one]
            if int(both.sum()) >= FEWEST_PEOPLE and contacts.heard(both) >= FEWEST_PEOPLE:
                yield grown, both


def _promising(
    contacts: Contacts,
    items: tuple[Item, ...],
    number: int,
    inside: NDArray[np.int64],
    whole: NDArray[np.int64],
) -> Iterator[Pattern]:
    """Subjects that are more frequent inside than outside, with their exact p-value."""
    family = contacts.families[number]
    n, total = int(inside.sum()), int(whole.sum())
    k, everywhere = inside[:-1], whole[:-1]
    expected = everywhere * (n / total)
    spread = np.sqrt(np.maximum(expected * (1 - everywhere / total) * (1 - n / total), 1e-9))
    for subject in np.flatnonzero((k >= LEAST) & (k - expected > Z_FLOOR * spread)).tolist():
        p = statistics.over_represented(int(k[subject]), n, int(everywhere[subject] - k[subject]), total - n)
        for left_out in items if len(items) > 1 else ():
            rest = [one for one in items if one != left_out]
            part = contacts.counts(number, contacts.inside(rest) & contacts.universe(items))
            m, of_it = int(part.sum()), int(part[subject])
            p = max(p, statistics.over_represented(int(k[subject]), n, of_it - int(k[subject]), m - n))
        yield Pattern(
            items=items,
            family=family.name,
            subject=family.names[subject],
            k=int(k[subject]),
            n=n,
            K=int(everywhere[subject]),
            N=total,
            p=p,
            adjusted=1.0,
            rows=np.zeros(0, dtype=np.intp),
        )


def _smallest(everywhere: NDArray[np.int64], n: int, total: int) -> NDArray[np.float64]:
    """The smallest p-value each subject could have given its totals: all of it inside, or the inside full of it."""
    from scipy.special import gammaln

    def choose(a: NDArray[np.float64] | float, b: NDArray[np.float64] | float) -> NDArray[np.float64]:
        first, second = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
        return np.asarray(gammaln(first + 1) - gammaln(second + 1) - gammaln(first - second + 1))

    most = np.minimum(everywhere, n).astype(np.float64)
    of_it = everywhere.astype(np.float64)
    logs = choose(of_it, most) + choose(total - of_it, n - most) - choose(total, n)
    smallest: NDArray[np.float64] = np.where(everywhere >= LEAST, np.exp(np.minimum(logs, 0.0)), 1.0)
    return smallest


def _able(smallest: NDArray[np.float64], level: float) -> int:
    """Tarone's number of tests to correct for: the least K such that at most K can reach ``level / K``."""
    if not smallest.size:
        return 0
    ks = np.arange(1, smallest.size + 1)
    fits = np.searchsorted(smallest, level / ks, side="right") <= ks
    return int(ks[int(np.argmax(fits))]) if fits.any() else int(smallest.size)


def drop_redundant_patterns(contacts: Contacts, found: Sequence[Pattern]) -> list[Pattern]:
    """The findings without those that only repeat a stronger one, strongest first."""
    kept: list[Pattern] = []
    numbers = {family.name: number for number, family in enumerate(contacts.families)}
    aside = np.zeros(contacts.n, dtype=bool)
    # Equal in all else, the finer subject comes first: `contract.moving` rather than `contract`.
    for one in sorted(found, key=lambda p: (p.p, len(p.items), numbers[p.family], p.items, p.subject)):
        twin = next((k for k in kept if _same(k.rows, one.rows)), None)
        if twin is not None:
            if one.items != twin.items and one.subject == twin.subject:
                twin.also.append(one.items)
            continue
        refines = any(set(k.items) < set(one.items) and k.subject == one.subject for k in kept)
        if not refines and kept and not _left(contacts, one, numbers[one.family], aside):
            continue
        kept.append(one)
        aside[one.rows] = True
    return kept


def _same(one: NDArray[np.intp], other: NDArray[np.intp]) -> bool:
    shared = np.intersect1d(one, other, assume_unique=True).size
    return bool(shared >= SAME * (one.size + other.size - shared))


def _left(contacts: Contacts, one: Pattern, number: int, aside: Mask) -> bool:
    """Whether there is an excess still when the contacts of stronger findings are set aside."""
    subject = contacts.families[number].names.index(one.subject)
    universe = contacts.universe(one.items) & ~aside
    inside = contacts.counts(number, contacts.inside(one.items) & universe)
    whole = contacts.counts(number, universe)
    n, total, k, everywhere = int(inside.sum()), int(whole.sum()), int(inside[subject]), int(whole[subject])
    return statistics.over_represented(k, n, everywhere - k, total - n) <= EXPLAINED
