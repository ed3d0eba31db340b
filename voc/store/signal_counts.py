"""Counts of what customers mean: how hard it was for them, and what they wish, by topic. SQL only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal

import numpy as np
from sqlalchemy import ColumnElement, FromClause, func, literal_column, null, select

from voc.analysers.expectations import NO_THEME
from voc.errors import InputError
from voc.signals import ANY, kinds
from voc.store.columns import coded, numbered
from voc.store.filters import Filters, conditions, counted
from voc.store.shapes import Shape, Source
from voc.store.topic_mentions import told_together

SIGNALS_BY = ("topic", "channel", "segment", "language", "week")
"""Dimensions that signals are counted by."""


LATELY = timedelta(weeks=4)
"""How far back from the last moment the newest wishes are looked for first, where there are more than …"""
FEW_WISHES = 20_000
"""… so many: a statement more costs what ordering these does."""


@dataclass(frozen=True)
class SignalCount:
    """How many interactions of one group have one label, or one value, of a kind of signal.

    ``label`` and ``value`` are ``None`` where they were not asked for; both ``None`` counts interactions with any.
    """

    key: str | None
    label: str | None
    value: float | None
    n: int


@dataclass(frozen=True)
class WishCount:
    """Wishes about one theme (a topic id, or ``other``): interactions, and wishes of each kind."""

    theme: str
    interactions: int
    kinds: dict[str, int]


@dataclass(frozen=True)
class WishPlace:
    """Where one wish stands: characters ``begin``…``end`` of an interaction's text."""

    theme: str
    kind: str | None
    interaction_id: str
    at: datetime
    channel: str
    customer_id: str | None
    begin: int
    end: int


@dataclass(frozen=True)
class SignSeen:
    """One sign of leaving in one interaction, with its points and the place of its words."""

    rule: str
    points: int
    begin: int | None
    end: int | None


@dataclass(frozen=True)
class Contact:
    """One analysed interaction of a customer, as far as leaving is concerned.

    ``topics`` are first-level topics.
    """

    id: str
    at: datetime
    sentiment: float | None
    intents: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    signs: tuple[SignSeen, ...] = ()


class Meanings:
    """Signals and wishes over the interactions that match."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def signals(
        self, kind: str, filters: Filters, *, of: Literal["label", "value", "any"], by: str | None = None
    ) -> list[SignalCount]:
        """Interactions that have a signal of ``kind``, by its label or value or in all, overall or in groups.

        By ``topic`` an interaction counts once under each topic it speaks of and once under each parent.

        Raises:
            InputError: an unknown dimension.
        """
        if by is not None and by not in SIGNALS_BY:
            raise InputError(f"by={by} is not a dimension of {kind}; use one of {', '.join(SIGNALS_BY)}.")
        if by == "topic":
            found = [
                one
                for each in told_together(partial(conditions, filters), self.source.shape)
                for one in self._counted(kind, each.shape, each.source, each.where, of, each.topic)
            ]
            return sorted(found, key=lambda one: (str(one.key), str(one.label or ""), one.value or 0.0))
        shape, i = self.source.shape, self.source.shape.interaction
        columns: dict[str, ColumnElement[Any]] = {
            "channel": i.c.channel,
            "segment": shape.segment,
            "language": i.c.language,
            "week": i.c.week,
        }
        where = conditions(filters, shape)
        if by is not None:
            return self._counted(kind, shape, shape.population, where, of, columns[by])
        return self._counted(kind, shape, shape.population if where else None, where, of, null())

    def _counted(
        self,
        kind: str,
        shape: Shape,
        source: FromClause | None,
        where: Sequence[ColumnElement[bool]],
        of: Literal["label", "value", "any"],
        key: ColumnElement[Any],
    ) -> list[SignalCount]:
        """Of interactions that ``where`` holds of; of all there are without a ``source``."""
        s = shape.signal
        what = {"label": s.c.label, "value": s.c.score, "any": null()}[of]
        about = kinds().get(kind)
        # What an interaction has once need not be told apart, which is most of the work; nor need whether it has any.
        once = of == "any" or (about is not None and about.one_per_interaction)
        n = func.count() if once else func.count(func.distinct(s.c.interaction_id))
        statement = (
            select(key.label("group_key"), what.label("what"), n.label("n"))
            .group_by(literal_column("group_key"), literal_column("what"))
            .order_by(literal_column("group_key"), literal_column("what"))
        )
        if of == "any":
            has = conditions(Filters(signals=((kind, ANY),)), shape)
            statement = statement.select_from(source if source is not None else shape.population).where(*has, *where)
        else:
            statement = statement.select_from(_signals_of(source, shape)).where(s.c.kind == kind, *where)
        with self.source.read() as connection:
            return [
                SignalCount(
                    row.group_key, row.what if of == "label" else None, row.what if of == "value" else None, row.n
                )
                for row in connection.execute(statement)
            ]

    def wishes(self, filters: Filters) -> list[WishCount]:
        """Wishes by theme, the most wished for first; those about no topic last."""
        shape, s = self.source.shape, self.source.shape.signal
        asked = conditions(filters, shape)
        source = _signals_of(shape.population if asked else None, shape)
        columns = (s.c.label, s.c.analyser, s.c.interaction_id)
        # One statement and sums of its rows: that of every theme's interactions costs as much again.
        (table,) = self.source.arrow(select(*columns).select_from(source).where(s.c.kind == "expectation", *asked))
        themes, kinds = coded(table, "label"), coded(table, "analyser")
        once = np.unique(themes.codes * len(table) + numbered(table, "interaction_id")[0])
        interactions = np.bincount(once // max(len(table), 1), minlength=len(themes.names)).tolist()
        found = []
        for code, theme in enumerate(themes.names):
            counts = np.bincount(kinds.codes[themes.codes == code], minlength=len(kinds.names)).tolist()
            told: Counter[str] = Counter()
            for kind, n in zip(kinds.names, counts, strict=True):
                told[kind or "hope"] += n
            found.append(WishCount(str(theme), interactions[code], {kind: told[kind] for kind in sorted(+told)}))
        return sorted(found, key=lambda one: (one.theme == NO_THEME, -one.interactions, one.theme))

    def wish_places(self, filters: Filters, counts: Sequence[WishCount], *, each: int) -> list[WishPlace]:
        """The newest wishes about the themes that were counted, at most ``each`` of one, and one an interaction.

        The last weeks are looked at first: in a large store they hold the newest of nearly every theme.
        """
        themes = [one.theme for one in counts]
        if not themes or sum(one.interactions for one in counts) <= FEW_WISHES:
            return self._wish_places(filters, themes, each=each) if themes else []
        last = filters.until or self._last()
        if last is None:
            return []
        lately = filters.model_copy(update={"since": max(filters.since or last - LATELY, last - LATELY)})
        found = self._wish_places(lately, themes, each=each)
        full = {theme for theme, n in Counter(one.theme for one in found).items() if n == each}
        rare = [one for one in themes if one not in full]
        if rare:
            found = [one for one in found if one.theme in full] + self._wish_places(filters, rare, each=each)
        return sorted(found, key=lambda one: one.theme)

    def _last(self) -> datetime | None:
        with self.source.read() as connection:
            last: datetime | None = connection.execute(
                select(func.max(self.source.shape.interaction.c.at))
            ).scalar_one()
        return last

    def _wish_places(self, filters: Filters, themes: Sequence[str], *, each: int) -> list[WishPlace]:
        shape = self.source.shape
        i, s = shape.interaction, shape.signal
        source = shape.population.join(s, s.c.interaction_id == shape.key)
        # Dense: the wishes of one interaction stand together, and the first of them is taken.
        rank = func.dense_rank().over(partition_by=s.c.label, order_by=(i.c.at.desc(), i.c.id)).label("rank")
        ranked = (
            select(s.c.label, s.c.analyser, s.c.begin, s.c.end, i.c.id, i.c.at, i.c.channel, i.c.customer_id, rank)
            .select_from(source)
            .where(s.c.kind == "expectation", s.c.label.in_(themes), *conditions(filters, shape))
            .subquery()
        )
        statement = select(ranked).where(ranked.c.rank <= each).order_by(ranked.c.label, ranked.c.rank, ranked.c.begin)
        found: dict[tuple[str, str], WishPlace] = {}
        with self.source.read() as connection:
            for r in connection.execute(statement):
                place = WishPlace(r.label, r.analyser, r.id, r.at, r.channel, r.customer_id, r.begin, r.end)
                found.setdefault((r.label, r.id), place)
        return list(found.values())

    def customers(self, filters: Filters) -> set[str]:
        """Customers of whom some interaction matches."""
        i = self.source.shape.interaction
        statement = counted(select(i.c.customer_id).distinct(), filters, self.source.shape)
        with self.source.read() as connection:
            return set(connection.execute(statement.where(i.c.customer_id.is_not(None))).scalars())

    def contacts(
        self, customer_ids: Sequence[str] | None, *, since: datetime, until: datetime
    ) -> dict[str, list[Contact]]:
        """Analysed interactions of these customers (``None``: of all), oldest first, ``since`` ≤ at ≤ ``until``."""
        shape = self.source.shape
        i, s = shape.interaction, shape.signal
        where = [i.c.status == "done", i.c.customer_id.is_not(None), i.c.at >= since, i.c.at <= until]
        if customer_ids is not None:
            where.append(i.c.customer_id.in_(customer_ids))
        key = shape.key.label("key")
        theirs = (
            select(key, i.c.id, i.c.customer_id, i.c.at, i.c.sentiment_score).where(*where).order_by(i.c.at, i.c.id)
        )
        said = (
            select(s.c.interaction_id, s.c.kind, s.c.label, s.c.parent, s.c.score, s.c.begin, s.c.end)
            .select_from(i.join(s, s.c.interaction_id == shape.key))
            .where(s.c.kind.in_(("intent", "topic", "fragility")), *where)
            .order_by(s.c.id)
        )
        with self.source.read() as connection:
            rows = connection.execute(theirs).all()
            signals: dict[Any, list[Any]] = {}
            for signal in connection.execute(said):
                signals.setdefault(signal.interaction_id, []).append(signal)
        found: dict[str, list[Contact]] = {}
        for row in rows:
            own = signals.get(row.key, [])
            contact = Contact(
                id=row.id,
                at=row.at,
                sentiment=row.sentiment_score,
                intents=tuple(one.label for one in own if one.kind == "intent"),
                topics=tuple(dict.fromkeys(one.parent for one in own if one.kind == "topic")),
                signs=tuple(
                    SignSeen(one.label, round(one.score or 0), one.begin, one.end)
                    for one in own
                    if one.kind == "fragility"
                ),
            )
            found.setdefault(row.customer_id, []).append(contact)
        return found


def _signals_of(source: FromClause | None, shape: Shape) -> FromClause:
    """Signals with the interactions they are of; alone where nothing is asked of these, in half the time."""
    s = shape.signal
    return s if source is None else source.join(s, s.c.interaction_id == shape.key)
