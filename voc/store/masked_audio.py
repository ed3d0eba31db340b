"""Which recordings have a copy with personal data silenced, which are owed one, and which stay closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from voc.store import schema
from voc.store.audio_tables import masked_audio
from voc.store.batches import parts
from voc.store.database import Database

MaskedStatus = Literal["pending", "ready", "failed", "closed"]
OWING_AT_ONCE = 500


@dataclass(frozen=True)
class MaskedCopy:
    """The copy of one recording: only a ``ready`` one may be heard, as blob ``blob``.

    ``closed``: there is nothing in it that was searched for personal data, so nothing may be heard.
    """

    interaction_id: str
    status: MaskedStatus
    blob: str | None
    work_id: str | None
    reason: str | None
    at: datetime


def owe_masked_audio(connection: Connection, ids: Sequence[str], *, queued: bool) -> None:
    """The words of these interactions are other ones now: their copies are owed anew and closed until then.

    Runs in the transaction that changes the words, so that no copy is ever older than them.

    Args:
        queued: the workflow that owes their analysis makes the copy too; else a worker queues one of its own.
    """
    i, m = schema.interaction, masked_audio
    now = datetime.now(UTC)
    for part in parts(list(ids)):
        rows = connection.execute(select(i.c.id, i.c.work_id).where(i.c.id.in_(part), i.c.blob.is_not(None))).all()
        known = set(
            connection.execute(select(m.c.interaction_id).where(m.c.interaction_id.in_([r.id for r in rows]))).scalars()
        )
        for row in rows:
            values = {"status": "pending", "reason": None, "at": now, "work_id": row.work_id if queued else None}
            if row.id in known:
                connection.execute(update(m).where(m.c.interaction_id == row.id).values(**values))
            else:
                connection.execute(insert(m).values(interaction_id=row.id, **values))


class MaskedAudio:
    """Everything about masked copies that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def get(self, interaction_id: str) -> MaskedCopy | None:
        """The copy of a recording; ``None`` where none was ever owed."""
        m = masked_audio
        with self.database.read() as connection:
            row = connection.execute(select(m).where(m.c.interaction_id == interaction_id)).one_or_none()
        return MaskedCopy(**row._mapping) if row is not None else None

    def owe(self, ids: Sequence[str]) -> None:
        """Owe these copies anew, to be queued by a worker: a retry."""
        with self.database.begin() as connection:
            owe_masked_audio(connection, ids, queued=False)

    def owe_missing(self) -> int:
        """Owe a copy of every analysed recording that was never owed one; returns how many."""
        i, m = schema.interaction, masked_audio
        missing = select(i.c.id).where(
            i.c.blob.is_not(None),
            i.c.status == "done",
            ~select(m.c.status).where(m.c.interaction_id == i.c.id).exists(),
        )
        with self.database.begin() as connection:
            ids = list(connection.execute(missing).scalars())
            owe_masked_audio(connection, ids, queued=False)
        return len(ids)

    def owing(self) -> list[MaskedCopy]:
        """Copies that are owed, longest first."""
        m = masked_audio
        statement = select(m).where(m.c.status == "pending").order_by(m.c.at, m.c.interaction_id).limit(OWING_AT_ONCE)
        with self.database.read() as connection:
            return [MaskedCopy(**row._mapping) for row in connection.execute(statement)]

    def of_work(self, work_id: str) -> list[str]:
        """Interactions whose copy is owed by one workflow."""
        m = masked_audio
        with self.database.read() as connection:
            return list(
                connection.execute(
                    select(m.c.interaction_id)
                    .where(m.c.work_id == work_id, m.c.status == "pending")
                    .order_by(m.c.interaction_id)
                ).scalars()
            )

    def queue(self, interaction_id: str, *, work_id: str) -> None:
        """Remember which workflow owes a copy."""
        m = masked_audio
        with self.database.begin() as connection:
            connection.execute(update(m).where(m.c.interaction_id == interaction_id).values(work_id=work_id))

    def settle(
        self, owed: MaskedCopy, *, status: MaskedStatus, blob: str | None = None, reason: str | None = None
    ) -> bool:
        """Say what became of a copy that was owed; False when the words changed since: it is owed anew.

        ``owed`` is the row as it was when the words were read.
        """
        m = masked_audio
        with self.database.begin() as connection:
            done = connection.execute(
                update(m)
                .where(m.c.interaction_id == owed.interaction_id, m.c.status == "pending", m.c.at == owed.at)
                .values(status=status, blob=blob, reason=reason[:500] if reason else None)
            )
            return done.rowcount > 0

    def blobs_of(self, ids: Sequence[str]) -> list[str]:
        """Keys of the copies of these recordings, whatever their status."""
        m = masked_audio
        found: set[str] = set()
        with self.database.read() as connection:
            for part in parts(list(ids)):
                statement = select(m.c.blob).where(m.c.interaction_id.in_(part), m.c.blob.is_not(None))
                found.update(connection.execute(statement).scalars())
        return sorted(found)
