"""API keys and the audit trail."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import func, insert, select, update

from voc.errors import StoreError
from voc.records import AuditLine
from voc.store import schema
from voc.store.database import Database

Role = Literal["reader", "analyst", "admin"]
ROLES: tuple[Role, ...] = ("reader", "analyst", "admin")
KEY_PREFIX = "voc_"


@dataclass(frozen=True)
class ApiKey:
    """A key as it may be listed: never the secret itself."""

    id: str
    name: str
    role: Role
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class Access:
    """Keys and audit lines. Only the SHA-256 of a key is stored: 256 random bits need no slow hash."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def create_key(self, name: str, role: Role, *, now: datetime) -> tuple[ApiKey, str]:
        """A new key; the second value is the secret, shown this once."""
        secret = KEY_PREFIX + secrets.token_urlsafe(32)
        key = ApiKey(
            id="k" + secrets.token_hex(5), name=name, role=role, created_at=now, last_used_at=None, revoked_at=None
        )
        with self.database.begin() as connection:
            connection.execute(
                insert(schema.api_key).values(id=key.id, name=name, role=role, hash=_hash(secret), created_at=now)
            )
        return key, secret

    def check(self, secret: str, *, now: datetime) -> ApiKey | None:
        """The key this secret opens, or ``None`` when it is unknown or revoked."""
        k = schema.api_key
        with self.database.read() as connection:
            row = connection.execute(select(k).where(k.c.hash == _hash(secret), k.c.revoked_at.is_(None))).one_or_none()
        if row is None:
            return None
        if row.last_used_at is None or (now - row.last_used_at).total_seconds() > 60:
            # At most one write a minute a key, and a full disk is no reason to keep anybody from reading.
            with suppress(StoreError), self.database.begin() as connection:
                connection.execute(update(k).where(k.c.id == row.id).values(last_used_at=now))
        return _key(row)

    def by_id(self, key_id: str) -> ApiKey | None:
        """A live key by id (for session cookies), or ``None``."""
        k = schema.api_key
        with self.database.read() as connection:
            row = connection.execute(select(k).where(k.c.id == key_id, k.c.revoked_at.is_(None))).one_or_none()
        return _key(row) if row is not None else None

    def listing(self) -> list[ApiKey]:
        """Every key, revoked ones too, oldest first."""
        with self.database.read() as connection:
            return [
                _key(row) for row in connection.execute(select(schema.api_key).order_by(schema.api_key.c.created_at))
            ]

    def any_live(self) -> bool:
        """Whether at least one key is in force."""
        k = schema.api_key
        with self.database.read() as connection:
            return (
                connection.execute(select(func.count()).select_from(k).where(k.c.revoked_at.is_(None))).scalar_one() > 0
            )

    def revoke(self, key_id: str, *, now: datetime) -> bool:
        """Revoke; False when there is no such live key."""
        k = schema.api_key
        with self.database.begin() as connection:
            done = connection.execute(
                update(k).where(k.c.id == key_id, k.c.revoked_at.is_(None)).values(revoked_at=now)
            )
        return done.rowcount > 0

    def record(
        self, *, actor: str, action: str, target: str | None, now: datetime, detail: dict[str, Any] | None = None
    ) -> None:
        """One audit line: who did what to what."""
        with self.database.begin() as connection:
            connection.execute(
                insert(schema.audit).values(at=now, actor=actor, action=action, target=target, detail=detail)
            )

    def record_once(
        self,
        *,
        actor: str,
        action: str,
        target: str,
        now: datetime,
        within: timedelta,
        detail: dict[str, Any] | None = None,
    ) -> bool:
        """:meth:`record`, unless the same line was written less than ``within`` ago; tells whether it was written.

        For what one act of a person asks for many times: a player fetches a recording piece by piece.
        """
        a = schema.audit
        same = select(a.c.detail).where(
            a.c.action == action, a.c.actor == actor, a.c.target == target, a.c.at > now - within
        )
        with self.database.read() as connection:
            if any((known or None) == detail for known in connection.execute(same).scalars()):
                return False
        self.record(actor=actor, action=action, target=target, now=now, detail=detail)
        return True

    def trail(self, *, limit: int = 200) -> list[AuditLine]:
        """The latest audit lines, newest first."""
        a = schema.audit
        with self.database.read() as connection:
            rows = connection.execute(select(a).order_by(a.c.id.desc()).limit(limit))
            return [AuditLine(**row._mapping) for row in rows]

    def targets(self, kind: str) -> list[str]:
        """What every audit line of a kind of action (``export``) names, however many lines came after it."""
        a = schema.audit
        statement = select(a.c.target).where(
            a.c.action.startswith(f"{kind}.", autoescape=True), a.c.target.is_not(None)
        )
        with self.database.read() as connection:
            return sorted(set(connection.execute(statement).scalars()))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: Any) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        role=row.role,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )
