"""What came from a source: each thing once, however often it is seen, and what is kept to fetch it again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from voc.records import Rejected
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.source_tables import source, source_item

ItemStatus = Literal["waiting", "reading", "taken", "refused"]


@dataclass(frozen=True)
class SourceItem:
    """One thing that came from a source, or was to."""

    id: int
    source_id: str
    key: str
    status: ItemStatus
    run_id: str | None
    upload_id: str | None
    name: str | None
    locator: dict[str, Any] | None
    attempts: int
    reason: str | None
    code: str | None
    parameters: dict[str, Any] | None
    first_at: datetime
    at: datetime

    @property
    def refusal(self) -> Rejected | None:
        """Why it was refused, or why it waits."""
        if self.reason is None:
            return None
        return Rejected(
            source=self.name or self.source_id, reason=self.reason, code=self.code, parameters=self.parameters or {}
        )


@dataclass(frozen=True)
class Came:
    """What is kept of a thing in the transaction that keeps its bytes: from then on it is in, once."""

    source_id: str
    key: str
    name: str
    run_id: str | None = None
    locator: dict[str, Any] | None = None
    cursor: dict[str, Any] | None = None
    """What the source goes on from; ``None`` leaves it where it is."""


def keep_came(connection: Connection, database: Database, came: Came, *, upload_id: str, now: datetime) -> None:
    """Enter a thing beside its upload, and move the cursor past it, within the caller's transaction."""
    known = connection.execute(select(source.c.id).where(source.c.id == came.source_id)).first()
    if known is None:  # the source was removed while it ran: what came of it stays
        return
    values = {
        "status": "reading", "run_id": came.run_id, "upload_id": upload_id, "name": came.name,
        "locator": came.locator, "at": now, "reason": None, "code": None, "parameters": None,
    }  # fmt: skip
    row = database.upsert(source_item).values(
        source_id=came.source_id, key=came.key, first_at=now, attempts=0, **values
    )
    connection.execute(row.on_conflict_do_update(index_elements=["source_id", "key"], set_=values))
    if came.cursor is not None:
        connection.execute(update(source).where(source.c.id == came.source_id).values(cursor=came.cursor))


class SourceItems:
    """Everything about things of sources that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def known(self, source_id: str, keys: Sequence[str]) -> set[str]:
        """Those of ``keys`` that came already, or wait."""
        i = source_item.c
        found: set[str] = set()
        with self.database.read() as connection:
            for part in parts(list(keys)):
                found.update(
                    connection.execute(select(i.key).where(i.source_id == source_id, i.key.in_(part))).scalars()
                )
        return found

    def of(
        self, source_id: str, statuses: Sequence[ItemStatus], *, limit: int = 200, before: datetime | None = None
    ) -> list[SourceItem]:
        """Things of a source in these states, oldest first; ``before``: only those not touched since."""
        i = source_item.c
        statement = select(source_item).where(i.source_id == source_id, i.status.in_(statuses))
        if before is not None:
            statement = statement.where(i.at < before)
        with self.database.read() as connection:
            return [_item(row) for row in connection.execute(statement.order_by(i.id).limit(limit))]

    def get(self, source_id: str, item_id: int) -> SourceItem | None:
        """One thing of a source, or ``None``."""
        i = source_item.c
        with self.database.read() as connection:
            row = connection.execute(select(source_item).where(i.source_id == source_id, i.id == item_id)).one_or_none()
        return _item(row) if row is not None else None

    def counts(self) -> dict[str, dict[str, int]]:
        """Source → how many things are in each state."""
        i = source_item.c
        found: dict[str, dict[str, int]] = {}
        with self.database.read() as connection:
            for row in connection.execute(select(i.source_id, i.status, func.count()).group_by(i.source_id, i.status)):
                found.setdefault(row[0], {})[row[1]] = row[2]
        return found

    def wait(
        self, source_id: str, key: str, *, name: str, locator: Mapping[str, Any], now: datetime,
        run_id: str | None = None, problem: Rejected | None = None, refused: bool = False,
        cursor: Mapping[str, Any] | None = None,
    ) -> bool:  # fmt: skip
        """Enter a thing that is to be fetched; with a ``problem``, one more try failed: ``refused`` ends the trying.

        False where it came before already, or the source is gone.
        """
        said = {
            "reason": problem.reason if problem else None,
            "code": problem.code if problem else None,
            "parameters": (problem.parameters or None) if problem else None,
        }
        status: ItemStatus = "refused" if refused else "waiting"
        i = source_item.c
        with self.database.begin() as connection:
            if connection.execute(select(source.c.id).where(source.c.id == source_id)).first() is None:
                return False
            if cursor is not None:
                connection.execute(update(source).where(source.c.id == source_id).values(cursor=dict(cursor)))
            row = connection.execute(
                select(i.id, i.status, i.attempts).where(i.source_id == source_id, i.key == key)
            ).one_or_none()
            if row is None:
                connection.execute(
                    insert(source_item).values(
                        source_id=source_id, key=key, status=status, run_id=run_id, name=name, locator=dict(locator),
                        attempts=1 if problem else 0, first_at=now, at=now, **said,
                    )
                )  # fmt: skip
                return True
            if row.status != "waiting" or problem is None:
                return False
            connection.execute(
                update(source_item)
                .where(i.id == row.id)
                .values(status=status, run_id=run_id, attempts=row.attempts + 1, at=now, **said)
            )
            return True

    def settle(self, source_id: str, key: str, *, now: datetime, problem: Rejected | None = None) -> None:
        """Close a thing whose bytes were read: taken, and its name forgotten, or refused with the reason."""
        i = source_item.c
        values: dict[str, Any] = {"status": "taken", "name": None, "locator": None, "at": now}
        values |= {"reason": None, "code": None, "parameters": None}
        if problem is not None:
            values = {"status": "refused", "at": now, "reason": problem.reason, "code": problem.code}
            values["parameters"] = problem.parameters or None
        with self.database.begin() as connection:
            connection.execute(update(source_item).where(i.source_id == source_id, i.key == key).values(**values))

    def refused_before(self, before: datetime) -> list[int]:
        """Things refused before a moment of which a name, a place or a reason is still kept."""
        i = source_item.c
        told = or_(i.name.is_not(None), i.reason.is_not(None))
        with self.database.read() as connection:
            return list(
                connection.execute(select(i.id).where(i.status == "refused", i.at < before, told)).scalars()
            )  # fmt: skip

    def forget(self, item_ids: Sequence[int]) -> None:
        """Keep of these things only that they came: names of files and what was told of a call are somebody's."""
        nameless = {"name": None, "locator": None, "reason": None, "code": None, "parameters": None}
        with self.database.overwriting() as connection:
            for part in parts(list(item_ids)):
                connection.execute(update(source_item).where(source_item.c.id.in_(part)).values(nameless))

    def try_again(self, source_id: str, item_ids: Sequence[int], *, now: datetime) -> int:
        """Have refused things fetched again by the next run, as if for the first time; returns how many."""
        i, n = source_item.c, 0
        with self.database.begin() as connection:
            for part in parts(list(item_ids)):
                n += connection.execute(
                    update(source_item)
                    .where(i.source_id == source_id, i.id.in_(part), i.status == "refused")
                    .values(status="waiting", attempts=0, at=now)
                ).rowcount
        return n


def _item(row: Row[Any]) -> SourceItem:
    return SourceItem(**row._mapping)
