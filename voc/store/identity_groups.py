"""Records of one person: which record speaks for which, on an open connection.

A record that was merged keeps its own row and identifiers (a CRM goes on updating it by its id) and points at the record
that speaks for it, its *root*. A root is never merged itself, so one look is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select

from voc.records import Customer, Identifier
from voc.store import schema
from voc.store.batches import parts
from voc.store.dialects import dialect_of

_LOCK = 7420002
"""Number of the lock under which identities change."""


def hold(connection: Connection, *, alone: bool) -> None:
    """Keep merges and saved links from passing each other: merges go alone, links side by side."""
    dialect_of(connection).hold(connection, _LOCK, alone=alone)


def root_of(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The root of the record that ``column`` names, as SQL."""
    c = schema.customer.alias("record")
    return select(func.coalesce(c.c.merged_into, c.c.id)).where(c.c.id == column).scalar_subquery()


_ROOTS = select(schema.customer.c.id, func.coalesce(schema.customer.c.merged_into, schema.customer.c.id)).where(
    schema.customer.c.id.in_(bindparam("ids", expanding=True))
)
"""Made once: building it took longer than what it asks for."""


def roots(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Root of each record; a root is its own, and what is not in the base is left out."""
    found: dict[str, str] = {}
    for part in parts(sorted(set(ids))):
        rows = connection.execute(_ROOTS, {"ids": part}).all()
        found.update((row[0], row[1]) for row in rows)
    return found


def groups(connection: Connection, ids: Iterable[str]) -> dict[str, list[str]]:
    """Root → every record of the person, the oldest first, for the persons that these records are of."""
    c = schema.customer.c
    wanted = sorted(set(roots(connection, ids).values()))
    found: dict[str, list[Any]] = {}
    for part in parts(wanted):
        columns = select(c.id, c.merged_into, c.since, c.created_at)
        rows: dict[str, Any] = {}
        for named in (c.id, c.merged_into):  # one statement each: of both together SQLite would read every customer
            rows |= {row.id: row for row in connection.execute(columns.where(named.in_(part)))}
        for row in rows.values():
            found.setdefault(row.merged_into or row.id, []).append(row)
    return {root: [row.id for row in sorted(rows, key=age)] for root, rows in found.items()}


def age(row: Any) -> tuple[datetime, str]:
    """What the oldest record is found by: customer since, else known since; the id decides between twins."""
    return (row.since or row.created_at, row.id)


def names(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str | None, ...]]:
    """Every name of the person each record is of: the merged records' too, all of which are to be masked."""
    c = schema.customer.c
    together = groups(connection, ids)
    of_record: dict[str, tuple[str | None, ...]] = {}
    everyone = [one for records in together.values() for one in records]
    for part in parts(everyone):
        for row in connection.execute(select(c.id, c.first_name, c.last_name, c.name).where(c.id.in_(part))):
            of_record[row.id] = (row.first_name, row.last_name, row.name)
    root = {one: key for key, records in together.items() for one in records}
    return {
        one: tuple(name for record in together[root[one]] for name in of_record.get(record, ()))
        for one in ids
        if one in root
    }


def united(records: Sequence[Customer]) -> Customer:
    """One record for a person from all of theirs, the root first: what the root leaves open, the others fill.

    Identifiers of all are kept, each once. Where two records disagree about an attribute the root's value stands, and
    the other's is kept under its name and record: ``offre (C2)``.
    """
    first, *others = records
    if not others:
        return first
    fields = {
        name: next((value for one in records if (value := getattr(one, name)) is not None), None)
        for name in ("name", "first_name", "last_name", "language", "city", "postcode", "segment")
    }
    known = [one.since for one in records if one.since is not None]
    attributes = dict(first.attributes)
    for one in others:
        for name, value in one.attributes.items():
            if attributes.setdefault(name, value) != value:
                attributes[f"{name} ({one.id})"] = value
    identifiers: dict[tuple[str, str, str | None], Identifier] = {}
    for one in records:
        for found in one.identifiers:
            identifiers.setdefault((found.type, found.value, found.network), found)
    return first.model_copy(
        update=fields
        | {"since": min(known, default=None), "attributes": attributes, "identifiers": tuple(identifiers.values())}
    )


def merges_are_flat(connection: Connection) -> bool:
    """Whether every merged record points at a root."""
    c, root = schema.customer, schema.customer.alias("root")
    broken = (
        select(c.c.id)
        .join(root, root.c.id == c.c.merged_into)
        .where(or_(root.c.merged_into.is_not(None), root.c.id == c.c.id))
    )
    return connection.execute(broken.limit(1)).first() is None


def by_root(found: Mapping[str, str], ids: Iterable[str | None]) -> set[str]:
    """Roots of these ids, unknown ones standing for themselves."""
    return {found.get(one, one) for one in ids if one is not None}
