"""Tables of what leaves the service by itself: who subscribed to the digest, and every single sending."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Index, Integer, String, Table, Text, false

from voc.store.schema import UtcDateTime, metadata

subscription = Table(
    "subscription",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String, nullable=False),  # mail | slack | teams
    Column("target", Text, nullable=False),
    Column("language", String, nullable=False),
    Column("day", Integer, nullable=False),  # 1 = Monday
    Column("topics", JSON, nullable=False),
    Column("segments", JSON, nullable=False),
    Column("view", Integer),
    Column("only_with_findings", Boolean, nullable=False, default=False, server_default=false()),
    Column("paused", Boolean, nullable=False, default=False, server_default=false()),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("unsubscribed_at", UtcDateTime),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, unique=True),  # digest:2026-W46:subscription:3 – what, and for whom
    Column("kind", String, nullable=False),  # mail | slack | teams | webhook | tracker
    Column("about", JSON, nullable=False),  # ids alone: words are put together when it is sent
    Column("state", String, nullable=False),  # due → claimed → sending → sent | nothing | failed | unsure
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("claimed_by", Text),  # the process that sends it
    Column("claimed_at", UtcDateTime),
    Column("sent_at", UtcDateTime),
    Column("error", Text),
    Index("delivery_due", "state", "due_at"),
)
