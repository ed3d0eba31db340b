"""Tables of sound that is derived or passing through: copies with personal data silenced, and transcriptions asked for."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Integer, String, Table, Text

from voc.store.schema import UtcDateTime, metadata

masked_audio = Table(
    "masked_audio",
    metadata,
    Column("interaction_id", String, ForeignKey("interaction.id", ondelete="CASCADE"), primary_key=True),
    Column("status", String, nullable=False, index=True),  # pending → ready | failed | closed
    Column("blob", String, index=True),  # the copy made last; served only while ready
    Column("work_id", String),  # the durable workflow that owes it; NULL until a worker queues one
    Column("reason", Text),  # why it failed or stays closed
    Column("at", UtcDateTime, nullable=False),
)
"""The copy of a recording that everybody may hear. A row is pending from the moment the words it is made from change."""

asked_transcription = Table(
    "asked_transcription",
    metadata,
    Column("id", String, primary_key=True),
    Column("blob", String, nullable=False, index=True),
    Column("options", JSON, nullable=False),  # filename, language, vocabulary
    Column("document", JSON),  # the transcript; gone with the row as soon as it is answered
    Column("error", Text),
    Column("fault", Integer),  # HTTP status of the error: 400 the file's, 503 ours
    Column("at", UtcDateTime, nullable=False),
)
"""Files whose transcription somebody waits for at ``/v1/audio/transcriptions``: nothing of them is kept."""
