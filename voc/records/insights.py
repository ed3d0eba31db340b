"""What an insight manager reads: figures, quotes, and the digest of a week."""

from __future__ import annotations

from typing import Any

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from voc.records.base import Moment, Record
from voc.records.channels import Channel
from voc.records.findings import FollowedFinding, Review


class Interval(Record):
    """A 95 % interval around a figure, same unit as the figure."""

    low: float
    high: float


class Quote(Record):
    """Words behind a figure, already redacted, with the way back to them."""

    interaction_id: str
    text: str
    channel: Channel
    language: str | None = None
    """They are in; ``None`` where nobody knows."""
    occurred_at: Moment | None = None
    begin_ms: int | None = None
    sentiment: float | None = None
    has_audio: bool = False
    """Whether the recording is there to be heard at that second; a transcript that came without sound is only read."""
    href: str


class Concentration(Record):
    """One group that is over-represented in a change: ``n`` of the ``known`` interactions whose group is known,
    against ``base_n`` of ``base_known`` of the rest of the week."""

    dimension: str
    value: str
    n: int
    known: int
    share: float
    base_n: int
    base_known: int
    base_share: float
    p_value: float
    q_value: float
    href: str


class Distinctive(Record):
    """A word or pair of words of the change: in ``n`` of its texts, in ``base_share`` of the others.

    ``language`` is that of nearly all of its texts; ``None`` where they are of several, or it is not known.
    """

    text: str
    n: int
    share: float
    base_share: float
    q_value: float
    language: str | None = None


class WeekCount(Record):
    """Interactions of one ISO week that speak of it."""

    week: str
    n: int
    href: str


class TopicCount(Record):
    """Interactions of the week that speak of one topic; ``labels`` are its name by language."""

    topic: str
    labels: dict[str, str]
    n: int
    href: str


class DigestDetail(Record):
    """How a change was found and what stands behind it; its JSON holds what was set, and nothing else."""

    what: str | None = None
    """What changed: ``all`` mentions, ``complaints`` or ``praise``."""
    pace: str | None = None
    """``sudden``, or slow over the weeks before."""
    tone: str | None = None
    """``complaints`` or ``praise`` where most of what is said is on one side."""
    new: bool = False
    """Nothing of it in the weeks before."""
    q_value: float | None = None
    """``p_value`` corrected for everything that was tested."""
    ratio: float | None = None
    """Of the week's rate to that before, with its limits; ``None`` without bound."""
    ratio_low: float | None = None
    ratio_high: float | None = None
    share: float | None = None
    share_before: float | None = None
    voices: int | None = None
    """Customers, or texts that nobody repeats: what the tests count."""
    corroborated_by: tuple[str, ...] = ()
    """Channels that show the change by themselves."""
    said: dict[str, int] = Field(default_factory=dict)
    """Sentiment label → mentions."""
    weeks: tuple[WeekCount, ...] = ()
    parts: tuple[TopicCount, ...] = ()
    """Topics of the family the change is spread over."""
    also: tuple[TopicCount, ...] = ()
    """Topics the same interactions speak of."""
    concentration: tuple[Concentration, ...] = ()
    words: tuple[Distinctive, ...] = ()
    emerging: str | None = None
    """Of what emerged and no topic tells: ``words``, ``clauses`` or ``theme``."""
    emerging_words: tuple[str, ...] = ()
    early_sign: bool | None = None
    first_seen: str | None = None
    """Day on which it could first have been seen."""
    expected: float | None = None
    """Voices that the weeks before let expect."""
    cell: dict[str, str] | None = None
    """Where it emerged: ``dimension`` and ``value``; ``None`` for everywhere."""
    inside: int | None = None
    """Interactions of it that are within what a reader asked for; ``None`` where all of it is meant."""

    @model_serializer(mode="wrap")
    def _only_what_was_set(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if name in self.model_fields_set}


class DigestItem(Record):
    """One thing that changed, or one figure worth a line, with its sample size, test and evidence."""

    key: str
    """Stable id of the item inside the digest: ``topic:billing.double_charge:rise``."""
    kind: str
    topic: str | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    """Title by language (``fr``, ``en``)."""
    value: float
    baseline: float | None = None
    n: int
    n_baseline: int | None = None
    p_value: float | None = None
    interval: Interval | None = None
    channels: dict[str, int] = Field(default_factory=dict)
    """How many interactions on each channel support it: three independent channels weigh more than thirty on one."""
    breakdown: dict[str, dict[str, int]] = Field(default_factory=dict)
    """Where it concentrates: attribute → value → interactions."""
    quotes: tuple[Quote, ...] = ()
    href: str | None = None
    """The interactions behind it, as a filtered list."""
    extra: DigestDetail = Field(default_factory=DigestDetail)
    review: Review | None = None
    """What was decided about it, as it stands when the digest is read; ``None`` where nothing was."""


class Digest(Record):
    """One ISO week against the four before it."""

    week: str
    begins: Moment
    ends: Moment
    created_at: Moment
    n: int
    n_baseline: int
    baseline_weeks: tuple[str, ...] = ()
    """The weeks it is compared with, oldest first; ``n_baseline`` is over all of them together."""
    volumes: dict[str, dict[str, float]] = Field(default_factory=dict)
    """Channel → ``n``, ``baseline`` (mean a week)."""
    sentiment: dict[str, float] = Field(default_factory=dict)
    sentiment_baseline: dict[str, float] = Field(default_factory=dict)
    rises: tuple[DigestItem, ...] = ()
    falls: tuple[DigestItem, ...] = ()
    notes: tuple[str, ...] = ()
    followed: tuple[FollowedFinding, ...] = ()
    """Findings of weeks before that are followed, as they stand when the digest is read."""
    phrased: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Language → a sentence of the summary → the same as a model phrased it, where that was checked and asked for."""
