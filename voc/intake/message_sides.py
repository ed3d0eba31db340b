"""From which side a message of a help desk or a chat came, as far as its own record says.

Tools say it in their own words: ``incoming``, ``direction: out``, ``from: operator``, ``actor_type: agent``,
``message_type: 0``, ``sender: {"t": "v"}``; and they mark in as many what the customer never saw.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from voc.intake.roles import role_of
from voc.intake.utterances import mapping
from voc.language.role_formulas import AGENT, CUSTOMER

SKIP = "skip"
"""The side of what the customer never saw: internal notes, and what the system did."""

SIDES = frozenset(
    (
        *("incoming", "private", "public", "from_agent", "is_inbound", "author_id", "part_type", "direction"),
        *("internal", "sender_type", "createdby", "visibility", "is_note", "author", "sender_id", "user_type"),
        *("isprivate", "ispublic", "isinternal", "inbound", "nick", "author_type", "from_customer", "jsdpublic"),
        *("sendertype", "actor_type", "subtype", "senders"),
    )
)
"""Lower-case fields by which a message says whose it is."""

_FLAGS = (
    *(("incoming", True), ("is_inbound", True), ("inbound", True), ("from_customer", True), ("from_agent", False)),
)
"""Fields that are true or false, and which of the two is the customer's."""
_INWARD, _OUTWARD = ("inbound", "incoming", "received"), ("outbound", "outgoing", "sent")
_KIND_KEYS = ("sender_type", "sendertype", "author_type", "actor_type", "subtype", "user_type", "nick", "sender")
_LAST_KIND_KEYS = ("from", "type")
_LETTERS = {"v": CUSTOMER, "a": AGENT, "s": SKIP}
"""``sender.t`` of tawk.to: visitor, agent, system."""
_NUMBERED = {0: CUSTOMER, 1: AGENT, 2: SKIP, 3: AGENT}
"""``message_type`` of Chatwoot: incoming, outgoing, what happened, and what was sent from a template."""
_STATES = ("part_type", "type", "visibility", "state", "message_type", "actor_type", "subtype", "messagetype")
_NEVER_SEEN = frozenset(
    (
        *("note", "assignment", "snoozed", "unsnoozed", "away mode assignment", "event", "system"),
        *("lineitem", "attribute", "note and reopen", "quick reply", "status change", "typing", "internal note"),
        *("system message", "participant joined", "participant left", "custom bot", "rating", "fin answer"),
        *("private", "internal", "draft", "private note", "welcome message"),
    )
)


def is_internal(part: Mapping[str, Any]) -> bool:
    """Whether the customer never saw a message: a note among agents, a draft, what the system did."""
    if any(part.get(key) is True for key in ("private", "internal", "is_note", "isprivate", "isinternal")):
        return True
    if any(part.get(key) is False for key in ("public", "ispublic", "jsdpublic")):
        return True
    if part.get("visibility") == 1 and "origin" in part:  # Re:amaze
        return True
    if "conversationsthreadid" in part and "direction" not in part:  # HubSpot: comments, greetings, assignments
        return True
    return any(_spelled(part.get(key)) in _NEVER_SEEN for key in _STATES)


def _spelled(value: object) -> str:
    return str(value).replace("_", " ").lower() if value is not None else ""


def side_of(part: Mapping[str, Any]) -> str | None:
    """The role of who wrote a message (lower-case keys), :data:`SKIP`, or ``None`` where its record does not say."""
    if is_internal(part):
        return SKIP
    for key, customer in _FLAGS:
        if isinstance(part.get(key), bool):
            return CUSTOMER if part[key] is customer else AGENT
    for key in ("direction", "type"):
        written = str(part.get(key) or "").lower()
        if written.startswith(_INWARD) or written.startswith(_OUTWARD):
            return CUSTOMER if written.startswith(_INWARD) else AGENT
    if part.get("direction") in {"in", "out"}:
        return CUSTOMER if part["direction"] == "in" else AGENT
    number = part.get("message_type")
    if isinstance(number, int) and not isinstance(number, bool) and "content_type" in part:
        return _NUMBERED.get(number)
    return _LETTERS.get(str(mapping(part.get("sender")).get("t")))


def kind_of(part: Mapping[str, Any]) -> str | None:
    """The role that the kind of its author gives a message (``actor_type: user``, ``from: operator``)."""
    kinds = (str(part[key]).split(":")[0] for key in (*_KIND_KEYS, *_LAST_KIND_KEYS) if isinstance(part.get(key), str))
    return next((found for kind in kinds if (found := role_of(kind))), None)


def author_kinds(part: Mapping[str, Any]) -> list[str]:
    """The kinds (``customer``, ``user``) that a message's record gives its author."""
    kinds = (mapping(part.get(key)).get("type") for key in ("author", "sender", "createdby"))
    return [kind for kind in kinds if isinstance(kind, str)]


def users_are_staff(parts: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a tool calls its staff users (Help Scout, Drift, Chatwoot): only beside customers or contacts."""
    kinds = {kind.lower() for part in parts for kind in author_kinds(part)}
    return "user" in kinds and bool(kinds & {"customer", "contact"})
