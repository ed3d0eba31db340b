"""How the hits of a search are spread over what one may narrow them by, counted over the facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
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
    # All at once, and summed here: looking up which rows they are is most of the work.
    together = select(*(value.label(name) for name, value in values.items()), n).where(found).group_by(*values.values())
    mentioned = select(i.c.row).where(found)
    topics = select(m.c.topic, n).where(m.c.level == "label", m.c.interaction_id.in_(mentioned)).group_by(m.c.topic)
    groups, spoken_of = (table.to_pydict() for table in facts.arrow(together, topics))
    told = {name: _told(groups[name], groups["n"], name) for name in values}
    return Facets(counted=sum(groups["n"]), topic=_told(spoken_of["topic"], spoken_of["n"], "topic"), **told)


def _told(values: Sequence[str | None], counts: Sequence[int], name: str) -> tuple[tuple[str, int], ...]:
    sums: Counter[str] = Counter()
    for value, n in zip(values, counts, strict=True):
        if value is not None or name == "sentiment":
            sums[value or NONE] += n
    if name == "month":
        return tuple(sorted(sums.items()))
    return tuple(sorted(sums.items(), key=lambda one: (-one[1], one[0]))[:MOST_VALUES])
