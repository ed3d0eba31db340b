"""Tables of who is whom: every change of a link or a merge, so that it can be explained and taken back."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from voc.store.schema import UtcDateTime, metadata

identity_event = Table(
    "identity_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),  # a key's id, `cli`, or `voc` where no person decided
    Column("action", String, nullable=False),  # confirm | link | reject | merge | split | automatic | reopen
    Column("reason", Text),
    Column("undone_at", UtcDateTime),
    Column("undone_by", Text),
    Column("undone_reason", Text),
    Column(
        "cause_id", Integer, ForeignKey("identity_event.id", ondelete="SET NULL"), index=True
    ),  # what it followed from
    sqlite_autoincrement=True,
)
"""What was decided, by whom, when and why. The first link of an interaction is no event: its own row says all that."""

identity_change = Table(
    "identity_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_id", Integer, ForeignKey("identity_event.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String, nullable=False),  # link | record | rejection | words
    Column("interaction_id", String, ForeignKey("interaction.id", ondelete="CASCADE")),
    Column("customer_id", String, ForeignKey("customer.id", ondelete="CASCADE"), index=True),
    Column("before", JSON),  # the values that changed, as they were
    Column("after", JSON),
    Index("identity_change_interaction", "interaction_id", "kind"),
    sqlite_autoincrement=True,
)
"""One thing an event changed: what undo puts back."""

identity_party = Table(
    "identity_party",
    metadata,
    Column("event_id", Integer, ForeignKey("identity_event.id", ondelete="CASCADE"), primary_key=True),
    Column("customer_id", String, ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True),
    Index("identity_party_customer", "customer_id"),
)
"""The records an event is about: what the history of a customer is found by."""

link_rejection = Table(
    "link_rejection",
    metadata,
    Column("interaction_id", String, ForeignKey("interaction.id", ondelete="CASCADE"), primary_key=True),
    Column("customer_id", String, ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True),
    Index("link_rejection_customer", "customer_id"),
)
"""Whom a person said an interaction does not belong to: no analysis links it to them again."""
