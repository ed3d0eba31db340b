"""How hard it was for customers, by topic or channel: the whole distribution, never a mean alone.

Only interactions that show an effort count; how many show none is said beside them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from voc.analysers.effort import SCALE
from voc.insights import groups, statistics
from voc.insights.drilldown import href
from voc.insights.records import EffortFigure, Efforts
from voc.store import Filters, Store
from voc.store.signal_counts import SignalCount

LOWEST, HIGHEST = round(SCALE.low), round(SCALE.high)


def effort(store: Store, filters: Filters | None = None, *, by: str | None = None) -> Efforts:
    """Effort overall and by ``topic``, ``channel``, ``segment``, ``language`` or ``week``, hardest groups first.

    Raises:
        InputError: an unknown dimension.
    """
    filters = (filters or Filters()).signalled("effort", None)
    overall = {_whole(one): one.n for one in store.meanings.signals("effort", filters, of="value")}
    grouped: dict[str | None, dict[int, int]] = {}
    for one in store.meanings.signals("effort", filters, of="value", by=by) if by else ():
        grouped.setdefault(one.key, {})[_whole(one)] = one.n
    figures = [
        figure(counts, groups.narrowed(filters, {str(by): key}), {str(by): key}) for key, counts in grouped.items()
    ]
    figures.sort(key=lambda one: (one.keys["week"] or "") if by == "week" else "")
    if by != "week":
        figures.sort(key=lambda one: (-one.hard, one.mean, str(one.keys)))
    shown = sum(overall.values())
    return Efforts(
        by=by,
        overall=figure(overall, filters, {}),
        unshown=store.interactions.count(filters) - shown,
        unshown_href=href(filters.signalled("effort", "none")),
        figures=tuple(figures),
    )


def _whole(one: SignalCount) -> int:
    return round(one.value or 0)


def figure(counts: Mapping[int, int], filters: Filters, keys: dict[str, str | None]) -> EffortFigure:
    """One group's distribution; every value opens the interactions that show it."""
    n = sum(counts.values())
    mean = sum(value * k for value, k in counts.items()) / n if n else None
    deviation = None
    if n > 1 and mean is not None:
        deviation = math.sqrt(sum(k * (value - mean) ** 2 for value, k in counts.items()) / (n - 1))
    hard = sum(k for value, k in counts.items() if value < 0)
    return EffortFigure(
        keys=keys,
        n=n,
        counts={str(value): counts.get(value, 0) for value in range(LOWEST, HIGHEST + 1)},
        hard=hard,
        hard_share=hard / n if n else None,
        interval=statistics.wilson(hard, n),
        mean=mean,
        mean_interval=statistics.mean_interval(mean, deviation, n)
        if mean is not None and deviation is not None
        else None,
        deviation=deviation,
        href=href(filters.signalled("effort", "any")),
        hard_href=href(filters.signalled("effort", "hard")),
    )
