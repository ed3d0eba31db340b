"""What updates of the customer base changed: which field of which record, from what to what, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from voc.records import Customer, as_utc
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.linking_tables import customer_change

COLUMNS = ("name", "first_name", "last_name", "language", "city", "postcode", "segment", "since")


@dataclass(frozen=True)
class Change:
    """One field of one record: ``before`` is ``None`` where there was nothing, ``after`` where nothing is left."""

    at: datetime
    field: str
    before: str | None
    after: str | None


def record_changes(connection: Connection, pairs: Sequence[tuple[Customer, Customer]], *, now: datetime) -> None:
    """Keep how each record (before, after) differs, in the transaction that changes it."""
    rows = [
        {"customer_id": after.id, "at": now, "field": field, "before": old, "after": new}
        for before, after in pairs
        for field, old, new in differences(before, after)
    ]
    for part in parts(rows):
        connection.execute(insert(customer_change), part)


def differences(before: Customer, after: Customer) -> list[tuple[str, str | None, str | None]]:
    """(field, before, after) of everything that differs, identifiers as one gone or one come each."""
    found: list[tuple[str, str | None, str | None]] = []
    for field in COLUMNS:
        old, new = _text(getattr(before, field)), _text(getattr(after, field))
        if field == "name":
            old, new = _whole_name(before), _whole_name(after)
        if old != new:
            found.append((field, old, new))
    for name in sorted(before.attributes.keys() | after.attributes.keys()):
        old, new = before.attributes.get(name), after.attributes.get(name)
        if old != new:
            found.append((f"attributes.{name}", old, new))
    was, now = (
        {(one.type, one.network or "", one.value) for one in record.identifiers if one.value != record.id}
        for record in (before, after)
    )
    found.extend((kind, value, None) for kind, _, value in sorted(was - now))
    found.extend((kind, None, value) for kind, _, value in sorted(now - was))
    return found


def changes_of(database: Database, customer_id: str, *, limit: int) -> list[Change]:
    """The latest changes of one record, newest first."""
    t = customer_change
    statement = (
        select(t.c.at, t.c.field, t.c.before, t.c.after)
        .where(t.c.customer_id == customer_id)
        .order_by(t.c.id.desc())
        .limit(limit)
    )
    with database.read() as connection:
        return [Change(row.at, row.field, row.before, row.after) for row in connection.execute(statement)]


def _whole_name(one: Customer) -> str | None:
    return one.name or " ".join(part for part in (one.first_name, one.last_name) if part) or None


def _text(value: object) -> str | None:
    if value is None:
        return None
    return as_utc(value).isoformat() if isinstance(value, datetime) else str(value)
