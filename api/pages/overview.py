"""The overview: how much was heard, how it felt, what rose, and how the work stands."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.pages.charts import sentiment_bars, volume_bars
from api.pages.figures import segments
from api.pages.rendering import draw, speech
from voc.insights.quotes import read_first
from voc.insights.week_summary import summary
from voc.service import health
from voc.service.overview import overview as whole

router = APIRouter(include_in_schema=False, route_class=FigureRoute)


@router.get("/", response_class=HTMLResponse)
def overview(request: Request, actor: Reader) -> HTMLResponse:
    """The last twelve finished weeks that have anything in them, and the running one apart."""
    service = service_of(request)
    work = health.work(service, actor)
    found = whole(service, actor)
    if found is None:
        return draw(request, "overview.html", empty=True, work=work)
    t, weeks = speech(request), found.weeks
    return draw(
        request,
        "overview.html",
        empty=False,
        work=work,
        weeks=weeks.every,
        full_weeks=weeks.full,
        last=weeks.last,
        running=weeks.running,
        total=found.total,
        volumes=volume_bars(found.total, t, weeks=weeks.every, running=weeks.running),
        sentiments=sentiment_bars(found.by_week, t, weeks=weeks.every, running=weeks.running),
        by_week=found.by_week,
        overall=found.by_week.overall,
        by_channel=found.by_channel.figures,
        channel_names=sorted({str(one.keys["channel"]) for one in found.total.figures}),
        cells={(one.keys["week"], one.keys["channel"]): one for one in found.total.figures},
        last_week=found.last_week,
        running_week=found.running_week,
        ratings=found.by_week.ratings,
        segments=segments,
        rises=found.rises,
        quotes_for=read_first,
        summary=summary(found.digest, t.language) if found.digest else [],
        outdated=found.outdated,
    )


@router.get("/work", response_class=HTMLResponse)
def work_status(request: Request, actor: Reader) -> HTMLResponse:
    """How the work stands, as a fragment that refreshes itself."""
    return draw(request, "_work.html", work=health.work(service_of(request), actor))
