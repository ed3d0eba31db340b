"""Which worker processes are alive, so that the work of a dead one is taken over without an operator."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select, update

from voc.store import schema
from voc.store.database import Database

LEFT = datetime(1970, 1, 1, tzinfo=UTC)
"""Heartbeat of a worker that said goodbye with work unfinished."""


@dataclass(frozen=True)
class WorkerRow:
    """One worker process as it last announced itself."""

    id: str
    host: str
    pid: int
    started_at: datetime
    heartbeat_at: datetime


class Workers:
    """Heartbeats of worker processes."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def announce(self, worker: WorkerRow) -> None:
        """Enter this worker, or say that it is still alive."""
        w = schema.worker
        with self.database.begin() as connection:
            statement = self.database.upsert(w).values(
                id=worker.id,
                host=worker.host,
                pid=worker.pid,
                started_at=worker.started_at,
                heartbeat_at=worker.heartbeat_at,
            )
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[w.c.id], set_={"heartbeat_at": statement.excluded.heartbeat_at}
                )
            )

    def leave_work(self, worker_id: str) -> None:
        """This worker ended in the middle of work, which the next one is to take over at once."""
        w = schema.worker
        with self.database.begin() as connection:
            connection.execute(update(w).where(w.c.id == worker_id).values(heartbeat_at=LEFT))

    def forget(self, worker_id: str) -> None:
        """This worker ended, or its work was taken over."""
        with self.database.begin() as connection:
            connection.execute(delete(schema.worker).where(schema.worker.c.id == worker_id))

    def all(self) -> list[WorkerRow]:
        """Every worker that announced itself and did not say goodbye."""
        with self.database.read() as connection:
            return [WorkerRow(**row._mapping) for row in connection.execute(select(schema.worker))]
