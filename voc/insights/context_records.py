"""The records of ``/v1/insights/contexts``: where contacts concentrate, what is at stake there, whom to listen to."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from voc.insights.context_items import Kind
from voc.insights.records import Change, Period, Share
from voc.records import Interval, Record, SentimentLabel


class Circumstance(Record):
    """One part of a context: ``dimension`` is a column's name or ``channel``, ``segment``, ``city``, ``tenure``,
    ``returns``; ``value`` as the base has it, or a code (``last_3_months``, ``quarter_4``)."""

    dimension: str
    kind: Kind
    value: str


class AffectedVolume(Record):
    """What is at stake: ``score`` = ``volume`` × ``severity`` × ``value``.

    ``volume``: contacts of the context about the subject. ``severity``: how likely such a contact is negative, from the
    scored ones with one more on either side (Laplace), so that two contacts prove little. ``value``: what these
    customers are worth against the whole base, 1 where the base does not say.
    """

    volume: int
    severity: float
    value: float
    valued: int
    """Customers of the context whose worth the base knows."""
    score: float


class Campaign(Record):
    """Whether asking these customers is worth it, and how many answers it takes.

    ``answers`` is Cochran's sample size for a share within ``margin`` at 95 %, whatever the share turns out to be, with
    the correction for a finite ``population`` (Cochran 1977, *Sampling Techniques*, §4.4). ``heard`` voices are there
    already; ``invitations`` are what ``more`` answers take at the response rate given.
    """

    population: int
    margin: float
    answers: int
    heard: int
    more: int
    invitations: int
    deserved: bool
    reason: Literal["unsure_and_at_stake", "sure_enough", "less_at_stake", "too_few_people"]


class Context(Record):
    """A combination of circumstances in which a subject is over-represented.

    ``voices`` of ``people`` speak of it there, ``voices_elsewhere`` of ``people_elsewhere`` wherever the context does
    not hold; ``people`` counts each person once a subject. ``lift`` is the share here over the share everywhere.
    ``adjusted`` is the p-value corrected for the whole search.
    """

    key: str
    circumstances: tuple[Circumstance, ...]
    subject: str
    family: Literal["topic", "parent", "sentiment"]
    n: int
    """Contacts of the context about the subject: what ``href`` opens."""
    contacts: int
    """Contacts of the context about anything."""
    voices: int
    people: int
    voices_elsewhere: int
    people_elsewhere: int
    share: float
    share_interval: Interval
    lift: float
    lift_interval: Interval
    expected: float
    """Voices there would be if the subject were as frequent as everywhere."""
    p_value: float
    adjusted: float
    sentiments: dict[SentimentLabel, Share]
    unscored: int
    stake: AffectedVolume
    campaign: Campaign | None
    """``None`` where the context is not one of customers that can be asked (a channel, an app version alone)."""
    also: tuple[tuple[Circumstance, ...], ...] = ()
    """Other descriptions of the same contacts."""
    href: str
    context_href: str
    previous: Change | None = None


class HeatCell(Record):
    """One circumstance and one subject: ``lift`` ``None`` where too few speak for it to say anything."""

    circumstance: Circumstance
    subject: str
    n: int
    voices: int
    people: int
    lift: float | None
    found: bool
    """Whether a context of this circumstance and subject passed the test."""
    href: str


class Contexts(Record):
    """Where contacts concentrate, most at stake first, and the map of single circumstances by subject."""

    period: Period
    compared_with: Period | None = None
    n: int
    """Contacts looked at."""
    left_out: int
    """Older contacts beyond what one search reads."""
    tested: int
    """Questions asked that could have come out: what the error rate is shared by."""
    level: float
    by: tuple[str, ...]
    dimensions: tuple[str, ...]
    """What ``by=`` may name."""
    contexts: tuple[Context, ...]
    heat: tuple[HeatCell, ...] = Field(default=())
    made_at: datetime | None = None
    """When a worker made it."""
    current: bool = True
    """False when something came in since; a newer one is being made where that was asked for."""
