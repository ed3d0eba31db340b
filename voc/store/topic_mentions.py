"""Which interactions speak of which topics, for figures: leaves, or parents with what is said under them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, FromClause, and_, case, false, func, null, or_, select

from voc.store.filters import Filters, conditions
from voc.store.shapes import Condition, Shape

Level = Literal["label", "parent"]
LEVELS: tuple[Level, ...] = ("label", "parent")
UNTOLD = "none"
"""What stands for a level where topics are gathered, of interactions that speak of none."""
Where = Callable[[Shape], Sequence[Condition]]


@dataclass(frozen=True)
class Told:
    """Interactions, once for each topic they speak of: what a statement about topics selects from.

    Attributes:
        shape: the names to write the rest of the statement with; its ``key`` and what is known of an interaction are
            there, its ``id`` may not be.
        source, where: what to select from, and which of it: each interaction once a topic.
        topic: the topic.
        score: how sure it is.
        said: mean sentiment of the clauses that speak of it, NULL without any.
    """

    shape: Shape
    source: FromClause
    where: tuple[Condition, ...]
    topic: ColumnElement[str]
    score: ColumnElement[float]
    said: ColumnElement[float]


def told(level: Level, where: Where, shape: Shape, *, narrow: Sequence[str] = ()) -> Told:
    """What is told of topics by the interactions of which ``where`` holds.

    A leaf that is its own parent counts among the parents only.

    Args:
        narrow: keep these topics and their children; the others that the same interactions speak of were not asked for,
            and would not be what ``Filters(topic=…)`` counts.
    """
    wide = shape.told
    if wide is not None:
        m = wide.interaction
        about = [_about(m.c.topic, narrow, level)] if narrow else []
        return Told(wide, wide.population, (m.c.level == level, *about, *where(wide)), m.c.topic, m.c.score, m.c.said)
    spoken = _gathered(level, where(shape), shape, narrow)
    source = shape.population.join(spoken, spoken.c.interaction_id == shape.key)
    return Told(shape, source, (), spoken.c.topic, spoken.c.score, spoken.c.said)


def told_together(where: Where, shape: Shape, *, narrow: Sequence[str] = (), untold: bool = False) -> Sequence[Told]:
    """What is told on both levels, and where ``untold`` by the interactions that speak of no topic (``None``).

    In one pass where topics are gathered already, for no topic is on both levels: a statement more costs its planning.
    """
    wide = shape.told
    if wide is None:
        found = [told(level, where, shape, narrow=narrow) for level in LEVELS]
        nothing = (*where(shape), *conditions(Filters(topic=UNTOLD), shape))
        unsaid: ColumnElement[Any] = null()
        none = Told(shape, shape.population, nothing, unsaid, unsaid, unsaid)
        return [none, *found] if untold else found
    m = wide.interaction
    asked: list[Condition] = []
    if narrow:
        asked = [or_(*(and_(m.c.level == level, _about(m.c.topic, narrow, level)) for level in LEVELS))]
        asked = [or_(*asked, m.c.level == UNTOLD)] if untold else asked
    elif not untold:
        asked = [m.c.level != UNTOLD]
    return [Told(wide, wide.population, (*asked, *where(wide)), m.c.topic, m.c.score, m.c.said)]


def topic_mentions(level: Level, where: Where, shape: Shape, *, narrow: Sequence[str] = ()) -> FromClause:
    """(interaction_id, topic, score, said) once each: :func:`told` as rows to join."""
    if shape.told is None:
        return _gathered(level, where(shape), shape, narrow)
    about = told(level, where, shape, narrow=narrow)
    columns = (about.shape.key.label("interaction_id"), about.topic, about.score, about.said)
    return select(*columns).select_from(about.source).where(*about.where).subquery()


def _gathered(level: Level, where: Sequence[Condition], shape: Shape, narrow: Sequence[str]) -> FromClause:
    """In one pass over the signals."""
    s = shape.signal
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
    if narrow:
        # One test a topic: each of the two columns has an index of its own. A leaf is no parent.
        meant = [one for one in narrow if level == "label" or "." not in one]
        statement = statement.where(or_(false(), *((s.c.label if "." in one else s.c.parent) == one for one in meant)))
    return statement.subquery()


def _about(column: ColumnElement[str], topics: Sequence[str], level: Level) -> ColumnElement[bool]:
    """One of the topics itself, and on the level of leaves what is under them; a leaf is no parent."""
    if level == "parent":
        return or_(false(), *(column == one for one in topics if "." not in one))
    return or_(*(column == one if "." in one else column.startswith(f"{one}.", autoescape=True) for one in topics))
