"""Decisions about themes, and who asked for a discovery, in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from voc.store import schema
from voc.store.database import Database
from voc.store.theme_tables import theme_decision, theme_request

ASKED = "asked"
TAGS = "theme_tags"
GIVEN_UP_AFTER = timedelta(hours=2)
"""A run claimed so long ago is another's to take: its worker is gone."""


@dataclass(frozen=True)
class Decision:
    """One decision of a person about a theme, with what taking it back restores."""

    id: int
    at: datetime
    actor: str
    action: str
    theme_id: str
    detail: dict[str, Any]
    before: dict[str, Any]
    undone_at: datetime | None


class ThemeDecisions:
    """Everything about decisions and requests that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def decide(
        self,
        connection: Connection,
        *,
        actor: str,
        action: str,
        theme_id: str,
        detail: dict[str, Any],
        before: dict[str, Any],
        now: datetime,
    ) -> int:
        """Note a decision; returns its id."""
        values = {"at": now, "actor": actor, "action": action, "theme_id": theme_id}
        values |= {"detail": detail, "before": before}
        found = connection.execute(insert(theme_decision).values(**values).returning(theme_decision.c.id))
        return int(found.scalar_one())

    def all(self, theme_id: str | None = None) -> list[Decision]:
        """Decisions, the newest first."""
        d = theme_decision
        statement = select(d).order_by(d.c.id.desc())
        if theme_id is not None:
            statement = statement.where(d.c.theme_id == theme_id)
        with self.database.read() as connection:
            return [Decision(**row._mapping) for row in connection.execute(statement)]

    def undone(self, connection: Connection, decision_id: int, *, now: datetime) -> None:
        """Mark a decision as taken back."""
        connection.execute(update(theme_decision).where(theme_decision.c.id == decision_id).values(undone_at=now))

    # --- requests -------------------------------------------------------------------------------------------------

    def ask(self, *, now: datetime) -> None:
        """Ask a worker for a discovery; asking again while it waits changes nothing."""
        r = theme_request
        with self.database.begin() as connection:
            statement = self.database.upsert(r).values(key=ASKED, asked_at=now)
            anew = {"asked_at": now, "claimed_at": None, "done_at": None}
            connection.execute(
                statement.on_conflict_do_update(index_elements=["key"], set_=anew, where=r.c.done_at.is_not(None))
            )

    def asked(self) -> datetime | None:
        """When the discovery that nobody has run yet was asked for; ``None`` without one."""
        r = theme_request
        statement = select(r.c.asked_at).where(r.c.key == ASKED, r.c.done_at.is_(None))
        with self.database.read() as connection:
            return connection.execute(statement).scalar_one_or_none()

    def claim(self, key: str, *, now: datetime) -> bool:
        """Take the run of a week (or, as ``asked``, the one somebody asked for); False when another has it or did it."""
        r = theme_request
        with self.database.begin() as connection:
            row = connection.execute(select(r).where(r.c.key == key).with_for_update()).one_or_none()
            if row is None:
                made = self.database.upsert(r).values(key=key, asked_at=now, claimed_at=now).on_conflict_do_nothing()
                return bool(connection.execute(made).rowcount)
            if row.done_at is not None or (row.claimed_at is not None and row.claimed_at > now - GIVEN_UP_AFTER):
                return False
            connection.execute(update(r).where(r.c.key == key).values(claimed_at=now))
            return True

    def answered(self, key: str, *, now: datetime) -> None:
        """The run is over."""
        with self.database.begin() as connection:
            connection.execute(update(theme_request).where(theme_request.c.key == key).values(done_at=now))

    # --- which rules the stored topics come from ------------------------------------------------------------------

    def tags(self) -> str | None:
        """What :meth:`keep_tags` kept last."""
        m = schema.meta
        with self.database.read() as connection:
            return connection.execute(select(m.c.value).where(m.c.key == TAGS)).scalar_one_or_none()

    def keep_tags(self, value: str) -> None:
        """Remember which rules were laid over what is stored."""
        with self.database.begin() as connection:
            statement = self.database.upsert(schema.meta).values(key=TAGS, value=value)
            connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
