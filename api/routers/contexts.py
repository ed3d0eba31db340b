"""Contexts: where contacts concentrate, what is at stake there, and whom to listen to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.problems import Problem
from api.routers.insights import Compare
from voc.insights.context_records import Contexts
from voc.store import Store

router = APIRouter(prefix="/v1/insights", tags=["insights"], route_class=FigureRoute)

Margin = Annotated[
    float, Query(ge=0.01, le=0.5, description="Half-width of the 95 % interval a listening campaign should reach.")
]
Response = Annotated[float, Query(ge=0.01, le=1, description="Share of the people asked who answer.")]

By = Annotated[
    str,
    Query(max_length=400, description="Dimensions a context may be made of, comma-separated; `dimensions` names all."),
]

RETRY_SECONDS = 5


class ContextsAsked(BaseModel):
    """``ready`` when there is an answer to read already, if not of now."""

    ready: bool


@router.get("/contexts", summary="Where contacts concentrate")
def contexts(
    request: Request,
    _: Reader,
    filters: Filtered,
    by: By = "",
    compare: Compare = None,
    margin: Margin = 0.1,
    response: Response = 0.2,
) -> Contexts:
    """Combinations of profile, product, usage, moment and channel in which a topic is over-represented (5 % for the
    whole search), ranked by volume × severity × value, each with its interactions and the answers it would take.
    Workers make it, anew when something comes in: `made_at` says when, `current` whether it is of now. Filters nobody
    asked for are 404 until they are asked for with POST; 503 with Retry-After until the first answer is made."""
    from voc.insights.context_answers import is_coming, last_answer, question_of

    store: Store = service_of(request).store
    question = question_of(store, filters, by=by, compare=compare or None)
    found = last_answer(store, question, margin=margin, response=response)
    if found is not None:
        return found
    if is_coming(store, question, now=datetime.now(UTC)):
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
def ask_contexts(request: Request, _: Reader, filters: Filtered, by: By = "", compare: Compare = None) -> ContextsAsked:
    """A worker makes the answer for these filters, and makes it anew for a day when something comes in."""
    from voc.insights.context_answers import ask, last_answer, question_of

    store: Store = service_of(request).store
    question = question_of(store, filters, by=by, compare=compare or None)
    ask(store, question, now=datetime.now(UTC))
    return ContextsAsked(ready=last_answer(store, question) is not None)
