"""Issues: the contacts of one customer about one family of topics, chained while they follow each other closely."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Literal

from sqlalchemy import Select, case, func, select

from voc.store.batches import parts
from voc.store.filters import PRAISE_FROM, Filters, conditions
from voc.store.shapes import Source

SAME_CONTACT = timedelta(hours=1)
"""Two messages on one channel within this time are one contact written in pieces (a chat taken up again, a post and
its correction), not a customer who had to come back."""

Level = Literal["parent", "label"]


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


class Issues:
    """Contacts about topics, as the figures of repeat contact and a customer's page need them."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def contacts(self, filters: Filters | None = None, *, level: Level = "parent") -> list[Contact]:
        """Every contact of a known customer about a family (``parent``) or a leaf topic, by customer, family and time.

        Praise is no issue: contacts that speak well of the topic are left out.
        """
        shape = self.source.shape
        i, s = shape.interaction, shape.signal
        filters = filters or Filters()
        topic = filters.topic
        column = s.c[level]
        said = func.avg(case((s.c.kind == "aspect", s.c.sentiment)))
        score = func.coalesce(said, i.c.sentiment_score)
        statement = (
            select(i.c.customer_id, column, i.c.at, i.c.id, i.c.channel, shape.segment, score)
            .select_from(shape.population.join(s, s.c.interaction_id == shape.key))
            .where(
                s.c.kind.in_(("topic", "aspect")),
                i.c.customer_id.is_not(None),
                *conditions(filters.model_copy(update={"topic": None, "topic_sentiment": None}), shape),
            )
            .group_by(i.c.id, column, i.c.customer_id, i.c.at, i.c.channel, shape.segment, i.c.sentiment_score)
            .having(func.max(case((s.c.kind == "topic", 1), else_=0)) == 1)
        )
        if topic and topic != "none":
            statement = statement.where((s.c.label if "." in topic else s.c.parent) == topic)
        if level == "label":
            statement = statement.where(s.c.label != s.c.parent)
        if filters.customer not in {None, "any", "none"}:
            # By their interactions, a handful, or every signal there is would be looked at.
            theirs = select(shape.key).where(i.c.customer_id == filters.customer)
            with self.source.read() as connection:
                ids = list(connection.execute(theirs).scalars())
            return self._found([statement.where(s.c.interaction_id.in_(part)) for part in parts(ids)])
        return self._found([statement])

    def _found(self, statements: Sequence[Select[Any]]) -> list[Contact]:
        with self.source.read() as connection:
            found = [
                Contact(*row)
                for statement in statements
                for row in connection.execute(statement)
                if row[6] is None or float(row[6]) < PRAISE_FROM
            ]
        found.sort(key=lambda one: (one.customer_id, one.family, one.at, one.interaction_id))
        return found


def chain(contacts: Iterable[Contact], *, within: timedelta) -> list[Issue]:
    """Contacts (sorted by customer, family and time) chained into issues.

    A contact carries the issue on when it comes at most ``within`` after the one before it; else it opens a new one.
    Messages on one channel within :data:`SAME_CONTACT` of the contact before are part of that contact.
    """
    found: list[Issue] = []
    for (customer, family), group in groupby(contacts, key=lambda one: (one.customer_id, one.family)):
        chained: list[Contact] = []
        heard: Contact | None = None  # the latest message, which may have been part of a contact
        for one in group:
            if heard is not None and one.channel == heard.channel and one.at - heard.at <= SAME_CONTACT:
                heard = one
                continue
            if heard is not None and one.at - heard.at > within:
                found.append(Issue(customer, family, chained[0].segment, tuple(chained)))
                chained = []
            chained.append(one)
            heard = one
        found.append(Issue(customer, family, chained[0].segment, tuple(chained)))
    return found
