"""How many interactions there are, and which share of all of the same people and period.

``share`` is of the same people and period without what is asked for: of all reviews of Nantes, how many speak of the
network.
"""

from __future__ import annotations

from voc.insights import statistics
from voc.insights.drilldown import href
from voc.insights.metrics.contract import Metric
from voc.records.metrics import MetricValue
from voc.store import Filters, Store
from voc.store.figures import Cell

WHO_AND_WHEN = ("channel", "source", "customer", "segment", "city", "language", "attribute", "customer_attribute",
                "status", "since", "until", "week", "upload")  # fmt: skip
"""Filters that say of whom and when; the others say of what."""


def population(filters: Filters) -> Filters:
    """The same people and period, whatever they speak of."""
    kept = {name: getattr(filters, name) for name in WHO_AND_WHEN}
    return Filters.model_validate({name: value for name, value in kept.items() if value is not None})


def volume(_store: Store, cell: Cell, here: Filters) -> MetricValue:
    """Interactions, with the interval of a Poisson count."""
    return MetricValue(value=float(cell.n), n=cell.n, interval=statistics.poisson(cell.n), href=href(here))


def share(store: Store, cell: Cell, here: Filters) -> MetricValue:
    """Of the interactions of the same people and period, those of the group."""
    n = max(store.interactions.count(population(here)), cell.n)
    return MetricValue(
        value=cell.n / n if n else None, n=n, interval=statistics.wilson(cell.n, n) if n else None, href=href(here)
    )


METRICS = (Metric("volume", "count", volume, rank=0), Metric("share", "share", share, by_group=True, rank=1))
