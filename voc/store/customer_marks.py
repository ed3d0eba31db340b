"""Which records of the customer base changed: what a copy of the base elsewhere has to read again.

Written down by the database itself in the transaction that makes the change, as :mod:`voc.store.fact_changes` does it
for interactions.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from voc.store import schema
from voc.store.fact_changes import KEPT_FOR, pruned_to
from voc.store.schema import UtcDateTime, metadata

customer_mark = Table(
    "customer_mark",
    metadata,
    Column("seq", Integer, primary_key=True),  # SQLite: grows with every change, in the order of commits
    Column("customer", String, nullable=False, index=True),  # may be gone by now: no reference
    Column("transaction", BigInteger),  # PostgreSQL's number of the transaction that changed it
    Column("at", UtcDateTime, server_default=func.current_timestamp()),
    Index("customer_mark_transaction", "transaction"),
    sqlite_autoincrement=True,
)

PRUNED = "customer_marks_pruned"
"""Key of ``meta``: up to where changes are no longer known."""

_WATCHED = {
    "added": ("INSERT ON customer", "NEW", "id"),
    "changed": ("UPDATE ON customer", "NEW", "id"),
    "gone": ("DELETE ON customer", "OLD", "id"),
    "identified": ("INSERT ON identifier", "NEW", "customer_id"),
    "unidentified": ("DELETE ON identifier", "OLD", "customer_id"),
}
"""Name of the trigger → when it acts, and where the record's id stands."""


def watch_customers(connection: Connection) -> None:
    """Create the triggers that write down which record changed, where the database lacks them."""
    if connection.dialect.name == "sqlite":
        for name, (when, row, column) in _WATCHED.items():
            connection.execute(
                text(
                    f"CREATE TRIGGER IF NOT EXISTS customer_{name} AFTER {when} BEGIN "
                    f"DELETE FROM customer_mark WHERE customer = {row}.{column}; "
                    f"INSERT INTO customer_mark (customer) VALUES ({row}.{column}); END"
                )
            )
        return
    there = set(connection.execute(text("SELECT tgname FROM pg_trigger")).scalars())
    for name, (when, row, column) in _WATCHED.items():
        if f"customer_{name}" in there:  # creating one waits for every open writer: not at each start
            continue
        connection.execute(
            text(
                f"CREATE OR REPLACE FUNCTION mark_customer_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"INSERT INTO customer_mark (customer, transaction) SELECT {row}.{column}, txid_current() "
                "WHERE NOT EXISTS (SELECT 1 FROM customer_mark m "
                f"WHERE m.customer = {row}.{column} AND m.transaction = txid_current()); RETURN NULL; END $$"
            )
        )
        connection.execute(
            text(f"CREATE TRIGGER customer_{name} AFTER {when} FOR EACH ROW EXECUTE FUNCTION mark_customer_{name}()")
        )


def prune_marks(connection: Connection, *, now: datetime) -> int:
    """Forget which records went longer than a day ago, and what was written down twice; how many."""
    m, c = customer_mark, schema.customer
    gone = ~select(c.c.id).where(c.c.id == m.c.customer).exists()
    number = "seq" if connection.dialect.name == "sqlite" else "transaction"
    later = m.alias("later")
    twice = select(later.c.seq).where(later.c.customer == m.c.customer, later.c[number] > m.c[number]).exists()
    old = m.c.at < now - KEPT_FOR
    last = connection.execute(select(func.max(m.c[number])).where(old, gone)).scalar_one()
    if last is not None:
        before = max(pruned_to(connection, PRUNED), int(last))
        meta = schema.meta
        written = connection.execute(update(meta).where(meta.c.key == PRUNED).values(value=str(before)))
        if not written.rowcount:
            connection.execute(insert(meta).values(key=PRUNED, value=str(before)))
    return connection.execute(delete(m).where(old, gone | twice)).rowcount
