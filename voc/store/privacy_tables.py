"""Tables of people's rights: who was erased (as keyed hashes), and what each customer consented to."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, ForeignKey, String, Table, Text

from voc.store.schema import UtcDateTime, metadata

tombstone = Table(
    "tombstone",
    metadata,
    Column("hash", String, primary_key=True),  # HMAC-SHA256 of kind and value under the salt
    Column("kind", String, nullable=False),  # customer | identifier | interaction
    Column("erased_at", UtcDateTime, nullable=False),
)
"""What may not come back from a backup or a file: nothing can be read from it, only asked whether a value is in it."""

consent = Table(
    "consent",
    metadata,
    Column("customer_id", String, ForeignKey("customer.id", ondelete="CASCADE"), primary_key=True),
    Column("purpose", String, primary_key=True),  # calls | tone | marketing
    Column("granted", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("source", Text, nullable=False),  # who recorded it: cli, a key's id
)
"""Consent recorded here by a person; it outweighs what the customer base says in its columns."""

erasure = Table(
    "erasure",
    metadata,
    Column("id", String, primary_key=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Column("policy", String, nullable=False),  # interactions | personal
    Column("subjects", JSON, nullable=False),  # keyed hashes of the records it erases, as in `tombstone`
    Column("done", JSON, nullable=False),  # steps that are behind it, in order
    Column("plan", JSON, nullable=False),  # what to look for, and what was found; nothing of it once all is gone
    Column("holder", String),  # the process that works on it
    Column("held_at", UtcDateTime),
)
"""Erasures that have begun and are not over: what a process that is killed leaves to the next."""
