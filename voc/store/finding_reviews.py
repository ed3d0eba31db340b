"""Decisions about findings: added, taken back, read; nothing is ever changed or deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from voc.records import Decision, FindingAction
from voc.store.database import Database
from voc.store.finding_tables import finding, finding_decision

Check = Callable[[Sequence[Decision]], None]
"""Refuses by raising what may not be decided after these decisions, oldest first."""


@dataclass(frozen=True)
class KnownFinding:
    """A finding somebody decided about: ``labels`` is its title by language."""

    key: str
    first_week: str
    topic: str | None
    labels: dict[str, str]


@dataclass(frozen=True)
class NewDecision:
    """What is to be kept of one decision; see :class:`voc.records.Decision`."""

    week: str
    action: FindingAction
    actor: str
    owner: str | None = None
    due: date | None = None
    text: str | None = None
    into: str | None = None


class FindingReviews:
    """What was decided about findings."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def decide(
        self, findings: Sequence[KnownFinding], decision: NewDecision, *, check: Check, now: datetime
    ) -> Decision:
        """Keep a decision about the first of ``findings``; the others are known from then on (what it is merged with).

        ``check`` sees every decision there is while nobody else can make one.
        """
        f, d = finding, finding_decision
        with self.database.begin() as connection:
            for one in findings:
                values = {**one.__dict__, "opened_at": now}
                connection.execute(self.database.upsert(f).values(**values).on_conflict_do_nothing())
            check(self._locked(connection))
            values = {
                "finding": findings[0].key, "week": decision.week, "action": decision.action, "actor": decision.actor,
                "at": now, "owner": decision.owner, "due": decision.due, "text": decision.text,
                "merged_into": decision.into,
            }  # fmt: skip
            number = connection.execute(insert(d).values(**values).returning(d.c.id)).scalar_one()
            return _decision(connection.execute(select(d).where(d.c.id == number)).one())

    def undo(self, decision_id: int, *, actor: str, check: Check, now: datetime) -> None:
        """Mark a decision as taken back, unless ``check`` refuses."""
        d = finding_decision
        with self.database.begin() as connection:
            check(self._locked(connection))
            connection.execute(
                update(d).where(d.c.id == decision_id, d.c.undone_at.is_(None)).values(undone_by=actor, undone_at=now)
            )

    def all(self) -> list[Decision]:
        """Every decision, oldest first, those taken back too."""
        with self.database.read() as connection:
            return self._all(connection)

    def of(self, key: str) -> list[Decision]:
        """Every decision about one finding, oldest first, those taken back too."""
        d = finding_decision
        with self.database.read() as connection:
            rows = connection.execute(select(d).where(d.c.finding == key).order_by(d.c.id))
            return [_decision(row) for row in rows]

    def known(self) -> dict[str, KnownFinding]:
        """Every finding somebody decided about, by its key."""
        f = finding
        statement = select(f.c.key, f.c.first_week, f.c.topic, f.c.labels).order_by(f.c.opened_at, f.c.key)
        with self.database.read() as connection:
            return {row.key: KnownFinding(**row._mapping) for row in connection.execute(statement)}

    def _all(self, connection: Connection) -> list[Decision]:
        d = finding_decision
        return [_decision(row) for row in connection.execute(select(d).order_by(d.c.id))]

    def _locked(self, connection: Connection) -> list[Decision]:
        # Two merges at once could each be right alone and a circle together: one at a time.
        connection.execute(select(finding.c.key).order_by(finding.c.key).with_for_update())
        return self._all(connection)


def _decision(row: Row[Any]) -> Decision:
    values = dict(row._mapping)
    return Decision(**{name: value for name, value in values.items() if name != "merged_into"}, into=row.merged_into)
