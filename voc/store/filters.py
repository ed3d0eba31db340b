"""What to count or list, as one record and one WHERE that lists, search and figures share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pydantic import field_validator, model_validator
from sqlalchemy import ColumnElement, FromClause, Select, and_, func, or_, select

from voc.records import TELLING, Record, SentimentLabel
from voc.signals import ANY, NONE, kinds
from voc.store.shapes import STORE, Shape

_WHOLE = re.compile(r"[+-]?\d{1,2}")

TOPIC_SENTIMENT = TELLING
"""From this score on, what is said of a topic counts as praise (below its negative, as a complaint)."""

SEVERAL = ("channel", "source", "topic", "topic_sentiment", "sentiment", "customer", "segment", "city", "language",
           "attribute", "customer_attribute", "status")  # fmt: skip
"""Filters that take several values, as every kind of signal does; a period, an upload and a context are one."""

PRAISE_FROM = TOPIC_SENTIMENT - 1e-9
"""The same where a mean is compared: in what order it was summed must not decide on which side it falls."""


Asked = str | tuple[str, ...] | None
"""One value, or several in order of which any will do; ``None`` asks for nothing."""


def values(asked: Asked) -> tuple[str, ...]:
    """Every value asked for; one of them is enough."""
    return () if asked is None else (asked,) if isinstance(asked, str) else asked


def any_of(wanted: Iterable[str]) -> Asked:
    """The values as a filter has them, so that filters that ask for the same are equal."""
    found = tuple(sorted(set(wanted)))
    return found if len(found) > 1 else next(iter(found), None)


class Filters(Record):
    """What to count or list; every field narrows. Shared by lists, search and figures so that they always agree.

    A field given several values leaves what any of them leaves: ``Filters(topic=("billing", "network"))``. Attributes
    of one name are an *or* too; those of two names must both be so.
    """

    channel: Asked = None
    source: Asked = None
    topic: Asked = None
    """A topic id; a parent (``billing``) covers its children; ``none`` is without any topic."""
    topic_sentiment: SentimentLabel | tuple[SentimentLabel, ...] | None = None
    """What is said of ``topic`` (of one of them): the mean over its clauses, else the whole text where no clause was
    found."""
    sentiment: Asked = None
    """A label, ``any`` (scored) or ``none`` (not scored)."""
    customer: Asked = None
    """A customer id, ``any`` (linked) or ``none`` (anonymous)."""
    segment: Asked = None
    """A segment, or ``none`` (unknown); ``city`` and ``language`` alike."""
    city: Asked = None
    """City of the customer, else the ``city`` attribute the interaction came with."""
    language: Asked = None
    signals: tuple[tuple[str, str], ...] = ()
    """Kinds of signals with what is asked of each: a label (``("intent", "cancel")``), a word for a stretch of its
    scale (``("effort", "hard")``), a value of the scale, ``any`` (some signal of the kind) or ``none``.
    ``Filters(intent="cancel")`` says the same. In order, so that equal filters are equal; a kind that stands twice is
    asked for one of its values."""
    attribute: Asked = None
    """``name=value`` of an attribute the interaction came with: ``app_version=5.2``."""
    customer_attribute: Asked = None
    """``name=value`` of an attribute that the customer base gives the customer: ``offer=Fibre``."""
    status: Asked = None
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
        asked = [(name, one) for name, value in named.items() for one in values(value)]
        rest = {name: value for name, value in given.items() if name not in named}
        signals = given.get("signals", ())
        pairs = signals.items() if isinstance(signals, Mapping) else signals
        others = [one for one in pairs if one[0] not in dict(asked)]
        return rest | {"signals": (*others, *asked)}

    @field_validator("signals")
    @classmethod
    def _signals_in_order(cls, signals: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple(sorted(set(signals)))

    @field_validator(*SEVERAL)
    @classmethod
    def _values_in_order(cls, asked: Asked) -> Asked:
        return any_of(values(asked))

    def signal(self, kind: str) -> Asked:
        """What is asked of a kind of signal; ``None`` where nothing is."""
        return any_of(value for name, value in self.signals if name == kind)

    def signalled(self, kind: str, asked: Asked) -> Filters:
        """The same filters with other words on one kind of signal; ``None`` takes them off."""
        others = (one for one in self.signals if one[0] != kind)
        wanted = ((kind, value) for value in values(asked))
        return self.model_copy(update={"signals": tuple(sorted({*others, *wanted}))})


def conditions(filters: Filters, shape: Shape = STORE) -> list[ColumnElement[bool]]:
    """The WHERE of ``filters`` over ``shape.population``."""
    i = shape.interaction
    one_of: list[tuple[Asked, Callable[[str], ColumnElement[bool]]]] = [
        (filters.channel, lambda value: i.c.channel == value),
        (filters.source, shape.from_source),
        (
            filters.sentiment,
            lambda value: i.c.sentiment_label.is_not(None) if value == ANY else _equal(i.c.sentiment_label, value),
        ),
        (filters.language, lambda value: _equal(i.c.language, value)),
        (filters.status, lambda value: i.c.status == value),
        (filters.customer, lambda value: _of_customer(value, shape)),
        (filters.segment, lambda value: _equal(shape.segment, value)),
        (filters.city, lambda value: _equal(shape.city, value)),
        *((some, lambda pair: _attribute(pair, shape)) for some in by_name(filters.attribute).values()),
        *((some, shape.of_customers) for some in by_name(filters.customer_attribute).values()),
    ]
    found = [or_(*map(test, values(asked))) for asked, test in one_of if asked]
    if filters.since:
        found.append(i.c.at >= filters.since)
    if filters.until:
        found.append(i.c.at < filters.until)
    if filters.week:
        found.append(i.c.week == filters.week)
    found += _topical(filters, shape)
    for kind in dict(filters.signals):
        found.append(or_(*(_signalled(kind, value, shape) for value in values(filters.signal(kind)))))
    if filters.context:
        found.append(shape.in_context(filters.context))
    if filters.upload:
        found.append(shape.in_upload(filters.upload))
    return found


def by_name(attributes: Asked) -> dict[str, tuple[str, ...]]:
    """``name=value`` asked for, gathered by name: one value of each name is needed."""
    found: dict[str, tuple[str, ...]] = {}
    for pair in values(attributes):
        name = pair.partition("=")[0]
        found[name] = (*found.get(name, ()), pair)
    return found


def _attribute(pair: str, shape: Shape) -> ColumnElement[bool]:
    name, _, value = pair.partition("=")
    return shape.attribute(name) == value


def _of_customer(value: str, shape: Shape) -> ColumnElement[bool]:
    column: ColumnElement[Any] = shape.interaction.c.customer_id
    if value in {ANY, NONE}:
        return column.is_(None) if value == NONE else column.is_not(None)
    # An address of a record that has been merged since still finds the person.
    found: ColumnElement[bool] = column == shape.person(value)
    return found


def _topical(filters: Filters, shape: Shape) -> list[ColumnElement[bool]]:
    """What is asked of the topics, and of what is said of them."""
    asked, labels = values(filters.topic), values(filters.topic_sentiment)
    if not asked:
        return []
    if labels:
        return [or_(*(and_(_about([one], shape), _said_of(one, labels, shape)) for one in asked))]
    topics = [one for one in asked if one != NONE]
    found = [_about(topics, shape)] if topics else []
    return [or_(*found, *(_about([one], shape) for one in asked if one == NONE))]


def _about(topics: Sequence[str], shape: Shape) -> ColumnElement[bool]:
    """Whether an interaction speaks of one of the topics, or of none at all."""
    if (m := _gathered(shape)) is not None:
        if list(topics) == [NONE]:
            return ~shape.interaction.c.topical
        return select(m.c.topic).where(m.c.interaction_id == shape.key, m.c.topic.in_(topics)).exists()
    s = shape.signal.alias("about")  # under its own name: the query may be about signals itself
    theirs = select(s.c.id).where(s.c.interaction_id == shape.key, s.c.kind == "topic")
    if list(topics) == [NONE]:
        return ~theirs.exists()
    return theirs.where(or_(*(or_(s.c.label == one, s.c.parent == one) for one in topics))).exists()


def _said_of(topic: str, labels: Sequence[str], shape: Shape) -> ColumnElement[bool]:
    """Whether what is said of a topic counts as one of the labels."""
    if (m := _gathered(shape)) is not None:
        clauses = select(func.max(m.c.said)).where(m.c.interaction_id == shape.key, m.c.topic == topic)
    else:
        s = shape.signal.alias("about")
        of_it = or_(s.c.label == topic, s.c.parent == topic)
        clauses = select(func.avg(s.c.sentiment)).where(s.c.interaction_id == shape.key, s.c.kind == "aspect", of_it)
    score = func.coalesce(clauses.scalar_subquery(), shape.interaction.c.sentiment_score)
    return or_(*(said(score, label) for label in labels))


def _gathered(shape: Shape) -> FromClause | None:
    """Topics once an interaction, where the shape has them."""
    return shape.mention.alias("about") if shape.mention is not None else None


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


def said(score: ColumnElement[Any], label: str) -> ColumnElement[bool]:
    """Whether a clause-level sentiment (−1…1) counts as ``label``; NULL counts as none of them."""
    if label == "positive":
        return score >= PRAISE_FROM
    if label == "negative":
        return score <= -PRAISE_FROM
    return and_(score > -PRAISE_FROM, score < PRAISE_FROM)


def _equal(column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    return column.is_(None) if value == NONE else column == value


def counted(statement: Select[Any], filters: Filters, shape: Shape = STORE) -> Select[Any]:
    """``statement`` over the interactions that match."""
    return statement.select_from(shape.population).where(*conditions(filters, shape))
