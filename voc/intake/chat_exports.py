"""Chats as their apps export them: WhatsApp's running text, and the JSON of Messenger, Instagram, Telegram and others.

A chat is one interaction: its messages are the turns, in the order of time, under the names of who wrote them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from voc.errors import InputError
from voc.identifiers import normalise_name, normalise_phone
from voc.intake import limits
from voc.intake.cell_text import plain
from voc.intake.chat_text import ACTED, MEDIA, Message, parse_chat
from voc.intake.dates import parse_moment
from voc.intake.encodings import clean, decoded
from voc.intake.speakers import with_roles
from voc.intake.tables import as_text
from voc.intake.transcripts import build
from voc.language.registry import alternatives
from voc.language.role_formulas import AGENT, CUSTOMER
from voc.records import Channel, Identifier, Interaction, Rejected, Turn
from voc.settings import settings

_HELD_WITH = rf"{alternatives(lambda one: one.chats.held_with)}|mit|con|com|met"
"""Also in German, Spanish, Italian, Portuguese and Dutch, which are not read."""
_WITH = re.compile(
    rf"(?:whatsapp[ -](?:chat )?(?:{_HELD_WITH})"
    rf"|(?:{alternatives(lambda one: one.chats.chats)}) (?:de )?whatsapp (?:{_HELD_WITH}|-))"
    r" ?(.+)",
    re.IGNORECASE,
)
"""How the app calls the file: after whom the chat was held with."""


def read_chat(
    path: Path, *, name: str, channel: Channel | None = None, given: Mapping[str, str] | None = None
) -> Iterator[Interaction | Rejected]:
    """Yield the one conversation of a WhatsApp export.

    Raises:
        InputError: it is too large, or no line of it is a message.
    """
    if (size := path.stat().st_size) > limits.TRANSCRIPT_BYTES:
        raise InputError(
            f"{name}: a chat of {limits.megabytes(size)}; at most {limits.megabytes(limits.TRANSCRIPT_BYTES)}."
        )
    messages = parse_chat(decoded([path.read_bytes()]))
    if not messages:
        raise InputError(
            f"{name}: a chat in which no message holds any words; export it again, without media.",
            code="no_chat_messages",
            file=name,
        )
    match = _WITH.search(Path(name).stem)
    yield chat(messages, source=name, channel=channel, given=given, other=match.group(1) if match else "")


def chat(
    messages: Sequence[Message],
    *,
    source: str,
    channel: Channel | None = None,
    given: Mapping[str, str] | None = None,
    other: str = "",
    external_id: str | None = None,
) -> Interaction | Rejected:
    """One chat as an interaction.

    Args:
        messages: in the order of time.
        source: as shown to people.
        channel: where it took place, a chat if not given.
        given: role by folded name, which whoever sends the file says.
        other: what the chat is called: by the name of whom it was held with.
        external_id: its id where it came from.
    """
    turns = with_roles(
        [Turn(index=number, speaker=one.who or None, text=one.text) for number, one in enumerate(messages)],
        given=given,
        customers=other,
    )
    people = dict.fromkeys(turn.speaker for turn in turns if turn.participant_role != AGENT and turn.speaker)
    customers = dict.fromkeys(turn.speaker for turn in turns if turn.participant_role == CUSTOMER and turn.speaker)
    author = next(iter(customers or people), None)
    first = messages[0]
    return build(
        turns,
        source=source,
        channel=channel or Channel.CHAT,
        # The same chat exported again is longer: it begins with the same message.
        same_as=None if external_id else f"{first.at}\x1f{first.who}\x1f{first.text}",
        external_id=external_id,
        occurred_at=first.at,
        author=author,
        identifiers=tuple(_identifiers(author)) if author and (customers or len(people) == 1) else (),
    )


def _identifiers(name: str) -> Iterator[Identifier]:
    """A chat partner is called by a name, or by a number where it is in no address book."""
    if phone := normalise_phone(name, settings().default_region):
        yield Identifier(type="phone", value=phone, verified=True)
    elif proper := normalise_name(name):
        yield Identifier(type="name", value=proper)


# --- JSON --------------------------------------------------------------------------------------------------------

_NAME_KEYS = ("sender_name", "senderName", "from", "creator", "author", "sender", "user", "name")
_TIME_KEYS = (
    "createdDateTime",
    "timestamp_ms",
    "date_unixtime",
    "date",
    "created_date",
    "timestamp",
    "created_at",
    "ts",
    "time",
)
_TITLES = ("title", "threadName", "name")
_IDS = ("thread_path", "threadName", "chatId", "id")
_NOTICES = frozenset(("service", "Subscribe", "Unsubscribe", "Call", "placeholder"))
"""Kinds of entries that are no messages."""
_TEXT_KEYS = ("content", "text", "message", "body")


def chat_of_json(
    document: Any, *, source: str, channel: Channel | None, given: Mapping[str, str] | None = None
) -> Interaction | Rejected | None:
    """The chat of a JSON export (Messenger, Instagram, Telegram, Discord, Google Chat, Teams), else ``None``."""
    listed = document.get("messages", document.get("value")) if isinstance(document, dict) else None
    if not isinstance(listed, list):
        return None
    raw = [one for one in listed if isinstance(one, dict)]
    messenger = any({"sender_name", "timestamp_ms"} <= one.keys() or "senderName" in one for one in raw[:20])
    telegram = any("from_id" in one and "date" in one for one in raw[:50])
    discord = "guild" in document and any(isinstance(one.get("author"), dict) for one in raw[:20])
    google = any(isinstance(one.get("creator"), dict) and "created_date" in one for one in raw[:20])
    teams = any("messageType" in one and "createdDateTime" in one and "body" in one for one in raw[:20])
    if not (messenger or telegram or discord or google or teams):
        return None
    messages = [message for one in raw if (message := _message(one)) is not None]
    if not messages:
        return Rejected(source=source, reason="a chat in which no message holds any words; export it again.")
    if all(one.at is not None for one in messages):
        messages.sort(key=lambda one: one.at or datetime.max)
    if teams:
        document = {**document, "chatId": raw[0].get("chatId")}
    title = next((as_text(document[key]) for key in _TITLES if isinstance(document.get(key), str)), "")
    key = next((as_text(document[key]) for key in _IDS if isinstance(document.get(key), str | int)), "")
    return chat(messages, source=source, channel=channel, given=given, other=title, external_id=key[:200] or None)


def _message(one: Mapping[str, Any]) -> Message | None:
    if one.get("messageType", "message") != "message":
        return None  # who joined, and what else Teams says itself
    if one.get("type") in _NOTICES or one.get("is_unsent") or one.get("isUnsent"):
        return None
    text = next((one[key] for key in _TEXT_KEYS if one.get(key)), "")
    if isinstance(text, list):  # Telegram: pieces, some of them with a format
        text = "".join(
            part if isinstance(part, str) else as_text(part.get("text"))
            for part in text
            if isinstance(part, str | dict)
        )
    if isinstance(text, dict):  # Teams: HTML with its kind
        text = text.get("content")
    words = plain(clean(text)) if isinstance(text, str) else ""
    if not words or MEDIA.fullmatch(words) or ACTED.fullmatch(words):
        return None
    who = next((one[key] for key in _NAME_KEYS if one.get(key)), "")
    if isinstance(who, dict):
        who = who["user"] if isinstance(who.get("user"), dict) else who
        who = who.get("nickname") or who.get("name") or who.get("displayName") or ""
    at = next((parse_moment(as_text(one[key]).replace("\u202f", " ")) for key in _TIME_KEYS if one.get(key)), None)
    return Message(at, clean(as_text(who))[:80], words)
