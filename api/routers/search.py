"""Search by words and meaning together."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.access import Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.problems import Problem
from api.routers.schemas import InteractionSummary
from voc.service import search as use_cases

router = APIRouter(prefix="/v1/search", tags=["search"], route_class=FigureRoute)


class SearchHit(BaseModel):
    """One interaction found; ``by`` says whether its words, its meaning or both matched."""

    interaction: InteractionSummary
    score: float
    by: tuple[str, ...]


class SearchList(BaseModel):
    """Hits, best first."""

    query: str
    items: list[SearchHit]
    words_only: bool
    """True when the sentence encoder is not installed, so that only words were compared."""


@router.get("", summary="Search words and meaning")
def search(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    q: Annotated[str, Query(max_length=500)],
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> SearchList:
    """Ranks by words and by meaning, fused; narrowed by the same filters as the list of interactions."""
    if not q.strip():
        raise Problem(422, "q: empty; say what to look for.", code="nothing_to_look_for")
    answer = use_cases.search(service, actor, q, filters, limit=limit)
    return SearchList(
        query=q,
        items=[
            SearchHit(interaction=InteractionSummary.of(hit.interaction), score=hit.score, by=hit.by)
            for hit in answer.hits
        ],
        words_only=answer.words_only,
    )
