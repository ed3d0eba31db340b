"""How much is sent to a source: more than it takes a minute is refused, so that nobody can flood the service."""

from __future__ import annotations

import threading
from collections import deque
from datetime import datetime, timedelta

from voc.errors import VocError
from voc.store.sources import SourceRow

USUAL_PER_MINUTE = 600
"""Requests a minute that a source takes where nobody said how many; each process counts its own."""
WINDOW = timedelta(minutes=1)

_lock = threading.Lock()
_lately: dict[str, deque[datetime]] = {}


class TooManyError(VocError):
    """More came than is taken; ``seconds`` until there is room again."""

    CODE = "too_many_requests"

    def __init__(self, *, seconds: int) -> None:
        super().__init__(f"Too much came within a minute; send it again in {seconds} s.", seconds=seconds)
        self.seconds = seconds


def count(row: SourceRow, *, now: datetime) -> None:
    """Count one request to a source.

    Raises:
        TooManyError: it is one too many.
    """
    most = row.per_minute or USUAL_PER_MINUTE
    with _lock:
        lately = _lately.setdefault(row.id, deque())
        while lately and lately[0] <= now - WINDOW:
            lately.popleft()
        if len(lately) >= most:
            raise TooManyError(seconds=max(1, round((lately[0] + WINDOW - now).total_seconds())))
        lately.append(now)
