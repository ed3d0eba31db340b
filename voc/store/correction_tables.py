"""The table of corrections: what people said of interactions instead of the models."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text

from voc.store.schema import UtcDateTime, metadata

correction = Table(
    "correction",
    metadata,
    Column("id", String, primary_key=True),
    Column("interaction_id", String, ForeignKey("interaction.id", ondelete="CASCADE"), nullable=False),
    Column("field", String, nullable=False),  # sentiment | complaint | action | effort | topic | intent | emotion
    Column("value", String, nullable=False),
    Column("present", Boolean, nullable=False),  # false: it is not about this topic, not this intent
    Column("title", Text),  # name of a topic
    Column("was", String),  # what the models had said
    Column("reason", Text),
    Column("actor", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("withdrawn_by", Text),
    Column("withdrawn_at", UtcDateTime),  # NULL while it is in force
    Index("correction_interaction", "interaction_id", "withdrawn_at"),
)
