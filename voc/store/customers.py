"""The customer base: records, identifiers, look-ups."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, bindparam, delete, func, or_, select

from voc.identifiers import lookup_key
from voc.language.folding import fold
from voc.records import Customer, Identifier
from voc.store import identity_groups, schema
from voc.store.batches import parts
from voc.store.customer_changes import Change, changes_of, record_changes
from voc.store.customer_value import customer_value
from voc.store.database import Database
from voc.store.known_numbers import owe_masks
from voc.store.shapes import Source


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


_OWNERS = (
    select(
        schema.identifier.c.value,
        func.coalesce(schema.customer.c.merged_into, schema.customer.c.id),
        schema.identifier.c.network,
    )
    .join(schema.customer, schema.customer.c.id == schema.identifier.c.customer_id)
    .where(
        schema.identifier.c.type == bindparam("kind"),
        schema.identifier.c.value.in_(bindparam("values", expanding=True)),
    )
)
"""Made once: every interaction asks it, and building it took longer than what it asks for."""


class Customers:
    """Everything about customers that touches the database."""

    def __init__(self, database: Database, source: Source) -> None:
        self.database, self.source = database, source

    def save(self, customers: Sequence[Customer], *, now: datetime) -> tuple[int, int]:
        """Insert or update by id, identifiers included, in one transaction; returns (new, updated).

        What an update changes is kept (:meth:`changes`).
        """
        c = schema.customer
        last = {one.id: one for one in customers}  # a base that names an id twice means its last line
        with self.database.begin() as connection:
            known: set[str] = set()
            for part in parts(list(last)):
                before = {one.id: one for one in customers_in(connection, part)}
                known.update(before)
                record_changes(connection, [(before[one], last[one]) for one in part if one in before], now=now)
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
        there: set[str] = set()
        for part in parts([one.id for one in everyone]):
            known = select(i.c.plain).where(i.c.customer_id.in_(part), i.c.plain.is_not(None))
            there.update(connection.execute(known).scalars())
            connection.execute(delete(i).where(i.c.customer_id.in_(part)))
        rows = [
            {
                "customer_id": one.id,
                "type": found.type,
                "value": found.value,
                "network": found.network or "",
                "verified": True,
                "plain": lookup_key(found.type, found.value),
            }
            for one in everyone
            for found in (*one.identifiers, Identifier(type="customer", value=one.id))
        ]
        keys = {key for one in everyone for key in _keys(one)}
        owe_masks(self.database, connection, keys - there)
        for chunk in parts(rows):
            connection.execute(self.database.upsert(i).on_conflict_do_nothing(), chunk)

    def changes(self, customer_id: str, *, limit: int = 200) -> list[Change]:
        """What updates changed in one record, newest first."""
        return changes_of(self.database, customer_id, limit=limit)

    def owners(
        self, identifiers: Sequence[Identifier], *, connection: Connection | None = None
    ) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """Who owns each (type, value): list of (customer id, network), for many identifiers in few queries.

        What a merged record holds belongs to the customer it was merged into.
        """
        wanted: dict[str, set[str]] = {}
        for one in identifiers:
            wanted.setdefault(one.type, set()).add(one.value)
        found: dict[tuple[str, str], list[tuple[str, str]]] = {}

        def look(open_connection: Connection) -> None:
            # One type at a time: SQLite walks the whole table for (type, value) IN ((…), (…)).
            for kind, values in wanted.items():
                for part in parts(sorted(values)):
                    for value, owner, network in open_connection.execute(_OWNERS, {"kind": kind, "values": part}).all():
                        found.setdefault((kind, value), []).append((owner, network))

        if connection is not None:
            look(connection)
        else:
            with self.database.read() as fresh:
                look(fresh)
        return found

    def get(self, customer_id: str) -> Customer | None:
        """One record as the customer base has it, or ``None``; :meth:`whole` is the person it is of."""
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

    def leading(self, ids: Collection[str]) -> dict[str, Customer]:
        """Those of these records that speak for themselves, not merged into another, by their ids."""
        merged = self.merged(ids)
        return {one: record for one in ids if one not in merged and (record := self.get(one)) is not None}

    def records(self, customer_id: str) -> list[Customer]:
        """Every record of the person a record is of, the one that speaks for them first; empty when it is unknown."""
        with self.database.read() as connection:
            root = identity_groups.roots(connection, [customer_id]).get(customer_id)
            ids = identity_groups.groups(connection, [customer_id]).get(root or "", [])
        ordered = sorted(ids, key=lambda one: one != root)
        return [record for one in ordered if (record := self.get(one)) is not None]

    def whole(self, customer_id: str) -> Customer | None:
        """The person a record is of, under the id that speaks for them, with what all their records know."""
        records = self.records(customer_id)
        return identity_groups.united(records) if records else None

    def merged(self, ids: Collection[str]) -> dict[str, str]:
        """Of these records, those that are merged, with the record that speaks for them."""
        with self.database.read() as connection:
            found = identity_groups.roots(connection, ids)
        return {one: root for one, root in found.items() if one != root}

    def names(self, ids: Sequence[str]) -> dict[str, tuple[str | None, ...]]:
        """First, last and whole name by id, for masking a linked customer's own name; of merged records too."""
        with self.database.read() as connection:
            return identity_groups.names(connection, list(dict.fromkeys(ids)))

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
        if not query.strip() and (latest := self._heard_last(segment, limit=limit, offset=offset)):
            return latest
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
        statement = statement.where(c.c.merged_into.is_(None))
        if query.strip():
            record = c.alias("record")
            named = or_(
                record.c.folded_name.contains(fold(query.strip()), autoescape=True),
                record.c.id == query.strip(),
                record.c.id.in_(
                    select(schema.identifier.c.customer_id).where(
                        schema.identifier.c.value.in_([query.strip(), *identifiers])
                    )
                ),
            )
            statement = statement.where(
                c.c.id.in_(select(func.coalesce(record.c.merged_into, record.c.id)).where(named))
            )
        if segment:
            statement = statement.where(c.c.segment == segment)
        order = statement.order_by(heard.c.last_at.desc().nulls_last(), c.c.id).limit(limit).offset(offset)
        with self.database.read() as connection:
            return [CustomerRow(**row._mapping) for row in connection.execute(order)]

    def _heard_last(self, segment: str | None, *, limit: int, offset: int) -> list[CustomerRow]:
        """A page of those heard last, counted over the facts; nothing where it would hold customers never heard."""
        shape, i, c = self.source.shape, self.source.shape.interaction, schema.customer
        last = func.max(i.c.at).label("last_at")
        statement = (
            select(
                i.c.customer_id,
                func.count().label("interactions"),
                func.count().filter(i.c.sentiment_label == "negative").label("negative"),
                last,
            )
            .select_from(shape.population)
            .where(i.c.customer_id.is_not(None), *([shape.segment == segment] if segment else []))
            .group_by(i.c.customer_id)
            .order_by(last.desc(), i.c.customer_id)
            .limit(limit)
            .offset(offset)
        )
        with self.source.read() as connection:
            heard = connection.execute(statement).all()
        if len(heard) < limit:
            return []
        known: dict[str, Any] = {}
        with self.database.read() as connection:
            for part in parts([row.customer_id for row in heard]):
                about = select(c.c.id, c.c.name, c.c.city, c.c.segment).where(c.c.id.in_(part))
                known |= {row.id: row for row in connection.execute(about)}
        if len(known) < len(heard):  # one was erased between the two looks
            return []
        return [
            CustomerRow(
                **known[row.customer_id]._mapping,
                interactions=row.interactions,
                negative=row.negative,
                last_at=row.last_at,
            )
            for row in heard
        ]

    def count(self) -> int:
        """How many customers there are; records of one person count once."""
        c = schema.customer
        with self.database.read() as connection:
            return connection.execute(select(func.count()).select_from(c).where(c.c.merged_into.is_(None))).scalar_one()

    def segments(self) -> list[str]:
        """The segments in use."""
        s = schema.customer.c.segment
        with self.database.read() as connection:
            return [
                one
                for one in connection.execute(select(s).distinct().where(s.is_not(None)).order_by(s)).scalars()
                if one
            ]

    def values(self, ids: Sequence[str]) -> dict[str, float]:
        """What these customers are worth, of those of whom the base says it."""
        c = schema.customer.c
        found: dict[str, float] = {}
        with self.database.read() as connection:
            for part in parts(list(ids)):
                statement = select(c.id, c.value).where(c.id.in_(part), c.value.is_not(None))
                found |= {row.id: row.value for row in connection.execute(statement)}
        return found

    def attribute_values(self, name: str, *, most: int) -> list[str]:
        """The first ``most`` values that the base gives customers of an attribute, in their order."""
        c = schema.customer.c
        value = c.attributes[name].as_string()
        statement = select(value).where(value.is_not(None), value != "", c.merged_into.is_(None)).distinct()
        with self.database.read() as connection:
            return sorted(str(one) for one in connection.execute(statement.limit(most)).scalars())

    def attribute_names(self, *, looked_at: int) -> list[str]:
        """Names of the attributes that the first ``looked_at`` records have."""
        c = schema.customer.c
        with self.database.read() as connection:
            given = connection.execute(select(c.attributes).order_by(c.id).limit(looked_at)).scalars()
            return sorted({name for one in given for name in one or {}})


def _keys(one: Customer) -> set[str]:
    """What this customer's numbers are looked up by in texts."""
    return {key for found in one.identifiers if (key := lookup_key(found.type, found.value))} | (
        {key} if (key := lookup_key("customer", one.id)) else set()
    )


def customers_in(connection: Connection, ids: Sequence[str]) -> list[Customer]:
    """Many records at once, in no order; ids that are not there are left out."""
    c, i = schema.customer, schema.identifier
    found: list[Customer] = []
    for part in parts(ids):
        owned: dict[str, list[Row[Any]]] = {}
        for row in connection.execute(select(i).where(i.c.customer_id.in_(part)).order_by(i.c.id)):
            owned.setdefault(row.customer_id, []).append(row)
        rows = connection.execute(select(c).where(c.c.id.in_(part)))
        found.extend(_customer(row, owned.get(row.id, [])) for row in rows)
    return found


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
