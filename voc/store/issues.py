"""Issues: the contacts of one customer about one family of topics, chained while they follow each other closely."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, FromClause, Select, case, func, select, union_all

from voc.store.columns import Coded, coded, in_order, numbered
from voc.store.filters import PRAISE_FROM, Filters, conditions, values
from voc.store.shapes import Source
from voc.store.topic_mentions import Level, Where, told, topic_mentions

SAME_CONTACT = timedelta(hours=1)
"""Two messages on one channel within this time are one contact written in pieces (a chat taken up again, a post and
its correction), not a customer who had to come back."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FromUntil = tuple[datetime | None, datetime | None]
"""From … until before; ``None`` is open."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact about one family; ``said`` is what it says of the topic (−1…1), ``None`` when nothing was scored."""

    customer_id: str
    family: str
    at: datetime
    interaction_id: str
    channel: str
    segment: str | None
    said: float | None


@dataclass(frozen=True, slots=True)
class Issue:
    """What one customer came about: one contact, or several that follow each other within the chosen days."""

    customer_id: str
    family: str
    segment: str | None
    contacts: tuple[Contact, ...]

    @property
    def first(self) -> Contact:
        """The contact that opened it."""
        return self.contacts[0]

    @property
    def last(self) -> Contact:
        """The latest contact about it."""
        return self.contacts[-1]

    @property
    def channels(self) -> tuple[str, ...]:
        """Channels in the order they were used, each once."""
        return tuple(dict.fromkeys(one.channel for one in self.contacts))

    @property
    def lasted(self) -> timedelta:
        """From the first contact to the last; zero when one was enough."""
        return self.last.at - self.first.at


@dataclass(frozen=True)
class Messages:
    """What :meth:`Issues.contacts` gives, as columns: customers and families in any order, of one of both by time.

    ``customers`` are numbers from 0 on, ``at`` is in microseconds since 1970, UTC [n].
    """

    customers: NDArray[np.int64]
    families: Coded
    channels: Coded
    segments: Coded
    at: NDArray[np.int64]
    read: pa.ChunkedArray
    """Keys of the messages as they were read, and …"""
    order: NDArray[np.int64]
    """… of which of them each is."""

    def key(self, place: int) -> Any:
        """What a message is told apart by (:meth:`Issues.customer_ids` says whose it is)."""
        return self.read[int(self.order[place])].as_py()


class Issues:
    """Contacts about topics, as the figures of repeat contact and a customer's page need them."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def contacts(self, filters: Filters | None = None, *, level: Level = "parent") -> list[Contact]:
        """Every contact of a known customer about a family (``parent``) or a leaf topic, by customer, family and time (of
        one moment by channel: they are pieces of the same contacts whatever their ids).

        Praise is no issue: contacts that speak well of the topic are left out.
        """
        filters = filters or Filters()
        shape, i = self.source.shape, self.source.shape.interaction
        found = []
        for part in _parts(filters, level):
            m = topic_mentions(part.level, _of_known(filters), shape, narrow=part.narrow)
            found.append(select(m.c.interaction_id, part.family(m.c.topic), m.c.said))
        about = _together(found)
        score = func.coalesce(about.c.said, i.c.sentiment_score)
        statement = (
            select(
                *(i.c.customer_id, about.c.family, i.c.at, i.c.id, i.c.channel),
                *(shape.segment.label("segment"), score.label("said")),
            )
            .select_from(shape.population.join(about, about.c.interaction_id == shape.key))
            .where(_no_praise(score))
            .order_by(i.c.customer_id, about.c.family, i.c.at, i.c.channel, i.c.id)
        )
        with self.source.read() as connection:
            return [Contact(*row) for row in connection.execute(statement)]

    def messages(
        self,
        filters: Filters | None = None,
        *,
        level: Level = "parent",
        period: FromUntil = (None, None),
        segments: bool = True,
    ) -> Messages:
        """The same as columns, for figures over all customers; of each customer and family with a contact in the
        ``period`` (from … until before), everything, whenever it was. Without ``segments`` nobody has one.
        """
        filters = filters or Filters()
        found = []
        for part in _parts(filters, level):
            about = told(part.level, _of_known(filters), self.source.shape, narrow=part.narrow)
            i = about.shape.interaction
            columns = (
                about.shape.key.label("key"),
                about.shape.voice.label("voice"),
                part.family(about.topic),
                i.c.at,
                i.c.channel,
            )
            found.append(
                select(*columns, *([about.shape.segment.label("segment")] if segments else []))
                .select_from(about.source)
                .where(*about.where, _no_praise(func.coalesce(about.said, i.c.sentiment_score)))
            )
        statement = found[0] if len(found) == 1 else select(_together(found))
        (table,) = self.source.arrow(statement)
        customers, _ = numbered(table, "voice")
        families, channels = coded(table, "family"), coded(table, "channel")
        at = table.column("at").cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()
        groups = customers * max(len(families.names), 1) + families.codes
        order = in_order(channels)
        if period == (None, None):
            places = _by_group_and_time(groups, at, order)
        else:
            kept = _of_groups_in(period, groups, at)
            places = kept[_by_group_and_time(groups[kept], at[kept], order[kept])]
        return Messages(
            customers=customers[places],
            families=families.at(places),
            channels=channels.at(places),
            segments=coded(table, "segment").at(places)
            if segments
            else Coded(np.zeros(len(places), np.int64), (None,)),
            at=at[places],
            read=table.column("key"),
            order=places,
        )

    def customer_ids(self, keys: Sequence[Any]) -> dict[Any, str]:
        """Key of a message → the customer whose it is."""
        if not keys:
            return {}
        shape, i = self.source.shape, self.source.shape.interaction
        statement = (
            select(shape.key, i.c.customer_id)
            .select_from(shape.population)
            .where(i.c.customer_id.is_not(None), shape.key.in_(keys))
        )
        with self.source.read() as connection:
            return {row[0]: row[1] for row in connection.execute(statement)}


def _of_groups_in(period: FromUntil, groups: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places of the messages [n] whose group has one in the period: no other needs to be sorted."""
    if not len(at):
        return np.arange(0)
    marked = np.zeros(int(groups.max()) + 1, dtype=np.bool_)
    marked[groups[in_period(at, period)]] = True
    return np.flatnonzero(marked[groups])


def in_period(at: NDArray[np.int64], period: FromUntil) -> NDArray[np.bool_]:
    """Whether moments (microseconds since 1970, UTC [n]) are in a period."""
    begins, ends = period
    inside = np.ones(len(at), dtype=np.bool_)
    if begins is not None:
        inside &= at >= since_epoch(begins)
    if ends is not None:
        inside &= at < since_epoch(ends)
    return inside


def since_epoch(moment: datetime) -> int:
    """Microseconds since 1970."""
    return _microseconds(moment - EPOCH)


def _by_group_and_time(
    groups: NDArray[np.int64], at: NDArray[np.int64], channels: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Places [n] group by group, each in the order of moment and channel; messages that are alone in theirs come last."""
    if not len(at):
        return np.zeros(0, dtype=np.int64)
    alone = (np.bincount(groups) == 1)[groups]  # two of three: they need no sorting
    several = np.flatnonzero(~alone)
    sorted_places = _sorted(groups[several], at[several], channels[several])
    return np.concatenate([several[sorted_places], np.flatnonzero(alone)])


def _sorted(groups: NDArray[np.int64], at: NDArray[np.int64], channels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places [n] in the order of group, moment and channel.

    By one number of group, second and channel where it fits into 64 bits, which is sorted in a third of the time.
    """
    if not len(at):
        return np.zeros(0, dtype=np.int64)
    ranks = int(channels.max()) + 1
    seconds = (at - at.min()) // _microseconds(timedelta(seconds=1))
    spans = int(seconds.max()) + 1
    if (int(groups.max()) + 1) * spans * ranks < np.iinfo(np.int64).max:
        places = np.argsort((groups * spans + seconds) * ranks + channels)
        again = (groups[places[1:]] == groups[places[:-1]]) & (at[places[1:]] < at[places[:-1]])
        if not again.any():  # within one second, neither two channels nor two messages are the wrong way round
            return places
    return np.lexsort((channels, at, groups))


@dataclass(frozen=True)
class _Part:
    """Topics asked for on one level; ``families``: what stands for each of them, where they do not stand for themselves."""

    level: Level
    narrow: tuple[str, ...] = ()
    families: Mapping[str, str] | None = None

    def family(self, topic: ColumnElement[str]) -> ColumnElement[str]:
        return (topic if self.families is None else case(dict(self.families), value=topic)).label("family")


def _parts(filters: Filters, level: Level) -> Iterator[_Part]:
    """What of the topics is asked for: what is said of a leaf alone stands in its family."""
    asked = tuple(one for one in values(filters.topic) if one != "none")
    # What a parent that is asked for too tells already is not told again.
    leaves = tuple(one for one in asked if "." in one and one.partition(".")[0] not in asked)
    parents = tuple(one for one in asked if "." not in one)
    if parents or not leaves:
        yield _Part(level, parents)
    if leaves:
        yield _Part("label", leaves, {one: one.partition(".")[0] if level == "parent" else one for one in leaves})


def _of_known(filters: Filters) -> Where:
    """Which interactions: of customers that are known, whatever they speak of."""
    rest = filters.model_copy(update={"topic": None, "topic_sentiment": None})
    return lambda shape: [shape.interaction.c.customer_id.is_not(None), *conditions(rest, shape)]


def _together(found: Sequence[Select[Any]]) -> FromClause:
    return (union_all(*found) if len(found) > 1 else found[0]).subquery()


def _no_praise(score: ColumnElement[float]) -> ColumnElement[bool]:
    # What was not scored is none; asked in one test, for both would work the score out.
    return func.coalesce(score, -1.0) < PRAISE_FROM


def own_contacts(
    groups: NDArray[np.int64], channels: NDArray[np.int64], at: NDArray[np.int64], *, within: timedelta
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which messages are a contact of their own, and which of these open a new issue.

    A contact carries the issue on when it comes at most ``within`` after the message before it; else it opens a new
    one. A message on one channel within :data:`SAME_CONTACT` of the message before is part of that contact.

    Args:
        groups: customer and family of each message as one number, bool results in the same order [n].
        channels: channel of each message as a number [n].
        at: moments in microseconds, ascending within a group [n].
    """
    if not len(at):
        nothing = np.zeros(0, dtype=np.bool_)
        return nothing, nothing
    same, gap = groups[1:] == groups[:-1], np.diff(at)
    part = same & (channels[1:] == channels[:-1]) & (gap <= _microseconds(SAME_CONTACT))
    own = np.concatenate([[True], ~part])
    opens = np.concatenate([[True], ~same | (gap > _microseconds(within))]) & own
    return own, opens


def _microseconds(span: timedelta) -> int:
    return span // timedelta(microseconds=1)


def chain(contacts: Iterable[Contact], *, within: timedelta) -> list[Issue]:
    """Contacts (sorted by customer, family and time) chained into issues (:func:`own_contacts`)."""
    rows = list(contacts)
    groups = _numbered((one.customer_id, one.family) for one in rows)
    moments = np.array([since_epoch(one.at) for one in rows], dtype=np.int64)
    own, opens = own_contacts(groups, _numbered(one.channel for one in rows), moments, within=within)
    found: list[list[Contact]] = []
    for place in np.flatnonzero(own).tolist():
        if opens[place]:
            found.append([])
        found[-1].append(rows[place])
    return [Issue(one[0].customer_id, one[0].family, one[0].segment, tuple(one)) for one in found]


def _numbered(values: Iterable[Hashable]) -> NDArray[np.int64]:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], dtype=np.int64)
