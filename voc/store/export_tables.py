"""Whole tables for exports: everything an outside reader may have, nothing that names a customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database


class Tables:
    """Rows of the portable export, without names, identifiers or unredacted words."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def customers(self, *, batch: int) -> Iterator[list[dict[str, Any]]]:
        """Customers by segment and place, with how often they were heard; records of one person are one row."""
        c, i = schema.customer, schema.interaction
        heard = select(func.count()).where(i.c.customer_id == c.c.id).scalar_subquery()
        columns = (c.c.id, c.c.segment, c.c.city, c.c.postcode, c.c.language, c.c.since, heard.label("interactions"))
        return self._in_batches(select(*columns).where(c.c.merged_into.is_(None)), c.c.id, batch)

    def interactions(self, *, batch: int) -> Iterator[list[dict[str, Any]]]:
        """Interactions with their figures and how they were linked; the words are added from the analyses."""
        i, link = schema.interaction, schema.link
        joined = i.outerjoin(link, link.c.interaction_id == i.c.id)
        return self._in_batches(select(*_interaction_columns()).select_from(joined), i.c.id, batch)

    def interactions_of(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """:meth:`interactions`, of these ids, in their order."""
        i, link = schema.interaction, schema.link
        joined = i.outerjoin(link, link.c.interaction_id == i.c.id)
        statement = select(*_interaction_columns()).select_from(joined)
        with self.database.read() as connection:
            rows = {}
            for part in parts(ids):
                for row in connection.execute(statement.where(i.c.id.in_(part))):
                    rows[row.id] = {name: _plain(value) for name, value in row._mapping.items()}
        return [rows[one] for one in ids if one in rows]

    def signals_of(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """:meth:`signals`, of these interactions."""
        s = schema.signal
        with self.database.read() as connection:
            return [
                {name: _plain(value) for name, value in row._mapping.items()}
                for part in parts(ids)
                for row in connection.execute(select(s).where(s.c.interaction_id.in_(part)).order_by(s.c.id))
            ]

    def signals(self, *, batch: int) -> Iterator[list[dict[str, Any]]]:
        """Signals with the place of their evidence."""
        return self._in_batches(select(schema.signal), schema.signal.c.id, batch)

    def _in_batches(self, statement: Select[Any], key: Any, batch: int) -> Iterator[list[dict[str, Any]]]:
        """Pages by key: no long transaction, so that an export never holds up the workers."""
        last: Any = None
        while True:
            page = statement.order_by(key).limit(batch)
            if last is not None:
                page = page.where(key > last)
            with self.database.read() as connection:
                rows = [dict(row._mapping) for row in connection.execute(page)]
            if not rows:
                return
            last = rows[-1][key.name]
            yield [{name: _plain(value) for name, value in row.items()} for row in rows]


def _interaction_columns() -> tuple[ColumnElement[Any], ...]:
    i, link = schema.interaction, schema.link
    return (
        *(i.c.id, i.c.channel, i.c.source, i.c.at, i.c.week, i.c.language, i.c.status, i.c.customer_id),
        *(i.c.sentiment_label, i.c.sentiment_score, i.c.nps, i.c.csat, i.c.rating, i.c.duration_ms),
        link.c.method.label("link_method"),
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
