"""Contexts: the table of where contacts concentrate and the map of circumstances by subject."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered, Margin, Response
from api.localisation import Words
from api.pages.figures import segments
from api.pages.forms import posted
from api.pages.rendering import draw, speech
from voc.insights.context_records import Circumstance, Contexts
from voc.service import contexts as use_cases
from voc.service import customers
from voc.service.contexts import MARGIN, RESPONSE
from voc.service.topic_labels import TopicLabels

router = APIRouter(include_in_schema=False, route_class=FigureRoute)

SPAN = 2.0
"""The map's shades reach from a quarter to four times the usual share (log2) …"""
SHADES = 4
"""… in so many steps either way."""


@router.get("/contexts", response_class=HTMLResponse)
def page(
    request: Request,
    actor: Reader,
    filters: Filtered,
    by: Annotated[list[str] | None, Query(max_length=40)] = None,
    margin: Margin = MARGIN,
    response: Response = RESPONSE,
) -> HTMLResponse:
    """Everything that came in unless a period is chosen; the last answer a worker made, and when."""
    service = service_of(request)
    t, labels = speech(request), service.topics
    chosen = tuple(one for one in by or () if one)
    answer = use_cases.answer(service, actor, filters, by=chosen, margin=margin, response=response)
    found = answer.found
    return draw(
        request,
        "contexts.html",
        filters=filters,
        found=found,
        coming=answer.coming,
        dimensions=answer.dimensions,
        query=request.url.query,
        by=chosen,
        margin=margin,
        response=response,
        said=lambda one: circumstance(one, t),
        subject=lambda family, name: subject(family, name, t, labels),
        chart=heat_map(found, t, labels) if found and found.heat else None,
        segments=segments,
        segments_known=customers.segments(service, actor),
    )


@router.post("/contexts")
async def ask_for_it(
    request: Request,
    actor: Reader,
    filters: Filtered,
    by: Annotated[list[str] | None, Query(max_length=40)] = None,
    margin: Margin = MARGIN,
    response: Response = RESPONSE,
) -> RedirectResponse:
    """Have a worker make the answer for the filters of the address, and show the page again."""
    await posted(request)
    await run_in_threadpool(use_cases.ask, service_of(request), actor, filters, by=by or ())
    return RedirectResponse(f"/contexts?{request.url.query}", status_code=303)


def circumstance(one: Circumstance, t: Words) -> str:
    """``Dernier déménagement: in the last 3 months``; a column keeps its own name, a code gets its words."""
    name = t.known("dimensions." + one.dimension, one.dimension)
    if one.kind == "channel":
        value = t.known("channels." + one.value, one.value)
    else:
        value = t.known("context_values." + one.value, one.value)
    return f"{name[:1].upper()}{name[1:]}{t('contexts.colon')}{value}"


def subject(family: str, name: str, t: Words, labels: TopicLabels) -> str:
    """A topic's name, or the sentiment's."""
    return t("sentiments." + name) if family == "sentiment" else labels(name, t.language)


@dataclass(frozen=True)
class HeatStep:
    """One cell of the map: ``shade`` from −4 (a quarter of the usual share) to 4 (four times), ``None`` unknown."""

    times: str
    shade: int | None
    found: bool
    href: str
    title: str


@dataclass(frozen=True)
class HeatMap:
    """Circumstances by subject: the names of the columns, and each row with its name."""

    columns: list[str]
    rows: list[tuple[str, list[HeatStep]]]


def heat_map(found: Contexts, t: Words, labels: TopicLabels) -> HeatMap:
    """Circumstances by subject; every cell opens its contacts."""
    columns = list(dict.fromkeys(labels(one.subject, t.language) for one in found.heat))
    rows: dict[str, list[HeatStep]] = {}
    for one in found.heat:
        power = None if one.lift is None else max(-SPAN, min(SPAN, math.log2(one.lift) if one.lift else -SPAN))
        times = "–" if one.lift is None else "×" + t.number(one.lift, 1)
        name = circumstance(one.circumstance, t)
        voices = f"{t('contexts.voices')}{t('contexts.colon')}{t.number(one.voices)}"
        said = (
            f"{name} · {labels(one.subject, t.language)}{t('contexts.colon')}{times} · n = {t.number(one.n)} · {voices}"
        )
        shade = None if power is None else round(power * SHADES / SPAN)
        rows.setdefault(name, []).append(HeatStep(times, shade, one.found, one.href, said))
    return HeatMap(columns, list(rows.items()))
