"""What is said of somebody in what is other people's: found in every table there is, and masked in place.

Tables are walked by the schema, not by name: one that a later version adds is searched as soon as it holds words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, select, update

from voc.records.vocabulary import words_of_records
from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.mention_tables import owner_of, searched

READ_AT_ONCE = 500

About = Callable[[Sequence[str]], bool]
"""Whether any of the strings of a row is about the person."""


class Mentions:
    """Finds rows by what their words and documents say."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def tables(self) -> list[str]:
        """Names of the tables that may speak of somebody who is not theirs."""
        return [table.name for table in schema.metadata.sorted_tables if searched(table)]

    def rows(
        self,
        table_name: str,
        about: About,
        *,
        but: str | None = None,
        of: Mapping[str, Iterable[str]] | None = None,
    ) -> list[dict[str, Any]]:
        """Keys of the rows of a table whose texts or documents are ``about`` the person; ``but`` one of that id.

        Args:
            of: owner (``interaction``, ``customer``) → ids: of rows that are theirs, only those are read.
        """
        table = schema.metadata.tables[table_name]
        keys, columns = list(table.primary_key.columns), searched(table)
        found = []
        with self.database.read() as connection:
            for statement in _read(table_name, select(*keys, *columns), of):
                for row in connection.execute(statement, execution_options={"yield_per": READ_AT_ONCE}):
                    values = row._mapping
                    key = {one.name: values[one.name] for one in keys}
                    if but not in key.values() and about(leaves([values[one.name] for one in columns])):
                        found.append(key)
        return found

    def blot(
        self, connection: Connection, table_name: str, key: dict[str, Any], blot: Callable[[Any], Any]
    ) -> dict[str, Any]:
        """Put a row's blotted values in place, as it is now; returns what changed."""
        table = schema.metadata.tables[table_name]
        columns = searched(table)
        where = [table.c[name] == value for name, value in key.items()]
        row = connection.execute(select(*columns).where(*where).with_for_update()).one_or_none()
        values = {} if row is None else dict(row._mapping)
        changed = {name: new for name, value in values.items() if value is not None and (new := blot(value)) != value}
        if changed:
            connection.execute(update(table).where(*where).values(**changed))
        return changed


def _read(table_name: str, statement: Select[Any], of: Mapping[str, Iterable[str]] | None) -> Iterator[Select[Any]]:
    owner = owner_of(schema.metadata.tables[table_name])
    if of is None or owner is None:
        yield statement
        return
    kind, column = owner
    for part in parts(sorted(of[kind])):
        yield statement.where(column.in_(part))
    yield statement.where(column.is_(None))


def leaves(value: Any) -> list[str]:
    """Every string in a document, the keys of its objects too, but for the words of the records themselves."""
    found: list[str] = []
    _gather(value, found, words_of_records())
    return found


def _gather(value: Any, found: list[str], own: frozenset[str]) -> None:
    if isinstance(value, str):
        if value not in own:
            found.append(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key not in own:
                found.append(key)
            _gather(inner, found, own)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            _gather(inner, found, own)
