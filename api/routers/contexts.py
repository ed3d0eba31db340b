"""Contexts: where contacts concentrate, what is at stake there, and whom to listen to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel
from starlette.responses import Response as Answer

from api.access import Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.filtering import Filtered, Margin, Response
from api.problems import Problem
from api.routers.insights import Compare
from api.tables import AsTable, written
from voc.insights.context_records import Contexts
from voc.service import contexts as use_cases
from voc.service.contexts import MARGIN, RESPONSE

router = APIRouter(prefix="/v1/insights", tags=["insights"], route_class=FigureRoute)

By = Annotated[
    str,
    Query(max_length=400, description="Dimensions a context may be made of, comma-separated; `dimensions` names all."),
]

RETRY_SECONDS = 5


class ContextsAsked(BaseModel):
    """``ready`` when there is an answer to read already, if not of now."""

    ready: bool


@router.get("/contexts", summary="Where contacts concentrate", response_model=Contexts)
def contexts(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    table: AsTable,
    by: By = "",
    compare: Compare = None,
    margin: Margin = MARGIN,
    response: Response = RESPONSE,
) -> Contexts | Answer:
    """Combinations of profile, product, usage, moment and channel in which a topic is over-represented (5 % for the
    whole search), ranked by volume × severity × value, each with its interactions and the answers it would take.
    Workers make it, anew when something comes in: `made_at` says when, `current` whether it is of now. Filters nobody
    asked for are 404 until they are asked for with POST; 503 with Retry-After until the first answer is made."""
    answer = use_cases.answer(service, actor, filters, by=by, compare=compare or None, margin=margin, response=response)
    if answer.found is not None:
        return answer.found if table is None else written(table, answer.found.contexts, name="contexts")
    if answer.coming:
        raise Problem(
            503,
            "These contexts are being worked out; ask again soon.",
            code="contexts_pending",
            headers={"Retry-After": str(RETRY_SECONDS)},
        )
    raise Problem(
        404,
        "These contexts have not been worked out yet; ask for them with POST at the same address.",
        code="contexts_missing",
    )


@router.post("/contexts", status_code=202, summary="Have contexts worked out")
def ask_contexts(
    service: ServiceDep, actor: Reader, filters: Filtered, by: By = "", compare: Compare = None
) -> ContextsAsked:
    """A worker makes the answer for these filters, and makes it anew for a day when something comes in."""
    return ContextsAsked(ready=use_cases.ask(service, actor, filters, by=by, compare=compare or None))
