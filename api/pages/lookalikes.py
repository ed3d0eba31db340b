"""Look-alikes as a fragment that customer and interaction pages fetch by themselves, so that they need not wait."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Analyst
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.pages.contact import names
from api.pages.rendering import draw
from api.problems import not_found
from api.routers.lookalikes import known_of, twins_of
from voc.customers.similar_customers import Lookalikes
from voc.store import Store

router = APIRouter(include_in_schema=False, route_class=FigureRoute)


@router.get("/customers/{customer_id:path}/lookalikes", response_class=HTMLResponse)
def of_customer(request: Request, _: Analyst, customer_id: str) -> HTMLResponse:
    """Whom a thin customer is like."""
    store: Store = service_of(request).store
    customer = store.customers.whole(customer_id)
    if customer is None:
        raise not_found("customer")
    return _drawn(request, twins_of(request).of_customer(customer.id, known=known_of(customer)))


@router.get("/interactions/{interaction_id}/lookalikes", response_class=HTMLResponse)
def of_interaction(request: Request, _: Analyst, interaction_id: str) -> HTMLResponse:
    """Whom the voice of an anonymous interaction is like."""
    store: Store = service_of(request).store
    if store.interactions.get(interaction_id) is None:
        raise not_found("interaction")
    return _drawn(request, twins_of(request).of_interaction(interaction_id))


def _drawn(request: Request, found: Lookalikes | None) -> HTMLResponse:
    store: Store = service_of(request).store
    neighbours = [one.customer_id for one in found.neighbours] if found else []
    return draw(request, "lookalikes.html", lookalikes=found, names=names(store, neighbours))
