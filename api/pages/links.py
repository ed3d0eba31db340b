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
from api.problems import Problem, not_found
from api.routers.links import change_of, decide, explained, join, part, queued, take_back, whole
from voc.errors import InputError
from voc.identity import merging
from voc.records import Customer
from voc.service.actor import Actor
from voc.store import Store

router = APIRouter(include_in_schema=False)

PER_PAGE = 25
SUGGESTED = 8
"""Customers offered to merge with, of those a search finds."""


@router.get("/links", response_class=HTMLResponse)
def queue(
    request: Request, _: Reader, method: str = "", cursor: Annotated[str | None, Query(max_length=500)] = None
) -> HTMLResponse:
    """Doubtful links, those with the most at stake first."""
    store: Store = service_of(request).store
    found = store.identity_review.queue(method=method or None, limit=PER_PAGE, cursor=cursor)
    return draw(
        request,
        "links.html",
        queue=found,
        rows=queued(store, found),
        method=method,
        methods=("review", "ambiguous", "conflict"),
        first_page=cursor is None,
        next_query=urlencode({"method": method, "cursor": found.next_cursor}) if found.next_cursor else None,
    )


@router.get("/links/merge", response_class=HTMLResponse)
def merge_preview(
    request: Request,
    principal: Analyst,
    first: Annotated[str, Query(max_length=200)],
    second: Annotated[str, Query(max_length=200)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """What a merge would move; without a second customer, a search for one."""
    from voc.pipeline import find_customers

    store: Store = service_of(request).store
    here = _person(store, first, principal)
    found = []
    if q and not second:
        region = service_of(request).settings.default_region
        rows = find_customers(store.customers, q, region=region, limit=SUGGESTED + 1)
        found = [row for row in rows if row.id != here[0].id][:SUGGESTED]
    preview = merging.preview_merge(store, first, second) if second else None
    return draw(request, "merge.html", first=here[0], second=second, q=q, found=found, preview=preview)


@router.post("/links/merge")
async def merge(request: Request, principal: Analyst) -> Response:
    """Merge, and come to the customer."""
    fields = await posted(request)
    first, second = fields.get("first", ""), fields.get("second", "")
    await run_in_threadpool(join, request, principal, first, second, reason=fields.get("reason"))
    return _identity_page(first)


@router.get("/links/split", response_class=HTMLResponse)
def split_preview(request: Request, principal: Analyst, record: Annotated[str, Query(max_length=200)]) -> HTMLResponse:
    """What a split would move."""
    store: Store = service_of(request).store
    _person(store, record, principal)
    return draw(request, "split.html", preview=merging.preview_split(store, record))


@router.post("/links/split")
async def split(request: Request, principal: Analyst) -> Response:
    """Split, and come to the record that left."""
    fields = await posted(request)
    record = fields.get("record", "")
    await run_in_threadpool(part, request, principal, record, reason=fields.get("reason"))
    return _identity_page(record)


@router.post("/links/undo")
async def undo(request: Request, principal: Analyst) -> Response:
    """Take a decision back and come back to where it was listed."""
    fields = await posted(request)
    number = fields.get("event", "")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise Problem(422, "event: say which decision to take back.", code="event_missing")
    later = fields.get("with_later") == "yes"
    await run_in_threadpool(take_back, request, principal, int(number), with_later=later, reason=fields.get("reason"))
    return RedirectResponse(local_path(fields.get("back"), default="/links"), status_code=303)


@router.get("/links/of/{customer_id:path}", response_class=HTMLResponse)
def identity(request: Request, principal: Reader, customer_id: str) -> HTMLResponse:
    """The records of one person, where to merge and split them, and every decision about them."""
    store: Store = service_of(request).store
    records = _person(store, customer_id, principal)
    return draw(
        request,
        "identity.html",
        records=records,
        held=store.identity_review.moving([one.id for one in records]),
        names={one.id: one.name for one in records},
        history=[change_of(one, principal) for one in store.identity_review.history(customer_id)],
        actors=_actors(store),
    )


@router.get("/links/{interaction_id}", response_class=HTMLResponse)
def explanation(request: Request, principal: Reader, interaction_id: str) -> HTMLResponse:
    """Why an interaction is whose it is, candidate by candidate, and what may be decided."""
    store: Store = service_of(request).store
    row, found = explained(request, principal, interaction_id)
    t = speech(request)
    return draw(
        request,
        "link.html",
        row=row,
        link=found.link,
        open=found.open,
        doubts=doubt_sentences(t, found.link),
        candidates=[
            (one, sentence(t, one, found.link), waterfall(t, one) if one.steps else None) for one in found.candidates
        ],
        field_words=lambda one: field_words(t, one),
        history=[change_of(one, principal) for one in store.identity_review.history_of(interaction_id)],
        names={one.customer_id: one.name for one in found.candidates},
        actors=_actors(store),
        waiting=store.identity_review.waiting(),
    )


@router.post("/links/{interaction_id}")
async def decide_one(request: Request, principal: Analyst, interaction_id: str) -> Response:
    """Confirm, link or reject; from the queue on to the next one."""
    fields = await posted(request)
    action, customer = fields.get("action", ""), fields.get("customer", "").strip() or None

    def done() -> str:
        store: Store = service_of(request).store
        if action == "link" and customer is not None:
            known = _found(request, customer)
            decide(request, principal, "link", [interaction_id], known, fields.get("reason"))
        elif action in {"confirm", "reject"}:
            chosen = "confirm" if action == "confirm" else "reject"
            decide(request, principal, chosen, [interaction_id], customer, fields.get("reason"))  # type: ignore[arg-type]
        else:
            raise Problem(422, "action: say whose it is: confirm, link or reject.", code="action_missing")
        following = store.identity_review.queue(limit=1).items if fields.get("next") == "yes" else []
        return f"/links/{following[0].interaction_id}" if following else f"/links/{interaction_id}"

    return RedirectResponse(await run_in_threadpool(done), status_code=303)


def _found(request: Request, written: str) -> str:
    """The one customer that a person meant by an id, a number or a name.

    Raises:
        InputError: nobody, or several.
    """
    from voc.pipeline import find_customers

    store: Store = service_of(request).store
    if store.customers.get(written) is not None:
        return written
    region = service_of(request).settings.default_region
    found = find_customers(store.customers, written, region=region, limit=2)
    if len(found) != 1:
        several = "several customers match" if found else "no customer matches"
        raise InputError(f"customer: {several} what was written; give the customer's id.", code="which_customer")
    return found[0].id


def _person(store: Store, customer_id: str, principal: Actor) -> list[Customer]:
    found = whole(store, customer_id, principal)
    if not found:
        raise not_found("customer")
    return found


def _identity_page(customer_id: str) -> RedirectResponse:
    return RedirectResponse(f"/links/of/{quote(customer_id, safe='')}", status_code=303)


def _actors(store: Store) -> dict[str, str]:
    """Names of the keys that decided something."""
    return {one.id: one.name for one in store.access.listing()}
