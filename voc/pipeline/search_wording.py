"""A query in other words: its slips put right, and in the other language as far as a word list knows it.

What somebody asks in one language is told by many in another. The encoder knows short phrases of two languages less
well than those of one: it is given the query word for word in the other language as well (Ballesteros and Croft 1997,
*Phrasal translation and query expansion techniques for cross-language information retrieval*), and the words look for
what they are called there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz.distance import OSA

from voc.language.registry import language
from voc.language.translations import word_lists
from voc.store.folding import STOP_WORDS, telling, words
from voc.store.search.vocabulary import ONE_SLIP, cut
from voc.store.search.words import MOST_WORDS

LONGEST_PHRASE = 4
"""Words of the longest phrase of a word list."""
_WORD = re.compile(r"\w+")
_VOWELS = frozenset("aeiouy")

Phrase = tuple[str, ...]
Known = Callable[[str], bool]


@dataclass(frozen=True)
class Wording:
    """What a query says.

    Attributes:
        spelt: the query, slips put right where a word list has what was meant.
        translated: its telling words in the other language, those that no list knows as they are; empty where it knows
            less than half of them.
        synonyms: term → folded words of the other language that mean the same.
    """

    spelt: str
    translated: str = ""
    synonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    surely: frozenset[str] = frozenset()
    """Terms of the query that are words for sure, no slips of others."""


@dataclass(frozen=True)
class _Dictionary:
    """A word list by folded phrases, as they are written and by their terms: an exact form says more than a stem."""

    source: str
    written: Mapping[Phrase, list[str]]
    cut: Mapping[Phrase, list[str]]

    def parts(self, spelt: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
        """(how many words, what they are) from left to right, the longest phrases first; nothing of what is unknown."""
        at = 0
        while at < len(spelt):
            length, meant = 1, list[str]()
            for n in range(min(LONGEST_PHRASE, len(spelt) - at), 0, -1):
                phrase = tuple(spelt[at : at + n])
                if n == 1 and phrase[0] in STOP_WORDS:
                    break
                if said := self._meant(phrase):
                    length, meant = n, said
                    break
            yield length, meant
            at += length

    def _meant(self, phrase: Phrase) -> list[str] | None:
        one = tuple(word.removesuffix("s") for word in phrase)
        return self.written.get(phrase) or self.written.get(one) or self.cut.get(tuple(map(cut, phrase)))


@lru_cache(maxsize=1)
def _dictionaries() -> tuple[_Dictionary, ...]:
    found = []
    for one in word_lists():
        written: dict[Phrase, list[str]] = defaultdict(list)
        terms: dict[Phrase, list[str]] = defaultdict(list)
        for phrases, meant in one.pairs:
            for phrase in phrases:
                folded = tuple(words(phrase))
                for known, key in ((written, folded), (terms, tuple(map(cut, folded)))):
                    known[key] += [said for said in meant if said not in known[key]]
        found.append(_Dictionary(one.source, dict(written), dict(terms)))
    return tuple(found)


@lru_cache(maxsize=1)
def _listed() -> Mapping[str, str]:
    """Folded words of all lists → as they are written."""
    phrases = (phrase for one in word_lists() for said, _ in one.pairs for phrase in said)
    every = (word for phrase in phrases for word in _WORD.findall(phrase))
    found: dict[str, str] = {}
    for word in every:
        for folded in words(word):
            found.setdefault(folded, word)
    return found


@lru_cache(maxsize=1)
def _listed_terms() -> frozenset[str]:
    return frozenset(map(cut, _listed()))


def worded(query: str, known: Known | None = None) -> Wording:
    """The query in other words; what is longer than a query is taken as it is.

    Args:
        known: whether a word is surely one, so that it is no slip; without it nothing is taken for a slip.
    """
    if len(words(query)) > MOST_WORDS:
        return Wording(query)
    spelt = _WORD.sub(lambda found: _spelt(found[0], known), query) if known else query
    asked, meant = words(query), words(spelt)
    if len(asked) != len(meant):  # what folds to several words was put right
        asked = meant
    surely = frozenset(cut(one) for one in telling(query) if known and known(one))
    tried = [(one, list(one.parts(meant))) for one in _dictionaries()]
    sure = [_sure(one, meant, parts) for one, parts in tried]
    most = max(sure, default=0)
    if not most or sure.count(most) > 1:
        return Wording(spelt, surely=surely)
    return Wording(spelt, *_translated(asked, meant, *tried[sure.index(most)]), surely)


def _sure(dictionary: _Dictionary, meant: Sequence[str], parts: Sequence[tuple[int, Sequence[str]]]) -> int:
    """How many words of a query are of the language of a dictionary; 0 where it knows none of them."""
    told = sum(length for length, said in parts if said)
    return told + sum(word in language(dictionary.source).search.stop for word in meant) if told else 0


def _translated(
    asked: Sequence[str], meant: Sequence[str], dictionary: _Dictionary, parts: Sequence[tuple[int, Sequence[str]]]
) -> tuple[str, dict[str, list[str]]]:
    stop = language(dictionary.source).search.stop
    at, known, said = 0, 0, list[str]()
    synonyms: dict[str, list[str]] = defaultdict(list)
    for length, phrases in parts:
        if phrases:
            known += 1
            said.append(phrases[0])
            others = [word for phrase in phrases for word in telling(phrase)]
            for word in telling(" ".join(asked[at : at + length])):
                synonyms[cut(word)] += [one for one in others if one not in synonyms[cut(word)]]
        else:
            said += [word for word in meant[at : at + length] if word not in stop]
        at += length
    mostly = known * 2 >= len(said)  # with less, what is known of it says something else
    return " ".join(said) if mostly else "", dict(synonyms)


def _spelt(word: str, known: Known) -> str:
    """A word as a list has it, where it is one slip away from that and no word itself."""
    folded = words(word)
    if len(folded) != 1 or len(folded[0]) < ONE_SLIP or not folded[0].isalpha():
        return word
    (one,) = folded
    if one in _listed() or cut(one) in _listed_terms() or known(word):
        return word
    near = [other for other in _listed() if _is_slip(one, other)]
    return _listed()[min(near)] if near else word


def _is_slip(typed: str, meant: str) -> bool:
    """Whether a letter is too many, too few, or two changed places; another letter makes another word (*empire*).

    Too many is a vowel or what stands beside it: a consonant of its own makes another word (*chèvre*, *chère*).
    """
    if typed[0] != meant[0] or abs(len(typed) - len(meant)) > 1 or len(meant) < ONE_SLIP - 1:
        return False
    if len(typed) == len(meant) and sorted(typed) != sorted(meant):
        return False
    if OSA.distance(typed, meant, score_cutoff=1) != 1:
        return False
    if len(typed) <= len(meant):
        return True
    place = next((at for at, one in enumerate(meant) if typed[at] != one), len(meant))
    return typed[place] in _VOWELS or typed[place] in (typed[place - 1], typed[place + 1 : place + 2])
