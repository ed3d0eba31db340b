"""A metric over all that matches, by groups, and against another period."""

from __future__ import annotations

from collections.abc import Sequence

from voc.insights import comparison, groups
from voc.insights.metrics.contract import Metric
from voc.insights.metrics.registry import metric
from voc.insights.periods import compared, span
from voc.records import Interval
from voc.records.metrics import MetricChange, MetricTable, MetricValue
from voc.store import Filters, Store
from voc.store.dimensions import TIME

MOST_GROUPS = 100
"""Groups of a metric that is asked for group by group, the largest."""


def value(store: Store, name: str, filters: Filters) -> MetricValue:
    """The metric over all that matches.

    Raises:
        InputError: there is no such metric.
    """
    return _overall(store, metric(name), filters)


def change(store: Store, name: str, filters: Filters, before: Filters, now: MetricValue) -> MetricChange:
    """The metric over another period beside ``now``, with an exact test where one fits."""
    unit, there = metric(name).unit, value(store, name, before)
    p: float | None = None
    if unit == "count":
        p = comparison.count_change(now.n, filters, there.n, before, href=there.href).p_value
    elif unit == "share" and now.n and there.n:
        k, k_before = (round((one.value or 0.0) * one.n) for one in (now, there))
        p = comparison.share_change(k, now.n, k_before, there.n, href=there.href).p_value
    elif now.interval and there.interval and now.value is not None and there.value is not None:
        p = _z_test(now.value, now.interval, there.value, there.interval)
    return MetricChange(value=there.value, n=there.n, p_value=p, href=there.href)


def table(
    store: Store,
    name: str,
    filters: Filters,
    *,
    by: str | Sequence[str] = (),
    compare: str | None = None,
    least: int = 0,
) -> MetricTable:
    """The metric overall and by up to three dimensions, the largest groups first, those of time in their order.

    Args:
        least: interactions below which a group is left out, and counted as masked.

    Raises:
        InputError: there is no such metric, dimension or period.
    """
    asked, by = metric(name), groups.dimensions(by)
    filters = _undivided(asked, filters)
    overall = _overall(store, asked, filters)
    before = compared(filters, compare) if compare else None
    every = groups.cells(store, filters, by=by) if by else []
    cells = [one for one in every if one.n >= least]
    if not TIME & set(by):
        cells = sorted(cells, key=lambda one: (-one.n, str(one.keys)))
    kept = cells[:MOST_GROUPS] if asked.by_group else cells
    found = []
    for cell in kept:
        group = groups.keys(cell, by)
        made = asked.of(store, cell, groups.narrowed(filters, group))
        found.append(made.model_copy(update={"keys": group}))
    bounds = span(filters)
    return MetricTable(
        metric=name,
        unit=asked.unit,
        by=by,
        begins=bounds[0] if bounds else filters.since,
        ends=bounds[1] if bounds else filters.until,
        overall=overall,
        previous=change(store, name, filters, before, overall) if before is not None else None,
        figures=tuple(found),
        left_out=len(cells) - len(kept),
        masked=len(every) - len(cells),
    )


def _overall(store: Store, asked: Metric, filters: Filters) -> MetricValue:
    filters = _undivided(asked, filters)
    (cell,) = store.figures.cells(filters) or [groups.nothing(())]
    return asked.of(store, cell, filters)


def _undivided(asked: Metric, filters: Filters) -> Filters:
    """The filters without what the metric divides by itself."""
    own = [name for name in asked.divides_by if name in Filters.model_fields]
    undivided = filters.model_copy(update=dict.fromkeys(own))
    for kind in set(asked.divides_by).difference(own):
        undivided = undivided.signalled(kind, None)
    return undivided


def _z_test(one: float, around: Interval, other: float, around_other: Interval) -> float:
    """Two-sided p of two means that differ, by the widths of their 95 % intervals."""
    from scipy.stats import norm

    errors = [(interval.high - interval.low) / (2 * 1.959964) for interval in (around, around_other)]
    spread = (errors[0] ** 2 + errors[1] ** 2) ** 0.5
    return float(2 * norm.sf(abs(one - other) / spread)) if spread else 1.0
