"""Files whose transcription somebody waits for: kept until they are answered, and no moment longer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from voc.store.audio_tables import asked_transcription
from voc.store.database import Database


@dataclass(frozen=True)
class TranscriptionRequest:
    """One file with what was asked of it; ``document`` is the transcript, or ``error`` why there is none.

    ``fault`` is the HTTP status the error stands for: 400 the file is at fault, 503 the service is.
    """

    id: str
    blob: str
    options: dict[str, Any]
    document: dict[str, Any] | None
    error: str | None
    fault: int | None
    at: datetime


class AskedTranscriptions:
    """Everything about them that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, asked_id: str, *, blob: str, options: Mapping[str, Any], now: datetime) -> None:
        """Keep what is asked until it is answered."""
        with self.database.begin() as connection:
            connection.execute(
                insert(asked_transcription).values(id=asked_id, blob=blob, options=dict(options), at=now)
            )

    def get(self, asked_id: str) -> TranscriptionRequest | None:
        """What was asked, with its answer when there is one; ``None`` when nobody waits any more."""
        a = asked_transcription
        with self.database.read() as connection:
            row = connection.execute(select(a).where(a.c.id == asked_id)).one_or_none()
        return TranscriptionRequest(**row._mapping) if row is not None else None

    def answer(self, asked_id: str, document: Mapping[str, Any]) -> None:
        """Hand over the transcript; nothing happens when nobody waits any more."""
        self._settle(asked_id, document=dict(document))

    def refuse(self, asked_id: str, error: str, *, fault: int) -> None:
        """Say why there is none."""
        self._settle(asked_id, error=error[:500], fault=fault)

    def _settle(self, asked_id: str, **values: Any) -> None:
        a = asked_transcription
        with self.database.begin() as connection:
            connection.execute(update(a).where(a.c.id == asked_id).values(**values))

    def forget(self, asked_id: str) -> str | None:
        """Forget it, its words overwritten; returns the key of its bytes, ``None`` when it was gone."""
        a = asked_transcription
        with self.database.overwriting() as connection:
            blob = connection.execute(select(a.c.blob).where(a.c.id == asked_id)).scalar_one_or_none()
            connection.execute(delete(a).where(a.c.id == asked_id))
        return blob

    def before(self, moment: datetime) -> list[str]:
        """Ids of what was asked before a moment: whoever waited for it is gone."""
        a = asked_transcription
        with self.database.read() as connection:
            return list(connection.execute(select(a.c.id).where(a.c.at < moment)).scalars())
