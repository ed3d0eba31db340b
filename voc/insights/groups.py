"""Groups of interactions: from the cells the store counts to keys and to the filters that list them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from voc.insights import periods
from voc.insights.drilldown import href
from voc.store import Filters
from voc.store.figures import Cell


def dimensions(by: str | Sequence[str]) -> tuple[str, ...]:
    """``"week,topic"`` or ``["week", "topic"]`` as a tuple; the store checks the names."""
    parts = by.split(",") if isinstance(by, str) else by
    return tuple(part.strip() for part in parts if part.strip())


def keys(cell: Cell, by: Sequence[str]) -> dict[str, str | None]:
    """Dimension → value of one cell."""
    return dict(zip(by, cell.keys, strict=True))


def narrowed(filters: Filters, group: Mapping[str, str | None]) -> Filters:
    """``filters`` narrowed to one group, so that they count exactly what the group counts."""
    update: dict[str, str | datetime | None] = {}
    bounds = periods.span(filters) if filters.week is None else None
    for name, value in group.items():
        if name == "day" and value is not None:
            day = datetime.fromisoformat(value).replace(tzinfo=UTC)
            # A period that begins or ends within the day keeps its own border.
            update["since"] = max(day, filters.since) if filters.since else day
            update["until"] = min(day + timedelta(days=1), filters.until) if filters.until else day + timedelta(days=1)
        elif name == "week" and value is not None:
            update["week"] = value
            if bounds and bounds[0] <= periods.begins(value) and periods.ends(value) <= bounds[1]:
                update |= {"since": None, "until": None}
        else:
            update[name] = "none" if value is None else value
    return filters.model_copy(update=update)


def week_hrefs(filters: Filters, weeks: Sequence[str]) -> list[str]:
    """``href(narrowed(filters, {"week": week}))`` of each week; a long trend has thousands of them."""
    bounds = periods.span(filters) if filters.week is None else None
    found: list[str] = []
    begun: dict[bool, tuple[str, str]] = {}  # whether the period holds the week whole → path up to it, and after it
    for week in weeks:
        whole = bounds is not None and bounds[0] <= periods.begins(week) and periods.ends(week) <= bounds[1]
        if whole not in begun:
            before, _, after = href(narrowed(filters, {"week": week})).partition(f"week={week}")
            begun[whole] = (f"{before}week=", after)
        found.append(week.join(begun[whole]))
    return found


def nothing(group: Sequence[str | None]) -> Cell:
    """A cell with nothing in it."""
    return Cell(tuple(group), 0, 0, 0, 0, 0, 0.0, 0.0)
