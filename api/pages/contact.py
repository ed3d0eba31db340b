"""Repeat contact and contact pressure as pages: the same figures as ``/v1/insights``, open to what is behind them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.pages.rendering import draw
from voc.insights.periods import begins, ends, span, week_of, weeks_before
from voc.insights.pressure import Association, pressure
from voc.insights.repeat_contact import repeat_contacts
from voc.store import Filters, Store
from voc.store.issues import Level

router = APIRouter(include_in_schema=False, route_class=FigureRoute)

WEEKS = 12
LOWEST_RATIO, HIGHEST_RATIO = 1 / 8, 8.0
"""Ends of the line a ratio is drawn on; what lies beyond is drawn at the end."""


@router.get("/pressure", response_class=HTMLResponse)
def pressure_page(request: Request, _: Reader, filters: Filtered) -> HTMLResponse:
    """Who was sent too much, and what goes with it."""
    store: Store = service_of(request).store
    found = pressure(store, filters)
    evidence = [
        one.customer_id for dose in (found.association.doses if found.association else ()) for one in dose.evidence
    ]
    return draw(
        request,
        "pressure.html",
        found=found,
        filters=filters,
        segments=store.customers.segments(),
        names=names(store, [*(one.customer_id for one in found.over_tolerance), *evidence]),
        verdict=verdict(found.association),
        ratio_place=ratio_place,
    )


@router.get("/repeat-contacts", response_class=HTMLResponse)
def repeat_page(
    request: Request,
    _: Reader,
    filters: Filtered,
    by: Annotated[Literal["topic", "channel", "segment"], Query()] = "topic",
    days: Annotated[int | None, Query(ge=1, le=365)] = None,
    level: Annotated[Level, Query()] = "parent",
) -> HTMLResponse:
    """The last twelve weeks unless a period is chosen."""
    store: Store = service_of(request).store
    found = repeat_contacts(
        store, _lately(store, filters), by=by, days=days or service_of(request).settings.repeat_days, level=level
    )
    examples = [one.customer_id for figure in (found.overall, *found.figures) for one in figure.examples]
    return draw(
        request,
        "repeat_contacts.html",
        found=found,
        filters=filters,
        segments=store.customers.segments(),
        names=names(store, examples),
        ratio_place=ratio_place,
    )


def names(store: Store, ids: Iterable[str]) -> dict[str, str]:
    """Names of customers by id, as pages show them to everybody."""
    found = store.customers.names(sorted(set(ids)))
    return {
        key: whole or " ".join(part for part in (first, last) if part) for key, (first, last, whole) in found.items()
    }


def verdict(association: Association | None) -> Literal["unclear", "more", "less", "none"]:
    """What the comparison of each customer with themselves allows to say, and no more."""
    if association is None or not association.within_customers:
        return "none"
    low, high = association.within_low, association.within_high
    if low is not None and low > 1:
        return "more"
    return "less" if high is not None and high < 1 else "unclear"


def ratio_place(ratio: float | None) -> float:
    """Where a ratio lies on a line of 0…100 on which every doubling is as long; ``None`` is without bound."""
    if ratio is None or ratio >= HIGHEST_RATIO:
        return 100.0
    if ratio <= LOWEST_RATIO:
        return 0.0
    return round(100 * math.log(ratio / LOWEST_RATIO) / math.log(HIGHEST_RATIO / LOWEST_RATIO), 2)


def _lately(store: Store, filters: Filters) -> Filters:
    bounds = store.figures.first_and_last()
    if bounds is None or span(filters) is not None or filters.since is not None or filters.until is not None:
        return filters
    last = week_of(bounds[1])
    return filters.model_copy(update={"since": begins(weeks_before(last, WEEKS - 1)[0]), "until": ends(last)})
