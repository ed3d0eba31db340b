"""WebVTT and SRT to turns: subtitles are cut by width, so cues of one speaker are joined again."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from voc.errors import InputError
from voc.identifiers import names_somebody
from voc.intake import limits
from voc.intake.conversation_identity import known_by
from voc.intake.dates import moment_in_name
from voc.intake.encodings import clean, decoded
from voc.intake.file_kinds import Kind
from voc.intake.roles import role_of
from voc.intake.speakers import with_roles
from voc.intake.telephony import Call, beside
from voc.intake.transcript_text import moment_above, parse_transcript_text
from voc.intake.transcripts import build
from voc.intake.word_documents import text_of_document
from voc.language.titles import RANKED
from voc.records import Channel, Interaction, Rejected, Turn

_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_CUE = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}.*")
_VOICE = re.compile(r"<v(?:\.[^ >]*)?\s+([^>]{1,80})>")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,80}>|<\d[\d:.]{3,12}>|\{\\[^}]{0,40}\}")
_CUE_NAME = re.compile(r'\d+\s+"([^"]{1,80})"\s+\(\d+\)')
"""How Webex numbers a cue: with the name and the id of who speaks."""
_OWN_LINE = re.compile(r"\(([^\W\d_][^()\n]{1,59})\)")
"""A speaker on a line of their own, above what they say (Microsoft Stream)."""
_FULL_NAME = re.compile(r"[^\W\d_a-z][\w'’.-]*(?: [^\W\d_a-z][\w'’.-]*){1,3}")
_NO_CUE = ("NOTE", "STYLE", "REGION")
_BEFORE_NAMES = rf"(?:{RANKED}|[^\W\d_]\.)"
_PREFIX = re.compile(
    rf"\s*(?:-\s*)?(?:\[([^\]:]{{1,40}})\]"
    rf"|((?:{_BEFORE_NAMES}\s){{0,3}}[^\W\d_][^:\n.!?]{{0,39}}|\+?\d[\d ]{{6,18}}\d))"
    r"\s*:\s+(?=\S)|\s*\[([^\]]{1,40})\]\s+(?=\S)",
    re.IGNORECASE,
)


def _milliseconds(hours: str | None, minutes: str, seconds: str, fraction: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))


def parse_subtitles(text: str) -> list[Turn]:  # noqa: C901 - cues of two formats, and whose they are, in one pass
    """Turns of WebVTT or SRT text; cues of one speaker that follow each other are joined.

    The speaker is a WebVTT voice tag (``<v Agent>``) or a prefix (``Agent: …``); a prefix is believed when it is a
    role's name or comes back in other cues, so that "Attention: …" stays part of the words.
    """
    cues: list[tuple[int, int, str | None, str]] = []
    blocks = _with_their_rest(re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")))
    prefixes: dict[str, int] = {}
    for block in blocks:
        lines = block.strip("\n\ufeff").split("\n")
        at = next((i for i, line in enumerate(lines) if _CUE.fullmatch(line)), None)
        if at is None or lines[0].startswith(_NO_CUE):
            continue
        match = _CUE.fullmatch(lines[at])
        if match is None:
            continue
        groups = match.groups()
        begin, end = _milliseconds(*groups[:4]), _milliseconds(*groups[4:])
        named = _CUE_NAME.fullmatch(lines[at - 1].strip()) if at else None
        speaker = named.group(1) if named else None
        words: list[str] = []
        for line in [*lines[at + 1 :], None]:
            found = (_VOICE.search(line) or _OWN_LINE.fullmatch(line.strip())) if line is not None else None
            if line is None or (found and words):
                if words:
                    cues.append((begin, end, speaker, _unescape(" ".join(words))))
                words = []
            if line is None:
                break
            if found:
                speaker = found.group(1).strip()
            told = _cue_object(line)
            speaker = told[0] if told is not None else speaker
            body = _TAG.sub("", _VOICE.sub("", told[1] if told is not None else line)).strip()
            if body and body != "-" and not _OWN_LINE.fullmatch(body):
                words.append(body)
        if words:
            cues.append((begin, end, speaker, _unescape(" ".join(words))))
    for _, _, speaker, body in cues:
        if speaker is None and (match := _PREFIX.match(body)):
            name = next(g for g in match.groups() if g)
            prefixes[name] = prefixes.get(name, 0) + 1
    headed = bool(cues) and cues[0][2] is None and _PREFIX.match(cues[0][3]) is not None
    spoken = []
    last: str | None = None
    for begin, end, speaker, body in cues:
        who, said = speaker, body
        if speaker is None and (match := _PREFIX.match(body)):
            name = next(g for g in match.groups() if g)
            if role_of(name) or prefixes[name] > 1 or (headed and _is_label(name)):
                who, said = name, body[match.end() :]
        if who is None and prefixes and last is not None:
            who = last  # a cue without prefix goes on with the one before
        last = who
        spoken.append((begin, end, who, said))
    return _joined(spoken)


def _with_their_rest(blocks: Sequence[str]) -> list[str]:
    """The blocks of a file, each with the words that a blank line cuts off it."""
    whole: list[list[str]] = []
    goes_on = False
    for block in blocks:
        lines = block.strip("\n\ufeff").split("\n")
        timed = any(_CUE.fullmatch(line) for line in lines)
        loose = not timed and not lines[0].startswith(_NO_CUE) and not block.strip().isdigit()
        if loose and goes_on:
            whole[-1].append(block)
        else:
            whole.append([block])
            goes_on = "-->" in block
    return ["\n".join(parts) for parts in whole]


def _is_label(name: str) -> bool:
    """Whether what stands before a colon is a first and a last name, or what a program calls somebody unknown."""
    return _FULL_NAME.fullmatch(name) is not None or not names_somebody(name)


def _cue_object(line: str) -> tuple[str | None, str] | None:
    """Speaker and words of a cue that is a JSON object (the metadata of a transcript of Microsoft Teams)."""
    if not line.startswith("{"):
        return None
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    lowered = {str(key).lower(): value for key, value in told.items()} if isinstance(told, dict) else {}
    words = lowered.get("spokentext")
    return (str(lowered.get("speakername") or "").strip() or None, words) if isinstance(words, str) else None


def _unescape(text: str) -> str:
    for entity, character in (
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&nbsp;", " "),
        ("&lrm;", ""),
        ("&rlm;", ""),
        ("&amp;", "&"),
    ):
        text = text.replace(entity, character)
    return clean(text)


def _joined(cues: Sequence[tuple[int | None, int | None, str | None, str]], *, gap_ms: int = 1500) -> list[Turn]:
    """Join cues of the same speaker less than ``gap_ms`` apart (a subtitle is cut by width, not by turn)."""
    turns: list[Turn] = []
    previous: str | None = None
    for begin, end, speaker, words in cues:
        text = words.strip()
        if not text:
            continue
        role = role_of(speaker) if speaker else None
        last_end = turns[-1].end_ms if turns and speaker is not None and speaker == previous else None
        if last_end is not None and begin is not None and begin - last_end <= gap_ms:
            turns[-1] = turns[-1].model_copy(update={"end_ms": end, "text": f"{turns[-1].text} {text}"})
            continue
        turns.append(
            Turn(
                index=len(turns),
                participant_role=role,
                speaker=speaker[:80] if speaker else None,
                begin_ms=begin,
                end_ms=end,
                text=text,
            )
        )
        previous = speaker
    return turns


def read_subtitles(
    path: Path, kind: str, *, name: str, channel: Channel | None = None, given: Mapping[str, str] | None = None
) -> Iterator[Interaction | Rejected]:
    """Yield the one conversation of a WebVTT or SRT file, or of a transcript written out.

    What a table of calls beside it says of the call is taken in too.

    ``given`` is the role of each speaker by folded name, where whoever sends the file says so.

    Raises:
        InputError: too large, or no cue holds any words.
    """
    size = path.stat().st_size
    if size > limits.TRANSCRIPT_BYTES:
        raise InputError(
            f"{name}: a transcript of {limits.megabytes(size)}; at most {limits.megabytes(limits.TRANSCRIPT_BYTES)}."
        )
    text = text_of_document(path, name=name) if zipfile.is_zipfile(path) else decoded([path.read_bytes()])
    written = kind == Kind.TRANSCRIPT
    parsed = parse_transcript_text(text) if written else parse_subtitles(text)
    turns = with_roles(parsed, given=given)
    if not turns:
        raise InputError(
            f"{name}: no {kind} cue with a time and words was found; export the transcript again.",
            code="no_cues",
            file=name,
        )
    call = beside(path, name=name) or Call()
    yield build(
        turns,
        source=name,
        channel=channel or call.channel or Channel.CALL,
        # Its date and its numbers stand beside it, in names that change; its cues have times, which hardly repeat.
        same_as=known_by(turns),
        external_id=call.external_id,
        thread_id=call.thread_id,
        occurred_at=call.occurred_at or (moment_above(text) if written else None) or moment_in_name(Path(name).name),
        language=call.language,
        identifiers=call.identifiers,
        attributes=call.attributes,
    )
