"""Tables of linking: what customers are compared by, how to find the ones worth comparing, and what has changed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from voc.store.schema import UtcDateTime, metadata

BIG = BigInteger().with_variant(Integer, "sqlite")
"""SQLite's integers have 64 bits anyway, and only ``INTEGER`` can be its row id."""

profile = Table(
    "profile",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("customer_id", String, ForeignKey("customer.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("first_name", Text),
    Column("last_name", Text),
    Column("email", Text),  # match keys, separated by a space
    Column("phone", Text),  # E.164, separated by a space
    Column("postcode", Text),
    Column("city", Text),
    Column("birth_date", Text),
    Column("reference", Text),  # contract, order and loyalty numbers, separated by a space
    Column("prepared_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,  # a number is never given twice
)

blocking_key = Table(
    "blocking_key",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),  # see voc.linking.blocking
    Column("profile_id", BIG, ForeignKey("profile.id", ondelete="CASCADE"), primary_key=True),
    Index("blocking_key_profile", "profile_id"),
    sqlite_with_rowid=False,  # the table is its index: one look for a whole block
)

value_frequency = Table(
    "value_frequency",
    metadata,
    Column("field", String, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("share", Float, nullable=False),  # of the customers that have the field
)

customer_change = Table(
    "customer_change",
    metadata,
    Column("id", BIG, primary_key=True, autoincrement=True),
    Column("customer_id", String, ForeignKey("customer.id", ondelete="CASCADE"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("field", Text, nullable=False),  # a column of customer, attributes.NAME, or the type of an identifier
    Column("before", Text),  # NULL: was not there
    Column("after", Text),  # NULL: is no longer there
    Index("customer_change_customer", "customer_id", "id"),
)
