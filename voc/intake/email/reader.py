"""E-mail: one message an interaction, its headers and character sets read as they are rather than as they should be.

Headers are taken raw and decoded here: real mailboxes hold bytes that no standard allows, and one broken header must
not cost the message, nor one broken message the mailbox.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses
from pathlib import Path

from voc.errors import InputError
from voc.identifiers import normalise_email, normalise_name, normalise_phone, normalise_reference
from voc.intake import limits
from voc.intake.dates import parse_moment
from voc.intake.email.body import attached_message, body_of
from voc.intake.email.cleaning import CleanedEmail, clean_email, is_forward_subject
from voc.intake.email.headers import EMAIL, Headers
from voc.intake.email.machine_mail import Unwanted, unwanted
from voc.intake.email.mailbox import messages_in
from voc.intake.email.marks import any_of
from voc.intake.email.outlook import message_of
from voc.intake.email.sender_name import signature_name
from voc.intake.own_side import is_own_address, own_addresses
from voc.records import Channel, Identifier, IdentifierType, Interaction, Rejected, Remark, interaction_id
from voc.settings import settings

_PHONE = re.compile(r"(?<![\w@.])(?:\+\d{1,3}|0)[\d\s.()/-]{7,20}\d(?!\w)")
_KINDS: tuple[IdentifierType, ...] = ("customer", "contract", "order")


def _things(kind: str) -> str:
    return any_of(lambda words: words.references.get(kind, ""))


_REFERENCE = re.compile(
    rf"(?:{any_of(lambda words: words.number_before)})?(?:{'|'.join(f'(?P<{one}>{_things(one)})' for one in _KINDS)})"
    rf"\s*(?:{any_of(lambda words: words.number_after)}|\#)?\s*[:#-]?\s*(?P<number>[A-Z]{{0,4}}[-\s]?\d[\w-]{{3,20}})",
    re.IGNORECASE,
)

_MOST_ATTACHED = 3
"""Messages inside messages that are opened."""

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
    yield from _one(path.read_bytes(), name=name, channel=channel, own_domains=own_domains)


def read_msg(
    path: Path, *, name: str, channel: Channel | None = None, own_domains: Collection[str] = ()
) -> Iterator[Interaction | Rejected]:
    """Yield the one message of an Outlook ``.msg`` file.

    Raises:
        InputError: damaged, or larger than :data:`limits.EMAIL_BYTES`.
    """
    raw = message_of(path, name=name).as_bytes(policy=policy.SMTP)
    yield from _one(raw, name=name, channel=channel, own_domains=own_domains)


def _one(
    raw: bytes, *, name: str, channel: Channel | None, own_domains: Collection[str]
) -> Iterator[Interaction | Rejected]:
    left_out: Counter[Unwanted] = Counter()
    found = message_interaction(raw, source=name, channel=channel, own_domains=own_domains, left_out=left_out)
    if found is not None:
        yield found
    yield from _remarks(name, left_out)


def read_mbox(
    path: Path, *, name: str, channel: Channel | None = None, own_domains: Collection[str] = ()
) -> Iterator[Interaction | Rejected]:
    """Yield the messages of a mailbox one by one, in memory bounded by the largest.

    Messages sent from ``own_domains`` (default ``VOC_OWN_ADDRESSES``) are left out unless they forward a customer's,
    and so is what :mod:`voc.intake.email.machine_mail` tells from a customer's. How many is said.
    """
    left_out: Counter[Unwanted] = Counter()
    ends = MailEnds()
    number = 0
    for number, raw in enumerate(messages_in(path), start=1):
        where = f"{name}:{number}"
        if raw is None:
            yield Rejected(
                source=where,
                reason=f"larger than {limits.megabytes(limits.EMAIL_BYTES)}; save it without attachments.",
            )
            continue
        try:
            found = message_interaction(
                raw, source=where, channel=channel, own_domains=own_domains, left_out=left_out, ends=ends
            )
        except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
            yield Rejected(source=where, reason=f"the message is damaged ({type(error).__name__}); save it again.")
            continue
        if found is not None:
            yield found
    if not number:
        raise InputError(
            f"{name}: no message was found (none begins with a 'From ' line); export the mailbox again.",
            code="no_messages",
            file=name,
        )
    yield from _remarks(name, left_out)
    if not own_domains and not own_addresses() and (ours := ends.likely_own()) is not None:
        domain, times = ours
        yield Remark(
            source=name,
            reason=f"{times} message(s) come from {domain}, to which most others are addressed; if it is the company's,"
            f" set VOC_OWN_ADDRESSES={domain}, so that they are no customer's.",
            code="own_domain_likely",
            parameters={"domain": domain, "n": times},
        )


_LEFT_OUT: dict[Unwanted, str] = {
    "machine": "of machines (bounces, automatic replies, receipts)",
    "newsletter": "sent to many (newsletters, spam)",
    "own": "of the company (sent, drafts)",
}


def _remarks(name: str, left_out: Mapping[Unwanted, int]) -> Iterator[Remark]:
    if left_out:
        told = ", ".join(f"{left_out[kind]} {what}" for kind, what in _LEFT_OUT.items() if left_out.get(kind))
        yield Remark(
            source=name,
            reason=f"{sum(left_out.values())} message(s) were left out as no customer's: {told}.",
            code="no_customers_mail",
            parameters={"n": sum(left_out.values()), **{kind: left_out.get(kind, 0) for kind in _LEFT_OUT}},
        )


class MailEnds:
    """From where and to where the messages of a mailbox went, by domain."""

    def __init__(self) -> None:
        self.senders: Counter[str] = Counter()
        self.recipients: Counter[str] = Counter()
        self.messages = 0

    def add(self, sender: str, recipients: Collection[str]) -> None:
        """Count one message that was taken in."""
        self.messages += 1
        if len(self.senders) < 100_000:
            self.senders[sender.rpartition("@")[2]] += 1
        if len(self.recipients) < 100_000:
            self.recipients.update(recipients)

    def likely_own(self) -> tuple[str, int] | None:
        """The domain to which three in five messages and more are addressed, and how many come from it."""
        for domain, times in self.recipients.most_common(1):
            if self.messages >= 5 and times >= 0.6 * self.messages and self.senders[domain] and domain not in _WEBMAIL:
                return domain, self.senders[domain]
        return None


def message_interaction(
    raw: bytes,
    *,
    source: str,
    channel: Channel | None = None,
    own_domains: Collection[str] = (),
    left_out: Counter[Unwanted] | None = None,
    ends: MailEnds | None = None,
) -> Interaction | Rejected | None:
    """One message as an interaction; ``None`` when the company or a machine sent it, which ``left_out`` then counts.

    ``ends`` takes note of whom it came from and to whom it went.
    """
    message = BytesParser(policy=policy.compat32).parsebytes(raw)
    return _interaction(
        message, source=source, channel=channel, own_domains=own_domains, left_out=left_out, ends=ends, depth=0
    )


def _interaction(
    message: Message,
    *,
    source: str,
    channel: Channel | None,
    own_domains: Collection[str],
    left_out: Counter[Unwanted] | None,
    ends: MailEnds | None,
    depth: int,
) -> Interaction | Rejected | None:
    headers = Headers(message)
    if not any(headers.get(name) for name in ("from", "date", "subject", "message-id", "to")):
        return Rejected(
            source=source, reason="no readable header (From, Date, Subject …): not an e-mail, or cut; export it again."
        )
    if (kind := unwanted(headers)) is not None:
        if left_out is not None:
            left_out[kind] += 1
        return None
    own = frozenset(domain.lower().lstrip("@") for domain in own_domains) or own_addresses()
    sender_name, sender, claimed = _writer(headers, own)
    recipients = {a.rpartition("@")[2] for name in ("to", "delivered-to", "cc") for _, a in headers.addresses(name)}
    domains = {one.rpartition("@")[2] for one in own} - _WEBMAIL
    subject = headers.get("subject")
    body, attachments = body_of(message)
    cleaned = clean_email(
        body,
        subject=subject,
        sender=sender,
        sender_name=sender_name,
        company_domains=domains or (recipients - _WEBMAIL),
    )
    internal = is_own_address(sender, domains=own)
    inner = attached_message(message) if depth < _MOST_ATTACHED else None
    passed_on = internal or is_forward_subject(subject) or not cleaned.body
    if inner is not None and cleaned.forwarded is None and passed_on:
        return _interaction(
            inner,
            source=source,
            channel=channel,
            own_domains=own_domains,
            left_out=left_out,
            ends=ends,
            depth=depth + 1,
        )
    if internal and cleaned.forwarded is None:
        if left_out is not None:
            left_out["own"] += 1
        return None
    if ends is not None:
        ends.add(sender, recipients)
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
    identifiers = tuple(dict.fromkeys(_identifiers(sender, sender_name, internal, cleaned, own, claimed)))
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
        author=next((one.value for kind in ("name", "email") for one in identifiers if one.type == kind), None),
        identifiers=identifiers,
        attributes=attributes,
    )


def _writer(headers: Headers, own: frozenset[str]) -> tuple[str, str, bool]:
    """Name and address of who wrote, and whether they only claim it: a contact form sends for who filled it in."""
    name, sender = headers.address("from")
    answers, address = headers.address("reply-to")
    machine = not sender or is_own_address(sender, domains=own) or _NO_REPLY.fullmatch(sender.partition("@")[0])
    if machine and address and address != sender and not is_own_address(address, domains=own):
        return answers, address, bool(sender)
    return name, sender, False


_NO_REPLY = re.compile(rf"(?:{any_of(lambda words: words.no_reply)})(?:[-_.+].*)?", re.IGNORECASE)


def _identifiers(
    sender: str, sender_name: str, internal: bool, cleaned: CleanedEmail, own: frozenset[str], claimed: bool
) -> Iterator[Identifier]:
    """The address it came from is verified; what the signature or a forwarded header says is a claim."""
    forwarded = cleaned.forwarded
    if forwarded is not None and forwarded.sender:
        pairs = getaddresses([forwarded.sender.replace("[mailto:", "<").replace("]", ">")])
        name, address = pairs[0] if pairs else ("", "")
        email = normalise_email(address) or normalise_email(forwarded.sender)
        same = email is not None and email == normalise_email(sender)
        if email and not is_own_address(email, domains=own):
            yield Identifier(type="email", value=email, verified=same)
        if proper := normalise_name(name):
            yield Identifier(type="name", value=proper)
    elif not internal:
        if email := normalise_email(sender):
            yield Identifier(type="email", value=email, verified=not claimed)
        if proper := normalise_name(sender_name) or signature_name(cleaned.signature):
            yield Identifier(type="name", value=proper)
    for identifier in signature_identifiers(cleaned.signature):
        if not (identifier.type == "email" and is_own_address(identifier.value, domains=own)):
            yield identifier


def signature_identifiers(signature: str) -> Iterator[Identifier]:
    """Phone numbers, addresses and references of a signature: claims, so not verified."""
    region = settings().default_region
    signature = signature[:5000]
    for match in _PHONE.finditer(signature):
        if phone := normalise_phone(match.group(), region):
            yield Identifier(type="phone", value=phone)
    for match in EMAIL.finditer(signature):
        if email := normalise_email(match.group()):
            yield Identifier(type="email", value=email)
    for match in _REFERENCE.finditer(signature):
        if reference := normalise_reference(match["number"]):
            yield Identifier(type=next(one for one in _KINDS if match[one]), value=reference)
