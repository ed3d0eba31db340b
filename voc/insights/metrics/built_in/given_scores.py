"""Scores that customers gave: recommendation (NPS), satisfaction, stars."""

from __future__ import annotations

from voc.insights.drilldown import href
from voc.insights.metrics.contract import Metric, Of
from voc.insights.sentiment import ratings
from voc.records.metrics import MetricValue
from voc.store import Filters, Store
from voc.store.figures import Cell


def _given(kind: str) -> Of:
    def made(store: Store, _cell: Cell, here: Filters) -> MetricValue:
        for one in ratings(store, here):
            if one.kind == kind:
                return MetricValue(value=one.value, n=one.n, interval=one.interval, href=href(here))
        return MetricValue(value=None, n=0, href=href(here))

    return made


METRICS = (
    Metric("nps", "points", _given("nps"), by_group=True, rank=6),
    Metric("csat", "score", _given("csat"), by_group=True, rank=7),
    Metric("rating", "score", _given("rating"), by_group=True, rank=8),
)
