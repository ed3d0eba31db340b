"""Reading who is whom: what waits for a person, what was decided, and what hangs together in a thread."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from voc.errors import InputError
from voc.records import LinkCandidate
from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.identity_events import Change, changes_of, later_ones
from voc.store.identity_groups import groups, roots
from voc.store.identity_links import OPEN, candidates_of, rejected, remaining, rows
from voc.store.identity_tables import identity_change, identity_event, identity_party, link_rejection

CERTAIN = 0.999
"""A link by weight of evidence from this probability on is not looked at again when the customer base changes."""

HISTORY = 200
"""Events of one customer shown at most, the newest."""

THREADS_COUNTED = 2000
"""Threads that say how often the people of one thread are one person: the latest ones, enough for two digits."""


@dataclass(frozen=True)
class Waiting:
    """One interaction in the review queue; ``priority`` = ``uncertainty`` x ``value``."""

    interaction_id: str
    method: str
    leading_id: str
    uncertainty: float
    """Entropy of the best candidate's probability, in bits: 1 at even odds."""
    value: float | None
    """What that customer is worth, as the base says it; ``None`` where it does not, and the median counts."""
    priority: float


@dataclass(frozen=True)
class Queue:
    """One page of the queue; ``next_cursor`` is ``None`` on the last."""

    items: list[Waiting]
    n: int
    median: float | None
    """Median value of the customer base; ``None`` when it has no values, and only the uncertainty counts."""
    next_cursor: str | None


@dataclass(frozen=True)
class Event:
    """One decision, as a history shows it."""

    id: int
    at: datetime
    actor: str
    action: str
    reason: str | None
    undone_at: datetime | None
    undone_by: str | None
    undone_reason: str | None
    cause_id: int | None
    """The event it followed from by itself; taken back with it."""
    parties: tuple[str, ...]
    changes: tuple[Change, ...]
    blocked_by: tuple[int, ...] = ()
    """Later events that stand on it, newest first: they are taken back with it."""


@dataclass(frozen=True)
class InThread:
    """An interaction in a thread, and what is known of whose it is."""

    interaction_id: str
    channel: str
    thread_id: str
    method: str
    customer_id: str | None


class IdentityReview:
    """Everything about reading identities that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # --- what waits ----------------------------------------------------------------------------------------------

    def queue(self, *, method: str | None = None, limit: int = 50, cursor: str | None = None) -> Queue:
        """What waits for a person, the highest priority first.

        Raises:
            InputError: the cursor is not one this queue gave.
        """
        link, c = schema.link, schema.customer
        waits = and_(link.c.method.in_([method] if method in OPEN else OPEN), link.c.leading_id.is_not(None))
        with self.database.read() as connection:
            median = self._median(connection)
            unit = median if median is not None else 1.0
            priority = (link.c.uncertainty * func.coalesce(c.c.value, unit)).label("priority")
            statement = (
                select(link.c.interaction_id, link.c.method, link.c.leading_id, link.c.uncertainty, c.c.value, priority)
                .join(c, c.c.id == link.c.leading_id)
                .where(waits)
            )
            if cursor is not None:
                at, last = _decode(cursor)
                statement = statement.where(or_(priority < at, and_(priority == at, link.c.interaction_id > last)))
            statement = statement.order_by(priority.desc(), link.c.interaction_id).limit(limit + 1)
            items = [Waiting(**row._mapping) for row in connection.execute(statement)]
            n = connection.execute(select(func.count()).select_from(link).where(waits)).scalar_one()
        page = items[:limit]
        more = _encode(page[-1].priority, page[-1].interaction_id) if len(items) > limit else None
        return Queue(items=page, n=n, median=median, next_cursor=more)

    def waiting(self) -> int:
        """How many links wait for a person."""
        link = schema.link.c
        waits = select(func.count()).where(link.method.in_(OPEN), link.leading_id.is_not(None))
        with self.database.read() as connection:
            return int(connection.execute(waits).scalar_one())

    def candidates(self, interaction_id: str) -> tuple[list[LinkCandidate], set[str]]:
        """Candidates of an interaction by the customer they are now, best first, and whom of them people rejected."""
        with self.database.read() as connection:
            row = rows(connection, [interaction_id]).get(interaction_id)
            found = candidates_of(row) if row is not None else ()
            root = roots(connection, (one.customer_id for one in found))
            refused = {customer for _, customer in rejected(connection, [interaction_id])}
        return remaining(found, set(), root), refused

    def doubtful(self) -> list[str]:
        """Interactions that new evidence may decide otherwise: anonymous ones, and those linked below certainty.

        What a person linked is not among them.
        """
        link, i = schema.link.c, schema.interaction.c
        unsure = and_(link.method == "score", func.coalesce(link.probability, 0.0) < CERTAIN)
        statement = (
            select(i.id)
            .outerjoin(schema.link, link.interaction_id == i.id)
            .where(i.status == "done", or_(i.customer_id.is_(None), unsure))
            .order_by(i.at, i.id)
        )
        with self.database.read() as connection:
            return list(connection.execute(statement).scalars())

    # --- what was decided ----------------------------------------------------------------------------------------

    def history(self, customer_id: str) -> list[Event]:
        """Every event about a person's records, newest first."""
        p = identity_party.c
        with self.database.read() as connection:
            records = [one for several in groups(connection, [customer_id]).values() for one in several]
            about = select(p.event_id).where(p.customer_id.in_(records)).distinct()
            ids = connection.execute(about.order_by(p.event_id.desc()).limit(HISTORY)).scalars()
            return self._events(connection, list(ids))

    def history_of(self, interaction_id: str) -> list[Event]:
        """Every event that changed whose an interaction is, newest first."""
        c = identity_change.c
        about = select(c.event_id).where(c.interaction_id == interaction_id, c.kind.in_(("link", "rejection")))
        with self.database.read() as connection:
            ids = connection.execute(about.distinct().order_by(c.event_id.desc()).limit(HISTORY)).scalars()
            return self._events(connection, list(ids))

    def event(self, event_id: int) -> Event | None:
        """One event, or ``None``."""
        with self.database.read() as connection:
            return next(iter(self._events(connection, [event_id])), None)

    def moving(self, records: Sequence[str]) -> dict[str, int]:
        """How many interactions each record holds: what moves when it is merged or split."""
        link = schema.link.c
        counted = select(link.record_id, func.count()).where(link.record_id.in_(list(records)))
        with self.database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(counted.group_by(link.record_id))}

    def rejected_among(self, records: Sequence[str]) -> int:
        """Interactions of these records that a person rejected for another of them: a merge lets go of them."""
        link, r = schema.link.c, link_rejection.c
        counted = (
            select(func.count())
            .where(link.record_id.in_(list(records)), link.method != "manual")
            .where(link.interaction_id.in_(select(r.interaction_id).where(r.customer_id.in_(list(records)))))
        )
        with self.database.read() as connection:
            return int(connection.execute(counted).scalar_one())

    def _events(self, connection: Connection, ids: Sequence[int]) -> list[Event]:
        e, p = identity_event.c, identity_party.c
        parties: dict[int, list[str]] = {}
        found: dict[int, Any] = {}
        for part in parts(list(ids)):
            found.update({row.id: row for row in connection.execute(select(identity_event).where(e.id.in_(part)))})
            for row in connection.execute(select(identity_party).where(p.event_id.in_(part)).order_by(p.customer_id)):
                parties.setdefault(row.event_id, []).append(row.customer_id)
        changes = changes_of(connection, ids)
        return [
            Event(
                **{name: getattr(found[one], name) for name in (column.name for column in identity_event.columns)},
                parties=tuple(parties.get(one, ())),
                changes=tuple(changes[one]),
                blocked_by=tuple(reversed(later_ones(connection, one))) if found[one].undone_at is None else (),
            )
            for one in ids
            if one in found
        ]

    # --- threads -------------------------------------------------------------------------------------------------

    def in_threads_of(self, ids: Sequence[str]) -> list[InThread]:
        """Everything analysed in the threads that these interactions are in, themselves included."""
        link, i = schema.link.c, schema.interaction
        found: list[InThread] = []
        with self.database.read() as connection:
            threads = {
                (row.channel, row.thread_id)
                for part in parts(list(ids))
                for row in connection.execute(
                    select(i.c.channel, i.c.thread_id).where(i.c.id.in_(part), i.c.thread_id.is_not(None))
                )
            }
            for part in parts(sorted({thread for _, thread in threads})):
                rows_ = connection.execute(
                    select(link.interaction_id, i.c.channel, i.c.thread_id, link.method, link.customer_id)
                    .join(i, i.c.id == link.interaction_id)
                    .where(i.c.thread_id.in_(part))
                    .order_by(i.c.at, i.c.id)
                )
                found += [InThread(**row._mapping) for row in rows_ if (row.channel, row.thread_id) in threads]
        return found

    def thread_agreement(self) -> tuple[int, int]:
        """(pairs of one person, all pairs) among linked interactions that share a thread, over the latest threads."""
        i = schema.interaction.c
        latest = (
            select(i.channel, i.thread_id)
            .where(i.thread_id.is_not(None), i.customer_id.is_not(None))
            .group_by(i.channel, i.thread_id)
            .having(func.count() > 1)
            .order_by(func.max(i.at).desc())
            .limit(THREADS_COUNTED)
            .subquery()
        )
        counted = (
            select(i.channel, i.thread_id, i.customer_id, func.count().label("n"))
            .join(latest, and_(latest.c.channel == i.channel, latest.c.thread_id == i.thread_id))
            .where(i.customer_id.is_not(None))
            .group_by(i.channel, i.thread_id, i.customer_id)
        )
        totals: dict[tuple[str, str], int] = {}
        same = 0
        with self.database.read() as connection:
            for row in connection.execute(counted):
                same += row.n * (row.n - 1) // 2
                key = (row.channel, row.thread_id)
                totals[key] = totals.get(key, 0) + row.n
        return same, sum(n * (n - 1) // 2 for n in totals.values())

    def rejected_pairs(self, ids: Sequence[str]) -> set[tuple[str, str]]:
        """(interaction, customer) pairs that are not to be suggested again."""
        with self.database.read() as connection:
            return rejected(connection, ids, with_undone=True)

    def _median(self, connection: Connection) -> float | None:
        c = schema.customer.c
        known = connection.execute(select(func.count(c.value)).where(c.value.is_not(None))).scalar_one()
        if not known:
            return None
        middle = select(c.value).where(c.value.is_not(None)).order_by(c.value).offset((known - 1) // 2).limit(1)
        return float(connection.execute(middle).scalar_one())


def _encode(priority: float, last: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([priority, last]).encode()).decode()


def _decode(cursor: str) -> tuple[float, str]:
    try:
        priority, last = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if not isinstance(priority, float | int) or not isinstance(last, str) or "\x00" in last:
            raise ValueError(cursor)
        return float(priority), last
    except (ValueError, TypeError, RecursionError) as error:
        raise InputError("cursor: not one this queue gave; start again without it.") from error
