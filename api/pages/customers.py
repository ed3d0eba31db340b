"""Customers: the list, one timeline over all channels, the import of the base."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api.access import Analyst, Reader, check_token
from api.dependencies import service_of
from api.filtering import Filtered, query_of
from api.pages.rendering import draw
from api.request_files import UploadForm, mapping_of, received
from api.sessions import CSRF_FIELD
from voc.insights.drilldown import href
from voc.service import customers, lookalikes
from voc.service.actor import Actor
from voc.service.interactions import Filters

router = APIRouter(include_in_schema=False)

PER_PAGE = 50
REJECTIONS_SHOWN = 50


@router.get("/customers", response_class=HTMLResponse)
def listing(
    request: Request,
    actor: Reader,
    q: Annotated[str, Query(max_length=200)] = "",
    segment: Annotated[str, Query(max_length=200)] = "",
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> HTMLResponse:
    """Those heard last come first."""
    service = service_of(request)
    found = customers.listing(service, actor, q, segment=segment or None, limit=PER_PAGE, offset=offset)
    return draw(
        request,
        "customers.html",
        rows=found.items,
        more=found.more,
        offset=offset,
        per_page=PER_PAGE,
        q=q,
        segment=segment,
        segments=customers.segments(service, actor),
        n=customers.count(service, actor),
        report=None,
    )


@router.post("/customers/import", response_class=HTMLResponse)
async def import_base(request: Request, actor: Analyst) -> HTMLResponse:
    """Take in a CRM export and say what became of it."""
    async with received(request) as sent:
        check_token(request, sent.one(CSRF_FIELD))
        return await run_in_threadpool(_imported, request, actor, sent)


def _imported(request: Request, actor: Actor, sent: UploadForm) -> HTMLResponse:
    with sent.only_file("customer file") as (path, name):
        report = customers.import_base(service_of(request), actor, path, mapping=mapping_of(sent, []), source=name)
    return draw(request, "imported.html", report=report, rejections=report.rejections[:REJECTIONS_SHOWN])


@router.get("/customers/at-risk", response_class=HTMLResponse)
def at_risk(
    request: Request,
    actor: Reader,
    filters: Filtered,
    order: Annotated[customers.Order, Query()] = "points",
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> HTMLResponse:
    """Those who may leave, the first to call first, taken apart."""
    service = service_of(request)
    rows, n = customers.at_risk(service, actor, filters, order=order, limit=PER_PAGE, offset=offset)
    asked = query_of(filters, order=order if order != "points" else "")
    return draw(
        request,
        "customers_at_risk.html",
        rows=rows,
        n=n,
        order=order,
        offset=offset,
        per_page=PER_PAGE,
        filters=filters,
        asked=asked,
        segments=customers.segments(service, actor),
    )


@router.get("/customers/{customer_id:path}", response_class=HTMLResponse)
def timeline(request: Request, actor: Reader, customer_id: str) -> HTMLResponse:
    """One customer: three contexts, and everything on one line of time."""
    service = service_of(request)
    found = customers.detail(service, actor, customer_id)
    return draw(
        request,
        "customer.html",
        customer=found.customer,
        story=found.story,
        n=found.story.n,
        every=href(Filters(customer=found.customer.id)),
        sentiments=found.sentiments,
        pressure=found.pressure,
        fragility=found.fragility,
        repeat_days=service.settings.repeat_days,
        looks_for_twins=lookalikes.are_wanted(service, actor, interactions=found.story.n),
    )
