"""Any metric by any dimension, in one shape."""

from __future__ import annotations

from collections.abc import Sequence

from voc.insights import metrics
from voc.insights.metrics import METRICS, named_metric
from voc.records.metrics import MetricName, MetricTable
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import use_case
from voc.store import Filters

__all__ = ["METRICS", "MetricName", "MetricTable", "named_metric", "table"]


@use_case("reader")
def table(
    service: Service,
    actor: Actor,
    metric: MetricName,
    filters: Filters,
    *,
    by: str | Sequence[str] = (),
    compare: str | None = None,
) -> MetricTable:
    """A metric overall and by up to two dimensions, against another period if asked.

    Raises:
        InputError: there is no such dimension or period.
    """
    return metrics.table(service.store, metric, filters, by=by, compare=compare)
