"""Figures: volumes, sentiment, trends; each with its sample size, interval and the way to its interactions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.access import Reader
from api.dependencies import ServiceDep
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from voc.insights.categories import CategoryFigures
from voc.insights.drivers import Drivers
from voc.insights.records import Efforts, Expectations, Sentiments, SignalFigures, Trends, Volumes
from voc.service import insights

router = APIRouter(prefix="/v1/insights", tags=["insights"], route_class=FigureRoute)

By = Annotated[
    str,
    Query(
        max_length=60, description="Up to two of week, day, topic, channel, segment, city, language; comma-separated."
    ),
]
Compare = Annotated[
    str | None,
    Query(max_length=40, description="`previous`, `previous:4`, a week, or `2026-10-01..2026-10-31`."),
]


@router.get("/volumes", summary="How many interactions")
def volumes(service: ServiceDep, actor: Reader, filters: Filtered, by: By = "", compare: Compare = None) -> Volumes:
    """Counts with their Poisson intervals, by up to two dimensions, against another period if asked."""
    return insights.volumes(service, actor, filters, by=by, compare=compare or None)


@router.get("/sentiment", summary="How sentiment divides")
def sentiment(
    service: ServiceDep, actor: Reader, filters: Filtered, by: By = "", compare: Compare = None
) -> Sentiments:
    """Shares of negative, neutral and positive with their intervals and the whole distribution."""
    return insights.sentiment(service, actor, filters, by=by, compare=compare or None)


@router.get("/trends", summary="Week after week")
def trends(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    by: Annotated[
        str | None, Query(max_length=20, description="topic, channel, segment, city, language, sentiment")
    ] = None,
) -> Trends:
    """Weekly shares with an exact test of a steady climb or decline, corrected for the number of groups."""
    return insights.trends(service, actor, filters, by=by or None)


@router.get("/drivers", summary="What moves the score that customers gave")
def drivers(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    score: Annotated[str, Query(max_length=20, description="nps, csat, rating or sentiment")] = "nps",
    compare: Compare = None,
    by: Annotated[
        str, Query(max_length=20, description="With `compare`: channel, segment or topic that the change is told by.")
    ] = "channel",
    level: Annotated[insights.Level, Query(description="Families of topics, or single topics.")] = "parent",
) -> Drivers:
    """Of each topic its impact (the score less the score without it) and its effect (the other topics, channel and
    segment held equal), with intervals; with `compare`, how far mix and rate moved the score since that period."""
    return insights.drivers(service, actor, filters, score=score, compare=compare or None, by=by, level=level)


@router.get("/effort", summary="How hard it was for customers")
def effort(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    by: Annotated[str | None, Query(max_length=20, description="topic, channel, segment, language or week")] = None,
) -> Efforts:
    """The distribution of effort (−5 very hard … 5 very easy); interactions that show none are left out and counted."""
    return insights.effort(service, actor, filters, by=by or None)


@router.get("/signals/{kind}", summary="Any kind of signal")
def signals(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    kind: str,
    by: Annotated[str | None, Query(max_length=20, description="topic, channel, segment, language or week")] = None,
) -> SignalFigures:
    """How many interactions have it, with which labels and values, each with its interval and what is behind it."""
    return insights.signals(service, actor, kind, filters, by=by or None)


@router.get("/categories", summary="Call categories")
def categories(service: ServiceDep, actor: Reader, filters: Filtered) -> CategoryFigures:
    """How many of the calls asked fall into each category, with the interval of the share and the calls behind it."""
    return insights.categories(service, actor, filters)


@router.get("/expectations", summary="What customers wish")
def expectations(
    service: ServiceDep,
    actor: Reader,
    filters: Filtered,
    quotes: Annotated[int, Query(ge=0, le=10, description="Quotes of each theme.")] = 3,
) -> Expectations:
    """Wishes grouped by the topic they are about, with quotes (without personal data) that open where they stand."""
    return insights.expectations(service, actor, filters, quotes=quotes)
