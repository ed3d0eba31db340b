"""Topics on two levels: how often, how it changed, what is said, on which channels."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered, query_of
from api.pages.figures import segments, sparkline
from api.pages.rendering import draw
from voc.service import customers, topic_packs, topics

router = APIRouter(include_in_schema=False, route_class=FigureRoute)


@router.get("/topics", response_class=HTMLResponse)
def table(request: Request, actor: Reader, filters: Filtered) -> HTMLResponse:
    """The last four finished weeks against the four before, unless a period is chosen."""
    service = service_of(request)
    shown = topics.table(service, actor, filters)
    if shown is None:
        return draw(request, "topics.html", groups=[], filters=filters, n=0, empty=True, offer=None, store_segments=[])
    return draw(
        request,
        "topics.html",
        empty=False,
        groups=shown.families,
        figures={one.topic: one for one in shown.found.figures},
        channels_of=shown.channels,
        lines={
            topic: (sparkline([point.share for point in line.points]), line) for topic, line in shown.trends.items()
        },
        filters=shown.filters,
        found=shown.found,
        n=shown.found.n,
        as_file=f"/v1/topics?{query_of(shown.filters)}".rstrip("?"),
        segments=segments,
        store_segments=customers.segments(service, actor),
        offer=topic_packs.state(service, actor).offer,
    )
