"""The database: connecting, creating, transactions; what dialects do differently is in :mod:`voc.store.dialects`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, DataError, OperationalError

from voc.errors import InputError, StoreError, StoreFullError, VocError
from voc.store import customer_marks, digest_tables, fact_changes, mention_tables, migrations, schema
from voc.store.dialects import DIALECTS, Dialect

_CREATING = 7420001
"""Number of the lock under which tables are created: two processes that start together must not both do it."""


class Database:
    """A connection pool over one database, with its schema in place.

    ``Database(url)`` creates the tables when they are absent and brings those of an older voc up to date. ``begin()``
    gives a connection inside a transaction; on SQLite that transaction takes the write lock at once (``BEGIN
    IMMEDIATE``), so that two processes that read before they write queue up instead of failing half-way.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        parsed = _parsed(url)
        self.dialect = _dialect(parsed)
        self.engine = self.dialect.engine(parsed)
        self._reading = self.dialect.reading(self.engine)
        self._shared: ContextVar[Connection | None] = ContextVar("shared", default=None)
        try:
            self._create()
        except BaseException:
            self.engine.dispose()
            raise

    def _create(self) -> None:
        with self.begin() as connection:
            self.dialect.hold(connection, _CREATING)
            found = self._version(connection)
            newest = migrations.schema_version()
            if found is not None and found > newest:
                raise StoreError(f"The database has schema {found}, this voc knows {newest}; install a newer voc.")
            self._create_tables(connection)
            self.dialect.create_words(connection)
            if found is not None:
                migrations.migrate(connection, found=found)
            fact_changes.identify(connection)
            there = self.dialect.triggers(connection)
            for watch in (digest_tables.WEEKS, fact_changes.FACTS, customer_marks.CUSTOMERS, mention_tables.watched()):
                self.dialect.watch(connection, watch, there=there)
            if found != newest:
                version = self.upsert(schema.meta).values(key="schema_version", value=str(newest))
                connection.execute(
                    version.on_conflict_do_update(index_elements=["key"], set_={"value": version.excluded.value})
                )

    def _create_tables(self, connection: Connection) -> None:
        """Make the tables that are missing; what is there is asked at once, as every process opens the store."""
        there = set(inspect(connection).get_table_names())
        missing = [table for name, table in schema.metadata.tables.items() if name not in there]
        if missing:
            schema.metadata.create_all(connection, tables=missing)

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
        with _one_line(), self.dialect.begin(self.engine) as connection:
            yield connection

    @contextmanager
    def overwriting(self) -> Iterator[Connection]:
        """:meth:`begin`, where deletions overwrite what they free (SQLite leaves it readable otherwise)."""
        with self.begin() as connection, self.dialect.overwriting(connection):
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection for reading one consistent state."""
        if (shared := self._shared.get()) is not None:
            with _one_line():
                yield shared
            return
        with _one_line(), self.dialect.read(self._reading) as connection:
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
        return self.dialect.upsert(table)

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def database_file(url: str) -> Path | None:
    """The file of a database that is one; ``None`` where the URL names another kind.

    Raises:
        StoreError: it is no URL, or names no file.
    """
    parsed = _parsed(url)
    dialect = DIALECTS.get(parsed.get_backend_name())
    return dialect.file(parsed) if dialect is not None else None


def copy_database(url: str, target: Path) -> str:
    """Copy a database that is a file (:func:`database_file`), consistent although writers go on; the copy's URL."""
    parsed = _parsed(url)
    dialect = _dialect(parsed)
    file = dialect.file(parsed)
    if file is None:
        raise StoreError("VOC_DATABASE_URL: names no file that could be copied; use the server's own tools.")
    dialect.copy(file, target)
    return parsed.set(database=str(target)).render_as_string(hide_password=False)


def database_beside(url: str, home: Path) -> str:
    """URL of the database beside the data at ``url``, for tables that are not ours (the work queue's).

    Raises:
        StoreError: it is no URL, or of a kind of database that is not known.
    """
    parsed = _parsed(url)
    return _dialect(parsed).beside(parsed, home)


def prepare_beside(url: str) -> None:
    """Make what must be there before tables are made in the database at ``url`` (:func:`database_beside`)."""
    parsed = _parsed(url)
    _dialect(parsed).prepare_beside(parsed)


def compact_beside(url: str) -> bool:
    """Leave nothing of what was deleted in the database at ``url``; False where others kept it busy."""
    parsed = _parsed(url)
    return _dialect(parsed).compact_beside(parsed)


def _parsed(url: str) -> URL:
    try:
        return make_url(url)
    except ArgumentError as error:
        raise StoreError("VOC_DATABASE_URL: is not an URL; write sqlite:///FILE or postgresql://….") from error


def _dialect(url: URL) -> Dialect:
    name = url.get_backend_name()
    if name not in DIALECTS:
        raise StoreError(f"VOC_DATABASE_URL: '{name}' is not supported; use sqlite:/// or postgresql://.")
    return DIALECTS[name]


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
