"""Every stretch of a text that could be a number of the customer base, however it is written or said.

What finds identifiers by the words around them (:mod:`voc.privacy.identifiers`) misses what nobody announced. Here no
word matters: the caller compares each stretch with the numbers there are, and what equals one is one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from voc.language.numbers import SpokenNumber, spoken_numbers
from voc.language.registry import read_as
from voc.privacy.number_shapes import AMOUNT, DATE

LEAST_DIGITS = 5
"""Digits of a number alone that tell two customers apart; fewer count something or are a year."""
LEAST_JOINED = 6
"""The same where they stand in several groups: "12, 345" is an enumeration more often than a number."""
LEAST_WITH_LETTERS = 4
"""Letters and digits of a reference that has both (``C042``)."""
LONGEST = 40
"""Letters and digits of the longest identifier that is kept."""

_MOST_PIECES = 20
"""Groups of one number: a telephone read digit by digit with its country code has 15."""
_MOST_LETTERS = 6
"""Letters of one number that is written in groups; a whole word before it belongs to the sentence."""
_LONGEST_SAID = 15
"""Digits of a number said in words: the longest telephone number (E.164)."""

_PIECE = re.compile(r"\d+|[^\W\d_]+")
_BETWEEN = re.compile(r"[\s.,;:/_()°#'’·\-‐-―]{0,3}")
_TOKEN = re.compile(r"[^\W_][\w./-]{2,78}[^\W_]")
_ACCOUNT = re.compile(r"(?<![\w@.])@(\w[\w.-]{0,98}\w|\w)")
_DATE_IN_TEXT = re.compile(rf"(?<![\d./-])(?:{DATE.pattern})(?![./-]?\d)")
_SPELLED = re.compile(r"(?<![^\W_])(?:[^\W\d_][\s.,-]{1,2}){1,6}$")
"""Letters said one by one before a number said in words: "C, un zéro zéro…"."""


@dataclass(frozen=True)
class NumberPlace:
    """A stretch ``begin``…``end`` of a text; ``key`` is its letters and digits, in capitals, without separators.

    ``account`` says that it is the name of an account (``@name``), kept as it is written but for its case.
    """

    key: str
    begin: int
    end: int
    account: bool = False


def number_places(text: str, language: str | None) -> Iterator[NumberPlace]:
    """Yield every stretch of ``text`` that could be a number or an account of the customer base; they overlap.

    Args:
        text: the original; offsets refer to it.
        language: one that is read decides how numbers said in words are read; otherwise every way.
    """
    for match in _ACCOUNT.finditer(text):
        yield NumberPlace(match[1].lower(), *match.span(), account=True)
    if any(c.isdigit() for c in text):
        yield from _tokens(text)
        yield from _grouped(text)
    for code in read_as(language):
        for run in spoken_numbers(text, code):
            yield from _said(text, run)


def key_of(written: str) -> str:
    """Letters and digits of ``written`` in capitals and in ASCII, digits of every script as 0…9."""
    if not written.isascii():
        digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in written)
        written = unicodedata.normalize("NFKD", digits)
    return "".join(c for c in written if c.isascii() and c.isalnum()).upper()


def _tells(key: str) -> bool:
    digits = sum(map(str.isdigit, key))
    return len(key) <= LONGEST and (
        digits >= LEAST_DIGITS or (0 < digits < len(key) and len(key) >= LEAST_WITH_LETTERS)
    )


def _tokens(text: str) -> Iterator[NumberPlace]:
    """References in one piece, whatever they alternate: ``3f2a9c1e-77b0-…``."""
    for match in _TOKEN.finditer(text):
        key = key_of(match[0])
        if _tells(key) and not AMOUNT.fullmatch(match[0]) and not DATE.fullmatch(match[0]):
            yield NumberPlace(key, *match.span())


def _grouped(text: str) -> Iterator[NumberPlace]:
    """Groups of digits, and of a few letters, that stand side by side."""
    pieces = [(match[0], *match.span()) for match in _PIECE.finditer(text)]
    dated = bytearray(len(text))
    for match in _DATE_IN_TEXT.finditer(text):
        dated[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    for first, (start, begin, end) in enumerate(pieces):
        if not start[0].isdigit() and (len(start) > _MOST_LETTERS or (_is_word(start) and _is_apart(text, end))):
            continue
        key, letters, before = "", 0, begin
        for number, (piece, here, last) in enumerate(pieces[first : first + _MOST_PIECES]):
            if not _BETWEEN.fullmatch(text, before, here) or (number and here > before and _is_word(piece)):
                break
            letters += 0 if piece[0].isdigit() else len(piece)
            key += key_of(piece)
            before = last
            if letters > _MOST_LETTERS or len(key) > LONGEST:
                break
            if not _tells(key):
                continue
            if number and not letters:
                written = text[begin:last]
                if len(key) < LEAST_JOINED or AMOUNT.fullmatch(written) or all(dated[begin:last]):
                    continue
            yield NumberPlace(key, begin, last)


def _is_word(piece: str) -> bool:
    """Whether letters that stand apart are a word of the sentence: parts of a number are capitals or one letter."""
    return not piece[0].isdigit() and len(piece) > 1 and not piece.isupper()


def _is_apart(text: str, place: int) -> bool:
    return not text[place : place + 1].isdecimal()


def _said(text: str, run: SpokenNumber) -> Iterator[NumberPlace]:
    """Every way to hear a number in a run of number words, with the letters that were spelled before it."""
    spelled = _SPELLED.search(text, max(0, run.begin - 3 * _MOST_LETTERS), run.begin)
    letters = [(match[0], match.start()) for match in _PIECE.finditer(spelled[0])] if spelled else []
    for length in range(LEAST_WITH_LETTERS - 1, _LONGEST_SAID + 1):
        for digits, begin, end in run.readings(length):
            if length >= LEAST_DIGITS:
                yield NumberPlace(digits, begin, end)
            if spelled and begin == run.begin:
                for place in range(len(letters)):
                    prefix = key_of("".join(letter for letter, _ in letters[place:]))
                    yield NumberPlace(prefix + digits, spelled.start() + letters[place][1], end)
