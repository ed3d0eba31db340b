"""Messages of help desks and chats in one list, as their APIs give them: a message an object, each with its side.

``GET …/messages`` of Crisp, Chatwoot, Drift, Freshchat, HubSpot, Kustomer, Re:amaze or Dixa lists messages, of one
conversation or of many. They are joined to the conversations that they name, which are read as any ticket is
(:mod:`voc.intake.threads`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from voc.identifiers import normalise_phone
from voc.intake.conversation_identity import hashed
from voc.intake.message_sides import SKIP, author_kinds, kind_of, side_of, users_are_staff
from voc.intake.people import Person, person_of
from voc.intake.tables import as_text
from voc.intake.threads import DATES, words_of
from voc.intake.utterances import mapping
from voc.language.role_formulas import AGENT, CUSTOMER
from voc.records import Rejected
from voc.settings import settings

_LISTS = ("messages", "payload", "results", "data", "items", "value")
"""Fields under which a document lists messages."""
_AROUND = ("chat", "data", "conversation", "ticket")
"""Objects that hold a conversation and nothing beside it."""
_KEYS = (
    *("conversation_id", "conversationid", "conversationsthreadid", "session_id", "sessionid", "csid", "chat_id"),
    *("chatid", "ticket_id", "ticketid", "thread_id", "threadid"),
)
"""Fields by which a message names its conversation, in lower case."""
_SENDERS = ("author", "sender", "contact", "user", "from", "createdby", "created_by")

HELD = 200_000
"""Messages held of conversations that may go on; beyond it those that were not heard of for longest are given out."""


def message_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """A message by lower-case fields; what JSON:API puts under ``attributes`` stands with them."""
    lowered = {str(key).lower(): value for key, value in item.items()}
    inside = {str(key).lower(): value for key, value in mapping(lowered.get("attributes")).items()}
    return {**lowered, **inside}


def conversation_of(message: Mapping[str, Any]) -> str:
    """The id of the conversation that a message (see :func:`message_of`) names; empty where it names none."""
    if key := next((as_text(message[key]) for key in _KEYS if message.get(key)), ""):
        return key
    related = mapping(mapping(message.get("relationships")).get("conversation")).get("data")
    inside = mapping(message.get("conversation")) or mapping(related)
    if key := next((as_text(inside[key]) for key in ("id", "slug") if inside.get(key)), ""):
        return key
    ends = sorted(filter(None, (_number(message.get(key)) for key in ("from", "to"))))
    return hashed(ends)[:16] if len(ends) == 2 else ""  # text messages between two numbers


def _number(value: Any) -> str:
    """A phone number as a message names one of its ends; empty for anything else."""
    return (normalise_phone(value, settings().default_region) or "") if isinstance(value, str) else ""


def is_message_list(items: Sequence[Mapping[str, Any]]) -> bool:
    """Whether objects are messages of conversations: with words, moments, and a side, and both sides or notes speak.

    A list of what customers alone wrote is a table of messages, each of them an interaction.
    """
    messages = [message_of(one) for one in items]
    spoken = [one for one in messages if words_of(one) and any(one.get(key) for key in DATES)]
    sides = [_side(one) for one in spoken]
    told = {side for side in sides if side}
    return (
        2 * len(spoken) > len(messages)
        and 2 * sum(side is not None for side in sides) > len(spoken)
        and bool(told & {AGENT, SKIP})
        and all(conversation_of(one) for one in spoken)
    )


def _side(message: Mapping[str, Any]) -> str | None:
    """The side that a message says by itself, without what is known of its conversation."""
    if side := side_of(message):
        return side
    person = _sender(message)
    return person.role or kind_of(message)


def _sender(message: Mapping[str, Any]) -> Person:
    """Who wrote a message, whatever its record calls them."""
    listed = message.get("senders")
    written = listed[0] if isinstance(listed, list) and listed else None
    reached = as_text(mapping(mapping(written).get("deliveryIdentifier")).get("value"))
    found = person_of(written) or next(
        (person for key in _SENDERS if (person := person_of(message.get(key))) is not None), None
    )
    found = found or person_of(mapping(message.get("meta")).get("from")) or Person()
    known = person_of(reached) or person_of(as_text(message.get("author_email"))) or Person()
    key = as_text(message.get("author_id") or message.get("actor_id") or "")
    name = found.name or (as_text(message["author_name"]) if message.get("author_name") else "")
    phone = found.phone or _number(message.get("from")) or as_text(message.get("phone") or "")
    return Person(found.key or key, name, found.email or known.email, phone, found.role)


def threads_of(items: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    """The conversations of a list of messages as tickets with their messages, under the number of their first one."""
    open_ones: OrderedDict[str, tuple[int, list[dict[str, Any]]]] = OrderedDict()
    held = 0
    for number, item in items:
        if isinstance(item, Rejected) or not isinstance(item, dict):
            yield number, item
            continue
        message = message_of(item)
        open_ones.setdefault(conversation_of(message), (number, []))[1].append(message)
        open_ones.move_to_end(conversation_of(message))
        held += 1
        while held > HELD:
            key, (begun, whole) = open_ones.popitem(last=False)
            held -= len(whole)
            yield begun, ticket_of(key, whole)
    for key, (begun, whole) in sorted(open_ones.items(), key=lambda one: one[1][0]):
        yield begun, ticket_of(key, whole)


def ticket_of(key: str, messages: Sequence[dict[str, Any]], around: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A conversation as a ticket: its messages, who asked, and what it is about.

    Args:
        key: its id.
        messages: as :func:`message_of` gives them.
        around: what is known of it beside them.
    """
    subject = next((as_text(one["subject"]) for one in messages if isinstance(one.get("subject"), str)), "")
    about = next((mapping(one.get("conversation")) for one in messages if mapping(one.get("conversation"))), {})
    score = next((as_text(one["csat"]) for one in messages if one.get("csat")), "")
    facts: Mapping[str, Any] = next((one["facts"] for one in messages if one.get("facts")), {})
    order = next((as_text(one["order_reference"]) for one in messages if one.get("order_reference")), "")
    fields = ("channel", "initial_channel", "origin")
    channel = next((as_text(one[key]) for one in messages for key in fields if isinstance(one.get(key), str)), "")
    asked = next((_sender(one) for one in messages if _is_customers(one, messages)), None)
    ticket: dict[str, Any] = {
        "id": key,
        "subject": subject or as_text(about.get("subject")),
        "channel": channel,
        "csat": score,
        "facts": facts,
        "order_reference": order,
    }
    if asked is not None:
        ticket["customer"] = {"id": asked.key, "name": asked.name, "email": asked.email, "phone": asked.phone}
    parts = [{**one, "author": _as_author(one)} for one in messages]
    return {**{k: v for k, v in ticket.items() if v}, **(around or {}), "messages": parts}


def _is_customers(message: Mapping[str, Any], messages: Sequence[Mapping[str, Any]]) -> bool:
    staff = {"user"} if users_are_staff(messages) else set()
    kinds = {kind.lower() for kind in author_kinds(message)}
    return (side_of(message) or (None if kinds & staff else _side(message))) == CUSTOMER


def _as_author(message: Mapping[str, Any]) -> dict[str, Any]:
    """The sender in the one shape in which a ticket's messages say it, with the kind the record gives them."""
    person = _sender(message)
    kind = next(iter(author_kinds(message)), None) or person.role
    return {"id": person.key, "name": person.name, "email": person.email, **({"type": kind} if kind else {})}


def conversation_in(document: Mapping[str, Any]) -> dict[str, Any] | None:
    """The one conversation of a document that lists its messages, as a ticket; ``None`` for anything else.

    Beside them may stand who wrote in (``visitor``), its id and when it began.
    """
    for inside in (document, *(mapping(document.get(key)) for key in _AROUND)):
        lowered = {str(key).lower(): value for key, value in inside.items()}
        listed: list[Any] = next((lowered[key] for key in _LISTS if isinstance(lowered.get(key), list)), [])
        objects = [one for one in listed if isinstance(one, dict)]
        if not objects or len(objects) < len(listed):
            continue
        messages = [message_of(one) for one in objects]
        if not isinstance(lowered.get("visitor"), dict):
            if _is_one_conversation(messages):
                return ticket_of("", messages, {"channel": "chat"})
            continue
        if any(words_of(one) and _side(one) for one in messages):
            around = {key: value for key, value in lowered.items() if key not in _LISTS}
            about = mapping(lowered.get("channel"))
            key = as_text(lowered.get("id") or about.get("id"))
            known = {k: about[k] for k in ("rating",) if k in about}
            visitor = {"customer": lowered["visitor"], "channel": "chat"}
            return ticket_of(key, messages, {**around, **known, "id": key, **visitor})
    return None


def _is_one_conversation(messages: Sequence[Mapping[str, Any]]) -> bool:
    """Whether messages that name no conversation are of one: a customer and the company, each with moments."""
    spoken = [one for one in messages if words_of(one)]
    sides = {_side(one) for one in spoken}
    customers = {(who.key, who.email) for one in spoken if _side(one) == CUSTOMER and (who := _sender(one))}
    dated = all(any(one.get(key) for key in DATES) for one in spoken)
    return (
        {AGENT, CUSTOMER} <= sides <= {AGENT, CUSTOMER, SKIP}
        and len(customers) == 1
        and any(all(customers) and dated and not conversation_of(one) for one in spoken)
    )


def messages_in(document: Any) -> list[Any] | None:
    """The list of a document that holds messages of conversations; ``None`` where it holds none."""
    for inside in (document, mapping(mapping(document).get("data"))):
        lowered = {str(key).lower(): value for key, value in mapping(inside).items()}
        for key in _LISTS:
            listed = lowered.get(key)
            objects = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
            if objects and is_message_list(objects[:200]):
                return listed
    return None
