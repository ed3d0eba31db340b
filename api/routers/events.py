"""Events around customers: messages sent to them, purchases, visits."""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from api.access import Analyst, Reader
from api.dependencies import service_of
from api.problems import Problem
from api.request_files import ONE_FILE, Sent, mapping_of, received
from voc.records import Rejected
from voc.service.actor import Actor
from voc.store import Store

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
    principal: Analyst,
    filename: Annotated[str | None, Query(max_length=500)] = None,
    map: Annotated[list[str] | None, Query(description="field=column, repeatable")] = None,
) -> EventsAnswer:
    """CSV, XLSX, JSON, NDJSON or Parquet, one event a row; the same event twice is one event.

    Each row needs a type (``marketing_email``, ``purchase`` …), a moment and something that names the customer.
    """
    async with received(request, filename=filename) as sent:
        return await run_in_threadpool(_take_events, request, principal, sent, map or [])


@router.get("", summary="How many events there are")
def counts(request: Request, _: Reader) -> EventCounts:
    """Events by family (sent, purchase, visit, service, other)."""
    store: Store = service_of(request).store
    found = store.events.counts()
    unknown = found.pop("unknown_customer")
    return EventCounts(families=found, unknown_customer=unknown)


def _take_events(request: Request, principal: Actor, sent: Sent, queried_map: list[str]) -> EventsAnswer:
    from voc.pipeline import import_events

    store: Store = service_of(request).store
    if len(sent.files) != 1:
        raise Problem(422, "file: send exactly one file of events.", code="one_file")
    file = sent.files[0]
    with tempfile.NamedTemporaryFile(prefix="voc-", suffix=Path(file.filename).suffix[:12]) as kept:
        shutil.copyfileobj(file.stream, kept)
        kept.flush()
        report = import_events(store, Path(kept.name), mapping=mapping_of(sent, queried_map), source=file.filename)
    store.access.record(
        actor=principal.id,
        action="customers.events",
        target=None,
        now=datetime.now(UTC),
        detail={"new": report.new, "known": report.known, "rejected": report.rejected},
    )
    return EventsAnswer(
        new=report.new,
        known=report.known,
        unknown_customer=report.unknown_customer,
        rejected=report.rejected,
        rejections=list(report.rejections),
    )
