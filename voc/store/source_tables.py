"""Tables of the sources that are pulled from or push, of their runs, and of each thing that came from them.

A thing that is in is known by a hash alone; its name and where it lies are kept only while it waits or is in quarantine,
so that it can be fetched again.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, false

from voc.store.schema import UtcDateTime, metadata

source = Table(
    "source",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("name", Text, nullable=False, unique=True),
    Column("options", JSON, nullable=False),  # field of the kind → value, without its secrets
    Column("secrets", JSON, nullable=False),  # field of the kind → where the secret is: env:NAME or file:NAME
    Column("channel", String),
    Column("mapping", JSON, nullable=False),
    Column("roles", JSON, nullable=False),
    Column("every_seconds", Integer),  # NULL: nothing is pulled, it pushes
    Column("per_minute", Integer),  # things taken a minute at most
    Column("backfill_per_minute", Integer),  # the same while what lay there before is caught up with
    Column("cursor", JSON, nullable=False),
    Column("caught_up", Boolean, nullable=False, server_default=false()),  # a run has reached the end once
    Column("created_at", UtcDateTime, nullable=False),
    Column("created_by", String, nullable=False),
    Column("paused_at", UtcDateTime),
    Column("next_at", UtcDateTime),
    Column("failures", Integer, nullable=False, server_default="0"),  # runs in a row that could not reach it
)

source_run = Table(
    "source_run",
    metadata,
    Column("id", String, primary_key=True),
    Column("source_id", String, ForeignKey("source.id", ondelete="CASCADE"), nullable=False),
    Column("asked_by", String, nullable=False),  # schedule | push | the id of whoever asked
    Column("queued_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("status", String, nullable=False),  # queued | running | done | failed
    Column("backfill", Boolean, nullable=False, server_default=false()),
    Column("reason", Text),
    Column("code", String),
    Column("parameters", JSON),
    Index("source_run_source", "source_id", "queued_at"),
    Index("source_run_status", "status"),
)

source_item = Table(
    "source_item",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source_id", String, ForeignKey("source.id", ondelete="CASCADE"), nullable=False),
    Column("key", String, nullable=False),  # SHA-256 of what it is known by there
    Column("status", String, nullable=False),  # waiting | reading | taken | refused
    Column("run_id", String, ForeignKey("source_run.id", ondelete="SET NULL")),  # that took it last
    Column("upload_id", String, ForeignKey("upload.id", ondelete="SET NULL")),
    Column("name", Text),
    Column("locator", JSON),  # where it lies, for its kind
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("reason", Text),
    Column("code", String),
    Column("parameters", JSON),
    Column("first_at", UtcDateTime, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("source_id", "key"),
    Index("source_item_status", "source_id", "status"),
    Index("source_item_run", "run_id"),
    Index("source_item_upload", "upload_id"),
)
