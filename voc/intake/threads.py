"""Tickets and conversations of help desks: a turn a message, the company's told from the customer's.

Read are Zendesk (``comments`` with ``author_id`` and ``public``), Freshdesk (``conversations`` with ``incoming`` and
``private``), Intercom (``source`` and ``conversation_parts``), Help Scout, Front, Gorgias, Zammad, LiveChat and
whatever else lists messages that say from which side they came. Internal notes and what the system did are left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from voc.identifiers import normalise_email, normalise_name, normalise_phone, normalise_reference
from voc.intake import limits
from voc.intake.cell_text import language_code, said
from voc.intake.channels import channel_of
from voc.intake.dates import parse_moment
from voc.intake.email.cleaning import clean_email
from voc.intake.message_sides import SIDES, SKIP, kind_of, side_of, users_are_staff
from voc.intake.own_side import is_own_address, is_own_person
from voc.intake.people import People, Person, person_of
from voc.intake.row_identity import RowIdentity
from voc.intake.scores import parse_score
from voc.intake.speakers import with_roles
from voc.intake.tables import as_text
from voc.intake.utterances import mapping
from voc.language.role_formulas import AGENT, CUSTOMER
from voc.records import Channel, Identifier, Interaction, Rejected, Turn
from voc.settings import settings

_PART_LISTS = (
    *("comments", "conversation_parts", "conversations", "messages", "threads", "thread", "articles", "events"),
    *("replies", "history", "parts", "interactions", "posts", "entries", "emails", "items", "notes"),
)
_OF_A_TICKET = frozenset(
    (
        *(
            "subject",
            "requester_id",
            "requester",
            "source",
            "customer",
            "contacts",
            "status",
            "state",
            "via",
            "visitor",
        ),
        *("channel", "description", "ticket_id", "users", "assignee_id", "primarycustomer", "fields"),
    )
)
_TEXTS = (
    *("plain_body", "body_text", "stripped_text", "text_body", "textbody", "description_text", "plaintext", "body"),
    *("text", "content", "message", "msg", "html_body", "body_html", "htmlbody", "bodyhtml", "description", "summary"),
    *("preview", "richtext"),
)
DATES = (
    *("created_at", "createdat", "created_datetime", "created_time", "createdtime", "createddate", "created_date"),
    *("created", "timestamp", "date", "started_at", "sent_at", "time", "datetime", "opened_at", "start_time"),
    *("beginat", "createddatetime", "date_sent", "datesent", "received"),
)
"""Lower-case fields that say when a message was written, or a ticket begun."""
_CUSTOMERS = (
    "requester",
    "customer",
    "primarycustomer",
    "contact",
    "visitor",
    "user",
    "end_user",
    "reporter",
    "client",
)
_NAMES = ("requester_name", "customer_name", "contact_name")
"""Fields of a ticket with the customer's name, where no object has it."""
_FRESHDESK = {1: Channel.EMAIL, 2: Channel.EMAIL, 3: Channel.CALL, 7: Channel.CHAT, 9: Channel.EMAIL, 10: Channel.EMAIL}
"""Channel by the number of a Freshdesk ticket's ``source``."""


def _lower(item: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in item.items()}


def unwrapped(item: Any) -> Any:
    """What an object of one name alone holds (``{"helpdesk_ticket": {…}}``, ``{"note": {…}}``); others as they are."""
    inside = next(iter(item.values())) if isinstance(item, dict) and len(item) == 1 else None
    return inside if isinstance(inside, dict) and next(iter(item)) in _WRAPPED else item


_WRAPPED = frozenset(("helpdesk_ticket", "helpdesk_note", "ticket", "note"))
"""Names under which Freshdesk's export of everything has each ticket and each note."""


def _parts(item: Mapping[str, Any], depth: int = 0) -> list[dict[str, Any]]:
    """The messages of a thread below its opening, wherever the usual names lead to them."""
    lowered = _lower(item)
    for key in _PART_LISTS:
        value = lowered.get(key)
        if isinstance(value, dict) and depth < 3:
            value = next((v for k, v in _lower(value).items() if k in {*_PART_LISTS, "data", "edges"}), None) or _parts(
                value, depth + 1
            )
        if isinstance(value, list) and value and all(isinstance(one, dict) for one in value[:20]):
            parts = [_lower(unwrapped(one)) for one in value]
            if any(words_of(one) and one.keys() & SIDES for one in parts):
                return parts
    inner = lowered.get("_embedded")
    return _parts(inner, depth + 1) if isinstance(inner, dict) and depth < 2 else []


def words_of(part: Mapping[str, Any]) -> str:
    """The words of a message by its lower-case fields, as text; empty where it has none."""
    if isinstance(pieces := part.get("message_parts"), list):  # Freshchat
        return said(
            "\n".join(text for one in pieces if (text := as_text(mapping(mapping(one).get("text")).get("content"))))
        )
    for key in _TEXTS:
        value = part.get(key)
        if isinstance(value, dict):
            value = value.get("plain") or value.get("text") or value.get("body") or value.get("content")
        if isinstance(value, str) and (text := said(value[: limits.CELL_CHARACTERS])):
            return text
    return ""


def is_thread(item: Any) -> bool:
    """Tell a ticket or conversation with its messages from a row of a table and from a transcript."""
    if not isinstance(item, dict):
        return False
    named = {str(key).lower() for key in item}
    return bool(named & _OF_A_TICKET) and "alternatives" not in named and bool(_parts(item))


class _Thread:
    """One ticket or conversation under way."""

    def __init__(self, item: Mapping[str, Any], people: People) -> None:
        self.item = _lower(item)
        self.people = People(dict(people.known))
        for key in ("users", "contacts", "participants", "agents"):
            inner = self.item.get(key)
            inner = inner.get(key) if isinstance(inner, dict) else inner
            self.people.add(inner if isinstance(inner, list) else ())
        source = self.item.get("source")
        self.opening = _lower(source) if isinstance(source, dict) else {}
        self.people.add(one for one in self.item.values() if isinstance(one, dict) and "id" in one and "name" in one)
        self.customer = self._customer()
        self.parts = _parts(item)
        self.users_are_staff = users_are_staff(self.parts)
        self.customer = self._named()

    def _customer(self) -> Person:
        via = self.item.get("via")
        sender = (
            (via.get("source") or {}).get("from")
            if isinstance(via, dict) and isinstance(via.get("source"), dict)
            else None
        )
        for key in _CUSTOMERS:
            if (person := person_of(self.item.get(key))) is not None:
                return person if person.key else Person(**{**vars(person), "key": as_text(self.item.get(f"{key}_id"))})
        key = next(
            (
                as_text(self.item[k])
                for k in ("requester_id", "customer_id", "user_id", "contact_id")
                if self.item.get(k)
            ),
            "",
        )
        known = self.people.known.get(key)
        author = person_of(self.opening.get("author"))
        if author is not None and author.role != AGENT:
            known = known or author
        known = known or next((one for one in self.people.known.values() if one.role == CUSTOMER), None)
        known = known or person_of(sender) or Person()
        return known if known.key else Person(**{**vars(known), "key": key})

    def _named(self) -> Person:
        """The customer with the name under which they wrote, where the ticket itself does not say it."""
        who = self.customer
        if not who.name and (name := next((as_text(self.item[key]) for key in _NAMES if self.item.get(key)), "")):
            return Person(**{**vars(who), "name": name})
        if who.name or not (who.email or who.key):
            return who
        written = (self.author(part) for part in self.parts)
        same = (one for one in written if one.name and (one.email == who.email if who.email else one.key == who.key))
        return Person(**{**vars(who), "name": next((one.name for one in same), "")})

    def role(self, part: Mapping[str, Any]) -> str | None:
        """From which side a message came; ``SKIP`` for what the customer never saw."""
        if (side := side_of(part)) is not None:
            return side
        author = self.author(part)
        if author.key and author.key == self.customer.key:
            return CUSTOMER
        if is_own_address(author.email) or is_own_person(author.name):
            return AGENT
        if self.users_are_staff and any(
            mapping(part.get(key)).get("type") == "user" for key in ("createdby", "author", "sender")
        ):
            return AGENT
        if author.role:
            return author.role
        if role := kind_of(part):
            return role
        if author.email and author.email == self.customer.email:
            return CUSTOMER
        if author.key and self.customer.key:
            return AGENT  # somebody else than the one who asked
        return None

    def author(self, part: Mapping[str, Any]) -> Person:
        """Who wrote a message."""
        for key in ("author", "createdby", "sender", "user", "from", "created_by"):
            if (person := person_of(part.get(key))) is not None:
                known = self.people.known.get(person.key)
                return person if person.role or known is None else known
        key = next((as_text(part[k]) for k in ("author_id", "sender_id", "user_id", "from_id") if part.get(k)), "")
        email = next((normalise_email(as_text(part[k])) for k in ("from_email", "email") if part.get(k)), None) or ""
        known = self.people.known.get(key)
        if known is None and key == self.customer.key:
            known = self.customer
        return known or Person(
            key=key, email=email, name=as_text(part.get("name")) if isinstance(part.get("name"), str) else ""
        )

    def turns(self) -> Iterator[Turn]:
        """The messages that customer and company exchanged, in the order they were written."""
        found: list[tuple[datetime | None, str | None, str, str]] = []
        if first := words_of(self.opening) or words_of({key: self.item.get(key) for key in _TEXTS}):
            author = person_of(self.opening.get("author"))
            role = author.role if author is not None else CUSTOMER
            found.append((self.moment(), role or CUSTOMER, (author or self.customer).name, first))
        for part in self.parts:
            role, text = self.role(part), words_of(part)
            if role == SKIP or not text or (len(found) == 1 and _same(text, found[0][3])):
                continue
            found.append((_moment(part), role, self.author(part).name, text))
        if all(at is not None for at, *_ in found):
            found.sort(key=lambda one: one[0] or datetime.max)
        for number, (_, role, name, text) in enumerate(found):
            cleaned = clean_email(text)
            own = cleaned.body if cleaned.quoted and cleaned.body else text
            yield Turn(index=number, participant_role=role, speaker=name[:80] or None, text=own)

    def moment(self) -> datetime | None:
        """When it began."""
        begun = _moment(self.item) or _moment(self.opening)
        return begun or min((at for part in self.parts if (at := _moment(part)) is not None), default=None)

    def channel(self) -> Channel | None:
        """Where it took place, as far as the ticket says so."""
        via, source = self.item.get("via"), self.item.get("source")
        if isinstance(source, int) and "subject" in self.item:
            return _FRESHDESK.get(source)
        values = [
            via.get("channel") if isinstance(via, dict) else via,
            self.item.get("channel"),
            source,
            self.item.get("type"),
        ]
        values += [self.opening.get("type"), self.item.get("source_type")]
        for value in values:
            if isinstance(value, str) and (found := channel_of(value)):
                return found
        return Channel.CHAT if self.opening or "visitor" in self.item else None


def _same(text: str, other: str) -> bool:
    return " ".join(text.split()) == " ".join(other.split())


def _moment(item: Mapping[str, Any]) -> datetime | None:
    return next((at for key in DATES if item.get(key) and (at := parse_moment(as_text(item[key])))), None)


def read_thread(
    item: Mapping[str, Any],
    *,
    source: str,
    channel: Channel | None,
    people: People | None = None,
    given: Mapping[str, str] | None = None,
) -> Interaction | Rejected | None:
    """One ticket or conversation; ``None`` where the customer says nothing in it."""
    thread = _Thread(item, people or People())
    turns = with_roles(list(thread.turns()), given=given)
    if not any(turn.participant_role != AGENT for turn in turns):
        return None
    subject = said(
        as_text(
            next((one for key in ("subject", "title") if (one := thread.item.get(key))), thread.opening.get("subject"))
        )
    )[:2000]
    where = channel or thread.channel() or (Channel.EMAIL if subject else Channel.CHAT)
    moment = thread.moment()
    content = hashlib.sha256("\x1f".join(f"{t.participant_role}{t.text}" for t in turns).encode("utf-8", "replace"))
    ids = (thread.item.get("id"), thread.item.get("ticket_id"), thread.item.get("number"))
    key = as_text(next((one for one in ids if one), mapping(thread.item.get("channel")).get("id")))[:200]
    known, content_hash, external_id, _ = RowIdentity(trusted=False, counter=False).of(
        where, key, content.hexdigest()[:32], moment
    )
    alone = all(turn.participant_role == CUSTOMER for turn in turns)
    csat, scale = _score(thread.item)
    return Interaction(
        id=known,
        channel=where,
        source=source,
        content_hash=content_hash,
        external_id=external_id,
        occurred_at=moment,
        language=language_code(as_text(thread.item.get("language") or thread.item.get("locale"))),
        subject=subject or None,
        text="\n".join(turn.text for turn in turns) if alone else None,
        turns=() if alone else tuple(turns),
        author=thread.customer.name or thread.customer.email or None,
        identifiers=(*_identifiers(thread.customer), *_order(thread.item)),
        csat=csat,
        attributes={**_attributes(thread.item), **({"csat_scale": scale} if scale else {})},
    )


def _score(item: Mapping[str, Any]) -> tuple[float | None, str]:
    """Satisfaction with the ticket where it is a number, and its scale."""
    for key in ("conversation_rating", "satisfaction_rating", "satisfaction", "csat", "rating", "customersatisfaction"):
        value = item.get(key, mapping(item.get("channel")).get(key))
        if isinstance(value, dict):
            value = value.get("rating", value.get("score"))
        if (score := parse_score(as_text(value))) is not None:
            return score[0], str(score[1] or 5) if score[0] <= 5 else ""
    return None, ""


def _identifiers(person: Person) -> Iterator[Identifier]:
    if person.email and not is_own_address(person.email):
        yield Identifier(type="email", value=person.email, verified=True)
    if phone := normalise_phone(person.phone, settings().default_region, unassigned=True):
        yield Identifier(type="phone", value=phone, verified=True)
    if name := normalise_name(person.name):
        yield Identifier(type="name", value=name)


def _order(item: Mapping[str, Any]) -> Iterator[Identifier]:
    """The order that a ticket is about, where its table names one."""
    if order := normalise_reference(as_text(item.get("order_reference")), known=True):
        yield Identifier(type="order", value=order, verified=True)


_NO_ATTRIBUTES = frozenset(
    (*_TEXTS, *DATES, "id", "subject", "url", "raw_subject", "requester_id", "order_reference", "csat")
)


def _attributes(item: Mapping[str, Any]) -> dict[str, str]:
    """The ticket's own facts: status, priority, tags, numbers of its group and form."""
    kept: dict[str, str] = {}
    for key, value in (*item.items(), *mapping(item.get("facts")).items()):
        if key in _NO_ATTRIBUTES or isinstance(value, dict):
            continue
        text = as_text(value) if not isinstance(value, list) or all(isinstance(one, str | int) for one in value) else ""
        if text and not text.startswith("http") and len(kept) < limits.ATTRIBUTES:
            kept[key] = text[: limits.ATTRIBUTE_CHARACTERS]
    return kept
