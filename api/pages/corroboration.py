"""Which subjects several channels tell independently, and what each of them adds."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered, query_of
from api.pages.rendering import draw
from voc.service import customers, emergence

router = APIRouter(include_in_schema=False, route_class=FigureRoute)


@router.get("/corroboration", response_class=HTMLResponse)
def page(request: Request, actor: Reader, filters: Filtered) -> HTMLResponse:
    """The last whole week unless a period is chosen; what most channels tell first."""
    service = service_of(request)
    found = emergence.corroboration(service, actor, filters)
    return draw(
        request,
        "corroboration.html",
        filters=filters,
        found=found,
        store_segments=customers.segments(service, actor),
        as_file=f"/v1/insights/corroboration?{query_of(filters)}".rstrip("?"),
    )
