"""Counts and distributions for the insights room: SQL only, no statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, literal, literal_column, or_, select

from voc.records.sentiment import SCORE_KINDS, ScoreKind
from voc.store.filters import Filters, conditions, said, values
from voc.store.groupings import ATTRIBUTE_VALUES, grouped, untold_first
from voc.store.shapes import Shape, Source
from voc.store.topic_mentions import LEVELS, Level, told, told_together, topic_mentions

SUM_DECIMALS = 9
"""Scores have four: beyond, a sum only tells in what order it was added up."""


class Cell(NamedTuple):
    """One group of interactions: the value of every dimension asked for, how many, and how they were scored.

    ``score_sum`` and ``score_squares`` are over the ``scored`` ones, which is what a mean and its spread need.
    """

    keys: tuple[str | None, ...]
    n: int
    scored: int
    negative: int
    neutral: int
    positive: int
    score_sum: float
    score_squares: float


@dataclass(frozen=True)
class ChannelWeek:
    """One channel in one week. ``voices`` counts a customer, and a repeated text, once."""

    week: str
    channel: str
    n: int
    voices: int


@dataclass(frozen=True)
class TopicWeek:
    """One topic on one channel in one week; ``complaints`` and ``praise`` are the voices that spoke ill or well of it."""

    week: str
    channel: str
    topic: str
    n: int
    voices: int
    complaints: int
    praise: int


@dataclass(frozen=True)
class TopicSentimentCount:
    """What is said of one topic: interactions, and how many speak ill, evenly or well of it."""

    topic: str
    n: int
    negative: int
    neutral: int
    positive: int


@dataclass(frozen=True)
class TopicMentionRow:
    """One interaction that speaks of a topic: ``begin``/``end`` is its evidence, ``sentiment`` what is said of it."""

    id: str
    week: str
    channel: str
    at: datetime
    customer_id: str | None
    snippet: str | None
    score: float | None
    sentiment: float | None
    language: str | None = None


class Figures:
    """Figures over interactions, signals and customers."""

    def __init__(self, source: Source) -> None:
        self.source = source

    # --- what pages and the API ask for --------------------------------------------------------------------------

    def cells(self, filters: Filters, *, by: Sequence[str] = ()) -> list[Cell]:
        """Interactions that match, grouped by up to three dimensions.

        By ``topic``, an interaction counts once under each of its topics and once under each parent, so that every
        cell is what ``Filters(topic=…)`` counts; ``None`` is without any topic. By ``attribute:name`` those that came
        without it are in no group.

        Raises:
            InputError: an unknown dimension, one named twice, more than three, or an attribute that is no group.
        """
        rows = grouped(self.source, filters, by, _scored)
        return [Cell(keys, *row[:-2], *(round(value or 0.0, SUM_DECIMALS) for value in row[-2:])) for keys, row in rows]

    def counts(self, filters: Filters, *, by: Sequence[str]) -> dict[tuple[str | None, ...], int]:
        """How many interactions each of the :meth:`cells` has, where no more is asked for: in half the time.

        Raises:
            InputError: as there.
        """
        return {keys: row[0] for keys, row in grouped(self.source, filters, by, lambda _: [])}

    def scores(self, filters: Filters, *, bins: int = 20) -> list[int]:
        """Histogram of sentiment scores: ``bins`` equal bins over −1…1, the last one closed."""
        shape = self.source.shape
        score = shape.interaction.c.sentiment_score
        statement = (
            select(shape.bin((score + 1) * (bins / 2)).label("place"), func.count())
            .select_from(shape.population)
            .where(score.is_not(None), *conditions(filters, shape))
            .group_by(literal_column("place"))
        )
        found = [0] * bins
        with self.source.read() as connection:
            for number, n in connection.execute(statement):
                found[min(max(number, 0), bins - 1)] += n
        return found

    def ratings(self, filters: Filters) -> dict[ScoreKind, dict[float, int]]:
        """How many interactions came with each value of each of a survey's own scores; scores nobody gave are left out."""
        shape = self.source.shape
        columns = [shape.interaction.c[kind] for kind in SCORE_KINDS]
        statement = (
            select(*columns, func.count())
            .select_from(shape.population)
            .where(or_(*(one.is_not(None) for one in columns)), *conditions(filters, shape))
            .group_by(*columns)
        )
        found: dict[ScoreKind, dict[float, int]] = {kind: {} for kind in SCORE_KINDS}
        with self.source.read() as connection:
            for *given, n in connection.execute(statement):
                for kind, value in zip(SCORE_KINDS, given, strict=True):
                    if value is not None:
                        found[kind][float(value)] = found[kind].get(float(value), 0) + n
        return {kind: dict(sorted(counts.items())) for kind, counts in found.items() if counts}

    def said(self, filters: Filters) -> list[TopicSentimentCount]:
        """What is said of every topic and parent, clause by clause (``Filters.topic_sentiment``)."""
        found: list[TopicSentimentCount] = []
        for about in told_together(partial(conditions, filters), self.source.shape, narrow=values(filters.topic)):
            score = func.coalesce(about.said, about.shape.interaction.c.sentiment_score)
            columns: list[ColumnElement[Any]] = [about.topic, func.count()]
            columns += (func.count().filter(said(score, label)) for label in ("negative", "neutral", "positive"))
            statement = (
                select(*columns)
                .select_from(about.source)
                .where(*about.where)
                .group_by(about.topic)
                .order_by(about.topic)
            )
            with self.source.read() as connection:
                found += [TopicSentimentCount(*row) for row in connection.execute(statement)]
        return sorted(found, key=lambda one: untold_first(one.topic))

    def attributes(self, filters: Filters, *, least: int = 1) -> dict[str, dict[str, int]]:
        """Attribute → value → interactions, of the attributes interactions came with.

        Values seen less than ``least`` times, and attributes that look like ids or free text, are left out.
        """
        shape = self.source.shape
        statement = (
            select(shape.attribute_name, shape.attribute_value, func.count())
            .select_from(shape.attributes)
            .where(*conditions(filters, shape))
            .group_by(shape.attribute_name, shape.attribute_value)
        )
        found: dict[str, dict[str, int]] = {}
        with self.source.read() as connection:
            for name, value, n in connection.execute(statement):
                found.setdefault(name, {})[value] = n
        return {
            name: {value: n for value, n in sorted(values.items()) if n >= least}
            for name, values in sorted(found.items())
            if len(values) <= ATTRIBUTE_VALUES
        }

    def attribute_names(self, filters: Filters) -> list[str]:
        """Names of the attributes that :meth:`attributes` tells, in order, without reading their values."""
        shape = self.source.shape
        statement = select(shape.attribute_name).select_from(shape.attributes).where(*conditions(filters, shape))
        few = func.count(shape.attribute_value.distinct()) <= ATTRIBUTE_VALUES
        with self.source.read() as connection:
            return sorted(connection.execute(statement.group_by(shape.attribute_name).having(few)).scalars())

    def snippets(self, filters: Filters, *, limit: int) -> dict[str, str]:
        """Interaction id → redacted opening words, of at most ``limit`` interactions (ids are hashes: a fair draw)."""
        shape, i = self.source.shape, self.source.shape.interaction
        statement = (
            select(i.c.id)
            .select_from(shape.population)
            .where(shape.worded, *conditions(filters, shape))
            .order_by(i.c.id)
            .limit(limit)
        )
        with self.source.read() as connection:
            ids = list(connection.execute(statement).scalars())
        return self.source.snippets(ids)

    def first_and_last(self, *, now: datetime | None = None) -> tuple[datetime, datetime] | None:
        """Moments of the first and the last interaction, or ``None`` where there is none.

        What is dated after the present week is no part of it: one wrong date would empty the latest weeks.
        """
        i = self.source.shape.interaction
        monday = (now or datetime.now(UTC)).date()
        monday -= timedelta(days=monday.weekday())
        over = datetime.combine(monday + timedelta(days=7), time(), tzinfo=UTC)
        with self.source.read() as connection:
            row = connection.execute(select(func.min(i.c.at), func.max(i.c.at)).where(i.c.at < over)).one()
        return (row[0], row[1]) if row[0] is not None else None

    def latest_before(self, moment: datetime) -> datetime | None:
        """When the last analysed interaction before ``moment`` was, or ``None`` where there is none."""
        i = self.source.shape.interaction
        statement = select(func.max(i.c.at)).where(i.c.at < moment, self.source.shape.analysed)
        with self.source.read() as connection:
            return connection.execute(statement).scalar_one_or_none()

    def has_any(self, since: datetime, until: datetime) -> bool:
        """Whether anything was analysed, ``since`` ≤ at < ``until``."""
        within = _within(since, until, self.source.shape)
        with self.source.read() as connection:
            return connection.execute(select(literal(1)).where(*within).limit(1)).first() is not None

    # --- what the digest asks for --------------------------------------------------------------------------------

    def channel_weeks(self, since: datetime, until: datetime) -> list[ChannelWeek]:
        """Analysed interactions and voices by week and channel, ``since`` ≤ at < ``until``."""
        i = self.source.shape.interaction
        customers, texts = _voices(self.source.shape)
        statement = (
            select(i.c.week, i.c.channel, func.count(), customers, texts)
            .where(*_within(since, until, self.source.shape))
            .group_by(i.c.week, i.c.channel)
            .order_by(i.c.week, i.c.channel)
        )
        with self.source.read() as connection:
            return [ChannelWeek(w, ch, n, min(a, b)) for w, ch, n, a, b in connection.execute(statement)]

    def topic_weeks(self, since: datetime, until: datetime, *, level: Level) -> list[TopicWeek]:
        """Topics (``label``) or their parents by week and channel, with what is said of them."""
        about = told(level, partial(_within, since, until), self.source.shape)
        shape, i = about.shape, about.shape.interaction
        score = func.coalesce(about.said, i.c.sentiment_score)
        # Repeated texts are looked for in all that is said only: comparing texts is what takes the time here.
        ill, well = (_voices(shape, said(score, label))[0] for label in ("negative", "positive"))
        spoken = [*_voices(shape), ill, well]
        statement = (
            select(i.c.week, i.c.channel, about.topic, func.count(), *spoken)
            .select_from(about.source)
            .where(*about.where)
            .group_by(i.c.week, i.c.channel, about.topic)
        )
        with self.source.read() as connection:
            return [
                TopicWeek(week, channel, topic, n, min(a, b), min(b, ill), min(b, well))
                for week, channel, topic, n, a, b, ill, well in connection.execute(statement)
            ]

    def mentions(self, parent: str, since: datetime, until: datetime) -> dict[str, list[TopicMentionRow]]:
        """Topic → every analysed interaction that speaks of it, oldest first, for a parent and its children."""
        shape, i = self.source.shape, self.source.shape.interaction
        rows: list[Any] = []
        for level in LEVELS:
            mentions = topic_mentions(level, partial(_within, since, until), shape, narrow=(parent,))
            statement = (
                select(
                    mentions.c.topic, i.c.id, i.c.week, i.c.channel, i.c.at, i.c.customer_id,
                    mentions.c.score, func.coalesce(mentions.c.said, i.c.sentiment_score).label("sentiment"),
                    i.c.language,
                )
                .select_from(mentions.join(i, shape.key == mentions.c.interaction_id))
                .order_by(i.c.at, i.c.id, mentions.c.topic)
            )  # fmt: skip
            with self.source.read() as connection:
                rows += connection.execute(statement).all()
        snippets = self.source.snippets([row.id for row in rows])
        found: dict[str, list[TopicMentionRow]] = {parent: []}
        for row in rows:
            mention = TopicMentionRow(
                row.id, row.week, row.channel, row.at, row.customer_id, snippets.get(row.id), row.score, row.sentiment,
                row.language,
            )  # fmt: skip
            found.setdefault(row.topic, []).append(mention)
        return found


def _scored(shape: Shape) -> list[ColumnElement[Any]]:
    """How interactions were scored: by label, and what a mean and its spread need."""
    score, called = shape.interaction.c.sentiment_score, shape.interaction.c.sentiment_label
    return [
        func.count(called).label("scored"),
        *(func.count().filter(called == label).label(label) for label in ("negative", "neutral", "positive")),
        func.sum(score).label("score_sum"),
        func.sum(score * score).label("score_squares"),
    ]


def _within(since: datetime, until: datetime, shape: Shape) -> list[ColumnElement[bool]]:
    at = shape.interaction.c.at
    return [at >= since, at < until, shape.analysed]


def _voices(shape: Shape, test: ColumnElement[bool] | None = None) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Distinct customers, and distinct texts; the smaller of the two is how many independent voices there are."""
    customer, words = shape.voice, shape.words
    if test is not None:
        customer, words = case((test, customer)), case((test, words))
    return func.count(customer.distinct()), func.count(words.distinct())
