"""What happened around a customer beside what they said: messages sent to them, purchases, visits.

An :class:`Event` is a record like those of :mod:`voc.records`; it has a place of its own because nothing is analysed in
it: intake reads it, the store keeps it, the customer's page and the figures of contact pressure show it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache

from pydantic import Field

from voc.language import registry
from voc.language.event_words import EventWords
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


CHANNELS = ("email", "sms", "call", "push", "letter", "social", "web", "app", "store")
"""How a message is sent, or where a visit or purchase takes place; of two that a word names, the earlier."""
_SENT_ALONE = ("email", "sms", "push", "letter")
"""Channels whose name alone is that of a message which was sent."""
_ORDER = (EventFamily.VISIT, EventFamily.PURCHASE, EventFamily.SENT, EventFamily.SERVICE)


def _listed(of: Callable[[EventWords], str]) -> frozenset[str]:
    return frozenset(registry.words_of(lambda one: of(one.events)))


def _of_family(name: str) -> frozenset[str]:
    return _listed(lambda words: words.families.get(name, ""))


def _of_channel(name: str) -> frozenset[str]:
    return _listed(lambda words: words.channels.get(name, ""))


FAMILY_WORDS: dict[EventFamily, frozenset[str]] = {one: _of_family(one) for one in _ORDER}
"""Family, the one that wins first → words of a type; a visit's words win over a message's."""
CHANNEL_WORDS: dict[str, frozenset[str]] = {one: _of_channel(one) for one in CHANNELS}
"""Channel → words of an event's type or channel."""
_WORDS_SENT = frozenset().union(*(CHANNEL_WORDS[one] for one in _SENT_ALONE))

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
    if found := next((one for one, known in FAMILY_WORDS.items() if words & known), None):
        return found
    return EventFamily.SENT if words and words <= _WORDS_SENT else EventFamily.OTHER


def channel_in(text: str) -> str | None:
    """The channel a type or a channel column names, else ``None``."""
    words = words_of(text)
    return next((name for name, known in CHANNEL_WORDS.items() if any(word in known for word in words)), None)


def event_id(family: EventFamily, *, external_id: str | None, content: tuple[str, ...]) -> str:
    """Stable id: the same external id of the same family, or else the same content, is the same event."""
    key = f"{family}\x1fext\x1f{external_id}" if external_id else "\x1f".join((str(family), "raw", *content))
    return "e" + hashlib.sha256(key.encode()).hexdigest()[:20]
