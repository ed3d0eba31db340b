"""Any metric by any dimension, in one shape."""

from __future__ import annotations

from collections.abc import Sequence

from voc.insights import metrics as figures
from voc.insights.metrics import MetricName, metric, metrics
from voc.records.metrics import MetricTable
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import use_case
from voc.store import Filters

__all__ = ["MetricName", "MetricTable", "metric", "metrics", "table"]


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
    """A metric overall and by up to two dimensions, against another period if asked.

    Raises:
        InputError: there is no such metric, dimension or period.
    """
    return figures.table(service.store, name, filters, by=by, compare=compare)
