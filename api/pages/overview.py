"""The overview: how much was heard, how it felt, what rose, and how the work stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.pages.figures import segments, sentiment_chart, volume_chart
from api.pages.rendering import draw, speech
from api.routers.digests import digest_of
from voc.insights.periods import begins, ends, week_of, weeks_before, weeks_between
from voc.insights.records import Volume
from voc.insights.saved_digests import OUTDATED, last_week_with_data
from voc.insights.sentiment import sentiment
from voc.insights.volumes import volumes
from voc.service import health
from voc.store import Filters, Store

router = APIRouter(include_in_schema=False, route_class=FigureRoute)

WEEKS = 12
RISES = 5


@dataclass(frozen=True)
class ShownWeeks:
    """The weeks of the page: ``last`` is the last finished one with data, ``running`` the present one if it has any.

    The running week is shown, never compared: it would fall short of every full one.
    """

    last: str | None
    running: str | None
    every: tuple[str, ...]

    @property
    def full(self) -> tuple[str, ...]:
        """Those that are over."""
        return tuple(week for week in self.every if week != self.running)


@router.get("/", response_class=HTMLResponse)
def overview(request: Request, actor: Reader) -> HTMLResponse:
    """The last twelve finished weeks that have anything in them, and the running one apart."""
    store: Store = service_of(request).store
    t = speech(request)
    now = service_of(request).now()
    spanned = store.figures.first_and_last(now=now)
    work = health.work(service_of(request), actor)
    if spanned is None:
        return draw(request, "overview.html", empty=True, work=work)
    weeks = _weeks(store, spanned, now)
    shown = Filters(since=begins(weeks.every[0]), until=ends(weeks.every[-1]))
    by_week_and_channel = volumes(store, shown, by=("week", "channel"))
    by_week = sentiment(store, shown, by="week")
    by_channel = sentiment(store, shown, by="channel")
    return draw(
        request,
        "overview.html",
        empty=False,
        work=work,
        weeks=weeks.every,
        full_weeks=weeks.full,
        last=weeks.last,
        running=weeks.running,
        total=by_week_and_channel,
        volume_spec=volume_chart(by_week_and_channel, t, weeks=weeks.every, running=weeks.running),
        sentiment_spec=sentiment_chart(by_week, t, weeks=weeks.every, running=weeks.running),
        by_week=by_week,
        overall=by_week.overall,
        by_channel=by_channel.figures,
        channel_names=sorted({str(one.keys["channel"]) for one in by_week_and_channel.figures}),
        cells={(one.keys["week"], one.keys["channel"]): one for one in by_week_and_channel.figures},
        last_week=_by_channel(store, weeks.last, compare="previous:4"),
        running_week=_by_channel(store, weeks.running),
        ratings=by_week.ratings,
        segments=segments,
        **_findings(request, weeks.last),
    )


@router.get("/work", response_class=HTMLResponse)
def work_status(request: Request, actor: Reader) -> HTMLResponse:
    """How the work stands, as a fragment that refreshes itself."""
    return draw(request, "_work.html", work=health.work(service_of(request), actor))


def _weeks(store: Store, spanned: Sequence[datetime], now: datetime) -> ShownWeeks:
    last = last_week_with_data(store, now=now)
    present = week_of(now)
    running = present if week_of(spanned[1]) == present else None
    if last is None:
        return ShownWeeks(None, running, (running or week_of(spanned[1]),))
    full = [week for week in [*weeks_before(last, WEEKS - 1), last] if ends(week) > spanned[0]]
    # Between the last week with data and the running one nothing may have come in: weeks are not skipped.
    after = weeks_between(last, running)[1:] if running else []
    return ShownWeeks(last, running, (*full, *after))


def _by_channel(store: Store, week: str | None, *, compare: str | None = None) -> dict[str | None, Volume]:
    if week is None:
        return {}
    return {
        one.keys["channel"]: one for one in volumes(store, Filters(week=week), by="channel", compare=compare).figures
    }


def _findings(request: Request, week: str | None) -> dict[str, Any]:
    if week is None:
        return {"rises": (), "outdated": False}
    digest = digest_of(request, week)
    return {"rises": digest.rises[:RISES], "outdated": OUTDATED in digest.notes}
