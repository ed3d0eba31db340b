"""Search by words and meaning, with the words that were found."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from voc.pipeline.everyday import EVERYDAY
from voc.store import Filters, Store
from voc.store.interactions import Stored

if TYPE_CHECKING:
    from voc.language.encoder import Encoder

MEANING_FLOOR = 0.7
"""Likeness from which a text is found by its meaning alone (cosine from the middle of :data:`EVERYDAY`).

Where unrelated queries find next to nothing (``benchmarks/search_floor.py``): of 200 out-of-scope queries of clinc150
asked of the samples' 704 contacts 6 % find any by meaning (20 % at 0.65, 84 % at 0.5), of 200 beginnings of restaurant
reviews 7 %, of 100 pairs of random words none; 91 % of banking77's test texts are still found by their intent's name.
"""

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
    chosen = filters or Filters()
    hits = store.search.hybrid(
        query, query_vector(query), centre=centre(), filters=chosen, limit=limit, meaning_floor=MEANING_FLOOR
    )
    found = store.interactions.rows([hit.interaction_id for hit in hits], chosen)
    return [
        SearchResult(
            interaction=found[hit.interaction_id],
            score=hit.score,
            by=tuple(name for name, rank in (("words", hit.words), ("meaning", hit.meaning)) if rank is not None),
        )
        for hit in hits
        if hit.interaction_id in found  # not one erased this very moment
    ]


def query_vector(query: str) -> NDArray[np.float32]:
    """The query's own vector: float32 [384], L2-normalised."""
    vector: NDArray[np.float32] = _encoder().encode([query], kind="query").vectors[0]
    return vector


@cache
def centre() -> NDArray[np.float32]:
    """The middle of what everyday phrases mean: float32 [384]. Likeness is measured from there."""
    middle: NDArray[np.float32] = _encoder().encode(EVERYDAY, kind="query").vectors.mean(axis=0)
    return middle


def _encoder() -> Encoder:
    from voc.language.encoder import load_encoder

    with _loading:
        return load_encoder()
