"""Groups of interactions: the cells they are counted in, their keys, and the filters that list them.

The store counts by everything it has a column for. By an attribute of the customer base it is asked value by value,
each the set of those customers' interactions: what the base says of people is not among what figures are counted over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from voc.errors import InputError
from voc.insights import periods
from voc.insights.drilldown import href
from voc.store import Filters, Store
from voc.store.dimensions import BY_ATTRIBUTE, BY_CUSTOMER, checked
from voc.store.figures import Cell
from voc.store.groupings import ATTRIBUTE_VALUES


def dimensions(by: str | Sequence[str]) -> tuple[str, ...]:
    """``"week,topic"`` or ``["week", "topic"]`` as a tuple; the store checks the names."""
    parts = by.split(",") if isinstance(by, str) else by
    return tuple(part.strip() for part in parts if part.strip())


def cells(store: Store, filters: Filters, *, by: Sequence[str]) -> list[Cell]:
    """Interactions that match, grouped by up to three dimensions, one of them an attribute of customers if asked.

    Those of customers without the attribute are in no group.

    Raises:
        InputError: an unknown dimension, one too many, an attribute that is no group, or one that is filtered already.
    """
    checked(by, customers=True)
    for prefix, field in ((BY_ATTRIBUTE, "attribute"), (BY_CUSTOMER, "customer_attribute")):
        asked = [one for one in by if one.startswith(prefix)]
        if len(asked) + (getattr(filters, field) is not None) > 1:
            raise InputError(
                f"by={asked[0]}: figures are narrowed to one {field} at a time; leave the other out.",
                code="one_attribute",
                name=asked[0].removeprefix(prefix),
            )
    place = next((number for number, one in enumerate(by) if one.startswith(BY_CUSTOMER)), None)
    if place is None:
        return store.figures.cells(filters, by=by)
    name = by[place].removeprefix(BY_CUSTOMER)
    values = store.customers.attribute_values(name, most=ATTRIBUTE_VALUES + 1)
    if len(values) > ATTRIBUTE_VALUES:
        raise InputError(
            f"by={by[place]}: it has more than {ATTRIBUTE_VALUES} values; an id or a free text is no group.",
            code="attribute_no_group",
            name=name,
            most=ATTRIBUTE_VALUES,
        )
    rest = [one for one in by if one != by[place]]
    found = []
    for value in values:
        here = filters.model_copy(update={"customer_attribute": f"{name}={value}"})
        inside = [cell for cell in store.figures.cells(here, by=rest) if cell.n]
        found += [cell._replace(keys=(*cell.keys[:place], value, *cell.keys[place:])) for cell in inside]
    return found


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
        elif name.startswith((BY_ATTRIBUTE, BY_CUSTOMER)):
            field, _, attribute = name.partition(":")
            update[field] = f"{attribute}={value}"
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


def apart(by: Sequence[str]) -> bool:
    """Whether groups by these dimensions hold each interaction once, so that together they are everything: of topics an
    interaction has several, and of an attribute it may have none.
    """
    return bool(by) and not any(one == "topic" or one.startswith((BY_ATTRIBUTE, BY_CUSTOMER)) for one in by)


def together(some: Sequence[Cell], group: Sequence[str | None] = ()) -> Cell:
    """What cells hold all in all: no statement need ask for it where they are :func:`apart`."""
    return Cell(tuple(group), *map(sum, zip(*(cell[1:] for cell in some), strict=True))) if some else nothing(group)


def coarser(some: Sequence[Cell], by: Sequence[str], wanted: Sequence[str]) -> list[Cell]:
    """Cells by some of the dimensions that ``some`` are cut by, in their order; these are :func:`apart`."""
    places = [by.index(one) for one in wanted]
    found: dict[tuple[str | None, ...], list[Cell]] = {}
    for cell in some:
        found.setdefault(tuple(cell.keys[place] for place in places), []).append(cell)
    return [together(theirs, group) for group, theirs in found.items()]


def nothing(group: Sequence[str | None]) -> Cell:
    """A cell with nothing in it."""
    return Cell(tuple(group), 0, 0, 0, 0, 0, 0.0, 0.0)
