"""Call categories as rows: laying them anew over analyses that are there, and counting them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update

from voc.records import Analysis
from voc.store import schema
from voc.store.batches import parts
from voc.store.database import Database
from voc.store.filters import Filters, conditions, counted
from voc.store.shapes import Source
from voc.store.signals import category_rows

READ_AT_ONCE = 200
KIND = "category"


@dataclass(frozen=True)
class CategoryCount:
    """How many interactions of one channel fall into a category, and at how many places of theirs."""

    category: str
    channel: str
    n: int
    points: int


class CategoryRows:
    """Everything about call categories that touches the database."""

    def __init__(self, database: Database, source: Source) -> None:
        self.database, self.source = database, source

    def batches(self, filters: Filters, channels: Sequence[str]) -> Iterator[list[str]]:
        """Ids of analysed interactions on these channels, or with a category from earlier, a batch at a time."""
        i, s = schema.interaction, schema.signal
        had = select(s.c.id).where(s.c.interaction_id == i.c.id, s.c.kind == KIND).exists()
        statement = counted(select(i.c.id), filters).where(i.c.status == "done", i.c.channel.in_(channels) | had)
        with self.database.read() as connection:
            ids = list(connection.execute(statement.order_by(i.c.at, i.c.id)).scalars())
        for start in range(0, len(ids), READ_AT_ONCE):
            yield ids[start : start + READ_AT_ONCE]

    def replace(self, analyses: Sequence[Analysis]) -> None:
        """Replace the categories of these analyses, in their documents and as rows, in one transaction.

        They are the models' (``findings.analyses(…, as_found=True)``): a correction saved with them could not be
        withdrawn. One that was deleted meanwhile stays deleted.
        """
        a, s = schema.analysis, schema.signal
        with self.database.begin() as connection:
            for one in analyses:
                document = one.model_dump(mode="json")
                done = connection.execute(update(a).where(a.c.interaction_id == one.id).values(document=document))
                if not done.rowcount:
                    continue
                connection.execute(delete(s).where(s.c.interaction_id == one.id, s.c.kind == KIND))
                if rows := list(category_rows(one)):
                    connection.execute(insert(s), rows)

    def counts(self, filters: Filters) -> list[CategoryCount]:
        """Interactions that match, by category and channel."""
        shape = self.source.shape
        i, s = shape.interaction, shape.signal
        statement = (
            select(s.c.label, i.c.channel, func.count().label("n"), func.sum(s.c.score).label("points"))
            .select_from(shape.population.join(s, s.c.interaction_id == shape.key))
            .where(s.c.kind == KIND, *conditions(filters, shape))
            .group_by(s.c.label, i.c.channel)
            .order_by(s.c.label, i.c.channel)
        )
        with self.source.read() as connection:
            return [
                CategoryCount(row.label, row.channel, row.n, round(row.points or 0))
                for row in connection.execute(statement)
            ]

    def ids_of(self, interaction_ids: Sequence[str]) -> dict[str, list[str]]:
        """Categories by interaction."""
        s = schema.signal
        found: dict[str, list[str]] = {}
        with self.database.read() as connection:
            for part in parts(list(interaction_ids)):
                rows = connection.execute(
                    select(s.c.interaction_id, s.c.label)
                    .where(s.c.kind == KIND, s.c.interaction_id.in_(part))
                    .order_by(s.c.id)
                )
                for row in rows:
                    found.setdefault(row.interaction_id, []).append(row.label)
        return found
