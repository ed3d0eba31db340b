"""Tables of findings handed over."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from voc.store.schema import UtcDateTime, metadata

assignment_rule = Table(
    "assignment_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("topic", String),
    Column("segment", Text),
    Column("city", Text),
    Column("owner", Text, nullable=False),
    Column("due_days", Integer),
    Column("tracker", Integer),
    Column("paused", Boolean, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

tracker = Table(
    "tracker",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String, nullable=False),  # webhook | jira
    Column("url", Text, nullable=False),
    Column("secret", Text, nullable=False),
    Column("project", Text, nullable=False),
    Column("issue_type", Text, nullable=False),
    Column("language", String, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("finding", String, nullable=False),
    Column("tracker", Integer, ForeignKey("tracker.id", ondelete="CASCADE"), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("url", Text),
    Column("state", String, nullable=False),  # open | done | unknown
    Column("label", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("checked_at", UtcDateTime),
    UniqueConstraint("finding", "tracker", name="ticket_once"),
)

share_link = Table(
    "share_link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("week", String, nullable=False),
    Column("finding", String),
    Column("language", String, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
)
