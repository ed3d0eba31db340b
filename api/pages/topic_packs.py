"""Topics in force: which packs are on, which would fit, and the topics of one's own, tried before they count."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import Admin, Reader
from api.dependencies import service_of
from api.pages.forms import posted
from api.pages.rendering import draw
from voc.errors import InputError
from voc.service import topic_packs
from voc.service.actor import Actor
from voc.service.topic_packs import TopicsChange

router = APIRouter(include_in_schema=False)

OWN_CHARS = 100_000
NOTE_CHARS = 500


@router.get("/topics/packs", response_class=HTMLResponse)
def page(request: Request, actor: Reader) -> HTMLResponse:
    """The packs, the offer, the topics of one's own and their versions."""
    return _page(request, actor)


@router.post("/topics/packs")
async def take(request: Request, actor: Admin) -> Response:
    """Take the packs that are ticked."""
    fields = await posted(request, longest=OWN_CHARS)
    packs = tuple(name.removeprefix("pack.") for name in fields if name.startswith("pack."))
    change = TopicsChange(packs=packs)
    reanalyse = fields.get("reanalyse") == "yes"
    await run_in_threadpool(topic_packs.change, service_of(request), actor, change, reanalyse=reanalyse)
    return RedirectResponse("/topics/packs", status_code=303)


@router.post("/topics/own", response_class=HTMLResponse)
async def edit(request: Request, actor: Admin) -> Response:
    """Try, or put in force, the topics of one's own; what is wrong with them is shown above them."""
    fields = await posted(request, longest=OWN_CHARS)
    own, note = fields.get("own", ""), fields.get("note", "").strip()[:NOTE_CHARS]
    after = int(fields["after"]) if fields.get("after", "").isdecimal() else None
    change = TopicsChange(own=own if own.strip() else None, keep_own=False, note=note or None, after=after)
    try:
        if fields.get("do") != "keep":
            tried = await run_in_threadpool(topic_packs.try_change, service_of(request), actor, change)
            return await run_in_threadpool(_page, request, actor, own=own, note=note, tried=tried)
        reanalyse = fields.get("reanalyse") == "yes"
        await run_in_threadpool(topic_packs.change, service_of(request), actor, change, reanalyse=reanalyse)
    except InputError as problem:
        return await run_in_threadpool(_page, request, actor, own=own, note=note, problem=str(problem))
    return RedirectResponse("/topics/packs", status_code=303)


def _page(request: Request, actor: Actor, **more: Any) -> HTMLResponse:
    service = service_of(request)
    newest = topic_packs.newest(service, actor)
    context: dict[str, Any] = {
        "own": (newest.own if newest else None) or "",
        "note": "",
        "tried": None,
        "problem": None,
        "after": newest.version if newest else 0,
    }
    return draw(
        request,
        "topic_packs.html",
        state=topic_packs.state(service, actor),
        versions=topic_packs.versions(service, actor, limit=20),
        **context | more,
    )
