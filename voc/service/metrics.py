"""Any metric by any dimension, in one shape."""

from __future__ import annotations

from collections.abc import Sequence

from voc.insights import metrics as figures
from voc.insights.groups import dimensions
from voc.insights.metrics import MetricName, metric, metrics
from voc.records.metrics import MetricTable
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.small_groups import least_shown
from voc.service.use_cases import use_case
from voc.store import Filters
from voc.store.dimensions import BY_ATTRIBUTE, BY_CUSTOMER

__all__ = ["MetricName", "MetricTable", "attributes", "metric", "metrics", "table"]


ATTRIBUTES_OF = 500
"""Records of the base from which is told which attributes there are."""


@use_case("reader")
def attributes(service: Service, actor: Actor, filters: Filters) -> list[str]:
    """Dimensions by attributes: of the interactions that match, and for who sees people of the customer base."""
    own = [f"{BY_ATTRIBUTE}{name}" for name in service.store.figures.attribute_names(filters)]
    base = service.store.customers.attribute_names(looked_at=ATTRIBUTES_OF) if actor.sees_people else []
    return [*own, *(f"{BY_CUSTOMER}{name}" for name in base)]


@use_case("reader")
def table(
    service: Service,
    actor: Actor,
    name: str,
    filters: Filters,
    *,
    by: str | Sequence[str] = (),
    compare: str | None = None,
) -> MetricTable:
    """A metric overall and by up to three dimensions, against another period if asked.

    Raises:
        InputError: there is no such metric, dimension or period.
    """
    least = least_shown(actor, dimensions(by))
    return figures.table(service.store, name, filters, by=by, compare=compare, least=least)
