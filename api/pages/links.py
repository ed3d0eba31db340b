"""Who is whom: the queue of doubtful links and why each is one, merges and splits, a history with undo."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import Analyst, Reader
from api.dependencies import service_of
from api.link_explanation import doubt_sentences, field_words, sentence, waterfall
from api.pages.forms import local_path, posted
from api.pages.rendering import draw, speech
from api.problems import Problem
from voc.service import customers, keys, links

router = APIRouter(include_in_schema=False)

PER_PAGE = 25
SUGGESTED = 8
"""Customers offered to merge with, of those a search finds."""


@router.get("/links", response_class=HTMLResponse)
def queue(
    request: Request, actor: Reader, method: str = "", cursor: Annotated[str | None, Query(max_length=500)] = None
) -> HTMLResponse:
    """Doubtful links, those with the most at stake first."""
    found = links.queue(service_of(request), actor, method=method or None, limit=PER_PAGE, cursor=cursor)
    return draw(
        request,
        "links.html",
        queue=found,
        method=method,
        methods=links.OPEN,
        first_page=cursor is None,
        next_query=urlencode({"method": method, "cursor": found.next_cursor}) if found.next_cursor else None,
    )


@router.get("/links/merge", response_class=HTMLResponse)
def merge_preview(
    request: Request,
    actor: Analyst,
    first: Annotated[str, Query(max_length=200)],
    second: Annotated[str, Query(max_length=200)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """What a merge would move; without a second customer, a search for one."""
    service = service_of(request)
    here = customers.records(service, actor, first)[0]
    found = []
    if q and not second:
        rows = customers.listing(service, actor, q, limit=SUGGESTED + 1).items
        found = [row for row in rows if row.id != here.id][:SUGGESTED]
    preview = links.merge_preview(service, actor, first, second) if second else None
    return draw(request, "merge.html", first=here, second=second, q=q, found=found, preview=preview)


@router.post("/links/merge")
async def merge(request: Request, actor: Analyst) -> Response:
    """Merge, and come to the customer."""
    fields = await posted(request)
    first, second = fields.get("first", ""), fields.get("second", "")
    await run_in_threadpool(links.merge, service_of(request), actor, first, second, reason=fields.get("reason"))
    return _identity_page(first)


@router.get("/links/split", response_class=HTMLResponse)
def split_preview(request: Request, actor: Analyst, record: Annotated[str, Query(max_length=200)]) -> HTMLResponse:
    """What a split would move."""
    service = service_of(request)
    customers.records(service, actor, record)
    return draw(request, "split.html", preview=links.split_preview(service, actor, record))


@router.post("/links/split")
async def split(request: Request, actor: Analyst) -> Response:
    """Split, and come to the record that left."""
    fields = await posted(request)
    record = fields.get("record", "")
    await run_in_threadpool(links.split, service_of(request), actor, record, reason=fields.get("reason"))
    return _identity_page(record)


@router.post("/links/undo")
async def undo(request: Request, actor: Analyst) -> Response:
    """Take a decision back and come back to where it was listed."""
    fields = await posted(request)
    number = fields.get("event", "")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise Problem(422, "event: say which decision to take back.", code="event_missing")
    later, reason = fields.get("with_later") == "yes", fields.get("reason")
    await run_in_threadpool(links.undo, service_of(request), actor, int(number), with_later=later, reason=reason)
    return RedirectResponse(local_path(fields.get("back"), default="/links"), status_code=303)


@router.get("/links/of/{customer_id:path}", response_class=HTMLResponse)
def identity(request: Request, actor: Reader, customer_id: str) -> HTMLResponse:
    """The records of one person, where to merge and split them, and every decision about them."""
    service = service_of(request)
    records = customers.records(service, actor, customer_id)
    return draw(
        request,
        "identity.html",
        records=records,
        held=links.held(service, actor, [one.id for one in records]),
        names={one.id: one.name for one in records},
        history=links.history(service, actor, customer_id),
        actors=keys.names(service, actor),
    )


@router.get("/links/{interaction_id}", response_class=HTMLResponse)
def explanation(request: Request, actor: Reader, interaction_id: str) -> HTMLResponse:
    """Why an interaction is whose it is, candidate by candidate, and what may be decided."""
    service = service_of(request)
    answer = links.detail(service, actor, interaction_id)
    found, t = answer.explanation, speech(request)
    return draw(
        request,
        "link.html",
        row=answer.row,
        link=found.link,
        open=found.open,
        doubts=doubt_sentences(t, found.link),
        candidates=[
            (one, sentence(t, one, found.link), waterfall(one) if one.steps else None) for one in found.candidates
        ],
        field_words=lambda one: field_words(t, one),
        history=answer.history,
        names={one.customer_id: one.name for one in found.candidates},
        actors=keys.names(service, actor),
        waiting=links.waiting(service, actor),
    )


@router.post("/links/{interaction_id}")
async def decide_one(request: Request, actor: Analyst, interaction_id: str) -> Response:
    """Confirm, link or reject; from the queue on to the next one."""
    fields = await posted(request)
    action, customer = fields.get("action", ""), fields.get("customer", "").strip() or None
    service, reason = service_of(request), fields.get("reason")

    def done() -> str:
        if action == "link" and customer is not None:
            known = customers.meant(service, actor, customer)
            links.link(service, actor, [interaction_id], known, reason=reason)
        elif action == "confirm":
            links.confirm(service, actor, interaction_id, customer, reason=reason)
        elif action == "reject":
            links.reject(service, actor, [interaction_id], customer, reason=reason)
        else:
            raise Problem(422, "action: say whose it is: confirm, link or reject.", code="action_missing")
        following = links.queue(service, actor, limit=1).items if fields.get("next") == "yes" else []
        return f"/links/{following[0].row.id}" if following else f"/links/{interaction_id}"

    return RedirectResponse(await run_in_threadpool(done), status_code=303)


def _identity_page(customer_id: str) -> RedirectResponse:
    return RedirectResponse(f"/links/of/{quote(customer_id, safe='')}", status_code=303)
