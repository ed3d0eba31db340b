"""By what a conversation or message that has no id is known when it comes again, and what makes it another content."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from voc.records import Identifier, Turn
from voc.records.sentiment import SCORE_KINDS


def known_by(
    turns: Sequence[Turn],
    *,
    message: Sequence[Any] = (),
    occurred_at: datetime | None = None,
    author: str | None = None,
    identifiers: Sequence[Identifier] = (),
) -> list[Any]:
    """By what a conversation is known, as values of JSON for :func:`hashed`.

    Many customers write the same few words: what else is known of it keeps them apart. Not the roles: whose words they
    are may be said better the second time, and that makes no second conversation of it. Of ``identifiers`` only the
    verified ones count; ``occurred_at`` has a zone. ``message`` is what :func:`content_of` says of one without turns.
    """
    said: list[Any] = [[turn.begin_ms, turn.text] for turn in turns] or [*message]
    whose = sorted({(one.type, one.value, one.network or "") for one in identifiers if one.verified})
    moment = occurred_at.astimezone(UTC).isoformat() if occurred_at is not None else None
    return [said, moment, author, whose] if moment or author or whose else said


def content_of(turns: Sequence[Turn], *, text: str | None, known: Mapping[str, Any]) -> list[Any]:
    """What is analysed of it, as values of JSON for :func:`hashed`: when it differs, it is analysed again.

    Of ``known`` the subject and the scores count, where there are any: somebody may think again of what they gave.
    """
    said: list[Any] = [[turn.participant_role, turn.begin_ms, turn.text] for turn in turns] or ([text] if text else [])
    beside = {name: known[name] for name in ("subject", *SCORE_KINDS) if known.get(name) is not None}
    return [said, beside] if beside else said


def hashed(said: object) -> str:
    """Hash (128 bits, hexadecimal) of values of JSON."""
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()[:32]
