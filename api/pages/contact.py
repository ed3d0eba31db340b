"""Repeat contact and contact pressure as pages: the same figures as ``/v1/insights``, open to what is behind them."""

from __future__ import annotations

import math
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.pages.rendering import draw
from voc.insights.pressure import Association
from voc.service import customers, insights
from voc.service.insights import Level

router = APIRouter(include_in_schema=False, route_class=FigureRoute)

WEEKS = 12
LOWEST_RATIO, HIGHEST_RATIO = 1 / 8, 8.0
"""Ends of the line a ratio is drawn on; what lies beyond is drawn at the end."""


@router.get("/pressure", response_class=HTMLResponse)
def pressure_page(request: Request, actor: Reader, filters: Filtered) -> HTMLResponse:
    """Who was sent too much, and what goes with it."""
    service = service_of(request)
    found = insights.pressure(service, actor, filters)
    evidence = [
        one.customer_id for dose in (found.association.doses if found.association else ()) for one in dose.evidence
    ]
    return draw(
        request,
        "pressure.html",
        found=found,
        filters=filters,
        segments=customers.segments(service, actor),
        names=customers.names(service, actor, [*(one.customer_id for one in found.over_tolerance), *evidence]),
        verdict=verdict(found.association),
        ratio_place=ratio_place,
    )


@router.get("/repeat-contacts", response_class=HTMLResponse)
def repeat_page(
    request: Request,
    actor: Reader,
    filters: Filtered,
    by: Annotated[Literal["topic", "channel", "segment"], Query()] = "topic",
    days: Annotated[int | None, Query(ge=1, le=365)] = None,
    level: Annotated[Level, Query()] = "parent",
) -> HTMLResponse:
    """The last twelve weeks unless a period is chosen."""
    service = service_of(request)
    lately = insights.in_latest_weeks(service, actor, filters, weeks=WEEKS)
    found = insights.repeat_contacts(service, actor, lately, by=by, days=days, level=level)
    examples = [one.customer_id for figure in (found.overall, *found.figures) for one in figure.examples]
    return draw(
        request,
        "repeat_contacts.html",
        found=found,
        filters=filters,
        segments=customers.segments(service, actor),
        names=customers.names(service, actor, examples),
        ratio_place=ratio_place,
    )


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
