"""Which language a caller, or whoever calls on a queue, usually speaks: what a recording of two words cannot say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Select, and_, func, or_, select

from voc.records import Interaction
from voc.store import schema
from voc.store.database import Database

QUEUE: Final = "queue"
"""The attribute that names the queue a call came in on."""

_SHARE: Final = 0.8
"""At least so much of what came before is in the one language."""

_QUEUE_LEAST: Final = 3
"""So many calls of a queue say something of the next; of one caller a single one does."""

_LOOKED_AT: Final = 500
"""Latest analysed interactions among which those of a queue are looked for: a queue in use is among them."""


class UsualLanguages:
    """Answers before a recording is transcribed."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def usual(self, interaction: Interaction) -> str | None:
        """Return the language of nearly everything of the caller, else of the queue; ``None`` where neither says."""
        with self.database.read() as connection:
            return _of_one(connection, _callers(interaction), least=1) or _of_one(
                connection, _queues(interaction), least=_QUEUE_LEAST
            )


def _of_one(connection: Connection, languages: Select[Any] | None, *, least: int) -> str | None:
    """The language of at least ``least`` rows and nearly all of them."""
    if languages is None:
        return None
    found = languages.subquery()
    rows: Sequence[Any] = connection.execute(
        select(found.c.language, func.count().label("n")).group_by(found.c.language)
    ).all()
    total = sum(row.n for row in rows)
    first = max(rows, key=lambda row: row.n, default=None)
    return first.language if first and total >= least and first.n >= _SHARE * total else None


def _callers(interaction: Interaction) -> Select[Any] | None:
    """Languages of what belongs to whom the verified identifiers that came with the recording belong to."""
    own = [
        (one.type, one.value)
        for one in interaction.identifiers
        if one.verified and one.type != "name" and not one.side_unknown
    ]
    if not own:
        return None
    i, c = schema.identifier.c, schema.interaction.c
    people = select(i.customer_id).where(or_(*(and_(i.type == kind, i.value == value) for kind, value in own)))
    return select(c.language).where(c.customer_id.in_(people), *_analysed(interaction))


def _queues(interaction: Interaction) -> Select[Any] | None:
    name = interaction.attributes.get(QUEUE)
    if not name:
        return None
    c = schema.interaction.c
    latest = (
        select(c.language, c.record["attributes"][QUEUE].as_string().label("queue"))
        .where(*_analysed(interaction))
        .order_by(c.at.desc(), c.id.desc())
        .limit(_LOOKED_AT)
        .subquery()
    )
    return select(latest.c.language).where(latest.c.queue == name)


def _analysed(interaction: Interaction) -> tuple[Any, ...]:
    c = schema.interaction.c
    return c.analysed_at.is_not(None), c.language.is_not(None), c.id != interaction.id
