"""Sending files from the browser, with live progress and the rows that could not be taken in."""

from __future__ import annotations

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
from api.request_files import received
from api.routers.uploads import find, retry, shown, take_in
from api.sessions import CSRF_FIELD
from voc.service.actor import Actor
from voc.service.pipeline import Services
from voc.store import Store
from voc.store.uploads import Progress

router = APIRouter(include_in_schema=False)

RECENT = 15
REJECTIONS_SHOWN = 50
MAPPED_FIELDS = ("text", "title", "date", "customer", "email", "phone", "channel", "id", "rating", "nps", "language")


@router.get("/upload", response_class=HTMLResponse)
def form(request: Request, _: Analyst) -> HTMLResponse:
    """The form and the latest uploads."""
    store: Store = service_of(request).store
    return draw(
        request,
        "upload.html",
        recent=store.uploads.recent(limit=RECENT),
        limit_mb=service_of(request).settings.max_upload_mb,
    )


@router.post("/upload")
async def send(request: Request, principal: Analyst) -> Response:
    """The form without JavaScript; with it, files go to ``/v1/uploads`` one by one."""
    async with received(request) as sent:
        check_token(request, sent.one(CSRF_FIELD))
        if not sent.files:
            raise Problem(422, "file: missing; choose at least one file.", code="file_missing")
        progresses = await run_in_threadpool(
            take_in,
            request,
            principal,
            sent,
            channel=sent.one("channel"),
            roles=sent.one("roles"),
            role=sent.one("role"),
            queried_map=[],
            idempotency_key=None,
        )
    return RedirectResponse(
        f"/uploads/{progresses[0].upload.id}" if len(progresses) == 1 else "/upload", status_code=303
    )


@router.get("/uploads/{upload_id}", response_class=HTMLResponse)
def one(request: Request, principal: Reader, upload_id: str) -> HTMLResponse:
    """One upload as a page."""
    return draw(request, "one_upload.html", **_shown(request, principal, find(request, upload_id)))


@router.post("/uploads/{upload_id}/retry")
async def again(request: Request, principal: Analyst, upload_id: str) -> Response:
    """Read a file again that was set aside or could not be taken in."""
    await posted(request)
    await run_in_threadpool(retry, request, principal, upload_id)
    return RedirectResponse(f"/uploads/{upload_id}", status_code=303)


@router.get("/uploads/{upload_id}/progress", response_class=HTMLResponse)
def progress(request: Request, principal: Reader, upload_id: str) -> HTMLResponse:
    """Its progress as a fragment that refreshes itself until the work is done."""
    return draw(request, "_upload.html", **_shown(request, principal, find(request, upload_id)))


def _shown(request: Request, principal: Actor, progress: Progress) -> dict[str, Any]:
    if not principal.allows("analyst"):
        progress = shown(progress)
    services: Services = service_of(request).pipeline
    total = sum(progress.statuses.values())
    unreadable = progress.upload.status == "failed" and total == 0
    return {
        "progress": progress,
        "upload": progress.upload,
        "total": total,
        "settled": total - progress.statuses.get("queued", 0),
        "rejections": progress.rejections[:REJECTIONS_SHOWN],
        "columns": services.columns(progress.upload.id) if unreadable else (),
        "fields": MAPPED_FIELDS,
    }
