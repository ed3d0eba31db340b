"""How many interactions hold a word or a phrase, as it is written: by the full-text index, within the filters."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, bindparam, column, func, or_, select, table, text

from voc.store.database import FTS_TABLE, Database
from voc.store.filters import Filters, conditions
from voc.store.folding import words
from voc.store.shapes import SHAPES

_FTS = table(FTS_TABLE, column("interaction_id"), column("body"))


class Phrases:
    """Words that were written or said, without personal data."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def count(self, phrases: Sequence[str], filters: Filters) -> int:
        """Interactions within ``filters`` that hold any of ``phrases``, each word of one after the other."""
        wanted = [found for one in phrases if (found := words(one))]
        if not wanted:
            return 0
        shape = SHAPES[self.database.dialect]
        held = select(_FTS.c.interaction_id).where(self._matches(wanted))
        statement = (
            select(func.count())
            .select_from(shape.population)
            .where(shape.interaction.c.id.in_(held), *conditions(filters, shape))
        )
        with self.database.read() as connection:
            return connection.execute(statement).scalar_one()

    def _matches(self, wanted: Sequence[Sequence[str]]) -> ColumnElement[bool]:
        if self.database.dialect == "sqlite":
            asked = " OR ".join('"' + " ".join(one) + '"' for one in wanted)  # words() leaves no quotation mark
            return text(f"{FTS_TABLE} MATCH :phrases").bindparams(bindparam("phrases", asked))  # type: ignore[return-value]
        each = [_FTS.c.body.bool_op("@@")(func.phraseto_tsquery("simple", " ".join(one))) for one in wanted]
        return or_(*each)
