"""One folding of text for the whole product: spellings of one word become one, and every place finds its way back.

``œ`` is ``oe``, ``æ`` is ``ae``, ``ß`` is ``ss``, ``ﬁ`` is ``fi``; case, accents, the kind of apostrophe, hyphen and
space never matter, nor whether an accent was typed as a character of its own. So "Je suis écœurée" and "JE SUIS
ECOEUREE" fold to the same words. A letter may become two, so a folded text can be longer than its source:
:class:`Folded` keeps where each of its characters came from.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

_JOINED = {
    "Œ": "OE", "œ": "oe", "Æ": "AE", "æ": "ae", "Ǽ": "AE", "ǽ": "ae", "Ǣ": "AE", "ǣ": "ae", "ẞ": "SS", "ß": "ss",
    "ı": "i", "ŉ": "'n",
}  # fmt: skip
"""Letters that stand for others and that Unicode does not take apart itself."""

_PLAIN = {"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "‐": "-", "‑": "-"} | dict.fromkeys(
    "\u00a0\u202f\u2009\u2007\u200b\ufeff", " "
)
"""Signs typed in several ways, character for character."""

_TYPED_ACCENTS = "".join(map(chr, range(0x300, 0x370)))
_TO_WRITE_OUT = "".join((
    *_JOINED,
    "\u00ad",  # the soft hyphen, which is no letter at all
    # Ĳ, Ǆ …, ﬁ and its like
    *map(chr, (0x132, 0x133, *range(0x1C4, 0x1CD), *range(0x1F1, 0x1F4), *range(0xFB00, 0xFB07))),
))  # fmt: skip
_TO_OPEN = re.compile(rf"\S[{_TYPED_ACCENTS}]+|[{_TO_WRITE_OUT}]")
"""A letter and the accents typed after it, or a joined letter."""
_OPENING = frozenset(_TYPED_ACCENTS + _TO_WRITE_OUT)
"""The signs without which :data:`_TO_OPEN` finds nothing."""


def without_accents(text: str) -> str:
    """``text`` without accents, its case and joined letters as they are; places in it are none in the source."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _open(piece: str) -> str:
    """What a piece that :data:`_TO_OPEN` matches is when it is written out, case and accents kept."""
    if len(piece) > 1:
        composed = unicodedata.normalize("NFC", piece)
        return composed if len(composed) == 1 and composed not in _JOINED else open_ligatures(piece[0])
    if piece == "\u00ad":
        return ""
    return _JOINED.get(piece) or without_accents(piece)


_ASCII = bytes(range(128))


def _beyond_ascii(text: str) -> set[str]:
    """The distinct signs of a text that are not of ASCII.

    They are what is left of its UTF-8 without the bytes of ASCII: five times as quick as looking at sign after sign.
    """
    return set(text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass"))


def open_ligatures(text: str) -> str:
    """``text`` with joined letters written out and accents set on their letters; case and accents stay."""
    if text.isascii() or _OPENING.isdisjoint(_beyond_ascii(text)):
        return text
    return _TO_OPEN.sub(lambda match: _open(match[0]), text)


@lru_cache(maxsize=8192)
def _fold_character(character: str) -> str:
    if plain := _PLAIN.get(character):
        return plain
    # By way of the capital: letters that differ in case only have the same one (ς and σ, ſ and s).
    capital = character.upper()
    base = unicodedata.normalize("NFKD", capital if len(capital) == 1 else character)[:1]
    folded = _PLAIN.get(base, base).lower()
    if len(folded) != 1 or folded == character:
        return character
    return _fold_character(folded)  # of a sign that stands for a letter which is folded itself


_NOT_LATIN = b"\xff"
"""What stands in :data:`_LATIN` for a sign that is more than one letter or of another script; no letter folds to ÿ."""


def _fold_latin(character: str) -> bytes:
    folded = _fold_character(character)
    return folded.encode("latin-1") if character not in _OPENING and folded < "\xff" else _NOT_LATIN


_LATIN = b"".join(_fold_latin(chr(code)) for code in range(256))
"""A ``bytes.translate`` table of ISO 8859-1, in which most texts of Western languages can be written: folded through
it, a text takes a fifth of the time."""


class _Table(dict[int, str]):
    """A ``str.translate`` table filled as characters are met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < 20_000:
            self[code] = folded
        return folded


_TABLE = _Table()
_FEW = 24
"""Distinct signs beyond ASCII that are still replaced one by one: a text in Latin letters has fewer."""


def _fold_opened(text: str, beyond: set[str]) -> str:
    """Each character of an opened text folded: what ``text.translate(_TABLE)`` gives, several times as quickly.

    ``beyond`` are its signs beyond ASCII.
    """
    if beyond:
        if len(beyond) > _FEW:
            return text.translate(_TABLE)
        for character in beyond:
            text = text.replace(character, _TABLE[ord(character)])
        if not text.isascii():
            return text.translate(_TABLE)
    return text.lower().replace("`", "'")


def fold(text: str) -> str:
    """Return ``text`` in lower case, without accents, joined letters written out, apostrophes and spaces made plain.

    Idempotent, and blind to case: ``fold(fold(text)) == fold(text) == fold(text.upper())`` for French and English
    text. Of a text that is opened already (:func:`open_ligatures`) the length does not change.
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    try:
        latin = text.encode("latin-1").translate(_LATIN)
    except UnicodeEncodeError:
        pass
    else:
        if _NOT_LATIN not in latin:
            return latin.decode("latin-1")
    beyond = _beyond_ascii(text)
    if not _OPENING.isdisjoint(beyond):
        text = open_ligatures(text)
        beyond = _beyond_ascii(text)
    return _fold_opened(text, beyond)


def single_spaced(text: str) -> str:
    """``text`` with its ends trimmed and its words apart by one space, whatever white space stood between them."""
    if text.isprintable() and "  " not in text and not (text.startswith(" ") or text.endswith(" ")):
        return text  # of all white space the plain space alone is printable; nearly every line is such
    return " ".join(text.split())


def bare(text: str, *, keep: str = "") -> str:
    """The folded letters and digits (a–z, 0–9, and the signs in ``keep``) of ``text``, words apart by one space."""
    return " ".join(re.sub(rf"[^a-z0-9{re.escape(keep)}]+", " ", fold(text)).split())


@dataclass(frozen=True)
class Folded:
    """A text written out and folded, with the way back from a place in it to the place in the source."""

    source: str

    @cached_property
    def opened(self) -> str:
        """The source with joined letters written out, case and accents kept: as long as :attr:`text`."""
        return open_ligatures(self.source)

    @cached_property
    def text(self) -> str:
        """The folded text, see :func:`fold`."""
        return _fold_opened(self.opened, _beyond_ascii(self.opened))

    @cached_property
    def _breaks(self) -> tuple[list[int], list[tuple[int, int, int, int]]]:
        """Where the opened text and the source part: begins, and (begin, end) in either of every opened piece."""
        pieces: list[tuple[int, int, int, int]] = []
        grown = 0
        if self.opened is not self.source:
            for match in _TO_OPEN.finditer(self.source):
                begin, end = match.span()
                length = len(_open(match[0]))
                pieces.append((begin + grown, begin + grown + length, begin, end))
                grown += length - (end - begin)
        return [piece[0] for piece in pieces], pieces

    def _place(self, at: int, *, end: bool) -> int:
        begins, pieces = self._breaks
        number = bisect_right(begins, at - 1 if end else at) - 1
        if number < 0:
            return at
        _, opened_end, source_begin, source_end = pieces[number]
        if at < opened_end or (end and at == opened_end):
            return source_end if end else source_begin
        return source_end + (at - opened_end)

    def original(self, begin: int, end: int) -> tuple[int, int]:
        """Where characters ``begin``…``end`` of :attr:`text` (or :attr:`opened`) stand in the source; a letter of
        which a part is meant is taken whole."""
        return self._place(begin, end=False), self._place(end, end=True)

    @property
    def is_source(self) -> bool:
        """Whether places in the folded text are places in the source as they are."""
        return not self._breaks[1]


def straighten(text: str) -> str:
    """Make the two characters ``\\n`` that exports leave for a line break a real one; the length never changes."""
    return text.replace("\\n", " \n") if "\\n" in text else text


def word_set(*lists: str) -> frozenset[str]:
    """The words of space-separated ``lists``: vocabularies read better as prose than as quoted items."""
    return frozenset(word for words in lists for word in words.split())
