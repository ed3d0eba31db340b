"""Answers about contexts as workers made them, by question, with the state of the store each was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from voc.store.context_tables import context_answer
from voc.store.contexts import KEPT_FOR
from voc.store.database import Database

CLAIM_LASTS = timedelta(minutes=15)
"""A worker that began an answer longer ago and did not finish it is taken for dead."""


@dataclass(frozen=True)
class ContextAnswer:
    """A question that was asked, and what a worker answered; ``state`` and ``document`` are of its last answer."""

    key: str
    question: Mapping[str, Any]
    asked_at: datetime
    claimed_at: datetime | None
    state: str | None
    made_at: datetime | None
    seconds: float | None
    document: Mapping[str, Any] | None
    refused: str | None


class ContextAnswers:
    """Everything about kept answers that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def get(self, key: str) -> ContextAnswer | None:
        """The question with its last answer, or ``None`` when nobody asked it."""
        with self.database.read() as connection:
            row = connection.execute(select(*_COLUMNS).where(context_answer.c.key == key)).one_or_none()
        return ContextAnswer(**row._mapping) if row is not None else None

    def ask(self, question: Mapping[str, Any], *, now: datetime) -> None:
        """Ask, or ask again."""
        asked = self.database.upsert(context_answer).values(
            key=question_key(question), question=dict(question), asked_at=now
        )
        with self.database.begin() as connection:
            connection.execute(
                asked.on_conflict_do_update(index_elements=["key"], set_={"asked_at": asked.excluded.asked_at})
            )

    def waiting(self) -> int:
        """How many questions have no answer yet."""
        a = context_answer.c
        with self.database.read() as connection:
            return int(connection.execute(select(func.count()).where(a.made_at.is_(None))).scalar_one())

    def outdated(self, state: str) -> list[ContextAnswer]:
        """Questions without an answer from ``state``, the documents left out, longest unanswered first."""
        a = context_answer.c
        light = [column for column in _COLUMNS if column.name != "document"]
        statement = select(*light).where(or_(a.state.is_(None), a.state != state)).order_by(a.made_at, a.asked_at)
        with self.database.read() as connection:
            return [ContextAnswer(**row._mapping, document=None) for row in connection.execute(statement)]

    def claim(self, key: str, *, now: datetime) -> bool:
        """Take a question as one of several workers; False when another has it."""
        a = context_answer.c
        free = or_(a.claimed_at.is_(None), a.claimed_at < now - CLAIM_LASTS)
        with self.database.begin() as connection:
            return (
                connection.execute(update(context_answer).where(a.key == key, free).values(claimed_at=now)).rowcount
                == 1
            )

    def save(
        self,
        key: str,
        *,
        state: str,
        now: datetime,
        seconds: float,
        document: Mapping[str, Any] | None = None,
        refused: str | None = None,
    ) -> None:
        """Keep an answer, or why there is none; forget those that were made too long ago."""
        a = context_answer.c
        with self.database.begin() as connection:
            connection.execute(
                update(context_answer)
                .where(a.key == key)
                .values(state=state, made_at=now, seconds=seconds, document=document, refused=refused, claimed_at=None)
            )
            connection.execute(delete(context_answer).where(a.made_at < now - KEPT_FOR))


_COLUMNS = tuple(context_answer.c)


def question_key(question: Mapping[str, Any]) -> str:
    """The same for the same question."""
    return hashlib.sha256(json.dumps(question, sort_keys=True, default=str).encode()).hexdigest()[:32]
