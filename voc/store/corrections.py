"""Corrections: keeping what people said of interactions, and bringing it into lists and figures at once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from voc.corrections import Correction, check, overlay, said
from voc.errors import InputError, NotFoundError
from voc.records import Analysis
from voc.store import schema
from voc.store.batches import parts
from voc.store.correction_tables import correction
from voc.store.database import Database
from voc.store.signals import rewrite_signals


@dataclass(frozen=True)
class Label:
    """One label to give (or, with ``present`` false, to take from) an interaction; ``title`` names a topic."""

    field: str
    value: str
    present: bool = True
    title: str | None = None


class Corrections:
    """Everything about corrections that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def correct(
        self, interaction_id: str, labels: Sequence[Label], *, actor: str, reason: str | None, now: datetime
    ) -> list[Correction]:
        """Give labels to an interaction in the name of ``actor``; lists and figures follow in the same transaction.

        A label that decides the same as an earlier one takes its place; the earlier one is kept, withdrawn.

        Raises:
            InputError: there is no such interaction, it is not analysed yet, or a label is none.
        """
        for label in labels:
            check(label.field, label.value, present=label.present)
        with self.database.begin() as connection:
            analysis = self._locked(connection, interaction_id)
            made = [
                Correction(
                    id="c" + secrets.token_hex(8),
                    interaction_id=interaction_id,
                    field=label.field,
                    value=label.value,
                    present=label.present,
                    title=label.title,
                    was=said(analysis, label.field, label.value),
                    reason=reason or None,
                    actor=actor,
                    at=now,
                )
                for label in labels
            ]
            made = list({one.key: one for one in made}.values())  # said twice in one go: the last word counts
            replaced = {one.key for one in made}
            before = [one for one in in_force(connection, [interaction_id]) if one.key in replaced]
            self._withdraw(connection, [one.id for one in before], actor=actor, now=now)
            if made:
                connection.execute(insert(correction), [one.model_dump() for one in made])
            self._show(connection, analysis)
        return made

    def withdraw(self, correction_id: str, *, actor: str, now: datetime) -> Correction | None:
        """Let the models' word count again; the correction, or ``None`` when there is none of that id in force."""
        with self.database.begin() as connection:
            row = connection.execute(
                select(correction).where(correction.c.id == correction_id, correction.c.withdrawn_at.is_(None))
            ).one_or_none()
            if row is None:
                return None
            analysis = self._locked(connection, row.interaction_id)
            self._withdraw(connection, [correction_id], actor=actor, now=now)
            self._show(connection, analysis)
            return _record(row).model_copy(update={"withdrawn_by": actor, "withdrawn_at": now})

    def of(self, interaction_id: str) -> list[Correction]:
        """Every correction of an interaction, withdrawn ones too, newest first."""
        statement = select(correction).where(correction.c.interaction_id == interaction_id)
        with self.database.read() as connection:
            rows = connection.execute(statement.order_by(correction.c.at.desc(), correction.c.id))
            return [_record(row) for row in rows]

    def every(self) -> list[Correction]:
        """Every correction in force, oldest first: what ``voc learn`` learns from."""
        statement = select(correction).where(correction.c.withdrawn_at.is_(None))
        with self.database.read() as connection:
            return [_record(row) for row in connection.execute(statement.order_by(correction.c.at, correction.c.id))]

    def counts(self) -> dict[str, int]:
        """How many corrections are in force, by field."""
        statement = select(correction.c.field, func.count()).where(correction.c.withdrawn_at.is_(None))
        with self.database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(statement.group_by(correction.c.field))}

    def _locked(self, connection: Connection, interaction_id: str) -> Analysis:
        """The models' analysis; a worker that would replace it waits until we are done (PostgreSQL)."""
        i, a = schema.interaction, schema.analysis
        if connection.execute(select(i.c.id).where(i.c.id == interaction_id).with_for_update()).first() is None:
            raise NotFoundError(f"interaction {interaction_id}: there is none of that id.", code="no_such_interaction")
        document = connection.execute(
            select(a.c.document).where(a.c.interaction_id == interaction_id)
        ).scalar_one_or_none()
        if document is None:
            raise InputError(
                f"interaction {interaction_id}: is not analysed yet; correct it when it is.", code="not_analysed_yet"
            )
        return Analysis.model_validate(document)

    def _withdraw(self, connection: Connection, ids: Sequence[str], *, actor: str, now: datetime) -> None:
        for part in parts(ids):
            connection.execute(
                update(correction).where(correction.c.id.in_(part)).values(withdrawn_by=actor, withdrawn_at=now)
            )

    def _show(self, connection: Connection, analysis: Analysis) -> None:
        rewrite_signals(connection, overlay(analysis, in_force(connection, [analysis.id])))


def in_force(connection: Connection, ids: Sequence[str]) -> list[Correction]:
    """Corrections in force of these interactions, oldest first."""
    found: list[Correction] = []
    for part in parts(ids):
        statement = select(correction).where(correction.c.interaction_id.in_(part), correction.c.withdrawn_at.is_(None))
        found += [_record(row) for row in connection.execute(statement.order_by(correction.c.at, correction.c.id))]
    return found


def _record(row: Row[Any]) -> Correction:
    return Correction.model_validate(dict(row._mapping))
