"""Customers: the list, one timeline over all channels, the import of the base."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api.access import Analyst, Reader, check_token
from api.dependencies import service_of
from api.pages.rendering import draw
from api.request_files import received
from api.routers.customers import find, pressure_of_one, sentiments, story_of, take_base
from api.sessions import CSRF_FIELD
from voc.customers.fragility import fragility_of
from voc.customers.similar_customers import THIN
from voc.insights.drilldown import href
from voc.store import Filters, Store

router = APIRouter(include_in_schema=False)

PER_PAGE = 50
REJECTIONS_SHOWN = 50


@router.get("/customers", response_class=HTMLResponse)
def listing(
    request: Request,
    _: Reader,
    q: Annotated[str, Query(max_length=200)] = "",
    segment: Annotated[str, Query(max_length=200)] = "",
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> HTMLResponse:
    """Those heard last come first."""
    from voc.pipeline import find_customers

    store: Store = service_of(request).store
    region = service_of(request).settings.default_region
    rows = find_customers(store.customers, q, region=region, segment=segment or None, limit=PER_PAGE + 1, offset=offset)
    return draw(
        request,
        "customers.html",
        rows=rows[:PER_PAGE],
        more=len(rows) > PER_PAGE,
        offset=offset,
        per_page=PER_PAGE,
        q=q,
        segment=segment,
        segments=store.customers.segments(),
        n=store.customers.count(),
        report=None,
    )


@router.post("/customers/import", response_class=HTMLResponse)
async def import_base(request: Request, principal: Analyst) -> HTMLResponse:
    """Take in a CRM export and say what became of it."""
    async with received(request) as sent:
        check_token(request, sent.one(CSRF_FIELD))
        report = await run_in_threadpool(take_base, request, principal, sent, [])
    return await run_in_threadpool(
        draw, request, "imported.html", report=report, rejections=report.rejections[:REJECTIONS_SHOWN]
    )


@router.get("/customers/{customer_id:path}", response_class=HTMLResponse)
def timeline(request: Request, principal: Reader, customer_id: str) -> HTMLResponse:
    """One customer: three contexts, and everything on one line of time."""
    store: Store = service_of(request).store
    customer = find(request, principal, customer_id)
    found = story_of(request, principal, customer)
    return draw(
        request,
        "customer.html",
        customer=customer,
        story=found,
        n=found.n,
        every=href(Filters(customer=customer.id)),
        sentiments=sentiments(store, customer.id),
        pressure=pressure_of_one(request, customer),
        fragility=fragility_of(store, customer.id, now=datetime.now(UTC)),
        repeat_days=service_of(request).settings.repeat_days,
        looks_for_twins=principal.allows("analyst") and service_of(request).settings.lookalikes and 0 < found.n <= THIN,
    )
