"""Search by words (FTS5 / tsvector) and by meaning (an in-memory float16 matrix), fused by rank."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select, text

from voc.store import schema
from voc.store.batches import parts
from voc.store.database import FTS_TABLE, Database
from voc.store.folding import terms

RRF_K = 60
"""Reciprocal-rank-fusion constant (Cormack, Clarke and Büttcher, SIGIR 2009)."""
PREFIX_FROM = 4
"""Words this long also match longer ones, so that ``facture`` finds ``factures`` and ``facturé``."""


@dataclass(frozen=True)
class Hit:
    """One interaction found; ``score`` is the fused rank score, ``words``/``meaning`` the rank in each list."""

    interaction_id: str
    score: float
    words: int | None
    meaning: int | None


class Vectors:
    """Every interaction's vector in memory, kept up with the table: a row is never changed, a new one has a new ``seq``.

    float16 [n, 384]: 100,000 interactions are 77 MB. A look-up is one matrix product.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._lock = threading.Lock()
        self._ids: list[str] = []
        self._seqs = np.zeros(0, dtype=np.int64)
        self._matrix: NDArray[np.float16] = np.zeros((0, 384), dtype=np.float16)

    def _refresh(self) -> None:
        e = schema.embedding
        with self.database.read() as connection:
            alive = set(connection.execute(select(e.c.seq)).scalars())
            # Not "above the highest seen": PostgreSQL may commit a lower number after a higher one.
            new = sorted(alive.difference(self._seqs.tolist()))
            statement = select(e.c.seq, e.c.interaction_id, e.c.vector).order_by(e.c.seq)
            rows = [row for part in parts(new) for row in connection.execute(statement.where(e.c.seq.in_(part)))]
        if rows:
            fresh = np.stack([np.frombuffer(row.vector, dtype=np.float16) for row in rows])
            self._matrix = np.concatenate([self._matrix, fresh]) if len(self._ids) else fresh
            self._ids.extend(row.interaction_id for row in rows)
            self._seqs = np.concatenate([self._seqs, np.array([row.seq for row in rows], dtype=np.int64)])
        if len(alive) != len(self._ids):  # some were analysed again or erased
            keep = np.array([seq in alive for seq in self._seqs.tolist()], dtype=bool)
            self._matrix = self._matrix[keep]
            self._ids = [one for one, kept in zip(self._ids, keep.tolist(), strict=True) if kept]
            self._seqs = self._seqs[keep]

    def rows(self, ids: Sequence[str] | None = None) -> tuple[list[str], NDArray[np.float16]]:
        """(interaction ids, float16 [n, 384]) of everything there is, or of those ``ids`` that have a vector."""
        with self._lock:
            self._refresh()
            known, matrix = list(self._ids), self._matrix
        if ids is None:
            return known, matrix
        wanted = set(ids)
        places = [place for place, one in enumerate(known) if one in wanted]
        return [known[place] for place in places], matrix[places]

    def nearest(self, vector: NDArray[np.float32], *, limit: int) -> list[tuple[str, float]]:
        """The nearest interactions by cosine, best first; ``vector`` is float32 [384], L2-normalised."""
        with self._lock:
            self._refresh()
            ids, matrix = list(self._ids), self._matrix
        if not ids:
            return []
        scores = matrix.astype(np.float32) @ vector
        top = np.argsort(-scores, kind="stable")[:limit]
        return [(ids[k], float(scores[k])) for k in top.tolist()]


class Search:
    """Hybrid search over the redacted text of every analysed interaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.vectors = Vectors(database)

    def words(self, query: str, *, limit: int = 200) -> list[str]:
        """Interactions that contain every word of ``query`` (as a prefix from four letters on), best first."""
        wanted = terms(query)
        if not wanted:
            return []
        if self.database.dialect == "sqlite":
            match = " AND ".join(f'"{term}"*' if len(term) >= PREFIX_FROM else f'"{term}"' for term in wanted)
            statement = text(
                f"SELECT interaction_id FROM {FTS_TABLE} WHERE {FTS_TABLE} MATCH :match ORDER BY rank LIMIT :limit"
            )
        else:
            match = " & ".join(f"'{term}':*" if len(term) >= PREFIX_FROM else f"'{term}'" for term in wanted)
            statement = text(
                f"SELECT interaction_id FROM {FTS_TABLE}, to_tsquery('simple', :match) query WHERE body @@ query "
                "ORDER BY ts_rank(body, query) DESC LIMIT :limit"
            )
        with self.database.read() as connection:
            return list(connection.execute(statement, {"match": match, "limit": limit}).scalars())

    def hybrid(
        self, query: str, vector: NDArray[np.float32] | None, *, limit: int = 200, meaning_floor: float = 0.0
    ) -> list[Hit]:
        """Words and meaning together by reciprocal rank fusion; ``vector`` is the query's, ``None`` for words alone.

        Neighbours whose cosine is below ``meaning_floor`` are noise rather than meaning and are left out.
        """
        by_words = self.words(query, limit=limit)
        near = self.vectors.nearest(vector, limit=limit) if vector is not None else []
        by_meaning = [one for one, cosine in near if cosine >= meaning_floor]
        rank_words = {one: rank for rank, one in enumerate(by_words, 1)}
        rank_meaning = {one: rank for rank, one in enumerate(by_meaning, 1)}
        hits = [
            Hit(
                interaction_id=one,
                score=sum(1 / (RRF_K + ranks[one]) for ranks in (rank_words, rank_meaning) if one in ranks),
                words=rank_words.get(one),
                meaning=rank_meaning.get(one),
            )
            for one in dict.fromkeys([*by_words, *by_meaning])
        ]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]
