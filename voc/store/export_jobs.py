"""Files that were asked for: claimed by one worker, kept as blobs for a day, and let go when anybody is erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, Row, String, Table, Text, insert, or_, select, update

from voc.records.exports import ExportJob
from voc.store.database import Database
from voc.store.schema import UtcDateTime, metadata

export_job = Table(
    "export_job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("table", String, nullable=False),  # interactions | signals
    Column("form", String, nullable=False),  # parquet | ndjson | csv
    Column("query", Text, nullable=False),
    Column("state", String, nullable=False, index=True),  # asked → writing → done | failed; then gone
    Column("asked_by", Text, nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("claimed_by", Text),
    Column("claimed_at", UtcDateTime),
    Column("done_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("rows", Integer),
    Column("size", BigInteger),
    Column("blob", String),
    Column("error", Text),
)


class ExportJobs:
    """What was asked for, and what became of it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def ask(self, *, table: str, form: str, query: str, by: str, now: datetime) -> ExportJob:
        """Owe a file."""
        e = export_job
        values = {"table": table, "form": form, "query": query, "state": "asked", "asked_by": by, "asked_at": now}
        with self.database.begin() as connection:
            number = connection.execute(insert(e).values(**values).returning(e.c.id)).scalar_one()
            return _record(connection.execute(select(e).where(e.c.id == number)).one())

    def one(self, number: int) -> ExportJob | None:
        """One of them."""
        with self.database.read() as connection:
            row = connection.execute(select(export_job).where(export_job.c.id == number)).one_or_none()
        return _record(row) if row is not None else None

    def of(self, actor: str | None, *, limit: int = 100) -> list[ExportJob]:
        """The latest that somebody asked for, or anybody, newest first."""
        e = export_job
        statement = select(e).order_by(e.c.id.desc()).limit(limit)
        if actor is not None:
            statement = statement.where(e.c.asked_by == actor)
        with self.database.read() as connection:
            return [_record(row) for row in connection.execute(statement)]

    def claim(self, *, by: str, now: datetime, is_alive: Callable[[str, datetime], bool]) -> ExportJob | None:
        """One that nobody writes, for this process alone; what a dead process had begun is begun anew."""
        e = export_job
        with self.database.read() as connection:
            rows = connection.execute(
                select(e.c.id, e.c.state, e.c.claimed_by, e.c.claimed_at)
                .where(e.c.state.in_(("asked", "writing")))
                .order_by(e.c.id)
            ).all()
        for row in rows:
            if row.state == "writing" and is_alive(row.claimed_by, row.claimed_at):
                continue
            before = or_(e.c.state == "asked", e.c.claimed_by == row.claimed_by)
            with self.database.begin() as connection:
                taken = connection.execute(
                    update(e)
                    .where(e.c.id == row.id, e.c.state == row.state, before)
                    .values(state="writing", claimed_by=by, claimed_at=now)
                )
                if taken.rowcount:
                    return _record(connection.execute(select(e).where(e.c.id == row.id)).one())
        return None

    def done(self, number: int, *, by: str, now: datetime, **values: Any) -> bool:
        """It is written; False where it is to be written anew, because somebody was erased meanwhile."""
        e = export_job
        with self.database.begin() as connection:
            mine = update(e).where(e.c.id == number, e.c.state == "writing", e.c.claimed_by == by)
            return connection.execute(mine.values(state="done", done_at=now, **values)).rowcount > 0

    def fail(self, number: int, *, by: str, now: datetime, error: str) -> None:
        """It cannot be written."""
        e = export_job
        with self.database.begin() as connection:
            mine = update(e).where(e.c.id == number, e.c.state == "writing", e.c.claimed_by == by)
            connection.execute(mine.values(state="failed", done_at=now, error=error))

    def let_go(self, delete: Callable[[str], None], *, expired_by: datetime | None = None) -> int:
        """Files that expired, or all of them: gone with their bytes; what is being written begins anew. How many went.

        Args:
            delete: removes the bytes of a key where nothing else is kept under it.
        """
        e = export_job
        over = e.c.state == "done" if expired_by is None else (e.c.state == "done") & (e.c.expires_at <= expired_by)
        with self.database.read() as connection:
            touched = or_(over, e.c.state == "writing") if expired_by is None else over
            if connection.execute(select(e.c.id).where(touched).limit(1)).first() is None:
                return 0  # no write lock for nothing
        with self.database.begin() as connection:
            blobs = set(connection.execute(select(e.c.blob).where(over, e.c.blob.is_not(None))).scalars())
            went = connection.execute(update(e).where(over).values(state="gone", blob=None)).rowcount
            if expired_by is None:
                again = update(e).where(e.c.state == "writing")
                connection.execute(again.values(state="asked", claimed_by=None, claimed_at=None))
            shared = set(connection.execute(select(e.c.blob).where(e.c.blob.in_(blobs))).scalars())
        for blob in sorted(blobs - shared):
            delete(blob)
        return went


def _record(row: Row[Any]) -> ExportJob:
    return ExportJob.model_validate(dict(row._mapping))
