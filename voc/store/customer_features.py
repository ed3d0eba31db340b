"""How customers behave, counted: channels, moods, topics and recorded attributes of everybody at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from voc.store import schema
from voc.store.database import Database


@dataclass(frozen=True, slots=True)
class CustomerFeatureRow:
    """One analysed interaction: whose it is, where it came in, and its mood."""

    interaction_id: str
    customer_id: str | None
    channel: str
    sentiment: str | None


class Behaviours:
    """What look-alikes are found by."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def state(self) -> tuple[Any, ...]:
        """Changes whenever any of what is read here may have changed; equal states read equal."""
        i, c, link = schema.interaction, schema.customer, schema.link
        with self.database.read() as connection:
            heard = connection.execute(select(func.count(i.c.customer_id), func.count(i.c.sentiment_label))).one()
            linked = connection.execute(select(func.count(), func.max(link.c.created_at)).select_from(link)).one()
            known = connection.execute(
                select(func.count(), func.max(c.c.updated_at), func.count(c.c.merged_into)).select_from(c)
            ).one()
        return (*heard, *linked, *known)

    def interactions(self, ids: list[str] | None = None) -> list[CustomerFeatureRow]:
        """Interactions of known customers, or just these, whoever's they are."""
        i = schema.interaction
        statement = select(i.c.id, i.c.customer_id, i.c.channel, i.c.sentiment_label)
        statement = (
            statement.where(i.c.customer_id.is_not(None)) if ids is None else statement.where(i.c.id.in_(ids[:500]))
        )
        with self.database.read() as connection:
            return [CustomerFeatureRow(*row) for row in connection.execute(statement)]

    def topics(self, ids: list[str] | None = None) -> list[tuple[str, str]]:
        """(interaction, topic) of everything there is, or of these interactions."""
        s = schema.signal
        statement = select(s.c.interaction_id, s.c.label).where(s.c.kind == "topic")
        if ids is not None:
            statement = statement.where(s.c.interaction_id.in_(ids[:500]))
        with self.database.read() as connection:
            return [(row[0], row[1]) for row in connection.execute(statement)]

    def attributes(self) -> dict[str, dict[str, str]]:
        """Person → what their record says: segment, language, city, and every other column of the base."""
        c = schema.customer
        statement = select(c.c.id, c.c.segment, c.c.language, c.c.city, c.c.attributes).where(c.c.merged_into.is_(None))
        found: dict[str, dict[str, str]] = {}
        with self.database.read() as connection:
            for row in connection.execute(statement):
                fields = {"segment": row.segment, "language": row.language, "city": row.city, **(row.attributes or {})}
                found[row.id] = {name: str(value) for name, value in fields.items() if value}
        return found
