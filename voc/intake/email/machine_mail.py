"""Mail that no customer wrote: bounces, automatic replies, receipts, newsletters, what its mailbox set aside."""

from __future__ import annotations

import re
from typing import Literal

from voc.intake.email.headers import Headers

Unwanted = Literal["machine", "newsletter", "own"]
"""What a message is instead of a customer's: of a program, sent to many, of the mailbox's own people."""

_MACHINE_SENDER = re.compile(
    r"^(?:mailer-daemon|postmaster|microsoftexchange[0-9a-f]{32}|bounces?[+-].*|.*-bounces)@", re.IGNORECASE
)
_MACHINE_SUBJECT = re.compile(
    r"\s*(?:\[auto(?:mated|matique)?[^\]]*\]|r[ée]ponse automatique|automatic reply"
    r"|auto(?:matische)?[- ]?(?:reply|antwort|r[ée]ponse)|out of (?:the )?office|absence du bureau"
    r"|absent\(?e?\)? du bureau|message d['’]absence|notification d['’]absence"
    r"|undeliver(?:able|ed)|non (?:remis|distribu[ée])|[ée]chec de (?:la )?(?:remise|distribution|l['’]envoi)"
    r"|mail delivery (?:failed|failure|subsystem|system)|delivery (?:status notification|failure|has failed)"
    r"|returned mail|failure notice|message non d[ée]livr[ée]|avis de non[- ]remise"
    r"|remise (?:retard[ée]e|diff[ée]r[ée]e)|delivery delayed"
    r"|(?:lu|non lu|read|not read|remis|delivered|accus[ée] de (?:r[ée]ception|lecture))\s?:)",
    re.IGNORECASE,
)
"""How mail programs begin the subject of what they send by themselves; an answer to it begins with ``Re:``."""

_SET_ASIDE: dict[str, Unwanted] = {
    **dict.fromkeys(
        (
            "sent",
            "sent mail",
            "envoyés",
            "messages envoyés",
            "sent messages",
            "drafts",
            "draft",
            "brouillons",
            "brouillon",
        ),
        "own",
    ),
    **dict.fromkeys(("spam", "junk", "junk e-mail", "indésirables", "courrier indésirable", "pourriel"), "newsletter"),
    **dict.fromkeys(
        ("category promotions", "category_promotions", "promotions", "catégorie : promotions"), "newsletter"
    ),
    **dict.fromkeys(("trash", "corbeille", "deleted", "chat", "chats"), "machine"),
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
