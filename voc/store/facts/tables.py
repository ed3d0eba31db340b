"""The facts: what figures count of every interaction, in columns, without a word of what was said.

No name, address, number or text of anybody is here, only ids, moments, dimensions, signals and scores. ``row`` is a
number that stands for the interaction inside one process' facts.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Double,
    Integer,
    MetaData,
    String,
    Table,
    cast,
    func,
    literal_column,
    select,
)

from voc.store.facts.dialect import Moment
from voc.store.shapes import Shape

metadata = MetaData()

interaction = Table(
    "interaction",
    metadata,
    Column("row", Integer, nullable=False),
    Column("id", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("status", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("week", String, nullable=False),
    Column("analysed", Boolean, nullable=False),
    Column("worded", Boolean, nullable=False),  # has opening words to show
    Column("topical", Boolean, nullable=False),  # speaks of some topic
    Column("sentiment_label", String),
    Column("sentiment_score", Double),
    Column("nps", Integer),
    Column("csat", Double),
    Column("rating", Double),
    Column("language", String),
    Column("customer_id", String),
    Column("segment", String),
    Column("city", String),
    Column("voice", BigInteger, nullable=False),  # hash of the customer, of the interaction where nobody is known
    Column("words", BigInteger, nullable=False),  # hash of the text, of the interaction where it is short
    Column("key", BigInteger),  # the first 60 bits of the id: what the index of the search names it by
)

signal = Table(
    "signal",
    metadata,
    Column("id", Integer, nullable=False),  # order of finding within the interaction
    Column("interaction_id", Integer, nullable=False),  # interaction.row
    Column("kind", String, nullable=False),
    Column("label", String, nullable=False),
    Column("parent", String, nullable=False),
    Column("score", Double),
    Column("sentiment", Double),
    Column("begin", Integer),
    Column("end", Integer),
    Column("analyser", String),
)

_TOLD = tuple(one for one in interaction.columns if one.name not in {"row", "id", "key"})

mention = Table(
    "mention",
    metadata,
    Column("interaction_id", Integer, nullable=False),  # interaction.row
    Column("level", String, nullable=False),  # label: a leaf; parent: what is said under it together; none: no topic
    Column("topic", String),  # NULL where the interaction speaks of none
    Column("score", Double),
    Column("said", Double),  # mean over the clauses that speak of it; NULL without any
    *(Column(one.name, one.type, nullable=one.nullable) for one in _TOLD),
)
"""Topics once an interaction (a row without one where it speaks of none), with what is known of it: what the figures of topics would else gather from the signals
and join each time, in four times the time."""

attribute = Table(
    "attribute",
    metadata,
    Column("interaction_id", Integer, nullable=False),  # interaction.row
    Column("key", String, nullable=False),
    Column("value", String, nullable=False),
)

member = Table(
    "member",
    metadata,
    Column("set", String, nullable=False),  # what a filter named that the facts have no column for
    Column("id", String, nullable=False),  # interaction.id
)


def shape(
    person: Callable[[str], str],
    chosen: Callable[[str, str, ColumnElement[int]], ColumnElement[bool]],
) -> Shape:
    """The facts, for the statements of the figures.

    Args:
        person: a customer id as it was given → whom it stands for today; asked of the store.
        chosen: (``source`` | ``upload`` | ``context`` | ``customers``, name, row) → whether an interaction is one of the
            set of that name; the store knows which are.
    """
    told = _shape(mention, mention.c.interaction_id, person, chosen, told=None)
    return _shape(interaction, interaction.c.row, person, chosen, told=told)


def _shape(
    named: Table,
    row: ColumnElement[int],
    person: Callable[[str], str],
    chosen: Callable[[str, str, ColumnElement[int]], ColumnElement[bool]],
    *,
    told: Shape | None,
) -> Shape:
    return Shape(
        interaction=named,
        signal=signal,
        mention=mention,
        told=told,
        key=row,
        population=named,
        segment=named.c.segment,
        city=named.c.city,
        analysed=named.c.analysed,
        worded=named.c.worded,
        voice=named.c.voice,
        words=named.c.words,
        day=func.strftime(named.c.at, literal_column("'%Y-%m-%d'"), type_=String),
        bin=lambda number: cast(func.floor(number), Integer),
        attribute=lambda name: _attribute(name, row),
        attributes=named.join(attribute, attribute.c.interaction_id == row),
        attribute_name=attribute.c.key,
        attribute_value=attribute.c.value,
        person=person,
        from_source=lambda begins: chosen("source", begins, row),
        in_upload=lambda upload: chosen("upload", upload, row),
        in_context=lambda context: chosen("context", context, row),
        of_customers=lambda wanted: chosen("customers", wanted, row),
    )


def _attribute(name: str, row: ColumnElement[int]) -> ColumnElement[str | None]:
    own = attribute.alias("own")
    found = select(func.max(own.c.value)).where(own.c.interaction_id == row, own.c.key == name)
    return found.scalar_subquery()
