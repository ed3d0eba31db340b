"""The recording of an interaction, the copy of it that everybody may hear, and its transcript as a file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel

from api import ranges
from api.access import Analyst, Reader
from api.dependencies import ServiceDep
from api.localisation import Words
from api.problems import Problem
from api.request_files import bare_name
from api.transcript_files import MEDIA_TYPES, Cue, Format, cues, named, plain, subrip, webvtt
from voc.records import Turn
from voc.service import audio as use_cases
from voc.service.actor import Actor
from voc.service.audio import Copy, MaskedCopy, MaskedStatus, Recording
from voc.service.context import Service

router = APIRouter(prefix="/v1/interactions", tags=["interactions"])

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
    service: ServiceDep,
    actor: Reader,
    interaction_id: str,
    copy: Annotated[
        Copy | None,
        Query(description="`original` (role analyst) or `masked`: personal data silenced. Default: what you may hear."),
    ] = None,
) -> Response:
    """With range requests, so that a player can jump; the entity tag is the SHA-256 of the bytes.

    Both copies are equally long, second for second.
    """
    return _sound(request, service, actor, use_cases.recording(service, actor, interaction_id, copy))


def _sound(request: Request, service: Service, actor: Actor, found: Recording) -> Response:
    etag = f'"{found.key}"'
    headers = _audio_headers(found.filename, etag)
    if ranges.etag_matches(request.headers.get("if-none-match"), etag):
        return Response(status_code=304, headers=headers)
    asked = request.headers.get("range")
    if request.headers.get("if-range", etag) != etag:
        asked = None  # another version was being fetched: start over
    try:
        span = ranges.wanted(asked, found.size)
    except ranges.Unsatisfiable:
        raise Problem(
            416, "The range is outside the recording.", headers={"Content-Range": f"bytes */{found.size}"}
        ) from None
    begin, length = (span.first, span.length) if span else (0, found.size)
    headers["content-length"] = str(length)
    if span:
        headers["content-range"] = f"bytes {span.first}-{span.last}/{found.size}"
    status = 206 if span else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=audio_type(found.filename))
    return StreamingResponse(
        use_cases.listen(service, actor, found, begin=begin, length=length),
        status_code=status,
        headers=headers,
        media_type=audio_type(found.filename),
    )


@router.get("/{interaction_id}/audio/masked", summary="Where the copy without personal data stands")
def masked_status(service: ServiceDep, actor: Reader, interaction_id: str) -> MaskedAudioStatus:
    """``pending`` → ``ready``, ``failed`` (can be retried) or ``closed`` (nothing was searched, nothing is heard)."""
    return _status(use_cases.masked_copy(service, actor, interaction_id))


@router.post("/{interaction_id}/audio/masked", status_code=202, summary="Make the copy without personal data again")
def mask_again(service: ServiceDep, actor: Analyst, interaction_id: str) -> MaskedAudioStatus:
    """After a failure, or when it should be made anew; until it is ready it is closed."""
    return _status(use_cases.mask_again(service, actor, interaction_id))


def _status(found: MaskedCopy) -> MaskedAudioStatus:
    return MaskedAudioStatus(status=found.status, reason=found.reason, at=found.at)


@router.get(
    "/{interaction_id}/transcript",
    summary="The transcript as a file",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in MEDIA_TYPES.values()}}, 409: {"description": "Nothing to show"}},
)
def transcript(
    request: Request,
    service: ServiceDep,
    actor: Reader,
    interaction_id: str,
    format: Annotated[Format, Query(description="WebVTT, SubRip, plain text, or JSON with the words' times.")] = "vtt",
) -> Response:
    """Speakers are named by their role; readers get the words with personal data masked."""
    analysis = use_cases.transcript(service, actor, interaction_id)
    words: Words = request.app.state.pages.words_for(request)
    said_by = {one.participant_role for one in analysis.turns} - {None}
    roles = {str(role): words.known(f"people.{role}", role) for role in said_by}
    name = named(roles, channel=words("people.channel", n="{n}"))
    if format == "json":
        body: Response = JSONResponse(
            {
                "id": interaction_id,
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
    body.headers["content-disposition"] = f'attachment; filename="{interaction_id}.{format}"'
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
