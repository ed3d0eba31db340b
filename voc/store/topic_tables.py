"""The table of taxonomies that were in force: which packs, which topics of one's own, since when and by whom."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from voc.store.schema import UtcDateTime, metadata

topic_version = Table(
    "topic_version",
    metadata,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("packs", Text, nullable=False),  # ids, comma-separated, core left out
    Column("own", Text),  # YAML of the pack of one's own
    Column("made_at", UtcDateTime, nullable=False),
    Column("made_by", String, nullable=False),
    Column("note", Text),
)
