"""Whether anything comes in now: what is worked out from all that came in is worked out once nothing does."""

from __future__ import annotations

from datetime import datetime, timedelta

from voc.store import Store

AT_LATEST = timedelta(minutes=15)
"""Somewhere things come in all day long: what is put off is done that often all the same."""


class QuietIntake:
    """Tells whoever looks now and then whether to go on with what waits for quiet.

    Each looks through one of its own: quiet is that nothing waits for its analysis and nothing has changed since it
    last looked.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last_change: int | None = None
        self._since: datetime | None = None

    def reached(self, *, now: datetime) -> bool:
        """Whether nothing comes in, or things have for :data:`AT_LATEST` since the last time this was true."""
        waits, change = self._store.interactions.awaits_work(), self._store.interactions.last_change()
        moved = self._last_change is not None and change != self._last_change
        self._last_change = change
        if waits or moved:
            self._since = self._since or now
            if now - self._since < AT_LATEST:
                return False
        self._since = None
        return True
