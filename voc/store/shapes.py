"""Where the statements of the figures read: the same questions asked of the store's tables or of the facts.

A statement is written once, over the names of a :class:`Shape`; what differs between the engines (how a day is cut from
a moment, what a signal names its interaction by, where a segment stands) is said here and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa
from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    case,
    func,
    select,
    true,
)
from sqlalchemy.sql.selectable import ScalarSelect

from voc.store import schema
from voc.store.batches import parts
from voc.store.context_tables import context_member
from voc.store.database import Database
from voc.store.dialects import DIALECTS, Dialect

REPEATED_TEXT_CHARS = 60
"""Two customers may both write "slow network"; the same sixty characters twice are one text sent twice."""

_PLAIN_NAME = re.compile(r"[\w .-]+")

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Shape:
    """The names that a statement over interactions and signals is written with.

    Attributes:
        interaction: a row an interaction.
        signal: a row a signal; its ``interaction_id`` is compared with ``key``, its ``id`` is the order of finding.
        mention: topics once an interaction and level, where they are gathered already.
        told: the same names over interactions once for each topic they speak of (``level``, ``topic``, ``score``, ``said``),
            without their ``id``; where they are gathered.
        key: what an interaction is told apart by inside a statement (``interaction.id`` is what it is shown by).
        population: interactions, with what is known of their customers.
        segment, city: of the customer; the city else as the interaction came with it.
        analysed, worded: whether there is an analysis, and whether it has words to show.
        voice, words: whose voice it is (an anonymous interaction is its own) and what is said (a short text is its own);
            the smaller number of distinct ones is how many independent voices there are.
        day: the UTC day of the interaction, ``2026-11-29``.
        bin: number → whole number below it, never negative.
        attribute: name → its text, NULL where the interaction has none of that name.
        attributes: the population, a row an attribute of it, of ``attribute_name`` and ``attribute_value``.
        person: a customer id as it was given → whom it stands for today.
        from_source, in_upload, in_context: whether an interaction is from a source (by how its name begins), of an
            upload, of a set a figure of contexts counted.
        of_customers: ``name=value`` → whether the customer base gives the interaction's customer this attribute.
    """

    interaction: Table
    signal: Table
    mention: Table | None
    told: Shape | None
    key: ColumnElement[Any]
    population: FromClause
    segment: ColumnElement[str | None]
    city: ColumnElement[str | None]
    analysed: Condition
    worded: Condition
    voice: ColumnElement[Any]
    words: ColumnElement[Any]
    day: ColumnElement[str]
    bin: Callable[[ColumnElement[float]], ColumnElement[int]]
    attribute: Callable[[str], ColumnElement[str | None]]
    attributes: FromClause
    attribute_name: ColumnElement[str]
    attribute_value: ColumnElement[str]
    person: Callable[[str], Any]
    from_source: Callable[[str], Condition]
    in_upload: Callable[[str], Condition]
    in_context: Callable[[str], Condition]
    of_customers: Callable[[str], Condition]


class Source(Protocol):
    """What figures read from: a shape, and connections to one consistent state of it."""

    @property
    def shape(self) -> Shape:
        """The names to write statements with."""

    def read(self) -> AbstractContextManager[Connection]:
        """A connection for reading one consistent state."""

    def arrow(self, *statements: Select[Any]) -> list[pa.Table]:
        """The rows of each statement as columns, where there are many, all of one state; moments are naive UTC."""

    def snippets(self, ids: Sequence[str]) -> dict[str, str]:
        """Interaction id → redacted opening words, of those that have some."""


class StoreSource:
    """The store's own tables as a source of figures."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.shape = SHAPES[database.dialect.name]

    def read(self) -> AbstractContextManager[Connection]:
        """A connection for reading one consistent state of the store."""
        return self.database.read()

    def arrow(self, *statements: Select[Any]) -> list[pa.Table]:
        """The rows of each statement as columns, all of one state; moments are naive UTC."""
        found = []
        with self.database.read() as connection:
            for statement in statements:
                result = connection.execute(statement)
                names, rows = list(result.keys()), result.all()
                columns = zip(*rows, strict=True) if rows else ([] for _ in names)
                found.append(pa.table({name: _naive(column) for name, column in zip(names, columns, strict=True)}))
        return found

    def snippets(self, ids: Sequence[str]) -> dict[str, str]:
        """Interaction id → redacted opening words, of those that have some."""
        return snippets(self.database, ids)


def _naive(column: Sequence[Any]) -> list[Any]:
    return [one.replace(tzinfo=None) if isinstance(one, datetime) else one for one in column]


def snippets(database: Database, ids: Sequence[str]) -> dict[str, str]:
    """Interaction id → redacted opening words, of those that have some, in the order of ``ids``."""
    i = schema.interaction
    found: dict[str, str] = {}
    with database.read() as connection:
        for part in parts(list(dict.fromkeys(ids))):
            statement = select(i.c.id, i.c.snippet).where(i.c.id.in_(part), i.c.snippet.is_not(None))
            rows = {row.id: row.snippet for row in connection.execute(statement)}
            found |= {one: rows[one] for one in part if one in rows}
    return found


def _attribute(name: str) -> ColumnElement[str | None]:
    record = schema.interaction.c.record
    if _PLAIN_NAME.fullmatch(name):
        found: ColumnElement[str | None] = record[("attributes", name)].as_string()
    else:  # a path is one text to PostgreSQL, and quotes in a name would end it: one step at a time
        found = record["attributes"][name].as_string()
    return found


def _person(customer_id: str) -> ColumnElement[str]:
    record = schema.customer.alias("record")
    merged: ScalarSelect[str | None] = (
        select(record.c.merged_into).where(record.c.id == customer_id).correlate(None).scalar_subquery()
    )
    return func.coalesce(merged, customer_id)


def given_by_the_base(wanted: str) -> Condition:
    """Whether the customer of a row has an attribute, ``name=value``; customers are joined already."""
    name, _, value = wanted.partition("=")
    given: ColumnElement[str | None] = schema.customer.c.attributes[name].as_string()
    return given == value


def _in_upload(upload_id: str) -> Condition:
    u = schema.upload_item
    return (
        select(u.c.upload_id).where(u.c.upload_id == upload_id, u.c.interaction_id == schema.interaction.c.id).exists()
    )


def _in_context(context_id: str) -> Condition:
    m = context_member
    return (
        select(m.c.context_id)
        .where(m.c.context_id == context_id, m.c.interaction_id == schema.interaction.c.id)
        .exists()
    )


def _of_the_store(dialect: Dialect) -> Shape:
    i, c = schema.interaction, schema.customer
    population = i.outerjoin(c, i.c.customer_id == c.c.id)
    each = dialect.each_attribute(i.c.record)
    return Shape(
        interaction=i,
        signal=schema.signal,
        mention=None,
        told=None,
        key=i.c.id,
        population=population,
        segment=c.c.segment,
        city=func.coalesce(c.c.city, _attribute("city")),
        analysed=i.c.analysed_at.is_not(None),
        worded=i.c.snippet.is_not(None),
        voice=func.coalesce(i.c.customer_id, i.c.id),
        words=case((func.length(i.c.snippet) >= REPEATED_TEXT_CHARS, i.c.snippet), else_=i.c.id),
        day=dialect.day(i.c.at),
        bin=dialect.whole,
        attribute=_attribute,
        attributes=population.join(each, true()),
        attribute_name=each.c.key,
        attribute_value=each.c.value,
        person=_person,
        from_source=lambda begins: i.c.source.startswith(begins, autoescape=True),
        in_upload=_in_upload,
        in_context=_in_context,
        of_customers=given_by_the_base,
    )


SHAPES: dict[str, Shape] = {name: _of_the_store(one) for name, one in DIALECTS.items()}
"""The store's tables, by the name of the dialect."""

STORE = next(iter(SHAPES.values()))
"""The store's tables for statements in which the dialects do not differ."""
