"""Bytes to text, line by line: exports mix encodings inside one file, and no line may crash or turn to mojibake."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from voc.errors import InputError
from voc.intake import limits

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_EXPECTED = frozenset("éèêëàâäîïôöùûüçœæÉÈÊËÀÂÎÏÔÙÛÇŒ’‘“”«»…–—•€£°ºª²³½®©™ñáíóúßÄÖÜ¿¡ \u00a0")
"""Non-ASCII characters French and English exports are made of: the single-byte table that yields most of them wins."""

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff\ud800-\udfff\ufffe\uffff]")

_TAIL = "[\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]"
_DOUBLE_ENCODED = re.compile(f"(?:[ÂÃÅ]{_TAIL}|â[\u0080-\u009f€]{_TAIL}|ï¸\u008f|ð{_TAIL}{{3}})+")
"""UTF-8 that was read as Windows-1252 or Latin-1 and saved again: ``Ã©`` for é, ``â€™`` for ’, four for an emoji."""

_DOUBLED = ("Ã", "Â", "Å", "â€", "â\u0080", "â\u0099", "â\u009c", "â\u009d", "ð")
"""One of these begins every such stretch that is worth a search."""


_ALWAYS_CLEAN = bytes(
    code for code in range(256) if not _UNWANTED.match(chr(code)) and chr(code) not in "".join(_DOUBLED)
)
"""Signs of ISO 8859-1 that a text may hold in any order: composed, printable, no part of UTF-8 read as another code."""


def encoding_of(head: bytes) -> str | None:
    """Name the Unicode encoding of a file from its first bytes, or ``None`` for UTF-8 or a single-byte table.

    UTF-16 without its mark is told by its zero bytes: every other byte of Latin text.
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return None if name == "utf-8" else name
    window = head[: 4096 - len(head[:4096]) % 2]
    if len(window) >= 4 and b"\x00" in window:
        half = len(window) // 2
        even, odd = window[0::2].count(0), window[1::2].count(0)
        if odd > 0.4 * half and even < 0.05 * half:
            return "utf-16-le"
        if even > 0.4 * half and odd < 0.05 * half:
            return "utf-16-be"
    return None


def decode_bytes(raw: bytes) -> str:
    """Decode one line or field of unknown encoding: UTF-8 when it is that, else the likeliest single-byte table."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    best, best_score = "", -1
    for table in ("cp1252", "mac_roman", "cp850"):
        text = raw.decode(table, errors="replace") if table != "cp1252" else _decode_cp1252(raw)
        score = sum(c in _EXPECTED for c in text if c > "\x7f")
        if score > best_score:
            best, best_score = text, score
    return best


def _decode_cp1252(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:  # five bytes mean nothing in Windows-1252; ISO 8859-1 gives them control characters
        return raw.decode("latin-1")


def clean(text: str) -> str:
    """Drop control characters and lone surrogates, undo double-encoded UTF-8, compose accents (NFC)."""
    if text.isascii():
        return _UNWANTED.sub("", text) if not text.isprintable() else text
    if not text.isprintable():
        text = _UNWANTED.sub("", text)
    if _may_be_doubled(text):
        text = _DOUBLE_ENCODED.sub(_redecode, text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def is_clean(text: str) -> bool:
    """Whether :func:`clean` leaves a text as it is, and every part of it: one look at a row for all its cells."""
    try:
        if not text.encode("latin-1").translate(None, _ALWAYS_CLEAN):
            return True  # so it is with most rows of Western languages, in a third of the time of what follows
    except UnicodeEncodeError:
        pass
    if not text.isprintable() and _UNWANTED.search(text):
        return False
    return text.isascii() or not (_may_be_doubled(text) or not unicodedata.is_normalized("NFC", text))


def _may_be_doubled(text: str) -> bool:
    for mark in _DOUBLED:  # noqa: SIM110 - a generator would take most of the time
        if mark in text:
            return True
    return False


def _redecode(match: re.Match[str]) -> str:
    try:
        return b"".join(c.encode("latin-1" if c < "\u0100" else "cp1252") for c in match.group()).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return match.group()


def text_lines(path: Path, *, name: str) -> Iterator[str]:
    """Yield the decoded lines of a file, each with its line feed, in constant memory.

    Args:
        path: the file.
        name: what to call it in messages.

    Raises:
        InputError: a line is longer than :data:`limits.LINE_BYTES`.
    """
    with path.open("rb") as stream:
        head = stream.read(65536)
        stream.seek(0)
        unicode_name = encoding_of(head)
        if unicode_name is None:
            yield from _byte_lines(stream, head, name=name)
        else:
            yield from _unicode_lines(stream, unicode_name, name=name)


def _byte_lines(stream: BinaryIO, head: bytes, *, name: str) -> Iterator[str]:
    if head.startswith(codecs.BOM_UTF8):
        stream.seek(len(codecs.BOM_UTF8))
    # Old Mac exports end their lines with a carriage return alone.
    mac = b"\r" in head and b"\n" not in head
    for raw in _split(stream, b"\r" if mac else b"\n", name=name):
        try:
            line = raw.decode("utf-8")
        except UnicodeDecodeError:
            line = decode_bytes(raw)
        if "\r" in line:
            line = line.replace("\r", "\n") if mac else line.rstrip("\r\n").replace("\r", " ") + "\n"
        yield line


def _split(stream: BinaryIO, end: bytes, *, name: str) -> Iterator[bytes]:
    if end == b"\n":
        number = 0
        while raw := stream.readline(limits.LINE_BYTES + 1):
            number += 1
            if len(raw) > limits.LINE_BYTES:
                raise _too_long(name, number)
            yield raw
        return
    rest, number = b"", 0
    while chunk := stream.read(1 << 16):
        *whole, rest = (rest + chunk).split(end)
        for raw in whole:
            number += 1
            yield raw + end
        if len(rest) > limits.LINE_BYTES:
            raise _too_long(name, number + 1)
    if rest:
        yield rest


def _unicode_lines(stream: BinaryIO, encoding: str, *, name: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    pieces: list[str] = []
    held, number, first = 0, 0, True
    while chunk := stream.read(1 << 16):
        text = decoder.decode(chunk)
        if first:
            text, first = text.removeprefix("\ufeff"), False
        *whole, rest = text.split("\n")
        for part in whole:
            number += 1
            yield "".join([*pieces, part.removesuffix("\r"), "\n"])
            pieces, held = [], 0
        pieces.append(rest)
        held += len(rest)
        if held * 2 > limits.LINE_BYTES:
            raise _too_long(name, number + 1)
    if last := "".join(pieces):
        yield last


def _too_long(name: str, number: int) -> InputError:
    return InputError(
        f"{name}: line {number} is longer than {limits.megabytes(limits.LINE_BYTES)}; "
        "this is not a table or message list, or its line breaks were lost: export it again."
    )


def decoded(chunks: Iterable[bytes]) -> str:
    """Decode a whole small file whose lines may differ in encoding."""
    raw = b"".join(chunks)
    if name := encoding_of(raw[:65536]):
        return raw.decode(name, errors="replace").removeprefix("\ufeff")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return "".join(decode_bytes(line) for line in raw.splitlines(keepends=True))
