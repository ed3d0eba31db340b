"""Events around customers: messages sent to them, purchases, visits."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.access import Analyst, Reader
from api.dependencies import ServiceDep
from api.request_files import ONE_FILE, UploadForm, mapping_of, received
from voc.records import Rejected
from voc.service import customers
from voc.service.actor import Actor
from voc.service.context import Service

router = APIRouter(prefix="/v1/customers/events", tags=["customers"])


class EventsAnswer(BaseModel):
    """What became of an export of events."""

    new: int
    known: int
    unknown_customer: int
    """Kept until the customer they name is in the base."""
    rejected: int
    rejections: list[Rejected]


class EventCounts(BaseModel):
    """Events in the store by family, and those whose customer is not in the base yet."""

    families: dict[str, int]
    unknown_customer: int


@router.post(
    "",
    status_code=200,
    summary="Import events",
    openapi_extra=ONE_FILE,
)
async def import_file(
    request: Request,
    service: ServiceDep,
    actor: Analyst,
    filename: Annotated[str | None, Query(max_length=500)] = None,
    map: Annotated[list[str] | None, Query(description="field=column, repeatable")] = None,
) -> EventsAnswer:
    """CSV, XLSX, JSON, NDJSON or Parquet, one event a row; the same event twice is one event.

    Each row needs a type (``marketing_email``, ``purchase`` …), a moment and something that names the customer.
    """
    async with received(request, filename=filename) as sent:
        return await run_in_threadpool(_imported, service, actor, sent, map or [])


@router.get("", summary="How many events there are")
def counts(service: ServiceDep, actor: Reader) -> EventCounts:
    """Events by family (sent, purchase, visit, service, other)."""
    found = customers.event_counts(service, actor)
    return EventCounts(families=found.families, unknown_customer=found.unknown_customer)


def _imported(service: Service, actor: Actor, sent: UploadForm, queried_map: list[str]) -> EventsAnswer:
    with sent.only_file("file of events") as (path, name):
        report = customers.import_events(service, actor, path, mapping=mapping_of(sent, queried_map), source=name)
    return EventsAnswer(
        new=report.new,
        known=report.known,
        unknown_customer=report.unknown_customer,
        rejected=report.rejected,
        rejections=list(report.rejections),
    )
