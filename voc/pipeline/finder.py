"""Search by words and meaning, with the words that were found."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from voc.store import Filters, Store
from voc.store.interactions import Stored

if TYPE_CHECKING:
    from voc.language.encoder import Encoder

CANDIDATES = 400
"""Hits taken from each list before the filters narrow them."""

_loading = threading.Lock()


@dataclass(frozen=True)
class SearchResult:
    """One interaction found; ``by`` says whether its words, its meaning or both matched."""

    interaction: Stored
    score: float
    by: tuple[str, ...]


def search(store: Store, query: str, filters: Filters | None = None, *, limit: int = 50) -> list[SearchResult]:
    """Interactions that match ``query`` by words or meaning, best first, narrowed by ``filters``."""
    if not query.strip():
        return []
    hits = store.search.hybrid(query, query_vector(query), limit=CANDIDATES)
    found = store.interactions.rows([hit.interaction_id for hit in hits], filters or Filters())
    results = [
        SearchResult(
            interaction=found[hit.interaction_id],
            score=hit.score,
            by=tuple(name for name, rank in (("words", hit.words), ("meaning", hit.meaning)) if rank is not None),
        )
        for hit in hits
        if hit.interaction_id in found
    ]
    return results[:limit]


def query_vector(query: str) -> NDArray[np.float32]:
    """The query's own vector: float32 [384], L2-normalised."""
    vector: NDArray[np.float32] = _encoder().encode([query], kind="query").vectors[0]
    return vector


def _encoder() -> Encoder:
    from voc.language.encoder import load_encoder

    with _loading:
        return load_encoder()
