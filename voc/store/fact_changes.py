"""Which interactions changed: what the facts have to read again.

The database itself writes down every change of what figures count, by triggers, in the transaction that makes it:
whatever adds, analyses, corrects, relinks, imports or erases, now or later, cannot forget to.
"""

from __future__ import annotations

import secrets
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
    text,
    update,
)

from voc.store import schema
from voc.store.schema import UtcDateTime, metadata

fact_change = Table(
    "fact_change",
    metadata,
    Column("seq", Integer, primary_key=True),  # SQLite: grows with every change, in the order of commits
    Column("interaction_id", String, nullable=False, index=True),  # may be gone by now
    Column("transaction", BigInteger),  # PostgreSQL's number of the transaction that changed it
    Column("at", UtcDateTime, server_default=func.current_timestamp()),
    Index("fact_change_transaction", "transaction"),
    sqlite_autoincrement=True,
)

KEPT_FOR = timedelta(days=1)
"""How long it is kept which interactions are gone: a process that counted nothing for longer reads the store anew."""
STORE_IDENTITY, PRUNED = "store_identity", "fact_changes_pruned"
"""Keys of ``meta``: what tells this store from any other, and up to where changes are no longer known."""

COUNTED = (
    *("channel", "status", "at", "week", "analysed_at", "sentiment_label", "sentiment_score", "snippet"),
    *("nps", "csat", "rating", "language", "customer_id", "record"),
)
"""Columns of an interaction that its facts are made of."""

DIMENSIONS = ("segment", "city")
"""Columns of a customer that the facts of their interactions are made of."""

_MARK = (
    "DELETE FROM fact_change WHERE interaction_id = {row}.{id}; "
    "INSERT INTO fact_change (interaction_id) VALUES ({row}.{id});"
)
_THEIRS = (
    "DELETE FROM fact_change WHERE interaction_id IN (SELECT id FROM interaction WHERE customer_id = NEW.id); "
    "INSERT INTO fact_change (interaction_id) SELECT id FROM interaction WHERE customer_id = NEW.id;"
)
_MOVED = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in DIMENSIONS)
_SQLITE = {
    "added": f"AFTER INSERT ON interaction BEGIN {_MARK.format(row='NEW', id='id')} END",
    "changed": f"AFTER UPDATE OF {', '.join(COUNTED)} ON interaction BEGIN {_MARK.format(row='NEW', id='id')} END",
    "gone": f"AFTER DELETE ON interaction BEGIN {_MARK.format(row='OLD', id='id')} END",
    "signalled": f"AFTER INSERT ON signal BEGIN {_MARK.format(row='NEW', id='interaction_id')} END",
    "resignalled": f"AFTER UPDATE ON signal BEGIN {_MARK.format(row='NEW', id='interaction_id')} END",
    "unsignalled": f"AFTER DELETE ON signal BEGIN {_MARK.format(row='OLD', id='interaction_id')} END",
    "moved": f"AFTER UPDATE OF {', '.join(DIMENSIONS)} ON customer WHEN {_MOVED} BEGIN {_THEIRS} END",
}

# Only added to: a row that two writers update would make one wait for the other. Rows of one interaction and
# transaction are written once.
_POSTGRESQL_MARK = """
CREATE OR REPLACE FUNCTION mark_fact_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO fact_change (interaction_id, transaction) SELECT found.id, txid_current()
  FROM ({ids}) AS found
  WHERE NOT EXISTS (
    SELECT 1 FROM fact_change c WHERE c.interaction_id = found.id AND c.transaction = txid_current()
  );
  RETURN NULL;
END $$
"""
_POSTGRESQL_IDS = {
    "of_new": "SELECT NEW.id AS id",
    "of_old": "SELECT OLD.id AS id",
    "signal_new": "SELECT NEW.interaction_id AS id",
    "signal_old": "SELECT OLD.interaction_id AS id",
    "customer": "SELECT i.id FROM interaction i WHERE i.customer_id = NEW.id",
}
_CHANGED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in DIMENSIONS)
_POSTGRESQL = {
    "added": ("AFTER INSERT ON interaction FOR EACH ROW", "of_new"),
    "changed": (f"AFTER UPDATE OF {', '.join(COUNTED)} ON interaction FOR EACH ROW", "of_new"),
    "gone": ("AFTER DELETE ON interaction FOR EACH ROW", "of_old"),
    "signalled": ("AFTER INSERT ON signal FOR EACH ROW", "signal_new"),
    "resignalled": ("AFTER UPDATE ON signal FOR EACH ROW", "signal_new"),
    "unsignalled": ("AFTER DELETE ON signal FOR EACH ROW", "signal_old"),
    "moved": (f"AFTER UPDATE OF {', '.join(DIMENSIONS)} ON customer FOR EACH ROW WHEN ({_CHANGED})", "customer"),
}


def pruned_to(connection: Connection) -> int:
    """The last change (SQLite) or transaction (PostgreSQL) that is no longer known; 0 where all are."""
    found = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == PRUNED)).scalar_one_or_none()
    return int(found or 0)


def prune(connection: Connection, *, now: datetime) -> int:
    """Forget which interactions went longer than :data:`KEPT_FOR` ago, and what was written down twice; how many."""
    c, i = fact_change, schema.interaction
    gone = ~select(i.c.id).where(i.c.id == c.c.interaction_id).exists()
    later = c.alias("later")
    twice = select(later.c.seq).where(later.c.interaction_id == c.c.interaction_id, later.c.seq > c.c.seq).exists()
    number = c.c.seq if connection.dialect.name == "sqlite" else c.c.transaction
    old = c.c.at < now - KEPT_FOR
    last = connection.execute(select(func.max(number)).where(old, gone | twice)).scalar_one()
    if last is None:
        return 0
    before = max(pruned_to(connection), int(last))
    written = connection.execute(update(schema.meta).where(schema.meta.c.key == PRUNED).values(value=str(before)))
    if not written.rowcount:
        connection.execute(insert(schema.meta).values(key=PRUNED, value=str(before)))
    return connection.execute(delete(c).where(old, gone | twice)).rowcount


def watch_facts(connection: Connection) -> None:
    """Create the triggers that write down which interaction changed, where the database lacks them."""
    known = select(schema.meta.c.value).where(schema.meta.c.key == STORE_IDENTITY)
    if connection.execute(known).first() is None:
        connection.execute(insert(schema.meta).values(key=STORE_IDENTITY, value=secrets.token_hex(16)))
    if connection.dialect.name == "sqlite":
        for name, what in _SQLITE.items():
            connection.execute(text(f"CREATE TRIGGER IF NOT EXISTS fact_{name} {what}"))
        return
    tables = [schema.interaction.name, schema.signal.name, schema.customer.name]
    named = text(
        "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relname = ANY(:tables)"
    )
    there = set(connection.execute(named, {"tables": tables}).scalars())
    for name, (when, ids) in _POSTGRESQL.items():
        if f"fact_{name}" not in there:  # creating one waits for every open writer: not at each start
            connection.execute(text(_POSTGRESQL_MARK.format(name=ids, ids=_POSTGRESQL_IDS[ids])))
            connection.execute(text(f"CREATE TRIGGER fact_{name} {when} EXECUTE FUNCTION mark_fact_{ids}()"))
