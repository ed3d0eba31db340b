"""Tombstones: keyed hashes of what was erased, so that no backup and no old file brings it back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select

from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.privacy_tables import tombstone

Kind = Literal["customer", "identifier", "interaction"]
SALT = "tombstone_salt"


def keyed(kind: Kind, *values: str, salt: str) -> str:
    """HMAC-SHA256 (hex) of a value: without the salt nobody can try telephone numbers until one fits."""
    return hmac.new(salt.encode(), "\x1f".join((kind, *values)).encode(), hashlib.sha256).hexdigest()


class Tombstones:
    """Everything about tombstones that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def salt(self, configured: str | None = None) -> str:
        """The salt in force: the configured one, else one made once and kept in the database."""
        if configured:
            return configured
        m = schema.meta
        with self.database.read() as connection:
            known = connection.execute(select(m.c.value).where(m.c.key == SALT)).scalar_one_or_none()
        if known is not None:
            return str(known)
        with self.database.begin() as connection:
            made = self.database.upsert(m).values(key=SALT, value=secrets.token_hex(32)).on_conflict_do_nothing()
            connection.execute(made)
            return str(connection.execute(select(m.c.value).where(m.c.key == SALT)).scalar_one())

    def take_salt(self, salt: str) -> None:
        """Use the salt that came with tombstones from elsewhere; called before any hash of this database is made."""
        m = schema.meta
        with self.database.begin() as connection:
            statement = self.database.upsert(m).values(key=SALT, value=salt)
            connection.execute(
                statement.on_conflict_do_update(index_elements=[m.c.key], set_={"value": statement.excluded.value})
            )

    def add(self, hashes: Iterable[tuple[str, Kind, datetime]]) -> None:
        """Put up tombstones; one that stands already keeps its date."""
        rows = [{"hash": one, "kind": kind, "erased_at": at} for one, kind, at in dict.fromkeys(hashes)]
        with self.database.begin() as connection:
            for part in parts(rows):
                connection.execute(self.database.upsert(tombstone).on_conflict_do_nothing(), part)

    def known(self, hashes: Sequence[str]) -> dict[str, datetime]:
        """Which of these stand, with the moment of the erasure."""
        found: dict[str, datetime] = {}
        with self.database.read() as connection:
            for part in parts(list(hashes)):
                for row in connection.execute(
                    select(tombstone.c.hash, tombstone.c.erased_at).where(tombstone.c.hash.in_(part))
                ):
                    found[row.hash] = row.erased_at
        return found

    def all(self) -> list[tuple[str, Kind, datetime]]:
        """Every tombstone."""
        with self.database.read() as connection:
            rows = connection.execute(select(tombstone).order_by(tombstone.c.erased_at, tombstone.c.hash))
            return [(row.hash, row.kind, row.erased_at) for row in rows]

    def count(self) -> int:
        """How many stand; without any, nothing needs to be asked."""
        with self.database.read() as connection:
            return connection.execute(select(func.count()).select_from(tombstone)).scalar_one()
