"""Mappings of columns that people saved by name, found again by the header they were made for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from voc.records import Channel
from voc.store.database import Database
from voc.store.mapping_tables import saved_mapping


@dataclass(frozen=True)
class SavedMapping:
    """Field → column for tables of one header, and the channel they come from where that was said."""

    name: str
    header: str
    mapping: dict[str, str]
    channel: Channel | None
    saved_at: datetime
    saved_by: str


class SavedMappings:
    """Everything about saved mappings that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def save(self, one: SavedMapping) -> None:
        """Keep a mapping; one of that name is replaced."""
        row = self.database.upsert(saved_mapping).values(**one.__dict__)
        values = {name: value for name, value in one.__dict__.items() if name != "name"}
        with self.database.begin() as connection:
            connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=values))

    def all(self) -> list[SavedMapping]:
        """Every mapping, by name."""
        with self.database.read() as connection:
            return [_mapping(row) for row in connection.execute(select(saved_mapping).order_by(saved_mapping.c.name))]

    def of_header(self, header: str) -> SavedMapping | None:
        """The one saved last for a header."""
        m = saved_mapping.c
        statement = select(saved_mapping).where(m.header == header).order_by(m.saved_at.desc(), m.name).limit(1)
        with self.database.read() as connection:
            row = connection.execute(statement).one_or_none()
        return _mapping(row) if row is not None else None

    def are_there(self) -> bool:
        """Whether any was saved: without one no header has to be looked at."""
        with self.database.read() as connection:
            return bool(connection.execute(select(func.count()).select_from(saved_mapping)).scalar_one())

    def get(self, name: str) -> SavedMapping | None:
        """The mapping of a name."""
        with self.database.read() as connection:
            found = select(saved_mapping).where(saved_mapping.c.name == name)
            row = connection.execute(found).one_or_none()
        return _mapping(row) if row is not None else None

    def rename(self, name: str, new: str) -> bool:
        """Give a mapping another name; False where there is none of the old one, or another has the new one."""
        m = saved_mapping.c
        other = select(m.name).where(m.name == new).exists()
        statement = update(saved_mapping).where(m.name == name, ~other).values(name=new)
        try:
            with self.database.begin() as connection:
                return bool(connection.execute(statement).rowcount)
        except IntegrityError:  # somebody took the name at the same moment
            return False

    def remove(self, name: str) -> bool:
        """Forget a mapping; False where there is none of that name."""
        with self.database.begin() as connection:
            return bool(connection.execute(delete(saved_mapping).where(saved_mapping.c.name == name)).rowcount)


def _mapping(row: Row[Any]) -> SavedMapping:
    values = dict(row._mapping)
    return SavedMapping(**{**values, "channel": Channel(values["channel"]) if values["channel"] else None})
