"""Which interactions or customers changed or went, in a stable order: what a copy elsewhere follows to stay the same.

Read from the changes that the database itself writes down (:mod:`voc.store.fact_changes`,
:mod:`voc.store.customer_marks`), so nothing is left out, whoever wrote it. On PostgreSQL a transaction that is still open holds back all that began after it: it may yet commit a
change that belongs before theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, insert, or_, select

from voc.errors import GoneError
from voc.store import customer_marks, schema
from voc.store.change_logs import pruned_to
from voc.store.database import Database
from voc.store.fact_changes import PRUNED, fact_change

LAST_SEQ = 2**62
"""After every change of a transaction."""


@dataclass(frozen=True)
class Position:
    """How far a copy has read: after the change ``seq`` (of ``transaction``, on PostgreSQL).

    ``floor`` is where changes stood when the copy began: what went before is no loss to it.
    """

    floor: int = 0
    transaction: int = 0
    seq: int = 0


@dataclass(frozen=True)
class Changes:
    """Rows that changed after a position, each once; some are gone by now. ``more``: others follow."""

    ids: list[str]
    position: Position
    more: bool


class ChangeLog:
    """The changes of one table, page by page.

    Args:
        log: where changes are written down; ``named``: its column with the id of what changed.
        source: the table whose rows they are.
        pruned: key of ``meta`` that says up to where changes are no longer known.
    """

    def __init__(self, database: Database, log: Table, named: str, source: Table, *, pruned: str) -> None:
        self.database = database
        self.log, self.named, self.source, self.pruned = log, log.c[named], source, pruned
        self.dialect, self.sequential = database.dialect, database.dialect.in_order

    def beginning(self) -> Position:
        """Where a copy begins that has nothing yet: everything there is follows from here."""
        c, i = self.log, self.source
        unmarked = select(i.c.id).where(~select(c.c.seq).where(self.named == i.c.id).exists())
        with self.database.read() as connection:
            missing = connection.execute(unmarked.limit(1)).first() is not None
            floor = self._last(connection)
        if missing:  # of a store from before changes were written down
            with self.database.begin() as connection:
                transaction = {} if self.sequential else {"transaction": self.dialect.transaction()}
                rows = unmarked.add_columns(*transaction.values())
                connection.execute(insert(c).from_select([self.named.name, *transaction], rows))
        return Position(floor=floor)

    def at(self, moment: datetime) -> Position:
        """Before every change since a moment."""
        c = self.log
        number = c.c[self.dialect.position]
        with self.database.read() as connection:
            first = connection.execute(select(func.min(number)).where(c.c.at >= moment)).scalar_one()
            last = int(first) - 1 if first is not None else self._last(connection)
        return Position(last, 0, last) if self.sequential else Position(last, last, LAST_SEQ)

    def after(self, position: Position, *, limit: int) -> Changes:
        """The next changes, oldest first.

        Raises:
            GoneError: what went since is no longer known; the copy has to begin anew.
        """
        c = self.log
        order: tuple[ColumnElement[Any], ...] = (c.c.seq,) if self.sequential else (c.c.transaction, c.c.seq)
        later = c.c.seq > position.seq
        if not self.sequential:
            later = or_(c.c.transaction > position.transaction, and_(c.c.transaction == position.transaction, later))
        statement = select(self.named.label("key"), c.c.seq, c.c.transaction).where(later)
        with self.database.read() as connection:
            reached = position.seq if self.sequential else position.transaction
            if max(position.floor, reached) < pruned_to(connection, self.pruned):
                raise GoneError(
                    "What was deleted since is no longer known; begin anew with updated_since=0.", code="sync_too_old"
                )
            if not self.sequential:
                statement = statement.where(c.c.transaction < self.dialect.oldest_open())
            rows = connection.execute(statement.order_by(*order).limit(limit + 1)).all()
        read = rows[:limit]
        if read:
            position = Position(position.floor, int(read[-1].transaction or 0), read[-1].seq)
        return Changes(list(dict.fromkeys(row.key for row in read)), position, more=len(rows) > limit)

    def _last(self, connection: Connection) -> int:
        """The change (SQLite) or transaction (PostgreSQL) after which nothing can come that belongs before it."""
        if self.sequential:
            last = int(connection.execute(select(func.coalesce(func.max(self.log.c.seq), 0))).scalar_one())
        else:
            last = int(connection.execute(select(self.dialect.oldest_open())).scalar_one()) - 1
        return max(last, pruned_to(connection, self.pruned))


class InteractionChanges(ChangeLog):
    """The changes of interactions."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, fact_change, "interaction_id", schema.interaction, pruned=PRUNED)


class CustomerMarks(ChangeLog):
    """The changes of the customer base: records, their identifiers, merges and splits."""

    def __init__(self, database: Database) -> None:
        super().__init__(
            database, customer_marks.customer_mark, "customer", schema.customer, pruned=customer_marks.PRUNED
        )

    def prune(self, *, now: datetime) -> int:
        """Forget which records went longer than a day ago; returns how many lines went."""
        with self.database.begin() as connection:
            return customer_marks.prune_marks(connection, now=now)
