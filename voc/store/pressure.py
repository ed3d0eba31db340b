"""What contact pressure is counted from: messages sent, what customers said ill, and how many customers there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select

from voc.events import EventFamily
from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.event_tables import event
from voc.store.filters import Asked, Filters, conditions, values
from voc.store.shapes import Source


@dataclass(frozen=True, slots=True)
class Sent:
    """One message sent to a customer."""

    customer_id: str
    at: datetime
    channel: str | None


@dataclass(frozen=True, slots=True)
class NegativeContact:
    """One interaction of a customer that counts as a negative signal."""

    customer_id: str
    at: datetime
    interaction_id: str


@dataclass(frozen=True, slots=True)
class Member:
    """A customer of the base as far as pressure is concerned."""

    segment: str | None
    since: datetime | None


class Pressures:
    """Messages sent to customers, and their answers."""

    def __init__(self, database: Database, source: Source) -> None:
        self.database, self.source = database, source

    def sent(self, since: datetime, until: datetime, *, customer_id: str | None = None) -> list[Sent]:
        """Messages sent in ``since`` ≤ at < ``until`` to customers of the base, by customer and time."""
        c = schema.customer
        person = func.coalesce(c.c.merged_into, c.c.id)
        statement = (
            select(person, event.c.at, event.c.channel, event.c.family)
            .select_from(event.join(c, c.c.id == event.c.customer_id))
            .where(event.c.at >= since, event.c.at < until)
        )
        family = str(EventFamily.SENT)
        if customer_id is None:
            statement = statement.where(event.c.family == family)
        else:
            # Only by whose they are, or SQLite takes the index of everybody's messages; a customer has few events.
            records = select(c.c.id).where(or_(c.c.id == customer_id, c.c.merged_into == customer_id))
            statement = statement.where(event.c.customer_id.in_(records.correlate(None)))
        with self.database.read() as connection:
            found = [Sent(*row[:3]) for row in connection.execute(statement) if row[3] == family]
        found.sort(key=lambda one: (one.customer_id, one.at))
        return found

    def first_and_last(self) -> tuple[datetime, datetime] | None:
        """When the first and the latest message was sent, or ``None``."""
        statement = select(func.min(event.c.at), func.max(event.c.at)).where(event.c.family == str(EventFamily.SENT))
        with self.database.read() as connection:
            first, last = connection.execute(statement).one()
        return (first, last) if first is not None else None

    def spoken(self, filters: Filters) -> Iterator[NegativeContact]:
        """Interactions of known customers that match, by customer and time."""
        shape, i = self.source.shape, self.source.shape.interaction
        statement = (
            select(i.c.customer_id, i.c.at, i.c.id)
            .select_from(shape.population)
            .where(i.c.customer_id.is_not(None), *conditions(filters, shape))
        )
        with self.source.read() as connection:
            rows = [NegativeContact(*row) for row in connection.execute(statement)]
        yield from sorted(rows, key=lambda one: (one.customer_id, one.at))

    def sizes(self, *, segment: Asked = None) -> dict[str | None, int]:
        """How many persons of the base (or of some segments) each segment has."""
        c = schema.customer
        named = _in_segments(segment)
        every = select(c.c.segment, func.count()).where(*named).group_by(c.c.segment)
        merged = select(c.c.segment).where(c.c.merged_into.is_not(None), *named)
        # All records, which an index counts, less the few merged into others: persons would be read one by one.
        with self.database.read() as connection:
            records = {row[0]: row[1] for row in connection.execute(every)}
            others = Counter(connection.execute(merged).scalars())
        persons = {name: n - others[name] for name, n in records.items()}
        return {name: n for name, n in persons.items() if n}

    def joined(self, after: datetime, *, segment: Asked = None) -> dict[str, datetime]:
        """The persons of the base (or of some segments) who joined later than a moment, with when they did."""
        c = schema.customer
        statement = select(c.c.id, c.c.since).where(c.c.since > after, *_of(segment))
        with self.database.read() as connection:
            return {row.id: row.since for row in connection.execute(statement)}

    def members(self, ids: Collection[str], *, segment: Asked = None) -> dict[str, Member]:
        """Those of these persons who are of the base (or of some segments), with the segment and when they joined."""
        c = schema.customer
        found: dict[str, Member] = {}
        with self.database.read() as connection:
            for part in parts(sorted(ids)):
                statement = select(c.c.id, c.c.segment, c.c.since).where(c.c.id.in_(part), *_of(segment))
                found |= {row.id: Member(row.segment, row.since) for row in connection.execute(statement)}
        return found


def _of(segment: Asked) -> list[ColumnElement[bool]]:
    """Whether a customer record is a person's own, and of one of the segments (``none``: of no known one)."""
    return [schema.customer.c.merged_into.is_(None), *_in_segments(segment)]


def _in_segments(segment: Asked) -> list[ColumnElement[bool]]:
    c = schema.customer
    if not segment:
        return []
    return [or_(*(c.c.segment.is_(None) if one == "none" else c.c.segment == one for one in values(segment)))]
