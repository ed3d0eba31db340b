"""Search by words (FTS5 / tsvector) and by meaning (an in-memory float16 matrix), joined in one score."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select, column, func, literal, select, table, type_coerce
from sqlalchemy.dialects.postgresql import REGCONFIG
from sqlalchemy.types import NullType

from voc.store import schema
from voc.store.batches import parts
from voc.store.database import FTS_TABLE, Database
from voc.store.filters import Filters, conditions
from voc.store.folding import sought

MEANING_WEIGHT = 0.5
"""What being alike in meaning counts beside holding every word: a row found by meaning alone stands behind one that
holds what the query's words tell most by."""
FAMILIAR_FLOOR = 0.72
"""Share of the floor of meaning that is enough where the rows know at least half of the query's words: it is then about
what they are about, and they may say it in other words."""
FEW, FEW_FLOOR = 3, 0.6
"""So many of the nearest rows are shown from this share of the floor on: somebody may ask in a small store, or in another
language, for what nobody there said in these words."""
SHARED_FLOOR = 0.65
"""Share of the floor of meaning that is enough for a row that holds one of the query's words as well."""
MOST_WORDS = 32
"""Telling words of a query that are looked for; what comes after counts by its meaning."""
ROWS_AT_ONCE = 1 << 16
"""Vectors that are widened to float32 at a time: 100 MB."""

_WORDS = table(FTS_TABLE, column("interaction_id"), column("body"))
_NOTHING: NDArray[np.float32] = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True)
class Hit:
    """One interaction found; ``score`` joins both, ``words``/``meaning`` are its ranks where it was found by them."""

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
        ids, scores = self.likeness(vector, None, Filters())
        top = np.argsort(-scores, kind="stable")[:limit]
        return [(ids[k], float(scores[k])) for k in top.tolist()]

    def likeness(
        self, vector: NDArray[np.float32], centre: NDArray[np.float32] | None, filters: Filters
    ) -> tuple[list[str], NDArray[np.float32]]:
        """(interaction ids, float32 [n]) of everything within ``filters``: the cosine with ``vector``.

        An encoder's vectors lie in a narrow cone, so that any two texts look alike (Ethayarajh 2019, *How contextual are
        contextualized word representations?*): with a ``centre``, angles are measured from there.
        """
        with self._lock:
            self._refresh()
            ids, matrix, seqs = list(self._ids), self._matrix, self._seqs
        if filters != Filters():
            places = np.flatnonzero(np.isin(seqs, self._within(filters)))
            ids, matrix = [ids[place] for place in places.tolist()], matrix[places]
        if not ids:
            return [], _NOTHING
        origin = np.zeros_like(vector) if centre is None else centre
        along = vector - origin
        along = along / max(float(np.linalg.norm(along)), 1e-6)
        axes = np.stack([along, origin], axis=1)
        products = np.concatenate(
            [matrix[k : k + ROWS_AT_ONCE].astype(np.float32) @ axes for k in range(0, len(ids), ROWS_AT_ONCE)]
        )
        if centre is None:
            return ids, np.asarray(products[:, 0], dtype=np.float32)
        lengths = np.sqrt(np.maximum(1 - 2 * products[:, 1] + float(origin @ origin), 1e-6))
        return ids, np.asarray((products[:, 0] - float(along @ origin)) / lengths, dtype=np.float32)

    def _within(self, filters: Filters) -> NDArray[np.int64]:
        e, i, c = schema.embedding, schema.interaction, schema.customer
        rows = e.join(i, e.c.interaction_id == i.c.id).outerjoin(c, i.c.customer_id == c.c.id)
        statement = select(e.c.seq).select_from(rows).where(*conditions(filters))
        with self.database.read() as connection:
            return np.fromiter(connection.execute(statement).scalars(), dtype=np.int64)


@dataclass(frozen=True)
class _Held:
    """What a row holds of a query: the share of what its words tell, and whether it is half of the words or more."""

    told: float
    enough: bool


class Search:
    """Hybrid search over the redacted text of every analysed interaction."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.vectors = Vectors(database)

    def words(self, query: str, filters: Filters | None = None, *, limit: int = 200) -> list[str]:
        """Interactions within ``filters`` that hold at least half of the telling words of ``query``, best first."""
        return [hit.interaction_id for hit in self.hybrid(query, None, filters=filters, limit=limit)]

    def hybrid(
        self,
        query: str,
        vector: NDArray[np.float32] | None,
        *,
        centre: NDArray[np.float32] | None = None,
        filters: Filters | None = None,
        limit: int = 200,
        meaning_floor: float = 0.0,
    ) -> list[Hit]:
        """Words and meaning together, best first; the filters narrow what is looked through, not what was found.

        A row is found by its words when it holds at least half of the query's telling words, by its meaning when its
        likeness reaches ``meaning_floor`` (``FAMILIAR_FLOOR`` of it where the rows know at least half of the words,
        ``FEW_FLOOR`` for the ``FEW`` nearest), or by both when it holds one of them and its likeness reaches
        ``SHARED_FLOOR`` of it. Its score is the share of what the words tell that it holds, plus ``MEANING_WEIGHT`` ×
        its likeness (Bruch, Gai and Ingber, *An Analysis of Fusion Functions for Hybrid Retrieval*, TOIS 2023: a
        weighted sum of scores on one scale ranks better than a fusion of ranks); the newest first where two are equal.
        All of it depends on the rows within the filters alone.

        Args:
            vector: the query's, float32 [384], L2-normalised; ``None`` for words alone.
            centre: what every text has in common, float32 [384], see :meth:`Vectors.likeness`.
        """
        chosen = filters or Filters()
        with self.database.reading_together():
            worded, familiar = self._worded(query, chosen)
            ids, likeness = self.vectors.likeness(vector, centre, chosen) if vector is not None else ([], _NOTHING)
        near = np.flatnonzero(likeness >= meaning_floor * FEW_FLOOR)
        near = near[np.argsort(-likeness[near], kind="stable")]
        clear = int((likeness[near] >= meaning_floor * (FAMILIAR_FLOOR if familiar else 1.0)).sum())
        near = near[: min(limit, max(clear, FEW))].tolist()
        by_meaning = {ids[place]: rank for rank, place in enumerate(near, 1)}
        alike = {ids[place]: float(likeness[place]) for place in near}
        if worded:
            alike |= {one: float(value) for one, value in zip(ids, likeness, strict=True) if one in worded}
        both = [one for one in worded if alike.get(one, -1.0) >= meaning_floor * SHARED_FLOOR]
        holding = [one for one, held in worded.items() if held.enough or one in by_meaning]
        holding = list(dict.fromkeys([*holding, *both]))
        holding.sort(key=lambda one: -worded[one].told)
        by_words = {one: rank for rank, one in enumerate(holding, 1)}
        # A word shared is reason enough to call a lesser likeness one: such a row was found by both.
        close = sorted({*by_meaning, *both}, key=lambda one: (-alike[one], one))
        by_meaning = {one: rank for rank, one in enumerate(close, 1)}
        told = {one: held.told for one, held in worded.items()}
        hits = [
            Hit(
                interaction_id=one,
                score=told.get(one, 0.0) + MEANING_WEIGHT * max(0.0, alike.get(one, 0.0)),
                words=by_words.get(one),
                meaning=by_meaning.get(one),
            )
            for one in dict.fromkeys([*by_words, *by_meaning])
        ]
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    def _worded(self, query: str, filters: Filters) -> tuple[dict[str, _Held], bool]:
        """Rows that hold any of the query's telling words, the newest first, and whether half of the words occur at all.

        What a word tells is the logarithm of how rare it is among the rows that hold any of them.
        """
        wanted = sought(query)[:MOST_WORDS]
        holding: list[list[str]] = []
        at: dict[str, Any] = {}
        with self.database.read() as connection:
            for beginning, longer in wanted:
                rows = connection.execute(self._holding(beginning, longer, filters)).all()
                at.update((row.id, row.at) for row in rows)
                holding.append([row.id for row in rows])
        tells = [math.log1p(len(at) / max(1, len(ids))) for ids in holding]
        held: Counter[str] = Counter()
        told: dict[str, float] = dict.fromkeys(at, 0.0)
        for ids, weight in zip(holding, tells, strict=True):
            held.update(ids)
            for one in ids:
                told[one] += weight
        enough, every = -(-len(wanted) // 2), sum(tells)
        newest = sorted(at, key=lambda one: (at[one], one), reverse=True)
        familiar = bool(wanted) and sum(map(bool, holding)) >= enough
        return {one: _Held(told[one] / every, held[one] >= enough) for one in newest}, familiar

    def _holding(self, beginning: str, longer: bool, filters: Filters) -> Select[Any]:
        """The rows within ``filters`` that hold a word: the index is asked first, its rows are narrowed."""
        i, c = schema.interaction, schema.customer
        if self.database.dialect == "sqlite":
            holds = _WORDS.c.body.op("MATCH")(f'"{beginning}"*' if longer else f'"{beginning}"')
        else:
            pattern = f"'{beginning}':*" if longer else f"'{beginning}'"
            holds = _WORDS.c.body.op("@@")(func.to_tsquery(literal("simple", REGCONFIG), pattern))
        rows = _WORDS.join(i, i.c.id == _WORDS.c.interaction_id).outerjoin(c, i.c.customer_id == c.c.id)
        # As the database writes it: times are only compared here.
        moment = type_coerce(i.c.at, NullType()).label("at")
        return select(i.c.id, moment).select_from(rows).where(holds, *conditions(filters))
