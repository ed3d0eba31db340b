"""Week after week: how the share of each group moves, with a test of a steady climb or decline."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime

from voc.insights import comparison, groups, periods, statistics
from voc.insights.drilldown import href
from voc.insights.records import Point, Trend, Trends
from voc.records import as_utc
from voc.store import Filters, Store
from voc.store.figures import Cell

SIGNIFICANT = 0.05
LEAST = 8
"""A group with fewer interactions over all weeks is shown, but its direction is not named."""


def trends(
    store: Store, filters: Filters | None = None, *, by: str | None = None, now: datetime | None = None
) -> Trends:
    """Weekly trends over all that matches, or by one dimension (topic, channel, segment, city, language, sentiment).

    A group's share is of the interactions of the week under the same filters, its own dimension apart. Weeks without
    any interaction are kept, with ``n = 0``; none lies after the present one (of ``now``, the present moment by
    default), whatever is dated there. Of the present week only the part that has passed counts.

    Raises:
        InputError: an unknown dimension.
    """
    filters = filters or Filters()
    by = by or None
    now = as_utc(now or datetime.now(UTC))
    cells = store.figures.cells(filters, by=("week", by) if by else ("week",))
    everything = filters.model_copy(update={by: None, "topic_sentiment": None}) if by == "topic" else filters
    totals: dict[str, int] = defaultdict(int)
    if by is None or groups.apart([by]):
        for cell in cells:
            totals[str(cell.keys[0])] += cell.n
    else:
        totals |= {str(week): n for (week,), n in store.figures.counts(everything, by=("week",)).items()}
    weeks = _weeks(filters, totals, now)
    grouped: dict[str | None, dict[str, Cell]] = defaultdict(dict)
    for cell in cells:
        grouped[cell.keys[1] if by else None][str(cell.keys[0])] = cell
    # Without groups there is no share to follow: the count itself is, week against week.
    exposures = [float(totals.get(week, 0)) if by else _elapsed(week, now) for week in weeks]
    counts = [[weekly[week].n if week in weekly else 0 for week in weeks] for weekly in grouped.values()]
    rises = statistics.trends(counts, exposures)
    falls = statistics.trends([one[::-1] for one in counts], exposures[::-1])
    found = []
    for place, (value, weekly) in enumerate(grouped.items()):
        group: dict[str, str | None] = {by: value} if by else {}
        here = groups.narrowed(filters, group)
        points = tuple(
            _point(week, weekly.get(week), totals.get(week, 0), path, alone=not by)
            for week, path in zip(weeks, groups.week_hrefs(here, weeks), strict=True)
        )
        found.append(
            Trend(
                keys=group,
                n=sum(counts[place]),
                points=points,
                p_rise=rises[place],
                p_fall=falls[place],
                q_value=1.0,
                direction=None,
                href=href(here),
            )
        )
    corrected = statistics.q_values([p for one in found for p in (one.p_rise, one.p_fall)])
    named = [_named(one, min(corrected[2 * place], corrected[2 * place + 1])) for place, one in enumerate(found)]
    named.sort(key=lambda one: (-one.n, str(tuple(one.keys.values()))))
    return Trends(by=by, period=comparison.period(filters), weeks=tuple(weeks), trends=tuple(named))


def _named(one: Trend, q: float) -> Trend:
    clear = q <= SIGNIFICANT and one.n >= LEAST
    direction = ("rise" if one.p_rise < one.p_fall else "fall") if clear else None
    return one.model_copy(update={"q_value": q, "direction": direction})


def _elapsed(week: str, now: datetime) -> float:
    """Part of a week that has passed; the whole of one that is yet to come, which nothing is known to be missing of."""
    passed = (now - periods.begins(week)) / periods.WEEK
    return min(1.0, passed) if passed > 0 else 1.0


def _weeks(filters: Filters, totals: dict[str, int], now: datetime) -> list[str]:
    if not totals:
        return [filters.week] if filters.week else []
    return periods.weeks_between(min(totals), min(max(totals), periods.week_of(now)))


def _point(week: str, cell: Cell | None, total: int, path: str, *, alone: bool) -> Point:
    cell = cell or groups.nothing((week,))
    return Point(
        week=week,
        n=cell.n,
        total=total,
        share=cell.n / total if total else None,
        # Alone, the group is everything: what is uncertain is the count, not its share.
        interval=statistics.poisson(cell.n) if alone else statistics.wilson(cell.n, max(total, cell.n)),
        negative=cell.negative,
        neutral=cell.neutral,
        positive=cell.positive,
        net=(cell.positive - cell.negative) / cell.scored if cell.scored else None,
        net_interval=statistics.net_share(cell.positive, cell.negative, cell.scored),
        href=path,
    )
