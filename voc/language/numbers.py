"""Numbers said in words, with the place where they were said.

People read a phone number in pairs ("zéro six douze trente-quatre"), digit by digit ("oh seven double four") or mixed,
and *quatre vingt deux* is 82 or 4-22. The usual reading is text2num's; :meth:`SpokenNumber.readings` gives the others
so that whoever knows how many digits it must have can choose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from voc.language.description import NumberWords
from voc.language.folding import fold
from voc.language.registry import language as language_of
from voc.language.registry import languages

_NONE = NumberWords(words=frozenset())
_FILLERS = frozenset().union(*(one.numbers.fillers for one in languages() if one.numbers))
_TOKEN = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*|\d+")
_LINK = re.compile(r"[\s\-–—.,;…/]{0,4}")

_MOST_READINGS = 64
"""Readings tried for one run: phone numbers have a handful, a hostile text has 2^n."""
_LONGEST_RUN = 40
"""Words of a run: an IBAN read digit by digit has 34."""
_REMEMBERED_CHARS = 10_000
"""Characters of a text up to which its numbers are remembered for whoever asks next."""


@dataclass(frozen=True)
class _Word:
    text: str
    begin: int
    end: int
    digits: bool


@dataclass(frozen=True)
class Part:
    """One number of a run: its digits as read (``"06"``, ``"34"``) and where it was said."""

    digits: str
    begin: int
    end: int


@dataclass(frozen=True)
class SpokenNumber:
    """A run of number words: ``parts`` in text2num's reading, ``begin``/``end`` in the original text."""

    begin: int
    end: int
    language: str
    parts: tuple[Part, ...]
    words: tuple[_Word, ...]

    @property
    def digits(self) -> str:
        """All digits in a row, in the usual reading."""
        return "".join(part.digits for part in self.parts)

    def readings(self, length: int) -> Iterator[tuple[str, int, int]]:
        """Yield (digits, begin, end) for every way to hear ``length`` digits in the run or in a stretch of it.

        The likeliest come first: stretches of the usual reading, then other groupings of the whole run (*quatre
        vingt deux* as 4-22, *soixante dix huit* as 60-18).
        """
        seen: set[tuple[str, int, int]] = set()
        for candidate in islice(self._candidates(length), _MOST_READINGS):
            if candidate not in seen:
                seen.add(candidate)
                yield candidate

    def _candidates(self, length: int) -> Iterator[tuple[str, int, int]]:
        for first in range(len(self.parts)):
            digits = ""
            for part in self.parts[first:]:
                digits += part.digits
                if len(digits) >= length:
                    if len(digits) == length:
                        yield digits, self.parts[first].begin, part.end
                    break
        article = self.words[0].text == _said(self.language).article  # "c'est un zéro six …": not a digit
        starts = (0, 1) if article else (0,)
        for first in starts:
            yield from self._regroup(first, first, length, "")

    def _regroup(self, first: int, position: int, length: int, digits: str) -> Iterator[tuple[str, int, int]]:
        if position == len(self.words):
            if len(digits) == length:
                yield digits, self.words[first].begin, self.words[-1].end
            return
        for size in (4, 3, 2, 1):
            words = self.words[position : position + size]
            if len(words) < size or self._is_torn(position + size):
                continue
            value = _value(" ".join(word.text for word in words), self.language, words[0].digits and size == 1)
            if value is not None and len(digits) + len(value) <= length:
                yield from self._regroup(first, position + size, length, digits + value)

    def _is_torn(self, position: int) -> bool:
        """Tell whether a group ending before ``position`` tears a ten from its unit (*dix-huit* as 10-8)."""
        if not 0 < position < len(self.words):
            return False
        ten, unit = self.words[position - 1].text, self.words[position].text
        after = self.words[position + 1].text if position + 1 < len(self.words) else ""
        said = _said(self.language)
        if unit in said.splits and after.startswith(said.splits[unit]):  # "cinquante quatre-vingts": 50-80
            return False
        return unit in said.units and (ten in said.tens or unit in said.teens.get(ten, ()))


def _said(code: str) -> NumberWords:
    return language_of(code).numbers or _NONE


@lru_cache(maxsize=4096)
def _value(words: str, language: str, digits: bool) -> str | None:
    """Digits of a number below 100 said in ``words``, or ``None``."""
    from text_to_num import text2num

    if digits:
        return words
    try:
        value = text2num(words, language)
    except ValueError:
        return None
    return str(value) if value < 100 and not (value < 10 and " " in words) else None


class _Spoken:
    """A word as text2num wants its tokens."""

    def __init__(self, word: _Word) -> None:
        self._text = word.text

    def text(self) -> str:
        return self._text

    def nt_separated(self, previous: _Spoken) -> bool:
        del previous
        return False

    def not_a_number_part(self) -> bool:
        return False


def _parts(words: list[_Word], language: str) -> tuple[Part, ...]:
    from text_to_num import find_numbers

    parts: list[Part] = []
    start = 0
    for index in [*(i for i, word in enumerate(words) if word.digits), len(words)]:
        stretch = words[start:index]
        if stretch:
            for found in find_numbers([_Spoken(word) for word in stretch], language, 0.0):
                digits = re.sub(r"\D", "", found.text)
                if digits:
                    parts.append(Part(digits, stretch[found.start].begin, stretch[found.end - 1].end))
        if index < len(words):
            parts.append(Part(words[index].text, words[index].begin, words[index].end))
        start = index + 1
    return tuple(parts)


def _tokens(folded: str, language: str) -> Iterator[tuple[str, int, int]]:
    """Words and digits with their places; words tied by hyphens into one number stay one ("quatre-vingts")."""
    said = _said(language)
    for match in _TOKEN.finditer(folded):
        word = match[0]
        tied = set(word.split("-")) <= said.words | said.joins.keys()
        if "-" not in word or (tied and _value(word, language, False) is not None):
            yield word, *match.span()
        else:
            for part in re.finditer(r"[^-]+", word):
                yield part[0], match.start() + part.start(), match.start() + part.end()


def spoken_numbers(text: str, language: str, *, least: int = 3) -> list[SpokenNumber]:
    """Find runs of at least ``least`` number words of a language that is read, digits mixed in allowed; none where its
    number words are unknown.

    Runs made of digits only are left to patterns. Hesitations ("euh") and commas inside a run are stepped over.
    """
    # Whatever looks for a kind of number asks the same of the same text.
    find = _remembered_numbers if len(text) <= _REMEMBERED_CHARS else _find_numbers
    return list(find(text, language, least))


@lru_cache(maxsize=256)
def _remembered_numbers(text: str, language: str, least: int) -> list[SpokenNumber]:
    return _find_numbers(text, language, least)


def _find_numbers(text: str, language: str, least: int) -> list[SpokenNumber]:
    said = language_of(language).numbers
    if said is None:
        return []
    vocabulary, repeats, spelling = said.words, said.repeats, said.spelling
    folded = fold(text)
    tokens = list(_tokens(folded, language))
    found: list[SpokenNumber] = []
    run: list[_Word] = []
    end_of_run = 0
    repeat = 1

    def close() -> None:
        nonlocal repeat
        words = [word for word in run if not word.digits]
        repeat = 1
        if len(words) >= least and (parts := _parts(run, language)):
            found.append(SpokenNumber(run[0].begin, run[-1].end, language, parts, tuple(run)))
        run.clear()

    for index, token in enumerate(tokens):
        word, begin, end = token
        following = tokens[index + 1][0] if index + 1 < len(tokens) else ""
        if run and not _LINK.fullmatch(folded, end_of_run, begin):
            close()
        is_digits = word.isascii() and word.isdigit() and len(word) <= 4
        joins = bool(run) and following in said.joins.get(word, ())
        lone = word in said.lone and not (run or following in vocabulary)
        if ((word in vocabulary or "-" in word) and not lone) or is_digits or joins:
            spelled = spelling.get(word, word)
            run.extend([_Word(spelled, begin, end, is_digits)] * repeat)
            repeat, end_of_run = 1, end
        elif word in repeats and following in vocabulary:
            repeat, end_of_run = repeats[word], end
        elif word in _FILLERS and run:
            end_of_run = end
        else:
            close()
        if len(run) >= _LONGEST_RUN:
            close()
    close()
    return found
