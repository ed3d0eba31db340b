"""Tables of themes: the clauses no topic explains with their vectors, the themes, each discovery, each decision."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from voc.store.schema import UtcDateTime, metadata

theme = Table(
    "theme",
    metadata,
    Column("id", String, primary_key=True),
    Column("status", String, nullable=False),  # discovered | accepted | rejected | merged
    Column("document", JSON, nullable=False),  # voc.records.themes.Theme
    Column("centre", LargeBinary, nullable=False),  # float32 [384], L2-normalised
)

theme_reading = Table(
    "theme_reading",
    metadata,
    Column("interaction_id", String, ForeignKey("interaction.id", ondelete="CASCADE"), primary_key=True),
    Column("read_at", UtcDateTime, nullable=False),  # an analysis made later is read again
    Column("encoder", String, nullable=False),
)

theme_clause = Table(
    "theme_clause",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("interaction_id", String, ForeignKey("interaction.id", ondelete="CASCADE"), nullable=False),
    Column("begin", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("language", String),
    Column("sentiment", Float),
    Column("state", LargeBinary, nullable=False),  # float16 [384], mean state of its tokens; its words are not kept
    Column("theme_id", String, ForeignKey("theme.id", ondelete="SET NULL"), index=True),
    Column("score", Float),  # cosine to the theme's centre
    Index("theme_clause_interaction", "interaction_id", "begin"),
)

theme_centre = Table(
    "theme_centre",
    metadata,
    Column("encoder", String, primary_key=True),
    Column("language", String, primary_key=True),  # fr | en | other
    Column("vector", LargeBinary, nullable=False),  # float32 [384]: the middle that likeness is measured from
)

theme_run = Table(
    "theme_run",
    metadata,
    Column("id", String, primary_key=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    Column("document", JSON, nullable=False),  # voc.records.themes.ThemeRun
)

theme_request = Table(
    "theme_request",
    metadata,
    Column("key", String, primary_key=True),  # asked, or the week of a run by itself
    Column("asked_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),  # a worker runs it since
    Column("done_at", UtcDateTime),
)

theme_decision = Table(
    "theme_decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", String, nullable=False),  # accept | reject | rename | merge | split | rules
    Column("theme_id", String, nullable=False, index=True),
    Column("detail", JSON, nullable=False),
    Column("before", JSON, nullable=False),  # what taking it back restores
    Column("undone_at", UtcDateTime),
)
