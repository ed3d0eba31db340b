"""SQLite: one file, one writer at a time, FTS5."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    String,
    Table,
    bindparam,
    cast,
    create_engine,
    event,
    func,
    text,
    type_coerce,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.selectable import TableValuedAlias

from voc.errors import StoreError, StoreFullError
from voc.store.dialects.contract import FTS_TABLE, WORDS, Dialect, Trigger, Watch
from voc.store.row_numbers import row_number

log = logging.getLogger("voc.store")

SYNCHRONOUS = "FULL"
"""Every transaction is on the disk before it is answered for: an acknowledged upload survives a power cut."""

BUSY_TIMEOUT_MS = 60_000
"""How long a writer waits for another process' write lock before giving up."""
COMPACT_TIMEOUT_S = 60.0


class SQLite(Dialect):
    """SQLite in WAL mode."""

    name = "sqlite"
    in_order = True

    def engine(self, url: URL) -> Engine:
        """See :meth:`Dialect.engine`."""
        folder = self.file(url).parent
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # what customers said is for its owner alone
        except OSError as error:
            raise StoreError(f"{folder}: cannot be created ({error.strerror}); choose another VOC_HOME.") from error
        engine = create_engine(
            url, hide_parameters=True, poolclass=QueuePool, pool_size=8, connect_args={"timeout": 60}
        )
        _configure(engine)
        return engine

    def file(self, url: URL) -> Path:
        """See :meth:`Dialect.file`."""
        if url.database in {None, "", ":memory:"}:
            raise StoreError("VOC_DATABASE_URL: a store outlives its process; name a file: sqlite:///FILE.")
        return Path(str(url.database))

    @contextmanager
    def begin(self, engine: Engine) -> Iterator[Connection]:
        """See :meth:`Dialect.begin`; takes the write lock at once."""
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                _roll_back(connection)
                raise

    @contextmanager
    def read(self, engine: Engine) -> Iterator[Connection]:
        """See :meth:`Dialect.read`."""
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                _roll_back(connection)

    @contextmanager
    def overwriting(self, connection: Connection) -> Iterator[None]:
        """See :meth:`Dialect.overwriting`."""
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        try:
            yield
        finally:
            connection.exec_driver_sql("PRAGMA secure_delete=OFF")

    def hold(self, connection: Connection, lock: int, *, alone: bool = True) -> None:
        """See :meth:`Dialect.hold`; the one writer holds everything."""

    def hold_table(self, connection: Connection, name: str) -> None:
        """See :meth:`Dialect.hold_table`; the one writer holds everything."""

    def upsert(self, into: Table) -> Any:
        """See :meth:`Dialect.upsert`."""
        return sqlite.insert(into)

    def compact(self, engine: Engine, tables: Sequence[str], *, vacuum: bool, thorough: bool) -> bool:
        """See :meth:`Dialect.compact`."""
        path = str(engine.url.database)
        try:
            with closing(sqlite3.connect(path, timeout=COMPACT_TIMEOUT_S, isolation_level=None)) as alone:
                alone.execute("PRAGMA secure_delete=ON")
                alone.execute(f"INSERT INTO {FTS_TABLE}({FTS_TABLE}) VALUES ('optimize')")
                return _written_anew(alone, vacuum=vacuum)
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                return False
            kind = StoreFullError if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL else StoreError
            raise kind(f"The database could not be compacted ({error}); free some space and retry.") from error

    # --- the work queue beside the data --------------------------------------------------------------------------

    def beside(self, url: URL, home: Path) -> str:
        """See :meth:`Dialect.beside`: a file of its own."""
        folder = Path(url.database).parent if url.database else home
        return f"sqlite:///{(folder / 'work.db').resolve()}"

    def prepare_beside(self, url: URL) -> None:
        """See :meth:`Dialect.prepare_beside`: its folder, and a file whose readers do not wait for writers."""
        file = self.file(url)
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=30)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")  # kept in the file

    def compact_beside(self, url: URL) -> bool:
        """See :meth:`Dialect.compact_beside`."""
        file = self.file(url)
        if not file.exists():
            return True
        try:
            with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as alone:
                return _written_anew(alone, vacuum=True)
        except sqlite3.OperationalError as error:
            log.warning("the database beside the data could not be compacted: %s", error)
            return False

    def copy(self, file: Path, target: Path) -> None:
        """See :meth:`Dialect.copy`: SQLite's online backup."""
        with closing(sqlite3.connect(file)) as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)

    # --- full text -----------------------------------------------------------------------------------------------

    def create_words(self, connection: Connection) -> None:
        """See :meth:`Dialect.create_words`."""
        connection.execute(
            text(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS {FTS_TABLE} USING fts5("
                "interaction_id UNINDEXED, body, tokenize = 'unicode61 remove_diacritics 2')"
            )
        )

    def index_words(self, connection: Connection, bodies: Mapping[str, str]) -> None:
        """See :meth:`Dialect.index_words`."""
        if bodies:
            connection.execute(
                text(f"INSERT INTO {FTS_TABLE} (rowid, interaction_id, body) VALUES (:rowid, :id, :body)"),
                [{"rowid": row_number(name), "id": name, "body": body} for name, body in bodies.items()],
            )

    def forget_words(self, connection: Connection, ids: Sequence[str]) -> None:
        """See :meth:`Dialect.forget_words`."""
        if ids:
            connection.execute(
                text(f"DELETE FROM {FTS_TABLE} WHERE rowid = :rowid"), [{"rowid": row_number(one)} for one in ids]
            )

    def words_between(self, first: str, last: str) -> ColumnElement[bool]:
        """See :meth:`Dialect.words_between`."""
        return WORDS.c.rowid.between(row_number(first), row_number(last))

    def words_of(self, ids: Sequence[str]) -> ColumnElement[bool]:
        """See :meth:`Dialect.words_of`."""
        return WORDS.c.rowid.in_([row_number(one) for one in ids])

    def counted(self, body: str) -> Mapping[str, int]:
        """See :meth:`Dialect.counted`; a body is read back as it was written."""
        return Counter(body.replace("_", " ").split())

    def hold_phrases(self, phrases: Sequence[Sequence[str]]) -> ColumnElement[bool]:
        """See :meth:`Dialect.hold_phrases`."""
        asked = " OR ".join('"' + " ".join(one) + '"' for one in phrases)  # words() leaves no quotation mark
        return text(f"{FTS_TABLE} MATCH :phrases").bindparams(bindparam("phrases", asked))  # type: ignore[return-value]

    # --- expressions ---------------------------------------------------------------------------------------------

    def day(self, moment: ColumnElement[Any]) -> ColumnElement[str]:
        """See :meth:`Dialect.day`."""
        return func.date(moment, type_=String)

    def whole(self, number: ColumnElement[float]) -> ColumnElement[int]:
        """See :meth:`Dialect.whole`; floor() is optional in SQLite."""
        return cast(number, Integer)

    def each_attribute(self, record: ColumnElement[Any]) -> TableValuedAlias:
        """See :meth:`Dialect.each_attribute`."""
        return func.json_each(record, "$.attributes").table_valued("key", "value", name="each_attribute")

    def naive(self, moment: ColumnElement[Any]) -> ColumnElement[Any]:
        """See :meth:`Dialect.naive`."""
        return type_coerce(moment, String)

    def attributes(self, record: ColumnElement[Any]) -> ColumnElement[Any]:
        """See :meth:`Dialect.attributes`."""
        return type_coerce(record["attributes"], String)

    def joined(self, number: str) -> str:
        """See :meth:`Dialect.joined`."""
        return f"group_concat({number})"

    def among(self, parameter: str) -> str:
        """See :meth:`Dialect.among`."""
        return f"IN (SELECT value FROM json_each(:{parameter}))"

    def numbers(self, numbers: Sequence[int]) -> str:
        """See :meth:`Dialect.numbers`."""
        return f"[{','.join(map(str, numbers))}]"

    # --- changes -------------------------------------------------------------------------------------------------

    def triggers(self, connection: Connection) -> frozenset[str]:
        """See :meth:`Dialect.triggers`."""
        named = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return frozenset(connection.execute(named).scalars())

    def watch(self, connection: Connection, watch: Watch, *, there: Collection[str]) -> None:
        """See :meth:`Dialect.watch`."""
        for name, one in watch.triggers.items():
            if f"{watch.name}_{name}" in there:
                continue
            when = f" WHEN {one.when.replace(' IS DISTINCT FROM ', ' IS NOT ')}" if one.when else ""
            connection.execute(
                text(
                    f"CREATE TRIGGER IF NOT EXISTS {watch.name}_{name} AFTER {one.event} ON {one.table}{when} "
                    f"BEGIN {_mark(watch, one)} END"
                )
            )


def _mark(watch: Watch, one: Trigger) -> str:
    log, named = watch.log, watch.column
    if one.every:
        return f"DELETE FROM {log} WHERE {named} IN ({one.every}); INSERT INTO {log} ({named}) {one.every};"
    value = f"{one.row}.{one.named}"
    if watch.latest:
        return f"DELETE FROM {log} WHERE {named} = {value}; INSERT INTO {log} ({named}) VALUES ({value});"
    there = f"SELECT 1 FROM {log} WHERE {named} = {value}"
    return f"INSERT INTO {log} ({named}) SELECT {value} WHERE NOT EXISTS ({there});"


def _configure(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we issue BEGIN ourselves, see SQLite.begin
        cursor = connection.cursor()
        _write_ahead(cursor)
        cursor.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
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


def _written_anew(alone: sqlite3.Connection, *, vacuum: bool) -> bool:
    """Fold the log into the file, written anew before where ``vacuum``; whether nobody was in the way."""
    if vacuum:
        alone.execute("VACUUM")
    return not alone.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]


def _roll_back(connection: Connection) -> None:
    # SQLite has rolled back by itself after a full disk: a ROLLBACK would hide the error behind one of its own.
    driver: Any = connection.connection.driver_connection
    if driver.in_transaction:
        connection.exec_driver_sql("ROLLBACK")


DIALECT = SQLite()
