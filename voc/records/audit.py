"""The audit trail: who did what to what."""

from __future__ import annotations

from typing import Any

from voc.records.base import Moment, Record


class AuditLine(Record):
    """One act. ``actor`` is a key id, ``local`` on a laptop without keys, ``cli``, or ``voc`` by itself."""

    id: int
    at: Moment
    actor: str
    action: str
    target: str | None
    detail: dict[str, Any] | None
    """Ids and counts that belong to the action, never words of customers."""
