"""What customers consented to, as a person recorded it here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.privacy_tables import consent


@dataclass(frozen=True)
class Recorded:
    """One consent given or refused, when, and who recorded it."""

    purpose: str
    granted: bool
    at: datetime
    source: str


class Consents:
    """Everything about consent that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def record(self, customer_id: str, purpose: str, *, granted: bool, source: str, now: datetime) -> None:
        """Keep what the customer said last."""
        with self.database.begin() as connection:
            statement = self.database.upsert(consent).values(
                customer_id=customer_id, purpose=purpose, granted=granted, at=now, source=source
            )
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[consent.c.customer_id, consent.c.purpose],
                    set_={name: statement.excluded[name] for name in ("granted", "at", "source")},
                )
            )

    def withdraw(self, customer_id: str, purpose: str) -> bool:
        """Forget what was recorded, so that the customer base decides again; False when nothing was."""
        with self.database.begin() as connection:
            done = connection.execute(
                delete(consent).where(consent.c.customer_id == customer_id, consent.c.purpose == purpose)
            )
        return done.rowcount > 0

    def of(self, customer_id: str) -> list[Recorded]:
        """What one customer said, by purpose."""
        with self.database.read() as connection:
            rows = connection.execute(
                select(consent).where(consent.c.customer_id == customer_id).order_by(consent.c.purpose)
            )
            return [Recorded(row.purpose, row.granted, row.at, row.source) for row in rows]

    def flags(self, ids: Sequence[str]) -> dict[str, tuple[dict[str, str], dict[str, bool]]]:
        """Customer id → (attributes of the base, what was recorded here): all that decides a consent."""
        c = schema.customer
        found: dict[str, tuple[dict[str, str], dict[str, bool]]] = {}
        with self.database.read() as connection:
            for part in parts(list(ids)):
                for row in connection.execute(select(c.c.id, c.c.attributes).where(c.c.id.in_(part))):
                    found[row.id] = (row.attributes or {}, {})
                for row in connection.execute(select(consent).where(consent.c.customer_id.in_(part))):
                    found[row.customer_id][1][row.purpose] = bool(row.granted)
        return found
