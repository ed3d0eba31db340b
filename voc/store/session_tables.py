"""Who is signed in to the pages: a cookie alone opens nothing, its session must be here."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table

from voc.store.schema import UtcDateTime, metadata

page_session = Table(
    "page_session",
    metadata,
    Column("hash", String, primary_key=True),  # SHA-256 of what the cookie carries: reading the table opens nothing
    Column("key_id", String, ForeignKey("api_key.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("begun_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
