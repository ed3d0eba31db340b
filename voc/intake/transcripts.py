"""Ready transcripts in JSON, as the usual clouds write them, to turns.

Shapes read: our own ``turns``; AWS call analytics and Contact Lens (``Transcript[]`` with ``ParticipantRole`` or
``ParticipantId``, ``BeginOffsetMillis`` or ``AbsoluteTime``, ``Content``); Google conversational insights
(``entries[]``, ``transcript_segments``) and Dialogflow; Genesys Cloud (``transcripts[].phrases[]`` with
``participantPurpose``); Azure (``recognizedPhrases``, ``phrases``); Whisper's ``segments``; Fireflies, Aircall, Gong
and whatever else lists turns; and the answers of :mod:`voc.intake.speech_services`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from voc.identifiers import names_somebody, normalise_email, normalise_name, normalise_reference
from voc.intake import timing
from voc.intake.call_ends import customer_end
from voc.intake.cell_text import language_code
from voc.intake.column_names import fold_header, named
from voc.intake.conversation_identity import content_of, hashed, known_by
from voc.intake.dates import moment_in_name, parse_moment, zoned
from voc.intake.encodings import clean
from voc.intake.identifier_spelling import normalised
from voc.intake.roles import role_of
from voc.intake.speakers import participants_of, with_roles
from voc.intake.speech_services import wrapped
from voc.intake.tables import as_text
from voc.intake.transcript_fields import address_of, find_turns, lower_keys, tag_of, text_of, utterances_in, who_of
from voc.language.role_formulas import CUSTOMER
from voc.records import Channel, Identifier, IdentifierType, Interaction, Rejected, Turn, Word, interaction_id
from voc.settings import settings


def looks_like_transcript(document: Any) -> bool:
    """Tell whether a JSON value is one conversation rather than a list of messages."""
    return isinstance(document, dict) and find_turns(document) is not None


def _words(item: Mapping[str, Any], unit: float) -> tuple[Word, ...]:
    words = []
    for raw in item.get("words") or item.get("items") or ():
        if not isinstance(raw, dict):
            return ()
        word = lower_keys(raw)
        text = word.get("text") or word.get("content") or word.get("word")
        begin, end = timing.timed(word, timing.BEGIN, unit), timing.timed(word, timing.END, unit)
        if end is None and begin is not None and (length := timing.timed(word, timing.LENGTH, unit)) is not None:
            end = begin + length
        if not isinstance(text, str) or begin is None or end is None:
            continue
        sure = word.get("confidence")
        confidence = timing.number_of(sure) if not isinstance(sure, dict) else None
        words.append(
            Word(
                text=clean(text).strip(),
                begin_ms=begin,
                end_ms=max(begin, end),
                confidence=confidence[0] if confidence else None,
            )
        )
    return tuple(words)


def turns_of(document: Mapping[str, Any], *, given: Mapping[str, str] | None = None) -> list[Turn]:
    """Turns of one JSON conversation of any known shape; empty when there is none.

    ``given`` is the role of each speaker by folded label, where whoever sends the file says so.
    """
    turns: list[Turn] = []
    items = find_turns(document) or []
    people = {one.key: one for one in participants_of(document) if one.key}
    texts = [text_of(item) for item in items]
    unit = timing.unit_of_items(items, texts)
    lowest = min((tag for item in items if isinstance(tag := tag_of(item), int)), default=1)
    for item, text in zip(items, texts, strict=True):
        if not text:
            continue
        role, speaker = who_of(item, people)
        begin, end = timing.timed(item, timing.BEGIN, unit), timing.timed(item, timing.END, unit)
        if end is None and begin is not None and (length := timing.timed(item, timing.LENGTH, unit)) is not None:
            end = begin + length
        tag = tag_of(item)
        turns.append(
            Turn(
                index=len(turns),
                participant_role=role,
                speaker=speaker,
                channel_tag=tag + (lowest == 0) if tag is not None and tag + (lowest == 0) < 64 else None,
                begin_ms=begin,
                end_ms=max(begin, end) if begin is not None and end is not None else end,
                text=text,
                words=_words(item, unit),
            )
        )
    if len({turn.channel_tag for turn in turns}) > 1 and all(turn.begin_ms is not None for turn in turns):
        turns.sort(key=lambda turn: turn.begin_ms or 0)  # some list one channel after the other
        turns = [turn.model_copy(update={"index": number}) for number, turn in enumerate(turns)]
    return with_roles(turns, given=given)


_META: dict[str, tuple[str, ...]] = {
    "id": (
        *("call_id", "callid", "id", "conversation_id", "conversationid", "contactid", "interaction_id"),
        *("external_id", "jobname", "call_sid", "callsid", "meeting_id", "uuid", "request_id"),
        *("session_id", "sessionid", "recording_id", "engagementid"),
    ),
    "date": (
        *("occurred_at", "started_at", "recording_start_time", "recordingstarttime", "start_time", "starttime"),
        *("started", "date", "created_at", "timestamp", "conversationstarttime", "datetime", "call_date"),
        *("call_created_at", "createdat", "created_date", "creation_date", "created", "initiationtimestamp"),
    ),
    "language": ("language", "languagecode", "language_code", "lang", "locale", "transcript_language"),
    "email": ("email", "customer_email"),
    "customer": ("customer_id", "client_id", "crm_id"),
    "contract": ("contract", "contract_number"),
    "order": ("order", "order_id", "order_number"),
    "name": ("customer_name", "caller_name"),
    "channel": ("channel", "media_type", "mediatype", "medium"),
}
"""Fact of a conversation → fields that tools give it in, before words of the languages."""
_AROUND = ("metadata", "customermetadata", "job", "call", "conversation")
"""Objects whose fields are facts of the whole conversation too; the document's own go first."""


@cache
def _called(field: str) -> tuple[str, ...]:
    return (*_META[field], *named(lambda words: words.transcripts.get(field, "")))


def from_document(
    document: Mapping[str, Any],
    *,
    source: str,
    channel: Channel | None,
    name_date: str = "",
    given: Mapping[str, str] | None = None,
) -> Interaction | Rejected:
    """One JSON conversation as an interaction, with the metadata around its turns.

    ``given``: see :func:`turns_of`.
    """
    from voc.intake.channels import channel_of

    turns, moment = timing.from_the_first(turns_of(document, given=given))
    if not turns:
        return Rejected(source=source, reason="no turn of this transcript holds any words; export it again.")
    lowered = lower_keys(document)
    listed = lowered.get("transcripts")
    pieces = listed[:1] if isinstance(listed, list) else ()  # Genesys Cloud names the language there
    for inside in (*wrapped(document), *(lowered.get(key) for key in _AROUND), *pieces):
        lowered = {**(lower_keys(inside) if isinstance(inside, dict) else {}), **lowered}

    def meta(field: str) -> str:
        return next(
            (t for key in _called(field) if isinstance(lowered.get(key), str | int) and (t := as_text(lowered[key]))),
            "",
        )

    found = channel or channel_of(meta("channel")) or _MEDIA.get(meta("channel").lower())
    if found is None:
        spoken = any(turn.begin_ms is not None for turn in turns) or utterances_in(document) is not None
        # Messages of several days have moments; what is said has none so far apart.
        found = Channel.CALL if spoken and (moment is None or timing.last_ms(turns) <= timing.DAY_MS) else Channel.CHAT
    occurred = parse_moment(meta("date")) if meta("date") else None
    if occurred is None and moment is not None:
        occurred = parse_moment(str(moment))
    if occurred is None:
        occurred = _first_moment(find_turns(document) or [])
    identifiers = dict.fromkeys(_identifiers(lowered, {f: meta(f) for f in _IDENTIFYING}))
    for one in participants_of(document):
        if one.role == CUSTOMER:
            identifiers |= dict.fromkeys(_identifiers(one.fields, {"name": one.name, "email": _address_of(one.fields)}))
    sides = {turn.speaker: turn.participant_role for turn in turns}
    for item in find_turns(document) or ():
        role, label = who_of(item, {})
        if (role or sides.get(label)) == CUSTOMER:
            around = {"customer phone": item["phone_number"]} if "phone_number" in item else {}
            identifiers |= dict.fromkeys(_identifiers(around, {"email": address_of(item)}))
    name = next((one.value for one in identifiers if one.type == "name"), None)
    called = (turn.speaker or "" for turn in turns if turn.participant_role == CUSTOMER)
    speaker = next((label for label in called if names_somebody(label) and role_of(label) is None), None)
    if name is None and speaker is not None and (name := normalise_name(speaker)):
        identifiers[Identifier(type="name", value=name)] = None
    return build(
        turns,
        source=source,
        channel=found,
        # Neither the date in the name of its file nor who is called the customer: both may differ the second time.
        same_as=known_by(turns, occurred_at=occurred, identifiers=tuple(identifiers)),
        external_id=meta("id")[:200] or None,
        occurred_at=occurred or moment_in_name(name_date),
        language=language_code(meta("language")) or _language_of(find_turns(document) or []),
        author=name,
        identifiers=tuple(identifiers),
    )


def _language_of(items: Sequence[Mapping[str, Any]]) -> str | None:
    """The language that every turn says it is in."""
    said = (next((item[key] for key in _LANGUAGE_KEYS if item.get(key)), "") for item in items)
    found = {language_code(as_text(one)) for one in said}
    return found.pop() if len(found) == 1 else None


def _first_moment(items: Sequence[Mapping[str, Any]]) -> datetime | None:
    """When the first message was written, where messages have moments instead of times."""
    written = (as_text(item[key]) for item in items for key in _MOMENT_KEYS if isinstance(item.get(key), str))
    return min((at for text in written if (at := parse_moment(text)) is not None), default=None)


_MOMENT_KEYS = (
    "absolutetime",
    "timestamp",
    "createdat",
    "created_at",
    "sent_at",
    "sentat",
    "date",
    "datetime",
    "time",
    "messagetime",
)
_LANGUAGE_KEYS = ("languagecode", "spokenlanguage", "language", "locale")
_MEDIA = {"message": Channel.CHAT, "callback": Channel.CALL}
"""Kinds of media of Genesys Cloud that are no names of channels."""
_IDENTIFYING = ("email", "customer", "contract", "order", "name")
_NUMBERED = frozenset(("from", "to", "destination"))
"""Names that also hold moments; there a number is one only where it is written as text."""


def _address_of(fields: Mapping[str, Any]) -> str:
    return next((as_text(fields[key]) for key in ("email", "emailaddress", "email_address") if fields.get(key)), "")


def _identifiers(around: Mapping[str, Any], values: Mapping[str, str]) -> Iterator[Identifier]:
    fields = {
        fold_header(key): value.removeprefix("tel:") if isinstance(value, str) else value
        for key, value in around.items()
        if isinstance(value, str) or (isinstance(value, int) and key not in _NUMBERED)
    }
    if "initial direction" in fields:  # Genesys
        fields.setdefault("direction", fields["initial direction"])
    yield from customer_end(fields, region=settings().default_region).identifiers
    if email := normalise_email(values.get("email", "")):
        yield Identifier(type="email", value=email, verified=True)
    kinds: tuple[IdentifierType, ...] = ("customer", "contract", "order")
    for kind in kinds:
        if reference := normalise_reference(values.get(kind, ""), known=True):
            yield Identifier(type=kind, value=reference, verified=True)
    if name := normalise_name(values.get("name", "")):
        yield Identifier(type="name", value=name)


def build(
    turns: Sequence[Turn] = (),
    *,
    source: str,
    channel: Channel,
    text: str | None = None,
    same_as: object = None,
    occurred_at: datetime | None = None,
    identifiers: Sequence[Identifier] = (),
    **known: Any,
) -> Interaction | Rejected:
    """An interaction of turns, or of the text of a message; its content hash is over who said what when, and scores.

    Args:
        turns: in order; none for a message.
        source: file, and part of it, as shown to people.
        channel: where it took place.
        text: the words of a message, which is no conversation.
        same_as: what makes it the same conversation when it comes again and has no ``external_id``, as values of
            JSON; by default its words, its moment, the author and the verified identifiers.
        occurred_at: when it began; without a zone it is in that of ``VOC_TIME_ZONE``.
        identifiers: of the customer, each brought into its one spelling where it can be.
        known: what else is known of it, by the names of :class:`voc.records.Interaction`.

    Returns:
        The interaction. A call longer than a day is refused: its times are not what they were taken for. Messages
        written over days keep their words and their order, and no times, which would be a duration.

    Raises:
        TypeError: ``occurred_at`` is no datetime, or there are both turns and a text.
    """
    if turns and text:
        raise TypeError("give turns, or the text of a message, not both")
    if (last := timing.last_ms(turns)) > timing.DAY_MS:
        if channel.description.spoken:
            return Rejected(
                source=source,
                reason=f"its times run over {timing.days(last)}, which no call does; export them in milliseconds as "
                "begin_ms and end_ms, or in seconds as start_seconds and end_seconds.",
            )
        turns = timing.without_times(turns)
    if not isinstance(occurred_at, datetime | None):
        raise TypeError("occurred_at must be a datetime; parse_moment of voc.intake.dates makes one of text")
    moment = zoned(occurred_at) if occurred_at is not None else None
    region = settings().default_region
    spelled = tuple(normalised(one, region=region) or one for one in identifiers)
    content, author = content_of(turns, text=text, known=known), known.get("author")
    same = same_as or known_by(turns, message=content, occurred_at=moment, author=author, identifiers=spelled)
    return Interaction(
        id=interaction_id(channel, external_id=known.get("external_id"), content_hash=hashed(same)),
        channel=channel,
        source=source,
        content_hash=hashed(content),
        turns=tuple(turns),
        text=text or None,
        occurred_at=moment,
        identifiers=spelled,
        **known,
    )
