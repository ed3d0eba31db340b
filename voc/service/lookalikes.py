"""Look-alikes of customers and interactions one knows little of: suggestions, for analysts, never kept."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from voc.customers.similar_customers import THIN, Lookalikes, SimilarCustomers, SuggestionAccuracy
from voc.errors import NotFoundError
from voc.records import Customer
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.customers import find
from voc.service.interactions import find as find_interaction
from voc.service.use_cases import use_case
from voc.store import Store

_kept: WeakKeyDictionary[Store, tuple[str, SimilarCustomers]] = WeakKeyDictionary()
"""The look-alikes of a store, kept between requests, with the attributes they leave out."""


def are_wanted(service: Service, actor: Actor, *, interactions: int) -> bool:
    """Whether look-alikes of a customer with so few ``interactions`` are to be shown to this actor."""
    return actor.sees_people and service.settings.lookalikes and 0 < interactions <= THIN


@use_case("analyst")
def of_customer(service: Service, actor: Actor, customer_id: str) -> Lookalikes | None:
    """Attributes the record does not give, suggested by the customers who behave and speak most alike.

    ``None`` for whoever is known well enough or was never heard.

    Raises:
        NotFoundError: no such customer, or look-alikes are switched off.
    """
    customer = find(service, actor, customer_id)
    return _similar(service).of_customer(customer.id, known=_known_of(customer))


@use_case("analyst")
def of_interaction(service: Service, actor: Actor, interaction_id: str) -> Lookalikes | None:
    """What the customers who behave and speak most like this one have in common.

    Raises:
        NotFoundError: no such interaction, or look-alikes are switched off.
    """
    find_interaction(service, actor, interaction_id)
    return _similar(service).of_interaction(interaction_id)


@use_case("analyst")
def worth(service: Service, actor: Actor) -> list[SuggestionAccuracy]:
    """Known customers hidden one by one and told from their look-alikes, beside guessing by the base rate.

    Raises:
        NotFoundError: look-alikes are switched off.
    """
    return list(_similar(service).worth())


def _similar(service: Service) -> SimilarCustomers:
    if not service.settings.lookalikes:
        raise NotFoundError("Look-alikes are switched off (VOC_LOOKALIKES).", code="lookalikes_off")
    exclude = service.settings.lookalikes_exclude
    kept = _kept.get(service.store)
    if kept is None or kept[0] != exclude:
        kept = (exclude, SimilarCustomers(service.store, exclude=exclude.split(",")))
        _kept[service.store] = kept
    return kept[1]


def _known_of(customer: Customer) -> dict[str, str]:
    """What the record says, so that nothing of it is suggested."""
    fields = {"segment": customer.segment, "language": customer.language, "city": customer.city}
    return {name: value for name, value in (fields | customer.attributes).items() if value}
