"""The linking index: customers' profiles, the blocking keys that find them, and how frequent their values are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, TextClause, delete, func, insert, or_, select, text

from voc.records import Customer
from voc.store import schema
from voc.store.customers import customers_in
from voc.store.database import Database, parts
from voc.store.linking_tables import blocking_key, profile, value_frequency
from voc.store.profiles import Profile

LARGEST_BLOCK = 200
"""Customers under one key beyond which it says too little to be worth comparing them all: 400 people who share a
surname and an initial cannot be told apart by that, and another key finds whom more is known of."""

FREQUENT_FIELDS = ("first_name", "last_name", "postcode", "city")
"""Fields whose frequency decides what an agreement is worth."""

FREQUENT_FROM = 3
"""Values of fewer customers are all called rare: the table stays small."""

KEYS_IN_ONE = 64
"""Blocks asked for in one statement (SQLite allows 500 parts of a compound)."""

_FIELDS = ("first_name", "last_name", "email", "phone", "postcode", "city", "birth_date", "reference")
_SEVERAL = frozenset(("email", "phone", "reference"))
_PADDED = (8, 16, 32, 64, 128, 256, 512)


class LinkingIndex:
    """Everything about finding candidates that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def save(self, prepared: Iterable[tuple[Profile, Collection[int]]], *, now: datetime) -> None:
        """Replace the profiles of these customers and their blocking keys, in one transaction."""
        rows = list(prepared)
        with self.database.begin() as connection:
            for part in parts(rows):
                self._save(connection, part, now)

    def _save(self, connection: Connection, rows: Sequence[tuple[Profile, Collection[int]]], now: datetime) -> None:
        names = [one.customer_id for one, _ in rows]
        c = schema.customer
        # Locked in one order, so that two processes that prepare the same customers queue up (PostgreSQL).
        known = select(c.c.id, c.c.updated_at).where(c.c.id.in_(names)).order_by(c.c.id).with_for_update()
        there = {row.id: max(now, row.updated_at) for row in connection.execute(known)}  # the others were erased
        connection.execute(delete(profile).where(profile.c.customer_id.in_(names)))
        kept = [(one, keys) for one, keys in rows if one.customer_id in there]
        if not kept:
            return
        connection.execute(
            insert(profile), [_row(one) | {"prepared_at": there[str(one.customer_id)]} for one, _ in kept]
        )
        numbers = {
            row.customer_id: row.id
            for row in connection.execute(
                select(profile.c.customer_id, profile.c.id).where(profile.c.customer_id.in_(names))
            )
        }
        entries = [{"key": key, "profile_id": numbers[one.customer_id]} for one, keys in kept for key in keys]
        if entries:
            connection.execute(insert(blocking_key), sorted(entries, key=lambda entry: entry["key"]))

    def unprepared(self, *, limit: int = 1000) -> list[Customer]:
        """Customers without a profile, or changed since it was made."""
        c = schema.customer
        statement = (
            select(c.c.id)
            .outerjoin(profile, profile.c.customer_id == c.c.id)
            .where(or_(profile.c.id.is_(None), profile.c.prepared_at < c.c.updated_at))
            .limit(limit)
        )
        with self.database.read() as connection:
            return customers_in(connection, list(connection.execute(statement).scalars()))

    def all_profiles(self) -> Iterable[list[Profile]]:
        """Every profile, in batches."""
        last = 0
        while True:
            page = select(profile).where(profile.c.id > last).order_by(profile.c.id).limit(5000)
            with self.database.read() as connection:
                rows = connection.execute(page).all()
            if not rows:
                return
            last = rows[-1].id
            yield [_profile(row) for row in rows]

    def candidates(self, wanted: Mapping[str, Collection[int]]) -> dict[str, list[Profile]]:
        """Who shares a blocking key: for each name in ``wanted`` the profiles under any of its keys.

        Keys with more than :data:`LARGEST_BLOCK` customers are passed over.
        """
        keys = sorted({key for several in wanted.values() for key in several})
        if not keys:
            return {name: [] for name in wanted}
        blocks: dict[int, list[int]] = {}
        with self.database.read() as connection:
            for start in range(0, len(keys), KEYS_IN_ONE):
                part = keys[start : start + KEYS_IN_ONE]
                statement, size = _blocks(len(part))
                values = {f"k{n}": part[min(n, len(part) - 1)] for n in range(size)}
                for key, number in connection.execute(statement, values).all():
                    blocks.setdefault(key, []).append(number)
            # A key that fills up the statement comes several times: each block's numbers once.
            members = {key: set(numbers) for key, numbers in blocks.items()}
            members = {key: numbers for key, numbers in members.items() if len(numbers) <= LARGEST_BLOCK}
            profiles = self._profiles(connection, sorted(set().union(*members.values()) if members else set()))
        return {
            name: [
                profiles[n] for n in sorted(set().union(*(members.get(key, ()) for key in several))) if n in profiles
            ]
            for name, several in wanted.items()
        }

    def _profiles(self, connection: Connection, numbers: Sequence[int]) -> dict[int, Profile]:
        found: dict[int, Profile] = {}
        waiting = iter(numbers)
        while part := list(islice(waiting, _PADDED[-1])):
            statement, size = _by_number(len(part))
            values = {f"n{n}": part[min(n, len(part) - 1)] for n in range(size)}
            for row in connection.execute(statement, values).all():
                found[row[0]] = _profile_of(row)
        return found

    def merged(self, ids: Collection[str]) -> dict[str, str]:
        """Into whom those of ``ids`` were merged that were."""
        c = schema.customer
        found: dict[str, str] = {}
        with self.database.read() as connection:
            for part in parts(sorted(ids)):
                statement = select(c.c.id, c.c.merged_into).where(c.c.id.in_(part), c.c.merged_into.is_not(None))
                found.update((row.id, row.merged_into) for row in connection.execute(statement))
        return found

    def size(self) -> int:
        """How many customers can be found."""
        with self.database.read() as connection:
            return connection.execute(select(func.count()).select_from(profile)).scalar_one()

    def state(self) -> str:
        """Changes whenever the frequencies were counted anew: what is kept in memory is then stale."""
        statement = select(schema.meta.c.value).where(schema.meta.c.key == "linking_state")
        with self.database.read() as connection:
            return connection.execute(statement).scalar_one_or_none() or ""

    def count_frequencies(self, *, now: datetime) -> None:
        """Count how frequent names and places are; to be called when many customers came or changed."""
        meta = schema.meta
        with self.database.begin() as connection:
            connection.execute(delete(value_frequency))
            for field in FREQUENT_FIELDS:
                column = profile.c[field]
                total = connection.execute(select(func.count(column))).scalar_one()
                counted: Select[Any] = (
                    select(column, func.count()).where(column.is_not(None)).group_by(column)
                    .having(func.count() >= FREQUENT_FROM)
                )  # fmt: skip
                rows = [
                    {"field": field, "value": value, "share": n / total}
                    for value, n in connection.execute(counted).all()
                ]
                for part in parts(rows):
                    connection.execute(insert(value_frequency), part)
            statement = self.database.upsert(meta).values(key="linking_state", value=now.isoformat())
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[meta.c.key], set_={"value": statement.excluded["value"]}
                )
            )

    def frequencies(self) -> dict[tuple[str, str], float]:
        """(field, value) → share of the customers that have the field, for values that are not rare."""
        with self.database.read() as connection:
            return {(row.field, row.value): row.share for row in connection.execute(select(value_frequency))}


@lru_cache(maxsize=KEYS_IN_ONE)
def _blocks(count: int) -> tuple[TextClause, int]:
    """A statement for ``count`` blocks or slightly more, each cut where it is too large to be of use."""
    size = next(one for one in (2, 4, 6, 8, 12, 16, 32, KEYS_IN_ONE) if one >= count)
    one = "SELECT key, profile_id FROM (SELECT key, profile_id FROM blocking_key WHERE key = :k{} LIMIT {}) AS b{}"
    return text(" UNION ALL ".join(one.format(n, LARGEST_BLOCK + 1, n) for n in range(size))), size


@lru_cache(maxsize=len(_PADDED) * 64)
def _by_number(count: int) -> tuple[TextClause, int]:
    size = next(one for one in _PADDED if one >= count)
    numbers = ", ".join(f":n{n}" for n in range(size))
    return text(f"SELECT id, customer_id, {', '.join(_FIELDS)} FROM profile WHERE id IN ({numbers})"), size


def _row(one: Profile) -> dict[str, Any]:
    values: dict[str, Any] = {"customer_id": one.customer_id}
    for field in _FIELDS:
        value = getattr(one, field)
        values[field] = (" ".join(value) or None) if field in _SEVERAL else value
    return values


def _profile_of(row: Any) -> Profile:
    """The profile of a row of :func:`_by_number`."""
    return Profile(
        row[1], row[2], row[3], _several(row[4]), _several(row[5]), row[6], row[7], row[8], _several(row[9])
    )  # fmt: skip


def _profile(row: Any) -> Profile:
    return _profile_of((row.id, row.customer_id, *(getattr(row, field) for field in _FIELDS)))


def _several(value: str | None) -> tuple[str, ...]:
    return tuple(value.split(" ")) if value else ()
