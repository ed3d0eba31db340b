"""The database: connecting, creating, and the few things the two dialects do differently."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, OperationalError
from sqlalchemy.pool import QueuePool

from voc.errors import InputError, StoreError, StoreFullError, VocError
from voc.store import customer_marks, digest_tables, fact_changes, migrations, schema

BUSY_TIMEOUT_MS = 60_000
"""How long a writer waits for another process' write lock before giving up."""

FTS_TABLE = "interaction_fts"


class Database:
    """A connection pool over one database, with its schema in place.

    ``Database(url)`` creates the tables when they are absent and brings those of an older voc up to date. ``begin()``
    gives a connection inside a transaction; on SQLite that transaction takes the write lock at once (``BEGIN
    IMMEDIATE``), so that two processes that read before they write queue up instead of failing half-way.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        parsed = _parsed(url)
        self.dialect = parsed.get_backend_name()
        if self.dialect == "sqlite":
            self.engine = _sqlite_engine(parsed)
        elif self.dialect == "postgresql":
            self.engine = _postgresql_engine(parsed)
        else:
            raise StoreError(f"VOC_DATABASE_URL: '{self.dialect}' is not supported; use sqlite:/// or postgresql://.")
        self._reading = self.engine
        if self.dialect == "postgresql":
            # The default there shows each statement another state; SQLite's read transaction never does.
            self._reading = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._shared: ContextVar[Connection | None] = ContextVar("shared", default=None)
        try:
            self._create()
        except BaseException:
            self.engine.dispose()
            raise

    def _create(self) -> None:
        with self.begin() as connection:
            if self.dialect == "postgresql":
                # Two processes that start together must not both create the tables.
                connection.execute(text("SELECT pg_advisory_xact_lock(7420001)"))
            found = self._version(connection)
            newest = migrations.schema_version()
            if found is not None and found > newest:
                raise StoreError(f"The database has schema {found}, this voc knows {newest}; install a newer voc.")
            schema.metadata.create_all(connection)
            if self.dialect == "sqlite":
                connection.execute(
                    text(
                        f"CREATE VIRTUAL TABLE IF NOT EXISTS {FTS_TABLE} USING fts5("
                        "interaction_id UNINDEXED, body, tokenize = 'unicode61 remove_diacritics 2')"
                    )
                )
            else:
                connection.execute(
                    text(
                        f"CREATE TABLE IF NOT EXISTS {FTS_TABLE} (interaction_id text PRIMARY KEY REFERENCES "
                        "interaction(id) ON DELETE CASCADE, body tsvector NOT NULL)"
                    )
                )
                connection.execute(text(f"CREATE INDEX IF NOT EXISTS {FTS_TABLE}_body ON {FTS_TABLE} USING gin(body)"))
            if found is not None:
                migrations.migrate(connection, found=found)
            digest_tables.watch_weeks(connection)
            fact_changes.watch_facts(connection)
            customer_marks.watch_customers(connection)
            if found != newest:
                version = self.upsert(schema.meta).values(key="schema_version", value=str(newest))
                connection.execute(
                    version.on_conflict_do_update(index_elements=["key"], set_={"value": version.excluded.value})
                )

    def _version(self, connection: Connection) -> int | None:
        """The schema the database has; ``None`` when it has none yet."""
        if not inspect(connection).has_table(schema.meta.name):
            return None
        value = connection.execute(
            select(schema.meta.c.value).where(schema.meta.c.key == "schema_version")
        ).scalar_one_or_none()
        return int(value) if value is not None else None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A connection in a write transaction; commits at the end, rolls back on any error."""
        with _one_line(), self.engine.connect() as connection:
            if self.dialect == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.exec_driver_sql("COMMIT")
                except BaseException:
                    _roll_back(connection)
                    raise
            else:
                with connection.begin():
                    yield connection

    @contextmanager
    def overwriting(self) -> Iterator[Connection]:
        """:meth:`begin`, where deletions overwrite what they free (SQLite leaves it readable otherwise)."""
        with self.begin() as connection:
            if self.dialect != "sqlite":
                yield connection
                return
            connection.exec_driver_sql("PRAGMA secure_delete=ON")
            try:
                yield connection
            finally:
                connection.exec_driver_sql("PRAGMA secure_delete=OFF")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading one consistent state."""
        if (shared := self._shared.get()) is not None:
            with _one_line():
                yield shared
            return
        with _one_line(), self._reading.connect() as connection:
            if self.dialect == "sqlite":
                connection.exec_driver_sql("BEGIN")
                try:
                    yield connection
                finally:
                    _roll_back(connection)
            else:
                with connection.begin():
                    yield connection

    @contextmanager
    def reading_together(self) -> Iterator[None]:
        """Every :meth:`read` inside sees one state, on one connection: several looks cost one transaction.

        For short work that reads alone: what is written meanwhile, even by itself, it does not see.
        """
        with self.read() as connection:
            token = self._shared.set(connection)
            try:
                yield
            finally:
                self._shared.reset(token)

    def upsert(self, table: Any) -> Any:
        """An INSERT of this dialect that knows ``on_conflict_do_update`` and ``on_conflict_do_nothing``."""
        return sqlite.insert(table) if self.dialect == "sqlite" else postgresql.insert(table)

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite database; ``None`` where the URL names another kind.

    Raises:
        StoreError: it is no URL, or names no file.
    """
    parsed = _parsed(url)
    return _file(parsed) if parsed.get_backend_name() == "sqlite" else None


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise StoreError("VOC_DATABASE_URL: is not an URL; write sqlite:///FILE or postgresql://….") from error


def _file(url: URL) -> Path:
    if url.database in {None, "", ":memory:"}:
        raise StoreError("VOC_DATABASE_URL: a store outlives its process; name a file: sqlite:///FILE.")
    return Path(str(url.database))


def _sqlite_engine(url: URL) -> Engine:
    folder = _file(url).parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # what customers said is for its owner alone
    except OSError as error:
        raise StoreError(f"{folder}: cannot be created ({error.strerror}); choose another VOC_HOME.") from error
    engine = create_engine(url, hide_parameters=True, poolclass=QueuePool, pool_size=8, connect_args={"timeout": 60})
    _configure_sqlite(engine)
    return engine


def _postgresql_engine(url: URL) -> Engine:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    try:
        return create_engine(url, hide_parameters=True, pool_size=8, pool_pre_ping=True)
    except ImportError as error:
        raise StoreError(f"VOC_DATABASE_URL: {error.name} is missing; pip install 'voc[postgres]'.") from error


def _configure_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we issue BEGIN ourselves, see Database.begin
        cursor = connection.cursor()
        _write_ahead(cursor)
        cursor.execute("PRAGMA synchronous=FULL")  # an acknowledged upload survives a power cut
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        cursor.close()


def _write_ahead(cursor: sqlite3.Cursor) -> None:
    """Set WAL; SQLite does not wait by itself where another process does the same to a new database."""
    patience = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > patience:
                raise
            time.sleep(0.02)


def _readable(error: DatabaseError) -> VocError:
    """The database's own words turned into one line that says what to do."""
    if isinstance(error, DataError):
        return InputError(
            "A value cannot be stored or looked for (a NUL character or a number out of range); remove it."
        )
    said = str(error.orig)
    if "disk is full" in said or "disk I/O error" in said or "No space left" in said or "could not extend file" in said:
        return StoreFullError(
            "The disk that holds the database is full; free some space and retry. What was saved before stays, the step "
            "that failed left nothing."
        )
    if "readonly" in said or "unable to open" in said:
        return StoreError(f"The database cannot be opened for writing ({said}); check the folder's permissions.")
    if "locked" in said:
        return StoreError("The database stayed locked by another process for a minute; retry when it is done.")
    if "not a database" in said or "malformed" in said:
        return StoreError(f"The database file is damaged or not a database ({said}); restore a backup of it.")
    return StoreError(f"The database refused: {' '.join(said.split())[:300]}")


def _roll_back(connection: Connection) -> None:
    # SQLite has rolled back by itself after a full disk: a ROLLBACK would hide the error behind one of its own.
    driver: Any = connection.connection.driver_connection
    if driver.in_transaction:
        connection.exec_driver_sql("ROLLBACK")


_REFUSALS = (OperationalError, DataError)
"""What becomes a line for people; a broken constraint (IntegrityError) is for the caller to understand."""


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        if isinstance(error, _REFUSALS) or type(error) is DatabaseError:
            raise _readable(error) from error
        raise
