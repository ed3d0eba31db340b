"""People's rights: everything held about one person, erasing them, what they consent to."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api.access import Admin, Analyst, Reader
from api.dependencies import service_of
from api.problems import not_found
from voc.pipeline.erasing import ErasureReport
from voc.rights.consent import Consent, Purpose, consents, required
from voc.service.actor import Actor
from voc.store import Store

router = APIRouter(prefix="/v1/customers", tags=["customers"])

CHUNK_BYTES = 1 << 20
IN_MEMORY_BYTES = 8 << 20


class ConsentChange(BaseModel):
    """What a customer said: true allows, false refuses, null lets the customer base decide again."""

    granted: bool | None


@router.get(
    "/{customer_id:path}/export",
    summary="Everything held about one person (GDPR art. 15)",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {}}, "description": "JSON, a page to read, the recordings"}},
)
def export(
    request: Request,
    principal: Analyst,
    customer_id: str,
    language: Annotated[Literal["fr", "en"], Query(description="Language of the page to read.")] = "fr",
) -> StreamingResponse:
    """A ZIP with `person.json`, `person.html` and `audio/`; the words are unmasked: they are the person's own."""
    from voc.rights.export import held, write_zip

    store: Store = service_of(request).store
    known(store, customer_id)
    now = datetime.now(UTC)
    needed = service_of(request).settings.consent_required
    everything = held(store, customer_id, now=now, consent_required=needed)
    kept = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES, prefix="voc-")  # noqa: SIM115 - closed by _sent
    write_zip(store, everything, kept, language=language)
    store.access.record(actor=principal.id, action="customer.export", target=everything.customer_id, now=now)
    return StreamingResponse(
        _sent(kept),
        media_type="application/zip",
        headers={"content-disposition": 'attachment; filename="person.zip"', "cache-control": "no-store"},
    )


@router.delete("/{customer_id:path}", summary="Erase one person (GDPR art. 17)")
def erase(
    request: Request,
    principal: Admin,
    customer_id: str,
    policy: Annotated[
        Literal["interactions", "personal"] | None,
        Query(description="Delete interactions whole, or count them on without anything personal (VOC_ERASE)."),
    ] = None,
) -> ErasureReport:
    """Every trace goes for good; the answer is counts, and where copies may lie that the service does not reach."""
    return erased(request, principal, customer_id, policy=policy)


@router.get("/{customer_id:path}/consents", summary="What one customer consents to")
def consents_of(request: Request, _: Reader, customer_id: str) -> list[Consent]:
    """Analysis of calls, analysis of the voice, marketing, each with what decides it."""
    return allowed(request, customer_id)


@router.put("/{customer_id:path}/consents/{purpose}", summary="Record what one customer consents to")
def change_consent(
    request: Request, principal: Analyst, customer_id: str, purpose: Purpose, change: ConsentChange
) -> list[Consent]:
    """Outweighs the columns of the customer base; honoured from the next analysis on."""
    record_consent(request, principal, customer_id, purpose, change.granted)
    return allowed(request, customer_id)


def known(store: Store, customer_id: str) -> None:
    """404 unless there is such a customer."""
    if store.customers.get(customer_id) is None:
        raise not_found("customer")


def allowed(request: Request, customer_id: str) -> list[Consent]:
    """What a customer consents to, as the settings, the base and the records here have it."""
    store: Store = service_of(request).store
    known(store, customer_id)
    attributes, recorded = store.consents.flags([customer_id]).get(customer_id, ({}, {}))
    return list(consents(attributes, recorded, needed=required(service_of(request).settings.consent_required)))


def record_consent(
    request: Request, principal: Actor, customer_id: str, purpose: Purpose, granted: bool | None
) -> None:
    """Keep what a customer said, with an audit line."""
    store: Store = service_of(request).store
    known(store, customer_id)
    now = datetime.now(UTC)
    if granted is None:
        store.consents.withdraw(customer_id, purpose)
    else:
        store.consents.record(customer_id, purpose, granted=granted, source=principal.id, now=now)
    store.access.record(
        actor=principal.id,
        action="customer.consent",
        target=customer_id,
        now=now,
        detail={"purpose": purpose, "granted": granted},
    )


def erased(
    request: Request, principal: Actor, customer_id: str, *, policy: Literal["interactions", "personal"] | None
) -> ErasureReport:
    """Erase; shared by the API and the page."""
    from voc.pipeline.erasing import erase_customers, is_being_erased

    store: Store = service_of(request).store
    if not is_being_erased(store, service_of(request).settings, customer_id):
        known(store, customer_id)
    return erase_customers(store, service_of(request).settings, [customer_id], actor=principal.id, policy=policy)


def _sent(kept: IO[bytes]) -> Iterator[bytes]:
    with kept:
        kept.seek(0)
        while chunk := kept.read(CHUNK_BYTES):
            yield chunk
