"""Interactions and what was found in them: adding, claiming, saving analyses, listing."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from voc.errors import InputError
from voc.records import Analysis, Interaction, Link, Record, SentimentLabel
from voc.store import schema
from voc.store.database import FTS_TABLE, Database
from voc.store.folding import fold

SNIPPET_CHARS = 240
TOPIC_SENTIMENT = 0.25
"""From this score on, what is said of a topic counts as praise (below its negative, as a complaint)."""
SQL_VARIABLES = 500
"""Values in one IN (…): SQLite's oldest limit is 999."""


def _rowid(interaction_id: str) -> int:
    """FTS5 row of an interaction: 60 bits of its id, so that a row is found without scanning the index."""
    return int(interaction_id[1:16], 16)


def iso_week(moment: datetime) -> str:
    """ISO 8601 week of a moment in UTC: ``2026-W46``."""
    year, week, _ = moment.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02d}"


class Filters(Record):
    """What to count or list; every field narrows. Shared by lists, search and figures so that they always agree."""

    channel: str | None = None
    source: str | None = None
    topic: str | None = None
    """A topic id; a parent (``billing``) covers its children; ``none`` is without any topic."""
    topic_sentiment: SentimentLabel | None = None
    """What is said of ``topic``: the mean over its clauses, else the whole text where no clause was found."""
    sentiment: str | None = None
    """A label, ``any`` (scored) or ``none`` (not scored)."""
    customer: str | None = None
    """A customer id, ``any`` (linked) or ``none`` (anonymous)."""
    segment: str | None = None
    """A segment, or ``none`` (unknown); ``city`` and ``language`` alike."""
    city: str | None = None
    """City of the customer, else the ``city`` attribute the interaction came with."""
    language: str | None = None
    attribute: str | None = None
    """``name=value`` of an attribute the interaction came with: ``app_version=5.2``."""
    status: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Exclusive."""
    week: str | None = None
    upload: str | None = None


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


@dataclass(frozen=True)
class Analysed:
    """What the analysis stage hands over for one interaction; ``vector`` is float32 [384], L2-normalised."""

    analysis: Analysis
    vector: NDArray[np.float32] | None


class Interactions:
    """Everything about interactions that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

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
            for part in _parts(ids):
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
                connection.execute(insert(i), [_row(one, work_id=work_id, received_at=received_at) for one in fresh])
            if upload_id is not None and interactions:
                items = {one.id: False for one in fresh} | {
                    repeat: True for repeat in repeated if repeat not in {f.id for f in fresh}
                }
                connection.execute(
                    self.database.upsert(schema.upload_item).on_conflict_do_nothing(),
                    [{"upload_id": upload_id, "interaction_id": k, "duplicate": v} for k, v in items.items()],
                )
        return [one.id for one in fresh], repeated

    def get(self, interaction_id: str) -> Stored | None:
        """One row of a list, or ``None``."""
        with self.database.read() as connection:
            row = connection.execute(_listing().where(schema.interaction.c.id == interaction_id)).one_or_none()
            return _stored([row], connection)[0] if row is not None else None

    def records(self, ids: Sequence[str]) -> list[Interaction]:
        """The interactions as they came in, in the order of ``ids``; unknown ids are left out."""
        found: dict[str, Interaction] = {}
        with self.database.read() as connection:
            for part in _parts(ids):
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

    def requeue(self, ids: Sequence[str], *, work_id: str) -> None:
        """Owe a (new) analysis of these interactions to ``work_id``."""
        i = schema.interaction
        with self.database.begin() as connection:
            for part in _parts(ids):
                connection.execute(
                    update(i).where(i.c.id.in_(part)).values(status="queued", error=None, work_id=work_id)
                )

    def fail(self, ids: Sequence[str], reason: str) -> None:
        """Mark as failed with a reason a person can act on; the interaction is kept and can be retried."""
        i = schema.interaction
        with self.database.begin() as connection:
            for part in _parts(ids):
                connection.execute(update(i).where(i.c.id.in_(part)).values(status="failed", error=reason[:2000]))

    def save_transcript(self, interaction_id: str, document: dict[str, Any], *, now: datetime) -> None:
        """Keep what transcription gave, so that a re-analysis of the text need not hear the call again."""
        t = schema.transcript
        with self.database.begin() as connection:
            statement = self.database.upsert(t).values(interaction_id=interaction_id, document=document, created_at=now)
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[t.c.interaction_id],
                    set_={"document": statement.excluded.document, "created_at": statement.excluded.created_at},
                )
            )

    def transcript(self, interaction_id: str) -> dict[str, Any] | None:
        """The kept transcript, or ``None``."""
        t = schema.transcript
        with self.database.read() as connection:
            return connection.execute(
                select(t.c.document).where(t.c.interaction_id == interaction_id)
            ).scalar_one_or_none()

    def save_analyses(self, results: Sequence[Analysed], links: Sequence[Link], *, now: datetime) -> None:
        """Save analyses with their links, signals, full text and vectors: all in one transaction, all replaceable.

        Running it twice leaves what running it once leaves, which is what makes a workflow that is killed and
        started again safe.
        """
        by_id = {one.interaction_id: one for one in links}
        ids = [one.analysis.id for one in results]
        with self.database.begin() as connection:
            self._forget_findings(connection, ids)
            for one in results:
                self._save(connection, one, by_id.get(one.analysis.id), now)

    def _forget_findings(self, connection: Connection, ids: Sequence[str]) -> None:
        for table in (schema.analysis, schema.signal, schema.link, schema.embedding):
            for part in _parts(ids):
                connection.execute(delete(table).where(table.c.interaction_id.in_(part)))
        if not ids:
            return
        if self.database.dialect == "sqlite":
            connection.execute(
                text(f"DELETE FROM {FTS_TABLE} WHERE rowid = :rowid"), [{"rowid": _rowid(one)} for one in ids]
            )
        else:
            connection.execute(
                text(f"DELETE FROM {FTS_TABLE} WHERE interaction_id = :id"), [{"id": one} for one in ids]
            )

    def _save(self, connection: Connection, one: Analysed, link: Link | None, now: datetime) -> None:
        analysis = one.analysis
        i = schema.interaction
        connection.execute(
            insert(schema.analysis).values(
                interaction_id=analysis.id,
                version=analysis.analysis_version,
                document=analysis.model_dump(mode="json"),
                created_at=now,
            )
        )
        if signals := list(_signals(analysis)):
            connection.execute(insert(schema.signal), signals)
        # Text whose personal data could not be found stays out of the index: closed rather than open.
        if analysis.redacted_text:
            body = fold(analysis.redacted_text)
            if self.database.dialect == "sqlite":
                statement = text(f"INSERT INTO {FTS_TABLE} (rowid, interaction_id, body) VALUES (:rowid, :id, :body)")
                connection.execute(statement, {"rowid": _rowid(analysis.id), "id": analysis.id, "body": body})
            else:
                statement = text(
                    f"INSERT INTO {FTS_TABLE} (interaction_id, body) VALUES (:id, to_tsvector('simple', :body))"
                )
                connection.execute(statement, {"id": analysis.id, "body": body})
        if one.vector is not None:
            connection.execute(
                insert(schema.embedding).values(
                    interaction_id=analysis.id, vector=np.asarray(one.vector, dtype=np.float16).tobytes()
                )
            )
        if link is not None:
            self._save_link(connection, link, now)
        values: dict[str, Any] = {
            "status": "done",
            "error": None,
            "language": analysis.language,
            "sentiment_label": analysis.sentiment.label if analysis.sentiment else None,
            "sentiment_score": analysis.sentiment.score if analysis.sentiment else None,
            "snippet": _snippet(analysis),
            "analysed_at": now,
        }
        if analysis.conversation is not None:
            values["duration_ms"] = analysis.conversation.duration_ms
        connection.execute(update(i).where(i.c.id == analysis.id).values(**values))

    def save_links(self, links: Sequence[Link], *, now: datetime) -> None:
        """Replace the links of these interactions, nothing else of them."""
        with self.database.begin() as connection:
            for part in _parts([link.interaction_id for link in links]):
                connection.execute(delete(schema.link).where(schema.link.c.interaction_id.in_(part)))
            for link in links:
                self._save_link(connection, link, now)

    def _save_link(self, connection: Connection, link: Link, now: datetime) -> None:
        i = schema.interaction
        connection.execute(
            insert(schema.link).values(
                interaction_id=link.interaction_id,
                customer_id=link.customer_id,
                method=link.method,
                evidence=[e.model_dump(mode="json") for e in link.evidence],
                created_at=now,
            )
        )
        connection.execute(update(i).where(i.c.id == link.interaction_id).values(customer_id=link.customer_id))

    def analysis(self, interaction_id: str) -> Analysis | None:
        """The whole analysis, or ``None`` while there is none."""
        a = schema.analysis
        with self.database.read() as connection:
            document = connection.execute(
                select(a.c.document).where(a.c.interaction_id == interaction_id)
            ).scalar_one_or_none()
        return Analysis.model_validate(document) if document is not None else None

    def analyses(self, ids: Sequence[str]) -> dict[str, Analysis]:
        """Analyses by interaction id; what has none is left out."""
        a = schema.analysis
        found: dict[str, Analysis] = {}
        with self.database.read() as connection:
            for part in _parts(ids):
                for row in connection.execute(
                    select(a.c.interaction_id, a.c.document).where(a.c.interaction_id.in_(part))
                ):
                    found[row.interaction_id] = Analysis.model_validate(row.document)
        return found

    def link(self, interaction_id: str) -> Link | None:
        """Whom it was linked to and why."""
        table = schema.link
        with self.database.read() as connection:
            row = connection.execute(select(table).where(table.c.interaction_id == interaction_id)).one_or_none()
        if row is None:
            return None
        return Link.model_validate(
            {
                "interaction_id": row.interaction_id,
                "customer_id": row.customer_id,
                "method": row.method,
                "evidence": row.evidence,
            }
        )

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
            for part in _parts(ids):
                rows = connection.execute(
                    _listing().where(schema.interaction.c.id.in_(part), *conditions(filters))
                ).all()
                found.update((one.id, one) for one in _stored(rows, connection))
        return found

    def count(self, filters: Filters) -> int:
        """How many interactions match."""
        i = schema.interaction
        with self.database.read() as connection:
            return int(connection.execute(_counted(select(func.count(i.c.id)), filters)).scalar_one())

    def statuses(self, filters: Filters | None = None) -> dict[str, int]:
        """How many interactions are in each status."""
        i = schema.interaction
        with self.database.read() as connection:
            rows = connection.execute(
                _counted(select(i.c.status, func.count()), filters or Filters()).group_by(i.c.status)
            ).all()
        return {row[0]: row[1] for row in rows}

    def all_ids(self, filters: Filters) -> list[str]:
        """Ids of everything that matches, oldest first."""
        i = schema.interaction
        with self.database.read() as connection:
            return list(connection.execute(_counted(select(i.c.id), filters).order_by(i.c.at, i.c.id)).scalars())


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """The WHERE of ``filters`` over ``interaction`` outer-joined to ``customer``."""
    i, c, s = schema.interaction, schema.customer, schema.signal
    found: list[ColumnElement[bool]] = []
    if filters.channel:
        found.append(i.c.channel == filters.channel)
    if filters.source:
        found.append(i.c.source.startswith(filters.source, autoescape=True))
    if filters.sentiment == "any":
        found.append(i.c.sentiment_label.is_not(None))
    elif filters.sentiment:
        found.append(_equal(i.c.sentiment_label, filters.sentiment))
    if filters.language:
        found.append(_equal(i.c.language, filters.language))
    if filters.status:
        found.append(i.c.status == filters.status)
    if filters.customer == "any":
        found.append(i.c.customer_id.is_not(None))
    elif filters.customer == "none":
        found.append(i.c.customer_id.is_(None))
    elif filters.customer:
        found.append(i.c.customer_id == filters.customer)
    if filters.segment:
        found.append(_equal(c.c.segment, filters.segment))
    if filters.city:
        found.append(_equal(city(), filters.city))
    if filters.attribute:
        name, _, value = filters.attribute.partition("=")
        found.append(attribute(name) == value)
    if filters.since:
        found.append(i.c.at >= filters.since)
    if filters.until:
        found.append(i.c.at < filters.until)
    if filters.week:
        found.append(i.c.week == filters.week)
    if filters.topic == "none":
        found.append(~select(s.c.id).where(s.c.interaction_id == i.c.id, s.c.kind == "topic").exists())
    elif filters.topic:
        found.append(
            select(s.c.id)
            .where(
                s.c.interaction_id == i.c.id,
                s.c.kind == "topic",
                or_(s.c.label == filters.topic, s.c.parent == filters.topic),
            )
            .exists()
        )
    if filters.topic and filters.topic_sentiment:
        clauses = (
            select(func.avg(s.c.sentiment))
            .where(
                s.c.interaction_id == i.c.id,
                s.c.kind == "aspect",
                or_(s.c.label == filters.topic, s.c.parent == filters.topic),
            )
            .scalar_subquery()
        )
        found.append(said(func.coalesce(clauses, i.c.sentiment_score), filters.topic_sentiment))
    if filters.upload:
        u = schema.upload_item
        found.append(
            select(u.c.upload_id).where(u.c.upload_id == filters.upload, u.c.interaction_id == i.c.id).exists()
        )
    return found


def attribute(name: str) -> ColumnElement[str | None]:
    """The attribute ``name`` an interaction came with, as text; NULL when it has none."""
    found: ColumnElement[str | None] = schema.interaction.c.record[("attributes", name)].as_string()
    return found


def city() -> ColumnElement[str | None]:
    """The customer's city, else the one the interaction itself came with."""
    return func.coalesce(schema.customer.c.city, attribute("city"))


def said(score: ColumnElement[Any], label: SentimentLabel) -> ColumnElement[bool]:
    """Whether a clause-level sentiment (−1…1) counts as ``label``; NULL counts as none of them."""
    if label == "positive":
        return score >= TOPIC_SENTIMENT
    if label == "negative":
        return score <= -TOPIC_SENTIMENT
    return and_(score > -TOPIC_SENTIMENT, score < TOPIC_SENTIMENT)


def _equal(column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    return column.is_(None) if value == "none" else column == value


def _counted(statement: Select[Any], filters: Filters) -> Select[Any]:
    i, c = schema.interaction, schema.customer
    return statement.select_from(i.outerjoin(c, i.c.customer_id == c.c.id)).where(*conditions(filters))


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
    for part in _parts([row.id for row in rows]):
        for interaction, label in connection.execute(
            select(s.c.interaction_id, s.c.label)
            .where(s.c.kind == "topic", s.c.interaction_id.in_(part))
            .order_by(s.c.score.desc())
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


def _signals(analysis: Analysis) -> Iterable[dict[str, Any]]:
    taxonomy = analysis.models.get("taxonomy")

    def row(kind: str, label: str, **more: Any) -> dict[str, Any]:
        base: dict[str, Any] = dict.fromkeys(("score", "sentiment", "begin", "end", "begin_ms", "end_ms", "analyser"))
        return (
            base
            | {"interaction_id": analysis.id, "kind": kind, "label": label, "parent": label.partition(".")[0]}
            | more
        )

    for topic in analysis.topics:
        yield row("topic", topic.id, score=topic.score, begin=topic.begin, end=topic.end, analyser=taxonomy)
    for aspect in analysis.aspects:
        yield row(
            "aspect", aspect.topic, sentiment=aspect.sentiment, begin=aspect.begin, end=aspect.end,
            begin_ms=aspect.begin_ms, end_ms=aspect.end_ms, analyser=taxonomy,
        )  # fmt: skip
    for emotion in analysis.emotions:
        yield row("emotion", emotion.label, score=emotion.score)
    for intent in analysis.intents:
        yield row("intent", intent.label, score=intent.score, begin=intent.begin, end=intent.end)


def _snippet(analysis: Analysis) -> str | None:
    if not analysis.redacted_text:
        return None
    words = " ".join(analysis.redacted_text.split())
    return words if len(words) <= SNIPPET_CHARS else words[:SNIPPET_CHARS].rsplit(" ", 1)[0] + " …"


def _parts(values: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(values), SQL_VARIABLES):
        yield values[start : start + SQL_VARIABLES]


def _encode_cursor(at: datetime, last: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), last]).encode()).decode()


def _decode_cursor(cursor: str) -> tuple[datetime, str]:
    try:
        at, last = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return datetime.fromisoformat(at), str(last)
    except (ValueError, TypeError) as error:
        raise InputError("cursor: not one this API gave; start again without it.") from error
