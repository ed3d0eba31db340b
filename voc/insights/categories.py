"""How many calls fall into each category, of those that were asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voc.insights import statistics
from voc.insights.drilldown import href
from voc.records import Interval, Record
from voc.store import Filters, Store


class CategoryFigure(Record):
    """One category: ``n`` of ``asked`` interactions fall into it, at ``points`` places of theirs."""

    category: str
    n: int
    asked: int
    share: float | None
    interval: Interval | None
    points: int
    channels: dict[str, int]
    href: str


class CategoryFigures(Record):
    """Every category, the most frequent first; those nothing fell into are there with 0."""

    figures: tuple[CategoryFigure, ...]


def categories(
    store: Store, filters: Filters | None = None, *, channels: Mapping[str, Sequence[str]]
) -> CategoryFigures:
    """Count the interactions of each category among the analysed ones of the channels it is asked of.

    Args:
        channels: the categories in force with the channels they are asked of. One that is counted but no longer in
            force is asked of the channels it was found on.
    """
    filters = (filters or Filters()).signalled("category", None)
    done = filters.model_copy(update={"status": "done"})
    sizes = {str(cell.keys[0]): cell.n for cell in store.figures.cells(done, by=("channel",))}
    counts: dict[str, dict[str, int]] = {one: {} for one in channels}
    points: dict[str, int] = {}
    for one in store.categories.counts(done):
        counts.setdefault(one.category, {})[one.channel] = one.n
        points[one.category] = points.get(one.category, 0) + one.points
    figures = []
    for category, found in counts.items():
        asked = sum(sizes.get(channel, 0) for channel in {*channels.get(category, ()), *found})
        n = sum(found.values())
        figures.append(
            CategoryFigure(
                category=category,
                n=n,
                asked=asked,
                share=n / asked if asked else None,
                interval=statistics.wilson(n, asked),
                points=points.get(category, 0),
                channels=found,
                href=href(done.signalled("category", category)),
            )
        )
    return CategoryFigures(figures=tuple(sorted(figures, key=lambda one: (-one.n, one.category))))
