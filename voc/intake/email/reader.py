"""E-mail: one message an interaction, its headers and character sets read as they are rather than as they should be.

Headers are taken raw and decoded here: real mailboxes hold bytes that no standard allows, and one broken header must
not cost the message, nor one broken message the mailbox.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import logging
import quopri
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from pathlib import Path

from voc.errors import InputError
from voc.identifiers import normalise_email, normalise_name, normalise_phone, normalise_reference
from voc.intake import limits
from voc.intake.dates import parse_moment
from voc.intake.email.cleaning import CleanedEmail, clean_email
from voc.intake.email.sender_name import signature_name
from voc.intake.encodings import clean, decode_bytes
from voc.intake.html_text import html_to_text
from voc.records import Channel, Identifier, Interaction, Rejected, interaction_id
from voc.settings import settings

logger = logging.getLogger(__name__)

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"(=\?[^?\s]{1,40}\?[bBqQ]\?[^?]*\?=)\s+(?==\?[^?\s]{1,40}\?[bBqQ]\?)")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,250})>")
_PHONE = re.compile(r"(?<![\w@.])(?:\+\d{1,3}|0)[\d\s.()/-]{7,20}\d(?!\w)")
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_REFERENCE = re.compile(
    r"(?:n[°ºo.]{0,2}\s*(?:de\s+)?)?(client|customer|contrat|contract|police|policy|commande|order|adh[ée]rent|soci[ée]taire|abonn[ée])"
    r"\s*(?:id|n[°ºo.]{0,2}|number|no\.?|r[ée]f\.?|\#)?\s*[:#-]?\s*([A-Z]{0,4}[-\s]?\d[\w-]{3,20})",
    re.IGNORECASE,
)
_WEBMAIL = frozenset(
    (
        *(
            "gmail.com",
            "googlemail.com",
            "hotmail.com",
            "hotmail.fr",
            "outlook.com",
            "outlook.fr",
            "live.com",
            "live.fr",
        ),
        *("yahoo.com", "yahoo.fr", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "neuf.fr", "bbox.fr"),
        *("icloud.com", "me.com", "msn.com", "aol.com", "gmx.com", "gmx.fr", "protonmail.com", "proton.me"),
    )
)


def read_eml(
    path: Path, *, name: str, channel: Channel | None = None, own_domains: Collection[str] = ()
) -> Iterator[Interaction | Rejected]:
    """Yield the one message of an ``.eml`` file.

    Raises:
        InputError: larger than :data:`limits.EMAIL_BYTES`.
    """
    size = path.stat().st_size
    if size > limits.EMAIL_BYTES:
        raise InputError(
            f"{name}: a message of {limits.megabytes(size)}; at most {limits.megabytes(limits.EMAIL_BYTES)}."
        )
    found = message_interaction(path.read_bytes(), source=name, channel=channel, own_domains=own_domains)
    if found is not None:
        yield found


def read_mbox(
    path: Path, *, name: str, channel: Channel | None = None, own_domains: Collection[str] = ()
) -> Iterator[Interaction | Rejected]:
    """Yield the messages of a mailbox one by one, in memory bounded by the largest.

    Messages sent from ``own_domains`` are left out (unless they forward a customer's), and so are bounces and
    automatic replies: none of them is a customer speaking. How many is logged.
    """
    left_out = 0
    number = 0
    for number, raw in enumerate(_split_mbox(path), start=1):
        where = f"{name}:{number}"
        if raw is None:
            yield Rejected(
                source=where,
                reason=f"larger than {limits.megabytes(limits.EMAIL_BYTES)}; save it without attachments.",
            )
            continue
        try:
            found = message_interaction(raw, source=where, channel=channel, own_domains=own_domains)
        except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
            yield Rejected(source=where, reason=f"the message is damaged ({type(error).__name__}); save it again.")
            continue
        if found is None:
            left_out += 1
        else:
            yield found
    if not number:
        raise InputError(
            f"{name}: no message was found (none begins with a 'From ' line); export the mailbox again.",
            code="no_messages",
            file=name,
        )
    if left_out:
        logger.info("mailbox read: %d messages of the company or of machines were left out", left_out)


def _split_mbox(path: Path) -> Iterator[bytes | None]:
    """Cut at ``From `` lines that follow a blank line; ``None`` for a message too large to hold."""
    held: list[bytes] = []
    size, blank, started, skipping = 0, True, False, False
    with path.open("rb") as stream:
        while line := stream.readline(limits.LINE_BYTES):
            if line.startswith(b"From ") and (blank or not started):
                if started:
                    yield None if skipping else b"".join(held)
                held, size, started, skipping, blank = [], 0, True, False, False
                continue
            blank = line in {b"\n", b"\r\n"}
            if not started:
                if blank:
                    continue
                started = True  # the first From line was lost
            size += len(line)
            if size > limits.EMAIL_BYTES:
                skipping, held = True, []
            if not skipping:
                held.append(line[1:] if re.match(rb">+From ", line) else line)
    if started:
        yield None if skipping else b"".join(held)


def message_interaction(
    raw: bytes, *, source: str, channel: Channel | None = None, own_domains: Collection[str] = ()
) -> Interaction | Rejected | None:
    """One message as an interaction; ``None`` when the company or a machine sent it."""
    message = BytesParser(policy=policy.compat32).parsebytes(raw)
    headers = Headers(message)
    if not any(headers.get(name) for name in ("from", "date", "subject", "message-id", "to")):
        return Rejected(
            source=source, reason="no readable header (From, Date, Subject …): not an e-mail, or cut; export it again."
        )
    if _is_machine(headers):
        return None
    sender_name, sender = headers.address("from")
    if not sender:
        sender_name, sender = headers.address("reply-to")
    own = frozenset(domain.lower().lstrip("@") for domain in own_domains)
    recipients = {a.rpartition("@")[2] for name in ("to", "delivered-to", "cc") for _, a in headers.addresses(name)}
    subject = headers.get("subject")
    body, attachments = body_of(message)
    cleaned = clean_email(
        body, subject=subject, sender=sender, sender_name=sender_name, company_domains=own or (recipients - _WEBMAIL)
    )
    internal = bool(sender) and _in_domains(sender, own)
    if internal and cleaned.forwarded is None:
        return None
    text = cleaned.body
    if not text and not subject.strip():
        return Rejected(source=source, reason="neither subject nor words of its own (only attachments or quotations).")
    date = headers.moment()
    if cleaned.forwarded and cleaned.forwarded.date:
        date = parse_moment(re.sub(r"\s*\(.*\)$", "", cleaned.forwarded.date)) or date
    message_id = headers.message_id("message-id")
    where = channel or Channel.EMAIL
    identity = "\x1f".join((sender, headers.get("date"), subject, body))
    content_hash = hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()[:32]
    attributes = {"attachments": "; ".join(attachments)[: limits.ATTRIBUTE_CHARACTERS]} if attachments else {}
    return Interaction(
        id=interaction_id(where, external_id=message_id, content_hash=content_hash),
        channel=where,
        source=source,
        content_hash=content_hash,
        external_id=message_id,
        thread_id=headers.thread() or message_id,
        occurred_at=date,
        subject=subject.strip() or None,
        text=text or None,
        identifiers=tuple(dict.fromkeys(_identifiers(sender, sender_name, internal, cleaned, own))),
        attributes=attributes,
    )


def _in_domains(address: str, domains: Collection[str]) -> bool:
    domain = address.rpartition("@")[2]
    return any(domain == own or domain.endswith(f".{own}") for own in domains)


def _is_machine(headers: Headers) -> bool:
    """Bounces and automatic replies. ``auto-generated`` alone is kept: contact forms send customers' words that way."""
    automatic = headers.get("auto-submitted").lower()
    _, sender = headers.address("from")
    return (
        automatic.startswith("auto-replied")
        or bool(headers.get("x-autoreply"))
        or sender.startswith(("mailer-daemon@", "postmaster@"))
        or headers.get("content-type").lower().startswith("multipart/report")
    )


def _identifiers(
    sender: str, sender_name: str, internal: bool, cleaned: CleanedEmail, own: Collection[str]
) -> Iterator[Identifier]:
    """The address it came from is verified; what the signature or a forwarded header says is a claim."""
    forwarded = cleaned.forwarded
    if forwarded is not None and forwarded.sender:
        pairs = getaddresses([forwarded.sender.replace("[mailto:", "<").replace("]", ">")])
        name, address = pairs[0] if pairs else ("", "")
        email = normalise_email(address) or normalise_email(forwarded.sender)
        same = email is not None and email == normalise_email(sender)
        if email and not _in_domains(email, own):
            yield Identifier(type="email", value=email, verified=same)
        if proper := normalise_name(name):
            yield Identifier(type="name", value=proper)
    elif not internal:
        if email := normalise_email(sender):
            yield Identifier(type="email", value=email, verified=True)
        if proper := normalise_name(sender_name) or signature_name(cleaned.signature):
            yield Identifier(type="name", value=proper)
    for identifier in signature_identifiers(cleaned.signature):
        if not (identifier.type == "email" and _in_domains(identifier.value, own)):
            yield identifier


def signature_identifiers(signature: str) -> Iterator[Identifier]:
    """Phone numbers, addresses and references of a signature: claims, so not verified."""
    region = settings().default_region
    signature = signature[:5000]
    for match in _PHONE.finditer(signature):
        if phone := normalise_phone(match.group(), region):
            yield Identifier(type="phone", value=phone)
    for match in _EMAIL.finditer(signature):
        if email := normalise_email(match.group()):
            yield Identifier(type="email", value=email)
    for match in _REFERENCE.finditer(signature):
        kind = match.group(1).lower()
        if reference := normalise_reference(match.group(2)):
            if kind.startswith(("command", "order")):
                yield Identifier(type="order", value=reference)
            elif kind.startswith(("contrat", "contract", "poli")):
                yield Identifier(type="contract", value=reference)
            else:
                yield Identifier(type="customer", value=reference)


class Headers:
    """The headers of a message as decoded text, whatever bytes they hold."""

    def __init__(self, message: Message) -> None:
        self.values: dict[str, str] = {}
        for name, value in message.raw_items():
            self.values.setdefault(str(name).lower(), str(value))

    def get(self, name: str) -> str:
        """The first header of that name, decoded and on one line, or ``""``."""
        return decode_header(self.values.get(name, ""))

    def addresses(self, name: str) -> list[tuple[str, str]]:
        """Display names and lower-case addresses of a header."""
        raw = self.values.get(name, "")[:20_000]
        pairs = []
        for display, address in getaddresses([_to_text(raw)]):
            if "@" in address:
                pairs.append((decode_header(display), address.lower()))
        if not pairs and (found := _EMAIL.search(decode_header(raw))):
            pairs.append(("", found.group().lower()))
        return pairs

    def address(self, name: str) -> tuple[str, str]:
        """The first display name and address of a header."""
        return next(iter(self.addresses(name)), ("", ""))

    def message_id(self, name: str) -> str | None:
        """The id of a ``Message-ID``-like header without its brackets."""
        value = _to_text(self.values.get(name, "")).strip()
        match = _MESSAGE_ID.search(value)
        return clean(match.group(1)) if match else (clean(value.split()[0])[:250] if value.split() else None)

    def thread(self) -> str | None:
        """The first message of the thread: the root of ``References``, else what it answers."""
        for name in ("references", "in-reply-to"):
            if match := _MESSAGE_ID.search(_to_text(self.values.get(name, ""))):
                return clean(match.group(1))
        return None

    def moment(self) -> datetime | None:
        """When it was sent: ``Date``, else the last relay's stamp."""
        date = re.sub(r"\s*\([^()]*\)\s*$", "", self.get("date")).strip()
        if found := parse_moment(date):
            return found
        return parse_moment(re.sub(r"\s*\([^()]*\)\s*$", "", self.get("received").rpartition(";")[2]).strip())


def _to_text(value: str) -> str:
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
    text = " ".join(_to_text(value[:50_000]).split())
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


def body_of(message: Message) -> tuple[str, list[str]]:
    """The text a person reads (``text/plain`` first, HTML else) and the names of the attachments."""
    plain: list[str] = []
    pages: list[str] = []
    attachments: list[str] = []
    for number, part in enumerate(message.walk()):
        if number > 500:
            break
        if part.is_multipart():
            continue
        kind = part.get_content_type()
        filename = decode_header(str(part.get_filename() or ""))
        disposition = str(part.get("content-disposition") or "").lower()
        if filename or disposition.startswith("attachment"):
            if filename:
                attachments.append(filename[:120])
            continue
        if kind not in {"text/plain", "text/html"}:
            continue
        text = _part_text(part)
        (plain if kind == "text/plain" else pages).append(text)
    words = "\n".join(part for part in plain if part.strip())
    if len(words.strip()) < 20 and pages:
        rendered = "\n".join(html_to_text(page) for page in pages)
        if len(rendered) > len(words.strip()):
            words = rendered
    elif re.match(r"\s*<(?:!doctype|html|body|div|p)\b", words, re.IGNORECASE):
        words = html_to_text(words)
    return clean(words), attachments[:50]


def _part_text(part: Message) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError, TypeError):
        payload = None
    if not isinstance(payload, bytes):
        raw = part.get_payload()
        return _to_text(raw) if isinstance(raw, str) else ""
    parameters: Mapping[str, str] = {}
    try:
        found = part.get_params() or []
        parameters = {str(key).lower(): str(value) for key, value in found}
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        logger.debug("a content-type header could not be read")
    return decode_declared(payload, parameters.get("charset", ""))
