"""People's rights: everything held about one person, erasing them, what they consent to."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import IO, Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from api.access import Admin, Analyst, Reader
from api.dependencies import ServiceDep
from voc.language.registry import FIRST
from voc.locales import InterfaceLanguage
from voc.pipeline.erasing import ErasureReport
from voc.service import privacy
from voc.service.privacy import Consent, Policy, Purpose

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
    service: ServiceDep,
    actor: Analyst,
    customer_id: str,
    language: Annotated[InterfaceLanguage, Query(description="Language of the page to read.")] = FIRST,
) -> StreamingResponse:
    """A ZIP with `person.json`, `person.html` and `audio/`; the words are unmasked: they are the person's own."""
    kept = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES, prefix="voc-")  # noqa: SIM115 - closed by _sent
    try:
        privacy.export(service, actor, customer_id, kept, language=language)
    except BaseException:
        kept.close()
        raise
    return StreamingResponse(
        _sent(kept),
        media_type="application/zip",
        headers={"content-disposition": 'attachment; filename="person.zip"', "cache-control": "no-store"},
    )


@router.delete("/{customer_id:path}", summary="Erase one person (GDPR art. 17)")
def erase(
    service: ServiceDep,
    actor: Admin,
    customer_id: str,
    policy: Annotated[
        Policy | None,
        Query(description="Delete interactions whole, or count them on without anything personal (VOC_ERASE)."),
    ] = None,
) -> ErasureReport:
    """Every trace goes for good; the answer is counts, and where copies may lie that the service does not reach."""
    return privacy.erase(service, actor, [customer_id], policy=policy)


@router.get("/{customer_id:path}/consents", summary="What one customer consents to")
def consents_of(service: ServiceDep, actor: Reader, customer_id: str) -> list[Consent]:
    """Analysis of calls, analysis of the voice, marketing, each with what decides it."""
    return privacy.consents_of(service, actor, customer_id)


@router.put("/{customer_id:path}/consents/{purpose}", summary="Record what one customer consents to")
def change_consent(
    service: ServiceDep, actor: Analyst, customer_id: str, purpose: Purpose, change: ConsentChange
) -> list[Consent]:
    """Outweighs the columns of the customer base; honoured from the next analysis on."""
    return privacy.change_consent(service, actor, customer_id, purpose, change.granted)


def _sent(kept: IO[bytes]) -> Iterator[bytes]:
    with kept:
        kept.seek(0)
        while chunk := kept.read(CHUNK_BYTES):
            yield chunk
