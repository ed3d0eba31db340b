"""Sending files from the browser, with live progress and the rows that could not be taken in."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import Analyst, Reader, check_token
from api.dependencies import service_of
from api.pages.forms import posted
from api.pages.rendering import draw
from api.problems import Problem
from api.request_files import channel_of, mapping_of, received, roles_of
from api.sessions import CSRF_FIELD
from voc.service import mappings, uploads
from voc.service.actor import Actor

router = APIRouter(include_in_schema=False)

RECENT = 15
REJECTIONS_SHOWN = 50
MAPPED_FIELDS = ("text", "title", "date", "customer", "email", "phone", "channel", "id", "rating", "nps", "language")
COLUMN_CHOICES = (*MAPPED_FIELDS, "name", "handle", "csat", "thread", "ignore")
"""What a column shown before the upload may be; a field that was guessed is offered too."""


@router.get("/upload", response_class=HTMLResponse)
def form(request: Request, actor: Analyst) -> HTMLResponse:
    """The form and the latest uploads."""
    service = service_of(request)
    return draw(
        request,
        "upload.html",
        recent=uploads.recent(service, actor, limit=RECENT),
        limit_mb=service.settings.max_upload_mb,
    )


@router.post("/upload")
async def send(request: Request, actor: Analyst) -> Response:
    """The form without JavaScript; with it, files go to ``/v1/uploads`` one by one."""
    async with received(request) as sent:
        check_token(request, sent.one(CSRF_FIELD))
        if not sent.files:
            raise Problem(422, "file: missing; choose at least one file.", code="file_missing")
        take = partial(
            uploads.receive,
            mapping=mapping_of(sent, []),
            channel=channel_of(sent.one("channel")),
            roles=roles_of(",".join(part for part in (sent.one("roles"), sent.one("speakers")) if part) or None),
            role=sent.one("role"),
        )
        progresses = await run_in_threadpool(take, service_of(request), actor, sent.files)
    return RedirectResponse(
        f"/uploads/{progresses[0].upload.id}" if len(progresses) == 1 else "/upload", status_code=303
    )


@router.post("/upload/columns", response_class=HTMLResponse)
async def columns(request: Request, actor: Analyst) -> HTMLResponse:
    """How the columns of a table that is about to be sent are understood, as a fragment; nothing is kept."""
    async with received(request) as sent:
        check_token(request, sent.one(CSRF_FIELD))
        if len(sent.files) != 1:
            raise Problem(422, "file: send exactly one table.", code="one_file")
        take = partial(mappings.preview, channel=channel_of(sent.one("channel")))
        reading = await run_in_threadpool(take, service_of(request), actor, sent.files[0])
    return await run_in_threadpool(draw, request, "_columns.html", reading=reading, fields=COLUMN_CHOICES)


@router.get("/upload/mappings", response_class=HTMLResponse)
def saved_mappings(request: Request, actor: Analyst) -> HTMLResponse:
    """The mappings that were kept: what each says, another name for it, its end."""
    return draw(request, "mappings.html", mappings=mappings.listing(service_of(request), actor))


@router.post("/upload/mappings/rename")
async def rename_mapping(request: Request, actor: Analyst) -> Response:
    """Call one otherwise."""
    fields = await posted(request)
    asked = (service_of(request), actor, fields.get("name", ""), fields.get("new", ""))
    await run_in_threadpool(mappings.rename, *asked)
    return RedirectResponse("/upload/mappings", status_code=303)


@router.post("/upload/mappings/remove")
async def remove_mapping(request: Request, actor: Analyst) -> Response:
    """Forget one; what was read with it stays."""
    fields = await posted(request)
    await run_in_threadpool(mappings.remove, service_of(request), actor, fields.get("name", ""))
    return RedirectResponse("/upload/mappings", status_code=303)


@router.get("/uploads/{upload_id}", response_class=HTMLResponse)
def one(request: Request, actor: Reader, upload_id: str) -> HTMLResponse:
    """One upload as a page."""
    return draw(request, "one_upload.html", **_shown(request, actor, upload_id))


@router.post("/uploads/{upload_id}/retry")
async def again(request: Request, actor: Analyst, upload_id: str) -> Response:
    """Read a file again that was set aside or could not be taken in."""
    await posted(request)
    await run_in_threadpool(uploads.retry, service_of(request), actor, upload_id)
    return RedirectResponse(f"/uploads/{upload_id}", status_code=303)


@router.get("/uploads/{upload_id}/progress", response_class=HTMLResponse)
def progress(request: Request, actor: Reader, upload_id: str) -> HTMLResponse:
    """Its progress as a fragment that refreshes itself until the work is done."""
    return draw(request, "_upload.html", **_shown(request, actor, upload_id))


def _shown(request: Request, actor: Actor, upload_id: str) -> dict[str, Any]:
    service = service_of(request)
    found = uploads.progress(service, actor, upload_id)
    total = sum(found.statuses.values())
    unreadable = found.upload.status == "failed" and total == 0
    return {
        "progress": found,
        "upload": found.upload,
        "total": total,
        "settled": total - found.statuses.get("queued", 0),
        "rejections": found.rejections[:REJECTIONS_SHOWN],
        "columns": uploads.columns(service, actor, upload_id) if unreadable else (),
        "fields": MAPPED_FIELDS,
    }
