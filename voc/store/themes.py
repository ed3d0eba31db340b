"""Themes in the database: clauses with their vectors, the themes and their clauses, runs and decisions.

The clauses of a theme are rows of ``signal`` too (kind ``theme``), so that filters, lists, figures and exports know them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, FromClause, Select, bindparam, delete, func, insert, literal, or_, select, update

from voc.records.themes import Theme, ThemeRun
from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.filters import Filters, conditions, counted
from voc.store.theme_tables import theme, theme_centre, theme_clause, theme_reading, theme_run

KIND = "theme"
DIMENSION = 384
SHOWN = ("discovered", "accepted")
"""Themes whose clauses are signals; those of rejected ones are only kept away."""


@dataclass(frozen=True)
class ReadClause:
    """One clause as it is saved; ``state`` is float32 [384]."""

    begin: int
    end: int
    language: str | None
    sentiment: float | None
    state: NDArray[np.float32]


@dataclass(frozen=True)
class StoredClauses:
    """The clauses of a period, in the order of their rows: ``states`` is float16 [n, 384], the rest n long.

    ``moments`` are when each was said, ``read`` when it was read.
    """

    ids: NDArray[np.int64]
    interactions: list[str]
    spans: NDArray[np.int64]
    languages: list[str | None]
    themes: list[str | None]
    moments: list[datetime]
    read: list[datetime]
    states: NDArray[np.float16]


class ThemeRows:
    """Everything about themes that touches the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # --- clauses --------------------------------------------------------------------------------------------------

    def unread(self, filters: Filters, *, encoder: str) -> list[str]:
        """Analysed interactions within ``filters`` whose clauses were not read since their last analysis."""
        i, r = schema.interaction, theme_reading
        rows = i.outerjoin(schema.customer, i.c.customer_id == schema.customer.c.id)
        rows = rows.outerjoin(r, r.c.interaction_id == i.c.id)
        statement = (
            select(i.c.id)
            .select_from(rows)
            .where(i.c.analysed_at.is_not(None), *conditions(filters))
            .where(or_(r.c.read_at.is_(None), r.c.read_at < i.c.analysed_at, r.c.encoder != encoder))
            .order_by(i.c.at, i.c.id)
        )
        with self.database.read() as connection:
            return list(connection.execute(statement).scalars())

    def save_clauses(self, found: Mapping[str, Sequence[ReadClause]], *, encoder: str, now: datetime) -> None:
        """Replace the clauses of these interactions; a place that was in a theme stays in it."""
        c, r = theme_clause, theme_reading
        with self.database.begin() as connection:
            alive = _alive(connection, list(found))
            before: dict[tuple[str, int, int], tuple[str | None, float | None]] = {}
            for part in parts(alive):
                columns = (c.c.interaction_id, c.c.begin, c.c.end, c.c.theme_id, c.c.score)
                for row in connection.execute(select(*columns).where(c.c.interaction_id.in_(part))):
                    before[row.interaction_id, row.begin, row.end] = (row.theme_id, row.score)
                connection.execute(delete(c).where(c.c.interaction_id.in_(part)))
                connection.execute(delete(r).where(r.c.interaction_id.in_(part)))
            rows = []
            for one in alive:
                for clause in found[one]:
                    held, score = before.get((one, clause.begin, clause.end), (None, None))
                    rows.append(
                        {
                            "interaction_id": one,
                            "begin": clause.begin,
                            "end": clause.end,
                            "language": clause.language,
                            "sentiment": clause.sentiment,
                            "state": np.asarray(clause.state, dtype=np.float16).tobytes(),
                            "theme_id": held,
                            "score": score,
                        }
                    )
            if rows:
                connection.execute(insert(c), rows)
            if alive:
                connection.execute(
                    insert(r), [{"interaction_id": one, "read_at": now, "encoder": encoder} for one in alive]
                )

    def clauses(self, filters: Filters) -> StoredClauses:
        """Every clause of the interactions within ``filters``, the oldest first."""
        i, c = schema.interaction, theme_clause
        rows = _clause_rows().outerjoin(schema.customer, i.c.customer_id == schema.customer.c.id)
        statement = select(*_clause_columns()).select_from(rows).where(*conditions(filters))
        statement = statement.order_by(i.c.at, i.c.id, c.c.begin)
        return self._read(statement)

    def _read(self, statement: Select[Any]) -> StoredClauses:
        with self.database.read() as connection:
            rows = connection.execute(statement).all()
        states = np.frombuffer(b"".join(row.state for row in rows), dtype=np.float16)
        return StoredClauses(
            ids=np.array([row.id for row in rows], dtype=np.int64),
            interactions=[row.interaction_id for row in rows],
            spans=np.array([(row.begin, row.end) for row in rows], dtype=np.int64).reshape(len(rows), 2),
            languages=[row.language for row in rows],
            themes=[row.theme_id for row in rows],
            moments=[row.at for row in rows],
            read=[row.read_at for row in rows],
            states=states.reshape(len(rows), DIMENSION),
        )

    def analysed(self, filters: Filters) -> int:
        """Analysed interactions within ``filters``."""
        i = schema.interaction
        with self.database.read() as connection:
            statement = counted(select(func.count()), filters).where(i.c.analysed_at.is_not(None))
            return int(connection.execute(statement).scalar_one())

    def centres(self, encoder: str) -> dict[str, NDArray[np.float32]]:
        """The middle of each language that likeness is measured from; empty before the first run."""
        m = theme_centre
        with self.database.read() as connection:
            rows = connection.execute(select(m.c.language, m.c.vector).where(m.c.encoder == encoder)).all()
        return {row.language: np.frombuffer(row.vector, dtype=np.float32) for row in rows}

    def latest_centres(self) -> dict[str, NDArray[np.float32]]:
        """The middles of the encoder that clauses were read with last; empty before the first run."""
        r = theme_reading
        with self.database.read() as connection:
            statement = select(r.c.encoder).order_by(r.c.read_at.desc()).limit(1)
            encoder = connection.execute(statement).scalar_one_or_none()
        return self.centres(encoder) if encoder is not None else {}

    def keep_centres(self, encoder: str, centres: Mapping[str, NDArray[np.float32]]) -> None:
        """Keep the middles for good: themes of one run can only be compared with those of another in one space."""
        rows = [
            {"encoder": encoder, "language": language, "vector": np.asarray(vector, dtype=np.float32).tobytes()}
            for language, vector in centres.items()
        ]
        with self.database.begin() as connection:
            connection.execute(self.database.upsert(theme_centre).values(rows).on_conflict_do_nothing())

    # --- themes ---------------------------------------------------------------------------------------------------

    def all(self) -> dict[str, tuple[Theme, NDArray[np.float32]]]:
        """Every theme there ever was with its centre (float32 [384]), the oldest first."""
        with self.database.read() as connection:
            rows = connection.execute(select(theme)).all()
        found = [(Theme.model_validate(row.document), np.frombuffer(row.centre, dtype=np.float32)) for row in rows]
        found.sort(key=lambda one: (one[0].created_at, one[0].id))
        return {one.id: (one, centre) for one, centre in found}

    def accepted(self) -> list[Theme]:
        """The themes that are topics, by id."""
        statement = select(theme.c.document).where(theme.c.status == "accepted").order_by(theme.c.id)
        with self.database.read() as connection:
            return [Theme.model_validate(one) for one in connection.execute(statement).scalars()]

    def get(self, theme_id: str) -> Theme | None:
        """One theme, or ``None``."""
        with self.database.read() as connection:
            document = connection.execute(select(theme.c.document).where(theme.c.id == theme_id)).scalar_one_or_none()
        return Theme.model_validate(document) if document is not None else None

    def save_run(
        self,
        run: ThemeRun,
        themes: Iterable[tuple[Theme, NDArray[np.float32]]],
        clauses: Mapping[int, tuple[str | None, float | None]],
    ) -> None:
        """Save a run whole or not at all: its themes, and the theme of every clause that changed."""
        with self.database.begin() as connection:
            for one, centre in themes:
                self.put(connection, one, centre)
            rows = [{"clause": key, "held": held, "likeness": score} for key, (held, score) in sorted(clauses.items())]
            self._place(connection, rows)
            connection.execute(insert(theme_run).values(id=run.id, at=run.at, document=run.model_dump(mode="json")))
            self.rewrite_signals(connection)

    def put(self, connection: Connection, one: Theme, centre: NDArray[np.float32] | None = None) -> None:
        """Save a theme; without ``centre`` it must be there already."""
        values: dict[str, Any] = {"status": one.status, "document": one.model_dump(mode="json")}
        if centre is None:
            connection.execute(update(theme).where(theme.c.id == one.id).values(**values))
            return
        values["centre"] = np.asarray(centre, dtype=np.float32).tobytes()
        statement = self.database.upsert(theme).values(id=one.id, **values)
        connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))

    def _place(self, connection: Connection, rows: list[dict[str, Any]]) -> None:
        c = theme_clause
        if rows:
            statement = update(c).where(c.c.id == bindparam("clause"))
            connection.execute(statement.values(theme_id=bindparam("held"), score=bindparam("likeness")), rows)

    def move(self, connection: Connection, clauses: Sequence[int], theme_id: str | None) -> None:
        """Put clauses into another theme."""
        for part in parts(sorted(clauses)):
            connection.execute(update(theme_clause).where(theme_clause.c.id.in_(part)).values(theme_id=theme_id))

    def members(self, theme_id: str) -> StoredClauses:
        """Every clause of a theme, of any time."""
        i, c = schema.interaction, theme_clause
        statement = select(*_clause_columns()).select_from(_clause_rows())
        return self._read(statement.where(c.c.theme_id == theme_id).order_by(i.c.at, i.c.id, c.c.begin))

    def rewrite_signals(self, connection: Connection) -> None:
        """Write the signals of kind ``theme`` anew from the clauses: after a run or a decision."""
        s, c = schema.signal, theme_clause
        connection.execute(delete(s).where(s.c.kind == KIND))
        shown = (
            select(
                c.c.interaction_id,
                *(_literal(KIND, "kind"), c.c.theme_id.label("label"), c.c.theme_id.label("parent")),
                *(c.c.score, c.c.sentiment, c.c.begin, c.c.end, _literal("themes", "analyser")),
            )
            .join(theme, theme.c.id == c.c.theme_id)
            .where(theme.c.status.in_(SHOWN))
            .order_by(c.c.id)
        )
        names = ["interaction_id", "kind", "label", "parent", "score", "sentiment", "begin", "end", "analyser"]
        connection.execute(insert(s).from_select(names, shown))

    # --- runs and decisions ---------------------------------------------------------------------------------------

    def last_run(self) -> ThemeRun | None:
        """The latest run, or ``None``."""
        with self.database.read() as connection:
            statement = select(theme_run.c.document).order_by(theme_run.c.at.desc()).limit(1)
            document = connection.execute(statement).scalar_one_or_none()
        return ThemeRun.model_validate(document) if document is not None else None


def _clause_columns() -> tuple[Any, ...]:
    c = theme_clause.c
    said, read = schema.interaction.c.at, theme_reading.c.read_at
    return (c.id, c.interaction_id, c.begin, c.end, c.language, c.theme_id, c.state, said, read)


def _clause_rows() -> FromClause:
    i, c, r = schema.interaction, theme_clause, theme_reading
    return c.join(i, i.c.id == c.c.interaction_id).join(r, r.c.interaction_id == i.c.id)


def _literal(value: str, name: str) -> Any:
    return literal(value).label(name)


def _alive(connection: Connection, ids: Sequence[str]) -> list[str]:
    i = schema.interaction
    found: list[str] = []
    for part in parts(sorted(ids)):  # erased meanwhile: nothing of it may come back
        found += connection.execute(select(i.c.id).where(i.c.id.in_(part)).order_by(i.c.id)).scalars()
    return found
