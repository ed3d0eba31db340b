"""Databases as earlier releases left them, made without any code of the store."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).parent / "schemas"


def build(database_url: str, script: str) -> None:
    """Run SQL against an empty database, without any code of the store."""
    if database_url.startswith("sqlite"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as connection:
            connection.executescript(script)
    else:
        import psycopg

        with psycopg.connect(database_url, autocommit=True) as server:
            server.execute(script)  # type: ignore[call-overload]


def a_row(table: str, **values: Any) -> str:
    """An INSERT of one row; what is no text, number or truth goes in as JSON."""
    names = ", ".join(values)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join(map(_literal, values.values()))});\n"


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool | int | float):
        return str(value).upper()
    written = value if isinstance(value, str) else json.dumps(value)
    return "'" + written.replace("'", "''") + "'"
