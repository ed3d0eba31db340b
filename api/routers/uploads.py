"""Uploads: recordings, exports, transcripts come in; progress and rejected rows go out."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import IO, Annotated, Any, TypeVar

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.access import Analyst, Reader
from api.dependencies import service_of
from api.problems import Problem, not_found
from api.request_files import Sent, SentFile, mapping_of, received
from voc.errors import InputError, Parameter
from voc.records import Channel, Moment, Rejected, Remark
from voc.service.actor import Actor
from voc.service.pipeline import Services
from voc.service.visibility import shown_name
from voc.store import Store
from voc.store.uploads import Progress, Upload

router = APIRouter(prefix="/v1/uploads", tags=["uploads"])

R = TypeVar("R", bound=Rejected)

KEY_CHARS = 200
SHOWN_IDS = 1000


class UploadAnswer(BaseModel):
    """What became of one file."""

    id: str
    href: str
    filename: str
    received_at: Moment
    status: str
    """``received`` (being read), ``queued`` (its interactions are with the workers), ``done`` or ``failed``."""
    finished: bool
    accepted: int
    duplicate: int
    rejected: int
    error: str | None
    """Why the whole file could not be taken in, in English; ``error_code`` stays when the sentence changes."""
    error_code: str | None
    statuses: dict[str, int]
    """Interactions by status: queued, done, failed."""
    interactions: list[str]
    rejections: list[Rejected]
    remarks: list[Remark]
    """What else is to be said of the file; none of it counts as rejected."""

    @classmethod
    def of(cls, progress: Progress, principal: Actor) -> UploadAnswer:
        """From the store's progress, as far as ``principal`` may see it."""
        if not principal.allows("analyst"):
            progress = shown(progress)
        upload = progress.upload
        return cls(
            id=upload.id,
            href=f"/v1/uploads/{upload.id}",
            filename=upload.filename,
            received_at=upload.received_at,
            status=upload.status,
            finished=progress.finished,
            accepted=upload.accepted,
            duplicate=upload.duplicate,
            rejected=upload.rejected,
            error=upload.error,
            error_code=upload.error_code,
            statuses=progress.statuses,
            interactions=progress.interaction_ids,
            rejections=progress.rejections,
            remarks=progress.remarks,
        )


class UploadsAnswer(BaseModel):
    """The files of one request in the order they were sent, and the ids of everything in them."""

    uploads: list[UploadAnswer]
    interactions: list[str]


class UploadSummary(BaseModel):
    """One line of the list of uploads."""

    id: str
    href: str
    filename: str
    received_at: Moment
    size_bytes: int
    status: str
    accepted: int
    duplicate: int
    rejected: int
    error: str | None

    @classmethod
    def of(cls, upload: Upload, principal: Actor) -> UploadSummary:
        """From the store's row, as far as ``principal`` may see it."""
        if not principal.allows("analyst"):
            upload = _shown_upload(upload)
        fields = {name: getattr(upload, name) for name in cls.model_fields if name != "href"}
        return cls(href=f"/v1/uploads/{upload.id}", **fields)


@router.post(
    "",
    status_code=202,
    summary="Send recordings, exports or transcripts",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "file": {"type": "array", "items": {"type": "string", "format": "binary"}},
                            "channel": {"type": "string", "enum": [str(one) for one in Channel]},
                            "roles": {"type": "string", "description": "Role of each audio channel: agent,customer"},
                            "role": {"type": "string", "description": "One person speaks in the whole file"},
                            "map": {"type": "array", "items": {"type": "string"}, "description": "field=column"},
                            "mapping": {"type": "string", "description": "JSON object field → column"},
                        },
                    }
                },
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            },
        }
    },
)
async def send(
    request: Request,
    response: Response,
    principal: Analyst,
    filename: Annotated[
        str | None, Query(max_length=500, description="Name of a streamed (not multipart) body.")
    ] = None,
    channel: Annotated[str | None, Query(max_length=20)] = None,
    roles: Annotated[
        str | None, Query(max_length=200, description="Role of each audio channel: agent,customer")
    ] = None,
    role: Annotated[str | None, Query(max_length=40)] = None,
    map: Annotated[list[str] | None, Query(description="field=column, repeatable")] = None,
    idempotency_key: Annotated[str | None, Header(max_length=KEY_CHARS)] = None,
) -> UploadsAnswer:
    """Answers once everything is on disk and its work is queued: one id per interaction, rejected rows with reasons.

    One file that cannot be taken in does not harm the others; when none can, the answer is 422 and says why. The
    same ``Idempotency-Key`` with the same bytes returns the first answer again.
    """
    async with received(request, filename=filename) as sent:
        if not sent.files:
            raise Problem(422, "file: missing; send at least one file.", code="file_missing")
        if idempotency_key is not None and not idempotency_key.strip():
            idempotency_key = None
        progresses = await run_in_threadpool(
            take_in,
            request,
            principal,
            sent,
            channel=sent.one("channel") or channel,
            roles=sent.one("roles") or roles,
            role=sent.one("role") or role,
            queried_map=map or [],
            idempotency_key=idempotency_key,
        )
    answers = [UploadAnswer.of(one, principal) for one in progresses]
    if all(one.status == "failed" for one in answers):
        raise _refused(progresses, answers)
    if len(answers) == 1:
        response.headers["location"] = answers[0].href
    return UploadsAnswer(uploads=answers, interactions=[k for one in answers for k in one.interactions])


def take_in(
    request: Request,
    principal: Actor,
    sent: Sent,
    *,
    channel: str | None,
    roles: str | None,
    role: str | None,
    queried_map: list[str],
    idempotency_key: str | None,
) -> list[Progress]:
    """Hand each file to the pipeline; shared by the API and the upload page."""
    services: Services = service_of(request).pipeline
    store: Store = service_of(request).store
    mapping = mapping_of(sent, queried_map)
    options: dict[str, Any] = {
        "channel": _channel(channel),
        "mapping": mapping,
        "roles": tuple(part.strip() for part in (roles or "").split(",") if part.strip()),
        "role": role or None,
    }
    progresses: list[Progress] = []
    for number, file in enumerate(sent.files):
        key = _key_of(idempotency_key, principal, number, len(sent.files))
        if key is not None and (earlier := store.uploads.by_idempotency_key(key)) is not None:
            _check_same_bytes(earlier, file)
        try:
            progress = services.receive(file.stream, filename=file.filename, idempotency_key=key, **options)
        except InputError as error:
            raise Problem(422, str(error), code=error.code, parameters=error.parameters) from error
        if key is not None:
            _check_same_bytes(progress.upload, file)  # another may have come with this key since we looked
        store.access.record(
            actor=principal.id, action="upload.receive", target=progress.upload.id, now=datetime.now(UTC)
        )
        progresses.append(progress)
    return progresses


@router.get("", summary="The latest uploads")
def recent(request: Request, principal: Reader, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[UploadSummary]:
    """Newest first."""
    store: Store = service_of(request).store
    return [UploadSummary.of(one, principal) for one in store.uploads.recent(limit=limit)]


@router.get("/{upload_id}", summary="Progress of an upload")
def progress_of(request: Request, principal: Reader, upload_id: str) -> UploadAnswer:
    """How many of its interactions wait, are done or failed, and the rows that were rejected."""
    return UploadAnswer.of(find(request, upload_id), principal)


@router.post("/{upload_id}/retry", status_code=202, summary="Read a failed upload again")
def retry(request: Request, principal: Analyst, upload_id: str) -> UploadAnswer:
    """Reads the kept bytes again, e.g. after an upgrade; what was taken in before is not doubled."""
    find(request, upload_id)
    services: Services = service_of(request).pipeline
    store: Store = service_of(request).store
    progress = services.retry(upload_id)
    store.access.record(actor=principal.id, action="upload.retry", target=upload_id, now=datetime.now(UTC))
    return UploadAnswer.of(progress, principal)


def find(request: Request, upload_id: str) -> Progress:
    """The progress of an upload, or 404."""
    store: Store = service_of(request).store
    progress = store.uploads.progress(upload_id, ids_limit=SHOWN_IDS)
    if progress is None:
        raise not_found("upload")
    return progress


def shown(progress: Progress) -> Progress:
    """The progress as a reader may see it: without the numbers and addresses that names of files hold."""
    return replace(
        progress,
        upload=_shown_upload(progress.upload),
        rejections=[_shown_reason(one) for one in progress.rejections],
        remarks=[_shown_reason(one) for one in progress.remarks],
    )


def _shown_reason(one: R) -> R:
    named = {name: shown_name(value) if isinstance(value, str) else value for name, value in one.parameters.items()}
    return one.model_copy(
        update={"source": shown_name(one.source), "reason": shown_name(one.reason), "parameters": named}
    )


def _shown_upload(upload: Upload) -> Upload:
    refusal = _shown_reason(upload.refusal) if upload.refusal else None
    return replace(
        upload,
        filename=shown_name(upload.filename),
        error=refusal.reason if refusal else None,
        error_parameters=dict(refusal.parameters) if refusal else None,
    )


def _channel(name: str | None) -> Channel | None:
    if not name:
        return None
    try:
        return Channel(name)
    except ValueError:
        raise Problem(
            422,
            f"channel: '{name[:40]}' is not one of {', '.join(Channel)}.",
            code="not_one_of",
            parameters={"field": "channel", "given": name[:40], "known": ", ".join(Channel)},
        ) from None


def _key_of(idempotency_key: str | None, principal: Actor, number: int, files: int) -> str | None:
    """The key as it is kept: of one sender alone, whoever else uses the same, and of one file of several."""
    if idempotency_key is None:
        return None
    own = f"{principal.id}:{idempotency_key}"
    return own if files == 1 else f"{own}#{number + 1}"


def _check_same_bytes(known: Upload, file: SentFile) -> None:
    """An ``Idempotency-Key`` names one body: sent again with another, something is wrong on the sender's side."""
    if known.sha256 != _sha256(file.stream):
        raise Problem(
            422, "Idempotency-Key: it was used for another file; use a new key for each file.", code="key_reused"
        )


def _sha256(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    stream.seek(0)
    while chunk := stream.read(1 << 20):
        digest.update(chunk)
    stream.seek(0)
    return digest.hexdigest()


def _refused(progresses: list[Progress], answers: list[UploadAnswer]) -> Problem:
    """None of the files could be taken in: why, and what became of each."""
    first, refusal = answers[0], progresses[0].upload.refusal
    refusal = refusal or next(iter(first.rejections), None)
    if refusal is None:
        refusal = Rejected(source=first.filename, reason="nothing in it could be taken in", code="nothing_in_it")
    reason = refusal.reason.removeprefix(f"{refusal.source}: ")
    detail, code = f"{refusal.source}: {reason}", refusal.code
    named: dict[str, Parameter] = refusal.parameters | {"file": refusal.source}
    if len(answers) > 1:
        detail, code = f"None of the {len(answers)} files could be taken in; first: {detail}", "no_file_taken_in"
        named = {"n": len(answers)}
    return Problem(
        422,
        detail,
        code=code,
        parameters=named,
        extra={"uploads": [one.model_dump(mode="json") for one in answers]},
    )
