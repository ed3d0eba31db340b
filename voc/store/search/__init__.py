"""Search by words (BM25) and by meaning (vectors) over every analysed interaction, joined in one score."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from voc.store.database import Database
from voc.store.facts import Facts
from voc.store.filters import Filters
from voc.store.row_numbers import row_number
from voc.store.search import replacing
from voc.store.search.facets import Facets, spread
from voc.store.search.filtering import FilterMasks
from voc.store.search.index import SearchIndex
from voc.store.search.ranking import Hit, SearchHits, ranked
from voc.store.search.words import Synonyms, matches

__all__ = ["Facets", "Hit", "Search", "SearchHits", "Vectors"]


@dataclass(frozen=True)
class Vectors:
    """The vectors of the index, by interaction."""

    index: SearchIndex
    masks: FilterMasks

    def rows(self, ids: Sequence[str] | None = None) -> tuple[list[str], NDArray[np.float16]]:
        """(interaction ids, float16 [n, 384]) of everything there is, or of those ``ids`` that have a vector."""
        view = self.index.view()
        if ids is None:
            slots = np.flatnonzero(view.present)
        else:
            slots = self.index.slots(np.array([row_number(one) for one in ids if _is_id(one)], np.int64))
            slots = slots[(slots >= 0) & (slots < len(view))]
            slots = slots[view.present[slots]]
        return [one.decode() for one in view.ids[slots].tolist()], view.vectors.take(slots)

    def outdated(self) -> int:
        """How many vectors are of the space of an earlier version, and are not compared."""
        return replacing.count_outdated(self.index.database)

    def outdated_ids(self, *, limit: int) -> list[str]:
        """Interactions, at most ``limit``, with such a vector; ids ascending."""
        return replacing.outdated(self.index.database, limit=limit)

    def replace(self, vectors: Mapping[str, NDArray[np.float32] | None]) -> int:
        """Put these in the place of outdated ones; see :func:`voc.store.search.replacing.replace`."""
        return replacing.replace(self.index.database, vectors)

    def nearest(self, vector: NDArray[np.float32], *, limit: int) -> list[tuple[str, float]]:
        """The nearest interactions by cosine, best first; ``vector`` is float32 [384], L2-normalised."""
        ids, scores = self.likeness(vector, None, Filters())
        top = np.argsort(-scores, kind="stable")[:limit]
        return [(ids[k], float(scores[k])) for k in top.tolist()]

    def likeness(
        self, vector: NDArray[np.float32], centre: NDArray[np.float32] | None, filters: Filters
    ) -> tuple[list[str], NDArray[np.float32]]:
        """(interaction ids, float32 [n]): the cosine with ``vector`` of those within ``filters`` that may be nearest.

        An encoder's vectors lie in a narrow cone, so that any two texts look alike (Ethayarajh 2019, *How contextual are
        contextualized word representations?*): with a ``centre``, angles are measured from there.
        """
        view, allowed = self.masks.mask(filters, centre)
        among = view.present if allowed is None else view.present & allowed
        slots = view.vectors.candidates(vector, centre, among)
        return [one.decode() for one in view.ids[slots].tolist()], view.vectors.likeness(slots, vector, centre)


class Search:
    """Hybrid search over the redacted text of every analysed interaction.

    Args:
        facts: what filters are asked of; without it, facts of its own.
        folder: in which the index is saved for the next start; without it, nowhere.
    """

    def __init__(self, database: Database, facts: Facts | None = None, folder: Path | None = None) -> None:
        self.index = SearchIndex(database, folder)
        self._masks = FilterMasks(facts if facts is not None else Facts(database), self.index)
        self.vectors = Vectors(self.index, self._masks)

    def words(self, query: str, filters: Filters | None = None, *, limit: int = 200) -> list[str]:
        """Interactions within ``filters`` that hold at least half of the telling words of ``query``, best first."""
        return [hit.interaction_id for hit in self.find(query, None, filters=filters, limit=limit).hits]

    def find(
        self,
        query: str,
        vector: NDArray[np.float32] | None,
        *,
        centre: NDArray[np.float32] | None = None,
        filters: Filters | None = None,
        limit: int = 200,
        offset: int = 0,
        meaning_floor: float = 0.0,
        synonyms: Synonyms | None = None,
        surely: Collection[str] = (),
        everyday: NDArray[np.float32] | None = None,
        without: str | None = None,
    ) -> SearchHits:
        """Words and meaning together, best first; the filters narrow what is looked through, not what was found.

        All of it depends on the rows within the filters alone; see :func:`voc.store.search.ranking.ranked`.

        Args:
            offset: how many of the best to leave out: those of the pages before.
            vector: the query's, float32 [384], or those of several wordings, [k, 384]: a row is as near as it is to the
                nearest; ``None`` for words alone.
            centre: what every text has in common, float32 [384], see :meth:`Vectors.likeness`.
            synonyms: term of a query → words that mean the same.
            surely: terms of the query that are words for sure: none of them is taken for a slip of another.
            without: an interaction that is not looked for.
            everyday: vectors of phrases about anything at all, float32 [k, 384]: what is near to them all is no answer.
        """
        view, allowed = self._masks.mask(filters or Filters(), centre)
        if without is not None and _is_id(without):
            allowed = np.ones(len(view), np.bool_) if allowed is None else allowed
            slot = int(self.index.slots(np.array([row_number(without)], np.int64))[0])
            if slot >= 0:
                allowed[slot] = False
        worded = matches(view, query, allowed, synonyms or {}, surely)
        return ranked(view, worded, vector, centre, allowed, everyday, floor=meaning_floor, limit=limit, offset=offset)

    def facets(self, found: SearchHits) -> Facets:
        """How what was found is spread over channels, sentiments, topics, segments, languages and months."""
        return spread(self._masks.facts, found.numbers)

    def close(self) -> None:
        """Forget what is in memory."""
        self.index.close()


def _is_id(one: str) -> bool:
    return len(one) > 15 and all(sign in "0123456789abcdef" for sign in one[1:16])
