"""A figure against another period."""

from __future__ import annotations

import math
from datetime import UTC, datetime

from voc.insights import periods, statistics
from voc.insights.records import Change, Period
from voc.records import Interval, as_utc
from voc.store import Filters


def period(filters: Filters) -> Period:
    """The period of ``filters``, with open ends where they name none."""
    bounds = periods.span(filters)
    if bounds is not None:
        return Period(begins=bounds[0], ends=bounds[1])
    return Period(begins=filters.since, ends=filters.until)


def count_change(
    n: int, filters: Filters, before: int, filters_before: Filters, *, href: str, now: datetime | None = None
) -> Change:
    """Two counts as rates a day, with the exact conditional test and interval of their ratio.

    Of a period that is not over at ``now`` (the present moment by default) only the days that are count.
    """
    now = now or datetime.now(UTC)
    length, length_before = _days(filters, now), _days(filters_before, now)
    if length is None or length_before is None:
        length = length_before = 1.0
    ratio, low, high = statistics.rate_ratio(n, length, before, length_before)
    return Change(
        n=before,
        href=href,
        value=before * length / length_before,
        ratio=ratio if before else None,
        interval=Interval(low=low, high=high) if math.isfinite(high) else None,
        difference=n - before * length / length_before,
        p_value=_two_sided(
            statistics.rise(n, length, before, length_before), statistics.fall(n, length, before, length_before)
        ),
    )


def share_change(k: int, n: int, k_before: int, n_before: int, *, href: str) -> Change:
    """Two shares: their difference with Newcombe's interval, and Fisher's exact test (two-sided by doubling)."""
    share = k / n if n else None
    before = k_before / n_before if n_before else None
    difference = share - before if share is not None and before is not None else None
    return Change(
        n=n_before,
        href=href,
        value=before,
        ratio=share / before if share is not None and before else None,
        difference=difference,
        interval=_newcombe(k, n, k_before, n_before) if difference is not None else None,
        p_value=_two_sided(
            statistics.over_represented(k, n, k_before, n_before),
            statistics.over_represented(n - k, n, n_before - k_before, n_before),
        ),
    )


def _newcombe(k: int, n: int, k_before: int, n_before: int) -> Interval:
    """Newcombe (1998), Statistics in Medicine 17, method 10: the difference of two shares from Wilson's limits."""
    a, b = k / n, k_before / n_before
    wa, wb = statistics.wilson(k, n), statistics.wilson(k_before, n_before)
    low = a - b - math.hypot(a - wa.low, wb.high - b)
    high = a - b + math.hypot(wa.high - a, b - wb.low)
    return Interval(low=low, high=high)


def _two_sided(one: float, other: float) -> float:
    return min(1.0, 2 * min(one, other))


def _days(filters: Filters, now: datetime) -> float | None:
    bounds = periods.span(filters)
    if bounds is None:
        return None
    begins, ends = (as_utc(one) for one in bounds)
    return (min(ends, now) - begins if begins < now else ends - begins).total_seconds() / 86_400
