"""Look-alikes of customers and interactions one knows little of: suggestions, for analysts, never kept."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from fastapi import APIRouter, Request
from pydantic import BaseModel

from api.access import Analyst
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.problems import Problem, not_found
from voc.customers.similar_customers import Lookalikes, SimilarCustomers, SuggestionAccuracy
from voc.records import Customer
from voc.settings import Settings
from voc.store import Store

router = APIRouter(tags=["customers"], route_class=FigureRoute)

_twins: WeakKeyDictionary[Store, tuple[str, SimilarCustomers]] = WeakKeyDictionary()


class LookalikesAnswer(BaseModel):
    """What look-alikes suggest; ``lookalikes`` is null for whoever is known well enough or was never heard."""

    note: str = "A suggestion, not a fact: never written into the record, never used for linking."
    lookalikes: Lookalikes | None


class WorthAnswer(BaseModel):
    """What look-alikes are worth on this base, attribute by attribute, tried on known customers."""

    attributes: list[SuggestionAccuracy]


@router.get("/v1/customers/{customer_id:path}/lookalikes", summary="Look-alikes of a thin customer")
def of_customer(request: Request, _: Analyst, customer_id: str) -> LookalikesAnswer:
    """Attributes the record does not give, suggested by the customers who behave and speak most alike."""
    store: Store = service_of(request).store
    customer = store.customers.whole(customer_id)
    if customer is None:
        raise not_found("customer")
    return LookalikesAnswer(lookalikes=twins_of(request).of_customer(customer.id, known=known_of(customer)))


@router.get("/v1/interactions/{interaction_id}/lookalikes", summary="Look-alikes of an anonymous interaction")
def of_interaction(request: Request, _: Analyst, interaction_id: str) -> LookalikesAnswer:
    """What the customers who behave and speak most like this one have in common."""
    store: Store = service_of(request).store
    if store.interactions.get(interaction_id) is None:
        raise not_found("interaction")
    return LookalikesAnswer(lookalikes=twins_of(request).of_interaction(interaction_id))


@router.get("/v1/lookalikes", summary="What look-alikes are worth here")
def worth(request: Request, _: Analyst) -> WorthAnswer:
    """Known customers hidden one by one and told from their look-alikes, beside guessing by the base rate."""
    return WorthAnswer(attributes=list(twins_of(request).worth()))


def twins_of(request: Request) -> SimilarCustomers:
    """The look-alikes of this store, kept between requests.

    Raises:
        Problem: 404 where they are switched off.
    """
    settings: Settings = service_of(request).settings
    store: Store = service_of(request).store
    if not settings.lookalikes:
        raise Problem(404, "Look-alikes are switched off (VOC_LOOKALIKES).", code="lookalikes_off")
    kept = _twins.get(store)
    if kept is None or kept[0] != settings.lookalikes_exclude:
        kept = (settings.lookalikes_exclude, SimilarCustomers(store, exclude=settings.lookalikes_exclude.split(",")))
        _twins[store] = kept
    return kept[1]


def known_of(customer: Customer) -> dict[str, str]:
    """What the record says, so that nothing of it is suggested."""
    fields = {"segment": customer.segment, "language": customer.language, "city": customer.city}
    return {name: value for name, value in (fields | customer.attributes).items() if value}
