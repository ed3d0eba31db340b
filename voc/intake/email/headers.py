"""The headers of a message as text, whatever bytes they hold: real mailboxes hold some that no standard allows."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from datetime import datetime
from email.message import Message
from email.utils import getaddresses

from voc.intake.dates import parse_moment
from voc.intake.encodings import clean, decode_bytes

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(=\?[^?\s]{1,40}\?[bBqQ]\?[^?]*\?=)\s+(?==\?[^?\s]{1,40}\?[bBqQ]\?)")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")


class Headers:
    """The headers of a message as decoded text, whatever bytes they hold."""

    def __init__(self, message: Message) -> None:
        self.values: dict[str, str] = {}
        for name, value in message.raw_items():
            self.values.setdefault(str(name).lower(), str(value))

    def get(self, name: str) -> str:
        """The first header of that name, decoded and on one line, or ``""``."""
        return decode_header(self.values.get(name, ""))

    def has(self, name: str) -> bool:
        """Whether there is a header of that name, empty or not."""
        return name in self.values

    def addresses(self, name: str) -> list[tuple[str, str]]:
        """Display names and lower-case addresses of a header."""
        raw = self.values.get(name, "")[:20_000]
        pairs = []
        for display, address in getaddresses([to_text(raw)]):
            if "@" in address:
                pairs.append((decode_header(display), address.lower()))
        if not pairs and (found := EMAIL.search(decode_header(raw))):
            pairs.append(("", found.group().lower()))
        return pairs

    def address(self, name: str) -> tuple[str, str]:
        """The first display name and address of a header."""
        return next(iter(self.addresses(name)), ("", ""))

    def message_id(self, name: str) -> str | None:
        """The id of a ``Message-ID``-like header without its brackets."""
        value = to_text(self.values.get(name, "")).strip()
        match = _MESSAGE_ID.search(value)
        return clean(match.group(1)) if match else (clean(value.split()[0])[:250] if value.split() else None)

    def thread(self) -> str | None:
        """The first message of the thread: the root of ``References``, else what it answers."""
        for name in ("references", "in-reply-to"):
            if match := _MESSAGE_ID.search(to_text(self.values.get(name, ""))):
                return clean(match.group(1))
        return None

    def moment(self) -> datetime | None:
        """When it was sent: ``Date``, else the last relay's stamp."""
        date = re.sub(r"\s*\([^()]*\)\s*$", "", self.get("date")).strip()
        if found := parse_moment(date):
            return found
        return parse_moment(re.sub(r"\s*\([^()]*\)\s*$", "", self.get("received").rpartition(";")[2]).strip())


def to_text(value: str) -> str:
    """Undo the parser's surrogate escapes: raw 8-bit bytes in a header become the characters they were meant as."""
    if value.isascii():
        return value
    return decode_bytes(
        value.encode("ascii", "surrogateescape") if _is_escaped(value) else value.encode("utf-8", "replace")
    )


def _is_escaped(value: str) -> bool:
    return all(c < "\x80" or "\udc80" <= c <= "\udcff" for c in value)


def decode_header(value: str) -> str:
    """Decode RFC 2047 words and raw bytes of a header; what cannot be decoded stays readable."""
    text = " ".join(to_text(value[:50_000]).split())
    if "=?" in text:
        text = _ENCODED_WORD.sub(_decode_word, _BETWEEN_WORDS.sub(r"\1", text))
    return clean(text)


def _decode_word(match: re.Match[str]) -> str:
    charset, how, data = match.groups()
    try:
        if how in "bB":
            raw = base64.b64decode(data + "=" * (-len(data) % 4))
        else:
            raw = quopri.decodestring(data.replace("_", " ").encode("ascii", "replace"), header=False)
    except (binascii.Error, ValueError):
        return match.group()
    if data and not raw:
        return match.group()
    return decode_declared(raw, charset.partition("*")[0])


def decode_declared(raw: bytes, charset: str) -> str:
    """Decode bytes as declared, unless they are plainly something else (UTF-8 declared as Latin-1, or the reverse)."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    name = charset.strip().strip("\"'").lower()
    if name in {"", "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "latin-1", "unknown-8bit", "default"}:
        return decode_bytes(raw)
    try:
        return raw.decode(name)
    except (LookupError, UnicodeDecodeError, ValueError):
        return decode_bytes(raw)
