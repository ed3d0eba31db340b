"""The digest of a week, as a page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.pages.rendering import draw, speech
from api.problems import Problem
from api.routers.digests import digest_of, weeks
from voc.insights.periods import begins
from voc.insights.saved_digests import last_week_with_data
from voc.insights.wording import note

router = APIRouter(include_in_schema=False, route_class=FigureRoute)


@router.get("/digest", response_class=HTMLResponse)
def latest(request: Request, _: Reader, week: str = "") -> Response:
    """Leads to the week asked for, or to the last finished one with data, or to the latest there is."""
    known = weeks(request)
    if week:
        begins(week)
        return RedirectResponse(f"/digest/{week}", status_code=303)
    if not known:
        return draw(request, "digest.html", digest=None, weeks=known)
    last = last_week_with_data(service_of(request).store, now=service_of(request).now()) or next(iter(known))
    return RedirectResponse(f"/digest/{last}", status_code=303)


@router.get("/digest/{week}", response_class=HTMLResponse)
def page(request: Request, _: Reader, week: str) -> HTMLResponse:
    """One week against the four before it."""
    known = weeks(request)
    if week not in known:
        begins(week)
        raise Problem(404, f"There is nothing from week {week}.", code="empty_week", parameters={"week": week})
    digest = digest_of(request, week)
    notes = [note(code, speech(request).language) for code in digest.notes]
    return draw(request, "digest.html", digest=digest, weeks=known, notes=notes)
