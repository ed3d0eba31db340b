"""Search by words and meaning, with the words that were found."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voc.language.registry import everyday_phrases
from voc.settings import settings
from voc.store import Filters, Store
from voc.store.folding import telling
from voc.store.interactions import Stored
from voc.store.search.vocabulary import cut
from voc.topics.loading import load_taxonomy
from voc.topics.packs import every_topic

MEANING_FLOOR = 0.55
"""Likeness from which a text is found by its meaning alone (cosine from the middle of everyday phrases).

Where unrelated queries find next to nothing: what remains for nonsense is measured by ``voc eval search``.
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
        query,
        query_vector(query),
        centre=centre(),
        filters=chosen,
        limit=limit,
        meaning_floor=MEANING_FLOOR,
        synonyms=_synonyms(settings().taxonomy),
        everyday=everyday(),
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
    vector: NDArray[np.float32] = _encoded([query])[0]
    return vector


@cache
def centre() -> NDArray[np.float32]:
    """The middle of what everyday phrases mean: float32 [384]. Likeness is measured from there."""
    middle: NDArray[np.float32] = everyday().mean(axis=0)
    return middle


@cache
def everyday() -> NDArray[np.float32]:
    """What everyday phrases mean: float32 [k, 384]. What is like them is like anything."""
    return _encoded([phrase for _, phrase in everyday_phrases()])


@lru_cache(maxsize=2)
def _synonyms(taxonomy: Path | None) -> Mapping[str, Sequence[str]]:
    """Term → words of the other language that mean the same: topics whose names are one word in both."""
    found: dict[str, list[str]] = {}
    # Of every pack there is: what means the same does so whichever are taken.
    for topic in load_taxonomy(taxonomy) if taxonomy else every_topic().values():
        names = {language: telling(label) for language, label in topic.labels.items()}
        for one in names.values():
            for other in names.values():
                if len(one) == len(other) == 1 and one != other:
                    found.setdefault(cut(one[0]), []).append(other[0])
    return found


def _encoded(queries: Sequence[str]) -> NDArray[np.float32]:
    from voc.language.search_space import encoded

    with _loading:
        return encoded(queries, kind="query")
