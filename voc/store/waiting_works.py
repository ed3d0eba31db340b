"""Works of a few texts each: a mail or a post that was sent by itself is a work by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database


@dataclass(frozen=True)
class WaitingWork:
    """A work and how many texts still owe it their analysis."""

    id: str
    texts: int


class WaitingWorks:
    """Which works of texts are not done, and which work owes what."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def small(self, *, prefix: str, below: int, most: int) -> list[WaitingWork]:
        """The ``most`` oldest works that begin with ``prefix`` and still owe fewer than ``below`` texts, by age."""
        i = schema.interaction
        statement = (
            select(i.c.work_id, func.count())
            .where(i.c.status == "queued", i.c.blob.is_(None), i.c.work_id.startswith(prefix, autoescape=True))
            .group_by(i.c.work_id)
            .having(func.count() < below)
            .order_by(func.min(i.c.received_at), i.c.work_id)
            .limit(most)
        )
        with self.database.read() as connection:
            return [WaitingWork(*row) for row in connection.execute(statement)]

    def hand_over(self, work_ids: Sequence[str], to: str) -> int:
        """Let ``to`` owe the texts that these works still owe; returns how many."""
        i = schema.interaction
        with self.database.begin() as connection:
            return sum(
                connection.execute(
                    update(i)
                    .where(i.c.work_id.in_(part), i.c.status == "queued", i.c.blob.is_(None))
                    .values(work_id=to)
                ).rowcount
                for part in parts(work_ids)
            )
