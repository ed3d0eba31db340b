"""Search by words and meaning together."""

from __future__ import annotations

from dataclasses import replace

from voc.service.actor import Actor
from voc.service.asked_of_pipeline import SearchAnswer, SearchQuery
from voc.service.context import Service
from voc.service.interactions import find
from voc.service.use_cases import use_case
from voc.service.visibility import row_for

__all__ = ["MOST_OFFSET", "SearchAnswer", "SearchQuery", "next_offset", "search"]

MOST_OFFSET = 10_000
"""Hits after which no further page is given: whoever reads on wants a filter."""


@use_case("reader")
def search(service: Service, actor: Actor, asked: SearchQuery) -> SearchAnswer:
    """The best matches first, narrowed by the same filters as the list of interactions.

    Raises:
        NotFoundError: what the hits are to be like does not exist.
    """
    if asked.like is not None:
        find(service, actor, asked.like)
    found = service.pipeline.search(asked)
    return replace(found, hits=[replace(one, interaction=row_for(actor, one.interaction)) for one in found.hits])


def next_offset(asked: SearchQuery, answer: SearchAnswer) -> int | None:
    """Where the next page begins; ``None`` on the last."""
    after = asked.offset + asked.limit
    return after if after < answer.total and after <= MOST_OFFSET else None
