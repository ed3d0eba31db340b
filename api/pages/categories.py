"""Call categories: how many calls fall into each, with the calls behind every figure."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.pages.rendering import draw, speech
from voc.service import customers, insights

router = APIRouter(include_in_schema=False, route_class=FigureRoute)


@router.get("/categories", response_class=HTMLResponse)
def table(request: Request, actor: Reader, filters: Filtered) -> HTMLResponse:
    """All of the time there is, unless a period is chosen."""
    service = service_of(request)
    known = {one.id: one for one in service.categories}
    found = insights.categories(service, actor, filters)
    language = speech(request).language
    names = {
        one.category: known[one.category].labels.get(language, one.category)
        if one.category in known
        else one.category.replace("_", " ")
        for one in found.figures
    }
    whys = {one.id: one.why.get(language, "") for one in known.values()}
    return draw(
        request,
        "categories.html",
        figures=found.figures,
        names=names,
        whys=whys,
        filters=filters,
        asked=any(one.asked for one in found.figures),
        store_segments=customers.segments(service, actor),
    )
