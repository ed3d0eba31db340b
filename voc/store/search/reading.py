"""What the index of the search holds, read from the store: the words and the vector of interactions, in order of ids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from voc.store import schema
from voc.store.batches import parts
from voc.store.dialects import WORDS, dialect_of
from voc.store.search.vectors import DIMENSION, SPACE

ROWS_AT_ONCE = 20_000
"""Interactions read in one piece."""


@dataclass(frozen=True)
class Row:
    """One interaction: its folded words, by how often they stand there, and its vector as it is stored.

    ``mark`` is a number that other words or another vector do not have; never 0.
    """

    id: str
    at: int
    words: Mapping[str, int]
    vector: bytes | None
    mark: int


def everything(connection: Connection) -> Iterator[list[Row]]:
    """All interactions that have words or a vector, :data:`ROWS_AT_ONCE` a piece, ids ascending."""
    i, e = schema.interaction, schema.embedding
    last = ""
    while True:
        statement = select(i.c.id, _moment(connection)).where(i.c.id > last).order_by(i.c.id).limit(ROWS_AT_ONCE)
        found = connection.execute(statement).all()
        if not found:
            return
        first, last = found[0].id, found[-1].id
        vectors = connection.execute(
            select(e.c.interaction_id, e.c.vector).where(e.c.interaction_id.between(first, last), e.c.space == SPACE)
        ).all()
        within = dialect_of(connection).words_between(first, last)
        bodies = connection.execute(select(WORDS.c.interaction_id, WORDS.c.body).where(within)).all()
        yield _rows(connection, found, vectors, bodies)


def of(connection: Connection, ids: Sequence[str]) -> list[Row]:
    """These interactions, of those that are still there and have words or a vector."""
    i, e = schema.interaction, schema.embedding
    rows: list[Row] = []
    for part in parts(list(ids)):
        found = connection.execute(select(i.c.id, _moment(connection)).where(i.c.id.in_(part))).all()
        vectors = connection.execute(
            select(e.c.interaction_id, e.c.vector).where(e.c.interaction_id.in_(part), e.c.space == SPACE)
        ).all()
        within = dialect_of(connection).words_of(part)
        bodies = connection.execute(select(WORDS.c.interaction_id, WORDS.c.body).where(within)).all()
        rows += _rows(connection, found, vectors, bodies)
    return rows


def rows_there(connection: Connection) -> int:
    """How many interactions there are."""
    return int(connection.execute(select(func.count()).select_from(schema.interaction)).scalar_one())


def vectors_there(connection: Connection) -> int:
    """How many interactions have a vector."""
    e = schema.embedding
    return int(connection.execute(select(func.count()).select_from(e).where(e.c.space == SPACE)).scalar_one())


def _moment(connection: Connection) -> Any:
    return dialect_of(connection).naive(schema.interaction.c.at).label("at")


def _rows(connection: Connection, found: Sequence[Any], vectors: Sequence[Any], bodies: Sequence[Any]) -> list[Row]:
    vector = {row.interaction_id: bytes(row.vector) for row in vectors if len(row.vector) == DIMENSION * 2}
    counted = dialect_of(connection).counted
    body = {row.interaction_id: row.body for row in bodies}
    moments: NDArray[np.int64] = np.array([row.at for row in found], dtype="datetime64[us]").astype(np.int64)
    return [
        Row(row.id, at, counted(said := body.get(row.id, "")), vector.get(row.id), _mark(said, vector.get(row.id)))
        for row, at in zip(found, moments.tolist(), strict=True)
        if row.id in body or row.id in vector
    ]


def _mark(body: str, vector: bytes | None) -> int:
    said = hashlib.blake2b(body.encode(), digest_size=8)
    said.update(vector or b"")
    return int.from_bytes(said.digest(), "little") or 1
