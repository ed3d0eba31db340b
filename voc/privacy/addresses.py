"""Postal addresses: as people write and say them in each language, and those of other countries by their build.

Two ways lead to an address: a pattern of each language (number, kind of street, town), and a walk from what every
country's addresses have, a house number beside a name in capitals and a postcode nearby. The walk is linear and looks
at :data:`_REACH` words at most.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from voc.language.address_words import AddressWords
from voc.language.description import Language
from voc.language.folding import fold, word_set
from voc.language.months import MONTHS
from voc.language.registry import alternatives, languages, read_as
from voc.privacy.number_shapes import YEAR
from voc.privacy.pii_span import PiiSpan

# --- by the patterns of each language ----------------------------------------------------------------------------


def _compiled(of: Callable[[AddressWords], tuple[str, ...]]) -> list[tuple[Language, list[re.Pattern[str]]]]:
    return [(one, [re.compile(pattern) for pattern in of(one.addresses)]) for one in languages()]


def _words(of: Callable[[AddressWords], frozenset[str]], others: str) -> frozenset[str]:
    """The words of every language that is read, and ``others`` of the neighbours'."""
    return word_set(others).union(*(of(one.addresses) for one in languages()))


_WRITTEN = _compiled(lambda one: one.written)
_SAID = _compiled(lambda one: one.said)

_BOX = re.compile(
    rf"\b(?:{alternatives(lambda one: one.addresses.boxes)}|postfach)\s?(?:n[°o]\s?)?\d{{1,6}}\b", re.IGNORECASE
)
_POSTCODE_SAID = re.compile(
    rf"\b(?:{alternatives(lambda one: one.addresses.postcode)})"
    rf"(?:\s+(?:{alternatives(lambda one: one.addresses.postcode_is)}|=)|\s?:)?\s{{0,2}}"
    r"(?P<code>\d{4,6}(?:-\d{3,4})?|[a-z]{1,2}\d[\da-z]?\s?\d[a-z]{2})(?!\w)",
    re.IGNORECASE,
)
_EIRCODE = re.compile(r"(?<![\w-])[AC-FHKNPRTV-Y]\d[\dW]\s(?=\d{0,3}[A-Z])[\dAC-FHKNPRTV-Y]{4}(?![\w-])")
"""An Irish postcode, which names one house: ``D02 XF51``."""

# --- any country, by build ---------------------------------------------------------------------------------------

_TOKEN = re.compile(r"[^\W_][\w'’./-]*|[,\n]|[^\s]")
_NUMBER = re.compile(r"\d{1,5}[a-zA-Z]?(?:[/-]\d{1,4}[a-zA-Z]?)?\.?|[Ss]/[Nn]")
_NUMBER_SIGN = re.compile(r"(?:n[ro]|num|n[º°]|h\.?\s?no)\.?", re.IGNORECASE)
_POSTCODE = re.compile(
    r"(?:[A-Z]{1,2}-)?\d{4,5}(?:-\d{3,4})?|\d{2}-\d{3}|(?:[^\W\d_]{3,20}-)?\d{6}|\d{8}|[A-Z]\d[A-Z]\d[A-Z]\d|[A-Z]{1,2}\d[\dA-Z]?|[A-Z]\d[A-Z]|\d{4}[A-Z]{2}|"
    r"[A-Z]{1,2}\d[\dA-Z]?\d[A-Z]{2}|\d{3}"
)
_SECOND_HALF = re.compile(r"\d[A-Z]{2}|\d[A-Z]\d|\d{2,3}|[A-Z]{2}")
"""What a space parts from a postcode: ``SW1A 1AA``, ``K1A 0B1``, ``114 55``, ``1012 AB``."""
_PARTICLES = _words(
    lambda one: one.particles,
    "van von der den dem di da do dos das del della dei y e i am an auf im in og na nad pod",
)
_UNITS = _words(
    lambda one: one.units,
    "piano appartamento interno scala rd piso puerta bl bloc sc ap apto nr nº n wohnung lgh",
)
_STREETS = _words(
    lambda one: one.streets,
    "via viale vicolo corso piazza piazzale strada contrada borgo largo calle avda avenida paseo camino carrer ronda "
    "travesia pasaje acceso cuesta callejon glorieta alameda vial rambla urbanizacion cañada rua travessa praca beco "
    "estrada rodovia ulica ul al aleja plac os osiedle utca ut ter korut fasor sor tere namesti trida nabrezi cesta "
    "pot steza trg bulevardul intrarea aleea soseaua calea piata sokak sokagi sk caddesi cad bulvari mahallesi mah "
    "mahalle sti vei veg gata gate plads alle",
)
_STREET_ENDS = re.compile(
    r"(?:stra(?:ss|ß)e|str|weg|gasse|allee|platz|damm|ufer|stra?at|laan|plein|gracht|kade|dreef|singel|steeg|dijk|"
    r"boulevard|gatan|vagen|gate|vej|gade|alle|veien|vegen|katu|polku|kuja|.{5}tie|torget|granden|stigen|backen|"
    r"straede|utca|ulice)$"
)
_ADDRESS_SAID = re.compile(rf"\b(?:{alternatives(lambda one: one.addresses.announces)})\b[^.!?]{{0,24}}$")
"""Words that announce an address; after them a number and a name in capitals are enough."""
_COUNTRY_WORDS = _words(lambda one: one.countries, "deutschland italia")
_NO_STREET = _words(lambda one: one.no_street, "visa mastercard amex rcs iphone galaxy windows android")
"""Words in capitals before a number that is no house number."""
_HOUSE_NUMBER = re.compile(r"\d{1,5}")
_COUNTED = re.compile(rf"[ \t]+(?:{alternatives(lambda one: one.questions.units)})\b", re.IGNORECASE)
"""A unit behind a number, which is then no house number: "10 days"."""
_MONTH = re.compile(
    rf"(?:{alternatives(lambda one: one.dates.ordinals)})?[ \t]+"
    rf"(?:(?:{alternatives(lambda one: one.dates.of)})[ \t]+)?(?:{MONTHS})\b",
    re.IGNORECASE,
)
"""A month behind a number, which is then its day; not where a street is named by it (*12 May Street*)."""
_REACH = 14
_ABBREVIATION = re.compile(r"[^\W\d_]{1,10}\.")


class _Tokens:
    """The tokens of a text with what each may be in an address."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_TOKEN.finditer(text))

    def word(self, at: int) -> str:
        return self.tokens[at][0] if 0 <= at < len(self.tokens) else ""

    def is_number(self, at: int) -> bool:
        return _NUMBER.fullmatch(self.word(at)) is not None

    def is_capital(self, at: int) -> bool:
        word = self.word(at)
        return bool(word) and (word[0].isupper() or (len(word) > 3 and word[1] in "'’" and word[2].isupper()))

    def is_name(self, at: int) -> bool:
        """Whether a word can belong to the name of a street."""
        if self.is_unit(at) or self.postcode(at) or fold(self.word(at)).rstrip(".") in _NO_STREET:
            return False
        if _NUMBER_SIGN.fullmatch(self.word(at)):
            return False
        return self.is_capital(at) or self.is_street(at)

    def is_particle(self, at: int) -> bool:
        return fold(self.word(at)).rstrip(".") in _PARTICLES

    def is_break(self, at: int) -> bool:
        return self.word(at) in (",", "\n")

    def is_unit(self, at: int) -> bool:
        return fold(self.word(at)).rstrip(".:") in _UNITS

    def is_street(self, at: int) -> bool:
        folded = fold(self.word(at)).rstrip(".")
        return folded in _STREETS or (len(folded) > 5 and _STREET_ENDS.search(folded) is not None)

    def ends_sentence(self, at: int) -> bool:
        """Whether a full stop at the end of a word ends more than an abbreviation."""
        word = self.word(at)
        return word.endswith(".") and not (_ABBREVIATION.fullmatch(word) and len(word) <= 5) and not self.is_street(at)

    def postcode(self, at: int) -> int:
        """Tokens of a postcode at ``at``: 0, 1 or 2."""
        word = self.word(at).rstrip(".")
        if not _POSTCODE.fullmatch(word):
            return 0
        alone = sum(map(str.isdigit, word)) >= 4 or re.fullmatch(r"\d{2}-\d{3}", word) is not None
        second = self.word(at + 1).rstrip(".")
        if _SECOND_HALF.fullmatch(second):
            letters = any(map(str.isalpha, word + second))
            if letters or (len(word) == 3 and len(second) == 2 and self.is_capital(at + 2)):
                return 2 if not (alone and second.isalpha() and not word.isdigit()) else 1
        return 1 if alone or re.fullmatch(r"[A-Z]{1,2}\d[\dA-Z]?\d[A-Z]{2}", word) else 0


def _begin(words: _Tokens, number: int) -> int | None:
    """The token an address begins with whose house number is at ``number``; ``None`` when it is none.

    A number before a name is where it begins (*12 Main Street*); a number after a name begins with the name
    (*Hauptstraße 12*, *Praça Nova, 36*).
    """
    before, after = number - 1, number + 1
    signed = _NUMBER_SIGN.fullmatch(words.word(before)) is not None
    before -= signed
    if words.is_unit(number - 1) and not signed:
        ahead = number - 1  # "Studio 9, Main Street, …"
    elif words.is_name(after) and not signed:
        ahead = number
    else:
        comma = words.word(before) == ","
        if not words.is_name(before) and words.word(after) == "," and words.is_name(after + 1):
            ahead = number - signed
        else:
            named = _name_before(words, before - comma)
            if named is None:
                return None
            ahead = named
    while ahead >= 2 and words.is_break(ahead - 1):  # "Studio 9,", "Flat 3B,", "Level 3,"
        at = ahead - 2
        if words.is_unit(at - 1) and len(words.word(at)) <= 5:
            ahead = at - 1
        else:
            break
    return ahead


def _name_before(words: _Tokens, at: int) -> int | None:
    """The first token of the name of a street that ends at ``at``."""
    last, named = at, 0
    while at >= 0 and last - at < 7 and (words.is_name(at) or words.is_particle(at)):
        if at < last and words.ends_sentence(at):
            break
        named += words.is_name(at)
        at -= 1
    begin = at + 1
    while begin < last and words.is_particle(begin) and not words.is_name(begin):
        begin += 1
    return begin if named else None


def _end(words: _Tokens, begin: int, number: int) -> tuple[int, bool, bool]:
    """The last token of the address, and whether it held a postcode and a word for a street."""
    at = begin
    last, coded, street, lines = number, False, False, 0
    while at < len(words.tokens) and at - begin < _REACH + 8:
        size = words.postcode(at) if at > number else 0
        word = words.word(at)
        if size:
            coded, last, at = True, at + size - 1, at + size
        elif words.is_break(at):
            lines += word == "\n"
            if lines > 6 or (words.is_break(at + 1) and word == words.word(at + 1)):
                break
            at += 1
        elif words.is_number(at) and (at <= number or words.is_unit(at - 1) or (at <= number + 4 and not coded)):
            last, at = max(at, number), at + 1
        elif at < number and (words.is_street(at) or _NUMBER_SIGN.fullmatch(word)):
            street, at = street or words.is_street(at), at + 1
        elif words.is_unit(at) and (words.is_number(at + 1) or len(words.word(at + 1)) <= 4):
            street = street or number < at
            last = at + 1
            at += 2
        elif words.is_capital(at):
            if (
                coded
                and words.is_break(at - 1)
                and fold(word).rstrip(".") not in _COUNTRY_WORDS
                and _town_came(words, begin, at, number)
            ):
                break
            street = street or words.is_street(at)
            last, at = max(at, number), at + 1
            if words.ends_sentence(at - 1):
                break
        elif words.is_particle(at) and (words.is_capital(at + 1) or words.is_particle(at + 1)):
            street = street or words.is_street(at)
            at += 1
        elif words.is_street(at) and at < number + 4:
            street = True
            last, at = max(at, number), at + 1
        elif word in ("/", "-", "(", ")", "#", "º", "°") and at - begin < _REACH:
            at += 1
        else:
            break
    return last, coded, street


def _town_came(words: _Tokens, begin: int, at: int, number: int) -> bool:
    """Whether a postcode and a town stand between ``number`` and ``at`` already."""
    codes = [index for index in range(number + 1, at) if words.postcode(index)]
    return bool(codes) and any(words.is_capital(index) for index in range(codes[-1] + 1, at))


def _built(text: str, folded: str) -> Iterator[PiiSpan]:
    words = _Tokens(text)
    done = -1
    for number in range(len(words.tokens)):
        if number <= done or not words.is_number(number):
            continue
        begin = _begin(words, number)
        if begin is None or begin <= done:
            continue
        last, coded, street = _end(words, begin, number)
        after = words.tokens[number].end()
        dated = not street and _MONTH.match(folded, after) and not words.is_street(number - 2)  # "rue du 8 Mai"
        if not coded and (dated or _COUNTED.match(text, after)):
            continue
        begin_at = words.tokens[begin].start()
        year = YEAR.fullmatch(words.word(number)) is not None and not street
        if last <= begin or (year and not coded):
            continue
        if not (coded or street or _ADDRESS_SAID.search(folded, max(0, begin_at - 40), begin_at)):
            continue
        end = words.tokens[last].end()
        while end > 0 and text[end - 1] in ".,":
            end -= 1
        done = last
        yield PiiSpan("ADDRESS", begin_at, end, 0.7 if coded else 0.5, "address-built")


class Addresses:
    """Finds postal addresses."""

    name = "address"
    kinds: Sequence[str] = ("ADDRESS",)

    def find(self, text: str, language: str | None, read: Sequence[Any] = ()) -> Iterator[PiiSpan]:
        del read
        folded = fold(text)
        if any(c.isdigit() for c in text):
            yield from self._by_patterns(_WRITTEN, text, language)
            yield from self._matches(_BOX, text)
            yield from self._matches(_EIRCODE, text)
            for match in _POSTCODE_SAID.finditer(text):
                yield PiiSpan("ADDRESS", *match.span("code"), 0.6, self.name)
            yield from _built(text, folded)
        yield from self._by_patterns(_SAID, folded, language)

    def _by_patterns(
        self, patterns: list[tuple[Language, list[re.Pattern[str]]]], text: str, language: str | None
    ) -> Iterator[PiiSpan]:
        """What the patterns of a text's language find, and of those whose addresses stand in any."""
        for one, own in patterns:
            if one.addresses.everywhere or one.code in read_as(language):
                for pattern in own:
                    yield from self._matches(pattern, text)

    def _matches(self, pattern: re.Pattern[str], text: str) -> Iterator[PiiSpan]:
        for match in pattern.finditer(text):
            number = _HOUSE_NUMBER.match(match[0])
            if number is not None and _COUNTED.match(match[0], number.end()):
                continue
            yield PiiSpan("ADDRESS", *match.span(), 0.6, self.name)
