"""Interactions: lists with filters, one with its analysis and evidence, its re-analysis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from api.access import Analyst, Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.filtering import Filtered, query_of
from api.parameters import no_filter_beside
from api.problems import Problem
from api.routers.schemas import ExpandedInteraction, InteractionList, InteractionSummary
from api.tables import MOST_ROWS, AsTable, written
from voc.records import Analysis, Link
from voc.service import interaction_sync, interactions, search
from voc.service.actor import Actor
from voc.service.audio import MaskedStatus
from voc.service.context import Service

router = APIRouter(prefix="/v1/interactions", tags=["interactions"])
lists = APIRouter(prefix="/v1/interactions", tags=["interactions"], route_class=FigureRoute)
"""The list, which may look through everything; one interaction never waits behind it."""


Expand = Literal["analysis", ""] | None
MOST_EXPANDED = 100
"""Interactions of one answer with their analyses: an analysis of a call may have a megabyte."""


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


@lists.get("", summary="List interactions", response_model=InteractionList)
def listing(
    request: Request,
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    table: AsTable,
    q: Annotated[
        str | None, Query(max_length=500, description="Words and meaning; best first, without paging.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(max_length=300)] = None,
    updated_since: Annotated[
        str | None,
        Query(max_length=80, description="`0`, a moment, or the last `next_cursor`: what changed or went since."),
    ] = None,
    expand: Annotated[Expand, Query(description="`analysis`: each with everything that was found in it.")] = None,
) -> InteractionList | Response:
    """Newest first, with every filter; with ``q`` the best matches first.

    ``expand=analysis`` gives each with everything found in it (at most 100 at once), as far as the key may see it.

    As CSV or XLSX without a ``limit`` it is the whole list, up to 50,000 rows; a ``Link`` header leads on.

    With ``updated_since`` everything that changed since, oldest change first, and ``deleted``; ``next_cursor`` is then
    never null: ask with it again, at once while there is a ``next``, else later. It takes no filter.
    """
    if expand and limit > MOST_EXPANDED:
        raise Problem(
            422,
            f"limit: at most {MOST_EXPANDED} with expand=analysis.",
            code="expand_limit",
            parameters={"n": MOST_EXPANDED},
        )
    if updated_since:  # a form sends an empty one
        no_filter_beside(request, {"updated_since", "limit", "expand"})
        return _changed(service, actor, updated_since, limit, expand=expand)
    if q and q.strip():
        answer = search.search(service, actor, search.SearchQuery(q, filters, limit, told=False))
        best = _items(service, actor, [hit.interaction for hit in answer.hits], expand)
        return InteractionList(items=best, next_cursor=None) if table is None else written(table, best, name="search")
    if table is not None and "limit" not in request.query_params:
        page = interactions.whole_list(service, actor, filters, limit=MOST_ROWS, cursor=cursor)
    else:
        page = interactions.page(service, actor, filters, limit=limit, cursor=cursor)
    again: dict[str, Any] = {"limit": limit} if "limit" in request.query_params or table is None else {}
    following = f"/v1/interactions?{query_of(filters, cursor=page.next_cursor, **again)}" if page.next_cursor else None
    if expand:
        again["expand"] = expand
    items = _items(service, actor, page.items, expand if table is None else None)
    if table is None:
        return InteractionList(items=items, next_cursor=page.next_cursor, next=following)
    file = written(table, items, name="interactions")
    if following:
        file.headers["link"] = f'<{following}&format={table}>; rel="next"'
    return file


def _changed(service: Service, actor: Actor, since: str, limit: int, *, expand: Expand) -> InteractionList:
    found = interaction_sync.changed(service, actor, since, limit=limit)
    query = urlencode({"updated_since": found.cursor, "limit": limit} | ({"expand": expand} if expand else {}))
    return InteractionList(
        items=_items(service, actor, found.items, expand),
        next_cursor=found.cursor,
        next=f"/v1/interactions?{query}" if found.more else None,
        deleted=found.deleted,
    )


def _items(
    service: Service, actor: Actor, rows: Sequence[interactions.Stored], expand: Expand
) -> list[ExpandedInteraction | InteractionSummary]:
    if not expand:
        return [InteractionSummary.of(row) for row in rows]
    found = interactions.analyses(service, actor, [row.id for row in rows])
    return [ExpandedInteraction(**InteractionSummary.of(row).model_dump(), analysis=found.get(row.id)) for row in rows]


@router.get("/{interaction_id}", summary="One interaction with its analysis")
def detail(service: ServiceDep, actor: Reader, interaction_id: str) -> InteractionDetail:
    """Readers get the text with personal data masked; analysts get it as it was said."""
    return detail_of(interactions.detail(service, actor, interaction_id))


@router.post("/{interaction_id}/reanalyse", status_code=202, summary="Analyse again")
def reanalyse(service: ServiceDep, actor: Analyst, interaction_id: str) -> Requeued:
    """With the models of today; the present analysis stays until the new one replaces it."""
    return Requeued(queued=interactions.reanalyse(service, actor, interaction_id))


@router.post("/{interaction_id}/retry", status_code=202, summary="Retry what failed")
def retry(service: ServiceDep, actor: Analyst, interaction_id: str) -> Requeued:
    """For an interaction marked failed; 409 for any other."""
    return Requeued(queued=interactions.retry(service, actor, interaction_id))


def detail_of(found: interactions.Detail) -> InteractionDetail:
    """The answer for one interaction."""
    return InteractionDetail(
        interaction=InteractionSummary.of(found.row),
        subject=found.subject,
        attributes=found.attributes,
        analysis=found.analysis,
        link=found.link,
        audio=f"/v1/interactions/{found.row.id}/audio" if found.row.has_audio else None,
        masked_audio=found.sound.masked,
    )
