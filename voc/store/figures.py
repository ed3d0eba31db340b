"""Counts and distributions for the insights room: SQL only, no statistics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    case,
    cast,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
)

from voc.errors import InputError
from voc.store import schema
from voc.store.database import Database
from voc.store.filters import Filters, city, conditions, said

Dimension = Literal["week", "day", "topic", "channel", "segment", "city", "language", "sentiment"]
DIMENSIONS: tuple[str, ...] = get_args(Dimension)

REPEATED_TEXT_CHARS = 60
"""Two customers may both write "slow network"; the same sixty characters twice are one text sent twice."""

ATTRIBUTE_VALUES = 50
"""An attribute with more values than this in one period is an id or a free text, not a group to count by."""


@dataclass(frozen=True)
class Cell:
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
class Said:
    """What is said of one topic: interactions, and how many speak ill, evenly or well of it."""

    topic: str
    n: int
    negative: int
    neutral: int
    positive: int


@dataclass(frozen=True)
class Mention:
    """One interaction that speaks of a topic: ``begin``/``end`` is its evidence, ``sentiment`` what is said of it."""

    id: str
    week: str
    channel: str
    at: datetime
    customer_id: str | None
    snippet: str | None
    score: float | None
    sentiment: float | None


class Figures:
    """Figures over interactions, signals and customers."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # --- what pages and the API ask for --------------------------------------------------------------------------

    def cells(self, filters: Filters, *, by: Sequence[str] = ()) -> list[Cell]:
        """Interactions that match, grouped by up to two dimensions.

        By ``topic``, an interaction counts once under each of its topics and once under each parent, so that every
        cell is what ``Filters(topic=…)`` counts; ``None`` is without any topic.

        Raises:
            InputError: an unknown dimension, one named twice, or more than two.
        """
        for one in by:
            if one not in DIMENSIONS:
                raise InputError(f"by={one} is not a dimension; use one or two of {', '.join(DIMENSIONS)}.")
        if len(by) > 2 or len(set(by)) < len(by):
            raise InputError("by= takes one or two different dimensions.")
        if "topic" not in by:
            return self._cells(filters, by, None)
        found = self._cells(filters, by, "label") + self._cells(filters, by, "parent")
        # Interactions without a topic are counted beside the leaves; with a topic asked for there are none.
        return self._cells(filters, by, "none") + found if filters.topic in {None, "none"} else found

    def _cells(
        self, filters: Filters, by: Sequence[str], level: Literal["label", "parent", "none"] | None
    ) -> list[Cell]:
        i, c = schema.interaction, schema.customer
        source: FromClause = i.outerjoin(c, i.c.customer_id == c.c.id)
        where = conditions(filters)
        topic: ColumnElement[Any] | None = None
        if level == "none":
            topic = null()
            where += conditions(Filters(topic="none"))
        elif level is not None:
            topics = _topics(level, filters)
            source = source.join(topics, topics.c.interaction_id == i.c.id)
            topic = topics.c.topic
        keys = [self._dimension(one, topic).label(f"k{position}") for position, one in enumerate(by)]
        score = i.c.sentiment_score
        statement: Select[Any] = select(
            *keys,
            func.count().label("n"),
            func.count(i.c.sentiment_label).label("scored"),
            *(_count(i.c.sentiment_label == label).label(label) for label in ("negative", "neutral", "positive")),
            func.coalesce(func.sum(score), 0.0).label("score_sum"),
            func.coalesce(func.sum(score * score), 0.0).label("score_squares"),
        ).select_from(source)
        names: list[ColumnElement[Any]] = [literal_column(f"k{position}") for position in range(len(by))]
        statement = statement.where(*where).group_by(*names).order_by(*names)
        with self.database.read() as connection:
            rows = connection.execute(statement).all()
        # Without a dimension an aggregate over nothing still answers one row of zeros; that row is right.
        return [Cell(tuple(row[: len(by)]), *row[len(by) :]) for row in rows]

    def _dimension(self, name: str, topic: ColumnElement[str] | None) -> ColumnElement[Any]:
        i = schema.interaction
        if name == "topic":
            if topic is None:
                raise ValueError("the topic dimension needs its join")
            return topic
        if name == "day":
            if self.database.dialect == "sqlite":
                return func.date(i.c.at, type_=String)
            return func.to_char(func.timezone("UTC", i.c.at), "YYYY-MM-DD", type_=String)
        columns: dict[str, ColumnElement[Any]] = {
            "week": i.c.week,
            "channel": i.c.channel,
            "segment": schema.customer.c.segment,
            "city": city(),
            "language": i.c.language,
            "sentiment": i.c.sentiment_label,
        }
        return columns[name]

    def scores(self, filters: Filters, *, bins: int = 20) -> list[int]:
        """Histogram of sentiment scores: ``bins`` equal bins over −1…1, the last one closed."""
        i, c = schema.interaction, schema.customer
        place = cast(func.floor((i.c.sentiment_score + 1) * (bins / 2)), Integer).label("place")
        if self.database.dialect == "sqlite":  # floor() is optional in SQLite; the value is never negative
            place = cast((i.c.sentiment_score + 1) * (bins / 2), Integer).label("place")
        statement = (
            select(place, func.count())
            .select_from(i.outerjoin(c, i.c.customer_id == c.c.id))
            .where(i.c.sentiment_score.is_not(None), *conditions(filters))
            .group_by(literal_column("place"))
        )
        found = [0] * bins
        with self.database.read() as connection:
            for number, n in connection.execute(statement):
                found[min(max(number, 0), bins - 1)] += n
        return found

    def ratings(self, filters: Filters, kind: Literal["nps", "csat", "rating"]) -> dict[float, int]:
        """How many interactions came with each value of a survey's own score."""
        i, c = schema.interaction, schema.customer
        column = i.c[kind]
        statement = (
            select(column.label("value"), func.count())
            .select_from(i.outerjoin(c, i.c.customer_id == c.c.id))
            .where(column.is_not(None), *conditions(filters))
            .group_by(column)
            .order_by(column)
        )
        with self.database.read() as connection:
            return {float(row[0]): row[1] for row in connection.execute(statement)}

    def said(self, filters: Filters) -> list[Said]:
        """What is said of every topic and parent, clause by clause (``Filters.topic_sentiment``)."""
        found: list[Said] = []
        i = schema.interaction
        levels: tuple[Literal["label", "parent"], ...] = ("label", "parent")
        for level in levels:
            mentions = _mentions(level, conditions(filters), narrow=filters.topic, customers=True)
            score = func.coalesce(mentions.c.said, i.c.sentiment_score)
            statement = (
                select(
                    mentions.c.topic,
                    func.count(),
                    *(_count(said(score, label)) for label in ("negative", "neutral", "positive")),
                )
                .select_from(mentions.join(i, i.c.id == mentions.c.interaction_id))
                .group_by(mentions.c.topic)
                .order_by(mentions.c.topic)
            )
            with self.database.read() as connection:
                found += [Said(*row) for row in connection.execute(statement)]
        return found

    def attributes(self, filters: Filters, *, least: int = 1) -> dict[str, dict[str, int]]:
        """Attribute → value → interactions, of the attributes interactions came with.

        Values seen less than ``least`` times, and attributes that look like ids or free text, are left out.
        """
        i, c = schema.interaction, schema.customer
        if self.database.dialect == "sqlite":
            each = func.json_each(i.c.record, "$.attributes").table_valued("key", "value", name="each_attribute")
        else:
            inside = i.c.record["attributes"]
            each = func.json_each_text(inside).table_valued("key", "value", name="each_attribute")
        statement = (
            select(each.c.key, each.c.value, func.count())
            .select_from(i.outerjoin(c, i.c.customer_id == c.c.id).join(each, true()))
            .where(*conditions(filters))
            .group_by(each.c.key, each.c.value)
        )
        found: dict[str, dict[str, int]] = {}
        with self.database.read() as connection:
            for name, value, n in connection.execute(statement):
                found.setdefault(name, {})[value] = n
        return {
            name: {value: n for value, n in sorted(values.items()) if n >= least}
            for name, values in sorted(found.items())
            if len(values) <= ATTRIBUTE_VALUES
        }

    def snippets(self, filters: Filters, *, limit: int) -> dict[str, str]:
        """Interaction id → redacted opening words, of at most ``limit`` interactions (ids are hashes: a fair draw)."""
        i, c = schema.interaction, schema.customer
        statement = (
            select(i.c.id, i.c.snippet)
            .select_from(i.outerjoin(c, i.c.customer_id == c.c.id))
            .where(i.c.snippet.is_not(None), *conditions(filters))
            .order_by(i.c.id)
            .limit(limit)
        )
        with self.database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(statement)}

    def first_and_last(self, *, now: datetime | None = None) -> tuple[datetime, datetime] | None:
        """Moments of the first and the last interaction, or ``None`` where there is none.

        What is dated after the present week is no part of it: one wrong date would empty the latest weeks.
        """
        i = schema.interaction
        monday = (now or datetime.now(UTC)).date()
        monday -= timedelta(days=monday.weekday())
        over = datetime.combine(monday + timedelta(days=7), time(), tzinfo=UTC)
        with self.database.read() as connection:
            row = connection.execute(select(func.min(i.c.at), func.max(i.c.at)).where(i.c.at < over)).one()
        return (row[0], row[1]) if row[0] is not None else None

    def latest_before(self, moment: datetime) -> datetime | None:
        """When the last analysed interaction before ``moment`` was, or ``None`` where there is none."""
        i = schema.interaction
        statement = select(i.c.at).where(i.c.at < moment, i.c.analysed_at.is_not(None)).order_by(i.c.at.desc()).limit(1)
        with self.database.read() as connection:
            return connection.execute(statement).scalar_one_or_none()

    def has_any(self, since: datetime, until: datetime) -> bool:
        """Whether anything was analysed, ``since`` ≤ at < ``until``."""
        with self.database.read() as connection:
            return (
                connection.execute(select(schema.interaction.c.id).where(*_within(since, until)).limit(1)).first()
                is not None
            )

    # --- what the digest asks for --------------------------------------------------------------------------------

    def channel_weeks(self, since: datetime, until: datetime) -> list[ChannelWeek]:
        """Analysed interactions and voices by week and channel, ``since`` ≤ at < ``until``."""
        i = schema.interaction
        customers, texts = _voices()
        statement = (
            select(i.c.week, i.c.channel, func.count(), customers, texts)
            .where(*_within(since, until))
            .group_by(i.c.week, i.c.channel)
            .order_by(i.c.week, i.c.channel)
        )
        with self.database.read() as connection:
            return [ChannelWeek(w, ch, n, min(a, b)) for w, ch, n, a, b in connection.execute(statement)]

    def topic_weeks(self, since: datetime, until: datetime, *, level: Literal["label", "parent"]) -> list[TopicWeek]:
        """Topics (``label``) or their parents by week and channel, with what is said of them."""
        i = schema.interaction
        mentions = _mentions(level, _within(since, until))
        score = func.coalesce(mentions.c.said, i.c.sentiment_score)
        # Repeated texts are looked for in all that is said only: comparing texts is what takes the time here.
        spoken = [_voices()[0], _voices()[1], _voices(said(score, "negative"))[0], _voices(said(score, "positive"))[0]]
        statement = (
            select(i.c.week, i.c.channel, mentions.c.topic, func.count(), *spoken)
            .select_from(mentions.join(i, i.c.id == mentions.c.interaction_id))
            .group_by(i.c.week, i.c.channel, mentions.c.topic)
        )
        with self.database.read() as connection:
            return [
                TopicWeek(week, channel, topic, n, min(a, b), min(b, ill), min(b, well))
                for week, channel, topic, n, a, b, ill, well in connection.execute(statement)
            ]

    def mentions(self, parent: str, since: datetime, until: datetime) -> dict[str, list[Mention]]:
        """Topic → every analysed interaction that speaks of it, oldest first, for a parent and its children."""
        i = schema.interaction
        found: dict[str, list[Mention]] = {parent: []}
        levels: tuple[Literal["label", "parent"], ...] = ("label", "parent")
        for level in levels:
            mentions = _mentions(level, _within(since, until), narrow=parent)
            statement = (
                select(
                    mentions.c.topic, i.c.id, i.c.week, i.c.channel, i.c.at, i.c.customer_id, i.c.snippet,
                    mentions.c.score, func.coalesce(mentions.c.said, i.c.sentiment_score).label("sentiment"),
                )
                .select_from(mentions.join(i, i.c.id == mentions.c.interaction_id))
                .order_by(i.c.at, i.c.id)
            )  # fmt: skip
            with self.database.read() as connection:
                for topic, *columns in connection.execute(statement):
                    found.setdefault(topic, []).append(Mention(*columns))
        return found


def _within(since: datetime, until: datetime) -> list[ColumnElement[bool]]:
    i = schema.interaction
    return [i.c.at >= since, i.c.at < until, i.c.analysed_at.is_not(None)]


def _count(test: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((test, 1), else_=0)), 0)


def _voices(test: ColumnElement[bool] | None = None) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Distinct customers, and distinct texts; the smaller of the two is how many independent voices there are.

    An anonymous interaction is its own customer, a short text its own text.
    """
    i = schema.interaction
    customer: ColumnElement[Any] = func.coalesce(i.c.customer_id, i.c.id)
    words: ColumnElement[Any] = case((func.length(i.c.snippet) >= REPEATED_TEXT_CHARS, i.c.snippet), else_=i.c.id)
    if test is not None:
        customer, words = case((test, customer)), case((test, words))
    return func.count(customer.distinct()), func.count(words.distinct())


def _topics(level: Literal["label", "parent"], filters: Filters) -> FromClause:
    """(interaction, topic) once each: leaves, or parents with what is said under them.

    A filter on a topic keeps that topic and its children: the others that its interactions also speak of are not
    what was asked for, and would not be what ``Filters(topic=…)`` counts.
    """
    s = schema.signal
    statement = select(s.c.interaction_id, s.c[level].label("topic")).where(s.c.kind == "topic").distinct()
    if level == "label":
        statement = statement.where(s.c.label != s.c.parent)
    if filters.topic:
        statement = statement.where(or_(s.c.label == filters.topic, s.c.parent == filters.topic))
        if level == "parent":
            statement = statement.where(s.c.parent == filters.topic)
    return statement.subquery()


def _mentions(
    level: Literal["label", "parent"],
    where: Sequence[ColumnElement[bool]],
    *,
    narrow: str | None = None,
    customers: bool = False,
) -> FromClause:
    """(interaction, topic, score, said) once each, in one pass over the signals.

    ``said`` is the mean over the clauses that speak of it, NULL without any.
    """
    s, i, c = schema.signal, schema.interaction, schema.customer
    column = s.c[level]
    source: FromClause = s.join(i, i.c.id == s.c.interaction_id)
    if customers:
        source = source.outerjoin(c, i.c.customer_id == c.c.id)
    statement = (
        select(
            s.c.interaction_id,
            column.label("topic"),
            func.max(case((s.c.kind == "topic", func.coalesce(s.c.score, 0.0)))).label("score"),
            func.avg(case((s.c.kind == "aspect", s.c.sentiment))).label("said"),
        )
        .select_from(source)
        .where(s.c.kind.in_(("topic", "aspect")), *where)
        .group_by(s.c.interaction_id, column)
        .having(func.max(case((s.c.kind == "topic", 1), else_=0)) == 1)
    )
    if level == "label":
        statement = statement.where(s.c.label != s.c.parent)
    if narrow is not None:
        # No OR here: each of the two columns has an index of its own.
        statement = statement.where((s.c.label if "." in narrow else s.c.parent) == narrow)
        if level == "parent" and "." in narrow:
            statement = statement.where(false())  # a leaf is no parent
    return statement.subquery()
