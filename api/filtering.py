"""The filters every list, search and figure shares, as query parameters and as links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from inspect import Parameter, Signature
from typing import Annotated, Any, Literal, cast
from urllib.parse import urlencode

from fastapi import Depends, Query
from pydantic import Field

from api.problems import Problem
from voc.errors import InputError
from voc.insights.drilldown import href
from voc.insights.periods import begins
from voc.language.registry import FALLBACK
from voc.records import Channel, SentimentLabel
from voc.service.interactions import Asked, Filters, any_of
from voc.signals import SignalKind, kinds

MOST_VALUES = 30
"""Values of one filter in an address."""
OR = "Repeat it for several, of which any will do"
Text = Annotated[str, Field(max_length=200)]
Pair = Annotated[str, Field(max_length=300)]


def _several(description: str = "") -> Any:
    """A parameter that may stand several times."""
    return Query(max_length=MOST_VALUES, description=f"{description} {OR}.".strip())


Margin = Annotated[
    float, Query(ge=0.01, le=0.5, description="Half-width of the 95 % interval a listening campaign should reach.")
]
Response = Annotated[float, Query(ge=0.01, le=1, description="Share of the people asked who answer.")]


def _filters(
    channel: Annotated[list[Channel | Literal[""]] | None, _several()] = None,
    source: Annotated[list[Text] | None, _several("How the name of the source begins.")] = None,
    topic: Annotated[list[Text] | None, _several("A topic id; a parent covers its children; `none`: without.")] = None,
    topic_sentiment: Annotated[list[SentimentLabel | Literal[""]] | None, _several("What is said of `topic`.")] = None,
    sentiment: Annotated[list[SentimentLabel | Literal["any", "none", ""]] | None, _several()] = None,
    customer: Annotated[list[Text] | None, _several("A customer id, `any` (linked) or `none` (anonymous).")] = None,
    segment: Annotated[list[Text] | None, _several("A segment, or `none` (unknown).")] = None,
    city: Annotated[list[Text] | None, _several("A city, or `none` (unknown).")] = None,
    language: Annotated[list[Annotated[str, Field(max_length=8)]] | None, _several()] = None,
    attribute: Annotated[
        list[Pair] | None, _several("`name=value`, as the source gave it; another name must be so too.")
    ] = None,
    customer_attribute: Annotated[
        list[Pair] | None, _several("`name=value`, as the customer base gives it; another name must be so too.")
    ] = None,
    status: Annotated[list[Literal["queued", "done", "failed", ""]] | None, _several()] = None,
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
        channel=_asked(channel),
        source=_asked(source),
        topic=_asked(topic),
        topic_sentiment=cast(Any, _asked(topic_sentiment)),  # its labels were looked at above
        sentiment=_asked(sentiment),
        customer=_asked(customer),
        segment=_asked(segment),
        city=_asked(city),
        language=_asked(language),
        attribute=_asked(attribute),
        customer_attribute=_asked(customer_attribute),
        status=_asked(status),
        since=moment(from_, name="from"),
        until=moment(to, name="to", end=True),
        week=_week(week),
        upload=upload or None,
        context=context or None,
    )


def _asked(given: Sequence[str] | None) -> Asked:
    return any_of(str(one) for one in given or () if one)


def _signals() -> Callable[..., list[tuple[str, str]]]:
    """A dependency with one parameter for each kind of signal that can be filtered by."""
    asked = {name: kind for name, kind in kinds().items() if kind.filterable}

    def read(**given: list[str] | None) -> list[tuple[str, str]]:
        found = [(name, value) for name, some in given.items() for value in some or () if value]
        for name, value in found:
            try:
                asked[name].check_filter(value)
            except InputError as error:
                raise Problem(422, str(error), code=error.code, parameters=error.parameters) from None
        return found

    read.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[list[Text] | None, _query(kind)])
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
    return _several(f"{kind.title[FALLBACK]}: {', '.join(every[:-1])} or {every[-1]}.")


def _filtered(
    filters: Annotated[Filters, Depends(_filters)],
    signals: Annotated[list[tuple[str, str]], Depends(_signals())],
) -> Filters:
    """The filters of a request, those by kinds of signals among them."""
    return filters.model_copy(update={"signals": tuple(sorted(set(signals)))}) if signals else filters


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
