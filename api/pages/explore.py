"""Explore: any figure by any dimension, as a chart and a table; saved views and notes on the line of time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import Analyst, Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered, query_of
from api.pages.forms import local_path, posted
from api.pages.line_chart import line_chart
from api.pages.rendering import draw, speech
from api.parameters import RowNumber
from api.problems import Problem
from voc.insights.alert_messages import figure, metric_name
from voc.records.metrics import NAME_CHARS, MetricTable, MetricValue
from voc.service import annotations as day_notes
from voc.service import customers, insights, metrics, views
from voc.service.context import Service
from voc.service.interactions import Filters

router = APIRouter(include_in_schema=False)
figures = APIRouter(include_in_schema=False, route_class=FigureRoute)

DIMENSIONS = ("week", "day", "channel", "topic", "segment", "city", "language")
PRESETS = {"week": 1, "4weeks": 4, "quarter": 13}
"""Name → weeks up to now."""
ROWS_SHOWN = 60
FEW = 5
"""Interactions below which the row of a group is folded away: nobody reads a figure off three."""
COMPARED = ("previous", "previous:4", "year")


@figures.get("/explore", response_class=HTMLResponse)
def page(
    request: Request,
    actor: Reader,
    filters: Filtered,
    metric: Annotated[str, Query(max_length=NAME_CHARS)] = "volume",
    by: Annotated[str, Query(max_length=300)] = "week",
    and_by: Annotated[str, Query(max_length=100)] = "",
    then_by: Annotated[str, Query(max_length=100)] = "",
    period: Annotated[str, Query(max_length=10)] = "",
    compare: Annotated[str, Query(max_length=40)] = "",
) -> HTMLResponse:
    """The last quarter of volumes by week unless something else is asked for; the address says all of it."""
    service = service_of(request)
    name = metrics.metric(metric).name
    if not period and not insights.names_a_period(filters):
        period = "quarter"
    shown = _within(service, filters, period)
    dimensions = [one for one in dict.fromkeys([*by.split(","), and_by, then_by]) if one]
    found = metrics.table(service, actor, name, shown, by=dimensions, compare=compare or None)
    t = speech(request)
    rows, few = _folded(found)
    chosen = [one for one in dimensions if ":" in one]
    attributes = list(dict.fromkeys([*metrics.attributes(service, actor, shown), *chosen]))
    notes = day_notes.listing(service, actor, since=_day(found.begins), until=_day(found.ends))
    asked = query_of(filters, metric=name, by=by, and_by=and_by, then_by=then_by, period=period, compare=compare)
    return draw(
        request,
        "explore.html",
        found=found,
        chart=line_chart(found, notes),
        notes=notes,
        filters=filters,
        metric=name,
        metrics={one: metric_name(one, t) for one in metrics.metrics()},
        dimensions=DIMENSIONS,
        by=by,
        and_by=and_by,
        then_by=then_by,
        attributes=attributes,
        compared=COMPARED,
        period=period,
        presets=tuple(PRESETS),
        compare=compare,
        rows=rows[:ROWS_SHOWN],
        others=few[:ROWS_SHOWN],
        n_others=len(few),
        few=FEW,
        spelled=lambda value: figure(value, found.unit, t),
        segments=customers.segments(service, actor),
        views=views.listing(service, actor),
        asked=asked,
        filters_only=query_of(filters),
        as_file=f"/v1/insights/metrics/{name}?{query_of(shown, by=','.join(dimensions), compare=compare)}",
        day=service.now().date().isoformat(),
    )


@router.post("/views")
async def save(request: Request, actor: Reader) -> Response:
    """Save what a page shows under a name, and come back to it."""
    fields = await posted(request)
    made = await run_in_threadpool(
        views.save,
        service_of(request),
        actor,
        name=fields.get("name", ""),
        path=fields.get("path", ""),
        query=fields.get("query", ""),
        shared=bool(fields.get("shared")),
    )
    return RedirectResponse(made.href, status_code=303)


@router.post("/views/{number}/remove")
async def remove_view(request: Request, actor: Reader, number: RowNumber) -> Response:
    """Forget a saved view."""
    fields = await posted(request)
    await run_in_threadpool(views.remove, service_of(request), actor, number)
    return RedirectResponse(local_path(fields.get("back"), default="/explore"), status_code=303)


@router.post("/annotations")
async def note(request: Request, actor: Analyst) -> Response:
    """Note what happened on a day."""
    fields = await posted(request)
    try:
        day = date.fromisoformat(fields.get("day", "").strip())
    except ValueError as error:
        raise Problem(
            422, "day: write the day like 2026-11-30.", code="invalid_field", parameters={"field": "day"}
        ) from error
    await run_in_threadpool(day_notes.add, service_of(request), actor, day=day, text=fields.get("text", ""))
    return RedirectResponse(local_path(fields.get("back"), default="/explore"), status_code=303)


@router.post("/annotations/{number}/remove")
async def remove_note(request: Request, actor: Analyst, number: RowNumber) -> Response:
    """Take a note away."""
    fields = await posted(request)
    await run_in_threadpool(day_notes.remove, service_of(request), actor, number)
    return RedirectResponse(local_path(fields.get("back"), default="/explore"), status_code=303)


def _within(service: Service, filters: Filters, period: str) -> Filters:
    """The filters over a preset period: whole weeks up to the running one."""
    if not period or period == "all":
        return filters
    if period not in PRESETS:
        raise Problem(422, "period: choose one.", code="invalid_field", parameters={"field": "period"})
    today = service.now().astimezone(UTC).date()
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=PRESETS[period] - 1)
    begin, end = (datetime.combine(one, time(), UTC) for one in (first, monday + timedelta(weeks=1)))
    return filters.model_copy(update={"since": begin, "until": end, "week": None})


def _folded(found: MetricTable) -> tuple[list[MetricValue], list[MetricValue]]:
    """The rows of the table, and those of groups of a few interactions; weeks and days keep theirs."""
    if {"week", "day"} & set(found.by):
        return list(found.figures), []
    rows = [one for one in found.figures if one.n >= FEW]
    return rows, [one for one in found.figures if one.n < FEW]


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None
