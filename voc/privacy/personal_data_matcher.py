"""The traces of one person: what names them alone, found however it is written, in a text or in a file.

Identifiers that somebody else has too (a household's telephone) and names that somebody else bears are not traces: to
blot them out of other people's records would erase the wrong person.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from voc.language import titles
from voc.language.folding import Folded, fold
from voc.records import Customer
from voc.records.vocabulary import words_of_records

MASK = "█"
"""What a trace becomes, character by character, so that every offset beside it holds."""

TELLING = 5
"""A reference or handle shorter than this is met by chance in texts that speak of something else."""

LARGEST_MEMBER = 512 * 1024 * 1024
"""Bytes looked into of one packed file: an archive that claims more is taken to hold traces."""

GAP = r"[\s.,\-/()_]*"
"""What may stand between the digits of a telephone number."""
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
OF_AN_ADDRESS = re.compile(r"(?:%[0-9a-fA-F]{2})+|\+")
"""What an address writes for other characters: ``q=L%C3%A9a+Roux`` is what somebody searched for."""


class Traces:
    """Finds and blots out what names one person alone.

    Args:
        customer: the record as it is in the base.
        shared: (type, value) of identifiers that other customers own too.
        namesakes: whether somebody else in the base bears the same full name.
        kin: whether somebody else bears the same family name.
    """

    def __init__(
        self,
        customer: Customer,
        *,
        shared: frozenset[tuple[str, str]] = frozenset(),
        namesakes: bool = False,
        kin: bool = False,
    ) -> None:
        self.customer, self.shared, self.namesakes, self.kin = customer, shared, namesakes, kin
        own = [one for one in customer.identifiers if (one.type, one.value) not in shared]
        self.identifiers = tuple((one.type, one.value) for one in own)
        patterns = [pattern for one in own if (pattern := _pattern(one.type, one.value))]
        if (of_id := _reference(customer.id)) is not None:
            patterns.append(of_id)
        patterns += _names(customer, namesakes=namesakes, kin=kin)
        self._pattern = re.compile("|".join(f"(?:{one})" for one in dict.fromkeys(patterns))) if patterns else None

    def within(self, text: str) -> bool:
        """Whether any trace is in ``text``."""
        if self._pattern is None:
            return False
        if self._pattern.search(fold(text)) is not None:
            return True
        return OF_AN_ADDRESS.search(text) is not None and self._pattern.search(fold(plain_address(text))) is not None

    def blotted(self, text: str) -> str:
        """``text`` of the same length with every trace masked."""
        text = _blocked(text, self._spans(text))
        if OF_AN_ADDRESS.search(text) is None:
            return text
        plain, places = _unescaped(text)
        return _blocked(text, [(places[begin][0], places[end - 1][1]) for begin, end in self._spans(plain)])

    def _spans(self, text: str) -> list[tuple[int, int]]:
        if self._pattern is None:
            return []
        folded = Folded(text)
        found = (folded.original(*match.span()) for match in self._pattern.finditer(folded.text))
        return [(begin, end) for begin, end in found if begin < end]

    def in_file(self, path: Path, *, name: str = "") -> bool:
        """Whether a kept file holds a trace: as text in the usual encodings, packed, as mail or as Parquet.

        What cannot be looked into is taken to hold one: closed rather than open.
        """
        if self._pattern is None:
            return False
        try:
            return any(self.within(text) for text in _texts(path.read_bytes(), name or path.name))
        except _UnreadableError:
            return True


def plain_address(text: str) -> str:
    """A text with what its addresses escape written out."""
    return unquote_plus(text)


class _UnreadableError(Exception):
    pass


def _blocked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    if not spans:
        return text
    characters = list(text)
    for begin, end in spans:
        for place in range(begin, end):
            if not characters[place].isspace():
                characters[place] = MASK
    return "".join(characters)


def _unescaped(text: str) -> tuple[str, list[tuple[int, int]]]:
    """What an address says, and where each character of it stands in ``text``."""
    characters: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    for found in OF_AN_ADDRESS.finditer(text):
        characters += text[at : found.start()]
        places += [(one, one + 1) for one in range(at, found.start())]
        at = found.start()
        written = (
            " " if found[0] == "+" else bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "surrogateescape")
        )
        for one in written:
            end = at + (1 if found[0] == "+" else 3 * len(one.encode("utf-8", "surrogateescape")))
            characters.append(one)
            places.append((at, end))
            at = end
    characters += text[at:]
    places += [(one, one + 1) for one in range(at, len(text))]
    return "".join(characters), places


def _texts(data: bytes, name: str) -> Iterator[str]:
    """Every way to read these bytes as text."""
    if data[:4] == b"PK\x03\x04":
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                for member in packed.infolist():
                    if member.file_size > LARGEST_MEMBER:
                        raise _UnreadableError
                    yield from _texts(packed.read(member), member.filename)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error) as error:
            raise _UnreadableError from error
        return
    if data[:2] == b"\x1f\x8b":
        try:
            with gzip.open(io.BytesIO(data)) as packed:
                inside = packed.read(LARGEST_MEMBER + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise _UnreadableError from error
        if len(inside) > LARGEST_MEMBER:
            raise _UnreadableError
        yield from _texts(inside, name.removesuffix(".gz"))
        return
    if data[:4] == b"PAR1":
        yield from _parquet(data)
        return
    yield from _decoded(data)
    if b"Content-Transfer-Encoding" in data or b"content-transfer-encoding" in data:
        for raw in re.split(rb"(?m)^From ", data):
            for part in message_from_bytes(raw).walk():
                body = part.get_payload(decode=True)
                if isinstance(body, bytes):
                    yield from _decoded(body)


def _decoded(data: bytes) -> Iterator[str]:
    text = data.decode("utf-8", errors="replace")
    yield text
    if "\\u" in text:
        yield _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    if "\ufffd" in text:
        yield data.decode("cp1252", errors="replace")
    if b"\x00" in data[:4096]:
        yield data.decode("utf-16-le", errors="replace")
        yield data.decode("utf-16-be", errors="replace")


def _parquet(data: bytes) -> Iterator[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        for batch in pq.ParquetFile(io.BytesIO(data)).iter_batches(batch_size=4096):
            for column in batch.columns:
                yield "\n".join(str(value) for value in column.to_pylist() if value is not None)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _UnreadableError from error


def _pattern(kind: str, value: str) -> str | None:
    if kind == "phone":
        return _phone(value)
    if kind == "email":
        return rf"(?<![\w.+-]){re.escape(fold(value))}(?![\w-])"
    if kind == "handle":
        mark = "@?" if len(value) >= TELLING else "@"
        return rf"(?<![\w@]){mark}{re.escape(fold(value))}(?!\w)"
    if kind == "name":
        return None
    return _reference(value)


def national_digits(value: str) -> tuple[str, str]:
    """The digits of a telephone number without its country, and the code of the country; empty where it has none."""
    import phonenumbers

    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", value), ""
    return str(phonenumbers.national_significant_number(number)), str(number.country_code)


def _phone(value: str) -> str | None:
    """Every way to write a number: ``+33 6 …``, ``0033 6…``, ``06.…``, ``(0)6-…``, and the bare ``6…`` of a sheet."""
    digits, code = national_digits(value)
    if len(digits) < TELLING:
        return None
    prefix = rf"(?:(?:\+|00)?{GAP}{code}{GAP})?(?:\(?0\)?{GAP})?" if code else ""
    return rf"(?<![\d]){prefix}" + GAP.join(digits) + r"(?!\d)"


def reference_characters(value: str) -> str:
    """The letters and digits of a contract, order or customer number; empty where it tells nobody apart."""
    plain = "".join(c for c in fold(value) if c.isalnum())
    return plain if len(plain) >= TELLING and any(c.isdigit() for c in plain) else ""


def _reference(value: str) -> str | None:
    """A contract, order or customer number with or without the separators people put into it."""
    plain = reference_characters(value)
    if not plain:
        return None
    return r"(?<![^\W_])" + r"[\s.,;\-/_]{0,2}".join(re.escape(c) for c in plain) + r"(?![^\W_])"


def _names(customer: Customer, *, namesakes: bool, kin: bool) -> list[str]:
    found: list[str] = []
    first, last = (_words(one) for one in (customer.first_name, customer.last_name))
    if not namesakes:
        if first and last:
            found += [rf"(?<!\w){first}[\s_.-]+{last}(?!\w)", rf"(?<!\w){last},?[\s_.-]+{first}(?!\w)"]
        whole = customer.name or ""
        if len(whole.split()) > 1 and (spelled := _words(whole)):
            found.append(rf"(?<!\w){spelled}(?!\w)")
    if last and not kin:
        found.append(rf"(?<!\w){titles.BEFORE_NAME}\s+(?:\w\.?\s+)?{last}(?!\w)")
    return found


def _words(name: str | None) -> str:
    parts = re.findall(r"\w+", fold(name or ""))
    return r"[\s\-'_.]{0,3}".join(re.escape(one) for one in parts)


def blotted(document: Any, traces: Sequence[Traces], *, drop: frozenset[str] = frozenset()) -> Any:
    """A JSON document without what is about one person.

    Strings are masked at the same length, but for the words of the records themselves: whoever calls themselves
    ``@social`` is not every channel of that name. What names an interaction or customer of ``drop`` is taken out: an
    entry of a list whole, a value by ``None``. The words of a turn (one string each, so that a number is never in one
    piece) go where the turn's own text named somebody.
    """
    if isinstance(document, str):
        return _masked(document, traces)
    if isinstance(document, list):
        return [blotted(one, traces, drop=drop) for one in document if not _about(one, drop)]
    if not isinstance(document, dict):
        return document
    found = {
        _masked(key, traces): None if _names_one(key, value, drop) else blotted(value, traces, drop=drop)
        for key, value in document.items()
    }
    if found.get("words") and isinstance(found["words"], list) and found.get("text") != document.get("text"):
        found["words"] = []
    return found


def _masked(word: str, traces: Sequence[Traces]) -> str:
    if word in words_of_records():
        return word
    for one in traces:
        word = one.blotted(word)
    return word


def _about(entry: Any, drop: frozenset[str]) -> bool:
    if isinstance(entry, str):
        return entry in drop and len(entry) >= TELLING
    return isinstance(entry, dict) and any(_names_one(key, value, drop) for key, value in entry.items())


def _names_one(key: str, value: Any, drop: frozenset[str]) -> bool:
    return isinstance(value, str) and value in drop and (key == "id" or "interaction" in key or "customer" in key)
