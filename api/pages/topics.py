"""Topics on two levels: how often, how it changed, what is said, on which channels."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.pages.figures import segments, sparkline
from api.pages.rendering import draw
from voc.insights.periods import begins, ends, span, week_of, weeks_before
from voc.insights.saved_digests import last_week_with_data
from voc.insights.topics import topics as count_topics
from voc.insights.trends import trends
from voc.service.topic_labels import TopicLabels
from voc.store import Store

router = APIRouter(include_in_schema=False, route_class=FigureRoute)

WEEKS = 4
TREND_WEEKS = 12


@router.get("/topics", response_class=HTMLResponse)
def table(request: Request, _: Reader, filters: Filtered) -> HTMLResponse:
    """The last four finished weeks against the four before, unless a period is chosen."""
    store: Store = service_of(request).store
    now = service_of(request).now()
    spanned = store.figures.first_and_last(now=now)
    chosen = span(filters) is not None or filters.since is not None or filters.until is not None
    if spanned is None:
        return draw(request, "topics.html", groups=[], filters=filters, n=0, empty=True)
    last = last_week_with_data(store, now=now) or week_of(spanned[1])
    if not chosen:
        filters = filters.model_copy(update={"since": begins(weeks_before(last, WEEKS - 1)[0]), "until": ends(last)})
    found = count_topics(store, filters, compare="previous" if span(filters) else None)
    bounds = span(filters)
    until = bounds[1] if bounds else ends(last)
    first = max(begins(weeks_before(week_of(until), TREND_WEEKS)[0]), begins(week_of(spanned[0])))
    over_time = trends(
        store, filters.model_copy(update={"since": first, "until": until, "week": None, "topic": None}), by="topic"
    )
    lines = {one.keys["topic"]: one for one in over_time.trends}
    channels: dict[str, dict[str, int]] = {}
    for cell in sorted(store.figures.cells(filters, by=("topic", "channel")), key=lambda one: -one.n):
        channels.setdefault(str(cell.keys[0]), {})[str(cell.keys[1])] = cell.n
    labels: TopicLabels = service_of(request).topics
    figures = {one.topic: one for one in found.figures}
    known = [one for one in labels.ids() if one in figures]
    every = [*known, *(one for one in figures if one not in set(known))]
    parents = sorted(
        {one.partition(".")[0] for one in every}, key=lambda one: -(figures[one].n if one in figures else 0)
    )
    groups = [
        (parent, sorted((one for one in every if one.startswith(parent + ".")), key=lambda one: -figures[one].n))
        for parent in parents
    ]
    return draw(
        request,
        "topics.html",
        empty=False,
        groups=groups,
        figures=figures,
        channels_of=channels,
        lines={
            topic: (sparkline([point.share for point in line.points]), line) for topic, line in lines.items() if topic
        },
        filters=filters,
        found=found,
        n=found.n,
        segments=segments,
        store_segments=store.customers.segments(),
    )
