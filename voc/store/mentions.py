"""What is said of somebody in what is other people's: found in every table there is, and masked in place.

Tables are walked by the schema, not by name: one that a later version adds is searched as soon as it holds words.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import JSON, Column, Connection, String, Table, select, update

from voc.store import schema
from voc.store.database import Database

READ_AT_ONCE = 500


class Mentions:
    """Finds rows by what their words and documents say."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def tables(self) -> list[str]:
        """Names of the tables that may speak of somebody who is not theirs."""
        return [table.name for table in schema.metadata.sorted_tables if _searched(table)]

    def rows(self, table_name: str, about: Callable[[str], bool], *, but: str | None = None) -> list[dict[str, Any]]:
        """Keys of the rows of a table whose texts or documents are ``about`` the person; ``but`` one of that id."""
        table = schema.metadata.tables[table_name]
        keys, columns = list(table.primary_key.columns), _searched(table)
        found = []
        with self.database.read() as connection:
            rows = connection.execution_options(yield_per=READ_AT_ONCE).execute(select(*keys, *columns))
            for row in rows:
                values = dict(row._mapping)
                shown = {one.name: values[one.name] for one in columns if values[one.name] is not None}
                key = {one.name: values[one.name] for one in keys}
                if but not in key.values() and about(json.dumps(shown, ensure_ascii=False, default=str)):
                    found.append(key)
        return found

    def blot(
        self, connection: Connection, table_name: str, key: dict[str, Any], blot: Callable[[Any], Any]
    ) -> dict[str, Any]:
        """Put a row's blotted values in place, as it is now; returns what changed."""
        table = schema.metadata.tables[table_name]
        columns = _searched(table)
        where = [table.c[name] == value for name, value in key.items()]
        row = connection.execute(select(*columns).where(*where).with_for_update()).one_or_none()
        values = {} if row is None else dict(row._mapping)
        changed = {name: new for name, value in values.items() if value is not None and (new := blot(value)) != value}
        if changed:
            connection.execute(update(table).where(*where).values(**changed))
        return changed


def _searched(table: Table) -> list[Column[Any]]:
    """Columns of a table that may hold words or documents, apart from what names its rows."""
    if table.name in {"meta", "tombstone"} or not table.primary_key.columns:
        return []
    columns = [one for one in table.c if isinstance(one.type, (String, JSON)) and not one.foreign_keys]
    return [one for one in columns if one not in list(table.primary_key.columns)]
