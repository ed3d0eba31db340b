"""Search by words and meaning together."""

from __future__ import annotations

from dataclasses import replace

from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.pipeline import FoundInteraction, SearchAnswer
from voc.service.use_cases import use_case
from voc.service.visibility import row_for
from voc.store import Filters

__all__ = ["FoundInteraction", "SearchAnswer", "search"]


@use_case("reader")
def search(service: Service, actor: Actor, query: str, filters: Filters, *, limit: int) -> SearchAnswer:
    """The best matches first, narrowed by the same filters as the list of interactions."""
    found = service.pipeline.search(query, filters, limit=limit)
    return replace(found, hits=[replace(one, interaction=row_for(actor, one.interaction)) for one in found.hits])
