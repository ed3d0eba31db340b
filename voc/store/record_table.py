"""Records that people make and change one by one: a table each, a row a record, the same five operations."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from sqlalchemy import Row, Table, delete, insert, select, update

from voc.records import Record
from voc.store.database import Database

R = TypeVar("R", bound=Record)


class RecordTable(Generic[R]):
    """The rows of ``table`` as records of ``kind``; its columns are the fields, its primary key is ``id``."""

    def __init__(self, database: Database, table: Table, kind: type[R]) -> None:
        self.database = database
        self.table = table
        self.kind = kind

    def all(self) -> list[R]:
        """Every record, oldest first."""
        with self.database.read() as connection:
            return [self._record(row) for row in connection.execute(select(self.table).order_by(self.table.c.id))]

    def one(self, number: int) -> R | None:
        """The record of that id, or ``None``."""
        with self.database.read() as connection:
            row = connection.execute(select(self.table).where(self.table.c.id == number)).one_or_none()
        return self._record(row) if row is not None else None

    def add(self, **values: Any) -> R:
        """Keep a new record; tuples are lists in JSON columns."""
        with self.database.begin() as connection:
            number = connection.execute(insert(self.table).values(**_plain(values)).returning(self.table.c.id))
            return self._record(
                connection.execute(select(self.table).where(self.table.c.id == number.scalar_one())).one()
            )

    def change(self, number: int, **values: Any) -> R | None:
        """Put other values in place; ``None`` where there is no such record."""
        with self.database.begin() as connection:
            connection.execute(update(self.table).where(self.table.c.id == number).values(**_plain(values)))
            row = connection.execute(select(self.table).where(self.table.c.id == number)).one_or_none()
        return self._record(row) if row is not None else None

    def remove(self, number: int) -> bool:
        """Forget a record; False where there was none."""
        with self.database.begin() as connection:
            return connection.execute(delete(self.table).where(self.table.c.id == number)).rowcount > 0

    def _record(self, row: Row[Any]) -> R:
        return self.kind.model_validate(dict(row._mapping))


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _json(value) if isinstance(value, tuple) else value for name, value in values.items()}


def _json(values: tuple[Any, ...]) -> list[Any]:
    return [one.model_dump(mode="json") if isinstance(one, Record) else one for one in values]
