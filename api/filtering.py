"""The filters every list, search and figure shares, as query parameters and as links."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query

from api.parameters import known_parameters
from api.problems import Problem
from voc.errors import InputError
from voc.insights.links import href
from voc.insights.periods import begins
from voc.records import Channel, SentimentLabel
from voc.store import Filters

Text = Annotated[str | None, Query(max_length=200)]


def _filters(
    channel: Annotated[Channel | Literal[""] | None, Query()] = None,
    source: Text = None,
    topic: Annotated[
        str | None, Query(max_length=200, description="A topic id; a parent covers its children; `none`: without.")
    ] = None,
    topic_sentiment: Annotated[
        SentimentLabel | Literal[""] | None, Query(description="What is said of `topic`.")
    ] = None,
    sentiment: Annotated[SentimentLabel | Literal["any", "none", ""] | None, Query()] = None,
    customer: Annotated[
        str | None, Query(max_length=200, description="A customer id, `any` (linked) or `none` (anonymous).")
    ] = None,
    segment: Text = None,
    city: Text = None,
    language: Annotated[str | None, Query(max_length=8)] = None,
    intent: Annotated[
        str | None, Query(max_length=40, description="What the customer means to do: `cancel` …, `any` or `none`.")
    ] = None,
    action: Annotated[
        str | None, Query(max_length=40, description="`response_needed`, `suggestion`, `praise` or `none`.")
    ] = None,
    emotion: Annotated[str | None, Query(max_length=40, description="`anger` …, `any` or `none`.")] = None,
    expectation: Annotated[
        str | None, Query(max_length=200, description="The topic a wish is about, `other`, `any` or `none`.")
    ] = None,
    fragility: Annotated[
        str | None, Query(max_length=40, description="A sign of leaving: `cancel`, `legal` …, `any` or `none`.")
    ] = None,
    category: Annotated[
        str | None, Query(max_length=60, description="A call category: `hold_too_long` …, `any` or `none`.")
    ] = None,
    effort: Annotated[
        str | None,
        Query(pattern=r"^(hard|easy|any|none|[+-]?[0-5])?$", description="`hard`, `easy`, −5…5, `any` or `none`."),
    ] = None,
    attribute: Annotated[str | None, Query(max_length=300, description="`name=value`, as the source gave it.")] = None,
    status: Annotated[Literal["queued", "done", "failed", ""] | None, Query()] = None,
    from_: Annotated[str | None, Query(alias="from", max_length=40, description="Date or moment, inclusive.")] = None,
    to: Annotated[str | None, Query(max_length=40, description="Date (inclusive) or moment (exclusive).")] = None,
    week: Annotated[str | None, Query(max_length=20, description="ISO week, `2026-W46`.")] = None,
    upload: Annotated[str | None, Query(max_length=64)] = None,
    context: Annotated[
        str | None, Query(max_length=64, description="A set that a figure of a context counted.")
    ] = None,
) -> Filters:
    """Empty parameters (a form sends them) mean no filter."""
    return Filters(
        channel=str(channel) if channel else None,
        source=source or None,
        topic=topic or None,
        topic_sentiment=topic_sentiment or None,
        sentiment=sentiment or None,
        customer=customer or None,
        segment=segment or None,
        city=city or None,
        language=language or None,
        intent=intent or None,
        action=action or None,
        emotion=emotion or None,
        expectation=expectation or None,
        fragility=fragility or None,
        category=category or None,
        effort=effort or None,
        attribute=attribute or None,
        status=status or None,
        since=moment(from_, name="from"),
        until=moment(to, name="to", end=True),
        week=_week(week),
        upload=upload or None,
        context=context or None,
    )


def _filtered(_: Annotated[None, Depends(known_parameters)], filters: Annotated[Filters, Depends(_filters)]) -> Filters:
    """The filters of a request that asks for nothing the route does not know."""
    return filters


Filtered = Annotated[Filters, Depends(_filtered)]


def moment(text: str | None, *, name: str, end: bool = False) -> datetime | None:
    """A date or moment of a query in UTC; a bare date as an ``end`` means the end of that day.

    Raises:
        Problem: 422 when it is neither.
    """
    if not text:
        return None
    try:
        if len(text) <= 10:
            day = date.fromisoformat(text) + (timedelta(days=1) if end else timedelta())
            return datetime.combine(day, time(), UTC)
        found = datetime.fromisoformat(text.replace(" ", "+"))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Problem(422, f"{name}: not a date; write it like 2026-11-09 or 2026-11-09T10:00:00Z.") from None


def _week(text: str | None) -> str | None:
    if not text:
        return None
    try:
        begins(text)
    except InputError as error:
        raise Problem(422, f"week: {error}") from None
    return text


def query_of(filters: Filters, **more: Any) -> str:
    """The filters as a query string, with ``more`` parameters that are no filter (limit, cursor …)."""
    query = href(filters).partition("?")[2]
    extra = urlencode({name: value for name, value in more.items() if value is not None and value != ""})
    return "&".join(part for part in (query, extra) if part)
