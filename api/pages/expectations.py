"""What customers wish, by theme, in their words; and how hard things were for them, by topic."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.pages.rendering import draw
from voc.insights.quotes import read_first
from voc.service import insights

router = APIRouter(include_in_schema=False, route_class=FigureRoute)

FEWEST = 5
"""Interactions under which a topic's effort is an anecdote."""
MOST = 12


@router.get("/expectations", response_class=HTMLResponse)
def page(request: Request, actor: Reader, filters: Filtered) -> HTMLResponse:
    """Themes of wishes with quotes that open, and the hardest topics."""
    service = service_of(request)
    efforts = insights.effort(service, actor, filters, by="topic")
    return draw(
        request,
        "expectations.html",
        filters=filters,
        found=insights.expectations(service, actor, filters),
        efforts=efforts,
        quotes_for=read_first,
        hardest=[one for one in efforts.figures if one.n >= FEWEST and one.hard][:MOST],
    )
