"""What an insight manager reads: figures, quotes, and the digest of a week."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from voc.records.base import Channel, Moment, Record


class Interval(Record):
    """A 95 % interval around a figure, same unit as the figure."""

    low: float
    high: float


class Quote(Record):
    """Words behind a figure, already redacted, with the way back to them."""

    interaction_id: str
    text: str
    channel: Channel
    occurred_at: Moment | None = None
    begin_ms: int | None = None
    sentiment: float | None = None
    has_audio: bool = False
    """Whether the recording is there to be heard at that second; a transcript that came without sound is only read."""
    href: str


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
    extra: dict[str, Any] = Field(default_factory=dict)


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
