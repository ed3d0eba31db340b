"""How many interactions, by week, day, topic, channel, segment, city, language or an attribute."""

from __future__ import annotations

from collections.abc import Sequence

from voc.insights import comparison, groups, periods, statistics
from voc.insights.drilldown import href
from voc.insights.records import Change, Volume, Volumes
from voc.store import Filters, Store
from voc.store.dimensions import TIME
from voc.store.figures import Cell


def volumes(
    store: Store,
    filters: Filters | None = None,
    *,
    by: str | Sequence[str] = (),
    compare: str | None = None,
    counted: Sequence[Cell] | None = None,
) -> Volumes:
    """Volumes by up to three dimensions (``by="week,channel"``), against another period if ``compare`` names one.

    Args:
        counted: the groups, where they were counted already.

    Raises:
        InputError: an unknown dimension or comparison (``voc.insights.periods.compared``).
    """
    filters = filters or Filters()
    by = groups.dimensions(by)
    before = periods.compared(filters, compare) if compare else None
    cells, total = _counted(store, filters, by, counted)
    cells_before, total_before = _counted(store, before, by) if before else ([], 0)
    old = {cell.keys: cell.n for cell in cells_before}
    figures = []
    # A group that vanished is news too: it keeps its line, with nothing in it.
    timed = TIME & set(by)
    gone = [groups.nothing(key) for key in old if not timed and key not in {cell.keys for cell in cells}]
    for cell in (*cells, *gone):
        group = groups.keys(cell, by)
        previous = None
        if before is not None and not timed:
            there = groups.narrowed(before, group)
            previous = comparison.count_change(cell.n, filters, old.get(cell.keys, 0), before, href=href(there))
        figures.append(
            Volume(
                keys=group,
                n=cell.n,
                interval=statistics.poisson(cell.n),
                share=cell.n / total if total else None,
                share_interval=statistics.wilson(cell.n, total),
                href=href(groups.narrowed(filters, group)),
                previous=previous,
            )
        )
    if not timed:
        figures.sort(key=lambda one: (-one.n, str(tuple(one.keys.values()))))
    overall: Change | None = None
    if before is not None:
        overall = comparison.count_change(total, filters, total_before, before, href=href(before))
    return Volumes(
        by=by,
        period=comparison.period(filters),
        compared_with=comparison.period(before) if before else None,
        n=total,
        interval=statistics.poisson(total),
        href=href(filters),
        previous=overall,
        figures=tuple(figures),
    )


def _counted(
    store: Store, filters: Filters, by: Sequence[str], counted: Sequence[Cell] | None = None
) -> tuple[Sequence[Cell], int]:
    """The groups, and how many interactions match all in all."""
    cells = counted if counted is not None else groups.cells(store, filters, by=by) if by else []
    return cells, groups.together(cells).n if groups.apart(by) else store.interactions.count(filters)
