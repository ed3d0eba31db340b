"""Who speaks of a subject on which channel, with what only that channel can tell: scores, tension."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from voc.store import schema
from voc.store.database import Database
from voc.store.filters import Filters, conditions


@dataclass(frozen=True)
class SubjectRow:
    """One interaction that speaks of a topic or theme (``kind``); ``sentiment`` is what is said of it, −1…1."""

    kind: str
    subject: str
    id: str
    channel: str
    week: str
    at: datetime
    customer_id: str | None
    snippet: str | None
    sentiment: float | None
    nps: int | None
    csat: float | None
    rating: float | None
    tension: float | None = None


class CorroborationRows:
    """What corroboration reads."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def rows(self, filters: Filters) -> list[SubjectRow]:
        """Every interaction within ``filters`` under each of its topics and themes, once each."""
        s, i, c = schema.signal, schema.interaction, schema.customer
        told = s.alias("told")
        said = (
            select(func.avg(told.c.sentiment))
            .where(told.c.interaction_id == i.c.id, told.c.label == s.c.label, told.c.kind.in_(("aspect", "theme")))
            .correlate(i, s)
            .scalar_subquery()
        )
        columns = (i.c.id, i.c.channel, i.c.week, i.c.at, i.c.customer_id, i.c.snippet, i.c.nps, i.c.csat, i.c.rating)
        statement = (
            select(s.c.kind, s.c.label, *columns, func.coalesce(said, i.c.sentiment_score).label("said"))
            .select_from(s.join(i, i.c.id == s.c.interaction_id).outerjoin(c, i.c.customer_id == c.c.id))
            .where(s.c.kind.in_(("topic", "theme")), *conditions(filters))
            .distinct()
            .order_by(s.c.kind, s.c.label, i.c.at, i.c.id)
        )
        with self.database.read() as connection:
            rows = connection.execute(statement).all()
        tense = self._tensions([row.id for row in rows if row.channel == "call"])
        return [
            SubjectRow(
                row.kind, row.label, row.id, row.channel, row.week, row.at, row.customer_id, row.snippet, row.said,
                row.nps, row.csat, row.rating, tense.get(row.id),
            )
            for row in rows
        ]  # fmt: skip

    def _tensions(self, ids: list[str]) -> dict[str, float]:
        """Mean tension in the voice of the customer of each call that was scored."""
        a = schema.analysis
        found: dict[str, float] = {}
        with self.database.read() as connection:
            for begin in range(0, len(ids), 200):
                part = sorted(set(ids[begin : begin + 200]))
                for row in connection.execute(
                    select(a.c.interaction_id, a.c.document["turns"].label("turns")).where(a.c.interaction_id.in_(part))
                ):
                    tones = [
                        turn["tone"]["tension"]
                        for turn in row.turns or ()
                        if turn.get("tone") and turn.get("participant_role") != "agent"
                    ]
                    tones = [one for one in tones if one is not None]
                    if tones:
                        found[row.interaction_id] = sum(tones) / len(tones)
        return found
