"""Mail that no customer wrote: bounces, automatic replies, receipts, newsletters, what its mailbox set aside."""

from __future__ import annotations

import re
from typing import Literal

from voc.intake.email.headers import Headers
from voc.intake.email.marks import any_of, words_of

Unwanted = Literal["machine", "newsletter", "own"]
"""What a message is instead of a customer's: of a program, sent to many, of the mailbox's own people."""

_MACHINE_SENDER = re.compile(
    r"^(?:mailer-daemon|postmaster|microsoftexchange[0-9a-f]{32}|bounces?[+-].*|.*-bounces)@", re.IGNORECASE
)
_MACHINE_SUBJECT = re.compile(
    rf"\s*(?:\[auto[^\]]*\]|{any_of(lambda words: words.machine_subject)}|auto(?:matische)?[- ]?antwort"
    rf"|(?:{any_of(lambda words: words.receipt)})\s?:)",
    re.IGNORECASE,
)
"""How mail programs begin the subject of what they send by themselves; an answer to it begins with ``Re:``."""

_SET_ASIDE: dict[str, Unwanted] = {
    **dict.fromkeys(words_of(lambda words: words.own_folders), "own"),
    **dict.fromkeys(words_of(lambda words: words.junk_folders), "newsletter"),
    **dict.fromkeys(words_of(lambda words: words.deleted_folders), "machine"),
}
"""Label of a Gmail export → what the message is."""


def unwanted(headers: Headers) -> Unwanted | None:
    """What a message is that no customer wrote, or ``None`` for one that may be a customer's.

    ``auto-generated`` alone is kept: contact forms send customers' words that way. So is what came through a list of
    the company's own, which is how shared mailboxes are often made.
    """
    if _is_machine(headers):
        return "machine"
    labels = [label.strip(' "').lower() for label in headers.get("x-gmail-labels").split(",")]
    for label in labels:
        if found := _SET_ASIDE.get(label):
            return found
    return "newsletter" if _is_newsletter(headers) else None


def _is_machine(headers: Headers) -> bool:
    automatic = headers.get("auto-submitted").lower()
    _, sender = headers.address("from")
    if automatic.startswith("auto-replied") or headers.get("content-type").lower().startswith("multipart/report"):
        return True
    if any(headers.has(name) for name in ("x-autoreply", "x-autorespond", "x-failed-recipients")):
        return True
    if headers.get("content-class").lower().endswith("calendarmessage"):
        return True
    if headers.has("x-ms-exchange-message-is-ndr") or headers.get("precedence").lower() == "auto_reply":
        return True
    return bool(_MACHINE_SENDER.match(sender.partition("@")[0] + "@")) or bool(
        _MACHINE_SUBJECT.match(headers.get("subject"))
    )


def _is_newsletter(headers: Headers) -> bool:
    """Sent to many: it can be unsubscribed from or calls itself bulk, and no list of the recipient's passed it on."""
    listed = headers.get("list-id").lower()
    ours = {address.rpartition("@")[2] for name in ("to", "delivered-to") for _, address in headers.addresses(name)}
    if headers.has("x-google-group-id") or any(domain and domain in listed for domain in ours):
        return False
    if headers.get("precedence").lower() in {"bulk", "junk"}:
        return True
    answers = headers.has("in-reply-to") or headers.has("references")
    return headers.has("list-unsubscribe") and not answers
