"""The table of mappings that people saved: which column of a header is what."""

from __future__ import annotations

from sqlalchemy import JSON, Column, String, Table, Text

from voc.store.schema import UtcDateTime, metadata

saved_mapping = Table(
    "saved_mapping",
    metadata,
    Column("name", Text, primary_key=True),
    Column("header", String, nullable=False, index=True),  # hash of the names of the columns
    Column("mapping", JSON, nullable=False),  # field → column
    Column("channel", String),
    Column("saved_at", UtcDateTime, nullable=False),
    Column("saved_by", String, nullable=False),
)
