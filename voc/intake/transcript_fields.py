"""What transcripts call their turns, the words in them, when they were said and by whom."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from voc.intake import limits, timing
from voc.intake.cell_text import said
from voc.intake.column_names import named
from voc.intake.dates import parse_moment, zoned
from voc.intake.encodings import clean
from voc.intake.own_side import is_own_address
from voc.intake.roles import role_of
from voc.intake.speakers import Participant
from voc.intake.speech_services import utterances_of, wrapped
from voc.intake.tables import as_text
from voc.intake.utterances import mapping
from voc.language.role_formulas import AGENT, CUSTOMER

_LISTS = (
    *("turns", "transcript", "transcripts", "entries", "phrases", "recognizedphrases", "transcript_segments"),
    *("transcriptsegments", "segments", "utterances", "messages", "conversation", "dialogue", "dialog", "sentences"),
    *("speaker_blocks", "transcriptutterances", "transcriptentries", "lines", "speeches"),
)
_SPOKEN_LISTS = frozenset(("transcriptentries", "lines"))
"""Lists of what was said whose times are moments of the day."""
_TEXT_KEYS = (
    "decoratedtext",
    "content",
    "text",
    "display",
    "transcript",
    "message",
    "utterance",
    "body",
    "phrase",
    "words",
    "spokentext",
    *named(lambda words: words.transcripts.get("text", "")),
)
_ROLE_KEYS = (
    *("participant_role", "participantrole", "participantpurpose", "participanttype", "participant_type", "role"),
    *("speaker", "speaker_role", "speakerlabel", "speaker_label", "user", "author", "from", "sender"),
    *("participantid", "speakerid", "speaker_id", "sender_type", "sendertype", "author_type", "authortype"),
    *("speaker_name", "speakername", "displayname", "sender_name", "segmentparticipant", "segment_participant"),
    *named(lambda words: words.transcripts.get("role", "")),
)
_LAST_ROLE_KEYS = ("participant",)
"""Fields that name who speaks, and in other lists somebody who does not."""
_NAME_KEYS = ("speaker_name", "speakername", "displayname", "display_name", "sender_name", "participantname")


def utterances_in(document: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The utterances of a speech-to-text service's answer, whatever it is wrapped in; ``None`` for anything else."""
    return next((found for inside in wrapped(document) if (found := utterances_of(inside)) is not None), None)


def lower_keys(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an object under lower-case names."""
    return {str(key).lower(): value for key, value in item.items()}


def find_turns(document: Mapping[str, Any], depth: int = 0) -> list[dict[str, Any]] | None:
    """The turns of a document by lower-case fields, in their order; ``None`` where it holds none."""
    if depth == 0 and (found := utterances_in(document)) is not None:
        return found
    lowered = lower_keys(document)
    for key in (*_LISTS, "data"):
        value = lowered.get(key)
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value[:20]):
            items = _as_turns([_timed_by_sentences(lower_keys(item)) for item in value], moments=key in _SPOKEN_LISTS)
            if key == "data" and not all(_has(one, ("speaker",)) and _has(one, timing.BEGIN) for one in items[:20]):
                continue  # rows of anything
            if key == "transcripts" and any("phrases" in item for item in items):
                return [lower_keys(p) for item in items for p in item.get("phrases") or () if isinstance(p, dict)]
            if any(_has_words(item) and (_has(item, _ROLE_KEYS) or _has(item, timing.BEGIN)) for item in items[:20]):
                return items
    if depth < 3:
        for key in (
            *("transcript", "conversation", "data", "result", "results", "call", "callanalytics", "analysis"),
            *("transcription", "content", "conversationtranscript", "insights"),
        ):
            value = lowered.get(key)
            if isinstance(value, dict) and (found := find_turns(value, depth + 1)) is not None:
                return found
    return None


def _timed_by_sentences(item: dict[str, Any]) -> dict[str, Any]:
    """A monologue of timed sentences or words (Gong, Happy Scribe), with the times of its first and last."""
    parts = [item.get(key) for key in ("sentences", "words")]
    listed = next((part for part in parts if isinstance(part, list) and part), [])
    inside = [lower_keys(one) for one in listed if isinstance(one, dict)] if "start" not in item else []
    for begin, end in (("start", "end"), ("data_start", "data_end")) if inside else ():
        if begin in inside[0]:
            return {**item, "start": inside[0][begin], "end": inside[-1].get(end)}
    return item


_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,6})?)?")
_DAY_MOMENTS = {"start": ("starttime", "start_time", "time"), "end": ("endtime", "end_time")}


def _as_turns(items: list[dict[str, Any]], *, moments: bool) -> list[dict[str, Any]]:
    """Turns with their times and sides under the usual names, without what a tool marks among them.

    Args:
        items: what a list holds, by lower-case fields.
        moments: whether times of the day are when it was said; elsewhere messages have them too.
    """
    if any(one.get("type") == "transcript" for one in items):  # Dialpad lists moments between the lines
        items = [one for one in items if one.get("type") in {"transcript", None}]
    found = [{**one, **_times(one, moments=moments)} for one in items]
    staffed = [bool(next((one[key] for key in ("userid", "user_id", "actorid") if one.get(key)), "")) for one in found]
    if all(staffed) or not any(staffed) or not any({"identifier", "contact_id"} & one.keys() for one in found):
        return found
    # Of those who speak on a business line, its users are named by their ids, callers by their numbers.
    return [
        {**one, "participant_role": AGENT if own else CUSTOMER, "phone_number": "" if own else one.get("identifier")}
        for one, own in zip(found, staffed, strict=True)
    ]


def _times(item: Mapping[str, Any], *, moments: bool) -> dict[str, Any]:
    """When a turn was said, where its record says it as times of words, of a clock that runs, or of the day."""
    each = item.get("timestamps")
    if isinstance(each, list) and each and isinstance(each[0], int | float):
        return {"start": each[0], "end": each[-1]}
    clock = next((item[key] for key in ("timestamp", "time") if isinstance(item.get(key), str)), "")
    if not _has(item, timing.BEGIN) and _CLOCK.fullmatch(clock):
        return {"start": clock}
    begun, ended = (any(isinstance(item.get(key), str) for key in keys) for keys in _DAY_MOMENTS.values())
    if not moments and not (begun and ended):
        return {}
    found = {}
    for field, keys in _DAY_MOMENTS.items():
        written = next((item[key] for key in keys if isinstance(item.get(key), str)), "")
        if written and (at := parse_moment(written)) is not None:
            found[field] = round(zoned(at).timestamp() * 1000)
    return found


def _has(item: Mapping[str, Any], keys: Any) -> bool:
    return any(key in item for key in keys)


def _has_words(item: Mapping[str, Any]) -> bool:
    spoken = item.get("sentences", item.get("words"))
    return (
        any(isinstance(item.get(key), str) for key in _TEXT_KEYS)
        or isinstance(item.get("nbest"), list)
        or (isinstance(spoken, list) and bool(spoken) and isinstance(spoken[0], dict))
    )


def tag_of(item: Mapping[str, Any]) -> int | None:
    """The audio channel of a turn as it is written: some services count from 0."""
    keys = ("channel_tag", "channeltag", "channel", "media_channel", "channelid")
    tag = next((item[key] for key in keys if key in item), None)
    return tag if isinstance(tag, int) and not isinstance(tag, bool) and 0 <= tag < 64 else None


def who_of(item: Mapping[str, Any], people: Mapping[str, Participant]) -> tuple[str | None, str | None]:
    """Role and label of who speaks: as the turn says, else as the list of participants does."""
    if is_own_address(address_of(item)):
        item = {"participant_role": AGENT, **item}
    labels = [label for key in (*_ROLE_KEYS, *_LAST_ROLE_KEYS) if key in item and (label := _label_of(item[key]))]
    role = next((found for label in labels if (found := role_of(label))), None)
    known = next((people[label] for label in labels if label in people), None)
    name = next((label for key in _NAME_KEYS if isinstance(item.get(key), str) and (label := item[key].strip())), "")
    if not name and known is not None:
        name = known.name
    if role is None and known is not None:
        role = known.role
    own = [label for label in labels if label != item.get("participant_role")]
    if not name and not own and isinstance(item.get("name"), str):
        name = item["name"]
    return role, (name or (labels[0] if labels else ""))[:80] or None


def address_of(item: Mapping[str, Any]) -> str:
    """The e-mail address of who speaks, where the turn says it."""
    speaker = lower_keys(mapping(item.get("speaker")))
    return next((as_text(v) for k, v in speaker.items() if k.endswith("email") and isinstance(v, str)), "")


def _label_of(value: Any) -> str:
    """A speaker as it is written: a word, a number, the end of a path, or an object with a name or an id."""
    if isinstance(value, dict):
        lowered = lower_keys(value)
        keys = ("type", "role", "name", "display_name", "displayname", "id")
        return next((as_text(lowered[key]) for key in keys if lowered.get(key)), "")
    written = as_text(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return written.rpartition("/")[2] if written.count("/") > 1 else written


def text_of(item: Mapping[str, Any]) -> str:
    """The words of a turn; what is the text of a JSON value is nobody's."""
    text = next((item[key] for key in _TEXT_KEYS if isinstance(item.get(key), str)), None)
    best = item.get("nbest")
    if text is None and isinstance(best, list) and best and isinstance(best[0], dict):
        text = as_text(best[0].get("display"))
    words = item.get("words")
    if text is None and isinstance(words, list):
        text = "".join(as_text(one.get("text")) for one in words if isinstance(one, dict) and one.get("type") == "word")
    inside = item.get("sentences")
    if text is None and isinstance(inside, list):
        text = " ".join(as_text(one.get("text")) for one in inside if isinstance(one, dict))
    return said(clean(text or "")[: limits.CELL_CHARACTERS])
