"""Interactions: lists with filters, one with its analysis and evidence, its recording, its re-analysis."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from api.access import Analyst, Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered, query_of
from api.problems import Problem, not_found
from api.routers.schemas import InteractionList, InteractionSummary
from voc.records import Analysis, Interaction, Link
from voc.service.actor import Actor
from voc.service.pipeline import SearchAnswer, Services
from voc.service.visibility import hidden_link, masked
from voc.store import Filters, Store
from voc.store.interactions import Page, Stored
from voc.store.masked_audio import MaskedStatus

router = APIRouter(prefix="/v1/interactions", tags=["interactions"])
lists = APIRouter(prefix="/v1/interactions", tags=["interactions"], route_class=FigureRoute)
"""The list, which may look through everything; one interaction never waits behind it."""


class InteractionDetail(BaseModel):
    """One interaction with everything found in it, whose it is and why."""

    interaction: InteractionSummary
    subject: str | None
    attributes: dict[str, str]
    analysis: Analysis | None
    link: Link | None
    audio: str | None
    """Address of the recording: the original for role analyst, else the copy without personal data."""
    masked_audio: MaskedStatus | None = None
    """Where that copy stands; ``None`` without a recording."""


class Requeued(BaseModel):
    """Interactions whose analysis was queued again."""

    queued: list[str]


@lists.get("", summary="List interactions")
def listing(
    request: Request,
    principal: Reader,
    filters: Filtered,
    q: Annotated[
        str | None, Query(max_length=500, description="Words and meaning; best first, without paging.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
) -> InteractionList:
    """Newest first, with every filter; with ``q`` the best matches first."""
    if q and q.strip():
        answer = found(request, q, filters, limit=limit)
        return InteractionList(
            items=[InteractionSummary.of(hit.interaction, principal) for hit in answer.hits], next_cursor=None
        )
    page = paged(request, filters, limit=limit, cursor=cursor)
    following = (
        f"/v1/interactions?{query_of(filters, limit=limit, cursor=page.next_cursor)}" if page.next_cursor else None
    )
    return InteractionList(
        items=[InteractionSummary.of(row, principal) for row in page.items],
        next_cursor=page.next_cursor,
        next=following,
    )


@router.get("/{interaction_id}", summary="One interaction with its analysis")
def detail(request: Request, principal: Reader, interaction_id: str) -> InteractionDetail:
    """Readers get the text with personal data masked; analysts get it as it was said."""
    row = find(request, interaction_id)
    record, analysis, link = documents(request, row, principal)
    store: Store = service_of(request).store
    copy = store.masked_audio.get(row.id) if row.has_audio else None
    return InteractionDetail(
        interaction=InteractionSummary.of(row, principal),
        subject=record.subject if principal.allows("analyst") else None,
        attributes=record.attributes if principal.allows("analyst") else {},
        analysis=analysis,
        link=link,
        audio=f"/v1/interactions/{row.id}/audio" if row.has_audio else None,
        masked_audio=(copy.status if copy else "pending") if row.has_audio else None,
    )


@router.post("/{interaction_id}/reanalyse", status_code=202, summary="Analyse again")
def reanalyse(request: Request, principal: Analyst, interaction_id: str) -> Requeued:
    """With the models of today; the present analysis stays until the new one replaces it."""
    find(request, interaction_id)
    return requeue(request, principal, interaction_id)


@router.post("/{interaction_id}/retry", status_code=202, summary="Retry what failed")
def retry(request: Request, principal: Analyst, interaction_id: str) -> Requeued:
    """For an interaction marked failed; 409 for any other."""
    if find(request, interaction_id).status != "failed":
        raise Problem(409, "This interaction did not fail; use reanalyse to analyse it again.", code="did_not_fail")
    return requeue(request, principal, interaction_id)


def find(request: Request, interaction_id: str) -> Stored:
    """The row of an interaction, or 404."""
    store: Store = service_of(request).store
    row = store.interactions.get(interaction_id)
    if row is None:
        raise not_found("interaction")
    return row


def documents(request: Request, row: Stored, principal: Actor) -> tuple[Interaction, Analysis | None, Link | None]:
    """The interaction as it came in, its analysis and its link, as far as this principal may see them."""
    store: Store = service_of(request).store
    record = store.interactions.records([row.id])[0]
    analysis, link = store.findings.analysis(row.id), store.findings.link(row.id)
    if not principal.allows("analyst"):
        analysis = masked(analysis) if analysis else None
        link = hidden_link(link) if link else None
    return record, analysis, link


def paged(request: Request, filters: Filters, *, limit: int, cursor: str | None) -> Page:
    """One page of the list."""
    store: Store = service_of(request).store
    return store.interactions.page(filters, limit=limit, cursor=cursor)


def found(request: Request, query: str, filters: Filters, *, limit: int) -> SearchAnswer:
    """Search hits within the filters."""
    services: Services = service_of(request).pipeline
    return services.search(query, filters, limit=limit)


def requeue(request: Request, principal: Actor, interaction_id: str) -> Requeued:
    """Queue one interaction again and leave a trace of who asked."""
    services: Services = service_of(request).pipeline
    store: Store = service_of(request).store
    queued = services.reanalyse([interaction_id])
    store.access.record(
        actor=principal.id, action="interaction.reanalyse", target=interaction_id, now=datetime.now(UTC)
    )
    return Requeued(queued=queued)
