"""How the hits of a search are spread over what one may narrow them by, counted over the facts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import BigInteger, String, cast, func, literal, literal_column, select

from voc.store.facts import Facts, tables

MOST_COUNTED = 20_000
"""Hits that are counted, the best; of more, those."""
MOST_VALUES = 20
"""Values told of one facet, the most frequent; months are all told."""
NONE = "none"
"""What stands for hits without a sentiment, as in the filter."""


@dataclass(frozen=True)
class Facets:
    """(value, hits) by the name of the filter that narrows to them, most first; ``month`` (``2026-11``) in order.

    Attributes:
        counted: how many hits these are of.
    """

    counted: int
    channel: tuple[tuple[str, int], ...] = ()
    sentiment: tuple[tuple[str, int], ...] = ()
    topic: tuple[tuple[str, int], ...] = ()
    segment: tuple[tuple[str, int], ...] = ()
    language: tuple[tuple[str, int], ...] = ()
    month: tuple[tuple[str, int], ...] = ()


def spread(facts: Facts, numbers: NDArray[np.int64]) -> Facets:
    """The facets of the interactions of these row numbers, at most :data:`MOST_COUNTED` of them."""
    if not len(numbers):
        return Facets(0)
    i, m = tables.interaction, tables.mention
    # One text for all numbers: a parameter for each would be compiled anew for every search.
    listed = literal(",".join(map(str, numbers[:MOST_COUNTED].tolist())), String)
    chosen = select(cast(func.unnest(func.string_split(listed, ",")), BigInteger))
    found = i.c.key.in_(chosen)
    values = {
        "channel": i.c.channel,
        "sentiment": i.c.sentiment_label,
        "segment": i.c.segment,
        "language": i.c.language,
        "month": func.strftime(i.c.at, literal_column("'%Y-%m'")),
    }
    n = func.count().label("n")
    statements = [select(value.label("value"), n).where(found).group_by(value) for value in values.values()]
    mentioned = select(i.c.row).where(found)
    topics = select(m.c.topic.label("value"), n).where(m.c.level == "label", m.c.interaction_id.in_(mentioned))
    counted = select(func.count()).where(found)
    tables_found = facts.arrow(*statements, topics.group_by(m.c.topic), counted)
    told = {name: _told(table, name) for name, table in zip((*values, "topic"), tables_found, strict=False)}
    return Facets(counted=tables_found[-1].column(0)[0].as_py(), **told)


def _told(table: pa.Table, name: str) -> tuple[tuple[str, int], ...]:
    columns = table.to_pydict()
    if name == "sentiment":
        columns["value"] = [value or NONE for value in columns["value"]]
    pairs = [(value, n) for value, n in zip(columns["value"], columns["n"], strict=True) if value]
    if name == "month":
        return tuple(sorted(pairs))
    return tuple(sorted(pairs, key=lambda one: (-one[1], one[0]))[:MOST_VALUES])
