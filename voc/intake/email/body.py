"""The words of a message: its text part, else its HTML, else what Outlook packed into ``winmail.dat``."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from email.message import Message

from voc.intake.email.headers import decode_declared, decode_header, to_text
from voc.intake.email.outlook import unpacked_tnef
from voc.intake.encodings import clean
from voc.intake.html_text import html_to_text

logger = logging.getLogger(__name__)


MOST_PARTS = 500
"""Parts of one message that are looked at."""


def body_of(message: Message) -> tuple[str, list[str]]:
    """The text a person reads (``text/plain`` first, HTML else) and the names of the attachments."""
    plain: list[str] = []
    pages: list[str] = []
    attachments: list[str] = []
    for part in _own_parts(message):
        kind = part.get_content_type()
        filename = decode_header(str(part.get_filename() or ""))
        disposition = str(part.get("content-disposition") or "").lower()
        if kind == "message/rfc822":
            attachments.append(filename[:120] or "message.eml")
        elif kind in {"application/ms-tnef", "application/vnd.ms-tnef"} or filename.lower() == "winmail.dat":
            payload = part.get_payload(decode=True)
            text, page, names = unpacked_tnef(payload) if isinstance(payload, bytes) else ("", "", [])
            plain += [text] if text.strip() and not any(one.strip() for one in plain) else []
            pages += [page] if page.strip() else []
            attachments += names
        elif filename or disposition.startswith("attachment"):
            attachments += [filename[:120]] if filename else []
        elif kind in {"text/plain", "text/html"}:
            (plain if kind == "text/plain" else pages).append(_part_text(part))
    words = "\n".join(part for part in plain if part.strip())
    if len(words.strip()) < 20 and pages:
        rendered = "\n".join(html_to_text(page) for page in pages)
        if len(rendered) > len(words.strip()):
            words = rendered
    elif re.match(r"\s*<(?:!doctype|html|body|div|p)\b", words, re.IGNORECASE):
        words = html_to_text(words)
    return clean(words), attachments[:50]


def _own_parts(message: Message) -> Iterator[Message]:
    """The parts of a message without those of messages that are attached to it."""
    waiting, seen = [message], 0
    while waiting and seen < MOST_PARTS:
        part = waiting.pop(0)
        seen += 1
        inner = part.get_payload()
        if part.get_content_type() == "message/rfc822" or not isinstance(inner, list):
            yield part
        else:
            waiting = [one for one in inner if isinstance(one, Message)] + waiting


def attached_message(message: Message) -> Message | None:
    """The first message that is attached to a message whole, as forwards of several mail programs are."""
    for part in _own_parts(message):
        inner = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(inner, list) and inner:
            return inner[0] if isinstance(inner[0], Message) else None
    return None


def _part_text(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, TypeError):
        payload = None
    if not isinstance(payload, bytes):
        raw = part.get_payload()
        return to_text(raw) if isinstance(raw, str) else ""
    parameters: Mapping[str, str] = {}
    try:
        found = part.get_params() or []
        parameters = {str(key).lower(): str(value) for key, value in found}
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        logger.debug("a content-type header could not be read")
    return decode_declared(payload, parameters.get("charset", ""))
