"""The keys by which mentions are found, as rows: what owes them, what they are made of, and which rows have which.

An owner whose rows change is written down by the database itself, in the transaction that changes them, and is read in
full until its keys are made anew. So the index may lag behind, and nothing is missed by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Column, Connection, String, delete, func, insert, literal, select

from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.mention_tables import OWNERS, mention_due, mention_key, owned_by, searched
from voc.store.mentions import leaves

MADE = "mention_keys"
"""Key of ``meta``: what the keys were made by; whatever makes others begins anew."""

KEY = np.dtype("<u4")
READ_AT_ONCE = 20_000
_SLOTS = 24
"""Bits of a key by which a first look is taken at millions of them."""


@dataclass(frozen=True)
class Due:
    """Owners whose keys must be made, as they were found; ``seqs`` are the lines that said so."""

    owners: tuple[str, ...]
    seqs: tuple[int, ...]


class MentionIndex:
    """Everything about the keys of mentions that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def covers(self) -> str:
        """The tables whose words the keys are of."""
        return " ".join(table.name for owner in OWNERS for table, _ in owned_by(owner))

    def made_by(self) -> str | None:
        """What the keys were made by, or ``None`` while there are none."""
        with self.database.read() as connection:
            return _made_by(connection)

    def begin_anew(self, made_by: str) -> None:
        """Forget every key, and owe those of every owner there is."""
        upsert = self.database.upsert(schema.meta).values(key=MADE, value=made_by)
        with self.database.begin() as connection:
            if _made_by(connection) == made_by:  # another process was faster
                return
            connection.execute(delete(mention_key))
            connection.execute(delete(mention_due))
            for owner in OWNERS:
                every = select(literal(f"{owner}:", String).concat(schema.metadata.tables[owner].c.id))
                connection.execute(insert(mention_due).from_select(["owner"], every))
            connection.execute(
                upsert.on_conflict_do_update(index_elements=[schema.meta.c.key], set_={"value": upsert.excluded.value})
            )

    def due(self, most: int) -> Due:
        """The first owners whose keys must be made."""
        d = mention_due.c
        with self.database.read() as connection:
            rows = connection.execute(select(d.seq, d.owner).order_by(d.seq).limit(most)).all()
        return Due(tuple(dict.fromkeys(row.owner for row in rows)), tuple(row.seq for row in rows))

    def count_due(self) -> int:
        """How many lines say that keys must be made."""
        with self.database.read() as connection:
            return connection.execute(select(func.count()).select_from(mention_due)).scalar_one()

    def words(self, owners: Sequence[str]) -> dict[str, list[str]]:
        """Owner → every string of its rows, its own id too; owners that are gone are left out."""
        found: dict[str, list[str]] = {}
        with self.database.read() as connection:
            for kind, ids in by_kind(owners).items():
                owned = owned_by(kind) if ids else []
                for part in parts(ids):
                    there = schema.metadata.tables[kind].c.id
                    for one in connection.execute(select(there).where(there.in_(part))).scalars():
                        found[f"{kind}:{one}"] = [one]
                    for table, column in owned:
                        columns: list[Column[Any]] = [column, *searched(table)]
                        statement = select(*columns).where(column.in_(part))
                        for row in connection.execute(statement):
                            if (words := found.get(f"{kind}:{row[0]}")) is not None:
                                words.extend(leaves(list(row[1:])))
        return found

    def save(self, keys: Mapping[str, NDArray[np.uint32]], due: Due) -> None:
        """Keep the keys of these owners, forget those of owners that are gone, and what said they were due."""
        k, d = mention_key, mention_due
        rows = [{"owner": owner, "hashes": made.astype(KEY).tobytes()} for owner, made in keys.items()]
        with self.database.overwriting() as connection:
            for part in parts(due.owners):
                connection.execute(delete(k).where(k.c.owner.in_(part)))
            for piece in parts(rows):
                connection.execute(insert(k), piece)
            for numbers in parts(due.seqs):
                connection.execute(delete(d).where(d.c.seq.in_(numbers)))

    def with_any(self, keys: NDArray[np.uint32]) -> Iterator[tuple[str, NDArray[np.uint32]]]:
        """Owners that may have any of ``keys``, with all of theirs; then those whose keys are due, with none."""
        slots = np.zeros(1 << _SLOTS, bool)
        slots[keys >> (32 - _SLOTS)] = True
        statement = select(mention_key.c.owner, mention_key.c.hashes)
        with self.database.read() as connection:
            rows = connection.execute(statement, execution_options={"yield_per": READ_AT_ONCE})
            for part in rows.partitions():
                owners = [row[0] for row in part]
                blobs = [row[1] for row in part]
                sizes = np.fromiter((len(one) // KEY.itemsize for one in blobs), np.int64, len(blobs))
                every = np.frombuffer(b"".join(blobs), KEY)
                hit = np.flatnonzero(slots[every >> (32 - _SLOTS)])
                ends = np.cumsum(sizes)
                for place in np.unique(np.searchsorted(ends, hit, side="right")):
                    yield owners[place], every[ends[place] - sizes[place] : ends[place]]

    def owed(self) -> set[str]:
        """Owners whose keys are due."""
        with self.database.read() as connection:
            return set(connection.execute(select(mention_due.c.owner).distinct()).scalars())


def forget_owners(connection: Connection, owners: Iterable[str]) -> None:
    """Leave nothing of owners that are gone, neither keys nor that they are due."""
    for part in parts(sorted(owners)):
        for table in (mention_key, mention_due):
            connection.execute(delete(table).where(table.c.owner.in_(part)))


def by_kind(owners: Iterable[str]) -> dict[str, list[str]]:
    """Kind of owner → ids."""
    found: dict[str, list[str]] = {kind: [] for kind in OWNERS}
    for one in owners:
        kind, _, ident = one.partition(":")
        if kind in found:
            found[kind].append(ident)
    return found


def _made_by(connection: Connection) -> str | None:
    m = schema.meta.c
    return connection.execute(select(m.value).where(m.key == MADE)).scalar_one_or_none()
