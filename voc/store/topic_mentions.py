"""Which interactions speak of which topics, for figures to join: leaves, or parents with what is said under them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import ColumnElement, FromClause, case, false, func, or_, select

from voc.store.filters import Filters
from voc.store.shapes import Shape


def topics_of(level: Literal["label", "parent"], filters: Filters, shape: Shape) -> FromClause:
    """(interaction, topic) once each: leaves, or parents with what is said under them.

    A filter on a topic keeps that topic and its children: the others that its interactions also speak of are not
    what was asked for, and would not be what ``Filters(topic=…)`` counts.
    """
    s, m = shape.signal, shape.mention
    if m is not None:
        gathered = select(m.c.interaction_id, m.c.topic).where(m.c.level == level)
        if filters.topic:
            gathered = gathered.where(_about(m.c.topic, filters.topic, level))
        return gathered.subquery()
    statement = select(s.c.interaction_id, s.c[level].label("topic")).where(s.c.kind == "topic").distinct()
    if level == "label":
        statement = statement.where(s.c.label != s.c.parent)
    if filters.topic:
        statement = statement.where(or_(s.c.label == filters.topic, s.c.parent == filters.topic))
        if level == "parent":
            statement = statement.where(s.c.parent == filters.topic)
    return statement.subquery()


def topic_mentions(
    level: Literal["label", "parent"],
    where: Sequence[ColumnElement[bool]],
    shape: Shape,
    *,
    narrow: str | None = None,
) -> FromClause:
    """(interaction, topic, score, said) once each, in one pass over the signals.

    ``said`` is the mean over the clauses that speak of it, NULL without any.
    """
    s, m = shape.signal, shape.mention
    if m is not None:
        gathered = (
            select(m.c.interaction_id, m.c.topic, m.c.score, m.c.said)
            .select_from(shape.population.join(m, m.c.interaction_id == shape.key))
            .where(m.c.level == level, *where)
        )
        if narrow is not None:
            gathered = gathered.where(_about(m.c.topic, narrow, level))
        return gathered.subquery()
    column = s.c[level]
    statement = (
        select(
            s.c.interaction_id,
            column.label("topic"),
            func.max(case((s.c.kind == "topic", func.coalesce(s.c.score, 0.0)))).label("score"),
            func.avg(case((s.c.kind == "aspect", s.c.sentiment))).label("said"),
        )
        .select_from(shape.population.join(s, s.c.interaction_id == shape.key))
        .where(s.c.kind.in_(("topic", "aspect")), *where)
        .group_by(s.c.interaction_id, column)
        .having(func.max(case((s.c.kind == "topic", 1), else_=0)) == 1)
    )
    if level == "label":
        statement = statement.where(s.c.label != s.c.parent)
    if narrow is not None:
        # No OR here: each of the two columns has an index of its own.
        statement = statement.where((s.c.label if "." in narrow else s.c.parent) == narrow)
        if level == "parent" and "." in narrow:
            statement = statement.where(false())  # a leaf is no parent
    return statement.subquery()


def _about(column: ColumnElement[str], topic: str, level: Literal["label", "parent"]) -> ColumnElement[bool]:
    """The topic itself, and on the level of leaves what is under it; a leaf is no parent."""
    if level == "parent":
        return column == topic if "." not in topic else false()
    return column == topic if "." in topic else column.startswith(f"{topic}.", autoescape=True)
