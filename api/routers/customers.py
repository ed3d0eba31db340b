"""Customers: find one, see everything known of one, import the base."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.access import Analyst, Reader
from api.dependencies import ServiceDep
from api.filtering import Filtered
from api.parameters import no_filter_beside
from api.request_files import ONE_FILE, UploadForm, mapping_of, received
from api.routers.schemas import InteractionSummary
from api.tables import MOST_ROWS, AsTable, written
from voc.customers.customer_context import Contexts
from voc.customers.fragility import CustomerFragility
from voc.customers.moments_of_truth import MomentOfTruth
from voc.customers.timeline import Entry, OpenIssue
from voc.events import EventFamily
from voc.insights.pressure import PressureOfOne
from voc.records import Customer, Moment, Rejected
from voc.service import customers, interaction_sync
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.customers import CustomerAtRisk, Order

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


class CustomerChanges(BaseModel):
    """With ``updated_since``: records as they are now, and ids of those that are gone or merged into another."""

    items: list[Customer]
    deleted: list[str]
    next_cursor: str
    next: str | None
    """Address to go on at once; null where everything was read: ask again with ``next_cursor`` later."""


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


@router.get("", summary="List or search customers", response_model=CustomerList | CustomerChanges)
def listing(
    request: Request,
    service: ServiceDep,
    actor: Reader,
    table: AsTable,
    q: Annotated[str, Query(max_length=200, description="Part of a name, an id, or a whole identifier.")] = "",
    segment: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    updated_since: Annotated[
        str | None,
        Query(max_length=80, description="`0`, a moment, or the last `next_cursor`: what changed or went since."),
    ] = None,
) -> CustomerList | CustomerChanges | Response:
    """Those heard last come first.

    With ``updated_since`` every record that changed since, oldest change first, and ``deleted``; it takes no filter.

    As CSV or XLSX it takes role analyst, and without a ``limit`` it is the whole list, up to 50,000 rows.
    """
    if updated_since:  # a form sends an empty one
        no_filter_beside(request, {"updated_since", "limit"})
        changes = interaction_sync.changed_customers(service, actor, updated_since, limit=limit)
        query = urlencode({"updated_since": changes.cursor, "limit": limit})
        return CustomerChanges(
            items=changes.items,
            deleted=changes.deleted,
            next_cursor=changes.cursor,
            next=f"/v1/customers?{query}" if changes.more else None,
        )
    if table is None:
        found = customers.listing(service, actor, q, segment=segment or None, limit=limit, offset=offset)
    else:
        limit = limit if "limit" in request.query_params else MOST_ROWS
        found = customers.whole_list(service, actor, q, segment=segment or None, limit=limit, offset=offset)
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
        for row in found.items
    ]
    if table is not None:
        return written(table, items, name="customers")
    return CustomerList(items=items, next_offset=offset + limit if found.more else None)


@router.post(
    "/import",
    status_code=200,
    summary="Import the customer base",
    openapi_extra=ONE_FILE,
)
async def import_base(
    request: Request,
    service: ServiceDep,
    actor: Analyst,
    filename: Annotated[str | None, Query(max_length=500)] = None,
    map: Annotated[list[str] | None, Query(description="field=column, repeatable")] = None,
) -> ImportAnswer:
    """CSV, XLSX, JSON or Parquet; records are created or updated by id, and anonymous interactions linked anew."""
    async with received(request, filename=filename) as sent:
        return await run_in_threadpool(_imported, service, actor, sent, map or [])


def _imported(service: Service, actor: Actor, sent: UploadForm, queried_map: list[str]) -> ImportAnswer:
    with sent.only_file("customer file") as (path, name):
        report = customers.import_base(service, actor, path, mapping=mapping_of(sent, queried_map), source=name)
    return ImportAnswer(
        new=report.new,
        updated=report.updated,
        rejected=report.rejected,
        relinked=report.relinked,
        rejections=list(report.rejections),
    )


class CustomersAtRisk(BaseModel):
    """One page of customers who may leave; ``n`` there are in all, ``next_offset`` is null on the last page."""

    items: list[CustomerAtRisk]
    n: int
    next_offset: int | None


@router.get("/at-risk", summary="Customers who may leave", response_model=CustomersAtRisk)
def at_risk(
    request: Request,
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    table: AsTable,
    order: Annotated[Order, Query(description="The most points first, or (for analysts) who is worth the most.")] = (
        "points"
    ),
    least: Annotated[int, Query(ge=1, le=100, description="Points from which on a customer is listed.")] = 1,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 50,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
) -> CustomersAtRisk | Response:
    """The first to call first: the points of each sign, which contacts it is from, what the customer is worth.

    With filters those of whom some interaction matches. As CSV or XLSX it takes role analyst, and without a `limit` it
    is the whole list, up to 50,000 rows.
    """
    if table is not None:
        limit = limit if "limit" in request.query_params else MOST_ROWS
        rows = customers.at_risk_file(service, actor, filters, order=order, least=least, limit=limit, offset=offset)
        return written(table, rows, name="customers-at-risk")
    found, n = customers.at_risk(service, actor, filters, order=order, least=least, limit=limit, offset=offset)
    return CustomersAtRisk(items=found, n=n, next_offset=offset + limit if offset + limit < n else None)


@router.get("/{customer_id:path}", summary="One customer with their timeline")
def detail(service: ServiceDep, actor: Reader, customer_id: str) -> CustomerDetail:
    """Record, identifiers (masked for readers), sentiment and timeline over all channels."""
    found = customers.detail(service, actor, customer_id)
    story = found.story
    return CustomerDetail(
        customer=found.customer,
        n=story.n,
        sentiment=found.sentiments,
        timeline=[InteractionSummary.of(row) for row in story.rows],
        n_events=story.n_events,
        events=[
            EventSummary(**{name: getattr(one, name) for name in EventSummary.model_fields}) for one in story.events
        ],
        history=[_history_entry(one) for one in story.entries],
        moments=list(story.moments),
        issues=list(story.issues),
        contexts=story.contexts,
        pressure=found.pressure,
        fragility=found.fragility,
    )


def _history_entry(one: Entry) -> HistoryEntry:
    return HistoryEntry(
        at=one.at,
        kind=one.kind,
        id=one.interaction.id if one.interaction else one.event.id if one.event else None,
        moments=[one.silence.kind] if one.silence else [moment.kind for moment in one.moments],
    )
