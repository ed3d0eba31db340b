"""What context mining reads (contacts with what is known of their customer) and what it keeps (whom a figure counted)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from voc.store import schema
from voc.store.batches import parts
from voc.store.context_tables import context_member, context_set
from voc.store.database import Database
from voc.store.filters import Filters, counted
from voc.store.shapes import Source

KEPT_FOR = timedelta(days=90)
"""A link to a figure's interactions opens this long after the figure was last drawn."""
READ_AT_ONCE = 2000


@dataclass(frozen=True)
class Profile:
    """What the customer base says of one customer."""

    id: str
    segment: str | None
    city: str | None
    since: datetime | None
    value: float | None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Contact:
    """One analysed interaction as context mining needs it; ``topics`` are the ids it speaks of."""

    id: str
    at: datetime
    channel: str
    customer_id: str | None
    sentiment: str | None
    snippet: str | None
    attributes: Mapping[str, str]
    topics: tuple[str, ...]


class Contexts:
    """Everything about contexts that touches the database."""

    def __init__(self, database: Database, source: Source) -> None:
        self.database, self.source = database, source

    def contacts(self, filters: Filters, *, limit: int) -> list[Contact]:
        """The newest ``limit`` analysed interactions that match, oldest first."""
        shape, i, s = self.source.shape, self.source.shape.interaction, self.source.shape.signal
        columns = (i.c.id, i.c.at, i.c.channel, i.c.customer_id, i.c.sentiment_label)
        newest = (
            counted(select(shape.key.label("key"), *columns), filters, shape)
            .where(shape.analysed)
            .order_by(i.c.at.desc(), i.c.id.desc())
            .limit(limit)
            .subquery()
        )
        about = select(newest.c.key, s.c.label).join(s, s.c.interaction_id == newest.c.key).where(s.c.kind == "topic")
        came_with = select(newest.c.key, shape.attribute_name, shape.attribute_value).select_from(
            shape.attributes.join(newest, newest.c.key == shape.key)
        )
        with self.source.read() as connection:
            rows = connection.execute(select(newest)).all()
            topics: dict[Any, set[str]] = {}
            for key, label in connection.execute(about):
                topics.setdefault(key, set()).add(label)
            attributes: dict[Any, dict[str, str]] = {}
            for key, name, value in connection.execute(came_with):
                attributes.setdefault(key, {})[name] = value
        snippets = self.source.snippets([row.id for row in rows])
        return [
            Contact(
                id=row.id,
                at=row.at,
                channel=row.channel,
                customer_id=row.customer_id,
                sentiment=row.sentiment_label,
                snippet=snippets.get(row.id),
                attributes=dict(sorted(attributes.get(row.key, {}).items())),
                topics=tuple(sorted(topics.get(row.key, ()))),
            )
            for row in sorted(rows, key=lambda one: (one.at, one.id))
        ]

    def profiles(self, ids: Sequence[str]) -> dict[str, Profile]:
        """Customers by id."""
        c = schema.customer
        found: dict[str, Profile] = {}
        with self.database.read() as connection:
            for part in parts(list(ids)):
                for row in connection.execute(select(*_PROFILE).where(c.c.id.in_(part))):
                    found[row.id] = Profile(**row._mapping)
        return found

    def base(self, *, limit: int) -> Iterator[Profile]:
        """Customers of the base, records merged into another left out, at most ``limit``."""
        c = schema.customer
        last, read = "", 0
        while read < limit:
            statement = select(*_PROFILE).where(c.c.id > last, c.c.merged_into.is_(None)).order_by(c.c.id)
            with self.database.read() as connection:
                rows = connection.execute(statement.limit(min(READ_AT_ONCE, limit - read))).all()
            if not rows:
                return
            last, read = rows[-1].id, read + len(rows)
            yield from (Profile(**row._mapping) for row in rows)

    def stamp(self) -> tuple[object, ...]:
        """Changes with every analysis, link or customer: what was computed under the same stamp still holds."""
        i, c = schema.interaction, schema.customer
        with self.database.read() as connection:
            row = connection.execute(select(func.count(), func.max(i.c.analysed_at), func.count(i.c.customer_id))).one()
            base = connection.execute(select(func.count(), func.max(c.c.updated_at))).one()
        return (*row, *base)

    def keep(self, sets: Mapping[str, Sequence[str]], *, now: datetime) -> None:
        """Keep which interactions each set holds (id from :func:`set_id`), and forget sets nobody drew for long."""
        with self.database.begin() as connection:
            known: set[str] = set()
            for part in parts(list(sets)):
                connection.execute(update(context_set).where(context_set.c.id.in_(part)).values(kept_at=now))
                known.update(connection.execute(select(context_set.c.id).where(context_set.c.id.in_(part))).scalars())
            for one, members in sets.items():
                if one in known:
                    continue
                connection.execute(
                    self.database.upsert(context_set).values(id=one, kept_at=now).on_conflict_do_nothing()
                )
                for part in parts(list(members)):
                    connection.execute(
                        self.database.upsert(context_member).on_conflict_do_nothing(),
                        [{"context_id": one, "interaction_id": member} for member in part],
                    )
            connection.execute(delete(context_set).where(context_set.c.kept_at < now - KEPT_FOR))


_PROFILE = tuple(schema.customer.c[name] for name in ("id", "segment", "city", "since", "value", "attributes"))


def set_id(name: str, members: Sequence[str]) -> str:
    """Id of a set of interactions under a name."""
    digest = hashlib.sha256(name.encode())
    for member in sorted(members):
        digest.update(member.encode())
    return digest.hexdigest()[:20]
