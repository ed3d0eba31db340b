"""Figures: volumes, sentiment, trends; each with its sample size, interval and the way to its interactions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel

from api.access import Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.tables import AsTable, Spreadsheet, written
from voc.insights.categories import CategoryFigures
from voc.insights.drivers import Drivers
from voc.insights.records import Efforts, Expectations, Sentiments, SignalFigures, Trends, Volumes
from voc.service import insights

router = APIRouter(prefix="/v1/insights", tags=["insights"], route_class=FigureRoute)

By = Annotated[
    str,
    Query(
        max_length=300,
        description="Up to three of week, day, topic, channel, segment, city, language, `attribute:name` (of "
        "interactions) and `customer_attribute:name` (of the customer base); comma-separated.",
    ),
]
Compare = Annotated[
    str | None,
    Query(
        max_length=40,
        description="`previous`, `previous:4`, `year` (the same weeks of last year), a week, or "
        "`2026-10-01..2026-10-31`.",
    ),
]


A = TypeVar("A", bound=BaseModel)
Rows = Iterable[BaseModel | Mapping[str, Any]]


def _answer(found: A, table: Spreadsheet | None, rows: Rows, name: str) -> A | Response:
    """The figures as they are, or their rows as a file; groups if they were asked for, else the whole."""
    return found if table is None else written(table, rows, name=name)


@router.get("/volumes", summary="How many interactions", response_model=Volumes)
def volumes(
    service: ServiceDep, actor: Reader, filters: Filtered, table: AsTable, by: By = "", compare: Compare = None
) -> Volumes | Response:
    """Counts with their Poisson intervals, by up to three dimensions, against another period if asked."""
    found = insights.volumes(service, actor, filters, by=by, compare=compare or None)
    return _answer(found, table, found.figures if found.by else [found], "volumes")


@router.get("/sentiment", summary="How sentiment divides", response_model=Sentiments)
def sentiment(
    service: ServiceDep, actor: Reader, filters: Filtered, table: AsTable, by: By = "", compare: Compare = None
) -> Sentiments | Response:
    """Shares of negative, neutral and positive with their intervals and the whole distribution."""
    found = insights.sentiment(service, actor, filters, by=by, compare=compare or None)
    return _answer(found, table, found.figures if found.by else [found.overall], "sentiment")


@router.get("/trends", summary="Week after week", response_model=Trends)
def trends(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    table: AsTable,
    by: Annotated[
        str | None, Query(max_length=20, description="topic, channel, segment, city, language, sentiment")
    ] = None,
) -> Trends | Response:
    """Weekly shares with an exact test of a steady climb or decline, corrected for the number of groups."""
    found = insights.trends(service, actor, filters, by=by or None)
    return _answer(found, table, _weeks(found), "trends")


@router.get("/drivers", summary="What moves the score that customers gave", response_model=Drivers)
def drivers(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    table: AsTable,
    score: Annotated[str, Query(max_length=20, description="nps, csat, rating or sentiment")] = "nps",
    compare: Compare = None,
    by: Annotated[
        str, Query(max_length=20, description="With `compare`: channel, segment or topic that the change is told by.")
    ] = "channel",
    level: Annotated[insights.Level, Query(description="Families of topics, or single topics.")] = "parent",
) -> Drivers | Response:
    """Of each topic its impact (the score less the score without it) and its effect (the other topics, channel and
    segment held equal), with intervals; with `compare`, how far mix and rate moved the score since that period."""
    found = insights.drivers(service, actor, filters, score=score, compare=compare or None, by=by, level=level)
    return _answer(found, table, found.drivers, "drivers")


@router.get("/effort", summary="How hard it was for customers", response_model=Efforts)
def effort(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    table: AsTable,
    by: Annotated[str | None, Query(max_length=20, description="topic, channel, segment, language or week")] = None,
) -> Efforts | Response:
    """The distribution of effort (−5 very hard … 5 very easy); interactions that show none are left out and counted."""
    found = insights.effort(service, actor, filters, by=by or None)
    return _answer(found, table, found.figures if found.by else [found.overall], "effort")


@router.get("/signals/{kind}", summary="Any kind of signal", response_model=SignalFigures)
def signals(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    table: AsTable,
    kind: str,
    by: Annotated[str | None, Query(max_length=20, description="topic, channel, segment, language or week")] = None,
) -> SignalFigures | Response:
    """How many interactions have it, with which labels and values, each with its interval and what is behind it."""
    found = insights.signals(service, actor, kind, filters, by=by or None)
    return _answer(found, table, _labels(found), "signals")


@router.get("/categories", summary="Call categories", response_model=CategoryFigures)
def categories(service: ServiceDep, actor: Reader, filters: Filtered, table: AsTable) -> CategoryFigures | Response:
    """How many of the calls asked fall into each category, with the interval of the share and the calls behind it."""
    found = insights.categories(service, actor, filters)
    return _answer(found, table, found.figures, "categories")


@router.get("/expectations", summary="What customers wish", response_model=Expectations)
def expectations(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    table: AsTable,
    quotes: Annotated[int, Query(ge=0, le=10, description="Quotes of each theme.")] = 3,
) -> Expectations | Response:
    """Wishes grouped by the topic they are about, with quotes (without personal data) that open where they stand."""
    found = insights.expectations(service, actor, filters, quotes=quotes)
    return _answer(found, table, found.themes, "expectations")


def _weeks(found: Trends) -> Iterator[Mapping[str, Any]]:
    """A row a group and week, with what was found of the whole group."""
    for one in found.trends:
        group = one.model_dump(include={"keys", "p_rise", "p_fall", "q_value", "direction"})
        yield from (group | point.model_dump() for point in one.points)


def _labels(found: SignalFigures) -> Iterator[Mapping[str, Any]]:
    """A row a group and label; one for the group itself, without a label, first."""
    for one in found.figures if found.by else [found.overall]:
        yield {"keys": one.keys, "label": None} | one.model_dump(include={"n", "share", "interval", "href"})
        yield from ({"keys": one.keys} | label.model_dump() for label in one.labels)
