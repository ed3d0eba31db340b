"""Runs of sources: begun when they are due or asked for, one at a time a source, each with what came of it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Row, and_, delete, exists, func, insert, or_, select, update

from voc.records import Rejected
from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.source_tables import source, source_item, source_run
from voc.store.sources import SourceRow, source_row

RunStatus = Literal["queued", "running", "done", "failed"]

OPEN: tuple[RunStatus, ...] = ("queued", "running")
LEFT_AFTER = timedelta(seconds=30)
"""Something that was pushed and is untouched for so long was left by the run it was for."""

RUNS_KEPT = 1000
"""Runs of one source that stay on record; older ones go as new ones come."""


@dataclass(frozen=True)
class SourceRun:
    """One run: how it ended, what came (``taken`` things with ``accepted`` new interactions, ``duplicate`` known ones
    and ``rejected`` rows) and what was ``refused`` whole."""

    id: str
    source_id: str
    asked_by: str
    queued_at: datetime
    status: RunStatus
    started_at: datetime | None = None
    ended_at: datetime | None = None
    backfill: bool = False
    reason: str | None = None
    code: str | None = None
    parameters: dict[str, Any] | None = None
    taken: int = 0
    refused: int = 0
    waiting: int = 0
    accepted: int = 0
    duplicate: int = 0
    rejected: int = 0

    @property
    def refusal(self) -> Rejected | None:
        """Why it failed."""
        if self.reason is None:
            return None
        return Rejected(source=self.source_id, reason=self.reason, code=self.code, parameters=self.parameters or {})


class SourceRuns:
    """Everything about runs that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def due(self, *, now: datetime) -> list[SourceRun]:
        """Begin a run of every source whose time has come and that is not running; entered, not queued yet.

        The time of one that is pushed to has come when something of it was left.
        """
        s, i = source.c, source_item.c
        with self.database.read() as connection:  # most of the time there is none: no writer is made to wait for that
            if connection.execute(select(s.id).where(s.paused_at.is_(None)).limit(1)).first() is None:
                return []
        left = exists(
            select(i.id).where(i.source_id == s.id, i.status.in_(("waiting", "reading")), i.at < now - LEFT_AFTER)
        )
        with self.database.begin() as connection:
            rows = connection.execute(
                select(source)
                .where(s.paused_at.is_(None), or_(s.next_at <= now, s.every_seconds.is_(None) & left), ~_is_running())
                .with_for_update(skip_locked=True)
            ).all()
            return [self._begin(connection, source_row(row), asked_by="schedule", now=now) for row in rows]

    def ask(self, source_id: str, *, asked_by: str, now: datetime) -> SourceRun | None:
        """A run of one source now, paused or not: the one under way where there is one; ``None``: no such source."""
        r = source_run.c
        with self.database.begin() as connection:
            row = connection.execute(select(source).where(source.c.id == source_id).with_for_update()).one_or_none()
            if row is None:
                return None
            open_one = select(source_run).where(r.source_id == source_id, r.status.in_(OPEN))
            found = connection.execute(open_one.order_by(r.queued_at)).first()
            if found is not None:
                return _run(found, {})
            return self._begin(connection, source_row(row), asked_by=asked_by, now=now)

    def _begin(self, connection: Connection, one: SourceRow, *, asked_by: str, now: datetime) -> SourceRun:
        run = SourceRun(
            id="r" + secrets.token_hex(8),
            source_id=one.id,
            asked_by=asked_by,
            queued_at=now,
            status="queued",
            backfill=not one.caught_up,
        )
        columns = ("id", "source_id", "asked_by", "queued_at", "status", "backfill")
        connection.execute(insert(source_run).values({name: getattr(run, name) for name in columns}))
        following = now + timedelta(seconds=one.every_seconds) if one.every_seconds else None
        connection.execute(update(source).where(source.c.id == one.id).values(next_at=following))
        r = source_run.c
        older = select(r.id).where(r.source_id == one.id).order_by(r.queued_at.desc()).offset(RUNS_KEPT).limit(100)
        if gone := list(connection.execute(older).scalars()):
            connection.execute(delete(source_run).where(r.id.in_(gone)))
        return run

    def start(self, run_id: str, *, now: datetime) -> SourceRun | None:
        """Enter that a run is worked on; ``None`` where it is over or its source is gone."""
        r = source_run.c
        with self.database.begin() as connection:
            row = connection.execute(select(source_run).where(r.id == run_id)).one_or_none()
            if row is None or row.status not in OPEN:
                return None
            started = row.started_at or now
            connection.execute(update(source_run).where(r.id == run_id).values(status="running", started_at=started))
            return _run(connection.execute(select(source_run).where(r.id == run_id)).one(), {})

    def end(
        self, run_id: str, *, now: datetime, failure: Rejected | None = None, note: Rejected | None = None,
        next_at: datetime | None = None, reached_end: bool = False,
    ) -> None:  # fmt: skip
        """End a run; ``note`` is said of one that went well; ``next_at`` where the next one is not to wait for its usual turn."""
        r, s = source_run.c, source.c
        with self.database.begin() as connection:
            row = connection.execute(select(source_run).where(r.id == run_id)).one_or_none()
            if row is None or row.status not in OPEN:
                return
            said: dict[str, Any] = {"status": "failed" if failure else "done", "ended_at": now}
            if (why := failure or note) is not None:
                said |= {"reason": why.reason, "code": why.code, "parameters": why.parameters or None}
            connection.execute(update(source_run).where(r.id == run_id).values(**said))
            changed: dict[str, Any] = {"failures": source.c.failures + 1 if failure else 0}
            if next_at is not None:
                changed["next_at"] = next_at
            if reached_end:
                changed["caught_up"] = True
            connection.execute(update(source).where(s.id == row.source_id).values(**changed))

    def open(self) -> list[SourceRun]:
        """Runs that are queued or running, oldest first."""
        r = source_run.c
        with self.database.read() as connection:
            rows = connection.execute(select(source_run).where(r.status.in_(OPEN)).order_by(r.queued_at))
            return [_run(row, {}) for row in rows]

    def get(self, run_id: str) -> SourceRun | None:
        """One run with what came of it, or ``None``."""
        r = source_run.c
        with self.database.read() as connection:
            row = connection.execute(select(source_run).where(r.id == run_id)).one_or_none()
            return _run(row, _counts(connection, [row.id]).get(row.id, {})) if row is not None else None

    def of(self, source_id: str, *, limit: int = 50) -> list[SourceRun]:
        """Runs of a source, newest first, with what came of each."""
        r = source_run.c
        statement = select(source_run).where(r.source_id == source_id).order_by(r.queued_at.desc(), r.id).limit(limit)
        with self.database.read() as connection:
            rows = connection.execute(statement).all()
            counts = _counts(connection, [row.id for row in rows])
        return [_run(row, counts.get(row.id, {})) for row in rows]

    def under_way(self) -> set[str]:
        """Sources that run, or will within seconds."""
        r = source_run.c
        with self.database.read() as connection:
            return set(connection.execute(select(r.source_id).where(r.status.in_(OPEN))).scalars())

    def last(self) -> dict[str, SourceRun]:
        """The latest run of each source with what came of it."""
        r = source_run.c
        latest = select(r.source_id, func.max(r.queued_at).label("at")).group_by(r.source_id).subquery()
        same = and_(r.source_id == latest.c.source_id, r.queued_at == latest.c.at)
        with self.database.read() as connection:
            rows = connection.execute(select(source_run).join(latest, same)).all()
            counts = _counts(connection, [row.id for row in rows])
        return {row.source_id: _run(row, counts.get(row.id, {})) for row in rows}


def _is_running() -> Any:
    r = source_run.c
    return exists(select(r.id).where(r.source_id == source.c.id, r.status.in_(OPEN)))


def _counts(connection: Connection, run_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """Run → what came of it."""
    i, u = source_item.c, schema.upload.c
    found: dict[str, dict[str, int]] = {}
    for part in parts(list(run_ids)):
        states = select(i.run_id, i.status, func.count()).where(i.run_id.in_(part)).group_by(i.run_id, i.status)
        for run_id, status, n in connection.execute(states):
            counts = found.setdefault(run_id, {})
            name = {"reading": "taken"}.get(status, status)
            counts[name] = counts.get(name, 0) + n
        sums = (
            select(i.run_id, func.sum(u.accepted), func.sum(u.duplicate), func.sum(u.rejected))
            .join(schema.upload, u.id == i.upload_id)
            .where(i.run_id.in_(part))
            .group_by(i.run_id)
        )
        for run_id, accepted, duplicate, rejected in connection.execute(sums):
            counts = found.setdefault(run_id, {})
            counts |= {"accepted": int(accepted), "duplicate": int(duplicate), "rejected": int(rejected)}
    return found


def _run(row: Row[Any], counts: Mapping[str, int]) -> SourceRun:
    values: dict[str, Any] = {**row._mapping, **counts}
    return SourceRun(**values)
