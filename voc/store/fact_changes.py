"""Which interactions changed: what the facts, and the index of the search, have to read again.

The database itself writes down every change of what figures count, by triggers, in the transaction that makes it:
whatever adds, analyses, corrects, relinks, imports or erases, now or later, cannot forget to.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from voc.store import change_logs, schema
from voc.store.change_logs import log_table, pruned_to
from voc.store.dialects import Trigger, Watch, dialect_of

fact_change = log_table("fact_change", "interaction_id")

STORE_IDENTITY, PRUNED = "store_identity", "fact_changes_pruned"
"""Keys of ``meta``: what tells this store from any other, and up to where changes are no longer known."""

COUNTED = (
    *("channel", "status", "at", "week", "analysed_at", "sentiment_label", "sentiment_score", "snippet"),
    *("nps", "csat", "rating", "language", "customer_id", "record"),
)
"""Columns of an interaction that its facts are made of."""

DIMENSIONS = ("segment", "city")
"""Columns of a customer that the facts of their interactions are made of."""

FACTS = Watch(
    "fact",
    log=fact_change.name,
    column="interaction_id",
    triggers={
        "added": Trigger("INSERT", "interaction", "NEW"),
        "changed": Trigger(f"UPDATE OF {', '.join(COUNTED)}", "interaction", "NEW"),
        "gone": Trigger("DELETE", "interaction", "OLD"),
        "signalled": Trigger("INSERT", "signal", "NEW", "interaction_id"),
        "resignalled": Trigger("UPDATE", "signal", "NEW", "interaction_id"),
        "unsignalled": Trigger("DELETE", "signal", "OLD", "interaction_id"),
        "placed": Trigger("INSERT", "embedding", "NEW", "interaction_id"),
        "displaced": Trigger("DELETE", "embedding", "OLD", "interaction_id"),
        "moved": Trigger(
            f"UPDATE OF {', '.join(DIMENSIONS)}",
            "customer",
            "NEW",
            when=" OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in DIMENSIONS),
            every="SELECT id FROM interaction WHERE customer_id = NEW.id",
        ),
    },
)
"""What writes down which interaction changed."""


def prune(connection: Connection, *, now: datetime) -> int:
    """Forget which interactions went longer than a day ago, and what was written down twice; how many."""
    watched = schema.interaction.c.id
    return change_logs.prune(connection, fact_change, fact_change.c.interaction_id, watched, key=PRUNED, now=now)


def identify(connection: Connection) -> None:
    """Give a store that has none what tells it from any other."""
    known = select(schema.meta.c.value).where(schema.meta.c.key == STORE_IDENTITY)
    if connection.execute(known).first() is None:
        connection.execute(insert(schema.meta).values(key=STORE_IDENTITY, value=secrets.token_hex(16)))


class Position:
    """How far the changes of the store were read, by whoever keeps something in step with it."""

    def __init__(self, seq: int = 0, horizon: int = 0, seen: frozenset[tuple[str, int]] = frozenset()) -> None:
        self.seq, self.horizon, self.seen = seq, horizon, seen

    @classmethod
    def now(cls, connection: Connection) -> Position:
        """After every change that ``connection`` sees."""
        if dialect_of(connection).in_order:
            return cls(seq=_last(connection))
        return cls(horizon=_oldest(connection))._after(connection)[0]

    def next(self, connection: Connection) -> tuple[Position | None, list[str]]:
        """The position after what ``connection`` sees, and the interactions that changed since this one.

        ``None`` where changes since are no longer known.
        """
        if not dialect_of(connection).in_order:
            if self.horizon <= pruned_to(
                connection, PRUNED
            ):  # what is before the horizon was read, the horizon itself was not
                return None, []
            return self._after(connection)
        last = _last(connection)
        if last == self.seq:
            return self, []
        if last < self.seq or self.seq < pruned_to(connection, PRUNED):
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
    return int(connection.execute(select(dialect_of(connection).oldest_open())).scalar_one())
