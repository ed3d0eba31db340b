"""Customers: find one, see everything known of one, import the base."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.access import Analyst, Reader
from api.dependencies import service_of
from api.problems import Problem, not_found
from api.request_files import ONE_FILE, Sent, mapping_of, received
from api.routers.schemas import InteractionSummary
from voc.customers.customer_context import Contexts
from voc.customers.fragility import CustomerFragility, fragility_of
from voc.customers.moments_of_truth import MomentOfTruth
from voc.customers.timeline import OpenIssue, Story, story
from voc.events import EventFamily
from voc.insights.pressure import PressureOfOne
from voc.records import Customer, Moment, Rejected
from voc.service.actor import Actor
from voc.service.pipeline import Imported, Services
from voc.service.visibility import hidden, masked
from voc.store import Filters, Store

router = APIRouter(prefix="/v1/customers", tags=["customers"])


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


class EventSummary(BaseModel):
    """One event around a customer; places, devices and attributes are left out for readers."""

    id: str
    family: EventFamily
    type: str
    channel: str | None
    at: Moment
    label: str | None
    amount: float | None
    currency: str | None
    place: str | None
    device: str | None
    attributes: dict[str, str]


class HistoryEntry(BaseModel):
    """One point on the line of time, over channels and events; ``id`` is in ``timeline`` or ``events``."""

    at: Moment
    kind: Literal["interaction", "event", "silence"]
    id: str | None
    moments: list[str]


class CustomerDetail(BaseModel):
    """Everything known of one customer."""

    customer: Customer
    n: int
    """Interactions linked to them; ``timeline`` holds the latest of these."""
    sentiment: dict[str, int]
    """Interactions by sentiment label (``none``: not scored)."""
    timeline: list[InteractionSummary]
    n_events: int
    """Events there are; ``events`` holds the latest of these."""
    events: list[EventSummary]
    history: list[HistoryEntry]
    """Interactions, events and silences together, newest first."""
    moments: list[MomentOfTruth]
    """Moments of truth, oldest first, each with the rule that saw it."""
    issues: list[OpenIssue]
    """What they came about and how it stands, open ones first."""
    contexts: Contexts
    """Relational, personal and situational, side by side."""
    pressure: PressureOfOne
    fragility: CustomerFragility
    """Signs that they may leave: points by published rules, each with the interactions it comes from."""


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

    store: Store = service_of(request).store
    region = service_of(request).settings.default_region
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
    openapi_extra=ONE_FILE,
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
    store: Store = service_of(request).store
    customer = find(request, principal, customer_id)
    found = story_of(request, principal, customer)
    return CustomerDetail(
        customer=customer,
        n=found.n,
        sentiment=sentiments(store, customer.id),
        timeline=[InteractionSummary.of(row, principal) for row in found.rows],
        n_events=found.n_events,
        events=[
            EventSummary(**{name: getattr(one, name) for name in EventSummary.model_fields}) for one in found.events
        ],
        history=[
            HistoryEntry(
                at=one.at,
                kind=one.kind,
                id=one.interaction.id if one.interaction else one.event.id if one.event else None,
                moments=[one.silence.kind] if one.silence else [moment.kind for moment in one.moments],
            )
            for one in found.entries
        ],
        moments=list(found.moments),
        issues=list(found.issues),
        contexts=found.contexts,
        pressure=pressure_of_one(request, customer),
        fragility=fragility_of(store, customer.id, now=datetime.now(UTC)),
    )


def story_of(request: Request, principal: Actor, customer: Customer) -> Story:
    """The customer's story as far as this principal may see it; shared by the API and the page."""
    detail = principal.allows("analyst")
    return story(
        service_of(request).store,
        customer,
        now=datetime.now(UTC),
        days=service_of(request).settings.repeat_days,
        detail=detail,
        shown=(lambda analysis: analysis) if detail else masked,
    )


def pressure_of_one(request: Request, customer: Customer) -> PressureOfOne:
    """Messages sent to one customer lately, against what their segment tolerates."""
    from voc.insights.pressure import pressure_of

    return pressure_of(service_of(request).store, customer.id, segment=customer.segment, at=datetime.now(UTC))


def find(request: Request, principal: Actor, customer_id: str) -> Customer:
    """The record as far as this principal may see it, or 404."""
    store: Store = service_of(request).store
    customer = store.customers.whole(customer_id)
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


def take_base(request: Request, principal: Actor, sent: Sent, queried_map: list[str]) -> Imported:
    """Hand the file to the pipeline; shared by the API and the page."""
    services: Services = service_of(request).pipeline
    store: Store = service_of(request).store
    if len(sent.files) != 1:
        raise Problem(422, "file: send exactly one customer file.", code="one_file")
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
