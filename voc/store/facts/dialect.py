"""DuckDB behind SQLAlchemy Core: enough of a dialect to run the figures' statements, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, cast

import duckdb
import pyarrow as pa
from sqlalchemy import Connection, DateTime, Engine, Select, TypeDecorator
from sqlalchemy.engine import URL, Dialect
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.compiler import IdentifierPreparer

from voc.store.columns import named_once
from voc.store.facts.remembered import Answer, Remembered

STATE = "state"
"""Table of one row: ``version``, another number after every change of the data."""
READERS = 64
"""Connections to one database of facts at a time; a connection is a handful of kilobytes."""


class Moment(TypeDecorator[datetime]):
    """A moment: timezone-aware in Python, naive UTC in the facts."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class _Quoting(IdentifierPreparer):
    """Every name in quotes: DuckDB's keywords (``at``, ``begin`` …) are not those of other databases."""

    def _requires_quotes(self, value: str) -> bool:
        return True


class DuckDbDialect(DefaultDialect):
    """What SQLAlchemy has to know of DuckDB to compile and run a SELECT."""

    name = "duckdb"
    driver = "duckdb"
    preparer = _Quoting
    supports_statement_cache = True
    default_paramstyle = "qmark"

    @classmethod
    def import_dbapi(cls) -> Any:
        """The driver."""
        return duckdb

    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.begin()

    def do_commit(self, dbapi_connection: Any) -> None:
        dbapi_connection.commit()

    def do_rollback(self, dbapi_connection: Any) -> None:
        dbapi_connection.rollback()

    def do_close(self, dbapi_connection: Any) -> None:
        dbapi_connection.close()


class _Cursor:
    """A cursor on its connection: DuckDB's own cursors are connections with a transaction each."""

    arraysize = 1

    def __init__(self, owner: _Connection) -> None:
        self._owner = owner
        self._rows: list[tuple[Any, ...]] = []
        self.description: Any = None
        self.rowcount = -1

    def execute(self, statement: str, parameters: Sequence[Any] | None = None) -> None:
        answer = self._owner.answer(statement, tuple(parameters or ()))
        if self._owner.columnar:
            self._owner.columns = answer.table
            return
        self.description = [(name, None, None, None, None, None, None) for name in answer.names] or None
        self._rows = list(answer.rows)

    def fetchall(self) -> list[tuple[Any, ...]]:
        rows, self._rows = self._rows, []
        return rows

    def fetchone(self) -> tuple[Any, ...] | None:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        size = size or self.arraysize
        rows, self._rows = self._rows[:size], self._rows[size:]
        return rows

    def close(self) -> None:
        self._rows = []


NAMED_ONCE_FROM = 1 << 20
"""Bytes of an answer in columns from which on its names are kept once each, so that it can be remembered."""


class _Connection:
    def __init__(self, connection: duckdb.DuckDBPyConnection, remembered: Remembered) -> None:
        self.connection = connection
        self.columnar = False
        self.columns: pa.Table | None = None
        self._remembered = remembered
        self._version: int | None = None

    def cursor(self) -> _Cursor:
        return _Cursor(self)

    def answer(self, statement: str, parameters: tuple[Any, ...]) -> Answer:
        """What a statement gives, as it was given before where the facts of this transaction are the same."""
        if self._version is None:
            (self._version,) = self.connection.execute(f"SELECT version FROM {STATE}").fetchall()[0]
        asked = (statement, parameters, self.columnar)
        answer = self._remembered.get(self._version, asked)
        if answer is None:
            answer = self._asked(statement, parameters)
            self._remembered.keep(self._version, asked, answer)
        return answer

    def _asked(self, statement: str, parameters: tuple[Any, ...]) -> Answer:
        given = list(parameters) or None
        if self.columnar:
            table = self.connection.sql(statement, params=given).to_arrow_table()
            return Answer(table=named_once(table) if table.nbytes > NAMED_ONCE_FROM else table)
        result = self.connection.execute(statement, given)
        names = tuple(column[0] for column in result.description or ())
        return Answer(rows=tuple(result.fetchall()) if names else (), names=names)

    def begin(self) -> None:
        self.connection.begin()
        self._version = None

    def commit(self) -> None:
        self.connection.commit()
        self._version = None

    def rollback(self) -> None:
        self._version = None
        with suppress(duckdb.TransactionException):  # none is open
            self.connection.rollback()

    def close(self) -> None:
        self.connection.close()


def columns(connection: Connection, statement: Select[Any]) -> pa.Table:
    """The rows of a statement as columns, without a Python object for each value."""
    raw = _raw(connection)
    raw.columnar = True
    try:
        connection.execute(statement)
        found, raw.columns = raw.columns, None
        return found
    finally:
        raw.columnar = False


def transaction_of(connection: Connection) -> duckdb.DuckDBPyConnection:
    """DuckDB's own connection behind ``connection``, in the transaction that it reads in."""
    if not connection.in_transaction():
        connection.begin()
    return _raw(connection).connection


def _raw(connection: Connection) -> _Connection:
    return cast(_Connection, connection.connection.dbapi_connection)


def engine(root: duckdb.DuckDBPyConnection, schema: str, remembered: Remembered) -> Engine:
    """An engine whose connections read the database that ``root`` is connected to, each in its own transaction.

    The table :data:`STATE` must tell the version of the data: answers over the same version are ``remembered``.
    """

    def connect() -> _Connection:
        connection = root.cursor()
        connection.execute(f"USE {schema}")
        return _Connection(connection, remembered)

    dialect = DuckDbDialect(dbapi=duckdb)
    pool = QueuePool(cast(Any, connect), pool_size=8, max_overflow=READERS, dialect=dialect, reset_on_return="rollback")
    return Engine(pool, dialect, URL.create("duckdb"), hide_parameters=True)
