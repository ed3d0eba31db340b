"""Making interactions anonymous: the person's part goes for good, what figures count stays.

The id of an interaction is a hash of the id it had where it came from, so whoever holds that system could tell it: an
anonymous interaction is therefore written anew under a random id, on its day instead of its second, and the old one is
deleted with everything that points at it.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Connection, insert, select

from voc.records import Analysis, Skipped
from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database

ERASED = Skipped(feature="text", reason="erased: the person's words are gone for good, what was counted stays")
_KEPT = (
    *("channel", "week", "status", "duration_ms", "nps", "csat", "rating"),
    *("language", "sentiment_label", "sentiment_score"),
)
_PLACES = ("begin", "end", "begin_ms", "end_ms")


class Anonymising:
    """Writes anonymous copies; :class:`voc.store.erasing.Erasing` deletes what they were made of."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def copy(self, ids: Sequence[str]) -> int:
        """Write an anonymous copy of each of these analysed interactions; returns how many were written."""
        with self.database.begin() as connection:
            return self.copy_in(connection, ids)

    def copy_in(self, connection: Connection, ids: Sequence[str]) -> int:
        """:meth:`copy` for whoever has a transaction open, so that no copy is ever made twice."""
        written = 0
        for part in parts(list(ids)):
            i, a = schema.interaction, schema.analysis
            rows = connection.execute(
                select(i, a.c.document, a.c.version)
                .select_from(i.join(a, a.c.interaction_id == i.c.id))
                .where(i.c.id.in_(part), i.c.status == "done")
            ).all()
            for row in rows:
                self._write(connection, row._mapping)
                written += 1
        return written

    def _write(self, connection: Connection, row: Any) -> None:
        fresh = "i" + secrets.token_hex(10)
        source = _kind(row["source"])
        day = _day(row["occurred_at"])
        record = {
            "id": fresh,
            "channel": row["channel"],
            "source": source,
            "content_hash": fresh,
            "occurred_at": day.isoformat() if day else None,
            "language": row["language"],
            **{name: row[name] for name in ("nps", "csat", "rating")},
        }
        connection.execute(
            insert(schema.interaction).values(
                {name: row[name] for name in _KEPT}
                | {"id": fresh, "source": source, "content_hash": fresh, "record": record, "occurred_at": day}
                | {name: _day(row[name]) for name in ("received_at", "at", "analysed_at")}
            )
        )
        connection.execute(
            insert(schema.analysis).values(
                interaction_id=fresh,
                version=row["version"],
                document=_without_words(row["document"], fresh, source, day).model_dump(mode="json"),
                created_at=_day(row["analysed_at"]) or _day(row["received_at"]),
            )
        )
        s = schema.signal
        signals = [
            {name: value for name, value in one._mapping.items() if name != "id"}
            | {"interaction_id": fresh}
            | dict.fromkeys(_PLACES)
            for one in connection.execute(select(s).where(s.c.interaction_id == row["id"])).all()
        ]
        if signals:
            connection.execute(insert(s), signals)


def _without_words(document: Any, fresh: str, source: str, day: datetime | None) -> Analysis:
    analysis = Analysis.model_validate(document)
    nowhere = {"begin": 0, "end": 0}
    conversation = analysis.conversation
    return analysis.model_copy(
        update={
            "id": fresh,
            "source": source,
            "external_id": None,
            "author": None,
            "occurred_at": day,
            "turns": (),
            "text": "",
            "sentences": (),
            "redacted_text": None,
            "redacted": (),
            "identifiers": (),
            "expectations": (),
            "topics": tuple(one.model_copy(update={"begin": None, "end": None}) for one in analysis.topics),
            "aspects": tuple(
                one.model_copy(update=nowhere | {"text": "", "begin_ms": None, "end_ms": None})
                for one in analysis.aspects
            ),
            "intents": tuple(one.model_copy(update=nowhere) for one in analysis.intents),
            "signals": tuple(one.model_copy(update=dict.fromkeys(_PLACES)) for one in analysis.signals),
            "effort_signs": tuple(one.model_copy(update={"begin": None, "end": None}) for one in analysis.effort_signs),
            "fragility": tuple(one.model_copy(update={"begin": None, "end": None}) for one in analysis.fragility),
            "conversation": conversation.model_copy(update={"loudness": {}}) if conversation else None,
            "skipped": (ERASED,),
        }
    )


def _kind(source: str) -> str:
    """The kind of file it came from; its name and row would lead back to the person."""
    suffix = PurePosixPath(source.rpartition(":")[0] or source).suffix.lstrip(".").lower()
    return suffix if suffix.isalnum() and len(suffix) <= 7 else "file"


def _day(moment: datetime | None) -> datetime | None:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0) if moment else None
