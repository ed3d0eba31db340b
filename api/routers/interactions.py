"""Interactions: lists with filters, one with its analysis and evidence, its recording, its re-analysis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.background import BackgroundTask

from api import ranges
from api.access import Analyst, Principal, Reader
from api.bodies import bare_name
from api.filtering import Filtered, query_of
from api.masking import hidden_link, masked
from api.problems import Problem, not_found
from api.routers.answers import InteractionList, InteractionSummary
from api.services import SearchAnswer, Services
from voc.errors import StoreError
from voc.records import Analysis, Interaction, Link
from voc.store import Filters, Store
from voc.store.interactions import Page, Stored

router = APIRouter(prefix="/v1/interactions", tags=["interactions"])

CHUNK_BYTES = 256 * 1024

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


class InteractionDetail(BaseModel):
    """One interaction with everything found in it, whose it is and why."""

    interaction: InteractionSummary
    subject: str | None
    attributes: dict[str, str]
    analysis: Analysis | None
    link: Link | None
    audio: str | None
    """Address of the original recording (role analyst)."""


class Requeued(BaseModel):
    """Interactions whose analysis was queued again."""

    queued: list[str]


@router.get("", summary="List interactions")
def listing(
    request: Request,
    principal: Reader,
    filters: Filtered,
    q: Annotated[
        str | None, Query(max_length=500, description="Words and meaning; best first, without paging.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
) -> InteractionList:
    """Newest first, with every filter; with ``q`` the best matches first."""
    if q and q.strip():
        answer = found(request, q, filters, limit=limit)
        return InteractionList(
            items=[InteractionSummary.of(hit.interaction, principal) for hit in answer.hits], next_cursor=None
        )
    page = paged(request, filters, limit=limit, cursor=cursor)
    following = (
        f"/v1/interactions?{query_of(filters, limit=limit, cursor=page.next_cursor)}" if page.next_cursor else None
    )
    return InteractionList(
        items=[InteractionSummary.of(row, principal) for row in page.items],
        next_cursor=page.next_cursor,
        next=following,
    )


@router.get("/{interaction_id}", summary="One interaction with its analysis")
def detail(request: Request, principal: Reader, interaction_id: str) -> InteractionDetail:
    """Readers get the text with personal data masked; analysts get it as it was said."""
    row = find(request, interaction_id)
    record, analysis, link = documents(request, row, principal)
    return InteractionDetail(
        interaction=InteractionSummary.of(row, principal),
        subject=record.subject if principal.allows("analyst") else None,
        attributes=record.attributes if principal.allows("analyst") else {},
        analysis=analysis,
        link=link,
        audio=f"/v1/interactions/{row.id}/audio" if row.has_audio else None,
    )


@router.head("/{interaction_id}/audio", include_in_schema=False)
@router.get(
    "/{interaction_id}/audio",
    summary="The original recording",
    response_class=StreamingResponse,
    responses={206: {"description": "The bytes of the range"}, 416: {"description": "The range is outside the file"}},
)
def audio(request: Request, principal: Analyst, interaction_id: str) -> Response:
    """With range requests, so that a player can jump; the entity tag is the SHA-256 of the bytes."""
    store: Store = request.app.state.store
    find(request, interaction_id)
    record = store.interactions.records([interaction_id])[0]
    if record.recording is None or record.recording.sha256 is None:
        raise Problem(404, "This interaction has no recording.")
    key = record.recording.sha256
    try:
        size = store.blobs.size(key)
    except StoreError as error:
        raise Problem(410, "The recording is gone from the blob store.") from error
    etag = f'"{key}"'
    headers = _audio_headers(record.recording.filename, etag)
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
        return Response(status_code=status, headers=headers, media_type=audio_type(record.recording.filename))
    heard = BackgroundTask(_record_hearing, store, principal, interaction_id) if begin == 0 else None
    return StreamingResponse(
        _bytes(store, key, begin, length),
        status_code=status,
        headers=headers,
        media_type=audio_type(record.recording.filename),
        background=heard,
    )


@router.post("/{interaction_id}/reanalyse", status_code=202, summary="Analyse again")
def reanalyse(request: Request, principal: Analyst, interaction_id: str) -> Requeued:
    """With the models of today; the present analysis stays until the new one replaces it."""
    find(request, interaction_id)
    return requeue(request, principal, interaction_id)


@router.post("/{interaction_id}/retry", status_code=202, summary="Retry what failed")
def retry(request: Request, principal: Analyst, interaction_id: str) -> Requeued:
    """For an interaction marked failed; 409 for any other."""
    if find(request, interaction_id).status != "failed":
        raise Problem(409, "This interaction did not fail; use reanalyse to analyse it again.")
    return requeue(request, principal, interaction_id)


def find(request: Request, interaction_id: str) -> Stored:
    """The row of an interaction, or 404."""
    store: Store = request.app.state.store
    row = store.interactions.get(interaction_id)
    if row is None:
        raise not_found("interaction")
    return row


def documents(request: Request, row: Stored, principal: Principal) -> tuple[Interaction, Analysis | None, Link | None]:
    """The interaction as it came in, its analysis and its link, as far as this principal may see them."""
    store: Store = request.app.state.store
    record = store.interactions.records([row.id])[0]
    analysis, link = store.findings.analysis(row.id), store.findings.link(row.id)
    if not principal.allows("analyst"):
        analysis = masked(analysis) if analysis else None
        link = hidden_link(link) if link else None
    return record, analysis, link


def paged(request: Request, filters: Filters, *, limit: int, cursor: str | None) -> Page:
    """One page of the list."""
    store: Store = request.app.state.store
    return store.interactions.page(filters, limit=limit, cursor=cursor)


def found(request: Request, query: str, filters: Filters, *, limit: int) -> SearchAnswer:
    """Search hits within the filters."""
    services: Services = request.app.state.services
    return services.search(query, filters, limit=limit)


def requeue(request: Request, principal: Principal, interaction_id: str) -> Requeued:
    """Queue one interaction again and leave a trace of who asked."""
    services: Services = request.app.state.services
    store: Store = request.app.state.store
    queued = services.reanalyse([interaction_id])
    store.access.record(
        actor=principal.id, action="interaction.reanalyse", target=interaction_id, now=datetime.now(UTC)
    )
    return Requeued(queued=queued)


def audio_type(filename: str) -> str:
    """Media type by the file's suffix, from a closed list."""
    return AUDIO_TYPES.get(filename.rpartition(".")[2].lower(), "application/octet-stream")


def _audio_headers(filename: str, etag: str) -> dict[str, Any]:
    name = bare_name(filename)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in name)
    return {
        "accept-ranges": "bytes",
        "etag": etag,
        "cache-control": "private, no-cache",
        "content-disposition": f"inline; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
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


def _record_hearing(store: Store, principal: Principal, interaction_id: str) -> None:
    store.access.record(actor=principal.id, action="audio.read", target=interaction_id, now=datetime.now(UTC))
