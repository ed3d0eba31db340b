"""Negative, positive and net sentiment of what was scored."""

from __future__ import annotations

from voc.insights import statistics
from voc.insights.drilldown import href
from voc.insights.metrics.contract import Metric
from voc.insights.sentiment import figure
from voc.records.metrics import MetricValue
from voc.store import Filters, Store
from voc.store.figures import Cell


def _scored(k: int, label: str, cell: Cell, here: Filters) -> MetricValue:
    return MetricValue(
        value=k / cell.scored if cell.scored else None,
        n=cell.scored,
        interval=statistics.wilson(k, cell.scored) if cell.scored else None,
        href=href(here.model_copy(update={"sentiment": label})),
    )


def negative(_store: Store, cell: Cell, here: Filters) -> MetricValue:
    """Of the scored interactions, the negative ones."""
    return _scored(cell.negative, "negative", cell, here)


def positive(_store: Store, cell: Cell, here: Filters) -> MetricValue:
    """Of the scored interactions, the positive ones."""
    return _scored(cell.positive, "positive", cell, here)


def net(_store: Store, cell: Cell, here: Filters) -> MetricValue:
    """Share of positive less share of negative, −1…1."""
    found = figure(cell._replace(keys=()), here, ())
    return MetricValue(value=found.net, n=found.n, interval=found.interval if found.n else None, href=found.href)


METRICS = (
    Metric("negative", "share", negative, divides_by=("sentiment",), rank=2),
    Metric("positive", "share", positive, divides_by=("sentiment",), rank=3),
    Metric("net", "points", net, divides_by=("sentiment",), rank=4),
)
