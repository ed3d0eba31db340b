"""Erasures under way: what each looks for and how far it has come, durable until nothing is left of the person.

While an erasure is open its row is the one place that still names the person, because mentions elsewhere can only be
found by what they look like. With the last of them the plan is emptied, in the transaction that writes the audit line.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from voc.store import schema
from voc.store.database import Database
from voc.store.privacy_tables import erasure

RECORDED = "recorded"
"""The step after which nothing is left of the person but freed pages."""


class DoneElsewhereError(Exception):
    """Another process was faster: nothing of this is left to do."""


@dataclass(frozen=True)
class OpenErasure:
    """One erasure: ``subjects`` are keyed hashes of the records it is about, ``plan`` is plain JSON."""

    id: str
    opened_at: datetime
    actor: str
    policy: str
    subjects: tuple[str, ...]
    done: tuple[str, ...] = ()
    plan: dict[str, Any] = field(default_factory=dict)
    holder: str | None = None
    held_at: datetime | None = None


class Erasures:
    """Everything about erasures under way that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def open(self, one: OpenErasure) -> OpenErasure:
        """Write down an erasure before anything of it is done."""
        made = replace(one, id="x" + secrets.token_hex(8))
        with self.database.begin() as connection:
            connection.execute(
                insert(erasure).values(
                    id=made.id, opened_at=made.opened_at, actor=made.actor, policy=made.policy,
                    subjects=list(made.subjects), done=list(made.done), plan=made.plan, holder=made.holder,
                    held_at=made.held_at,
                )
            )  # fmt: skip
        return made

    def all(self) -> list[OpenErasure]:
        """Every erasure under way, oldest first."""
        with self.database.read() as connection:
            rows = connection.execute(select(erasure).order_by(erasure.c.opened_at, erasure.c.id))
            return [_row(one) for one in rows]

    def about(self, subject: str) -> OpenErasure | None:
        """The erasure under way of this record (a keyed hash), or ``None``."""
        return next((one for one in self.all() if subject in one.subjects), None)

    def hold(self, one: OpenErasure, *, holder: str, now: datetime) -> OpenErasure:
        """Say which process works on it."""
        with self.database.begin() as connection:
            connection.execute(update(erasure).where(erasure.c.id == one.id).values(holder=holder, held_at=now))
        return replace(one, holder=holder, held_at=now)

    def release(self, one: OpenErasure, *, now: datetime) -> None:
        """Nobody works on it any more: the next worker may."""
        with self.database.begin() as connection:
            connection.execute(update(erasure).where(erasure.c.id == one.id).values(holder=None, held_at=now))

    @contextmanager
    def step(self, one: OpenErasure, name: str | None, *, now: datetime) -> Iterator[tuple[Connection, dict[str, Any]]]:
        """A transaction in which ``name`` is done: what it writes, the step and the plan as it leaves it, or nothing.

        Without a ``name`` only the plan changes. Deleted rows are overwritten.

        Raises:
            DoneElsewhereError: another process has done this step, or all of them, meanwhile.
        """
        with self.database.overwriting() as connection:
            row = connection.execute(select(erasure).where(erasure.c.id == one.id).with_for_update()).one_or_none()
            if row is None or RECORDED in row.done or name in row.done:
                raise DoneElsewhereError
            plan = dict(row.plan)
            yield connection, plan
            done = [*row.done, name] if name else row.done
            values = {"plan": plan, "done": done, "held_at": now}
            connection.execute(update(erasure).where(erasure.c.id == one.id).values(**values))

    def record(
        self, one: OpenErasure, *, target: str, detail: dict[str, Any], left: dict[str, Any], now: datetime
    ) -> bool:
        """Put ``left`` in place of the plan and write the one audit line, together; False when it was done before."""
        with self.database.overwriting() as connection:
            row = connection.execute(select(erasure).where(erasure.c.id == one.id).with_for_update()).one_or_none()
            if row is None or RECORDED in row.done:
                return False
            values = {"plan": left, "done": [*row.done, RECORDED], "held_at": now}
            connection.execute(update(erasure).where(erasure.c.id == one.id).values(**values))
            line = {"at": now, "actor": one.actor, "action": "customer.erase", "target": target, "detail": detail}
            connection.execute(insert(schema.audit).values(line))
        return True

    def get(self, erasure_id: str) -> OpenErasure | None:
        """One erasure as it stands, or ``None`` once it is over."""
        with self.database.read() as connection:
            row = connection.execute(select(erasure).where(erasure.c.id == erasure_id)).one_or_none()
        return _row(row) if row is not None else None

    def close(self, erasure_id: str) -> None:
        """It is over."""
        with self.database.overwriting() as connection:
            connection.execute(delete(erasure).where(erasure.c.id == erasure_id))


def _row(row: Any) -> OpenErasure:
    return OpenErasure(
        id=row.id, opened_at=row.opened_at, actor=row.actor, policy=row.policy, subjects=tuple(row.subjects),
        done=tuple(row.done), plan=dict(row.plan), holder=row.holder, held_at=row.held_at,
    )  # fmt: skip
