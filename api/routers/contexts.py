"""Contexts: where contacts concentrate, what is at stake there, and whom to listen to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.access import Reader
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.routers.insights import Compare
from voc.insights.context_records import Contexts
from voc.store import Store

router = APIRouter(prefix="/v1/insights", tags=["insights"], route_class=FigureRoute)

Margin = Annotated[
    float, Query(ge=0.01, le=0.5, description="Half-width of the 95 % interval a listening campaign should reach.")
]
Response = Annotated[float, Query(ge=0.01, le=1, description="Share of the people asked who answer.")]


@router.get("/contexts", summary="Where contacts concentrate")
def contexts(
    request: Request,
    _: Reader,
    filters: Filtered,
    by: Annotated[
        str,
        Query(
            max_length=400, description="Dimensions a context may be made of, comma-separated; `dimensions` names all."
        ),
    ] = "",
    compare: Compare = None,
    margin: Margin = 0.1,
    response: Response = 0.2,
) -> Contexts:
    """Combinations of profile, product, usage, moment and channel in which a topic is over-represented (5 % for the
    whole search), ranked by volume × severity × value, each with its interactions and the answers it would take."""
    from voc.insights.contexts import contexts as search

    store: Store = request.app.state.store
    return search(store, filters, by=by, compare=compare or None, margin=margin, response=response)
