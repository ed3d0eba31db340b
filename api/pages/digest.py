"""The digest of a week, as a page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.responses import Response

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.pages.rendering import draw, speech
from voc.insights.digest_messages import marking_words
from voc.insights.periods import begins
from voc.insights.quotes import read_first
from voc.insights.week_summary import summary
from voc.insights.wording import note
from voc.service import digests, findings, keys

router = APIRouter(include_in_schema=False, route_class=FigureRoute)


@router.get("/digest", response_class=HTMLResponse)
def latest(request: Request, actor: Reader, week: str = "") -> Response:
    """Leads to the week asked for, or to the last finished one with data, or to the latest there is."""
    if week:
        begins(week)
        return RedirectResponse(f"/digest/{week}", status_code=303)
    service = service_of(request)
    last = digests.latest(service, actor)
    if last is None:
        return draw(request, "digest.html", digest=None, weeks={})
    return RedirectResponse(f"/digest/{last}", status_code=303)


@router.get("/digest/{week}", response_class=HTMLResponse)
def page(request: Request, actor: Reader, week: str) -> HTMLResponse:
    """One week against the four before it."""
    service = service_of(request)
    digest = digests.digest(service, actor, week)
    language = speech(request).language
    titles = {one.key: one.labels for one in digest.followed}
    return draw(
        request,
        "digest.html",
        digest=digest,
        weeks=digests.weeks(service, actor),
        notes=[note(code, language) for code in digest.notes],
        summary=summary(digest, language),
        quotes_for=read_first,
        words_for=marking_words,
        titles=titles | {one.key: one.labels for one in (*digest.rises, *digest.falls)},
        owners=findings.owners(service, actor),
        actors=keys.names(service, actor),
        today=service.now().date(),
    )
