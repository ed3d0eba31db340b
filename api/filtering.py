"""The filters every list, search and figure shares, as query parameters and as links."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from inspect import Parameter, Signature
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import Depends, Query

from api.problems import Problem
from voc.errors import InputError
from voc.insights.drilldown import href
from voc.insights.periods import begins
from voc.language.registry import FALLBACK
from voc.records import Channel, SentimentLabel
from voc.service.interactions import Filters
from voc.signals import SignalKind, kinds

Text = Annotated[str | None, Query(max_length=200)]

Margin = Annotated[
    float, Query(ge=0.01, le=0.5, description="Half-width of the 95 % interval a listening campaign should reach.")
]
Response = Annotated[float, Query(ge=0.01, le=1, description="Share of the people asked who answer.")]


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
    attribute: Annotated[str | None, Query(max_length=300, description="`name=value`, as the source gave it.")] = None,
    customer_attribute: Annotated[
        str | None, Query(max_length=300, description="`name=value`, as the customer base gives it.")
    ] = None,
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
        attribute=attribute or None,
        customer_attribute=customer_attribute or None,
        status=status or None,
        since=moment(from_, name="from"),
        until=moment(to, name="to", end=True),
        week=_week(week),
        upload=upload or None,
        context=context or None,
    )


def _signals() -> Callable[..., dict[str, str]]:
    """A dependency with one parameter for each kind of signal that can be filtered by."""
    asked = {name: kind for name, kind in kinds().items() if kind.filterable}

    def read(**given: str | None) -> dict[str, str]:
        found = {name: value for name, value in given.items() if value}
        for name, value in found.items():
            try:
                asked[name].check_filter(value)
            except InputError as error:
                raise Problem(422, str(error), code=error.code, parameters=error.parameters) from None
        return found

    read.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, _query(kind)])
            for name, kind in asked.items()
        ]
    )
    return read


def _query(kind: SignalKind) -> Any:
    words = [f"`{one}`" for one in (*kind.labels, *kind.bands)]
    if kind.value is not None and kind.one_per_interaction:
        words.append(f"{kind.value.low:g} … {kind.value.high:g}")
    if not words:
        words.append("an id")
    every = [*words, "`any`", "`none`"] if "none" not in kind.labels else [*words, "`any`"]
    return Query(max_length=200, description=f"{kind.title[FALLBACK]}: {', '.join(every[:-1])} or {every[-1]}.")


def _filtered(
    filters: Annotated[Filters, Depends(_filters)],
    signals: Annotated[dict[str, str], Depends(_signals())],
) -> Filters:
    """The filters of a request, those by kinds of signals among them."""
    return filters.model_copy(update={"signals": tuple(sorted(signals.items()))}) if signals else filters


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
        raise Problem(
            422,
            f"{name}: not a date; write it like 2026-11-09 or 2026-11-09T10:00:00Z.",
            code="not_a_date",
            parameters={"field": name},
        ) from None


def _week(text: str | None) -> str | None:
    if not text:
        return None
    try:
        begins(text)
    except InputError as error:
        raise Problem(422, f"week: {error}", code="not_a_week", parameters={"given": text[:20]}) from None
    return text


def query_of(filters: Filters, **more: Any) -> str:
    """The filters as a query string, with ``more`` parameters that are no filter (limit, cursor …)."""
    query = href(filters).partition("?")[2]
    extra = urlencode({name: value for name, value in more.items() if value is not None and value != ""})
    return "&".join(part for part in (query, extra) if part)
