"""Taking out of the database what is about one person, in every table there is, and leaving no freed page behind.

Tables are walked by the schema, not by name: a table that a later version adds is erased from as soon as its columns
say what they point at (a foreign key to ``customer`` or ``interaction``, or a column named after one).
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, delete, or_, select, tuple_, update

from voc.language.folding import fold
from voc.records import Customer, Identifier
from voc.store import schema
from voc.store.audio_tables import masked_audio
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.mention_index import forget_owners
from voc.store.mention_tables import points_at
from voc.store.source_tables import source_item

UNTOUCHED = frozenset({"meta", "tombstone", "api_key", "worker", "erasure", "interaction", "customer", "topic_version"})
"""Tables whose rows are not about customers, and the two that are dealt with themselves."""

READ_AT_ONCE = 500

Pairs = Sequence[tuple[str, str]]


class Erasing:
    """Everything about erasing that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # --- whose is what -------------------------------------------------------------------------------------------

    def same_person(self, customer_id: str) -> list[str]:
        """The record this one is merged into, or itself, and every record merged into that; empty when unknown."""
        c = schema.customer
        with self.database.read() as connection:
            row = connection.execute(select(c.c.id, c.c.merged_into).where(c.c.id == customer_id)).one_or_none()
            if row is None:
                return []
            main = row.merged_into or row.id
            merged = connection.execute(select(c.c.id).where(c.c.merged_into == main).order_by(c.c.id)).scalars()
            return [main, *merged]

    def linked_to(self, customer_id: str) -> list[str]:
        """Interactions of a customer."""
        i = schema.interaction
        with self.database.read() as connection:
            return list(connection.execute(select(i.c.id).where(i.c.customer_id == customer_id)).scalars())

    def linked_in(self, connection: Connection, customer_ids: Sequence[str]) -> list[str]:
        """Interactions of these customers as an open transaction sees them."""
        i = schema.interaction
        return list(connection.execute(select(i.c.id).where(i.c.customer_id.in_(customer_ids))).scalars())

    def claimed(self, pairs: Pairs, *, among: Collection[str] | None = None) -> list[str]:
        """Interactions linked to nobody that came with one of these (type, value) as metadata.

        Args:
            among: ids of the interactions to look at; all there are by default.
        """
        wanted = set(pairs)
        i = schema.interaction
        if not wanted:
            return []
        statement = select(i.c.id, i.c.record["identifiers"].label("identifiers")).where(i.c.customer_id.is_(None))
        asked = [statement] if among is None else [statement.where(i.c.id.in_(one)) for one in parts(sorted(among))]
        with self.database.read() as connection:
            return [
                row.id
                for one in asked
                for row in connection.execute(one, execution_options={"yield_per": READ_AT_ONCE})
                if any((each["type"], each["value"]) in wanted for each in row.identifiers or ())
            ]

    def bearers(self, last_name: str) -> set[str]:
        """Customers who bear this family name, however it is spelled."""
        c = schema.customer.c
        folded = fold(last_name)
        alike = or_(c.last_name == last_name, c.folded_name.contains(folded, autoescape=True))
        with self.database.read() as connection:
            rows = connection.execute(select(c.id, c.last_name).where(alike, c.last_name.is_not(None)))
            return {row.id for row in rows if fold(row.last_name) == folded}

    def namesakes(self, folded_name: str) -> set[str]:
        """Customers who bear this full name (folded)."""
        c = schema.customer
        with self.database.read() as connection:
            return set(connection.execute(select(c.c.id).where(c.c.folded_name == folded_name)).scalars())

    def customer_batches(self) -> Iterator[list[Customer]]:
        """Every customer with their identifiers, a batch at a time."""
        c, i = schema.customer, schema.identifier
        last = ""
        while True:
            with self.database.read() as connection:
                ids = list(
                    connection.execute(
                        select(c.c.id).where(c.c.id > last).order_by(c.c.id).limit(READ_AT_ONCE)
                    ).scalars()
                )
                owned = connection.execute(select(i).where(i.c.customer_id.in_(ids))).all()
            if not ids:
                return
            last = ids[-1]
            named: dict[str, list[Identifier]] = {one: [] for one in ids}
            for row in owned:
                named[row.customer_id].append(Identifier(type=row.type, value=row.value, network=row.network or None))
            yield [Customer(id=one, identifiers=tuple(named[one])) for one in ids]

    def work_of(self, ids: Sequence[str]) -> list[str]:
        """Workflows that owed or owe the analysis of these interactions."""
        return self._of_interactions(ids, schema.interaction.c.work_id)

    def recordings_of(self, ids: Sequence[str]) -> list[str]:
        """Keys of the recordings of these interactions."""
        return self._of_interactions(ids, schema.interaction.c.blob)

    def _of_interactions(self, ids: Sequence[str], column: ColumnElement[Any]) -> list[str]:
        """What a column holds of these interactions, each once, in order."""
        with self.database.read() as connection:
            return sorted(
                {
                    one
                    for part in parts(list(ids))
                    for one in connection.execute(select(column).where(schema.interaction.c.id.in_(part))).scalars()
                    if one
                }
            )

    def kept_uploads(self, ids: Sequence[str] | None = None) -> list[tuple[str, str, str]]:
        """(upload, key of its bytes, file name) of files that are kept; of those only that gave one of ``ids``."""
        u, item = schema.upload, schema.upload_item
        statement = select(u.c.id, u.c.blob, u.c.filename).where(u.c.blob.is_not(None))
        found: dict[str, tuple[str, str, str]] = {}
        with self.database.read() as connection:
            if ids is None:
                return [(row.id, row.blob, row.filename) for row in connection.execute(statement)]
            for part in parts(list(ids)):
                given = select(item.c.upload_id).where(item.c.interaction_id.in_(part))
                found.update(
                    (r.id, (r.id, r.blob, r.filename)) for r in connection.execute(statement.where(u.c.id.in_(given)))
                )
        return list(found.values())

    def rows_about(self, customer_ids: Sequence[str], ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """Table → its rows that point at these customers or interactions, as plain JSON; vectors as numbers."""
        found: dict[str, list[dict[str, Any]]] = {}
        wanted: list[tuple[Table, Column[Any], Sequence[str]]] = [
            (schema.customer, schema.customer.c.id, customer_ids),
            (schema.interaction, schema.interaction.c.id, ids),
            *((table, column, customer_ids) for table, column in _pointing_at("customer")),
            *((table, column, ids) for table, column in _pointing_at("interaction")),
        ]
        with self.database.read() as connection:
            for table, column, values in wanted:
                rows = found.setdefault(table.name, [])
                for part in parts(list(values)):
                    for row in connection.execute(select(table).where(column.in_(part))):
                        plain = {name: _plain(value) for name, value in row._mapping.items()}
                        if plain not in rows:
                            rows.append(plain)
        return found

    # --- what is too old -----------------------------------------------------------------------------------------

    def older(self, channel: str, before: datetime, *, kept: str) -> list[str]:
        """Interactions of a channel from before a moment that still have their ``audio`` or ``text``."""
        i = schema.interaction
        statement = select(i.c.id).where(i.c.channel == channel, i.c.at < before, i.c.status != "queued")
        if kept == "audio":
            statement = statement.where(i.c.blob.is_not(None))
        else:  # an anonymous copy is its own origin (Anonymising): nothing is left to take out of it
            statement = statement.where(i.c.content_hash != i.c.id)
        with self.database.read() as connection:
            return list(connection.execute(statement.order_by(i.c.at)).scalars())

    def uploads_before(self, before: datetime) -> list[str]:
        """Uploads from before a moment whose bytes are kept for a retry."""
        u, i = schema.upload, schema.interaction
        used = select(i.c.id).where(i.c.blob == u.c.blob).exists()
        statement = select(u.c.id).where(u.c.blob.is_not(None), u.c.received_at < before, ~used)
        with self.database.read() as connection:
            return list(connection.execute(statement).scalars())

    def claim_turn(self, name: str, *, now: datetime, every: timedelta) -> bool:
        """Whether it is this process' turn to do what is done once in a while: True for one of all that ask."""
        m = schema.meta
        with self.database.begin() as connection:
            connection.execute(self.database.upsert(m).values(key=name, value="").on_conflict_do_nothing())
            statement = (
                update(m).where(m.c.key == name, m.c.value <= (now - every).isoformat()).values(value=now.isoformat())
            )
            return connection.execute(statement).rowcount > 0

    # --- taking out ----------------------------------------------------------------------------------------------

    def forget(self, ids: Sequence[str], *, customer_id: str | None = None, identifiers: Pairs = ()) -> None:
        """Delete these interactions and this customer with every row that points at them, in one transaction."""
        with self.database.overwriting() as connection:
            self.forget_in(
                connection, ids, customer_ids=() if customer_id is None else (customer_id,), identifiers=identifiers
            )

    def forget_in(
        self, connection: Connection, ids: Sequence[str], *, customer_ids: Sequence[str] = (), identifiers: Pairs = ()
    ) -> None:
        """:meth:`forget` for whoever has a transaction open (:meth:`voc.store.database.Database.overwriting`)."""
        self._forget_files(connection, ids)
        for table, column in _pointing_at("interaction"):
            for part in parts(list(ids)):
                connection.execute(delete(table).where(column.in_(part)))
        self.database.dialect.forget_words(connection, ids)
        for part in parts(list(ids)):
            connection.execute(delete(schema.interaction).where(schema.interaction.c.id.in_(part)))
        i = schema.interaction
        for customer_id in customer_ids:
            for table, column in _pointing_at("customer"):
                connection.execute(delete(table).where(column == customer_id))
            connection.execute(update(i).where(i.c.customer_id == customer_id).values(customer_id=None))
        if customer_ids:
            self._forget_claims(connection, identifiers)
        for customer_id in customer_ids:
            connection.execute(delete(schema.customer).where(schema.customer.c.id == customer_id))
        forget_owners(
            connection, [*(f"interaction:{one}" for one in ids), *(f"customer:{one}" for one in customer_ids)]
        )

    def _forget_files(self, connection: Connection, ids: Sequence[str]) -> None:
        item = schema.upload_item
        gone = set(ids)
        for part in parts(list(ids)):
            given = select(item.c.upload_id).distinct().where(item.c.interaction_id.in_(part))
            for upload_id in list(connection.execute(given).scalars()):
                self._unname(connection, upload_id, gone)

    def unname_upload(self, upload_id: str) -> None:
        """Forget what a file was called and what was refused in it, unless it gave interactions of others."""
        with self.database.overwriting() as connection:
            self._unname(connection, upload_id, set())

    def _unname(self, connection: Connection, upload_id: str, gone: set[str]) -> None:
        """``appel-claire.wav`` is somebody's name too, and a refused row's reason may quote it."""
        u, item = schema.upload, schema.upload_item
        gave = connection.execute(select(item.c.interaction_id).where(item.c.upload_id == upload_id)).scalars()
        if not set(gave) <= gone:
            return
        nameless: dict[str, Any] = {
            "filename": "erased",
            "sha256": "",
            "options": {},
            "idempotency_key": None,
            "error": None,
            "error_code": None,
            "error_parameters": None,
        }
        connection.execute(update(u).where(u.c.id == upload_id).values(nameless))
        thing = {"name": None, "locator": None, "reason": None, "code": None, "parameters": None}
        connection.execute(update(source_item).where(source_item.c.upload_id == upload_id).values(thing))
        connection.execute(delete(schema.rejection).where(schema.rejection.c.upload_id == upload_id))

    def _forget_claims(self, connection: Connection, identifiers: Pairs) -> None:
        """Rows that belong to nobody yet but carry one of these identifiers (an event before its customer)."""
        for table in schema.metadata.sorted_tables:
            if not {"type", "value"} <= set(table.c.keys()) or not identifiers:
                continue
            for key in table.foreign_keys:
                parent = key.column.table
                if parent.name in UNTOUCHED:
                    continue
                for part in parts(list(identifiers)):
                    owned = select(key.parent).where(tuple_(table.c.type, table.c.value).in_(part))
                    rows = list(connection.execute(owned).scalars())
                    for piece in parts(rows):
                        connection.execute(delete(table).where(key.parent.in_(piece)))
                        connection.execute(delete(parent).where(key.column.in_(piece)))

    def forget_transcripts(self, ids: Sequence[str]) -> None:
        """Delete what was heard in these calls; what else is known of them stays."""
        t = schema.transcript
        with self.database.overwriting() as connection:
            for part in parts(list(ids)):
                connection.execute(delete(t).where(t.c.interaction_id.in_(part)))

    def let_go_of_recordings(self, ids: Sequence[str]) -> None:
        """Forget where the recordings of these interactions are; their words stay."""
        i = schema.interaction
        with self.database.overwriting() as connection:
            for part in parts(list(ids)):
                for row in connection.execute(select(i.c.id, i.c.record).where(i.c.id.in_(part))).all():
                    record = dict(row.record)
                    if record.get("recording"):
                        record["recording"] = record["recording"] | {"sha256": None, "path": None}
                    connection.execute(update(i).where(i.c.id == row.id).values(blob=None, record=record))
                connection.execute(delete(masked_audio).where(masked_audio.c.interaction_id.in_(part)))

    # --- leaving nothing behind ----------------------------------------------------------------------------------

    def compact(self, *, vacuum: bool = True, thorough: bool = False) -> bool:
        """Rewrite what deletions left in free pages, in the index and in the log; False where others kept it busy.

        SQLite: FTS5's merged index keeps no deleted word, VACUUM no free page, a truncated log no page at all; without
        ``vacuum`` (when all that was deleted went through this class, which overwrites it) the file is not rewritten.
        PostgreSQL: VACUUM frees the dead rows for others to write over; ``thorough`` writes every table anew
        (VACUUM FULL), which holds up whoever uses it meanwhile.
        """
        tables = list(schema.metadata.tables)
        return self.database.dialect.compact(self.database.engine, tables, vacuum=vacuum, thorough=thorough)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):  # an embedding: float16
        return [round(one[0], 4) for one in struct.iter_unpack("<e", value)] if len(value) % 2 == 0 else value.hex()
    return value.isoformat() if hasattr(value, "isoformat") else value


def _pointing_at(target: str) -> list[tuple[Table, Column[Any]]]:
    """Every column, of tables other than the two themselves, that names a row of ``target``; children first."""
    found: list[tuple[Table, Column[Any]]] = []
    for table in reversed(schema.metadata.sorted_tables):
        if table.name in UNTOUCHED:
            continue
        found += [(table, column) for column in table.c if points_at(column, target)]
    return found
