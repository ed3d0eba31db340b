"""By what a conversation that has no id is known when it comes again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from voc.records import Identifier, Turn


def known_by(
    turns: Sequence[Turn],
    *,
    occurred_at: datetime | None = None,
    author: str | None = None,
    identifiers: Sequence[Identifier] = (),
) -> list[Any]:
    """By what a conversation is known, as values of JSON for :func:`hashed`.

    Many customers write the same few words: what else is known of it keeps them apart. Not the roles: whose words they
    are may be said better the second time, and that makes no second conversation of it. Of ``identifiers`` only the
    verified ones count; ``occurred_at`` has a zone.
    """
    said: list[Any] = [[turn.begin_ms, turn.text] for turn in turns]
    whose = sorted({(one.type, one.value, one.network or "") for one in identifiers if one.verified})
    moment = occurred_at.astimezone(UTC).isoformat() if occurred_at is not None else None
    return [said, moment, author, whose] if moment or author or whose else said


def hashed(said: object) -> str:
    """Hash (128 bits, hexadecimal) of values of JSON."""
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()[:32]
