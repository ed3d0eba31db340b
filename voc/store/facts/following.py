"""The facts of one process: columns in memory, kept in step with the store before every figure.

Why so (measured; see ``docs/facts.md``): one DuckDB file cannot be read by several processes while one writes, roll-ups
answer only the cuts they were made for. Columns in memory that read what changed (:mod:`voc.store.fact_changes`) before each
answer are never behind the store, need no writer, serve any number of processes and both databases, and whatever is
erased is gone with the next figure.
"""

from __future__ import annotations

import logging
import math
import threading
import time
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from sqlalchemy import ColumnElement, Connection, Engine, Select, select
from sqlalchemy.schema import CreateTable

from voc.store import schema
from voc.store.database import Database
from voc.store.fact_changes import Position, prune, store_identity
from voc.store.facts import gathering, reading, tables
from voc.store.facts.chosen_sets import KeptSets, ids_of, is_in, put_down
from voc.store.facts.dialect import STATE, DuckDbDialect, columns, engine, transaction_of
from voc.store.facts.held_state import HELD, Held
from voc.store.facts.remembered import Remembered
from voc.store.facts.segments import Saved, Segments, StaleError
from voc.store.shapes import Shape, snippets

log = logging.getLogger("voc.facts")

THREADS = 2
"""A figure is short: more threads would take the processor from the requests beside it."""
MEMORY = "2GB"
"""What a figure may take at most, the columns of all interactions included (1 M: about 150 MB)."""
COMPRESS_FROM = 20_000
"""Interactions read anew since the columns were last compressed from which on they are again."""
SAVE_FROM, SAVE_SHARE = 20_000, 0.05
"""Interactions read anew since the facts were last saved from which on they are again: so many, and such a share."""
MAKE = 4
"""Number of the make of the saved facts; raised whenever :mod:`.tables` or what is put into them changes."""
_KEYS = {"interaction": "row", "signal": "interaction_id", "mention": "interaction_id", "attribute": "interaction_id"}
_DATABASE = "facts"
_CONFIG: dict[str, Any] = {
    "threads": THREADS,
    "memory_limit": MEMORY,
    "preserve_insertion_order": False,
    "default_null_order": "nulls_first_on_asc_last_on_desc",  # as SQLite has it
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


class Facts:
    """What figures count, in columns (:mod:`.tables`); loaded at the first question, then in step with the store.

    A source of figures like :class:`voc.store.shapes.StoreSource`: the same statements give the same figures. Safe for threads.
    """

    def __init__(self, database: Database, folder: Path | None = None) -> None:
        self.database = database
        self.segments = Segments(folder) if folder is not None else None
        self.shape: Shape = tables.shape(self._person, self._chosen)
        self._lock = threading.RLock()
        self._root: duckdb.DuckDBPyConnection | None = None
        self._position = Position()
        self._rows = count()
        self.generation = self.came = 0
        """Raised whenever rows are numbered anew, and whenever rows came."""
        self._uncompressed = self._unsaved = 0
        self._sets = KeptSets()
        self._numbers, self._versions = count(), count()
        self._remembered = Remembered()
        self.lag = 0.0
        """Seconds that figures may be behind the store: 0, but while more are asked for than can be worked out."""
        self._followed = -math.inf
        self._awake = False
        """Whether somebody decided something since the facts were last brought in step."""

    # --- reading -------------------------------------------------------------------------------------------------

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection to one consistent state of the facts, with every change the store has seen by now (at the first
        question, within :meth:`one_state`).
        """
        held = self._held()
        if held is not None:
            yield held.connection()
            return
        self.follow()
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def one_state(self) -> Iterator[None]:
        """Let everything that is read in this block, and in threads it starts, be of one state: a page whose parts are
        counted one after the other must not contradict itself while messages come in.
        """
        held = Held(self)
        before = HELD.set(held)
        try:
            yield
        finally:
            HELD.reset(before)
            held.close()

    def connect(self) -> Connection:
        """A connection to the facts as they are, which whoever asked for it closes."""
        return self._engine.connect()

    def _held(self) -> Held | None:
        held = HELD.get()
        return held if held is not None and held.facts is self else None

    def arrow(self, *statements: Select[Any]) -> list[pa.Table]:
        """The rows of each statement as columns, where there are many, all of one state; moments are naive UTC."""
        with self.read() as connection:
            return [columns(connection, statement) for statement in statements]

    def snippets(self, ids: Sequence[str]) -> dict[str, str]:
        """Interaction id → redacted opening words, of those that have some; the store has them."""
        return snippets(self.database, ids)

    def forget_answers(self) -> None:
        """Work the next figures out anew, though nothing changed: for whoever measures what a first answer costs."""
        self._remembered.clear()

    def close(self) -> None:
        """Forget everything."""
        with self._lock:
            self._followed = -math.inf
            if self._root is not None:
                self._end()
                self._root = None

    def forget_saved(self) -> None:
        """Delete the saved facts: after an erasure nothing of it is left in them. They are written anew when needed."""
        if self.segments is not None:
            self.segments.delete()
        with self._lock:
            self._unsaved = SAVE_FROM + (len(self) if self._root is not None else 0)

    def save(self) -> Path | None:
        """Save the facts for the next start; where, or ``None`` where this store keeps none."""
        with self._lock:
            if self.segments is None:
                return None
            self._save(self.segments)
            return self.segments.folder

    def prune(self, *, now: datetime) -> int:
        """Forget which interactions went long ago, and what was written down twice; returns how many lines."""
        with self.database.begin() as connection:
            return prune(connection, now=now)

    # --- keeping in step -----------------------------------------------------------------------------------------

    def follow(self) -> None:
        """Read what changed in the store since the last time; everything at the first."""
        if not self._awake and time.monotonic() - self._followed < self.lag:
            return
        with self._lock:
            # While this reads nobody goes past it: neither to half read facts, nor by what was decided before. Whoever
            # decides meanwhile wakes it once more.
            began, self._followed, self._awake = time.monotonic(), -math.inf, False
            self._read_changes()
            self._followed = began

    def _read_changes(self) -> None:
        with self.database.read() as connection:
            position, changed = self._position.next(connection) if self._root is not None else (None, [])
            if position is None:  # the first time, or what changed since has been pruned: too long ago
                self.close()
                self._load(connection)
                return
            if changed:
                self._replace(connection, changed)
            self._position = position
            if self.segments is not None and self._unsaved >= SAVE_FROM and self._unsaved >= len(self) * SAVE_SHARE:
                self._save(self.segments)

    def wake(self) -> None:
        """Be in step with the store at the next figure, whatever :attr:`lag` allows: somebody decided something."""
        self._awake = True

    def __len__(self) -> int:
        """Interactions there are facts of."""
        (found,) = self._open_root().execute("SELECT count(*) FROM interaction").fetchall()[0]
        return int(found)

    def _load(self, connection: Connection) -> None:
        saved = self.segments.read(_identity(connection)) if self.segments is not None else None
        if saved is not None and self._load_saved(connection, saved):
            return
        self._open()
        try:
            self._position = Position.now(connection)
            for piece in reading.everything(connection):
                self._insert(piece)
        except BaseException:
            self.close()
            raise
        self._compress()
        self._unsaved = len(self)
        if self.segments is not None and self._unsaved >= SAVE_FROM:
            self._save(self.segments)

    def _load_saved(self, connection: Connection, saved: Saved) -> bool:
        """Whether the segments, with what changed since they were saved, are what the store says."""
        root = self._open()
        try:
            for table, file in saved.files.items():
                root.execute(f"INSERT INTO {table} SELECT * FROM read_parquet(?)", [str(file)])
            self._rows = count(saved.next_row)
            position, changed = Position(seq=saved.seq, horizon=saved.horizon).next(connection)
            if position is None:
                raise StaleError("the changes since they were saved are no longer known")
            if changed:
                self._replace(connection, changed)
            self._position, self._unsaved = position, len(changed)
            weeks = dict(root.execute("SELECT week, count(*) FROM interaction GROUP BY week").fetchall())
            if weeks != reading.weeks(connection):
                raise StaleError("the store has other interactions")
        except (duckdb.Error, StaleError, OSError) as error:
            log.warning(
                "the saved facts are not those of this store (%s); reading the store again", type(error).__name__
            )
            self.close()
            return False
        self._compress()
        return True

    def _save(self, segments: Segments) -> None:
        root = self._open_root()
        (next_row,) = root.execute('SELECT coalesce(max("row"), -1) + 1 FROM interaction').fetchall()[0]
        with self.database.read() as connection:
            identity = _identity(connection)
        try:
            segments.write(
                root, identity, seq=self._position.seq, horizon=self._position.horizon, next_row=int(next_row)
            )
        except (duckdb.Error, OSError) as error:  # figures do not need them, the next start does
            log.warning("the facts could not be saved (%s)", type(error).__name__)
        self._unsaved = 0

    def _open(self) -> duckdb.DuckDBPyConnection:
        root = duckdb.connect(config=_CONFIG)
        if self.segments is not None:
            root.execute("SET allowed_directories = [?]", [f"{self.segments.folder}/"])
        root.execute("SET enable_external_access = false")
        root.execute("SET lock_configuration = true")
        # Compressed in memory: a tenth, and grouped by in a fifth of the time.
        root.execute(f"ATTACH ':memory:' AS {_DATABASE} (COMPRESS)")
        root.execute(f"USE {_DATABASE}")
        dialect = DuckDbDialect()
        for table in tables.metadata.sorted_tables:
            root.execute(str(CreateTable(table).compile(dialect=dialect)))
        root.execute(f"CREATE TABLE {STATE} AS SELECT ?::BIGINT AS version", [next(self._versions)])
        self._root, self._engine = root, engine(root, _DATABASE, self._remembered)
        self._end = weakref.finalize(self, _end, root, self._engine)
        self._rows = count()
        self.generation += 1
        return root

    def _replace(self, connection: Connection, ids: Sequence[str]) -> None:
        root = self._open_root()
        root.begin()
        try:
            root.register("changed", pa.table({"id": pa.array(ids, pa.string())}))
            rows = [
                row[0]
                for row in root.execute('SELECT "row" FROM interaction WHERE id IN (SELECT id FROM changed)').fetchall()
            ]
            if rows:
                root.register("old", pa.table({"row": pa.array(rows, pa.int32())}))
                for table, column in _KEYS.items():
                    root.execute(f'DELETE FROM {table} WHERE "{column}" IN (SELECT "row" FROM old)')
            for piece in reading.of(connection, ids):
                self._insert(piece)
            root.execute(f"UPDATE {STATE} SET version = ?", [next(self._versions)])
            root.commit()
        except BaseException:
            root.rollback()
            raise
        if self._uncompressed >= COMPRESS_FROM:
            self._compress()

    def _insert(self, piece: reading.Piece) -> None:
        root = self._open_root()
        ids = piece.interactions.column("id")
        self.came += 1
        numbers = pa.array([next(self._rows) for _ in range(len(ids))], pa.int32())
        root.register("came", piece.interactions.append_column("row", numbers))
        root.register("came_signals", piece.signals)
        made = {"city", "voice", "words", "key", "topical"}
        named = ", ".join(f'"{c.name}"' for c in tables.interaction.columns if c.name not in made)
        root.execute(
            f"INSERT INTO interaction ({named}, topical, city, voice, words, key) SELECT {named}, "
            "id IN (SELECT interaction_id FROM came_signals WHERE kind = 'topic'), "
            "coalesce(city, attributes->>'$.city'), "
            "(hash(coalesce(customer_id, id)) >> 1)::BIGINT, (hash(coalesce(long_text, id)) >> 1)::BIGINT, "
            "try_cast('0x' || substr(id, 2, 15) AS BIGINT) FROM came"
        )
        # By kind: a figure asks for one, and skips the blocks of the others.
        root.execute(
            'INSERT INTO signal SELECT row_number() OVER (ORDER BY s.id), c."row", s.kind, s.label, s.parent, s.score, '
            's.sentiment, s."begin", s."end", s.analyser '
            'FROM came_signals s JOIN came c ON c.id = s.interaction_id ORDER BY s.kind, c."row"'
        )
        root.execute(gathering.INSERTED)
        root.execute(
            'INSERT INTO attribute SELECT "row", each."key", each."value" FROM ('
            'SELECT "row", unnest(map_entries(from_json(attributes, \'"MAP(VARCHAR, VARCHAR)"\'))) AS each '
            'FROM came WHERE attributes IS NOT NULL) WHERE each."value" IS NOT NULL ORDER BY each."key"'
        )
        for name in ("came", "came_signals"):
            root.unregister(name)
        self._uncompressed += len(ids)
        self._unsaved += len(ids)

    def _compress(self) -> None:
        try:
            self._open_root().execute(f"CHECKPOINT {_DATABASE}")
        except duckdb.TransactionException:  # somebody is reading: another time
            return
        self._uncompressed = 0

    def _open_root(self) -> duckdb.DuckDBPyConnection:
        if self._root is None:
            raise RuntimeError("the facts are closed")
        return self._root

    def tables(self) -> list[pa.Table]:
        """The tables as they are now, for whoever wants to look at what is in them."""
        with self._lock:
            root = self._open_root()
            return [
                root.sql(f"SELECT * FROM {table.name}").to_arrow_table() for table in tables.metadata.tables.values()
            ]

    # --- what only the store knows -------------------------------------------------------------------------------

    def _person(self, customer_id: str) -> str:
        c = schema.customer
        with self.database.read() as connection:
            statement = select(c.c.merged_into).where(c.c.id == customer_id)
            return connection.execute(statement).scalar_one_or_none() or customer_id

    def _chosen(self, kind: str, name: str, row: ColumnElement[int]) -> ColumnElement[bool]:
        """Whether an interaction is of a set; the set as the store has it now is put beside the facts."""
        held = self._held()
        if held is None:
            self.follow()
        ids = ids_of(self.database, kind, name)
        chosen = f"{kind} {next(self._numbers)}"
        if held is not None:  # a state that is held sees no set that is put down after it began, but its own
            put_down(transaction_of(held.connection()), chosen, ids)
        else:
            with self._lock:
                self._sets.add(self._open_root(), chosen, ids)
        return is_in(chosen, row)


def _end(root: duckdb.DuckDBPyConnection, reading_engine: Engine) -> None:
    """Close what was opened, when the process ends at the latest: DuckDB complains of what is left open then."""
    reading_engine.dispose()
    root.close()


def _identity(connection: Connection) -> str:
    """What tells this store from others, and facts of this make from those of another voc."""
    return f"{MAKE}:{store_identity(connection)}"
