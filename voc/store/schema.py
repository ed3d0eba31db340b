"""The schema: one set of tables for SQLite and PostgreSQL, readable by a data engineer with nothing but SQL.

A new column or index of a table that was released needs a step in :mod:`voc.store.migrations` beside its line here; a
new table does not.

Moments are UTC. ``interaction.record`` is the interaction as it came in, ``analysis.document`` the whole analysis as
in contract.md; the other columns are what lists, filters and figures need without opening those documents.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.engine import Dialect


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: timezone-aware in Python, naive UTC in SQLite, ``timestamptz`` in PostgreSQL."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        # A database that keeps no zone (SQLite) writes down what the clock of UTC shows.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


metadata = MetaData()

meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

NUMBER_MASKS = "number_masks"
"""Key of the one row in ``meta`` that says how far texts have been compared with the base."""

upload = Table(
    "upload",
    metadata,
    Column("id", String, primary_key=True),
    Column("filename", Text, nullable=False),
    Column("sha256", String, nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("blob", String),  # key in the blob store; NULL when the bytes could not be kept
    Column("options", JSON, nullable=False),  # channel, mapping, roles as they were asked for
    Column("idempotency_key", String, unique=True),
    Column("received_at", UtcDateTime, nullable=False),
    Column("status", String, nullable=False),  # received → queued | failed; done is told on reading
    Column("accepted", Integer, nullable=False, default=0),
    Column("duplicate", Integer, nullable=False, default=0),
    Column("rejected", Integer, nullable=False, default=0),
    Column("error", Text),
    Column("error_code", String),  # with its parameters: the error can be said in the reader's language
    Column("error_parameters", JSON),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),  # readings begun since it was asked for
)

upload_item = Table(
    "upload_item",
    metadata,
    Column("upload_id", String, ForeignKey("upload.id", ondelete="CASCADE"), primary_key=True),
    Column("interaction_id", String, primary_key=True),
    Column("duplicate", Boolean, nullable=False, default=False),
    Index("upload_item_interaction", "interaction_id"),
)

rejection = Table(
    "rejection",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("upload_id", String, ForeignKey("upload.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("code", String),
    Column("parameters", JSON),
    Column("remark", Boolean, nullable=False, default=False, server_default=false()),  # said, but nothing was refused
)

customer = Table(
    "customer",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text),
    Column("folded_name", Text),  # lower case, no accents: what a search compares with
    Column("first_name", Text),
    Column("last_name", Text),
    Column("language", String),
    Column("city", Text),
    Column("postcode", String),
    Column("segment", Text, index=True),
    Column("since", UtcDateTime),
    Column("attributes", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    # The record of the same person that speaks for both: always the oldest, never one that is merged itself.
    Column("merged_into", String, ForeignKey("customer.id", ondelete="SET NULL"), index=True),
    Column("value", Float, index=True),  # what the customer is worth, as the base says it; NULL when it does not
    Index("customer_name", "last_name", "first_name"),
)

identifier = Table(
    "identifier",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("customer_id", String, ForeignKey("customer.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("type", String, nullable=False),
    Column("value", String, nullable=False),
    Column("network", String, nullable=False, default=""),
    Column("verified", Boolean, nullable=False, default=True),
    # what a number in a text is compared with, whatever separators it was written with; NULL for names and addresses
    Column("plain", String),
    UniqueConstraint("type", "value", "network", "customer_id", name="identifier_once"),
    Index("identifier_plain", "plain"),
)

interaction = Table(
    "interaction",
    metadata,
    Column("id", String, primary_key=True),
    Column("channel", String, nullable=False),
    Column("source", Text, nullable=False),
    Column("external_id", Text),
    Column("thread_id", Text),
    Column("content_hash", String, nullable=False),
    Column("occurred_at", UtcDateTime),  # NULL when the source did not say
    Column("received_at", UtcDateTime, nullable=False),
    Column("at", UtcDateTime, nullable=False),  # occurred_at, else received_at: what lists and figures order by
    Column("week", String, nullable=False),  # ISO week of `at`, 2026-W46
    Column("status", String, nullable=False),  # queued → done | failed
    Column("error", Text),
    Column("work_id", String, index=True),  # the durable workflow that owes the analysis
    Column("blob", String),
    Column("duration_ms", Integer),
    Column("nps", Integer),
    Column("csat", Float),
    Column("rating", Float),
    # what the analysis found, denormalised for filters and figures
    Column("language", String),
    Column("sentiment_label", String),
    Column("sentiment_score", Float),
    Column("snippet", Text),  # redacted opening words for lists
    Column("analysed_at", UtcDateTime),
    # whom it belongs to
    Column("customer_id", String, ForeignKey("customer.id", ondelete="SET NULL"), index=True),
    # last, so that counting rows never walks past a whole interaction to reach a column
    Column("record", JSON, nullable=False),
    Index("interaction_at", "at", "id"),
    Index("interaction_week", "week", "channel"),
    # Figures read this index alone, never the rows: a row holds the whole interaction.
    Index(
        "interaction_figures",
        *("at", "week", "channel", "sentiment_label", "sentiment_score", "customer_id", "language", "id"),
    ),
    Index("interaction_status", "status"),
    Index("interaction_thread", "thread_id"),
    Index("interaction_blob", "blob"),
)

transcript = Table(
    "transcript",
    metadata,
    Column("interaction_id", String, ForeignKey("interaction.id", ondelete="CASCADE"), primary_key=True),
    Column("document", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

analysis = Table(
    "analysis",
    metadata,
    Column("interaction_id", String, ForeignKey("interaction.id", ondelete="CASCADE"), primary_key=True),
    Column("version", String, nullable=False),
    Column("document", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

signal = Table(
    "signal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("interaction_id", String, ForeignKey("interaction.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String, nullable=False),  # topic | aspect | emotion | intent | expectation
    Column("label", String, nullable=False),  # billing.double_charge
    Column("parent", String, nullable=False),  # billing
    Column("score", Float),
    Column("sentiment", Float),
    Column("begin", Integer),
    Column("end", Integer),
    Column("begin_ms", Integer),
    Column("end_ms", Integer),
    Column("analyser", String),
    # Both columns, else "has it any topic" walks every topic there is for each interaction.
    Index("signal_interaction", "interaction_id", "kind", "label", "parent"),
    Index("signal_label", "kind", "label", "interaction_id"),
    Index("signal_parent", "kind", "parent", "interaction_id"),
)

link = Table(
    "link",
    metadata,
    Column("interaction_id", String, ForeignKey("interaction.id", ondelete="CASCADE"), primary_key=True),
    # whom it belongs to: `record_id`, or the record that one is merged into; the same as interaction.customer_id
    Column("customer_id", String, ForeignKey("customer.id", ondelete="SET NULL"), index=True),
    Column("method", String, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("probability", Float),  # of the customer it was linked to, where weights of evidence decided
    Column("candidates", JSON),  # whom it may belong to, best first, with the bits of each field
    # the very record it was linked to: where the interaction goes back to when a merge is taken back
    Column("record_id", String, ForeignKey("customer.id", ondelete="SET NULL"), index=True),
    # the best candidate nobody has rejected, and how open the question is: entropy in bits, 0 sure to 1 even odds
    Column("leading_id", String, ForeignKey("customer.id", ondelete="SET NULL"), index=True),
    Column("uncertainty", Float),
    Index("link_method", "method", "interaction_id"),
)

embedding = Table(
    "embedding",
    metadata,
    Column("seq", Integer, primary_key=True),  # grows: readers fetch only what is new to them
    Column("interaction_id", String, ForeignKey("interaction.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("vector", LargeBinary, nullable=False),  # float16 [384], L2-normalised
    Column("space", Integer, nullable=False, server_default="0"),  # revision of the search space it lies in
    Index("embedding_space", "space", "interaction_id"),
    sqlite_autoincrement=True,
)

digest = Table(
    "digest",
    metadata,
    Column("week", String, primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("document", JSON, nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String, nullable=False),  # reader | analyst | admin
    Column("hash", String, nullable=False, unique=True),  # SHA-256 of the key; the key itself is shown once
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", String, nullable=False),
    Column("target", Text),
    Column("detail", JSON),
    Index("audit_target", "target", "action", "at"),
)

worker = Table(
    "worker",
    metadata,
    Column("id", String, primary_key=True),
    Column("host", String, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("heartbeat_at", UtcDateTime, nullable=False),
)
