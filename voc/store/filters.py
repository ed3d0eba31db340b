"""What to count or list, as one record and one WHERE that lists, search and figures share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import field_validator, model_validator
from sqlalchemy import ColumnElement, Select, Table, and_, func, or_, select

from voc.records import TELLING, Record, SentimentLabel
from voc.signals import ANY, NONE, kinds
from voc.store.shapes import STORE, Shape

_WHOLE = re.compile(r"[+-]?\d{1,2}")

TOPIC_SENTIMENT = TELLING
"""From this score on, what is said of a topic counts as praise (below its negative, as a complaint)."""

PRAISE_FROM = TOPIC_SENTIMENT - 1e-9
"""The same where a mean is compared: in what order it was summed must not decide on which side it falls."""


class Filters(Record):
    """What to count or list; every field narrows. Shared by lists, search and figures so that they always agree."""

    channel: str | None = None
    source: str | None = None
    topic: str | None = None
    """A topic id; a parent (``billing``) covers its children; ``none`` is without any topic."""
    topic_sentiment: SentimentLabel | None = None
    """What is said of ``topic``: the mean over its clauses, else the whole text where no clause was found."""
    sentiment: str | None = None
    """A label, ``any`` (scored) or ``none`` (not scored)."""
    customer: str | None = None
    """A customer id, ``any`` (linked) or ``none`` (anonymous)."""
    segment: str | None = None
    """A segment, or ``none`` (unknown); ``city`` and ``language`` alike."""
    city: str | None = None
    """City of the customer, else the ``city`` attribute the interaction came with."""
    language: str | None = None
    signals: tuple[tuple[str, str], ...] = ()
    """Kinds of signals with what is asked of each: a label (``("intent", "cancel")``), a word for a stretch of its
    scale (``("effort", "hard")``), a value of the scale, ``any`` (some signal of the kind) or ``none``.
    ``Filters(intent="cancel")`` says the same. In the order of the kinds' names, so that equal filters are equal;
    each kind once, as in an address."""
    attribute: str | None = None
    """``name=value`` of an attribute the interaction came with: ``app_version=5.2``."""
    customer_attribute: str | None = None
    """``name=value`` of an attribute that the customer base gives the customer: ``offer=Fibre``."""
    status: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Exclusive."""
    week: str | None = None
    upload: str | None = None
    context: str | None = None
    """A set of interactions that a figure of a context counted (:class:`voc.store.contexts.Contexts`)."""

    @model_validator(mode="before")
    @classmethod
    def _kinds_by_name(cls, given: Any) -> Any:
        """Take ``intent="cancel"`` for ``signals={"intent": "cancel"}``."""
        if not isinstance(given, Mapping):
            return given
        named = {name: value for name, value in given.items() if name in kinds() and kinds()[name].filterable}
        if not named:
            return given
        asked = {name: value for name, value in named.items() if value is not None}
        rest = {name: value for name, value in given.items() if name not in named}
        signals = given.get("signals", ())
        others = [one for one in (signals.items() if isinstance(signals, Mapping) else signals) if one[0] not in asked]
        return rest | {"signals": tuple(sorted((*others, *asked.items())))}

    @field_validator("signals")
    @classmethod
    def _each_kind_once(cls, signals: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        """Refuse two words on one kind: an address has room for one, and would open more than was counted."""
        if len(dict(signals)) < len(signals):
            raise ValueError("a kind of signal is asked for once")
        return signals

    def signal(self, kind: str) -> str | None:
        """What is asked of a kind of signal; ``None`` where nothing is."""
        return dict(self.signals).get(kind)

    def signalled(self, kind: str, value: str | None) -> Filters:
        """The same filters with another word on one kind of signal; ``None`` takes it off."""
        others = tuple(one for one in self.signals if one[0] != kind)
        return self.model_copy(
            update={"signals": tuple(sorted((*others, (kind, value)))) if value is not None else others}
        )


def conditions(filters: Filters, shape: Shape = STORE) -> list[ColumnElement[bool]]:  # noqa: C901 - a line a filter
    """The WHERE of ``filters`` over ``shape.population``."""
    i = shape.interaction
    found: list[ColumnElement[bool]] = []
    if filters.channel:
        found.append(i.c.channel == filters.channel)
    if filters.source:
        found.append(shape.from_source(filters.source))
    if filters.sentiment == "any":
        found.append(i.c.sentiment_label.is_not(None))
    elif filters.sentiment:
        found.append(_equal(i.c.sentiment_label, filters.sentiment))
    if filters.language:
        found.append(_equal(i.c.language, filters.language))
    if filters.status:
        found.append(i.c.status == filters.status)
    if filters.customer == "any":
        found.append(i.c.customer_id.is_not(None))
    elif filters.customer == "none":
        found.append(i.c.customer_id.is_(None))
    elif filters.customer:
        # An address of a record that has been merged since still finds the person.
        found.append(i.c.customer_id == shape.person(filters.customer))
    if filters.segment:
        found.append(_equal(shape.segment, filters.segment))
    if filters.city:
        found.append(_equal(shape.city, filters.city))
    if filters.attribute:
        name, _, value = filters.attribute.partition("=")
        found.append(shape.attribute(name) == value)
    if filters.customer_attribute:
        found.append(shape.of_customers(filters.customer_attribute))
    if filters.since:
        found.append(i.c.at >= filters.since)
    if filters.until:
        found.append(i.c.at < filters.until)
    if filters.week:
        found.append(i.c.week == filters.week)
    found += _topical(filters, shape)
    found += [_signalled(name, value, shape) for name, value in filters.signals]
    if filters.context:
        found.append(shape.in_context(filters.context))
    if filters.upload:
        found.append(shape.in_upload(filters.upload))
    return found


def _topical(filters: Filters, shape: Shape) -> list[ColumnElement[bool]]:
    """What is asked of the topic, and of what is said of it."""
    if not filters.topic:
        return []
    if shape.mention is not None:
        return _gathered(filters, shape, shape.mention)
    s = shape.signal.alias("about")  # under its own name: the query may be about signals itself
    theirs = s.c.interaction_id == shape.key
    if filters.topic == "none":
        found = [~select(s.c.id).where(theirs, s.c.kind == "topic").exists()]
    else:
        about = or_(s.c.label == filters.topic, s.c.parent == filters.topic)
        found = [select(s.c.id).where(theirs, s.c.kind == "topic", about).exists()]
    if filters.topic_sentiment:
        clauses = (
            select(func.avg(s.c.sentiment))
            .where(theirs, s.c.kind == "aspect", or_(s.c.label == filters.topic, s.c.parent == filters.topic))
            .scalar_subquery()
        )
        found.append(said(func.coalesce(clauses, shape.interaction.c.sentiment_score), filters.topic_sentiment))
    return found


def _gathered(filters: Filters, shape: Shape, mention: Table) -> list[ColumnElement[bool]]:
    """The same where topics are gathered once an interaction."""
    m = mention.alias("about")
    about = select(m.c.topic).where(m.c.interaction_id == shape.key, m.c.topic == filters.topic)
    found: list[ColumnElement[bool]] = [~shape.interaction.c.topical if filters.topic == "none" else about.exists()]
    if filters.topic_sentiment:
        clauses = about.with_only_columns(func.max(m.c.said)).scalar_subquery()
        score = func.coalesce(clauses, shape.interaction.c.sentiment_score)
        found.append(said(score, filters.topic_sentiment))
    return found


def _signalled(name: str, value: str, shape: Shape) -> ColumnElement[bool]:
    """Whether an interaction has a signal of a kind: see :attr:`Filters.signals`."""
    about = kinds().get(name)
    s = shape.signal.alias("found")
    has = select(s.c.id).where(s.c.interaction_id == shape.key, s.c.kind == name)
    if value == ANY:
        return has.exists()
    if value == NONE and not (about and about.none_is_label):
        return ~has.exists()
    if about and (band := about.bands.get(value)):
        return has.where(s.c.score.between(band.low, band.high)).exists()
    if about and about.value is not None and about.one_per_interaction:
        return has.where(s.c.score == (int(value) if _WHOLE.fullmatch(value) else None)).exists()
    return has.where(or_(s.c.label == value, s.c.parent == value)).exists()


def said(score: ColumnElement[Any], label: SentimentLabel) -> ColumnElement[bool]:
    """Whether a clause-level sentiment (−1…1) counts as ``label``; NULL counts as none of them."""
    if label == "positive":
        return score >= PRAISE_FROM
    if label == "negative":
        return score <= -PRAISE_FROM
    return and_(score > -PRAISE_FROM, score < PRAISE_FROM)


def _equal(column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    return column.is_(None) if value == "none" else column == value


def counted(statement: Select[Any], filters: Filters, shape: Shape = STORE) -> Select[Any]:
    """``statement`` over the interactions that match."""
    return statement.select_from(shape.population).where(*conditions(filters, shape))
