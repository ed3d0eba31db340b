"""Tables of alerts and of each time one rang."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, false

from voc.store.schema import UtcDateTime, metadata

alert_rule = Table(
    "alert_rule",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String, nullable=False),  # metric | emerging | words
    Column("metric", String, nullable=False),
    Column("query", Text, nullable=False),
    Column("condition", String, nullable=False),  # above | below | unusual
    Column("threshold", Float),
    Column("period", String, nullable=False),  # day | week
    Column("least_n", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("severity", String, nullable=False),  # info | warning | critical
    Column("cool_down_hours", Integer, nullable=False),
    Column("targets", JSON, nullable=False),  # [{kind, address, secret, language}]
    Column("paused", Boolean, nullable=False, default=False, server_default=false()),
    Column("created_by", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

fired_alert = Table(
    "fired_alert",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("rule_id", Integer, ForeignKey("alert_rule.id", ondelete="CASCADE"), nullable=False),
    Column("rule", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("severity", String, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("titles", JSON, nullable=False),
    Column("metric", String, nullable=False),
    Column("value", Float),
    Column("expected", Float),
    Column("n", Integer, nullable=False),
    Column("interval", JSON),
    Column("begins", UtcDateTime, nullable=False),
    Column("ends", UtcDateTime, nullable=False),
    Column("href", Text, nullable=False),
    Column("test", Boolean, nullable=False),
    Index("fired_alert_rule", "rule_id", "subject", "at"),
)
