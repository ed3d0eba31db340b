"""What figures are made of: every one has its sample size, its interval and the way to the interactions behind it.

These records are the JSON of ``/v1/insights/…``. Shares are 0…1, sentiment scores −1…1, intervals 95 %.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from voc.records import Interval, Moment, Quote, Record, SentimentLabel
from voc.records.sentiment import ScoreKind


class Period(Record):
    """What was counted over: ``begins`` ≤ at < ``ends``; ``None`` is open."""

    begins: Moment | None = None
    ends: Moment | None = None


class Change(Record):
    """A figure against the period it is compared with.

    ``ratio`` is of the rates a day where both periods are known, else of the counts; ``None`` when there was nothing
    before. ``p_value`` is two-sided, of this one comparison: it is not corrected for having looked at many.
    """

    n: int
    href: str
    value: float | None = None
    ratio: float | None = None
    interval: Interval | None = None
    difference: float | None = None
    p_value: float | None = None


class Volume(Record):
    """How many interactions one group has. ``interval`` is Poisson's, around the count; ``share`` is of all."""

    keys: dict[str, str | None] = Field(default_factory=dict)
    n: int
    interval: Interval
    share: float | None = None
    share_interval: Interval | None = None
    href: str
    previous: Change | None = None


class Volumes(Record):
    """Volumes by up to three dimensions. By topic the groups overlap: an interaction may speak of several."""

    by: tuple[str, ...] = ()
    period: Period
    compared_with: Period | None = None
    n: int
    interval: Interval
    href: str
    previous: Change | None = None
    figures: tuple[Volume, ...] = ()
    masked: int = 0
    """Groups of people too small for a reader, which are not among the figures."""


class Share(Record):
    """``n`` of the scored interactions, as a share with Wilson's interval."""

    n: int
    share: float | None
    interval: Interval
    href: str


class SentimentFigure(Record):
    """How one group's interactions divide into negative, neutral and positive.

    ``n`` counts those that were scored, ``unscored`` the others. ``net`` is the share of positive minus that of
    negative ones. ``mean`` never stands without ``deviation``, the standard deviation of the scores, and ``polarised``
    is the smaller of the two outer shares: high where people disagree.
    """

    keys: dict[str, str | None] = Field(default_factory=dict)
    n: int
    unscored: int
    shares: dict[SentimentLabel, Share]
    net: float | None
    interval: Interval
    mean: float | None
    mean_interval: Interval | None
    deviation: float | None
    polarised: float | None
    href: str
    previous: Change | None = None


class Bin(Record):
    """One bar of a histogram: ``low`` ≤ value < ``high`` (the last bar closed)."""

    low: float
    high: float
    n: int


class Rating(Record):
    """A score customers gave themselves: NPS, CSAT or stars, with its whole distribution.

    ``value`` is the net promoter score (−1…1) for ``nps``, else the mean, with ``deviation`` beside it.
    """

    kind: ScoreKind
    n: int
    value: float | None
    interval: Interval | None
    deviation: float | None
    counts: dict[str, int]
    promoters: int | None = None
    passives: int | None = None
    detractors: int | None = None


class Sentiments(Record):
    """Sentiment overall, its histogram, by the dimensions asked for, and the ratings customers gave."""

    by: tuple[str, ...] = ()
    period: Period
    compared_with: Period | None = None
    overall: SentimentFigure
    histogram: tuple[Bin, ...]
    figures: tuple[SentimentFigure, ...] = ()
    ratings: tuple[Rating, ...] = ()
    masked: int = 0
    """Groups of people too small for a reader, which are not among the figures."""


class EffortFigure(Record):
    """How hard it was in one group: ``counts`` by effort (−5…5) of the ``n`` interactions that show one.

    ``hard`` of them are below 0, a share with Wilson's interval; ``mean`` never stands without ``deviation``.
    """

    keys: dict[str, str | None] = Field(default_factory=dict)
    n: int
    counts: dict[str, int]
    hard: int
    hard_share: float | None
    interval: Interval
    mean: float | None
    mean_interval: Interval | None
    deviation: float | None
    href: str
    hard_href: str


class Efforts(Record):
    """Effort overall and in groups; ``unshown`` interactions show none and are left out of all of it."""

    by: str | None = None
    overall: EffortFigure
    unshown: int
    unshown_href: str
    figures: tuple[EffortFigure, ...] = ()
    masked: int = 0
    """Groups of people too small for a reader, which are not among the figures."""


class LabelShare(Record):
    """How many of ``total`` interactions have one label; ``href`` opens them, ``None`` where no filter can."""

    label: str
    n: int
    share: float | None
    interval: Interval
    href: str | None


class SignalFigure(Record):
    """A kind of signal in one group: ``n`` of its ``total`` interactions have it.

    An interaction may have several labels, so their shares need not add up to that of the whole. ``values`` is the
    distribution of the kind's scale, where it has one.
    """

    keys: dict[str, str | None] = Field(default_factory=dict)
    total: int
    n: int
    share: float | None
    interval: Interval
    labels: tuple[LabelShare, ...] = ()
    values: dict[str, int] = Field(default_factory=dict)
    href: str | None


class SignalFigures(Record):
    """A kind of signal overall and in groups; ``title`` is its name by language."""

    kind: str
    title: dict[str, str]
    by: str | None = None
    overall: SignalFigure
    figures: tuple[SignalFigure, ...] = ()
    masked: int = 0
    """Groups of people too small for a reader, which are not among the figures."""


class ExpectationTheme(Record):
    """Wishes about one theme: in ``n`` interactions, by kind, with a few of them in the customers' words."""

    theme: str
    n: int
    share: float | None
    interval: Interval
    kinds: dict[str, int] = Field(default_factory=dict)
    quotes: tuple[Quote, ...] = ()
    href: str


class Expectations(Record):
    """What customers wish, by theme; ``n`` interactions were looked at."""

    n: int
    themes: tuple[ExpectationTheme, ...] = ()


class Point(Record):
    """One week of a trend: ``n`` of ``total`` interactions; ``net`` is the net sentiment of the scored ones."""

    week: str
    n: int
    total: int
    share: float | None
    interval: Interval
    negative: int
    neutral: int
    positive: int
    net: float | None
    net_interval: Interval
    href: str


class Trend(Record):
    """One group week after week.

    ``p_rise`` and ``p_fall`` are one-sided p-values of a steady climb or decline of the share over the weeks
    (Armitage, exact), ``q_value`` the smaller of the two corrected over all groups and both directions.
    """

    keys: dict[str, str | None] = Field(default_factory=dict)
    n: int
    points: tuple[Point, ...]
    p_rise: float
    p_fall: float
    q_value: float
    direction: Literal["rise", "fall"] | None
    href: str


class Trends(Record):
    """Weekly trends by one dimension, largest group first."""

    by: str | None
    period: Period
    weeks: tuple[str, ...]
    trends: tuple[Trend, ...]
    masked: int = 0
    """Groups of people too small for a reader, which are not among the figures."""


class TopicFigure(Record):
    """One topic: how often, and what is said of it (clause by clause, not the mood of the whole message)."""

    topic: str
    parent: str | None
    n: int
    share: float | None
    interval: Interval
    said: dict[SentimentLabel, Share]
    net: float | None
    net_interval: Interval
    href: str
    previous: Change | None = None


class Topics(Record):
    """Topics and their parents; an interaction may speak of several, so shares do not add up to one."""

    period: Period
    compared_with: Period | None = None
    n: int
    without_topic: Share | None
    """Interactions without any topic; ``None`` where a topic was asked for."""
    figures: tuple[TopicFigure, ...]
