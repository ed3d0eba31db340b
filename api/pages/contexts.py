"""Contexts: the table of where contacts concentrate and the map of circumstances by subject."""

from __future__ import annotations

import math
from typing import Annotated, Any

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

ROW_HEIGHT, COLUMN_WIDTH = 30, 58
SPAN = 2.0
"""The map's colours reach from a quarter to four times the usual share (log2)."""


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


def heat_map(found: Contexts, t: Words, labels: TopicLabels) -> dict[str, Any]:
    """Circumstances by subject as a Vega-Lite specification; every cell opens its contacts."""
    rows = [
        {
            "circumstance": circumstance(one.circumstance, t),
            "subject": labels(one.subject, t.language),
            "power": None if one.lift is None else max(-SPAN, min(SPAN, math.log2(one.lift) if one.lift else -SPAN)),
            "times": "–" if one.lift is None else "×" + t.number(one.lift, 1),
            "n": one.n,
            "voices": one.voices,
            "found": one.found,
            "href": one.href,
        }
        for one in found.heat
    ]
    columns = list(dict.fromkeys(row["subject"] for row in rows))
    lines = list(dict.fromkeys(row["circumstance"] for row in rows))
    axis = {"title": None, "domain": False, "ticks": False}
    place = {
        "x": {"field": "subject", "type": "nominal", "sort": columns,
              "axis": axis | {"orient": "top", "labelAngle": -40, "labelLimit": 150}},
        "y": {"field": "circumstance", "type": "nominal", "sort": lines, "axis": axis | {"labelLimit": 260}},
        "href": {"field": "href"},
        "tooltip": [
            {"field": "circumstance", "title": t("contexts.context")},
            {"field": "subject", "title": t("contexts.subject")},
            {"field": "times", "title": t("contexts.lift")},
            {"field": "n", "title": t("figures.interactions")},
            {"field": "voices", "title": t("contexts.voices")},
        ],
    }  # fmt: skip
    colour = {
        "field": "power",
        "type": "quantitative",
        "title": None,
        "scale": {"interpolate": "rgb", "domain": [-SPAN, 0, SPAN], "range": ["positive", "surface", "negative"]},
        "legend": {"orient": "bottom", "direction": "horizontal", "gradientLength": 160, "values": [-2, -1, 0, 1, 2],
                   "labelExpr": "'×' + (datum.value < 0 ? '1/' : '') + pow(2, abs(datum.value))"},
    }  # fmt: skip
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": rows},
        "width": {"step": COLUMN_WIDTH},
        "height": {"step": ROW_HEIGHT},
        "encoding": place,
        "layer": [
            {
                "mark": {"type": "rect", "cursor": "pointer", "cornerRadius": 2, "opacity": 0.75},
                "encoding": {"color": colour},
            },
            {
                "mark": {
                    "type": "text",
                    "fontSize": 11,
                    "cursor": "pointer",
                    "fontWeight": {"expr": "datum.found ? 'bold' : 'normal'"},
                },
                "encoding": {
                    "text": {"field": "times"},
                    "opacity": {"condition": {"test": "datum.found", "value": 1}, "value": 0.75},
                },
            },
        ],
    }
