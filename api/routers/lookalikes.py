"""Look-alikes of customers and interactions one knows little of: suggestions, for analysts, never kept."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from api.access import Analyst
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from voc.customers.similar_customers import Lookalikes, SuggestionAccuracy
from voc.service import lookalikes

router = APIRouter(tags=["customers"], route_class=FigureRoute)


class LookalikesAnswer(BaseModel):
    """What look-alikes suggest; ``lookalikes`` is null for whoever is known well enough or was never heard."""

    note: str = "A suggestion, not a fact: never written into the record, never used for linking."
    lookalikes: Lookalikes | None


class WorthAnswer(BaseModel):
    """What look-alikes are worth on this base, attribute by attribute, tried on known customers."""

    attributes: list[SuggestionAccuracy]


@router.get("/v1/customers/{customer_id:path}/lookalikes", summary="Look-alikes of a thin customer")
def of_customer(service: ServiceDep, actor: Analyst, customer_id: str) -> LookalikesAnswer:
    """Attributes the record does not give, suggested by the customers who behave and speak most alike."""
    return LookalikesAnswer(lookalikes=lookalikes.of_customer(service, actor, customer_id))


@router.get("/v1/interactions/{interaction_id}/lookalikes", summary="Look-alikes of an anonymous interaction")
def of_interaction(service: ServiceDep, actor: Analyst, interaction_id: str) -> LookalikesAnswer:
    """What the customers who behave and speak most like this one have in common."""
    return LookalikesAnswer(lookalikes=lookalikes.of_interaction(service, actor, interaction_id))


@router.get("/v1/lookalikes", summary="What look-alikes are worth here")
def worth(service: ServiceDep, actor: Analyst) -> WorthAnswer:
    """Known customers hidden one by one and told from their look-alikes, beside guessing by the base rate."""
    return WorthAnswer(attributes=lookalikes.worth(service, actor))
