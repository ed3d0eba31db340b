"""Tables by which what is said of somebody in what is other people's is found without reading all of it.

Rows are kept together by whose they are: an interaction's, or a customer's. A key is the end of a keyed hash of a word,
of a number's end, of a name after a title: nothing can be read from it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import JSON, Column, LargeBinary, String, Table

from voc.store import schema
from voc.store.change_logs import log_table
from voc.store.customer_marks import customer_mark
from voc.store.dialects import Trigger, Watch
from voc.store.fact_changes import fact_change

mention_key = Table(
    "mention_key",
    schema.metadata,
    Column("owner", String, primary_key=True),  # interaction:ID or customer:ID
    Column("hashes", LargeBinary, nullable=False),  # uint32, little-endian, in order
    sqlite_with_rowid=False,
)

mention_due = log_table("mention_due", "owner")
"""Whose rows changed since their keys were made: they are read, whatever their keys say."""

OWNERS = ("interaction", "customer")
"""Tables whose rows others belong to; of a row of both, the first."""

_NO_WORDS = frozenset({"meta", "tombstone", mention_key.name})
_LOGS = {
    fact_change.name: ("interaction", fact_change.c.interaction_id),
    customer_mark.name: ("customer", customer_mark.c.customer),
}
"""Logs hold ids alone, which are of their owner."""


def searched(table: Table) -> list[Column[str]]:
    """Columns of a table that may hold words or documents, apart from what names its rows."""
    if table.name in _NO_WORDS or not table.primary_key.columns:
        return []
    return [
        one for one in table.c if isinstance(one.type, (String, JSON)) and not one.foreign_keys and not one.primary_key
    ]


def points_at(column: Column[Any], target: str) -> bool:
    """Whether a column names a row of the table ``target``."""
    return column.name == f"{target}_id" or any(key.column.table.name == target for key in column.foreign_keys)


def owner_of(table: Table) -> tuple[str, Column[str]] | None:
    """Whose the rows of a table are (one of :data:`OWNERS`), and the column that says it; ``None``: nobody's."""
    if table.name in _LOGS:
        return _LOGS[table.name]
    for owner in OWNERS:
        if table.name == owner:
            return owner, table.c.id
        for column in table.c:
            if points_at(column, owner):
                return owner, column
    return None


def owned_by(owner: str) -> list[tuple[Table, Column[str]]]:
    """The tables that may hold words and belong to one of :data:`OWNERS`, with the column that says whose."""
    found = []
    for table in schema.metadata.sorted_tables:
        whose = owner_of(table) if searched(table) else None
        if whose is not None and whose[0] == owner:
            found.append((table, whose[1]))
    return found


def watched() -> Watch:
    """What writes down whose rows changed: every table that may hold words, those of a later version too."""
    return _watched(tuple(schema.metadata.tables))


@lru_cache(maxsize=1)
def _watched(_tables: tuple[str, ...]) -> Watch:
    triggers = {}
    for owner in OWNERS:
        for table, column in owned_by(owner):
            if table.name in _LOGS:
                continue
            for event in ("insert", "update", "delete"):
                row: Literal["NEW", "OLD"] = "OLD" if event == "delete" else "NEW"
                whose = f"{row}.{column.name}"
                every = f"SELECT '{owner}:' || {whose} AS id WHERE {whose} IS NOT NULL"
                triggers[f"{table.name}_{event}"] = Trigger(event.upper(), table.name, row, every=every)
    return Watch("mention", log=mention_due.name, column="owner", triggers=triggers)
