"""PostgreSQL: many writers at a time, ``tsvector``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Engine,
    Integer,
    String,
    Table,
    cast,
    create_engine,
    func,
    or_,
    text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import URL
from sqlalchemy.sql.selectable import TableValuedAlias

from voc.errors import StoreError
from voc.store.dialects.contract import FTS_TABLE, WORDS, Dialect, Watch


class PostgreSQL(Dialect):
    """PostgreSQL by psycopg."""

    name = "postgresql"
    in_order = False

    def engine(self, url: URL) -> Engine:
        """See :meth:`Dialect.engine`."""
        if url.drivername == "postgresql":
            url = url.set(drivername="postgresql+psycopg")
        try:
            return create_engine(url, hide_parameters=True, pool_size=8, pool_pre_ping=True)
        except ImportError as error:
            raise StoreError(f"VOC_DATABASE_URL: {error.name} is missing; pip install 'voc[postgres]'.") from error

    def reading(self, engine: Engine) -> Engine:
        """See :meth:`Dialect.reading`; the default here shows each statement another state."""
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def begin(self, engine: Engine) -> Iterator[Connection]:
        """See :meth:`Dialect.begin`."""
        with engine.connect() as connection, connection.begin():
            yield connection

    read = begin

    def hold(self, connection: Connection, lock: int, *, alone: bool = True) -> None:
        """See :meth:`Dialect.hold`."""
        name = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        connection.execute(text(f"SELECT {name}({lock})"))

    def hold_table(self, connection: Connection, name: str) -> None:
        """See :meth:`Dialect.hold_table`."""
        connection.execute(text(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE"))

    def upsert(self, into: Table) -> Any:
        """See :meth:`Dialect.upsert`."""
        return postgresql.insert(into)

    def compact(self, engine: Engine, tables: Sequence[str], *, vacuum: bool, thorough: bool) -> bool:
        """See :meth:`Dialect.compact`."""
        with engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            for one in (*tables, FTS_TABLE):
                alone.execute(text(f"VACUUM {'FULL ' if thorough else ''}{one}"))
        return True

    # --- the work queue beside the data --------------------------------------------------------------------------

    def beside(self, url: URL, home: Path) -> str:
        """See :meth:`Dialect.beside`: the same server, where the queue has a schema of its own."""
        return url.set(drivername="postgresql").render_as_string(hide_password=False)

    # --- full text -----------------------------------------------------------------------------------------------

    def create_words(self, connection: Connection) -> None:
        """See :meth:`Dialect.create_words`."""
        connection.execute(
            text(
                f"CREATE TABLE IF NOT EXISTS {FTS_TABLE} (interaction_id text PRIMARY KEY REFERENCES "
                "interaction(id) ON DELETE CASCADE, body tsvector NOT NULL)"
            )
        )
        connection.execute(text(f"CREATE INDEX IF NOT EXISTS {FTS_TABLE}_body ON {FTS_TABLE} USING gin(body)"))

    def index_words(self, connection: Connection, bodies: Mapping[str, str]) -> None:
        """See :meth:`Dialect.index_words`."""
        if bodies:
            connection.execute(
                text(f"INSERT INTO {FTS_TABLE} (interaction_id, body) VALUES (:id, to_tsvector('simple', :body))"),
                [{"id": name, "body": body} for name, body in bodies.items()],
            )

    def forget_words(self, connection: Connection, ids: Sequence[str]) -> None:
        """See :meth:`Dialect.forget_words`."""
        if ids:
            connection.execute(
                text(f"DELETE FROM {FTS_TABLE} WHERE interaction_id = :id"), [{"id": one} for one in ids]
            )

    def words_between(self, first: str, last: str) -> ColumnElement[bool]:
        """See :meth:`Dialect.words_between`."""
        return WORDS.c.interaction_id.between(first, last)

    def words_of(self, ids: Sequence[str]) -> ColumnElement[bool]:
        """See :meth:`Dialect.words_of`."""
        return WORDS.c.interaction_id.in_(ids)

    def counted(self, body: str) -> Mapping[str, int]:
        """See :meth:`Dialect.counted`; what ``to_tsvector`` made of a body: ``'facture':1,7 'fois':5``."""
        found: dict[str, int] = {}
        for lexeme in body.split():
            word, _, places = lexeme.rpartition(":")
            found[word[1:-1]] = places.count(",") + 1
        return found

    def hold_phrases(self, phrases: Sequence[Sequence[str]]) -> ColumnElement[bool]:
        """See :meth:`Dialect.hold_phrases`."""
        return or_(*(WORDS.c.body.bool_op("@@")(func.phraseto_tsquery("simple", " ".join(one))) for one in phrases))

    # --- expressions ---------------------------------------------------------------------------------------------

    def day(self, moment: ColumnElement[Any]) -> ColumnElement[str]:
        """See :meth:`Dialect.day`."""
        return func.to_char(func.timezone("UTC", moment), "YYYY-MM-DD", type_=String)

    def whole(self, number: ColumnElement[float]) -> ColumnElement[int]:
        """See :meth:`Dialect.whole`."""
        return cast(func.floor(number), Integer)

    def each_attribute(self, record: ColumnElement[Any]) -> TableValuedAlias:
        """See :meth:`Dialect.each_attribute`."""
        return func.json_each_text(record["attributes"]).table_valued("key", "value", name="each_attribute")

    def naive(self, moment: ColumnElement[Any]) -> ColumnElement[Any]:
        """See :meth:`Dialect.naive`."""
        return func.timezone("UTC", moment)

    def attributes(self, record: ColumnElement[Any]) -> ColumnElement[Any]:
        """See :meth:`Dialect.attributes`.

        A NUL anywhere in a record keeps PostgreSQL from opening it: it is taken for a space, which no attribute loses.
        """
        readable = func.replace(cast(record, String), "\\u0000", "\\u0020")
        return cast(cast(readable, JSON)["attributes"], String)

    def joined(self, number: str) -> str:
        """See :meth:`Dialect.joined`."""
        return f"string_agg(CAST({number} AS text), ',')"

    def among(self, parameter: str) -> str:
        """See :meth:`Dialect.among`."""
        return f"= ANY(CAST(:{parameter} AS bigint[]))"

    def numbers(self, numbers: Sequence[int]) -> str:
        """See :meth:`Dialect.numbers`."""
        return f"{{{','.join(map(str, numbers))}}}"

    # --- changes -------------------------------------------------------------------------------------------------

    def triggers(self, connection: Connection) -> frozenset[str]:
        """See :meth:`Dialect.triggers`: those of the tables that are found by name, whatever other schemas hold."""
        named = text(
            "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND pg_table_is_visible(pg_class.oid)"
        )
        return frozenset(connection.execute(named).scalars())

    def watch(self, connection: Connection, watch: Watch, *, there: Collection[str]) -> None:
        """See :meth:`Dialect.watch`.

        One mark for each thing and transaction, only ever added: with one for each thing alone, a mark taken while
        another transaction that relied on it is still open would leave that one's change unseen; and a row that all
        writers update would make them wait in line.
        """
        for name, one in watch.triggers.items():
            trigger = f"{watch.name}_{name}"
            if trigger in there:  # creating one waits for every open writer: not at each start
                continue
            ids = one.every or f"SELECT {one.row}.{one.named} AS id"
            when = f" WHEN ({one.when})" if one.when else ""
            connection.execute(
                text(
                    f"CREATE OR REPLACE FUNCTION mark_{trigger}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    f"INSERT INTO {watch.log} ({watch.column}, transaction) "
                    f"SELECT changed.id, txid_current() FROM ({ids}) AS changed WHERE NOT EXISTS "
                    f"(SELECT 1 FROM {watch.log} known WHERE known.{watch.column} = changed.id "
                    "AND known.transaction = txid_current()); RETURN NULL; END $$"
                )
            )
            connection.execute(
                text(
                    f"CREATE TRIGGER {trigger} AFTER {one.event} ON {one.table} FOR EACH ROW{when} "
                    f"EXECUTE FUNCTION mark_{trigger}()"
                )
            )

    def transaction(self) -> ColumnElement[int]:
        """See :meth:`Dialect.transaction`."""
        return func.txid_current()

    def oldest_open(self) -> ColumnElement[int]:
        """See :meth:`Dialect.oldest_open`."""
        return func.txid_snapshot_xmin(func.txid_current_snapshot())


DIALECT = PostgreSQL()
