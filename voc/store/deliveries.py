"""Sendings: written down once, claimed by one process, and never sent again when it is not known whether they left.

A sending goes ``due`` → ``claimed`` (one process puts its words together) → ``sending`` (bytes leave from here on) →
``sent``. A process that dies before bytes left gives it back; one that dies after leaves it ``unsure``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update

from voc.records.subscriptions import Delivery, DeliveryKind, DeliveryState
from voc.store.database import Database
from voc.store.delivery_tables import delivery


class Deliveries:
    """What is to be sent, and what was."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def write_down(self, key: str, kind: DeliveryKind, about: dict[str, str | int], *, now: datetime) -> bool:
        """Owe a sending, once for ever under its key; False where it was written down before."""
        values = {
            "key": key, "kind": kind, "about": about, "state": "due", "attempts": 0, "due_at": now, "created_at": now,
        }  # fmt: skip
        with self.database.read() as connection:
            if connection.execute(select(delivery.c.id).where(delivery.c.key == key)).first() is not None:
                return False  # no write lock for nothing
        with self.database.begin() as connection:
            statement = self.database.upsert(delivery).values(**values).on_conflict_do_nothing(index_elements=["key"])
            # Drivers count the rows of an INSERT each in their own way; what it returns they agree on.
            return connection.execute(statement.returning(delivery.c.id)).scalar_one_or_none() is not None

    def claim(self, *, by: str, now: datetime, key: str | None = None) -> Delivery | None:
        """One sending that is due, for this process alone; ``None`` where none is.

        Args:
            key: only that one.
        """
        d = delivery
        with self.database.read() as connection:
            due = select(d.c.id).where(d.c.state == "due", d.c.due_at <= now)
            if key is not None:
                due = due.where(d.c.key == key)
            numbers = list(connection.execute(due.order_by(d.c.due_at, d.c.id).limit(20)).scalars())
        for number in numbers:
            with self.database.begin() as connection:
                claimed = connection.execute(
                    update(d)
                    .where(d.c.id == number, d.c.state == "due")
                    .values(state="claimed", claimed_by=by, claimed_at=now, attempts=d.c.attempts + 1)
                )
                if claimed.rowcount:
                    return _record(connection.execute(select(d).where(d.c.id == number)).one())
        return None

    def begin(self, number: int, *, by: str) -> bool:
        """Bytes leave from now on; False where it is not (any more) this process's to send."""
        d = delivery
        with self.database.begin() as connection:
            statement = update(d).where(d.c.id == number, d.c.state == "claimed", d.c.claimed_by == by)
            return connection.execute(statement.values(state="sending")).rowcount > 0

    def end(self, number: int, state: DeliveryState, *, now: datetime, error: str | None = None) -> None:
        """It was sent, there was nothing to send, or it failed for good."""
        values: dict[str, Any] = {"state": state, "error": error, "sent_at": now if state == "sent" else None}
        with self.database.begin() as connection:
            connection.execute(update(delivery).where(delivery.c.id == number).values(**values))

    def later(self, number: int, *, at: datetime, error: str) -> None:
        """It failed for now; it is due again at ``at``."""
        with self.database.begin() as connection:
            connection.execute(
                update(delivery)
                .where(delivery.c.id == number)
                .values(state="due", due_at=at, error=error, claimed_by=None, claimed_at=None)
            )

    def recover(self, is_alive: Callable[[str, datetime], bool], *, now: datetime) -> int:
        """What dead processes left: due again where no byte had left, ``unsure`` where some may have.

        Args:
            is_alive: whether the process of that name, which claimed something at that moment, still runs.
        """
        d = delivery
        with self.database.read() as connection:
            rows = connection.execute(
                select(d.c.id, d.c.claimed_by, d.c.claimed_at).where(d.c.state.in_(("claimed", "sending")))
            ).all()
        left = [row.id for row in rows if not is_alive(row.claimed_by or "", row.claimed_at)]
        for number in left:
            with self.database.begin() as connection:
                mine = d.c.id == number
                connection.execute(
                    update(d).where(mine, d.c.state == "claimed").values(state="due", due_at=now, claimed_by=None)
                )
                connection.execute(update(d).where(mine, d.c.state == "sending").values(state="unsure"))
        return len(left)

    def again(self, number: int, *, now: datetime) -> Delivery | None:
        """Somebody asks for one that failed, or of which it is not known, to be sent again; ``None`` for any other."""
        d = delivery
        with self.database.begin() as connection:
            asked = connection.execute(
                update(d)
                .where(d.c.id == number, d.c.state.in_(("failed", "unsure")))
                .values(state="due", due_at=now, attempts=0, error=None, claimed_by=None)
            )
            if not asked.rowcount:
                return None
            return _record(connection.execute(select(d).where(d.c.id == number)).one())

    def by_key(self, key: str) -> Delivery | None:
        """The sending of that key, or ``None``."""
        with self.database.read() as connection:
            row = connection.execute(select(delivery).where(delivery.c.key == key)).one_or_none()
        return _record(row) if row is not None else None

    def latest(self, prefix: str = "", *, limit: int = 100) -> list[Delivery]:
        """The latest sendings whose key begins with ``prefix``, newest first."""
        d = delivery
        statement = select(d).order_by(d.c.id.desc()).limit(limit)
        if prefix:
            statement = statement.where(d.c.key.startswith(prefix, autoescape=True))
        with self.database.read() as connection:
            return [_record(row) for row in connection.execute(statement)]

    def states(self) -> dict[str, int]:
        """State → how many sendings are in it."""
        d = delivery
        with self.database.read() as connection:
            rows = connection.execute(select(d.c.state, func.count().label("n")).group_by(d.c.state))
            return {row.state: row.n for row in rows}


def _record(row: Row[Any]) -> Delivery:
    return Delivery.model_validate(dict(row._mapping))
