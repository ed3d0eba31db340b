"""Search by words and meaning, with the words that were found."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from voc.language.registry import everyday_phrases
from voc.language.vectors import unit
from voc.pipeline.search_passages import Passage, passages
from voc.pipeline.search_wording import Wording, worded
from voc.settings import settings
from voc.store import Filters, Store
from voc.store.folding import telling
from voc.store.interactions import Stored
from voc.store.search import Facets
from voc.store.search.vocabulary import cut
from voc.store.search.words import Synonyms
from voc.topics.loading import load_taxonomy
from voc.topics.packs import every_topic

if TYPE_CHECKING:
    from voc.language.encoder import Encoder, Kind

MEANING_FLOOR = 0.55
"""Likeness from which a text is found by its meaning alone (cosine from the middle of everyday phrases).

Where unrelated queries find next to nothing: what remains for nonsense is measured by ``voc eval search``.
"""

LIKE_FLOOR = 0.45
"""Likeness from which a text is like another one: of the samples' contacts half find two dozen, one in twenty none."""

_loading = threading.Lock()


@dataclass(frozen=True)
class SearchResult:
    """One interaction found; ``by`` says whether its words, its meaning or both matched.

    ``passage`` is where: of masked text, ``None`` where there is none.
    """

    interaction: Stored
    score: float
    by: tuple[str, ...]
    passage: Passage | None = None


@dataclass(frozen=True)
class SearchResults:
    """A page of hits, best first, with how many there are in all and how they are spread."""

    hits: list[SearchResult]
    total: int
    facets: Facets


def search(
    store: Store,
    query: str,
    filters: Filters | None = None,
    *,
    limit: int = 50,
    offset: int = 0,
    like: str | None = None,
    by_words: bool = False,
    told: bool = True,
) -> SearchResults:
    """Interactions that match ``query`` by words or meaning, best first, narrowed by ``filters``.

    Args:
        offset: how many of the best to leave out: those of the pages before.
        like: an interaction whose meaning is looked for instead of the query's; it is not found itself.
        by_words: compare words alone, without the encoder.
        told: whether passages and facets are wanted beside the hits.

    Raises:
        ModelError: the encoder is missing.
    """
    chosen, wanted = filters or Filters(), None
    if like is not None and not by_words:
        _, vectors = store.search.vectors.rows([like])
        wanted = vectors[0].astype(np.float32) if len(vectors) else None
    wording = worded(query, None if by_words else _known)
    if like is None and query.strip() and not by_words:
        wanted = query_vectors(wording)
    if wanted is None and not query.strip():
        return SearchResults([], 0, Facets(0))
    found = store.search.find(
        query,
        wanted,
        centre=centre() if wanted is not None else None,
        filters=chosen,
        limit=limit,
        offset=offset,
        meaning_floor=MEANING_FLOOR if like is None else LIKE_FLOOR,
        synonyms=_together(_synonyms(settings().taxonomy), wording.synonyms),
        surely=wording.surely,
        everyday=everyday() if wanted is not None else None,
        without=like,
    )
    rows = store.interactions.rows([hit.interaction_id for hit in found.hits], chosen)
    hits = [hit for hit in found.hits if hit.interaction_id in rows]  # not one erased this very moment
    where = _passages(store, [hit.interaction_id for hit in hits], found.terms, wanted) if told else {}
    results = [
        SearchResult(
            interaction=rows[hit.interaction_id],
            score=hit.score,
            by=tuple(name for name, rank in (("words", hit.words), ("meaning", hit.meaning)) if rank is not None),
            passage=where.get(hit.interaction_id),
        )
        for hit in hits
    ]
    return SearchResults(results, found.total, store.search.facets(found) if told else Facets(0))


def _passages(
    store: Store, ids: Sequence[str], terms: frozenset[str], vector: NDArray[np.float32] | None
) -> dict[str, Passage]:
    analyses = store.findings.analyses(ids)
    masked = {one: text for one in ids if one in analyses and (text := analyses[one].redacted_text)}
    asked = None if vector is None else np.atleast_2d(vector)[-1]
    return passages(masked, terms, asked, lambda said: _encoded(said, kind="passage"))


def query_vectors(wording: Wording) -> NDArray[np.float32]:
    """What a query means, float32 [1 or 2, 384]: as it is asked, L2-normalised, and between that and its translation.

    What is told in one language is near to the first, what is told in the other to the second.
    """
    if not wording.translated:
        return _encoded([wording.spelt])
    asked, translated = unit(_encoded([wording.spelt, wording.translated]) - centre())
    return np.stack([asked, asked + translated]) + centre()


def _together(some: Synonyms, others: Synonyms) -> Synonyms:
    return {term: [*some.get(term, ()), *others.get(term, ())] for term in some.keys() | others.keys()}


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


def _known(word: str) -> bool:
    return _encoder().knows(word)


def _encoder() -> Encoder:
    from voc.language.encoder import load_encoder

    with _loading:  # once a process; searches encode beside each other
        return load_encoder()


def _encoded(texts: Sequence[str], *, kind: Kind = "query") -> NDArray[np.float32]:
    from voc.language.search_space import encoded, load_search_space

    _encoder()
    with _loading:
        load_search_space()
    return encoded(texts, kind=kind)
