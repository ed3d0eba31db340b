"""Sessions of the pages, known to every process that serves them: begun by signing in, ended by signing out."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, or_, select, update

from voc.errors import StoreError
from voc.store.database import Database
from voc.store.session_tables import page_session

IDLE = timedelta(hours=8)
"""A session nobody used for so long has ended: a working day, as reading a page for an hour is no absence."""
LONGEST = timedelta(days=7)
"""After that one signs in again, however busy the session is."""
SEEN_EVERY = timedelta(minutes=1)
"""Writes at most once in that time that a session is in use."""


class PageSessions:
    """Live sessions. The token is the secret part of the signed cookie; only its SHA-256 is stored."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def begin(self, token: str, *, key_id: str, now: datetime) -> None:
        """Somebody signed in with this key; sessions that are over go."""
        s = page_session
        with self.database.begin() as connection:
            connection.execute(delete(s).where(or_(s.c.seen_at <= now - IDLE, s.c.begun_at <= now - LONGEST)))
            connection.execute(insert(s).values(hash=_hash(token), key_id=key_id, begun_at=now, seen_at=now))

    def is_live(self, token: str, *, key_id: str, now: datetime, used: bool = True) -> bool:
        """Whether this session of this key was begun, has not ended and was used lately.

        Args:
            used: somebody uses it now; not so a page left open that refreshes by itself.
        """
        s = page_session
        with self.database.read() as connection:
            row = connection.execute(
                select(s.c.begun_at, s.c.seen_at).where(s.c.hash == _hash(token), s.c.key_id == key_id)
            ).one_or_none()
        if row is None or now >= row.seen_at + IDLE or now >= row.begun_at + LONGEST:
            return False
        if used and now >= row.seen_at + SEEN_EVERY:
            # A full disk is no reason to keep anybody from reading.
            with suppress(StoreError), self.database.begin() as connection:
                connection.execute(update(s).where(s.c.hash == _hash(token)).values(seen_at=now))
        return True

    def end(self, token: str) -> bool:
        """Signed out: the session opens nothing any more, in no process; False when it had ended before."""
        with self.database.begin() as connection:
            return connection.execute(delete(page_session).where(page_session.c.hash == _hash(token))).rowcount > 0


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
