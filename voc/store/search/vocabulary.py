"""The terms of all texts: stems with a number each, and those near to one that a query misspells or begins."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA

from voc.store.folding import SHORTEST_STEM, stem

LONGEST_TERM = 64
"""Letters of a term that are kept: what is longer is no word."""
FORMS_KNOWN = 200_000
"""Written forms whose stem is remembered while texts are read."""
TWO_SLIPS = 8
"""Letters of a term from which on two slips are allowed for; one slip from five on."""
ONE_SLIP = 5


class Vocabulary:
    """Term ↔ number; a number is never given twice. A term whose last text was erased is the empty one."""

    def __init__(self, terms: Sequence[str] = ()) -> None:
        self.terms = list(terms)
        self._numbers = {term: number for number, term in enumerate(self.terms) if term}
        self._forms: dict[str, int] = {}
        self._sorted: list[str] | None = None
        self._alike: dict[tuple[str, int], list[str]] | None = None

    def __len__(self) -> int:
        return len(self.terms)

    def number(self, term: str) -> int | None:
        """The number of a term that some text holds or held."""
        return self._numbers.get(term)

    def of_form(self, form: str) -> int:
        """The number of the term of a folded word of a text."""
        known = self._forms.get(form)
        if known is None:
            if len(self._forms) >= FORMS_KNOWN:
                self._forms.clear()
            known = self._forms[form] = self._of_term(cut(form))
        return known

    def _of_term(self, term: str) -> int:
        known = self._numbers.get(term)
        if known is None:
            known = self._numbers[term] = len(self.terms)
            self.terms.append(term)
            if self._sorted is not None:
                insort(self._sorted, term)
            if self._alike is not None:
                self._alike[term[0], len(term)].append(term)
        return known

    def forget(self, numbers: Sequence[int]) -> None:
        """Forget these terms: no text holds them any more."""
        for number in numbers:
            self._numbers.pop(self.terms[number], None)
            self.terms[number] = ""
        self._forms.clear()
        self._sorted = self._alike = None

    def beginning(self, begins: str) -> Iterator[str]:
        """Terms that begin so and are longer, in order."""
        if self._sorted is None:
            self._sorted = sorted(self._numbers)
        place = bisect_left(self._sorted, begins)
        while place < len(self._sorted) and self._sorted[place].startswith(begins):
            if self._sorted[place] != begins:
                yield self._sorted[place]
            place += 1

    def near(self, term: str) -> list[tuple[int, str]]:
        """(slips, term) of the other terms that ``term`` may be a misspelling of, or they of it.

        A slip is a letter too many, too few, another, or two that changed places; the first letter is right, or
        changed places with the second.
        """
        slips = 0 if not term.isalpha() or len(term) < ONE_SLIP else 1 if len(term) < TWO_SLIPS else 2
        if not slips:
            return []
        if self._alike is None:
            self._alike = defaultdict(list)
            for one in self._numbers:
                self._alike[one[0], len(one)].append(one)
        found: list[tuple[int, str]] = []
        for first in sorted({term[0], term[1]}):
            for length in range(max(len(term) - slips, SHORTEST_STEM), len(term) + slips + 1):
                for one in self._alike.get((first, length), ()):
                    apart = OSA.distance(term, one, score_cutoff=slips)
                    if 0 < apart <= slips and one.isalpha():
                        found.append((apart, one))
        return sorted(found)


@lru_cache(maxsize=8192)
def cut(form: str) -> str:
    """The term of a folded word: its stem without a doubled last letter (``cancellation`` is ``cancel``), and not longer
    than :data:`LONGEST_TERM`."""
    found = stem(form)[:LONGEST_TERM]
    return found[:-1] if len(found) > SHORTEST_STEM and found[-1] == found[-2] and found.isalpha() else found
