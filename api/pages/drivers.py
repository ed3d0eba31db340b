"""What moves the scores that customers give: topics by their impact and effect, and what moved a score since before."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.pages.rendering import draw
from voc.insights.drivers import SCORES, Drivers
from voc.insights.periods import span
from voc.service import customers, insights

router = APIRouter(include_in_schema=False, route_class=FigureRoute)

WIDTH, HALF = 200, 96
"""Of the drawing of an estimate, and of half its scale, in its units."""


@router.get("/drivers", response_class=HTMLResponse)
def page(
    request: Request, actor: Reader, filters: Filtered, score: str = "", by: str = "channel", level: str = "parent"
) -> HTMLResponse:
    """The latest twelve finished weeks unless a period is chosen, of the score that most interactions came with."""
    service = service_of(request)
    shown = insights.in_latest_weeks(service, actor, filters, weeks=12)
    kind = score or insights.commonest_score(service, actor, shown)
    found = insights.drivers(
        service,
        actor,
        shown,
        score=kind,
        compare="previous" if span(shown) else None,
        by=by,
        level="label" if level == "label" else "parent",
    )
    return draw(
        request,
        "drivers.html",
        filters=shown,
        found=found,
        scores=SCORES,
        by=by,
        level=level,
        scale=_scale(found),
        width=WIDTH,
        half=HALF,
        segments=customers.segments(service, actor),
    )


def _scale(found: Drivers) -> dict[str, float]:
    """Units of the drawing a point of the score, for each of the two figures: their widest interval fills it."""
    widest = {
        "impact": [one.impact.interval for one in found.drivers],
        "effect": [one.effect.interval for one in found.drivers],
    }
    return {
        name: HALF / (max((abs(end) for one in intervals for end in (one.low, one.high)), default=1.0) or 1.0)
        for name, intervals in widest.items()
    }
