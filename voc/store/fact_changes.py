"""Which interactions changed: what the facts, and the index of the search, have to read again.

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
    "placed": f"AFTER INSERT ON embedding BEGIN {_MARK.format(row='NEW', id='interaction_id')} END",
    "displaced": f"AFTER DELETE ON embedding BEGIN {_MARK.format(row='OLD', id='interaction_id')} END",
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
    "placed": ("AFTER INSERT ON embedding FOR EACH ROW", "signal_new"),
    "displaced": ("AFTER DELETE ON embedding FOR EACH ROW", "signal_old"),
    "moved": (f"AFTER UPDATE OF {', '.join(DIMENSIONS)} ON customer FOR EACH ROW WHEN ({_CHANGED})", "customer"),
}


def pruned_to(connection: Connection, key: str = PRUNED) -> int:
    """The last change (SQLite) or transaction (PostgreSQL) that is no longer known; 0 where all are.

    Args:
        key: under which ``meta`` keeps it; that of interactions by default.
    """
    found = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == key)).scalar_one_or_none()
    return int(found or 0)


def prune(connection: Connection, *, now: datetime) -> int:
    """Forget which interactions went longer than :data:`KEPT_FOR` ago, and what was written down twice; how many."""
    c, i = fact_change, schema.interaction
    gone = ~select(i.c.id).where(i.c.id == c.c.interaction_id).exists()
    number = "seq" if connection.dialect.name == "sqlite" else "transaction"
    later = c.alias("later")
    # By what readers go on from: whoever has not read this one has not read the later one either, and will.
    twice = (
        select(later.c.seq).where(later.c.interaction_id == c.c.interaction_id, later.c[number] > c.c[number]).exists()
    )
    old = c.c.at < now - KEPT_FOR
    last = connection.execute(select(func.max(c.c[number])).where(old, gone)).scalar_one()
    if last is not None:
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
    tables = [one.name for one in (schema.interaction, schema.signal, schema.embedding, schema.customer)]
    named = text(
        "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relname = ANY(:tables)"
    )
    there = set(connection.execute(named, {"tables": tables}).scalars())
    for name, (when, ids) in _POSTGRESQL.items():
        if f"fact_{name}" not in there:  # creating one waits for every open writer: not at each start
            connection.execute(text(_POSTGRESQL_MARK.format(name=ids, ids=_POSTGRESQL_IDS[ids])))
            connection.execute(text(f"CREATE TRIGGER fact_{name} {when} EXECUTE FUNCTION mark_fact_{ids}()"))


class Position:
    """How far the changes of the store were read, by whoever keeps something in step with it."""

    def __init__(self, seq: int = 0, horizon: int = 0, seen: frozenset[tuple[str, int]] = frozenset()) -> None:
        self.seq, self.horizon, self.seen = seq, horizon, seen

    @classmethod
    def now(cls, connection: Connection) -> Position:
        """After every change that ``connection`` sees."""
        if connection.dialect.name == "sqlite":
            return cls(seq=_last(connection))
        return cls(horizon=_oldest(connection))._after(connection)[0]

    def next(self, connection: Connection) -> tuple[Position | None, list[str]]:
        """The position after what ``connection`` sees, and the interactions that changed since this one.

        ``None`` where changes since are no longer known.
        """
        if connection.dialect.name != "sqlite":
            if self.horizon <= pruned_to(connection):  # what is before the horizon was read, the horizon itself was not
                return None, []
            return self._after(connection)
        last = _last(connection)
        if last == self.seq:
            return self, []
        if last < self.seq or self.seq < pruned_to(connection):
            return None, []
        c = fact_change
        ids = connection.execute(select(c.c.interaction_id).where(c.c.seq > self.seq)).scalars()
        return Position(seq=last), list(dict.fromkeys(ids))

    def _after(self, connection: Connection) -> tuple[Position, list[str]]:
        # A transaction that began earlier may commit later: from the oldest one still open on, changes are looked at
        # again, and those that were read already are known by their transaction.
        c = fact_change
        oldest = _oldest(connection)
        statement = select(c.c.interaction_id, c.c.transaction).where(c.c.transaction >= self.horizon)
        found = {(row.interaction_id, row.transaction) for row in connection.execute(statement)}
        changed = list(dict.fromkeys(ident for ident, transaction in sorted(found - self.seen, key=lambda one: one[1])))
        return Position(horizon=oldest, seen=frozenset(one for one in found if one[1] >= oldest)), changed


def store_identity(connection: Connection) -> str:
    """What tells this store from any other."""
    found: str = connection.execute(select(schema.meta.c.value).where(schema.meta.c.key == STORE_IDENTITY)).scalar_one()
    return found


def _last(connection: Connection) -> int:
    return int(connection.execute(select(func.coalesce(func.max(fact_change.c.seq), 0))).scalar_one())


def _oldest(connection: Connection) -> int:
    """The oldest transaction still open, as ``connection`` sees it."""
    return int(connection.execute(select(func.txid_snapshot_xmin(func.txid_current_snapshot()))).scalar_one())
