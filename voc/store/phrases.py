"""How many interactions hold a word or a phrase, as it is written: by the full-text index, within the filters."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from voc.store.database import Database
from voc.store.dialects import WORDS
from voc.store.filters import Filters, conditions
from voc.store.folding import words
from voc.store.shapes import SHAPES


class Phrases:
    """Words that were written or said, without personal data."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def count(self, phrases: Sequence[str], filters: Filters) -> int:
        """Interactions within ``filters`` that hold any of ``phrases``, each word of one after the other."""
        wanted = [found for one in phrases if (found := words(one))]
        if not wanted:
            return 0
        shape = SHAPES[self.database.dialect.name]
        held = select(WORDS.c.interaction_id).where(self.database.dialect.hold_phrases(wanted))
        statement = (
            select(func.count())
            .select_from(shape.population)
            .where(shape.interaction.c.id.in_(held), *conditions(filters, shape))
        )
        with self.database.read() as connection:
            return connection.execute(statement).scalar_one()
