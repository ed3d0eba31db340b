"""Versions of the taxonomy: the newest is in force, older ones stay to be read and gone back to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from voc.errors import ConflictError
from voc.records import Record
from voc.records.topic_packs import TopicVersion
from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.topic_tables import topic_version

T = TypeVar("T")


class TextRead(Record):
    """The words of one analysis as they were read, and as they may be shown (``None``: to nobody)."""

    id: str
    text: str
    redacted_text: str | None
    language: str | None


class TopicVersions:
    """Everything about versions of the taxonomy that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._seen: dict[Any, dict[tuple[str, datetime], Any]] = {}
        """What was looked for → (interaction, when it was analysed) → what was found; of the latest time alone."""

    def newest(self) -> TopicVersion | None:
        """The version in force; ``None`` while nobody has chosen."""
        found = self.listing(limit=1)
        return found[0] if found else None

    def get(self, version: int) -> TopicVersion | None:
        """One version."""
        with self.database.read() as connection:
            row = connection.execute(select(topic_version).where(topic_version.c.version == version)).one_or_none()
        return _of(row) if row else None

    def listing(self, *, limit: int = 100) -> list[TopicVersion]:
        """Versions, the newest first."""
        statement = select(topic_version).order_by(topic_version.c.version.desc()).limit(limit)
        with self.database.read() as connection:
            return [_of(row) for row in connection.execute(statement)]

    def add(
        self,
        *,
        packs: tuple[str, ...],
        own: str | None,
        now: datetime,
        by: str,
        note: str | None = None,
        after: int | None = None,
    ) -> TopicVersion:
        """Put a new version in force.

        Args:
            after: the version it was made from; ``None`` to replace whatever is in force.

        Raises:
            ConflictError: another version was put in force since ``after``.
        """
        try:
            with self.database.begin() as connection:
                newest = connection.execute(select(func.max(topic_version.c.version))).scalar() or 0
                if after is not None and newest != after:
                    raise _outdated(newest)
                found = TopicVersion(
                    version=newest + 1, packs=packs, own=own, made_at=now, made_by=by, note=note or None
                )
                row = found.model_dump() | {"packs": ",".join(packs), "made_at": now}
                connection.execute(insert(topic_version).values(**row))
        except IntegrityError as error:  # two people at the same moment
            raise _outdated(None) from error
        return found

    def in_newest_texts(self, limit: int, look: Callable[[str], T]) -> list[T]:
        """What ``look`` finds in each of the texts analysed last, at most ``limit``.

        A text that was looked at the last time, and is not analysed since, is not read again.
        """
        a, before = schema.analysis, self._seen.get(look, {})
        statement = select(a.c.interaction_id, a.c.created_at).order_by(a.c.created_at.desc()).limit(limit)
        with self.database.read() as connection:
            newest = [(row[0], row[1]) for row in connection.execute(statement)]
        texts = self._texts([one[0] for one in newest if one not in before])
        seen = {
            one: before[one] if one in before else look(texts[one[0]])
            for one in newest
            if one in before or one[0] in texts
        }
        self._seen[look] = seen
        return list(seen.values())

    def _texts(self, ids: Sequence[str]) -> dict[str, str]:
        """Interaction → its text, of those that have some."""
        a = schema.analysis
        found: dict[str, str] = {}
        with self.database.read() as connection:
            for part in parts(ids):
                statement = select(a.c.interaction_id, a.c.document["text"].as_string())
                rows = connection.execute(statement.where(a.c.interaction_id.in_(part))).all()
                found |= {row[0]: row[1] for row in rows if row[1] and row[1].strip()}
        return found

    def newest_texts(self, limit: int) -> list[TextRead]:
        """The texts analysed last, at most ``limit``: what a pack is offered by, and a change is tried on."""
        a = schema.analysis
        parts = (a.c.document[name].as_string().label(name) for name in ("text", "redacted_text", "language"))
        statement = select(a.c.interaction_id.label("id"), *parts).order_by(a.c.created_at.desc()).limit(limit)
        with self.database.read() as connection:
            rows = connection.execute(statement).all()
        return [TextRead(**row._mapping) for row in rows if row.text and row.text.strip()]


def _outdated(newest: int | None) -> ConflictError:
    which = f"version {newest}" if newest else "another version"
    return ConflictError(
        f"topics: {which} was put in force meanwhile; read it and make your change again.", code="topics_changed"
    )


def _of(row: object) -> TopicVersion:
    values = dict(row._mapping)  # type: ignore[attr-defined]
    return TopicVersion(**(values | {"packs": tuple(one for one in values["packs"].split(",") if one)}))
