"""Of the interactions that show an effort, those that were hard."""

from __future__ import annotations

from voc.insights.effort import effort
from voc.insights.metrics.contract import Metric
from voc.records.metrics import MetricValue
from voc.store import Filters, Store
from voc.store.figures import Cell


def hard(store: Store, _cell: Cell, here: Filters) -> MetricValue:
    """The share of hard journeys."""
    found = effort(store, here).overall
    return MetricValue(
        value=found.hard_share, n=found.n, interval=found.interval if found.n else None, href=found.hard_href
    )


METRICS = (Metric("hard", "share", hard, by_group=True, rank=5),)
