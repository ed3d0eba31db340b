"""The customer base: records, identifiers, look-ups."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, delete, func, or_, select, tuple_

from voc.records import Customer, Identifier
from voc.store import schema
from voc.store.customer_value import customer_value
from voc.store.database import SQL_VARIABLES, Database, parts
from voc.store.folding import fold


@dataclass(frozen=True)
class CustomerRow:
    """One customer in a list, with how often and how they were heard."""

    id: str
    name: str | None
    city: str | None
    segment: str | None
    interactions: int
    negative: int
    last_at: datetime | None


class Customers:
    """Everything about customers that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def save(self, customers: Sequence[Customer], *, now: datetime) -> tuple[int, int]:
        """Insert or update by id, identifiers included, in one transaction; returns (new, updated)."""
        c = schema.customer
        last = {one.id: one for one in customers}  # a base that names an id twice means its last line
        with self.database.begin() as connection:
            known: set[str] = set()
            for part in parts(list(last)):
                known.update(connection.execute(select(c.c.id).where(c.c.id.in_(part))).scalars())
            rows = [_columns(one) | {"created_at": now, "updated_at": now} for one in last.values()]
            for chunk in parts(rows):
                statement = self.database.upsert(c)
                columns = {k: statement.excluded[k] for k in chunk[0] if k not in {"id", "created_at"}}
                connection.execute(statement.on_conflict_do_update(index_elements=[c.c.id], set_=columns), chunk)
            self._save_identifiers(connection, last.values())
        return len(last) - len(known), len(known)

    def _save_identifiers(self, connection: Connection, customers: Iterable[Customer]) -> None:
        i = schema.identifier
        everyone = list(customers)
        for part in parts([one.id for one in everyone]):
            connection.execute(delete(i).where(i.c.customer_id.in_(part)))
        rows = [
            {
                "customer_id": one.id,
                "type": found.type,
                "value": found.value,
                "network": found.network or "",
                "verified": True,
            }
            for one in everyone
            for found in (*one.identifiers, Identifier(type="customer", value=one.id))
        ]
        for chunk in parts(rows):
            connection.execute(self.database.upsert(i).on_conflict_do_nothing(), chunk)

    def owners(
        self, identifiers: Sequence[Identifier], *, connection: Connection | None = None
    ) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """Who owns each (type, value): list of (customer id, network), for many identifiers in few queries."""
        i = schema.identifier
        wanted = list({(one.type, one.value) for one in identifiers})
        found: dict[tuple[str, str], list[tuple[str, str]]] = {}

        def look(open_connection: Connection) -> None:
            for start in range(0, len(wanted), SQL_VARIABLES // 2):
                part = wanted[start : start + SQL_VARIABLES // 2]
                for row in open_connection.execute(
                    select(i.c.type, i.c.value, i.c.customer_id, i.c.network).where(
                        tuple_(i.c.type, i.c.value).in_(part)
                    )
                ):
                    found.setdefault((row.type, row.value), []).append((row.customer_id, row.network))

        if connection is not None:
            look(connection)
        else:
            with self.database.read() as fresh:
                look(fresh)
        return found

    def get(self, customer_id: str) -> Customer | None:
        """The record of one customer, or ``None``."""
        with self.database.read() as connection:
            row = connection.execute(select(schema.customer).where(schema.customer.c.id == customer_id)).one_or_none()
            if row is None:
                return None
            identifiers = connection.execute(
                select(schema.identifier)
                .where(schema.identifier.c.customer_id == customer_id)
                .order_by(schema.identifier.c.id)
            ).all()
        return _customer(row, identifiers)

    def names(self, ids: Sequence[str]) -> dict[str, tuple[str | None, ...]]:
        """(first name, last name, whole name) by id, for masking a linked customer's own name in the text."""
        c = schema.customer
        found: dict[str, tuple[str | None, ...]] = {}
        with self.database.read() as connection:
            for part in parts(list(ids)):
                for row in connection.execute(
                    select(c.c.id, c.c.first_name, c.c.last_name, c.c.name).where(c.c.id.in_(part))
                ):
                    found[row.id] = (row.first_name, row.last_name, row.name)
        return found

    def search(
        self,
        query: str = "",
        *,
        identifiers: Sequence[str] = (),
        segment: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[CustomerRow]:
        """Customers whose name contains ``query`` (case and accents apart), whose id it is, or who own one of
        ``identifiers`` (normalised values); those heard last come first."""
        c, i = schema.customer, schema.interaction
        heard = (
            select(
                i.c.customer_id,
                func.count().label("interactions"),
                func.sum(func.coalesce((i.c.sentiment_label == "negative").cast(Integer), 0)).label("negative"),
                func.max(i.c.at).label("last_at"),
            )
            .where(i.c.customer_id.is_not(None))
            .group_by(i.c.customer_id)
            .subquery()
        )
        statement = select(
            c.c.id, c.c.name, c.c.city, c.c.segment,
            func.coalesce(heard.c.interactions, 0).label("interactions"),
            func.coalesce(heard.c.negative, 0).label("negative"), heard.c.last_at,
        ).select_from(c.outerjoin(heard, heard.c.customer_id == c.c.id))  # fmt: skip
        if query.strip():
            owned = select(schema.identifier.c.customer_id).where(
                schema.identifier.c.value.in_([query.strip(), *identifiers])
            )
            statement = statement.where(
                or_(
                    c.c.folded_name.contains(fold(query.strip()), autoescape=True),
                    c.c.id == query.strip(),
                    c.c.id.in_(owned),
                )
            )
        if segment:
            statement = statement.where(c.c.segment == segment)
        order = statement.order_by(heard.c.last_at.desc().nulls_last(), c.c.id).limit(limit).offset(offset)
        with self.database.read() as connection:
            return [CustomerRow(**row._mapping) for row in connection.execute(order)]

    def count(self) -> int:
        """How many customers there are."""
        with self.database.read() as connection:
            return connection.execute(select(func.count()).select_from(schema.customer)).scalar_one()

    def segments(self) -> list[str]:
        """The segments in use."""
        s = schema.customer.c.segment
        with self.database.read() as connection:
            return [
                one
                for one in connection.execute(select(s).distinct().where(s.is_not(None)).order_by(s)).scalars()
                if one
            ]


def _columns(one: Customer) -> dict[str, Any]:
    name = one.name or " ".join(part for part in (one.first_name, one.last_name) if part) or None
    return {
        "id": one.id, "name": name, "folded_name": fold(name) if name else None, "first_name": one.first_name, "last_name": one.last_name, "language": one.language,
        "city": one.city, "postcode": one.postcode, "segment": one.segment, "since": one.since, "attributes": one.attributes, "value": customer_value(one.attributes),
    }  # fmt: skip


def _customer(row: Row[Any], identifiers: Sequence[Row[Any]]) -> Customer:
    return Customer(
        id=row.id, name=row.name, first_name=row.first_name, last_name=row.last_name, language=row.language, city=row.city,
        postcode=row.postcode, segment=row.segment, since=row.since, attributes=row.attributes,
        identifiers=tuple(
            Identifier(type=i.type, value=i.value, network=i.network or None, verified=i.verified) for i in identifiers
        ),
    )  # fmt: skip
