"""What a database has to do its own way: everything else the store says in SQL that all of them understand.

A dialect knows names of tables and columns only as it is given them; it never opens a record.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

from sqlalchemy import ColumnElement, Connection, Engine, Table, column, table
from sqlalchemy.engine import URL
from sqlalchemy.sql.selectable import TableValuedAlias

FTS_TABLE = "interaction_fts"
WORDS = table(FTS_TABLE, column("rowid"), column("interaction_id"), column("body"))
"""The full text: a row an interaction, its masked words."""


@dataclass(frozen=True)
class Trigger:
    """When a change is written down, and of what: :attr:`named` of the row, or what :attr:`every` selects.

    ``when`` and ``every`` are standard SQL over ``NEW`` and ``OLD``.
    """

    event: str
    """``INSERT``, ``DELETE``, ``UPDATE``, ``UPDATE OF a, b``."""
    table: str
    row: Literal["NEW", "OLD"]
    named: str = "id"
    when: str = ""
    every: str = ""


@dataclass(frozen=True)
class Watch:
    """Triggers ``{name}_{key}`` that write into ``log`` the ``column`` of what changed.

    ``latest``: what changes again moves to the end of the log, for those who read it by position; else it stands there
    once, until it is taken.
    """

    name: str
    log: str
    column: str
    triggers: Mapping[str, Trigger]
    latest: bool = True


class Dialect(ABC):
    """One kind of database."""

    name: ClassVar[str]
    """As URLs have it."""
    in_order: ClassVar[bool]
    """Whether writers go one after the other, so that what is numbered by writing is numbered by committing."""

    # --- connecting ----------------------------------------------------------------------------------------------

    @abstractmethod
    def engine(self, url: URL) -> Engine:
        """A pool of connections.

        Raises:
            StoreError: it cannot be made; the message says what is missing.
        """

    def reading(self, engine: Engine) -> Engine:
        """``engine`` for transactions that read one consistent state."""
        return engine

    def file(self, url: URL) -> Path | None:
        """The file of the database, where it is one.

        Raises:
            StoreError: it would be one, and the URL names none.
        """
        return None

    @abstractmethod
    def begin(self, engine: Engine) -> AbstractContextManager[Connection]:
        """A connection in a write transaction that ends with the context."""

    @abstractmethod
    def read(self, engine: Engine) -> AbstractContextManager[Connection]:
        """A connection in a transaction that reads one state."""

    @contextmanager
    def overwriting(self, connection: Connection) -> Iterator[None]:
        """Deletions inside overwrite what they free, where it would stay readable otherwise."""
        yield

    @abstractmethod
    def hold(self, connection: Connection, lock: int, *, alone: bool = True) -> None:
        """Take a lock by its number until the transaction ends, where writers do not queue up by themselves."""

    @abstractmethod
    def hold_table(self, connection: Connection, name: str) -> None:
        """Keep other writers out of a table until the transaction ends, likewise."""

    @abstractmethod
    def upsert(self, into: Table) -> Any:
        """An INSERT that knows ``on_conflict_do_update`` and ``on_conflict_do_nothing``."""

    @abstractmethod
    def compact(self, engine: Engine, tables: Sequence[str], *, vacuum: bool, thorough: bool) -> bool:
        """Leave nothing of what was deleted; False where others kept it busy. See :meth:`Erasing.compact`."""

    # --- the work queue beside the data --------------------------------------------------------------------------

    @abstractmethod
    def beside(self, url: URL, home: Path) -> str:
        """URL of a database beside the one at ``url``, so that neither waits for the other's lock."""

    def prepare_beside(self, url: URL) -> None:
        """Make what must be there before somebody else's tables are made in the database beside."""
        return

    def compact_beside(self, url: URL) -> bool:
        """Leave nothing of what was deleted in the database beside; False where others kept it busy."""
        return True

    def copy(self, file: Path, target: Path) -> None:
        """Copy the :meth:`file` of a database, consistent although writers go on; asked only where it is one."""
        raise NotImplementedError

    # --- full text -----------------------------------------------------------------------------------------------

    @abstractmethod
    def create_words(self, connection: Connection) -> None:
        """Make :data:`FTS_TABLE` where it is absent."""

    @abstractmethod
    def index_words(self, connection: Connection, bodies: Mapping[str, str]) -> None:
        """Take the words of interactions in, by their ids."""

    @abstractmethod
    def forget_words(self, connection: Connection, ids: Sequence[str]) -> None:
        """Take the words of these interactions out."""

    @abstractmethod
    def words_between(self, first: str, last: str) -> ColumnElement[bool]:
        """Rows of :data:`WORDS` of interactions from an id to another."""

    @abstractmethod
    def words_of(self, ids: Sequence[str]) -> ColumnElement[bool]:
        """Rows of :data:`WORDS` of these interactions."""

    @abstractmethod
    def counted(self, body: str) -> Mapping[str, int]:
        """How often each word stands in a body as it is read back."""

    @abstractmethod
    def hold_phrases(self, phrases: Sequence[Sequence[str]]) -> ColumnElement[bool]:
        """Rows of :data:`WORDS` that hold any of the phrases, each word of one after the other."""

    # --- expressions ---------------------------------------------------------------------------------------------

    @abstractmethod
    def day(self, moment: ColumnElement[Any]) -> ColumnElement[str]:
        """The UTC day of a moment, ``2026-11-29``."""

    @abstractmethod
    def whole(self, number: ColumnElement[float]) -> ColumnElement[int]:
        """The whole number below one that is never negative."""

    @abstractmethod
    def each_attribute(self, record: ColumnElement[Any]) -> TableValuedAlias:
        """A row (``key``, ``value``) an attribute of an interaction's record."""

    @abstractmethod
    def naive(self, moment: ColumnElement[Any]) -> ColumnElement[Any]:
        """A moment as it is written or naive UTC, not as a Python object: a million of them go into one column."""

    @abstractmethod
    def attributes(self, record: ColumnElement[Any]) -> ColumnElement[Any]:
        """The attributes of an interaction's record as text."""

    @abstractmethod
    def joined(self, number: str) -> str:
        """SQL: the numbers of a group, joined by commas."""

    @abstractmethod
    def among(self, parameter: str) -> str:
        """SQL: is one of the numbers in one parameter, however many they are."""

    @abstractmethod
    def numbers(self, numbers: Sequence[int]) -> str:
        """The value of such a parameter."""

    # --- changes -------------------------------------------------------------------------------------------------

    @abstractmethod
    def triggers(self, connection: Connection) -> frozenset[str]:
        """Names of the triggers that the tables of the store have."""

    @abstractmethod
    def watch(self, connection: Connection, watch: Watch, *, there: Collection[str]) -> None:
        """Create the triggers of ``watch`` that are not ``there`` (:meth:`triggers`)."""

    def transaction(self) -> ColumnElement[int]:
        """The number of this transaction; asked only where writers are not :attr:`in_order`."""
        raise NotImplementedError

    def oldest_open(self) -> ColumnElement[int]:
        """The oldest transaction still open; asked only where writers are not :attr:`in_order`."""
        raise NotImplementedError

    @property
    def position(self) -> str:
        """The column of a log of changes by which it is read: ``seq``, or the number of the transaction."""
        return "seq" if self.in_order else "transaction"
