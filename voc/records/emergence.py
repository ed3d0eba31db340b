"""What appears: subjects that were spoken of more than their own past explains, and who says so independently."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from voc.records.base import Moment, Record
from voc.records.insights import Interval, Quote
from voc.records.sentiment import ScoreKind

SubjectKind = Literal["topic", "theme", "clauses", "words"]
"""``clauses`` are alike in meaning and belong to no theme yet."""
Grain = Literal["week", "day"]


class PeriodCount(Record):
    """Voices of one period on a subject, and how many its past led to expect."""

    begins: Moment
    n: int
    expected: float


class EmergingSubject(Record):
    """One subject that emerged: ``n`` voices where ``expected`` were, in ``dimension`` = ``value`` or everywhere.

    ``p_value`` is one-sided, of the negative binomial that the weeks before predict; ``q_value`` is corrected for every
    subject and cell that could have been told, and for the findings told beside it (weighted, as in Benjamini and
    Hochberg's procedure). An ``early_sign`` is a subject that was as
    good as unheard of before. It could first have been seen at the end of ``first_seen``: on that day the same test, of
    what was known by then, was as clear as it had to be.
    """

    kind: SubjectKind
    subject: str
    labels: dict[str, str]
    words: tuple[str, ...] = ()
    dimension: str | None = None
    value: str | None = None
    n: int
    interactions: int
    expected: float
    interval: Interval
    """Around ``expected``: where 95 % of such periods would lie."""
    ratio: float | None
    p_value: float
    q_value: float
    early_sign: bool
    first_seen: date | None
    history: tuple[PeriodCount, ...] = ()
    channels: dict[str, int] = Field(default_factory=dict)
    also: tuple[str, ...] = ()
    """Other subjects of the same interactions that emerged with it."""
    known: bool = False
    """Whether a topic tells it already: half of its interactions or more speak of one that emerged too."""
    quotes: tuple[Quote, ...] = ()
    href: str


class Emerging(Record):
    """What emerged in a week or day. ``tested`` subjects, everywhere and by cell, could have been told: those that
    enough voices speak of in all periods together; ``level`` is the false discovery rate.

    ``overdispersion`` is, by kind, what the counts vary beyond Poisson (variance = mean + it × mean²).
    """

    week: str
    grain: Grain
    begins: Moment
    ends: Moment
    baseline: int
    """Periods before it that were compared with."""
    seasonal: bool
    """Whether the same season of last year was asked as well."""
    interactions: int
    tested: int
    level: float
    overdispersion: dict[str, float]
    notes: tuple[str, ...] = ()
    subjects: tuple[EmergingSubject, ...] = ()


class ChannelVoice(Record):
    """What one channel adds: ``voices`` of its own, in which weeks, and what only it can tell."""

    channel: str
    n: int
    voices: int
    first: Moment
    weeks: tuple[str, ...]
    net: float | None
    """Mean sentiment, −1…1."""
    tension: float | None = None
    """Calls: mean tension in the voice of its customers, 0…1."""
    score: float | None = None
    score_n: int = 0
    """Surveys and reviews: the mean rating, CSAT or NPS given, and how many gave one; never blended between kinds."""
    score_kind: ScoreKind | None = None
    href: str


class Corroboration(Record):
    """One subject and who speaks of it independently: channels that share neither customers nor texts.

    ``independent`` counts the channels with two voices of their own or more that speak in the same weeks as another (or
    the week beside); below two it is ``one_channel``. ``weeks`` are those of these channels.
    """

    kind: SubjectKind
    subject: str
    labels: dict[str, str]
    n: int
    voices: int
    independent: int
    one_channel: bool
    weeks: tuple[str, ...]
    channels: tuple[ChannelVoice, ...]
    href: str


class Corroborations(Record):
    """Subjects of a period, those that most channels tell independently first."""

    since: Moment
    until: Moment
    subjects: tuple[Corroboration, ...]
