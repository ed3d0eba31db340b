"""Customers: find one, see everything known of one, import the base."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.access import Analyst, Principal, Reader
from api.bodies import Sent, mapping_of, received
from api.masking import hidden
from api.problems import Problem, not_found
from api.routers.answers import InteractionSummary
from api.services import Imported, Services
from voc.records import Customer, Moment, Rejected
from voc.store import Filters, Store

router = APIRouter(prefix="/v1/customers", tags=["customers"])

TIMELINE_LIMIT = 200


class CustomerSummary(BaseModel):
    """One customer in a list, with how often and how they were heard."""

    id: str
    href: str
    name: str | None
    city: str | None
    segment: str | None
    interactions: int
    negative: int
    last_at: Moment | None


class CustomerList(BaseModel):
    """One page of customers; ``next_offset`` is null on the last."""

    items: list[CustomerSummary]
    next_offset: int | None


class CustomerDetail(BaseModel):
    """Everything known of one customer."""

    customer: Customer
    n: int
    """Interactions linked to them; ``timeline`` holds the latest of these."""
    sentiment: dict[str, int]
    """Interactions by sentiment label (``none``: not scored)."""
    timeline: list[InteractionSummary]


class ImportAnswer(BaseModel):
    """What became of a customer import."""

    new: int
    updated: int
    rejected: int
    relinked: int
    """Interactions that were anonymous and have found their customer."""
    rejections: list[Rejected]


@router.get("", summary="List or search customers")
def listing(
    request: Request,
    _: Reader,
    q: Annotated[str, Query(max_length=200, description="Part of a name, an id, or a whole identifier.")] = "",
    segment: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> CustomerList:
    """Those heard last come first."""
    from voc.pipeline import find_customers

    store: Store = request.app.state.store
    region = request.app.state.settings.default_region
    rows = find_customers(store.customers, q, region=region, segment=segment or None, limit=limit + 1, offset=offset)
    items = [
        CustomerSummary(
            id=row.id,
            href=f"/v1/customers/{row.id}",
            name=row.name,
            city=row.city,
            segment=row.segment,
            interactions=row.interactions,
            negative=row.negative,
            last_at=row.last_at,
        )
        for row in rows[:limit]
    ]
    return CustomerList(items=items, next_offset=offset + limit if len(rows) > limit else None)


@router.post(
    "/import",
    status_code=200,
    summary="Import the customer base",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}}
                },
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
            },
        }
    },
)
async def import_base(
    request: Request,
    principal: Analyst,
    filename: Annotated[str | None, Query(max_length=500)] = None,
    map: Annotated[list[str] | None, Query(description="field=column, repeatable")] = None,
) -> ImportAnswer:
    """CSV, XLSX, JSON or Parquet; records are created or updated by id, and anonymous interactions linked anew."""
    async with received(request, filename=filename) as sent:
        report = await run_in_threadpool(take_base, request, principal, sent, map or [])
    return ImportAnswer(
        new=report.new,
        updated=report.updated,
        rejected=report.rejected,
        relinked=report.relinked,
        rejections=list(report.rejections),
    )


@router.get("/{customer_id:path}", summary="One customer with their timeline")
def detail(request: Request, principal: Reader, customer_id: str) -> CustomerDetail:
    """Record, identifiers (masked for readers), sentiment and timeline over all channels."""
    store: Store = request.app.state.store
    customer = find(request, principal, customer_id)
    filters = Filters(customer=customer.id)
    page = store.interactions.page(filters, limit=TIMELINE_LIMIT)
    return CustomerDetail(
        customer=customer,
        n=store.interactions.count(filters),
        sentiment=sentiments(store, customer.id),
        timeline=[InteractionSummary.of(row, principal) for row in page.items],
    )


def find(request: Request, principal: Principal, customer_id: str) -> Customer:
    """The record as far as this principal may see it, or 404."""
    store: Store = request.app.state.store
    customer = store.customers.get(customer_id)
    if customer is None:
        raise not_found("customer")
    if not principal.allows("analyst"):
        return customer.model_copy(
            update={"identifiers": tuple(hidden(one) for one in customer.identifiers), "attributes": {}}
        )
    return customer


def sentiments(store: Store, customer_id: str) -> dict[str, int]:
    """Interactions of a customer by sentiment label, zeros left out."""
    counts = {
        label: store.interactions.count(Filters(customer=customer_id, sentiment=label))
        for label in ("negative", "neutral", "positive", "none")
    }
    return {label: n for label, n in counts.items() if n}


def take_base(request: Request, principal: Principal, sent: Sent, queried_map: list[str]) -> Imported:
    """Hand the file to the pipeline; shared by the API and the page."""
    services: Services = request.app.state.services
    store: Store = request.app.state.store
    if len(sent.files) != 1:
        raise Problem(422, "file: send exactly one customer file.")
    file = sent.files[0]
    suffix = Path(file.filename).suffix[:12]
    with tempfile.NamedTemporaryFile(prefix="voc-", suffix=suffix) as kept:
        shutil.copyfileobj(file.stream, kept)
        kept.flush()
        report = services.import_customers(Path(kept.name), mapping=mapping_of(sent, queried_map), source=file.filename)
    store.access.record(
        actor=principal.id,
        action="customers.import",
        target=None,
        now=datetime.now(UTC),
        detail={"new": report.new, "updated": report.updated, "rejected": report.rejected},
    )
    return report
