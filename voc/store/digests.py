"""Digests as they were made, by ISO week."""

from __future__ import annotations

from sqlalchemy import select

from voc.records import Digest
from voc.store import schema
from voc.store.database import Database


class Digests:
    """Saved digests: what was sent on Monday stays readable as it was."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def save(self, digest: Digest) -> None:
        """Save or replace the digest of its week."""
        d = schema.digest
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

    def get(self, week: str) -> Digest | None:
        """The saved digest of a week, or ``None``."""
        d = schema.digest
        with self.database.read() as connection:
            document = connection.execute(select(d.c.document).where(d.c.week == week)).scalar_one_or_none()
        return Digest.model_validate(document) if document is not None else None

    def weeks(self) -> list[str]:
        """Weeks that have a saved digest, latest first."""
        d = schema.digest
        with self.database.read() as connection:
            return list(connection.execute(select(d.c.week).order_by(d.c.week.desc())).scalars())
