"""The overview: how much was heard, how it felt, what rose, and how the work stands."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Reader
from api.figure_slots import FigureRoute
from api.pages.figures import segments, sentiment_chart, volume_chart
from api.pages.rendering import draw, speech
from api.routers.digests import digest_of
from api.routers.health import ALIVE_WITHIN
from voc.insights.periods import begins, ends, week_of, weeks_before
from voc.insights.sentiment import sentiment
from voc.insights.volumes import volumes
from voc.store import Filters, Store

router = APIRouter(include_in_schema=False, route_class=FigureRoute)

WEEKS = 12
RISES = 5


@router.get("/", response_class=HTMLResponse)
def overview(request: Request, _: Reader) -> HTMLResponse:
    """The last twelve weeks that have anything in them."""
    store: Store = request.app.state.store
    t = speech(request)
    spanned = store.figures.first_and_last()
    work = _work(store)
    if spanned is None:
        return draw(request, "overview.html", empty=True, work=work)
    last = week_of(spanned[1])
    weeks = [week for week in [*weeks_before(last, WEEKS - 1), last] if ends(week) > spanned[0]]
    period = Filters(since=begins(weeks[0]), until=ends(last))
    by_week_and_channel = volumes(store, period, by=("week", "channel"))
    by_week = sentiment(store, period, by="week")
    by_channel = sentiment(store, period, by="channel")
    counted = volumes(store, Filters(week=last), by="channel", compare="previous:4")
    digest = digest_of(request, last)
    return draw(
        request,
        "overview.html",
        empty=False,
        work=work,
        weeks=weeks,
        last=last,
        total=by_week_and_channel,
        volume_spec=volume_chart(by_week_and_channel, t, weeks=weeks),
        sentiment_spec=sentiment_chart(by_week, t, weeks=weeks),
        by_week=by_week,
        overall=by_week.overall,
        by_channel=by_channel.figures,
        channel_names=sorted({str(one.keys["channel"]) for one in by_week_and_channel.figures}),
        cells={(one.keys["week"], one.keys["channel"]): one for one in by_week_and_channel.figures},
        this_week={one.keys["channel"]: one for one in counted.figures},
        ratings=by_week.ratings,
        digest=digest,
        rises=digest.rises[:RISES],
        segments=segments,
    )


@router.get("/work", response_class=HTMLResponse)
def work_status(request: Request, _: Reader) -> HTMLResponse:
    """How the work stands, as a fragment that refreshes itself."""
    return draw(request, "_work.html", work=_work(request.app.state.store))


def _work(store: Store) -> dict[str, int]:
    statuses = store.interactions.statuses()
    now = datetime.now(UTC)
    alive = sum(now - one.heartbeat_at < ALIVE_WITHIN for one in store.workers.all())
    return {
        "queued": statuses.get("queued", 0),
        "done": statuses.get("done", 0),
        "failed": statuses.get("failed", 0),
        "workers": alive,
    }
