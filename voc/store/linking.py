"""The linking index: customers' profiles, the blocking keys that find them, and how frequent their values are."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, TextClause, bindparam, delete, func, insert, or_, select, text

from voc.records import Customer
from voc.store import schema
from voc.store.batches import parts
from voc.store.customers import customers_in
from voc.store.database import Database
from voc.store.dialects import DIALECTS
from voc.store.linking_tables import blocking_key, profile, value_frequency
from voc.store.profiles import Profile

LARGEST_BLOCK = 200
"""Customers under one key beyond which it says too little to be worth comparing them all: 400 people who share a
surname and an initial cannot be told apart by that, and another key finds whom more is known of."""

MOST_COMPARED = LARGEST_BLOCK
"""Customers that one interaction is compared with: beyond, those under rarer, or more, of its keys go first."""

FREQUENT_FIELDS = ("first_name", "last_name", "postcode", "city")
"""Fields whose frequency decides what an agreement is worth."""

FREQUENT_FROM = 3
"""Values of fewer customers are all called rare: the table stays small."""

KEYS_IN_ONE = 64
"""Blocks asked for in one statement (SQLite allows 500 parts of a compound)."""

ASSUMED_BITS = 20.0
"""Bits of a key that one customer alone has, as among a million; one of 200 still has 12, so two keys beat one."""

_FIELDS = ("first_name", "last_name", "email", "phone", "postcode", "city", "birth_date", "reference")
_SEVERAL = frozenset(("email", "phone", "reference"))
_PROFILE = f"SELECT id, customer_id, {', '.join(_FIELDS)} FROM profile WHERE id"
_BY_NUMBER = {name: text(f"{_PROFILE} {one.among('numbers')}") for name, one in DIALECTS.items()}
"""One parameter for any count of numbers: one statement, prepared once."""

_MERGED = select(schema.customer.c.id, schema.customer.c.merged_into).where(
    schema.customer.c.id.in_(bindparam("ids", expanding=True)), schema.customer.c.merged_into.is_not(None)
)


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

        Keys with more than :data:`LARGEST_BLOCK` customers are passed over, and of what is left no more are compared
        than :func:`worth_comparing` allows.
        """
        keys = sorted({key for several in wanted.values() for key in several})
        if not keys:
            return {name: [] for name in wanted}
        with self.database.read() as connection:
            blocks = self._blocks(connection, keys)
            worth = {name: worth_comparing(several, blocks) for name, several in wanted.items()}
            profiles = self._profiles(connection, sorted(set().union(*worth.values())))
        return {name: [profiles[n] for n in numbers if n in profiles] for name, numbers in worth.items()}

    def _blocks(self, connection: Connection, keys: Sequence[int]) -> dict[int, list[int]]:
        """The customers' numbers under each key, without keys that nobody or too many have."""
        found: dict[int, list[int]] = {}
        for start in range(0, len(keys), KEYS_IN_ONE):
            part = keys[start : start + KEYS_IN_ONE]
            statement, size = _blocks(len(part), self.database.dialect.name)
            # A key that fills up the statement comes several times, with the same answer.
            values = {f"k{n}": part[min(n, len(part) - 1)] for n in range(size)}
            for n, numbers in connection.execute(statement, values).all():
                if numbers:
                    found[values[f"k{n}"]] = [int(number) for number in numbers.split(",")]
        return found

    def _profiles(self, connection: Connection, numbers: Sequence[int]) -> dict[int, Profile]:
        if not numbers:
            return {}
        dialect = self.database.dialect
        statement, values = _BY_NUMBER[dialect.name], {"numbers": dialect.numbers(numbers)}
        return {row[0]: _profile_of(row) for row in connection.execute(statement, values).all()}

    def merged(self, ids: Collection[str]) -> dict[str, str]:
        """Into whom those of ``ids`` were merged that were."""
        found: dict[str, str] = {}
        with self.database.read() as connection:
            for part in parts(sorted(ids)):
                found.update((one, root) for one, root in connection.execute(_MERGED, {"ids": part}).all())
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


def worth_comparing(keys: Iterable[int], blocks: Mapping[int, Sequence[int]]) -> list[int]:
    """Who of the blocks under ``keys`` is worth comparing: at most :data:`MOST_COMPARED`, in ascending order.

    Those who share the same keys stay or go together, so that nobody is preferred to a rival who looks the same; those
    go first whose keys, taken together, the fewest customers have.
    """
    shared: dict[int, list[int]] = {}
    for key in sorted(set(keys)):
        for number in blocks.get(key, ()):
            shared.setdefault(number, []).append(key)
    if len(shared) <= MOST_COMPARED:
        return sorted(shared)
    alike: dict[tuple[int, ...], list[int]] = {}
    for number, several in shared.items():
        alike.setdefault(tuple(several), []).append(number)
    # As in a weight of evidence, one key says the logarithm of how rare it is, and what several say adds up.
    bits = {key: ASSUMED_BITS - math.log2(len(numbers)) for key, numbers in blocks.items()}
    kept: list[int] = []
    for group in sorted(alike, key=lambda one: (-sum(bits[key] for key in one), one)):
        if len(kept) + len(alike[group]) > MOST_COMPARED:
            break
        kept += alike[group]
    return sorted(kept)


@lru_cache(maxsize=4 * KEYS_IN_ONE)
def _blocks(count: int, dialect: str) -> tuple[TextClause, int]:
    """A statement for ``count`` blocks or slightly more: one row a block, no numbers where it is too large."""
    size = next(one for one in (1, 2, 3, 4, 5, 6, 8, 12, 16, 32, KEYS_IN_ONE) if one >= count)
    listed = DIALECTS[dialect].joined("profile_id")
    one = (
        f"SELECT {{0}}, CASE WHEN count(*) <= {LARGEST_BLOCK} THEN {listed} END FROM"
        f" (SELECT profile_id FROM blocking_key WHERE key = :k{{0}} LIMIT {LARGEST_BLOCK + 1}) AS b{{0}}"
    )
    return text(" UNION ALL ".join(one.format(n) for n in range(size))), size


def _row(one: Profile) -> dict[str, Any]:
    values: dict[str, Any] = {"customer_id": one.customer_id}
    for field in _FIELDS:
        value = getattr(one, field)
        values[field] = (" ".join(value) or None) if field in _SEVERAL else value
    return values


def _profile_of(row: Any) -> Profile:
    """The profile of a row of :data:`_BY_NUMBER`."""
    _, customer_id, first, last, email, phone, postcode, city, birth_date, reference = row
    return Profile(
        customer_id, first, last, _several(email), _several(phone), postcode, city, birth_date, _several(reference)
    )


def _profile(row: Any) -> Profile:
    return _profile_of((row.id, row.customer_id, *(getattr(row, field) for field in _FIELDS)))


def _several(value: str | None) -> tuple[str, ...]:
    return tuple(value.split(" ")) if value else ()
