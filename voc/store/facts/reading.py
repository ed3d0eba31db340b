"""Facts read from the store: all of them, or those of the interactions that changed, as Arrow tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, Select, case, func, select

from voc.store import schema
from voc.store.batches import parts
from voc.store.dialects import dialect_of
from voc.store.shapes import REPEATED_TEXT_CHARS

ROWS_AT_ONCE = 50_000
"""Interactions read in one piece: some 60 MB while they are put into columns."""

_TEXT, _NUMBER, _WHOLE, _YES = pa.string(), pa.float64(), pa.int32(), pa.bool_()
INTERACTIONS = pa.schema(
    [
        *((name, _TEXT) for name in ("id", "channel", "status")),
        *(("at", pa.timestamp("us")), ("week", _TEXT), ("analysed", _YES), ("worded", _YES)),
        *(("sentiment_label", _TEXT), ("sentiment_score", _NUMBER), ("nps", _WHOLE), ("csat", _NUMBER)),
        *(("rating", _NUMBER), ("language", _TEXT), ("customer_id", _TEXT), ("segment", _TEXT), ("city", _TEXT)),
        ("long_text", _TEXT),  # hashed at once, never kept
        ("attributes", _TEXT),  # JSON, taken apart at once
    ]
)
SIGNALS = pa.schema(
    [
        *(("id", pa.int64()), ("interaction_id", _TEXT), ("kind", _TEXT), ("label", _TEXT), ("parent", _TEXT)),
        *(("score", _NUMBER), ("sentiment", _NUMBER), ("begin", _WHOLE), ("end", _WHOLE), ("analyser", _TEXT)),
    ]
)


@dataclass(frozen=True)
class Piece:
    """Interactions with all their signals."""

    interactions: pa.Table
    signals: pa.Table


def everything(connection: Connection) -> Iterator[Piece]:
    """Facts of all interactions, :data:`ROWS_AT_ONCE` a piece."""
    i, s = schema.interaction, schema.signal
    last = ""
    while True:
        rows = connection.execute(
            _interactions(connection).where(i.c.id > last).order_by(i.c.id).limit(ROWS_AT_ONCE)
        ).all()
        if not rows:
            return
        first, last = rows[0].id, rows[-1].id
        signals = connection.execute(_signals().where(s.c.interaction_id.between(first, last))).all()
        yield Piece(_table(rows, INTERACTIONS), _table(signals, SIGNALS))


def of(connection: Connection, ids: Sequence[str]) -> Iterator[Piece]:
    """Facts of these interactions, of those that are still there."""
    i, s = schema.interaction, schema.signal
    for start in range(0, len(ids), ROWS_AT_ONCE):
        rows: list[Any] = []
        signals: list[Any] = []
        for part in parts(ids[start : start + ROWS_AT_ONCE]):
            rows += connection.execute(_interactions(connection).where(i.c.id.in_(part))).all()
            signals += connection.execute(_signals().where(s.c.interaction_id.in_(part))).all()
        if rows:
            yield Piece(_table(rows, INTERACTIONS), _table(signals, SIGNALS))


def weeks(connection: Connection) -> dict[str, int]:
    """Interactions by ISO week, as the store has them."""
    i = schema.interaction
    return {row[0]: row[1] for row in connection.execute(select(i.c.week, func.count()).group_by(i.c.week))}


def _interactions(connection: Connection) -> Select[Any]:
    i, c = schema.interaction, schema.customer
    dialect = dialect_of(connection)
    return select(
        *(i.c[name] for name in ("id", "channel", "status")),
        dialect.naive(i.c.at).label("at"),
        i.c.week,
        i.c.analysed_at.is_not(None).label("analysed"),
        i.c.snippet.is_not(None).label("worded"),
        *(i.c[name] for name in ("sentiment_label", "sentiment_score", "nps", "csat", "rating", "language")),
        *(i.c.customer_id, c.c.segment, c.c.city),
        case((func.length(i.c.snippet) >= REPEATED_TEXT_CHARS, i.c.snippet)).label("long_text"),
        func.nullif(dialect.attributes(i.c.record), "{}").label("attributes"),
    ).select_from(i.outerjoin(c, i.c.customer_id == c.c.id))


def _signals() -> Select[Any]:
    s = schema.signal
    return select(
        *(s.c[name] for name in ("id", "interaction_id", "kind", "label", "parent", "score", "sentiment")),
        *(s.c[name] for name in ("begin", "end", "analyser")),
    )


def _table(rows: Sequence[Any], named: pa.Schema) -> pa.Table:
    if not rows:
        return named.empty_table()
    columns = zip(*rows, strict=True)
    return pa.Table.from_arrays(
        [_column(values, field.type) for values, field in zip(columns, named, strict=True)], schema=named
    )


def _column(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    if pa.types.is_timestamp(kind) and isinstance(values[0], str):
        return pa.array(values, _TEXT).cast(kind)
    return pa.array(map(bool, values) if pa.types.is_boolean(kind) else values, kind)
