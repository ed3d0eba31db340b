"""Digests as they were made, by ISO week, and whether the data still say the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, or_, select, update

from voc.records import Digest
from voc.store import schema
from voc.store.database import Database
from voc.store.digest_tables import digest_state, week_change

CLAIM_LASTS = timedelta(minutes=15)
"""After that a worker that was making a digest is taken for dead: of the largest store measured it takes a minute."""


@dataclass(frozen=True)
class DigestState:
    """How often what a digest is made of has changed, and how often it had when the saved one was made."""

    changes: int = 0
    made_of: int | None = None

    @property
    def outdated(self) -> bool:
        """Whether something has changed since, or nobody looked when it was made."""
        return self.made_of != self.changes


class Digests:
    """Saved digests of weeks that are over.

    A change is written down in the transaction that makes it (``week_change``) and then counted for the digests that
    read that week (:meth:`count_changes`). Whoever makes a digest takes the count first and saves it beside the digest,
    so that what changes meanwhile makes it outdated again.
    """

    def __init__(self, database: Database) -> None:
        self.database = database

    def save(self, digest: Digest, *, made_of: int | None = None, reads_from: str = "") -> None:
        """Save or replace the digest of its week.

        Args:
            made_of: ``changes`` of :meth:`state` before it was made; ``None`` where nobody looked.
            reads_from: the first ISO week it was made of; empty when every earlier one would have mattered.
        """
        d, s = schema.digest, digest_state
        with self.database.begin() as connection:
            statement = self.database.upsert(d).values(
                week=digest.week, created_at=digest.created_at, document=digest.model_dump(mode="json")
            )
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[d.c.week],
                    set_={"created_at": statement.excluded.created_at, "document": statement.excluded.document},
                )
            )
            self._enter(connection, digest.week)
            connection.execute(
                update(s).where(s.c.week == digest.week).values(made_of=made_of, reads_from=reads_from, claimed_at=None)
            )

    def get(self, week: str) -> Digest | None:
        """The saved digest of a week, or ``None``."""
        d = schema.digest
        with self.database.read() as connection:
            document = connection.execute(select(d.c.document).where(d.c.week == week)).scalar_one_or_none()
        return Digest.model_validate(document) if document is not None else None

    def weeks(self) -> list[str]:
        """Weeks that have a saved digest, latest first."""
        return list(self.made_at())

    def made_at(self) -> dict[str, datetime]:
        """When the saved digest of each week was made, latest week first."""
        d = schema.digest
        with self.database.read() as connection:
            rows = connection.execute(select(d.c.week, d.c.created_at).order_by(d.c.week.desc()))
            return {row.week: row.created_at for row in rows}

    # --- whether it still says what the data say -----------------------------------------------------------------

    def count_changes(self) -> None:
        """Count every change written down since the last time for the digests that read its week."""
        c, s = week_change, digest_state
        with self.database.read() as connection:
            if connection.execute(select(c.c.id).limit(1)).first() is None:
                return  # no write lock for nothing
        with self.database.begin() as connection:
            # In one statement: of what another transaction commits meanwhile nothing may go uncounted.
            changed = set(connection.execute(delete(c).returning(c.c.week)).scalars())
            for week in sorted(changed):
                connection.execute(
                    update(s).where(s.c.reads_from <= week, s.c.week >= week).values(changes=s.c.changes + 1)
                )

    def states(self) -> dict[str, DigestState]:
        """Week → what :meth:`count_changes` has counted for its digest."""
        s = digest_state
        with self.database.read() as connection:
            rows = connection.execute(select(s.c.week, s.c.changes, s.c.made_of))
            return {row.week: DigestState(row.changes, row.made_of) for row in rows}

    def state(self, week: str) -> DigestState:
        """What was counted for the digest of one week."""
        return self.states().get(week, DigestState())

    def is_outdated(self, week: str) -> bool:
        """Whether the data behind the saved digest of a week have changed since, counted already or not."""
        c, s = week_change, digest_state
        pending = exists().where(s.c.reads_from <= c.c.week, s.c.week >= c.c.week)
        with self.database.read() as connection:
            row = connection.execute(
                select(s.c.changes, s.c.made_of, pending.label("pending")).where(s.c.week == week)
            ).one_or_none()
        return row is None or row.pending or DigestState(row.changes, row.made_of).outdated

    def claim(self, week: str, *, now: datetime) -> bool:
        """Whether it is for this process to make the digest of a week: True for one of all that ask.

        The claim ends when the digest is saved or :meth:`give_up` is called, or by itself after ``CLAIM_LASTS``.
        """
        s = digest_state
        with self.database.begin() as connection:
            self._enter(connection, week)
            statement = (
                update(s)
                .where(s.c.week == week, or_(s.c.claimed_at.is_(None), s.c.claimed_at <= now - CLAIM_LASTS))
                .values(claimed_at=now)
            )
            return connection.execute(statement).rowcount > 0

    def give_up(self, week: str) -> None:
        """Let another process make it."""
        s = digest_state
        with self.database.begin() as connection:
            connection.execute(update(s).where(s.c.week == week).values(claimed_at=None))

    def _enter(self, connection: Connection, week: str) -> None:
        values = {"week": week, "changes": 0, "reads_from": ""}
        connection.execute(self.database.upsert(digest_state).values(**values).on_conflict_do_nothing())
