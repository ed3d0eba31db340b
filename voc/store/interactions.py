"""Interactions as they came in: adding, the work they owe, listing."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)

from voc.errors import InputError
from voc.records import Interaction, as_utc
from voc.store import schema
from voc.store.batches import parts
from voc.store.correction_tables import correction
from voc.store.database import Database
from voc.store.fact_changes import fact_change
from voc.store.filters import Filters, conditions, counted
from voc.store.shapes import Source

DONE = "done"
"""Status of an interaction that is analysed."""

_MASKED = "█"
"""What stands where an erasure took somebody's name out of the words of others."""


def iso_week(moment: datetime) -> str:
    """ISO 8601 week of a moment in UTC: ``2026-W46``."""
    year, week, _ = moment.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02d}"


@dataclass(frozen=True)
class Stored:
    """One row of a list: the columns of ``interaction`` with the customer's name and the topic labels."""

    id: str
    channel: str
    source: str
    at: datetime
    occurred_at: datetime | None
    received_at: datetime
    status: str
    error: str | None
    language: str | None
    sentiment_label: str | None
    sentiment_score: float | None
    snippet: str | None
    customer_id: str | None
    customer_name: str | None
    duration_ms: int | None
    nps: int | None
    csat: float | None
    rating: float | None
    has_audio: bool
    topics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page of a list; ``next_cursor`` is ``None`` on the last."""

    items: list[Stored]
    next_cursor: str | None


class Interactions:
    """Everything about interactions that touches the database."""

    def __init__(self, database: Database, source: Source) -> None:
        self.database, self.source = database, source

    # --- coming in -----------------------------------------------------------------------------------------------

    def add(
        self, interactions: Sequence[Interaction], *, upload_id: str | None, work_id: str, received_at: datetime
    ) -> tuple[list[str], list[str]]:
        """Add what is new, in one transaction; returns the ids that are new and the ids that were there already.

        What is new owes its analysis to ``work_id``. Ids come from content or external id (records.interaction_id),
        so adding twice is harmless.
        """
        i = schema.interaction
        ids = [one.id for one in interactions]
        with self.database.begin() as connection:
            known: set[str] = set()
            for part in parts(ids):
                known.update(connection.execute(select(i.c.id).where(i.c.id.in_(part))).scalars())
            fresh: list[Interaction] = []
            repeated: list[str] = []
            for one in interactions:
                if one.id in known:
                    repeated.append(one.id)
                else:
                    known.add(one.id)
                    fresh.append(one)
            if fresh:
                # Another process may add the same between the look and the write (PostgreSQL): only one of them wins.
                # In the order of the ids, so that two that add the same in other orders do not wait for each other.
                rows = [
                    _row(one, work_id=work_id, received_at=received_at) for one in sorted(fresh, key=lambda o: o.id)
                ]
                statement = self.database.upsert(i).on_conflict_do_nothing().returning(i.c.id)
                won = set(connection.execute(statement, rows).scalars())
                repeated += [one.id for one in fresh if one.id not in won]
                fresh = [one for one in fresh if one.id in won]
            if upload_id is not None and interactions:
                items = {one.id: False for one in fresh} | {
                    repeat: True for repeat in repeated if repeat not in {f.id for f in fresh}
                }
                connection.execute(
                    self.database.upsert(schema.upload_item).on_conflict_do_nothing(),
                    [{"upload_id": upload_id, "interaction_id": k, "duplicate": v} for k, v in items.items()],
                )
        return [one.id for one in fresh], repeated

    def change(self, interactions: Sequence[Interaction], *, work_id: str) -> list[str]:
        """Write anew those of ``interactions`` that are known with other content; returns their ids.

        They owe their analysis to ``work_id``; the present one stays in place until then. What has a recording is left
        as it is, and so is what an erasure masked: an old file must not bring it back.
        """
        i = schema.interaction
        coming = {one.id: one for one in interactions if one.recording is None}
        changed: list[str] = []
        with self.database.begin() as connection:
            for part in parts(list(coming)):
                rows = connection.execute(
                    select(i.c.id, i.c.content_hash, i.c.record, i.c.received_at).where(
                        i.c.id.in_(part), i.c.blob.is_(None)
                    )
                ).all()
                for row in rows:
                    one = coming[row.id]
                    if row.content_hash == one.content_hash or _MASKED in json.dumps(row.record, ensure_ascii=False):
                        continue
                    values = _row(one, work_id=work_id, received_at=row.received_at) | {"error": None}
                    connection.execute(update(i).where(i.c.id == row.id).values(values))
                    changed.append(row.id)
        return changed

    def get(self, interaction_id: str) -> Stored | None:
        """One row of a list, or ``None``."""
        with self.database.read() as connection:
            row = connection.execute(_listing().where(schema.interaction.c.id == interaction_id)).one_or_none()
            return _stored([row], connection)[0] if row is not None else None

    def records(self, ids: Sequence[str]) -> list[Interaction]:
        """The interactions as they came in, in the order of ``ids``; unknown ids are left out."""
        found: dict[str, Interaction] = {}
        with self.database.read() as connection:
            for part in parts(ids):
                for row in connection.execute(
                    select(schema.interaction.c.id, schema.interaction.c.record).where(
                        schema.interaction.c.id.in_(part)
                    )
                ):
                    found[row.id] = Interaction.model_validate(row.record)
        return [found[one] for one in ids if one in found]

    def uses_blob(self, key: str) -> bool:
        """Whether an interaction's recording is this blob."""
        i = schema.interaction
        with self.database.read() as connection:
            return connection.execute(select(i.c.id).where(i.c.blob == key).limit(1)).first() is not None

    # --- work ----------------------------------------------------------------------------------------------------

    def of_work(self, work_id: str) -> list[str]:
        """Ids that owe their analysis to one workflow, oldest first."""
        i = schema.interaction
        with self.database.read() as connection:
            return list(
                connection.execute(
                    select(i.c.id).where(i.c.work_id == work_id, i.c.status == "queued").order_by(i.c.at, i.c.id)
                ).scalars()
            )

    def owing(self) -> list[tuple[str, bool]]:
        """Every ``work_id`` that still has queued interactions, and whether it is about recordings."""
        i = schema.interaction
        with self.database.read() as connection:
            rows = connection.execute(
                select(i.c.work_id, func.max(i.c.blob)).where(i.c.status == "queued").group_by(i.c.work_id)
            ).all()
            return [(row[0], row[1] is not None) for row in rows if row[0]]

    def awaits_work(self) -> bool:
        """Whether anything still waits for its analysis."""
        i = schema.interaction
        with self.database.read() as connection:
            return connection.execute(select(i.c.id).where(i.c.status == "queued").limit(1)).first() is not None

    def last_change(self) -> int:
        """Number of the last change of what figures count; another one where anything came in, or was decided."""
        with self.database.read() as connection:
            return int(connection.execute(select(func.coalesce(func.max(fact_change.c.seq), 0))).scalar_one())

    def waiting(self, ids: Sequence[str]) -> int:
        """How many of these still wait for their analysis."""
        i = schema.interaction
        with self.database.read() as connection:
            return sum(
                connection.execute(
                    select(func.count()).select_from(i).where(i.c.id.in_(part), i.c.status == "queued")
                ).scalar_one()
                for part in parts(ids)
            )

    def failures(self, upload_ids: Sequence[str]) -> list[tuple[str, str]]:
        """(source, reason) of what failed in the analysis of these uploads."""
        i, item = schema.interaction, schema.upload_item
        statement = select(i.c.source, i.c.error).select_from(i.join(item, item.c.interaction_id == i.c.id))
        with self.database.read() as connection:
            return [
                (row.source, row.error or "failed")
                for part in parts(upload_ids)
                for row in connection.execute(statement.where(item.c.upload_id.in_(part), i.c.status == "failed"))
            ]

    def requeue(self, ids: Sequence[str], *, work_id: str) -> None:
        """Owe a (new) analysis of these interactions to ``work_id``."""
        i = schema.interaction
        with self.database.begin() as connection:
            for part in parts(ids):
                connection.execute(
                    update(i).where(i.c.id.in_(part)).values(status="queued", error=None, work_id=work_id)
                )

    def fail(self, ids: Sequence[str], reason: str) -> None:
        """Mark as failed with a reason a person can act on; the interaction is kept and can be retried."""
        i = schema.interaction
        with self.database.begin() as connection:
            for part in parts(ids):
                connection.execute(update(i).where(i.c.id.in_(part)).values(status="failed", error=reason[:2000]))

    # --- reading -------------------------------------------------------------------------------------------------

    def page(self, filters: Filters, *, limit: int = 50, cursor: str | None = None) -> Page:
        """Newest first.

        Raises:
            InputError: the cursor is not one this API gave.
        """
        i = schema.interaction
        statement = _listing().where(*conditions(filters))
        if cursor is not None:
            at, last = _decode_cursor(cursor)
            statement = statement.where(or_(i.c.at < at, and_(i.c.at == at, i.c.id < last)))
        with self.database.read() as connection:
            rows = connection.execute(statement.order_by(i.c.at.desc(), i.c.id.desc()).limit(limit + 1)).all()
            items = _stored(rows[:limit], connection)
        more = len(rows) > limit
        return Page(items=items, next_cursor=_encode_cursor(items[-1].at, items[-1].id) if more and items else None)

    def rows(self, ids: Sequence[str], filters: Filters) -> dict[str, Stored]:
        """Rows of a list by id, of those ``ids`` that match ``filters``."""
        found: dict[str, Stored] = {}
        with self.database.read() as connection:
            for part in parts(ids):
                rows = connection.execute(
                    _listing().where(schema.interaction.c.id.in_(part), *conditions(filters))
                ).all()
                found.update((one.id, one) for one in _stored(rows, connection))
        return found

    def with_audio(self, ids: Sequence[str]) -> set[str]:
        """Those of ``ids`` whose recording is kept."""
        i = schema.interaction
        with self.database.read() as connection:
            return {
                one
                for part in parts(ids)
                for one in connection.execute(select(i.c.id).where(i.c.id.in_(part), i.c.blob.is_not(None))).scalars()
            }

    def undecided(self, kind: str, field: str, filters: Filters, *, limit: int) -> tuple[list[Stored], int]:
        """Interactions with a signal of ``kind`` whose ``field`` nobody has corrected or confirmed; and how many.

        Those whose signal has the farthest value first, then the newest.
        """
        i, s, c = schema.interaction, schema.signal, correction
        decided = select(c.c.interaction_id).where(c.c.field == field, c.c.withdrawn_at.is_(None))
        where = [s.c.kind == kind, i.c.id.not_in(decided), *conditions(filters)]
        joined = s.join(i, i.c.id == s.c.interaction_id)
        ids = select(i.c.id).select_from(joined).where(*where)
        ids = ids.order_by(func.abs(s.c.score).desc(), i.c.at.desc(), i.c.id).limit(limit)
        with self.database.read() as connection:
            n = connection.execute(select(func.count()).select_from(joined).where(*where)).scalar_one()
            chosen = list(connection.execute(ids).scalars())
            rows = {row.id: row for row in connection.execute(_listing().where(i.c.id.in_(chosen)))}
            return _stored([rows[one] for one in chosen], connection), int(n)

    def count(self, filters: Filters) -> int:
        """How many interactions match."""
        shape = self.source.shape
        statement = counted(select(func.count()), filters, shape)
        with self.source.read() as connection:
            return int(connection.execute(statement).scalar_one())

    def statuses(self) -> dict[str, int]:
        """How many interactions are in each status."""
        i = schema.interaction
        # Nearly all are done: those are told by what the others leave of all, which SQLite counts without reading them.
        others = (
            select(i.c.status, func.count()).where(test).group_by(i.c.status)
            for test in (i.c.status < DONE, i.c.status > DONE)
        )
        every = select(literal(DONE), func.count()).select_from(i)
        with self.database.read() as connection:
            found = {row[0]: row[1] for row in connection.execute(union_all(every, *others))}
        found[DONE] -= sum(found.values()) - found[DONE]
        return {status: n for status, n in found.items() if n}

    def all_ids(self, filters: Filters) -> list[str]:
        """Ids of everything that matches, oldest first."""
        i = schema.interaction
        with self.database.read() as connection:
            return list(connection.execute(counted(select(i.c.id), filters).order_by(i.c.at, i.c.id)).scalars())


def _listing() -> Select[Any]:
    i, c = schema.interaction, schema.customer
    return select(
        i.c.id, i.c.channel, i.c.source, i.c.at, i.c.occurred_at, i.c.received_at, i.c.status, i.c.error, i.c.language,
        i.c.sentiment_label, i.c.sentiment_score, i.c.snippet, i.c.customer_id, c.c.name.label("customer_name"),
        i.c.duration_ms, i.c.nps, i.c.csat, i.c.rating, i.c.blob.is_not(None).label("has_audio"),
    ).select_from(i.outerjoin(c, i.c.customer_id == c.c.id))  # fmt: skip


def _stored(rows: Sequence[Any], connection: Connection) -> list[Stored]:
    s = schema.signal
    topics: dict[str, list[str]] = {}
    for part in parts([row.id for row in rows]):
        for interaction, label in connection.execute(
            select(s.c.interaction_id, s.c.label)
            .where(s.c.kind == "topic", s.c.interaction_id.in_(part))
            .order_by(s.c.score.desc(), s.c.id)
        ):
            topics.setdefault(interaction, []).append(label)
    return [
        Stored(**{**row._mapping, "has_audio": bool(row.has_audio), "topics": tuple(topics.get(row.id, ()))})
        for row in rows
    ]


def _row(one: Interaction, *, work_id: str, received_at: datetime) -> dict[str, Any]:
    at = one.occurred_at or received_at
    return {
        "id": one.id,
        "channel": str(one.channel),
        "source": one.source,
        "external_id": one.external_id,
        "thread_id": one.thread_id,
        "content_hash": one.content_hash,
        "occurred_at": one.occurred_at,
        "received_at": received_at,
        "at": at,
        "week": iso_week(at),
        "status": "queued",
        "work_id": work_id,
        "record": one.model_dump(mode="json"),
        "blob": one.recording.sha256 if one.recording else None,
        "duration_ms": one.recording.duration_ms if one.recording else None,
        "nps": one.nps,
        "csat": one.csat,
        "rating": one.rating,
        "language": one.language,
    }


def _encode_cursor(at: datetime, last: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), last]).encode()).decode()


def _decode_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        at, last = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        if not isinstance(last, str) or "\x00" in last:
            raise ValueError(last)
        return as_utc(datetime.fromisoformat(at)), last
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise InputError("cursor: not one this API gave; start again without it.") from error
