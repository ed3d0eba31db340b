"""Tables of events: what was sent to, bought by or happened to customers."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, String, Table, Text

from voc.store.schema import UtcDateTime, metadata

event = Table(
    "event",
    metadata,
    Column("id", String, primary_key=True),
    Column("external_id", Text),
    Column("family", String, nullable=False),  # sent | purchase | visit | service | other
    Column("type", String, nullable=False),  # as the source calls it
    Column("channel", String),
    Column("at", UtcDateTime, nullable=False),
    Column("customer_id", String, ForeignKey("customer.id", ondelete="CASCADE")),  # NULL: not in the base yet
    Column("label", Text),
    Column("amount", Float),
    Column("currency", String),
    Column("place", Text),
    Column("device", Text),
    Column("source", Text, nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Index("event_customer", "customer_id", "at"),
    # Contact pressure reads this index alone.
    Index("event_family", "family", "at", "customer_id", "channel"),
)

event_identifier = Table(
    "event_identifier",
    metadata,
    Column("event_id", String, ForeignKey("event.id", ondelete="CASCADE"), primary_key=True),
    Column("type", String, primary_key=True),
    Column("value", String, primary_key=True),
    Column("network", String, nullable=False, default=""),
    Index("event_identifier_value", "type", "value"),
)
"""What may name the customer of an event that belongs to nobody yet; rows go when the event finds its customer."""
