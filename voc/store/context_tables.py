"""Tables of contexts: the answers workers made, and which interactions each of their figures counted."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, String, Table, Text

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

context_answer = Table(
    "context_answer",
    metadata,
    Column("key", String, primary_key=True),  # hash of the question
    Column("question", JSON, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),  # a worker is making it since
    Column("state", Text),  # of the store it was made from
    Column("made_at", UtcDateTime),
    Column("seconds", Float),  # it took
    Column("document", JSON(none_as_null=True)),
    Column("refused", Text),  # why it cannot be answered
)
