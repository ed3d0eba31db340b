"""Vectors that lie in the space of an earlier version: which they are, and their place taken by new ones."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, func, insert, select

from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.search.vectors import SPACE


def outdated(database: Database, *, limit: int) -> list[str]:
    """Interactions, at most ``limit``, whose vector is of another space; ids ascending."""
    e = schema.embedding
    statement = select(e.c.interaction_id).where(e.c.space != SPACE).order_by(e.c.interaction_id).limit(limit)
    with database.read() as connection:
        return list(connection.execute(statement).scalars())


def count_outdated(database: Database) -> int:
    """How many vectors are of another space."""
    e = schema.embedding
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(e).where(e.c.space != SPACE)).scalar_one())


def replace(database: Database, vectors: Mapping[str, NDArray[np.float32] | None]) -> int:
    """Put these vectors (float32 [384], L2-normalised) in the place of outdated ones; returns how many.

    One that was analysed anew or erased meanwhile stays as it is now; ``None`` takes the outdated vector away. A row is
    deleted and written, not changed: the index follows what comes and goes.
    """
    e = schema.embedding
    done = 0
    with database.begin() as connection:
        for part in parts(sorted(vectors)):
            old = select(e.c.interaction_id).where(e.c.interaction_id.in_(part), e.c.space != SPACE).with_for_update()
            still = list(connection.execute(old).scalars())
            connection.execute(delete(e).where(e.c.interaction_id.in_(still), e.c.space != SPACE))
            rows = [
                {"interaction_id": one, "vector": np.asarray(vector, np.float16).tobytes(), "space": SPACE}
                for one in still
                if (vector := vectors[one]) is not None
            ]
            if rows:
                connection.execute(insert(e), rows)
            done += len(still)
    return done
