"""What use cases and the pipeline hand each other: a change of topics, a transcript somebody waited for, a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from voc.records import Turn
from voc.store import Filters
from voc.store.search import Facets

if TYPE_CHECKING:
    from voc.pipeline import SearchResult


@dataclass(frozen=True)
class TopicsChange:
    """Other packs or other topics of one's own; what is ``None`` stays as it is.

    ``keep_own`` false replaces the topics of one's own by ``own`` even where that is ``None``; ``after`` is the version
    the change was made from.
    """

    packs: tuple[str, ...] | None = None
    own: str | None = None
    keep_own: bool = True
    note: str | None = None
    after: int | None = None


@dataclass(frozen=True)
class Transcribed:
    """A transcript somebody waited for: one voice, turns with their words and times."""

    language: str | None
    duration_ms: int
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class NotTranscribed:
    """Why there will be no transcript; ``fault`` is the HTTP status it stands for."""

    fault: int
    reason: str


@dataclass(frozen=True)
class SearchQuery:
    """What is looked for: words, or what is like an interaction; a page of it from ``offset`` on."""

    query: str
    filters: Filters
    limit: int
    offset: int = 0
    like: str | None = None
    told: bool = True
    """Whether the passages and the facets are wanted beside the hits."""


@dataclass(frozen=True)
class SearchAnswer:
    """A page of hits, best first, how many there are in all, and how they are spread.

    ``words_only`` when the encoder is not there to compare meanings.
    """

    hits: Sequence[SearchResult]
    total: int
    facets: Facets
    words_only: bool
