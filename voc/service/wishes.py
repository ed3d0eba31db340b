"""What several use cases ask of words that somebody typed in."""

from __future__ import annotations

from typing import get_args
from urllib.parse import parse_qsl, urlencode

from voc.errors import InputError, nearest
from voc.insights.drilldown import filterable, from_query
from voc.records import Channel, SentimentLabel
from voc.signals import kinds
from voc.store import Filters

OF_A_PERIOD = frozenset({"from", "to", "week"})
OF_A_PAGE = frozenset({"cursor", "limit", "csrf", "format", "by", "compare", "q", "metric", "chart", "period"})
"""Parameters of an address that are no filter."""
_NAMES = ("channel", "source", "topic", "topic_sentiment", "sentiment", "customer", "segment", "city", "language",
          "attribute", "customer_attribute", "upload", "status", "context")  # fmt: skip
_LABELS = get_args(SentimentLabel)
_ONE_OF = {
    "channel": tuple(map(str, Channel)),
    "sentiment": (*_LABELS, "any", "none"),
    "topic_sentiment": _LABELS,
}


def filters_without_period(query: str) -> str:
    """:func:`checked_filters` that say of whom and of what alone."""
    return checked_filters(query, keeps_period=False)


def checked_filters(query: str, *, keeps_period: bool) -> str:
    """The filters of an address, as an address has them; what else a page asks is left aside, and maybe its period.

    Raises:
        InputError: a parameter is no filter, or none that anything could match.
    """
    aside = OF_A_PAGE if keeps_period else OF_A_PERIOD | OF_A_PAGE
    given = [pair for pair in parse_qsl(query.lstrip("?")) if pair[0] not in aside]
    known = (*_NAMES, *filterable(), *OF_A_PERIOD)
    for name, value in given:
        if name not in known:
            near = nearest(name, known)
            raise InputError(
                f"query: {name[:40]} is no filter" + (f"; did you mean {near}?" if near else "."),
                code="no_such_filter",
                given=name[:40],
            )
        if name in kinds():
            kinds()[name].check_filter(value)
        if name in _ONE_OF and value not in _ONE_OF[name]:
            allowed = ", ".join(_ONE_OF[name])
            raise InputError(
                f"{name}: use one of {allowed}.", code="not_one_of", field=name, given=value[:40], known=allowed
            )
    kept = urlencode(given)
    from_query(kept)
    return kept


def filters_of_query(query: str) -> Filters:
    """The filters that :func:`filters_without_period` kept."""
    return from_query(query)


def named(text: str, field: str, *, most: int) -> str:
    """``text`` without spaces around and doubled within.

    Raises:
        InputError: nothing is left of it, or it has more than ``most`` characters.
    """
    found = " ".join(text.split())
    if not found:
        raise InputError(f"{field}: is missing.", code="field_missing", field=field)
    if len(found) > most:
        raise InputError(f"{field}: at most {most} characters.", code="field_too_long", field=field, max_length=most)
    return found
