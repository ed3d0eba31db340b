"""Interactions by up to three dimensions, on the store or on the facts: what figures by group are counted from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, func, literal_column, select

from voc.errors import InputError
from voc.store.dimensions import BY_ATTRIBUTE, checked
from voc.store.filters import Filters, conditions, values
from voc.store.shapes import Shape, Source
from voc.store.topic_mentions import UNTOLD, told_together

ATTRIBUTE_VALUES = 50
"""An attribute with more values than this in one period is an id or a free text, not a group to count by."""

Row = tuple[tuple[str | None, ...], Sequence[Any]]
"""The values of the dimensions, and what was counted of the group."""


def grouped(
    source: Source, filters: Filters, by: Sequence[str], more: Callable[[Shape], Sequence[ColumnElement[Any]]]
) -> list[Row]:
    """How many interactions that match each group has, and ``more`` of them; by ``topic`` those without any come first,
    then leaves, then parents.

    Raises:
        InputError: an unknown dimension, one named twice, more than three, or an attribute that is no group.
    """
    checked(by)
    for one in by:
        if one.startswith(BY_ATTRIBUTE):
            _check_groups(source, filters, one.removeprefix(BY_ATTRIBUTE))

    def matching(shape: Shape) -> list[ColumnElement[bool]]:
        named = (one.removeprefix(BY_ATTRIBUTE) for one in by if one.startswith(BY_ATTRIBUTE))
        return conditions(filters, shape) + [shape.attribute(name).is_not(None) for name in named]

    shape = source.shape
    if "topic" not in by:
        return _counted(source, by, more(shape), shape, shape.population, matching(shape))
    asked = values(filters.topic)
    # With a topic asked for there are none without any.
    about = told_together(matching, shape, narrow=asked, untold=not asked or UNTOLD in asked)
    found = [
        row
        for one in about
        for row in _counted(source, by, more(one.shape), one.shape, one.source, one.where, one.topic)
    ]
    place = by.index("topic")
    return sorted(found, key=lambda row: untold_first(row[0][place]))


def _counted(
    source: Source,
    by: Sequence[str],
    more: Sequence[ColumnElement[Any]],
    shape: Shape,
    population: FromClause,
    where: Sequence[ColumnElement[bool]],
    topic: ColumnElement[Any] | None = None,
) -> list[Row]:
    keys = [_dimension(one, shape, topic).label(f"k{position}") for position, one in enumerate(by)]
    statement: Select[Any] = select(*keys, func.count().label("n"), *more).select_from(population)
    names: list[ColumnElement[Any]] = [literal_column(f"k{position}") for position in range(len(by))]
    statement = statement.where(*where).group_by(*names).order_by(*names)
    with source.read() as connection:
        rows = connection.execute(statement).all()
    # Without a dimension an aggregate over nothing still answers one row of zeros; that row is right.
    return [(tuple(row[: len(by)]), row[len(by) :]) for row in rows]


def _check_groups(source: Source, filters: Filters, name: str) -> None:
    """Refuse an attribute with more values than groups have: an id or a free text.

    Raises:
        InputError: it has.
    """
    value = source.shape.attribute(name)
    statement = select(func.count(value.distinct())).select_from(source.shape.population)
    with source.read() as connection:
        found = connection.execute(statement.where(*conditions(filters, source.shape))).scalar_one()
    if found > ATTRIBUTE_VALUES:
        raise InputError(
            f"by={BY_ATTRIBUTE}{name}: it has {found} values in this period, more than {ATTRIBUTE_VALUES}; an id or "
            "a free text is no group.",
            code="attribute_no_group",
            name=name,
            values=found,
            most=ATTRIBUTE_VALUES,
        )


def untold_first(topic: str | None) -> int:
    """Where the groups of a topic stand: those without any, then leaves, then parents."""
    return 0 if topic is None else 1 if "." in topic else 2


def _dimension(name: str, shape: Shape, topic: ColumnElement[str] | None) -> ColumnElement[Any]:
    if name == "topic":
        if topic is None:
            raise ValueError("the topic dimension needs its join")
        return topic
    i = shape.interaction
    if name.startswith(BY_ATTRIBUTE):
        return shape.attribute(name.removeprefix(BY_ATTRIBUTE))
    columns: dict[str, ColumnElement[Any]] = {
        "week": i.c.week,
        "day": shape.day,
        "channel": i.c.channel,
        "segment": shape.segment,
        "city": shape.city,
        "language": i.c.language,
        "sentiment": i.c.sentiment_label,
    }
    return columns[name]
