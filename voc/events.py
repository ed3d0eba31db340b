"""What happened around a customer beside what they said: messages sent to them, purchases, visits.

An :class:`Event` is a record like those of :mod:`voc.records`; it has a place of its own because nothing is analysed in
it: intake reads it, the store keeps it, the customer's page and the figures of contact pressure show it.
"""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum
from functools import lru_cache

from pydantic import Field

from voc.language.folding import fold
from voc.records import Identifier, Moment, Record


class EventFamily(StrEnum):
    """What an event is. Only ``SENT`` counts as contact pressure: the company spoke, unasked."""

    SENT = "sent"
    PURCHASE = "purchase"
    VISIT = "visit"
    SERVICE = "service"
    OTHER = "other"


class Event(Record):
    """One event as a CRM, a campaign tool or a till exports it.

    ``identifiers`` are what may name the customer, the customer number among them (``type="customer"``), in one
    spelling; an event whose customer is not in the base yet is kept and joined when the base arrives.
    """

    id: str
    external_id: str | None = None
    family: EventFamily
    type: str
    """As the source calls it: ``marketing_sms``."""
    channel: str | None = None
    """How a message was sent, or where a visit or purchase took place: email, sms, call, letter, web, store, app."""
    at: Moment
    identifiers: tuple[Identifier, ...] = ()
    label: str | None = None
    """Campaign, product or subject."""
    amount: float | None = None
    currency: str | None = None
    place: str | None = None
    device: str | None = None
    source: str = ""
    attributes: dict[str, str] = Field(default_factory=dict)


FAMILY_WORDS: dict[EventFamily, tuple[str, ...]] = {
    EventFamily.SENT: (
        *(
            "marketing",
            "campaign",
            "campagne",
            "newsletter",
            "mailing",
            "emailing",
            "promo",
            "promotion",
            "prospection",
        ),
        *("sollicitation", "solicitation", "demarchage", "telemarketing", "outbound", "sent", "envoi", "envoye"),
        *("push", "notification", "relance", "reminder", "advert", "publicite", "offer", "offre"),
    ),
    EventFamily.PURCHASE: (
        *("purchase", "achat", "order", "commande", "sale", "vente", "payment", "paiement", "checkout", "invoice"),
        *("facture", "subscription", "souscription", "abonnement", "renewal", "renouvellement", "refund"),
        *("remboursement", "upgrade", "buy"),
    ),
    EventFamily.VISIT: (
        *("visit", "visite", "passage", "session", "login", "connexion", "pageview", "view", "browse", "consultation"),
        *("checkin", "open", "click", "clic", "opened", "clicked"),
    ),
    EventFamily.SERVICE: (
        *("delivery", "livraison", "shipment", "expedition", "intervention", "repair", "reparation", "installation"),
        *("outage", "panne", "incident", "appointment", "technician", "technicien", "activation", "termination"),
        *("resiliation", "moving", "demenagement", "ticket", "return", "retour"),
    ),
}
"""Words of an event's type → what it is; a visit's words win over a message's (``email_opened`` is the customer's)."""

_ORDER = (EventFamily.VISIT, EventFamily.PURCHASE, EventFamily.SENT, EventFamily.SERVICE)

CHANNEL_WORDS: dict[str, tuple[str, ...]] = {
    "email": ("email", "mail", "emailing", "newsletter", "courriel", "mailing"),
    "sms": ("sms", "text", "texto", "mms", "rcs"),
    "call": ("call", "phone", "appel", "telephone", "tel", "telemarketing", "demarchage", "voice"),
    "push": ("push", "notification", "inapp"),
    "letter": ("letter", "courrier", "lettre", "post", "postal", "print"),
    "social": ("social", "whatsapp", "messenger", "facebook", "instagram", "dm"),
    "web": ("web", "site", "website", "online", "internet", "pageview"),
    "app": ("app", "application", "mobile"),
    "store": ("store", "shop", "boutique", "magasin", "agence", "branch", "pos"),
}
"""Words of an event's type or channel → channel."""

_NOT_A_WORD = re.compile(r"[^a-z]+")


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """Words of a type or channel, folded: ``marketing_SMS`` → marketing, sms; ``e-mail`` → email."""
    spaced = fold(re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", text[:200]))
    spaced = re.sub(r"\be[-_ ]mails?\b", "email", spaced).replace("in-app", "inapp").replace("page view", "pageview")
    found = [word for word in _NOT_A_WORD.split(spaced) if word]
    return tuple(word[:-1] if word.endswith("s") and len(word) > 4 else word for word in found)


def family_of(kind: str) -> EventFamily:
    """What an event of this type is; ``other`` where no word of it is known.

    A message by any channel's name alone (``sms``, ``email``) counts as sent.
    """
    words = set(words_of(kind))
    for family in _ORDER:
        if words & set(FAMILY_WORDS[family]):
            return family
    sent_by = {word for name in ("email", "sms", "push", "letter") for word in CHANNEL_WORDS[name]}
    return EventFamily.SENT if words and words <= sent_by else EventFamily.OTHER


def channel_in(text: str) -> str | None:
    """The channel a type or a channel column names, else ``None``."""
    words = words_of(text)
    return next((name for name, known in CHANNEL_WORDS.items() if any(word in known for word in words)), None)


def event_id(family: EventFamily, *, external_id: str | None, content: tuple[str, ...]) -> str:
    """Stable id: the same external id of the same family, or else the same content, is the same event."""
    key = f"{family}\x1fext\x1f{external_id}" if external_id else "\x1f".join((str(family), "raw", *content))
    return "e" + hashlib.sha256(key.encode()).hexdigest()[:20]
