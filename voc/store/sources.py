"""Sources: what is pulled from where, how often, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from voc.records import Channel
from voc.store.database import Database
from voc.store.source_tables import source


@dataclass(frozen=True)
class SourceRow:
    """One source as somebody set it up, and how far it is.

    ``secrets`` says where each secret is kept, never what it is. ``cursor`` is what its kind goes on from;
    ``caught_up`` once a run has reached the end of what lay there.
    """

    id: str
    kind: str
    name: str
    options: dict[str, Any]
    secrets: dict[str, str]
    channel: Channel | None
    mapping: dict[str, str]
    roles: tuple[str, ...]
    every_seconds: int | None
    per_minute: int | None
    backfill_per_minute: int | None
    created_at: datetime
    created_by: str
    cursor: dict[str, Any] = field(default_factory=dict)
    caught_up: bool = False
    paused_at: datetime | None = None
    next_at: datetime | None = None
    failures: int = 0


class Sources:
    """Everything about sources themselves that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, row: SourceRow) -> bool:
        """Keep a new source; False, and nothing changed, where its name is taken."""
        with self.database.begin() as connection:
            values = {**row.__dict__, "roles": list(row.roles)}
            made = connection.execute(
                self.database.upsert(source).values(**values).on_conflict_do_nothing().returning(source.c.id)
            )
            return made.first() is not None

    def change(self, source_id: str, values: Mapping[str, Any]) -> bool:
        """Set columns of a source; False where there is none, or another has that name."""
        with self.database.begin() as connection:
            if (name := values.get("name")) is not None:
                other = select(source.c.id).where(source.c.name == name, source.c.id != source_id)
                if connection.execute(other).first() is not None:
                    return False
            done = connection.execute(update(source).where(source.c.id == source_id).values(**values))
            return bool(done.rowcount)

    def remove(self, source_id: str) -> bool:
        """Forget a source with its runs; what came from it stays."""
        with self.database.begin() as connection:
            return bool(connection.execute(delete(source).where(source.c.id == source_id)).rowcount)

    def get(self, source_id: str) -> SourceRow | None:
        """One source, or ``None``."""
        with self.database.read() as connection:
            row = connection.execute(select(source).where(source.c.id == source_id)).one_or_none()
        return source_row(row) if row is not None else None

    def named(self, name: str) -> SourceRow | None:
        """The source of that name, or ``None``."""
        with self.database.read() as connection:
            row = connection.execute(select(source).where(source.c.name == name)).one_or_none()
        return source_row(row) if row is not None else None

    def all(self) -> list[SourceRow]:
        """Every source, by name."""
        with self.database.read() as connection:
            return [source_row(row) for row in connection.execute(select(source).order_by(source.c.name))]

    def advance(self, source_id: str, cursor: Mapping[str, Any]) -> None:
        """Move the cursor where nothing new came."""
        with self.database.begin() as connection:
            connection.execute(update(source).where(source.c.id == source_id).values(cursor=dict(cursor)))


def source_row(row: Row[Any]) -> SourceRow:
    """A row of the table as a record."""
    values = dict(row._mapping)
    values["roles"] = tuple(values["roles"])
    values["channel"] = Channel(values["channel"]) if values["channel"] else None
    return SourceRow(**values)
