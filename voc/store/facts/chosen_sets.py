"""Sets of interactions that a filter names and the facts have no column for: of a source, an upload, a context, of
customers to whom the base gives an attribute.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import duckdb
import pyarrow as pa
from sqlalchemy import ColumnElement, select

from voc.store import schema
from voc.store.context_tables import context_member
from voc.store.database import Database
from voc.store.facts import tables
from voc.store.shapes import given_by_the_base

SETS_KEPT = 64
"""Sets kept for the figures that are being counted with them."""


def ids_of(database: Database, kind: str, name: str) -> list[str]:
    """The interactions of a set as the store has it now.

    Args:
        kind: ``source``, ``upload``, ``context`` or ``customers``.
        name: which one; of customers, ``name=value`` of an attribute of theirs.
    """
    i, c, u, m = schema.interaction, schema.customer, schema.upload_item, context_member
    statement = {
        "source": select(i.c.id).where(i.c.source.startswith(name, autoescape=True)),
        "upload": select(u.c.interaction_id).where(u.c.upload_id == name),
        "context": select(m.c.interaction_id).where(m.c.context_id == name),
        "customers": select(i.c.id).join(c, c.c.id == i.c.customer_id).where(given_by_the_base(name)),
    }[kind]
    with database.read() as connection:
        return list(connection.execute(statement).scalars())


def put_down(root: duckdb.DuckDBPyConnection, name: str, ids: Sequence[str]) -> None:
    """Put a set beside the facts, in the transaction of ``root``."""
    root.register("came", pa.table({"id": pa.array(ids, pa.string())}))
    root.execute("INSERT INTO member SELECT ?, id FROM came", [name])
    root.unregister("came")


def is_in(name: str, row: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether an interaction, told by its row, is of a set that was put down."""
    i, m = tables.interaction.alias("chosen"), tables.member
    return row.in_(select(i.c.row).join(m, m.c.id == i.c.id).where(m.c.set == name))


class KeptSets:
    """Sets that were put down for whoever reads, the oldest forgotten in time."""

    def __init__(self) -> None:
        self._names: OrderedDict[str, None] = OrderedDict()

    def add(self, root: duckdb.DuckDBPyConnection, name: str, ids: Sequence[str]) -> None:
        """Put one down."""
        put_down(root, name, ids)
        self._names[name] = None
        while len(self._names) > SETS_KEPT:
            old, _ = self._names.popitem(last=False)
            root.execute('DELETE FROM member WHERE "set" = ?', [old])
