"""What a text that speaks of a person must hold: short keys, by which an index tells which texts to look into.

Every trace of :mod:`voc.privacy.personal_data_matcher` begins and ends where words do, so that whatever it matches
leaves words, ends of numbers or addresses behind that can be looked up. A text without the keys of a trace does not
hold the trace; one that has them may, and is read. Where no key can be told, everything has to be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from voc.language import titles
from voc.language.folding import fold
from voc.privacy.personal_data_matcher import (
    GAP,
    OF_AN_ADDRESS,
    TELLING,
    Traces,
    national_digits,
    plain_address,
    reference_characters,
)

MAKE = f"1 {titles.BEFORE_NAME}"
"""Another whenever a text gets other keys than before: what was looked up by the old ones is made anew. A number to be
raised, and the titles of the languages that are read."""

_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(rf"\d(?:{GAP}\d)*")
_DIGIT = re.compile(r"\d")
_DIGITS = re.compile(r"\d+")
_JOINS = re.compile(r"[\s.,;\-/_]{1,2}")
_TITLE = re.compile(rf"(?<!\w){titles.BEFORE_NAME}\s+")
_INITIAL = re.compile(r"\w\.?\s+")
_NEXT = re.compile(r"_*([^\W_]+)")
_BEFORE, _AFTER = re.compile(r"[^\W_]*\Z"), re.compile(r"[^\W_]*")
_END = 5
"""Characters of the end of a number or reference that are its key: the shortest that counts has as many."""
_LONGEST_WORD = 64
"""Characters of a word beside an ``@`` that are compared."""
_PLAIN_TAIL = 16
"""Characters after its last digit up to which a reference is looked up."""

Condition = tuple[frozenset[str], ...]
"""Of each set at least one key is in the text."""


def text_keys(text: str) -> set[str]:
    """The keys of a text as it stands, and of what the addresses in it say."""
    found = _keys(fold(text))
    return found | _keys(fold(plain_address(text))) if OF_AN_ADDRESS.search(text) else found


def _keys(folded: str) -> set[str]:
    found = set(_WORD.findall(folded))
    found.update(_ends_of_numbers(folded))
    found.update(_ends_of_references(folded))
    found.update(_titled(folded))
    found.update(_addressed(folded))
    return found


def _ends_of_numbers(folded: str) -> Iterator[str]:
    for number in _NUMBER.finditer(folded):
        digits = ""
        for group in _DIGITS.findall(number[0]):
            digits += group
            if len(digits) >= _END:
                yield f"#{digits[-_END:]}"


def _ends_of_references(folded: str) -> Iterator[str]:
    """Of the words that follow a digit closely, put together as a reference is read, the end."""
    if _DIGIT.search(folded) is None:
        return
    written, end, since = "", 0, _PLAIN_TAIL
    for word in _WORD.finditer(folded):
        if _JOINS.fullmatch(folded, end, word.start()) is None:
            written, since = "", _PLAIN_TAIL
        end = word.end()
        written = (written + word[0])[-_LONGEST_WORD:]
        since = since + len(word[0]) if word[0].isalpha() else _after_digit(word[0], since)
        if since < _PLAIN_TAIL and len(written) >= _END:
            yield f"&{written[-_END:]}"


def _after_digit(word: str, since: int) -> int:
    """Characters after the last digit of a word, ``since`` of those before it."""
    return next((place for place, c in enumerate(reversed(word)) if c.isdecimal()), since + len(word))


def _titled(folded: str) -> Iterator[str]:
    for title in _TITLE.finditer(folded):
        places = [title.end()]
        if (initial := _INITIAL.match(folded, title.end())) is not None:
            places.append(initial.end())
        for place in places:
            if (name := _NEXT.match(folded, place)) is not None:
                yield f"~{name[1]}"


def _addressed(folded: str) -> Iterator[str]:
    pieces = folded.split("@")
    for left, right in pairwise(pieces):
        before, after = _BEFORE.search(left[-_LONGEST_WORD:]), _AFTER.match(right[:_LONGEST_WORD])
        if before is not None and after is not None:
            yield f"@{after[0]}"
            yield f"{before[0]}@{after[0]}"


@dataclass(frozen=True)
class Looked:
    """What is looked up: a text may hold the trace where any of ``conditions`` is met; ``None`` reads every text."""

    conditions: tuple[Condition, ...] | None


def keys_of(traces: Sequence[Traces], ids: Iterable[str]) -> Looked:
    """What tells the texts that may hold one of ``traces``, or that name one of ``ids`` whole."""
    found: list[Condition | None] = [_all_of(_WORD.findall(fold(one))) for one in ids]
    for one in traces:
        found += _of_one(one)
    if any(not condition for condition in found):
        return Looked(None)
    return Looked(tuple(dict.fromkeys(condition for condition in found if condition is not None)))


def claim_keys(values: Iterable[str]) -> Looked:
    """What tells the texts in which one of ``values`` stands whole."""
    return keys_of((), values)


def _all_of(words: Sequence[str]) -> Condition | None:
    return tuple(frozenset((one,)) for one in dict.fromkeys(words)) or None


def _of_one(traces: Traces) -> list[Condition | None]:
    found: list[Condition | None] = []
    customer = traces.customer
    for kind, value in traces.identifiers:
        if kind == "phone":
            if (digits := national_digits(value)[0]) and len(digits) >= TELLING:
                found.append((frozenset((f"#{digits[-_END:]}",)),))
        elif kind == "email":
            found.append(_of_address(value))
        elif kind == "handle":
            found.append(_of_handle(value))
        elif kind != "name":
            found += _of_reference(value)
    found += _of_reference(customer.id)
    first, last = customer.first_name, customer.last_name
    names: list[tuple[str | None, ...]] = []
    if not traces.namesakes:
        names.append((first, last))
        if len((customer.name or "").split()) > 1:
            names.append((customer.name,))
    found += [_spelled(*one) for one in names if all(map(_has_words, one))]
    if not traces.kin and _has_words(last):
        found.append((frozenset(f"~{one}" for one in _beginnings(_words(last))),) if _words(last) else None)
    return found


def _of_address(value: str) -> Condition | None:
    folded = fold(value)
    beside = [one for one in _addressed(folded) if not one.startswith("@")]
    words = _all_of(_WORD.findall(folded))
    return words and words + tuple(frozenset((one,)) for one in beside)


def _of_handle(value: str) -> Condition | None:
    folded = fold(value)
    words = _all_of(_WORD.findall(folded))
    if len(value) >= TELLING or not words:
        return words
    begins = _AFTER.match(folded[:_LONGEST_WORD])
    return words + ((frozenset((f"@{begins[0]}",)),) if begins is not None else ())


def _of_reference(value: str) -> list[Condition | None]:
    plain = reference_characters(value)
    if not plain:
        return []
    if _after_digit(plain, _PLAIN_TAIL) >= _PLAIN_TAIL:
        return [None]
    return [(frozenset((f"&{plain[-_END:]}",)),)]


def _has_words(name: str | None) -> bool:
    return re.search(r"\w", fold(name or "")) is not None


def _words(name: str | None) -> list[str]:
    return _WORD.findall(fold(name or ""))


def _spelled(*names: str | None) -> Condition | None:
    """The words with which each name begins and ends in a text, which may write several of its words as one."""
    found: list[frozenset[str]] = []
    for words in map(_words, names):
        if not words:  # nothing but strokes
            return None
        found += [_beginnings(words), frozenset("".join(words[place:]) for place in range(len(words)))]
    return tuple(found)


def _beginnings(words: Sequence[str]) -> frozenset[str]:
    return frozenset("".join(words[:place]) for place in range(1, len(words) + 1))
