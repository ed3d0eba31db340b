"""Any metric by any dimension, in one shape: what explore, alerts and programs ask for.

Each is counted by the same queries as its own page; here they only get one shape. ``share`` is of the same people and
period without what is asked for: of all reviews of Nantes, how many speak of the network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from voc.errors import InputError, nearest
from voc.insights import comparison, groups, statistics
from voc.insights.drilldown import href
from voc.insights.effort import effort
from voc.insights.periods import compared, span
from voc.insights.sentiment import figure, ratings
from voc.records import Interval
from voc.records.metrics import MetricChange, MetricName, MetricTable, MetricValue, Unit
from voc.store import Filters, Store
from voc.store.figures import Cell

MOST_GROUPS = 100
"""Groups of a metric that is asked for group by group, the largest."""
WHO_AND_WHEN = ("channel", "source", "customer", "segment", "city", "language", "attribute", "status", "since",
                "until", "week", "upload")  # fmt: skip
"""Filters that say of whom and when; the others say of what."""
TIME = frozenset({"week", "day"})

Of = Callable[[Store, Cell, Filters], MetricValue]


@dataclass(frozen=True)
class Metric:
    """One metric: its unit, and its value for one group."""

    unit: Unit
    of: Of
    by_group: bool = False
    """Asked for group by group: costs a query each."""


def _volume(_store: Store, cell: Cell, here: Filters) -> MetricValue:
    return MetricValue(value=float(cell.n), n=cell.n, interval=statistics.poisson(cell.n), href=href(here))


def _scored(k: int, label: str) -> Callable[[Cell, Filters], MetricValue]:
    def made(cell: Cell, here: Filters) -> MetricValue:
        return MetricValue(
            value=k / cell.scored if cell.scored else None,
            n=cell.scored,
            interval=statistics.wilson(k, cell.scored) if cell.scored else None,
            href=href(here.model_copy(update={"sentiment": label})),
        )

    return made


def _negative(_store: Store, cell: Cell, here: Filters) -> MetricValue:
    return _scored(cell.negative, "negative")(cell, here)


def _positive(_store: Store, cell: Cell, here: Filters) -> MetricValue:
    return _scored(cell.positive, "positive")(cell, here)


def _net(_store: Store, cell: Cell, here: Filters) -> MetricValue:
    found = figure(replace(cell, keys=()), here, ())
    return MetricValue(
        value=found.net, n=found.n, interval=found.interval if found.n else None, href=found.href
    )  # fmt: skip


def _hard(store: Store, _cell: Cell, here: Filters) -> MetricValue:
    found = effort(store, here).overall
    return MetricValue(
        value=found.hard_share, n=found.n, interval=found.interval if found.n else None, href=found.hard_href
    )


def _given(kind: str) -> Of:
    def made(store: Store, _cell: Cell, here: Filters) -> MetricValue:
        for one in ratings(store, here):
            if one.kind == kind:
                return MetricValue(value=one.value, n=one.n, interval=one.interval, href=href(here))
        return MetricValue(value=None, n=0, href=href(here))

    return made


def _share(store: Store, cell: Cell, here: Filters) -> MetricValue:
    total = store.interactions.count(population(here))
    return _share_of(cell, total, here)


def _share_of(cell: Cell, total: int, here: Filters) -> MetricValue:
    n = max(total, cell.n)
    return MetricValue(
        value=cell.n / n if n else None, n=n, interval=statistics.wilson(cell.n, n) if n else None, href=href(here)
    )


METRICS: Mapping[MetricName, Metric] = {
    "volume": Metric("count", _volume),
    "share": Metric("share", _share, by_group=True),
    "negative": Metric("share", _negative),
    "positive": Metric("share", _positive),
    "net": Metric("points", _net),
    "hard": Metric("share", _hard, by_group=True),
    "nps": Metric("points", _given("nps"), by_group=True),
    "csat": Metric("score", _given("csat"), by_group=True),
    "rating": Metric("score", _given("rating"), by_group=True),
}


def population(filters: Filters) -> Filters:
    """The same people and period, whatever they speak of."""
    kept = {name: getattr(filters, name) for name in WHO_AND_WHEN}
    return Filters.model_validate({name: value for name, value in kept.items() if value is not None})


def named_metric(name: str) -> MetricName:
    """The metric of that name.

    Raises:
        InputError: there is none (``no_such_metric``).
    """
    for one in METRICS:
        if one == name:
            return one
    near = nearest(name, METRICS)
    raise InputError(
        f"metric: there is no {name[:40]}; use one of {', '.join(METRICS)}."
        + (f" Did you mean {near}?" if near else ""),
        code="no_such_metric",
        given=name[:40],
    )


def value(store: Store, name: MetricName, filters: Filters) -> MetricValue:
    """The metric over all that matches."""
    filters = _asked(name, filters)
    (cell,) = store.figures.cells(filters) or [groups.nothing(())]
    return METRICS[name].of(store, cell, filters)


def change(store: Store, name: MetricName, filters: Filters, before: Filters, now: MetricValue) -> MetricChange:
    """The metric over another period beside ``now``, with an exact test where one fits."""
    there = value(store, name, before)
    p: float | None = None
    if METRICS[name].unit == "count":
        p = comparison.count_change(now.n, filters, there.n, before, href=there.href).p_value
    elif METRICS[name].unit == "share" and now.n and there.n:
        k, k_before = (round((one.value or 0.0) * one.n) for one in (now, there))
        p = comparison.share_change(k, now.n, k_before, there.n, href=there.href).p_value
    elif now.interval and there.interval and now.value is not None and there.value is not None:
        p = _z_test(now.value, now.interval, there.value, there.interval)
    return MetricChange(value=there.value, n=there.n, p_value=p, href=there.href)


def table(
    store: Store, name: MetricName, filters: Filters, *, by: str | Sequence[str] = (), compare: str | None = None
) -> MetricTable:
    """The metric overall and by up to two dimensions, the largest groups first, those of time in their order.

    Raises:
        InputError: there is no such dimension or period.
    """
    filters = _asked(name, filters)
    metric, by = METRICS[name], groups.dimensions(by)
    overall = value(store, name, filters)
    before = compared(filters, compare) if compare else None
    cells = store.figures.cells(filters, by=by) if by else []
    if not TIME & set(by):
        cells = sorted(cells, key=lambda one: (-one.n, str(one.keys)))
    kept = cells[:MOST_GROUPS] if metric.by_group else cells
    found = []
    for cell in kept:
        group = groups.keys(cell, by)
        made = metric.of(store, cell, groups.narrowed(filters, group))
        found.append(made.model_copy(update={"keys": group}))
    bounds = span(filters)
    return MetricTable(
        metric=name,
        unit=metric.unit,
        by=by,
        begins=bounds[0] if bounds else filters.since,
        ends=bounds[1] if bounds else filters.until,
        overall=overall,
        previous=change(store, name, filters, before, overall) if before is not None else None,
        figures=tuple(found),
        left_out=len(cells) - len(kept),
    )


def _asked(name: MetricName, filters: Filters) -> Filters:
    """The filters without what the metric divides by itself."""
    return filters.model_copy(update={"sentiment": None}) if name in {"negative", "positive", "net"} else filters


def _z_test(one: float, around: Interval, other: float, around_other: Interval) -> float:
    """Two-sided p of two means that differ, by the widths of their 95 % intervals."""
    from scipy.stats import norm

    errors = [(interval.high - interval.low) / (2 * 1.959964) for interval in (around, around_other)]
    spread = (errors[0] ** 2 + errors[1] ** 2) ** 0.5
    return float(2 * norm.sf(abs(one - other) / spread)) if spread else 1.0
