"""Logs in which the database writes down, in the transaction that makes a change, of what: their shape and their end.

A log is read by position (:attr:`voc.store.dialects.Dialect.position`) by whoever keeps something in step with it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

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
from voc.store.dialects import dialect_of
from voc.store.schema import UtcDateTime, metadata

KEPT_FOR = timedelta(days=1)
"""How long it is kept which things are gone: whoever looked at nothing for longer reads the store anew."""


def log_table(name: str, column: str) -> Table:
    """The table of a log; ``column`` holds the id of what changed."""
    return Table(
        name,
        metadata,
        Column("seq", Integer, primary_key=True),  # SQLite: grows with every change, in the order of commits
        Column(column, String, nullable=False, index=True),  # may be gone by now: no reference
        Column("transaction", BigInteger),  # PostgreSQL's number of the transaction that changed it
        Column("at", UtcDateTime, server_default=func.current_timestamp()),
        Index(f"{name}_transaction", "transaction"),
        sqlite_autoincrement=True,
    )


def pruned_to(connection: Connection, key: str) -> int:
    """The last change (SQLite) or transaction (PostgreSQL) that is no longer known; 0 where all are.

    Args:
        key: under which ``meta`` keeps it.
    """
    found = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == key)).scalar_one_or_none()
    return int(found or 0)


def prune(
    connection: Connection, log: Table, column: Column[str], watched: Column[str], *, key: str, now: datetime
) -> int:
    """Forget what went longer than :data:`KEPT_FOR` ago, and what was written down twice; how many lines.

    Args:
        column: of the log, whose ids are those of ``watched``.
        key: under which ``meta`` keeps up to where changes are no longer known.
    """
    gone = ~select(watched).where(watched == column).exists()
    number = dialect_of(connection).position
    later = log.alias("later")
    # By what readers go on from: whoever has not read this one has not read the later one either, and will.
    twice = select(later.c.seq).where(later.c[column.name] == column, later.c[number] > log.c[number]).exists()
    old = log.c.at < now - KEPT_FOR
    last = connection.execute(select(func.max(log.c[number])).where(old, gone)).scalar_one()
    if last is not None:
        before, meta = max(pruned_to(connection, key), int(last)), schema.meta
        written = connection.execute(update(meta).where(meta.c.key == key).values(value=str(before)))
        if not written.rowcount:
            connection.execute(insert(meta).values(key=key, value=str(before)))
    return connection.execute(delete(log).where(old, gone | twice)).rowcount
