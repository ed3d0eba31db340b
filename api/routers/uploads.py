"""Uploads: recordings, exports, transcripts come in; progress and rejected rows go out."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.access import Analyst, Reader
from api.dependencies import ServiceDep
from api.problems import Problem
from api.request_files import BINARY, channel_of, form_of, mapping_of, received, roles_of
from voc.errors import Parameter
from voc.records import Channel, Moment, Rejected, Remark
from voc.service import uploads
from voc.service.uploads import Progress, Upload

router = APIRouter(prefix="/v1/uploads", tags=["uploads"])

KEY_CHARS = 200


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
    def of(cls, progress: Progress) -> UploadAnswer:
        """From its progress as far as whoever asks may see it."""
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
    def of(cls, upload: Upload) -> UploadSummary:
        """From an upload as far as whoever asks may see it."""
        fields = {name: getattr(upload, name) for name in cls.model_fields if name != "href"}
        return cls(href=f"/v1/uploads/{upload.id}", **fields)


@router.post(
    "",
    status_code=202,
    summary="Send recordings, exports or transcripts",
    openapi_extra=form_of(
        {
            "file": {"type": "array", "items": BINARY},
            "channel": {"type": "string", "enum": [str(one) for one in Channel]},
            "roles": {
                "type": "string",
                "description": "Roles of channels (agent,customer) or of speakers (NAME=agent)",
            },
            "role": {"type": "string", "description": "One person speaks in the whole file"},
            "map": {"type": "array", "items": {"type": "string"}, "description": "field=column"},
            "mapping": {"type": "string", "description": "JSON object field → column"},
        },
        or_body=True,
    ),
)
async def send(
    request: Request,
    response: Response,
    service: ServiceDep,
    actor: Analyst,
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
        take = partial(
            uploads.receive,
            mapping=mapping_of(sent, map or []),
            channel=channel_of(sent.one("channel") or channel),
            roles=roles_of(sent.one("roles") or roles),
            role=sent.one("role") or role or None,
            idempotency_key=idempotency_key,
        )
        progresses = await run_in_threadpool(take, service, actor, sent.files)
    answers = [UploadAnswer.of(one) for one in progresses]
    if all(one.status == "failed" for one in answers):
        raise _refused(progresses, answers)
    if len(answers) == 1:
        response.headers["location"] = answers[0].href
    return UploadsAnswer(uploads=answers, interactions=[k for one in answers for k in one.interactions])


@router.get("", summary="The latest uploads")
def recent(service: ServiceDep, actor: Reader, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> list[UploadSummary]:
    """Newest first."""
    return [UploadSummary.of(one) for one in uploads.recent(service, actor, limit=limit)]


@router.get("/{upload_id}", summary="Progress of an upload")
def progress_of(service: ServiceDep, actor: Reader, upload_id: str) -> UploadAnswer:
    """How many of its interactions wait, are done or failed, and the rows that were rejected."""
    return UploadAnswer.of(uploads.progress(service, actor, upload_id))


@router.post("/{upload_id}/retry", status_code=202, summary="Read a failed upload again")
def retry(service: ServiceDep, actor: Analyst, upload_id: str) -> UploadAnswer:
    """Reads the kept bytes again, e.g. after an upgrade; what was taken in before is not doubled."""
    return UploadAnswer.of(uploads.retry(service, actor, upload_id))


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
