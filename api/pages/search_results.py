"""What a search found, as the page of interactions shows it: passages with their words, facets that narrow, pages."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass

from api.filtering import query_of
from api.text_highlights import Mark, Piece, pieces
from voc.service.search import SearchAnswer, SearchQuery, next_offset

FACETS = ("channel", "sentiment", "topic", "segment", "language", "month")
SHOWN = 8
"""Values of one facet that the page shows; of months the latest."""
NO_FILTERS: Mapping[str, str] = {}


@dataclass(frozen=True)
class FacetLink:
    """A value of a facet with how many hits have it, and the address that narrows to them."""

    value: str
    n: int
    href: str


@dataclass(frozen=True)
class Searched:
    """One page of a search.

    Attributes:
        by: how each hit was found, by interaction.
        passages: pieces of the passage of each hit, those under a mark being the words that were found.
        facets: (name, its values), of facets that tell more than one value.
    """

    answer: SearchAnswer
    by: dict[str, tuple[str, ...]]
    passages: dict[str, list[Piece]]
    facets: list[tuple[str, list[FacetLink]]]
    previous: str | None
    next: str | None


def searched(answer: SearchAnswer, asked: SearchQuery) -> Searched:
    """Get ready to draw what ``asked`` found."""
    before, after = max(0, asked.offset - asked.limit), next_offset(asked, answer)
    return Searched(
        answer=answer,
        by={hit.interaction.id: hit.by for hit in answer.hits},
        passages={
            hit.interaction.id: _ellipsed(
                pieces(hit.passage.text, [Mark("found", begin, end, "") for begin, end in hit.passage.marks]),
                before=hit.passage.cut_before,
                after=hit.passage.cut_after,
            )
            for hit in answer.hits
            if hit.passage
        },
        facets=[(name, links) for name in FACETS if len(links := _links(answer, asked, name)) > 1],
        previous=_address(asked, offset=before) if asked.offset else None,
        next=_address(asked, offset=after) if after is not None else None,
    )


def _ellipsed(found: list[Piece], *, before: bool, after: bool) -> list[Piece]:
    return [*([Piece("… ")] if before else []), *found, *([Piece(" …")] if after else [])]


def _links(answer: SearchAnswer, asked: SearchQuery, name: str) -> list[FacetLink]:
    values: tuple[tuple[str, int], ...] = getattr(answer.facets, name)
    shown = values[-SHOWN:] if name == "month" else values[:SHOWN]
    return [FacetLink(value, n, _narrowed(asked, name, value)) for value, n in shown]


def _narrowed(asked: SearchQuery, name: str, value: str) -> str:
    if name != "month":
        return _address(asked, {name: value})
    year, month = (int(part) for part in value.split("-"))
    return _address(asked, {"from": f"{value}-01", "to": f"{value}-{monthrange(year, month)[1]:02}"})


def _address(asked: SearchQuery, filters: Mapping[str, str] = NO_FILTERS, *, offset: int = 0) -> str:
    """The page of this search, with further filters in the place of those of the same name."""
    names = {"from": "since", "to": "until"}
    taken = asked.filters.model_copy(update={names.get(name, name): None for name in filters})
    return f"/interactions?{query_of(taken, q=asked.query.strip(), like=asked.like, offset=offset or None, **filters)}"
