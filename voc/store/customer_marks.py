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
    update,
)

from voc.store import schema
from voc.store.dialects import Trigger, Watch, dialect_of
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

CUSTOMERS = Watch(
    "customer",
    log=customer_mark.name,
    column="customer",
    triggers={
        "added": Trigger("INSERT", "customer", "NEW"),
        "changed": Trigger("UPDATE", "customer", "NEW"),
        "gone": Trigger("DELETE", "customer", "OLD"),
        "identified": Trigger("INSERT", "identifier", "NEW", "customer_id"),
        "unidentified": Trigger("DELETE", "identifier", "OLD", "customer_id"),
    },
)
"""What writes down which record changed."""


def prune_marks(connection: Connection, *, now: datetime) -> int:
    """Forget which records went longer than a day ago, and what was written down twice; how many."""
    m, c = customer_mark, schema.customer
    gone = ~select(c.c.id).where(c.c.id == m.c.customer).exists()
    number = dialect_of(connection).position
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
