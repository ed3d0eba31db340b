"""The numbers and accounts of the customer base, as they are looked for in texts, and which texts still owe a look.

A number of the base is personal wherever it stands. Texts are looked through when they are analysed; those analysed
before a customer came are looked through again. That they owe it is written with the customer, in one transaction, so
that a process that ends in between leaves it to the next.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from voc.records import Identifier
from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database

SETTLED = "settled "
"""What the state begins with when nothing is owed; the rest is the state that was settled."""

READ_AT_ONCE = 200


@dataclass(frozen=True)
class StoredText:
    """The words of one analysed interaction, as far as they may be shown."""

    interaction_id: str
    text: str
    language: str | None


class KnownNumbers:
    """Looks numbers up in the base, and keeps account of the texts that must be compared with it again."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def owned(self, keys: Collection[str]) -> dict[str, list[Identifier]]:
        """Key (see :func:`voc.identifiers.lookup_key`) → the identifiers of the base that have it; keys nobody has are left out."""
        i = schema.identifier
        found: dict[str, list[Identifier]] = {}
        with self.database.read() as connection:
            for part in parts(sorted(keys)):
                rows = select(i.c.plain, i.c.type, i.c.value).where(i.c.plain.in_(part)).distinct()
                for row in connection.execute(rows):
                    found.setdefault(row.plain, []).append(Identifier(type=row.type, value=row.value))
        return found

    def state(self) -> str:
        """Changes whenever the base has got a number that it did not have."""
        m = schema.meta
        with self.database.read() as connection:
            value = connection.execute(select(m.c.value).where(m.c.key == schema.NUMBER_MASKS)).scalar_one_or_none()
        return (value or "").removeprefix(SETTLED)

    def owed(self) -> bool:
        """Whether texts that are analysed already must be compared with the base."""
        m = schema.meta
        with self.database.read() as connection:
            value = connection.execute(select(m.c.value).where(m.c.key == schema.NUMBER_MASKS)).scalar_one_or_none()
        return value is not None and not value.startswith(SETTLED)

    def settle(self, state: str) -> bool:
        """Every text was compared with the base as it was at ``state``; False when it has changed since."""
        m = schema.meta
        with self.database.begin() as connection:
            done = m.update().where(m.c.key == schema.NUMBER_MASKS, m.c.value == state).values(value=SETTLED + state)
            return connection.execute(done).rowcount > 0

    def texts(self, ids: Sequence[str] | None = None) -> Iterator[list[StoredText]]:
        """The words of every analysed interaction (of ``ids`` alone), some at a time; closed texts are left out."""
        if ids is not None:
            for part in parts(ids):
                yield self._texts(part)
            return
        a = schema.analysis.c
        last = ""
        while True:
            page = select(a.interaction_id).where(a.interaction_id > last).order_by(a.interaction_id)
            with self.database.read() as connection:
                part = list(connection.execute(page.limit(READ_AT_ONCE)).scalars())
            if not part:
                return
            last = part[-1]
            yield self._texts(part)

    def _texts(self, ids: Sequence[str]) -> list[StoredText]:
        a = schema.analysis.c
        words, language = a.document["text"].as_string(), a.document["language"].as_string()
        open_ones = a.document["redacted_text"].as_string().is_not(None)
        statement = select(a.interaction_id, words, language).where(a.interaction_id.in_(ids), open_ones)
        with self.database.read() as connection:
            return [StoredText(*row) for row in connection.execute(statement) if row[1]]


def owe_masks(database: Database, connection: Connection, new: Collection[str]) -> None:
    """Every text must be compared with the base again when one of these keys is ``new`` to it."""
    i, m = schema.identifier, schema.meta
    known: set[str] = set()
    for part in parts(sorted(new)):
        known.update(connection.execute(select(i.c.plain).where(i.c.plain.in_(part)).distinct()).scalars())
    if set(new) <= known:
        return
    statement = database.upsert(m).values(key=schema.NUMBER_MASKS, value=secrets.token_hex(8))
    connection.execute(
        statement.on_conflict_do_update(index_elements=[m.c.key], set_={"value": statement.excluded.value})
    )
