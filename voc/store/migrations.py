"""Bringing an older database up to today's schema when it is opened, in ordered steps, in one transaction.

New *tables* need no step: ``create_all`` makes what is missing. A new *column* or *index* of a table that exists already
does: define it in the schema as usual (so that a new database has it) and append one :class:`Step` to :data:`STEPS`
(so that an older one gets it). Steps are never changed, reordered or removed once released.

A step may meet its own result: a table that ``create_all`` has just made has the columns of later steps already. The
functions below therefore look before they add.

    STEPS = (
        ...
        Step("links keep their candidates", lambda connection: add_columns(connection, schema.link, "candidates")),
    )
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Table, inspect, select, text
from sqlalchemy.schema import CreateColumn, CreateIndex, DropIndex

from voc.identifiers import lookup_key
from voc.store import identity_tables, schema
from voc.store.customer_value import customer_value
from voc.store.doubtful_links import reopen_doubtful_links

FIRST_VERSION = 1
"""Schema of the first release."""


@dataclass(frozen=True)
class Step:
    """One change of the schema: what it is for, and what does it on the open connection of either dialect."""

    why: str
    apply: Callable[[Connection], None]


def add_columns(connection: Connection, table: Table, *names: str, backfill: str | None = None) -> None:
    """Add those columns of ``table`` that the database lacks, then the indexes of ``table`` that name them.

    A column that may not be NULL needs a ``server_default`` in the schema. ``backfill`` is a statement run once when a
    column was really added, to fill it from what is there.

    Raises:
        ValueError: such a column is not in the schema, or may not be NULL and has no default.
    """
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    added = [name for name in names if name not in there]
    for name in added:
        column = table.c.get(name)
        if column is None:
            raise ValueError(f"{table.name}.{name}: is not in the schema; define it there first.")
        if not column.nullable and column.server_default is None:
            raise ValueError(f"{table.name}.{name}: rows are there already; give it a server_default or allow NULL.")
        described = CreateColumn(column).compile(dialect=connection.dialect)
        references = "".join(
            f" REFERENCES {key.column.table.name} ({key.column.name})"
            + (f" ON DELETE {key.ondelete}" if key.ondelete else "")
            for key in column.foreign_keys
        )
        connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {described}{references}"))
    if added and backfill:
        connection.execute(text(backfill))
    add_indexes(connection, table)


def add_indexes(connection: Connection, table: Table) -> None:
    """Create the indexes of ``table`` whose columns are there and that the database lacks."""
    look = inspect(connection)
    there = {index["name"] for index in look.get_indexes(table.name)}
    columns = {column["name"] for column in look.get_columns(table.name)}
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        if index.name not in there and {column.name for column in index.columns} <= columns:
            connection.execute(CreateIndex(index))


def rebuild_indexes(connection: Connection, table: Table, *names: str) -> None:
    """Drop these indexes of ``table``, whose columns have changed, and create them as the schema has them now."""
    there = {index["name"] for index in inspect(connection).get_indexes(table.name)}
    for index in table.indexes:
        if index.name in names and index.name in there:
            connection.execute(DropIndex(index))
    add_indexes(connection, table)


def _merging(connection: Connection) -> None:
    add_columns(connection, schema.customer, "merged_into", "value")
    c = schema.customer.c
    rows = connection.execute(select(c.id, c.attributes)).yield_per(1000)
    worth = [{"key": row.id, "value": value} for row in rows if (value := customer_value(row.attributes)) is not None]
    for part in range(0, len(worth), 1000):
        connection.execute(text("UPDATE customer SET value = :value WHERE id = :key"), worth[part : part + 1000])


def _numbers_of_the_base(connection: Connection) -> None:
    add_columns(connection, schema.identifier, "plain")
    i = schema.identifier.c
    rows = connection.execute(select(i.id, i.type, i.value)).yield_per(1000)
    keys = [{"key": row.id, "plain": key} for row in rows if (key := lookup_key(row.type, row.value)) is not None]
    for part in range(0, len(keys), 1000):
        connection.execute(text("UPDATE identifier SET plain = :plain WHERE id = :key"), keys[part : part + 1000])
    if keys:  # the texts that are there were never compared with them: the next worker does
        owed = {"key": schema.NUMBER_MASKS, "value": "migrated"}
        connection.execute(text("DELETE FROM meta WHERE key = :key"), owed)
        connection.execute(text("INSERT INTO meta (key, value) VALUES (:key, :value)"), owed)


def _codes_of_reasons(connection: Connection) -> None:
    add_columns(connection, schema.rejection, "code", "parameters")
    add_columns(connection, schema.upload, "error_code", "error_parameters")


STEPS: tuple[Step, ...] = (
    Step("links keep the weight of evidence", lambda c: add_columns(c, schema.link, "probability", "candidates")),
    Step("customers can be merged", _merging),
    Step(
        "links keep the record they were made to, and how open they are",
        lambda c: add_columns(
            c, schema.link, "record_id", "leading_id", "uncertainty", backfill="UPDATE link SET record_id = customer_id"
        ),
    ),
    Step("a thread is found by its id", lambda c: add_indexes(c, schema.interaction)),
    Step("events know what they followed from", lambda c: add_columns(c, identity_tables.identity_event, "cause_id")),
    Step("what was linked by a doubtful number waits for a person", reopen_doubtful_links),
    Step("what was done to one thing is found in the trail", lambda c: add_indexes(c, schema.audit)),
    Step("numbers of the customer base are masked wherever they stand", _numbers_of_the_base),
    Step("readings of an upload are counted", lambda c: add_columns(c, schema.upload, "attempts")),
    Step("remarks stand beside rejections", lambda c: add_columns(c, schema.rejection, "remark")),
    Step("reasons of rejections have codes", _codes_of_reasons),
    Step("vectors say which space they lie in", lambda c: add_columns(c, schema.embedding, "space")),
    Step("whose recording some bytes are is found at once", lambda c: add_indexes(c, schema.interaction)),
)
"""Every change since the first release, oldest first; the schema's version is their number plus one."""


def schema_version(steps: Sequence[Step] | None = None) -> int:
    """The schema this program works with."""
    return FIRST_VERSION + len(STEPS if steps is None else steps)


def migrate(connection: Connection, *, found: int, steps: Sequence[Step] | None = None) -> list[str]:
    """Apply every step that a database of version ``found`` lacks; returns what they were for, in order."""
    todo = (STEPS if steps is None else steps)[found - FIRST_VERSION :]
    for step in todo:
        step.apply(connection)
    return [step.why for step in todo]
