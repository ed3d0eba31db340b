"""Tables of what was decided about findings: each decision stays on record, taken back or not."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Date, ForeignKey, Integer, String, Table, Text

from voc.store.schema import UtcDateTime, metadata

finding = Table(
    "finding",
    metadata,
    Column("key", String, primary_key=True),  # topic:billing.double_charge:rise, the same in every week
    Column("first_week", String, nullable=False),
    Column("topic", String),
    Column("labels", JSON, nullable=False),  # title by language
    Column("opened_at", UtcDateTime, nullable=False),
)

finding_decision = Table(
    "finding_decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("finding", String, ForeignKey("finding.key", ondelete="CASCADE"), nullable=False, index=True),
    Column("week", String, nullable=False),
    Column("action", String, nullable=False),  # acknowledge | assign | comment | dismiss | merge | close | reopen
    Column("actor", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("owner", Text),
    Column("due", Date),
    Column("text", Text),  # comment or reason, masked before it came here
    Column("merged_into", String, ForeignKey("finding.key")),
    Column("undone_by", Text),
    Column("undone_at", UtcDateTime),  # NULL while it stands
)
