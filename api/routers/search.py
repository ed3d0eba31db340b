"""Search by words and meaning together."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from api.access import Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.filtering import Filtered, query_of
from api.problems import Problem
from api.routers.schemas import InteractionSummary
from voc.service import search as use_cases

router = APIRouter(prefix="/v1/search", tags=["search"], route_class=FigureRoute)


class MatchedPassage(BaseModel):
    """Where a hit answers the query: a sentence of its masked text, or the part of a long one that does."""

    text: str
    marks: tuple[tuple[int, int], ...]
    """(begin, end) in ``text`` of the words that were found; empty where the meaning alone matched."""
    cut_before: bool
    cut_after: bool


class SearchHit(BaseModel):
    """One interaction found; ``by`` says whether its words, its meaning or both matched."""

    interaction: InteractionSummary
    score: float
    by: tuple[str, ...]
    passage: MatchedPassage | None
    """Null where no masked text may be shown."""


class FacetValue(BaseModel):
    """How many hits have a value; as a filter of that name it narrows to them."""

    value: str
    n: int


class SearchFacets(BaseModel):
    """How the hits are spread: the 20 most frequent values of each, most first; months in order."""

    counted: int
    """Of how many hits, the best 20,000 at most."""
    channel: list[FacetValue]
    sentiment: list[FacetValue]
    topic: list[FacetValue]
    segment: list[FacetValue]
    language: list[FacetValue]
    month: list[FacetValue]


class SearchList(BaseModel):
    """Hits, best first."""

    query: str
    like: str | None
    items: list[SearchHit]
    total: int
    """How many interactions match in all."""
    facets: SearchFacets
    next: str | None
    """Address of the next page; null on the last."""
    words_only: bool
    """True when the sentence encoder is not installed, so that only words were compared."""


@router.get("", summary="Search words and meaning")
def search(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    q: Annotated[str, Query(max_length=500)] = "",
    like: Annotated[
        str | None, Query(max_length=64, description="An interaction's id: look for what means the same as it.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=use_cases.MOST_OFFSET, description="How many of the best to leave out.")] = 0,
) -> SearchList:
    """Ranks by words and by meaning, joined; narrowed by the same filters as the list of interactions."""
    if not q.strip() and not like:
        raise Problem(422, "q: empty; say what to look for.", code="nothing_to_look_for")
    asked = use_cases.SearchQuery(q, filters, limit, offset=offset, like=like or None)
    answer = use_cases.search(service, actor, asked)
    after = use_cases.next_offset(asked, answer)
    return SearchList(
        query=q,
        like=like or None,
        items=[
            SearchHit(
                interaction=InteractionSummary.of(hit.interaction),
                score=hit.score,
                by=hit.by,
                passage=MatchedPassage(**vars(hit.passage)) if hit.passage else None,
            )
            for hit in answer.hits
        ],
        total=answer.total,
        facets=SearchFacets(
            counted=answer.facets.counted,
            **{
                name: [FacetValue(value=value, n=n) for value, n in values]
                for name, values in vars(answer.facets).items()
                if name != "counted"
            },
        ),
        next=f"/v1/search?{query_of(filters, q=q, like=like, limit=limit, offset=after)}"
        if after is not None
        else None,
        words_only=answer.words_only,
    )
