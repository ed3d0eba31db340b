"""The recording of an interaction, the copy of it that everybody may hear, and its transcript as a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel

from api import ranges
from api.access import Analyst, Reader
from api.dependencies import service_of
from api.localisation import Words
from api.problems import Problem
from api.request_files import bare_name
from api.routers.interactions import documents, find
from api.transcript_files import MEDIA_TYPES, Cue, Format, cues, named, plain, subrip, webvtt
from voc.errors import StoreError
from voc.records import Interaction, Turn
from voc.service.actor import Actor
from voc.service.pipeline import Services
from voc.service.visibility import shown_name
from voc.store import Store
from voc.store.masked_audio import MaskedStatus

router = APIRouter(prefix="/v1/interactions", tags=["interactions"])

CHUNK_BYTES = 256 * 1024

ONE_HEARING = timedelta(minutes=15)
"""Requests of one key for one copy within this time are one line of the trail, whatever part of it they ask for: a
player fetches dozens of ranges, and jumps; the longest of the sample calls lasts a minute and a half."""
Copy = Literal["original", "masked"]

AUDIO_TYPES = {
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "mp4": "audio/mp4",
    "aac": "audio/aac",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "webm": "audio/webm",
    "amr": "audio/amr",
}
"""Types an uploaded recording may be served as; anything else is opaque bytes, never a page of ours."""

CLOSED: dict[str, str] = {
    "pending": "The copy without personal data is being made; try again in a minute.",
    "failed": "The copy without personal data could not be made; a key of role analyst can retry it.",
    "closed": "Nothing of this recording may be heard: its words were not searched for personal data.",
}


class MaskedAudioStatus(BaseModel):
    """Where the copy without personal data stands; ``reason`` says why it failed or stays closed."""

    status: MaskedStatus
    reason: str | None = None
    at: datetime | None = None


@router.head("/{interaction_id}/audio", include_in_schema=False)
@router.get(
    "/{interaction_id}/audio",
    summary="The recording",
    response_class=StreamingResponse,
    responses={
        206: {"description": "The bytes of the range"},
        409: {"description": "The copy without personal data is not made yet, or could not be"},
        416: {"description": "The range is outside the file"},
    },
)
def audio(
    request: Request,
    principal: Reader,
    interaction_id: str,
    copy: Annotated[
        Copy | None,
        Query(description="`original` (role analyst) or `masked`: personal data silenced. Default: what you may hear."),
    ] = None,
) -> Response:
    """With range requests, so that a player can jump; the entity tag is the SHA-256 of the bytes.

    Both copies are equally long, second for second.
    """
    store: Store = service_of(request).store
    find(request, interaction_id)
    record = store.interactions.records([interaction_id])[0]
    if record.recording is None or record.recording.sha256 is None:
        raise Problem(404, "This interaction has no recording.", code="no_recording_here")
    wanted: Copy = copy or ("original" if principal.allows("analyst") else "masked")
    if wanted == "original":
        if not principal.allows("analyst"):
            raise Problem(
                403,
                f"The original recording needs a key of role analyst; yours is {principal.role}.",
                code="needs_role",
                parameters={"needed": "analyst", "yours": principal.role},
            )
        key, filename = record.recording.sha256, record.recording.filename
    else:
        key, filename = _masked(store, record), f"{interaction_id}-masked.flac"
    return _sound(request, store, principal, interaction_id, key=key, filename=filename, wanted=wanted)


def _masked(store: Store, record: Interaction) -> str:
    """Key of the copy everybody may hear.

    Raises:
        Problem: 409 while there is none.
    """
    found = store.masked_audio.get(record.id)
    if found is None or found.status != "ready" or found.blob is None:
        raise Problem(409, CLOSED[found.status if found and found.status in CLOSED else "pending"])
    return found.blob


def _sound(
    request: Request, store: Store, principal: Actor, interaction_id: str, *, key: str, filename: str, wanted: Copy
) -> Response:
    try:
        size = store.blobs.size(key)
    except StoreError as error:
        raise Problem(410, "The recording is gone from the blob store.", code="recording_gone") from error
    etag = f'"{key}"'
    headers = _audio_headers(filename, etag)
    if ranges.etag_matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    asked = request.headers.get("range")
    if request.headers.get("if-range", etag) != etag:
        asked = None  # another version was being fetched: start over
    try:
        span = ranges.wanted(asked, size)
    except ranges.Unsatisfiable:
        raise Problem(
            416, "The range is outside the recording.", headers={"Content-Range": f"bytes */{size}"}
        ) from None
    begin, length = (span.first, span.length) if span else (0, size)
    headers["content-length"] = str(length)
    if span:
        headers["content-range"] = f"bytes {span.first}-{span.last}/{size}"
    status = 206 if span else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=audio_type(filename))
    _record_hearing(store, principal, interaction_id, wanted)  # before a byte leaves: who breaks off has heard as well
    return StreamingResponse(
        _bytes(store, key, begin, length),
        status_code=status,
        headers=headers,
        media_type=audio_type(filename),
    )


@router.get("/{interaction_id}/audio/masked", summary="Where the copy without personal data stands")
def masked_status(request: Request, _: Reader, interaction_id: str) -> MaskedAudioStatus:
    """``pending`` → ``ready``, ``failed`` (can be retried) or ``closed`` (nothing was searched, nothing is heard)."""
    row = find(request, interaction_id)
    return _status(request, row.id, has_audio=row.has_audio)


@router.post("/{interaction_id}/audio/masked", status_code=202, summary="Make the copy without personal data again")
def mask_again(request: Request, principal: Analyst, interaction_id: str) -> MaskedAudioStatus:
    """After a failure, or when it should be made anew; until it is ready it is closed."""
    row = find(request, interaction_id)
    remask(request, principal, row.id)
    return _status(request, row.id, has_audio=row.has_audio)


def remask(request: Request, principal: Actor, interaction_id: str) -> None:
    """Owe the copy anew and leave a trace of who asked.

    Raises:
        Problem: 404 without a recording, 409 while it is not analysed.
    """
    services: Services = service_of(request).pipeline
    store: Store = service_of(request).store
    row = find(request, interaction_id)
    if not row.has_audio:
        raise Problem(404, "This interaction has no recording.", code="no_recording_here")
    if row.status != "done":
        raise Problem(
            409, "This interaction is not analysed yet; its copy is made after that.", code="not_analysed_yet"
        )
    services.mask_audio([interaction_id])
    store.access.record(actor=principal.id, action="audio.mask", target=interaction_id, now=datetime.now(UTC))


def _status(request: Request, interaction_id: str, *, has_audio: bool) -> MaskedAudioStatus:
    if not has_audio:
        raise Problem(404, "This interaction has no recording.", code="no_recording_here")
    store: Store = service_of(request).store
    found = store.masked_audio.get(interaction_id)
    if found is None:
        return MaskedAudioStatus(status="pending")
    return MaskedAudioStatus(
        status=found.status, reason=shown_name(found.reason) if found.reason else None, at=found.at
    )


@router.get(
    "/{interaction_id}/transcript",
    summary="The transcript as a file",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}}, 409: {"description": "Nothing to show"}},
)
def transcript(
    request: Request,
    principal: Reader,
    interaction_id: str,
    format: Annotated[Format, Query(description="WebVTT, SubRip, plain text, or JSON with the words' times.")] = "vtt",
) -> Response:
    """Speakers are named by their role; readers get the words with personal data masked."""
    row = find(request, interaction_id)
    _, analysis, _ = documents(request, row, principal)
    if analysis is None or not analysis.turns:
        raise Problem(409, "There is no transcript of this interaction.", code="no_transcript")
    if not any(turn.text for turn in analysis.turns) and analysis.conversation is not None:
        raise Problem(409, "Its words are closed: personal data in them is not masked.", code="words_closed")
    words: Words = request.app.state.pages.words_for(request)
    said_by = {one.participant_role for one in analysis.turns} - {None}
    roles = {str(role): words.known(f"people.{role}", role) for role in said_by}
    name = named(roles, channel=words("people.channel", n="{n}"))
    if format == "json":
        body: Response = JSONResponse(
            {
                "id": row.id,
                "language": analysis.language,
                "duration_ms": analysis.conversation.duration_ms if analysis.conversation else None,
                "turns": [one.model_dump(mode="json") for one in analysis.turns],
            }
        )
    else:
        timed = cues(analysis.turns)
        if format != "txt" and not timed:
            raise Problem(409, "This transcript has no times; ask for txt or json.", code="no_times")
        content = (
            webvtt(timed, name, doubts=True)
            if format == "vtt"
            else subrip(timed, name)
            if format == "srt"
            else plain(analysis.turns, lambda one: name(_as_cue(one)))
        )
        body = Response(content, media_type=f"{MEDIA_TYPES[format]}; charset=utf-8")
    body.headers["content-disposition"] = f'attachment; filename="{row.id}.{format}"'
    return body


def _as_cue(turn: Turn) -> Cue:
    return Cue(0, 0, "", turn.participant_role, turn.channel_tag)


def audio_type(filename: str) -> str:
    """Media type by the file's suffix, from a closed list."""
    return AUDIO_TYPES.get(filename.rpartition(".")[2].lower(), "application/octet-stream")


def _audio_headers(filename: str, etag: str) -> dict[str, Any]:
    name = bare_name(filename)
    plain_name = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
    return {
        "accept-ranges": "bytes",
        "etag": etag,
        "cache-control": "private, no-cache",
        "content-disposition": f"inline; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name, safe='')}",
        # A recording opened as a document of its own stays one: no scripts, no forms, no frames.
        "content-security-policy": "default-src 'none'; media-src 'self'; sandbox; frame-ancestors 'none'",
    }


def _bytes(store: Store, key: str, begin: int, length: int) -> Iterator[bytes]:
    with store.blobs.open(key) as source:
        source.seek(begin)
        left = length
        while left > 0 and (chunk := source.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk


def _record_hearing(store: Store, principal: Actor, interaction_id: str, wanted: Copy) -> None:
    store.access.record_once(
        actor=principal.id,
        action="audio.read",
        target=interaction_id,
        now=datetime.now(UTC),
        within=ONE_HEARING,
        detail={"copy": wanted} if wanted == "masked" else None,
    )
