"""Any metric by any dimension, in one shape."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access import Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.tables import AsTable, written
from voc.service import metrics
from voc.service.metrics import MetricName, MetricTable

router = APIRouter(prefix="/v1/insights/metrics", tags=["insights"], route_class=FigureRoute)


@router.get("/{metric}", summary="Any figure by any dimension", response_model=MetricTable)
def table(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    as_table: AsTable,
    metric: MetricName,
    by: Annotated[
        str,
        Query(
            max_length=300,
            description="Up to three of week, day, topic, channel, segment, city, language, `attribute:name` and "
            "`customer_attribute:name`.",
        ),
    ] = "",
    compare: Annotated[
        str | None,
        Query(
            max_length=40,
            description="`previous`, `previous:4`, `year` (the same weeks of last year), a week, or "
            "`2026-10-01..2026-10-31`.",
        ),
    ] = None,
) -> MetricTable | Response:
    """Overall and in groups, each with n, interval and the interactions behind it.

    volume, share (of the same people and period, whatever they speak of), negative, positive, net, hard, nps, csat,
    rating, and what other packages bring.
    """
    found = metrics.table(service, actor, metric, filters, by=by, compare=compare or None)
    if as_table is None:
        return found
    return written(as_table, found.figures if found.by else [found.overall], name=metric)
