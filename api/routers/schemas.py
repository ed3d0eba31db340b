"""Shapes that several resources answer with."""

from __future__ import annotations

from pydantic import BaseModel

from voc.records import Analysis, Moment
from voc.service.interactions import Stored


class InteractionSummary(BaseModel):
    """One row of a list of interactions."""

    id: str
    href: str
    channel: str
    source: str
    at: Moment
    occurred_at: Moment | None
    received_at: Moment
    status: str
    error: str | None
    language: str | None
    sentiment_label: str | None
    sentiment_score: float | None
    snippet: str | None
    customer_id: str | None
    customer_name: str | None
    duration_ms: int | None
    nps: int | None
    csat: float | None
    rating: float | None
    has_audio: bool
    topics: tuple[str, ...]

    @classmethod
    def of(cls, row: Stored) -> InteractionSummary:
        """From a row as far as whoever asks may see it."""
        return cls(href=f"/v1/interactions/{row.id}", **{name: getattr(row, name) for name in _COLUMNS})


_COLUMNS = tuple(name for name in InteractionSummary.model_fields if name != "href")


class ExpandedInteraction(InteractionSummary):
    """A row with everything that was found in it; ``analysis`` is null where nothing was yet."""

    analysis: Analysis | None


class InteractionList(BaseModel):
    """One page of a list; ``next_cursor`` is null on the last."""

    items: list[ExpandedInteraction | InteractionSummary]
    next_cursor: str | None
    next: str | None = None
    """Address of the next page, with the same filters; null on the last."""
    deleted: list[str] = []
    """With ``updated_since``: ids of interactions that are gone."""
