"""Events around customers: keeping them, joining them to the base, reading one customer's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, or_, select, update

from voc.events import Event, EventFamily
from voc.records import Identifier
from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.event_tables import event, event_identifier


@dataclass(frozen=True)
class StoredEvent:
    """One event of a customer's timeline."""

    id: str
    family: EventFamily
    type: str
    channel: str | None
    at: datetime
    customer_id: str | None
    label: str | None
    amount: float | None
    currency: str | None
    place: str | None
    device: str | None
    source: str
    attributes: dict[str, str]


@dataclass(frozen=True)
class EventTotals:
    """One family of a customer's events: how many, from when to when, and what they sum up to by currency."""

    family: EventFamily
    n: int
    first_at: datetime
    last_at: datetime
    amounts: dict[str, float]


class Events:
    """Everything about events that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def save(self, events: Sequence[tuple[Event, str | None]], *, now: datetime) -> tuple[int, int]:
        """Keep events with the customer each belongs to (``None``: unknown yet); returns (new, known already).

        An event that is known is replaced by what is said of it now, and keeps its customer when none is named.
        """
        last = {one.id: (one, customer) for one, customer in events}
        rows = [_row(one, customer, now) for one, customer in last.values()]
        with self.database.begin() as connection:
            known: set[str] = set()
            for part in parts(list(last)):
                known.update(connection.execute(select(event.c.id).where(event.c.id.in_(part))).scalars())
            for chunk in parts(rows):
                statement = self.database.upsert(event)
                changed = {k: statement.excluded[k] for k in chunk[0] if k not in {"id", "received_at", "customer_id"}}
                changed["customer_id"] = func.coalesce(statement.excluded.customer_id, event.c.customer_id)
                connection.execute(statement.on_conflict_do_update(index_elements=[event.c.id], set_=changed), chunk)
            self._save_identifiers(connection, list(last.values()))
        # A row that stands twice in one batch is known the second time.
        return len(last) - len(known), len(events) - len(last) + len(known)

    def _save_identifiers(self, connection: Connection, events: Sequence[tuple[Event, str | None]]) -> None:
        for part in parts([one.id for one, _ in events]):
            connection.execute(delete(event_identifier).where(event_identifier.c.event_id.in_(part)))
        rows = [
            {"event_id": one.id, "type": found.type, "value": found.value, "network": found.network or ""}
            for one, customer in events
            if customer is None
            for found in one.identifiers
        ]
        for chunk in parts(rows):
            connection.execute(self.database.upsert(event_identifier).on_conflict_do_nothing(), chunk)

    def pending(self, *, after: str = "", limit: int = 1000) -> list[tuple[str, list[Identifier]]]:
        """Events that belong to nobody yet with what may name their customer, by id; ``after`` continues a walk."""
        k = event_identifier
        page = (
            select(k.c.event_id).where(k.c.event_id > after).distinct().order_by(k.c.event_id).limit(limit).subquery()
        )
        statement = (
            select(k.c.event_id, k.c.type, k.c.value, k.c.network)
            .join(page, page.c.event_id == k.c.event_id)
            .order_by(k.c.event_id, k.c.type, k.c.value)
        )
        found: dict[str, list[Identifier]] = {}
        with self.database.read() as connection:
            for row in connection.execute(statement):
                one = Identifier(type=row.type, value=row.value, network=row.network or None, verified=True)
                found.setdefault(row.event_id, []).append(one)
        return list(found.items())

    def roots(self, customer_ids: Sequence[str]) -> dict[str, str]:
        """Record → the record it is merged into, of those that are merged into another."""
        c = schema.customer
        found: dict[str, str] = {}
        with self.database.read() as connection:
            for part in parts(list(customer_ids)):
                statement = select(c.c.id, c.c.merged_into).where(c.c.id.in_(part), c.c.merged_into.is_not(None))
                found.update((row.id, row.merged_into) for row in connection.execute(statement))
        return found

    def join(self, owners: Sequence[tuple[str, str]]) -> None:
        """Give events (id) to their customers (id); what named the customer is no longer kept beside them."""
        with self.database.begin() as connection:
            for event_id, customer_id in owners:
                connection.execute(update(event).where(event.c.id == event_id).values(customer_id=customer_id))
            for part in parts([one for one, _ in owners]):
                connection.execute(delete(event_identifier).where(event_identifier.c.event_id.in_(part)))

    def of_customer(self, customer_id: str, *, limit: int = 500) -> list[StoredEvent]:
        """The latest events of one customer, those of the records merged into them too, newest first."""
        columns = [event.c[name] for name in StoredEvent.__dataclass_fields__]
        statement = (
            select(*columns)
            .where(event.c.customer_id.in_(_records_of(customer_id)))
            .order_by(event.c.at.desc(), event.c.id)
            .limit(limit)
        )
        with self.database.read() as connection:
            return [
                StoredEvent(**{**row._mapping, "family": EventFamily(row.family)})
                for row in connection.execute(statement)
            ]

    def totals(self, customer_id: str) -> list[EventTotals]:
        """One customer's events summed up by family, the most frequent first."""
        statement = (
            select(
                event.c.family,
                event.c.currency,
                func.count(),
                func.min(event.c.at),
                func.max(event.c.at),
                func.sum(event.c.amount),
            )
            .where(event.c.customer_id.in_(_records_of(customer_id)))
            .group_by(event.c.family, event.c.currency)
        )
        found: dict[str, EventTotals] = {}
        with self.database.read() as connection:
            for family, currency, n, first, last, amount in connection.execute(statement):
                before = found.get(family)
                amounts = dict(before.amounts) if before else {}
                if amount is not None:
                    amounts[currency or ""] = float(amount)
                found[family] = EventTotals(
                    family=EventFamily(family),
                    n=n + (before.n if before else 0),
                    first_at=min(first, before.first_at) if before else first,
                    last_at=max(last, before.last_at) if before else last,
                    amounts=amounts,
                )
        return sorted(found.values(), key=lambda one: (-one.n, one.family))

    def counts(self) -> dict[str, int]:
        """How many events there are by family, and how many have no customer yet (``unknown_customer``)."""
        with self.database.read() as connection:
            families = connection.execute(select(event.c.family, func.count()).group_by(event.c.family)).all()
            unknown = connection.execute(
                select(func.count()).select_from(event).where(event.c.customer_id.is_(None))
            ).scalar_one()
        return {str(row[0]): int(row[1]) for row in families} | {"unknown_customer": int(unknown)}

    def forget(self, customer_id: str, *, connection: Connection | None = None) -> int:
        """Erase every event of one customer, for good; returns how many there were."""
        statement = delete(event).where(event.c.customer_id == customer_id)
        if connection is not None:
            return connection.execute(statement).rowcount
        with self.database.begin() as fresh:
            return fresh.execute(statement).rowcount


def _records_of(customer_id: str) -> Any:
    """The record and those merged into it: an event stays with the record it came for."""
    c = schema.customer
    return select(c.c.id).where(or_(c.c.id == customer_id, c.c.merged_into == customer_id))


def _row(one: Event, customer: str | None, now: datetime) -> dict[str, Any]:
    fields = one.model_dump(exclude={"identifiers"})
    return {**fields, "family": str(one.family), "customer_id": customer, "received_at": now}
