"""Tables of contexts: which interactions a figure of a context counted, so that it opens to exactly those."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table

from voc.store.schema import UtcDateTime, metadata

context_set = Table(
    "context_set",
    metadata,
    Column("id", String, primary_key=True),  # hash of what it holds: the same figure again is the same set
    Column("kept_at", UtcDateTime, nullable=False),
)

context_member = Table(
    "context_member",
    metadata,
    Column("context_id", String, ForeignKey("context_set.id", ondelete="CASCADE"), primary_key=True),
    Column("interaction_id", String, ForeignKey("interaction.id", ondelete="CASCADE"), primary_key=True),
    Index("context_member_interaction", "interaction_id"),
)
