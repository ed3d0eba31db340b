"""Ready transcripts in JSON, as the usual clouds write them, to turns.

Shapes read: our own ``turns``; AWS call analytics (``Transcript[]`` with ``ParticipantRole``, ``BeginOffsetMillis``,
``Content``) and AWS Transcribe with speaker labels; Google conversational insights (``entries[]``,
``transcript_segments``) and Dialogflow; Genesys Cloud (``transcripts[].phrases[]`` with ``participantPurpose``);
Azure batch transcription (``recognizedPhrases``); Whisper's ``segments``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from voc.identifiers import normalise_email, normalise_name, normalise_reference
from voc.intake import limits, timing
from voc.intake.call_ends import customer_end
from voc.intake.column_names import fold_header
from voc.intake.dates import moment_in_name, parse_moment
from voc.intake.encodings import clean
from voc.intake.roles import role_of
from voc.intake.tables import as_text, is_structure
from voc.records import Channel, Identifier, IdentifierType, Interaction, Rejected, Turn, Word, interaction_id
from voc.settings import settings

_LISTS = (
    *("turns", "transcript", "transcripts", "entries", "phrases", "recognizedphrases", "transcript_segments"),
    *("transcriptsegments", "segments", "utterances", "messages", "conversation", "dialogue", "dialog", "sentences"),
)
_TEXT_KEYS = ("content", "text", "display", "transcript", "message", "utterance", "texte", "body", "phrase")
_ROLE_KEYS = (
    *(
        "participant_role",
        "participantrole",
        "participantpurpose",
        "participanttype",
        "role",
        "speaker",
        "speaker_role",
    ),
    *("locuteur", "speakerlabel", "speaker_label", "user", "author", "from", "sender", "participantid", "speakerid"),
)


def looks_like_transcript(document: Any) -> bool:
    """Tell whether a JSON value is one conversation rather than a list of messages."""
    return isinstance(document, dict) and _find_turns(document) is not None


def _lower(item: Mapping[str, Any]) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in item.items()}


def _find_turns(document: Mapping[str, Any], depth: int = 0) -> list[dict[str, Any]] | None:
    lowered = _lower(document)
    if isinstance(results := lowered.get("results"), dict) and "speaker_labels" in results:
        return _aws_speakers(results)
    for key in _LISTS:
        value = lowered.get(key)
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value[:20]):
            items = [_lower(item) for item in value]
            if key == "transcripts" and any("phrases" in item for item in items):
                return [_lower(p) for item in items for p in item.get("phrases") or () if isinstance(p, dict)]
            if any(_has_words(item) and (_has(item, _ROLE_KEYS) or _has(item, timing.BEGIN)) for item in items[:20]):
                return items
    if depth < 2:
        for key in ("transcript", "conversation", "data", "result", "results", "call", "callanalytics", "analysis"):
            value = lowered.get(key)
            if isinstance(value, dict) and (found := _find_turns(value, depth + 1)) is not None:
                return found
    return None


def _has(item: Mapping[str, Any], keys: Any) -> bool:
    return any(key in item for key in keys)


def _has_words(item: Mapping[str, Any]) -> bool:
    return any(isinstance(item.get(key), str) for key in _TEXT_KEYS) or isinstance(item.get("nbest"), list)


def _aws_speakers(results: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """AWS Transcribe: words are items with a time, punctuation has none; consecutive words of a speaker make a turn."""
    labels = results.get("speaker_labels") or {}
    speaker_at = {
        item.get("start_time"): segment.get("speaker_label")
        for segment in labels.get("segments") or ()
        for item in segment.get("items") or ()
    }
    turns: list[dict[str, Any]] = []
    for item in results.get("items") or ():
        content = ((item.get("alternatives") or [{}])[0] or {}).get("content", "")
        if item.get("type") == "punctuation" and turns:
            turns[-1]["text"] += content
            continue
        speaker = item.get("speaker_label") or speaker_at.get(item.get("start_time"))
        if not turns or turns[-1]["speaker"] != speaker:
            turns.append(
                {"speaker": speaker, "text": content, "start": item.get("start_time"), "end": item.get("end_time")}
            )
        else:
            turns[-1]["text"] += f" {content}"
            turns[-1]["end"] = item.get("end_time")
    return turns or None


def _words(item: Mapping[str, Any], unit: float) -> tuple[Word, ...]:
    words = []
    for raw in item.get("words") or item.get("items") or ():
        if not isinstance(raw, dict):
            return ()
        word = _lower(raw)
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


def turns_of(document: Mapping[str, Any]) -> list[Turn]:
    """Turns of one JSON conversation of any known shape; empty when there is none."""
    turns: list[Turn] = []
    items = _find_turns(document) or []
    texts = [_text_of(item) for item in items]
    unit = timing.unit_of_items(items, texts)
    for item, text in zip(items, texts, strict=True):
        if not text:
            continue
        speaker = next((as_text(item[key]) for key in _ROLE_KEYS if isinstance(item.get(key), str | int)), "")
        begin, end = timing.timed(item, timing.BEGIN, unit), timing.timed(item, timing.END, unit)
        if end is None and begin is not None and (length := timing.timed(item, timing.LENGTH, unit)) is not None:
            end = begin + length
        tag = item.get("channel_tag", item.get("channeltag", item.get("channel")))
        turns.append(
            Turn(
                index=len(turns),
                participant_role=role_of(speaker) if speaker else None,
                channel_tag=tag if isinstance(tag, int) and not isinstance(tag, bool) and 0 < tag < 64 else None,
                begin_ms=begin,
                end_ms=max(begin, end) if begin is not None and end is not None else end,
                text=text,
                words=_words(item, unit),
            )
        )
    return turns


def _text_of(item: Mapping[str, Any]) -> str:
    """The words of a turn; what is the text of a JSON value is nobody's."""
    text = next((item[key] for key in _TEXT_KEYS if isinstance(item.get(key), str)), None)
    best = item.get("nbest")
    if text is None and isinstance(best, list) and best and isinstance(best[0], dict):
        text = as_text(best[0].get("display"))
    text = clean(text or "")[: limits.CELL_CHARACTERS].strip()
    return "" if is_structure(text) else text


_META: dict[str, tuple[str, ...]] = {
    "id": (
        "id",
        "call_id",
        "callid",
        "conversation_id",
        "conversationid",
        "contactid",
        "interaction_id",
        "external_id",
        "jobname",
    ),
    "date": (
        "occurred_at",
        "started_at",
        "start_time",
        "starttime",
        "date",
        "created_at",
        "timestamp",
        "conversationstarttime",
    ),
    "language": ("language", "languagecode", "language_code", "lang", "langue", "locale"),
    "email": ("email", "customer_email"),
    "customer": ("customer_id", "client_id", "id_client", "crm_id"),
    "contract": ("contract", "contract_number", "contrat"),
    "order": ("order", "order_id", "order_number", "commande"),
    "name": ("customer_name", "caller_name"),
    "channel": ("channel", "canal", "media_type", "mediatype"),
}


def from_document(
    document: Mapping[str, Any], *, source: str, channel: Channel | None, name_date: str = ""
) -> Interaction | Rejected:
    """One JSON conversation as an interaction, with the metadata around its turns."""
    from voc.intake.mapping import channel_of
    from voc.intake.tabular_feedback import language_code

    turns, moment = timing.from_the_first(turns_of(document))
    if not turns:
        return Rejected(source=source, reason="no turn of this transcript holds any words; export it again.")
    around = document.get("metadata")
    lowered = {**(_lower(around) if isinstance(around, dict) else {}), **_lower(document)}

    def meta(field: str) -> str:
        return next(
            (t for key in _META[field] if isinstance(lowered.get(key), str | int) and (t := as_text(lowered[key]))), ""
        )

    found = channel or channel_of(meta("channel"))
    if found is None:
        spoken = any(turn.begin_ms is not None for turn in turns)
        # Messages of several days have moments; what is said has none so far apart.
        found = Channel.CALL if spoken and (moment is None or timing.last_ms(turns) <= timing.DAY_MS) else Channel.CHAT
    occurred = parse_moment(meta("date")) if meta("date") else None
    if occurred is None and moment is not None:
        occurred = parse_moment(str(moment))
    return build(
        turns,
        source=source,
        channel=found,
        external_id=meta("id")[:200] or None,
        occurred_at=occurred or moment_in_name(name_date),
        language=language_code(meta("language")),
        identifiers=tuple(
            _identifiers(lowered, {f: meta(f) for f in ("email", "customer", "contract", "order", "name")})
        ),
    )


_NUMBERED = frozenset(("from", "to", "destination"))
"""Names that also hold moments; there a number is one only where it is written as text."""


def _identifiers(around: Mapping[str, Any], values: Mapping[str, str]) -> Iterator[Identifier]:
    named = {
        fold_header(key): value
        for key, value in around.items()
        if isinstance(value, str) or (isinstance(value, int) and key not in _NUMBERED)
    }
    yield from customer_end(named, region=settings().default_region).identifiers
    if email := normalise_email(values.get("email", "")):
        yield Identifier(type="email", value=email, verified=True)
    kinds: tuple[IdentifierType, ...] = ("customer", "contract", "order")
    for kind in kinds:
        if reference := normalise_reference(values.get(kind, ""), known=True):
            yield Identifier(type=kind, value=reference, verified=True)
    if name := normalise_name(values.get("name", "")):
        yield Identifier(type="name", value=name)


def build(turns: Sequence[Turn], *, source: str, channel: Channel, **known: Any) -> Interaction | Rejected:
    """An interaction of turns; its content hash is over who said what when.

    A call longer than a day is refused: its times are not what they were taken for. Messages written over days keep
    their words and their order, and no times, which would be a duration.
    """
    if (last := timing.last_ms(turns)) > timing.DAY_MS:
        if channel is Channel.CALL:
            return Rejected(
                source=source,
                reason=f"its times run over {timing.days(last)}, which no call does; export them in milliseconds as "
                "begin_ms and end_ms, or in seconds as start_seconds and end_seconds.",
            )
        turns = timing.without_times(turns)
    said = [[turn.participant_role, turn.begin_ms, turn.text] for turn in turns]
    content_hash = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()[:32]
    return Interaction(
        id=interaction_id(channel, external_id=known.get("external_id"), content_hash=content_hash),
        channel=channel,
        source=source,
        content_hash=content_hash,
        turns=tuple(turns),
        **known,
    )
