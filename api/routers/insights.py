"""Figures: volumes, sentiment, trends; each with its sample size, interval and the way to its interactions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from api.access import Reader
from api.dependencies import service_of
from api.figure_slots import FigureRoute
from api.filtering import Filtered
from api.problems import Problem
from voc.insights.categories import CategoryFigures
from voc.insights.records import Efforts, Expectations, Sentiments, SignalFigures, Trends, Volumes
from voc.signals import kinds
from voc.store import Store

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
def volumes(request: Request, _: Reader, filters: Filtered, by: By = "", compare: Compare = None) -> Volumes:
    """Counts with their Poisson intervals, by up to two dimensions, against another period if asked."""
    from voc.insights.volumes import volumes as count

    store: Store = service_of(request).store
    return count(store, filters, by=by, compare=compare or None)


@router.get("/sentiment", summary="How sentiment divides")
def sentiment(request: Request, _: Reader, filters: Filtered, by: By = "", compare: Compare = None) -> Sentiments:
    """Shares of negative, neutral and positive with their intervals and the whole distribution."""
    from voc.insights.sentiment import sentiment as divide

    store: Store = service_of(request).store
    return divide(store, filters, by=by, compare=compare or None)


@router.get("/trends", summary="Week after week")
def trends(
    request: Request,
    _: Reader,
    filters: Filtered,
    by: Annotated[
        str | None, Query(max_length=20, description="topic, channel, segment, city, language, sentiment")
    ] = None,
) -> Trends:
    """Weekly shares with an exact test of a steady climb or decline, corrected for the number of groups."""
    from voc.insights.trends import trends as follow

    store: Store = service_of(request).store
    return follow(store, filters, by=by or None)


@router.get("/effort", summary="How hard it was for customers")
def effort(
    request: Request,
    _: Reader,
    filters: Filtered,
    by: Annotated[str | None, Query(max_length=20, description="topic, channel, segment, language or week")] = None,
) -> Efforts:
    """The distribution of effort (−5 very hard … 5 very easy); interactions that show none are left out and counted."""
    from voc.insights.effort import effort as weigh

    store: Store = service_of(request).store
    return weigh(store, filters, by=by or None)


@router.get("/signals/{kind}", summary="Any kind of signal")
def signals(
    request: Request,
    _: Reader,
    filters: Filtered,
    kind: str,
    by: Annotated[str | None, Query(max_length=20, description="topic, channel, segment, language or week")] = None,
) -> SignalFigures:
    """How many interactions have it, with which labels and values, each with its interval and what is behind it."""
    from voc.insights.signals import signals as count

    if kind not in kinds():
        raise Problem(
            404, f"there is no kind of signal '{kind[:60]}'; there are {', '.join(kinds())}.", code="unknown_kind"
        )
    store: Store = service_of(request).store
    return count(store, kind, filters, by=by or None)


@router.get("/categories", summary="Call categories")
def categories(request: Request, _: Reader, filters: Filtered) -> CategoryFigures:
    """How many of the calls asked fall into each category, with the interval of the share and the calls behind it."""
    from voc.insights.categories import categories as count

    store: Store = service_of(request).store
    return count(store, filters, channels={one.id: one.channels for one in service_of(request).categories})


@router.get("/expectations", summary="What customers wish")
def expectations(
    request: Request,
    _: Reader,
    filters: Filtered,
    quotes: Annotated[int, Query(ge=0, le=10, description="Quotes of each theme.")] = 3,
) -> Expectations:
    """Wishes grouped by the topic they are about, with quotes (without personal data) that open where they stand."""
    from voc.insights.expectations import expectations as gather

    store: Store = service_of(request).store
    return gather(store, filters, quotes=quotes)
