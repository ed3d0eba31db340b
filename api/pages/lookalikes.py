"""Look-alikes as a fragment that customer and interaction pages fetch by themselves, so that they need not wait."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Analyst
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.pages.rendering import draw
from voc.customers.similar_customers import Lookalikes
from voc.service import customers, lookalikes
from voc.service.actor import Actor

router = APIRouter(include_in_schema=False, route_class=FigureRoute)


@router.get("/customers/{customer_id:path}/lookalikes", response_class=HTMLResponse)
def of_customer(request: Request, actor: Analyst, customer_id: str) -> HTMLResponse:
    """Whom a thin customer is like."""
    return _drawn(request, actor, lookalikes.of_customer(service_of(request), actor, customer_id))


@router.get("/interactions/{interaction_id}/lookalikes", response_class=HTMLResponse)
def of_interaction(request: Request, actor: Analyst, interaction_id: str) -> HTMLResponse:
    """Whom the voice of an anonymous interaction is like."""
    return _drawn(request, actor, lookalikes.of_interaction(service_of(request), actor, interaction_id))


def _drawn(request: Request, actor: Actor, found: Lookalikes | None) -> HTMLResponse:
    neighbours = [one.customer_id for one in found.neighbours] if found else []
    names = customers.names(service_of(request), actor, neighbours)
    return draw(request, "lookalikes.html", lookalikes=found, names=names)
