"""Who speaks of which theme: rows for figures and quotes, and the topics that accepted themes have become."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from voc.corrections import overlay
from voc.records import Analysis
from voc.store import schema
from voc.store.batches import parts
from voc.store.corrections import in_force
from voc.store.database import Database
from voc.store.filters import Filters, conditions, counted
from voc.store.shapes import STORE, Source
from voc.store.signals import rewrite_signals

READ_AT_ONCE = 200


@dataclass(frozen=True)
class ThemeMention:
    """One interaction that speaks of a theme: the clause nearest to it, and its mood (mean over its clauses)."""

    theme: str
    id: str
    week: str
    channel: str
    at: datetime
    customer_id: str | None
    language: str | None
    snippet: str | None
    score: float | None
    sentiment: float | None
    begin: int
    end: int


@dataclass(frozen=True)
class SpokenOf:
    """One subject in one interaction, as emergence counts it; ``kind`` is ``topic`` or ``theme``."""

    kind: str
    subject: str
    id: str


@dataclass(frozen=True)
class Contact:
    """One analysed interaction as emergence counts it."""

    id: str
    at: datetime
    channel: str
    customer_id: str | None
    segment: str | None
    city: str | None
    snippet: str | None


class ThemeCounts:
    """What figures of themes and emergence read."""

    def __init__(self, database: Database, source: Source) -> None:
        self.database, self.source = database, source

    def mentions(self, filters: Filters, theme_id: str | None = None) -> list[ThemeMention]:
        """Interactions within ``filters`` by theme, once each, the oldest first."""
        shape = self.source.shape
        s, i = shape.signal, shape.interaction
        columns = (s.c.label, s.c.score, s.c.sentiment, s.c.begin, s.c.end)
        more = (i.c.id, i.c.week, i.c.channel, i.c.at, i.c.customer_id, i.c.language)
        statement = (
            select(*columns, *more)
            .select_from(shape.population.join(s, s.c.interaction_id == shape.key))
            .where(s.c.kind == "theme", *conditions(filters, shape))
            .order_by(i.c.at, i.c.id, s.c.id)
        )
        if theme_id is not None:
            statement = statement.where(s.c.label == theme_id)
        with self.source.read() as connection:
            rows = connection.execute(statement).all()
        snippets = self.source.snippets([row.id for row in rows])
        best: dict[tuple[str, str], ThemeMention] = {}
        moods: dict[tuple[str, str], list[float]] = {}
        for row in rows:
            key = (row.label, row.id)
            if row.sentiment is not None:
                moods.setdefault(key, []).append(row.sentiment)
            if key in best and (best[key].score or 0.0) >= (row.score or 0.0):
                continue
            best[key] = ThemeMention(
                theme=row.label,
                sentiment=None,
                snippet=snippets.get(row.id),
                **{name: getattr(row, name) for name in ("id", "week", "channel", "at", "customer_id", "language")},
                **{name: getattr(row, name) for name in ("score", "begin", "end")},
            )
        return [
            ThemeMention(**{**one.__dict__, "sentiment": sum(moods[key]) / len(moods[key])}) if key in moods else one
            for key, one in best.items()
        ]

    def contacts(self, since: datetime, until: datetime) -> list[Contact]:
        """Analysed interactions of a period, the oldest first."""
        i, c = schema.interaction, schema.customer
        columns = (i.c.id, i.c.at, i.c.channel, i.c.customer_id, c.c.segment, STORE.city.label("city"), i.c.snippet)
        statement = (
            counted(select(*columns), Filters(since=since, until=until))
            .where(i.c.analysed_at.is_not(None))
            .order_by(i.c.at, i.c.id)
        )
        with self.database.read() as connection:
            return [Contact(*row) for row in connection.execute(statement)]

    def spoken_of(self, since: datetime, until: datetime) -> list[SpokenOf]:
        """Topics and themes of the interactions of a period, each once an interaction."""
        shape = self.source.shape
        s, i = shape.signal, shape.interaction
        statement = (
            select(s.c.kind, s.c.label, i.c.id)
            .select_from(s.join(i, s.c.interaction_id == shape.key))
            .where(s.c.kind.in_(("topic", "theme")), i.c.at >= since, i.c.at < until)
            .distinct()
            .order_by(s.c.kind, s.c.label, i.c.id)
        )
        (found,) = self.source.arrow(statement)
        columns = (found.column(number).to_pylist() for number in range(3))
        return [SpokenOf(*row) for row in zip(*columns, strict=True)]

    def texts(self, ids: Sequence[str]) -> dict[str, str]:
        """Masked words of interactions; those that are closed are left out."""
        a = schema.analysis
        text = a.c.document["redacted_text"].as_string()
        found: dict[str, str] = {}
        with self.database.read() as connection:
            for part in parts(list(ids)):
                rows = connection.execute(select(a.c.interaction_id, text).where(a.c.interaction_id.in_(part)))
                found.update({row[0]: row[1] for row in rows if row[1]})
        return found

    def others(self, but: Collection[str], *, limit: int) -> list[tuple[str, str | None]]:
        """(masked words, language) of the latest ``limit`` interactions that are not among ``but``."""
        i = schema.interaction
        statement = (
            select(i.c.id, i.c.language)
            .where(i.c.analysed_at.is_not(None))
            .order_by(i.c.at.desc(), i.c.id)
            .limit(limit + len(but))
        )
        with self.database.read() as connection:
            spoken = {row.id: row.language for row in connection.execute(statement) if row.id not in but}
        return [(text, spoken[key]) for key, text in self.texts(list(spoken)[:limit]).items()]

    # --- accepted themes are topics -------------------------------------------------------------------------------

    def analysed_batches(self, filters: Filters) -> Iterator[list[str]]:
        """Ids of analysed interactions within ``filters``, a batch at a time."""
        i = schema.interaction
        statement = counted(select(i.c.id), filters).where(i.c.analysed_at.is_not(None)).order_by(i.c.at, i.c.id)
        with self.database.read() as connection:
            ids = list(connection.execute(statement).scalars())
        for begin in range(0, len(ids), READ_AT_ONCE):
            yield ids[begin : begin + READ_AT_ONCE]

    def retag(self, analyses: Sequence[Analysis]) -> None:
        """Save analyses whose topics changed, with their signals: the models' own, corrections are laid over anew."""
        a = schema.analysis
        with self.database.begin() as connection:
            decided = in_force(connection, [one.id for one in analyses])
            for one in analyses:
                document = one.model_dump(mode="json")
                done = connection.execute(update(a).where(a.c.interaction_id == one.id).values(document=document))
                if done.rowcount:  # not one erased meanwhile
                    rewrite_signals(connection, overlay(one, decided))

    def count(self, theme_id: str) -> int:
        """Interactions of a theme, of any time."""
        s = schema.signal
        statement = select(func.count(func.distinct(s.c.interaction_id))).where(
            s.c.kind == "theme", s.c.label == theme_id
        )
        with self.database.read() as connection:
            return int(connection.execute(statement).scalar_one())
