"""How a call went, by the clock."""

from __future__ import annotations

from pydantic import Field

from voc.records.base import Record


class Silence(Record):
    """A stretch of the recording, in ms."""

    begin_ms: int
    end_ms: int


class NonTalk(Record):
    """Silences of at least ``threshold_ms`` (2 s as in XM Discover: shorter ones are breath, not waiting)."""

    total_ms: int
    longest_ms: int
    instances: tuple[Silence, ...] = ()
    threshold_ms: int = 2000


class Conversation(Record):
    """How a call went, by the clock. Keys of the dicts are participant roles."""

    duration_ms: int
    talk_time_ms: dict[str, int] = Field(default_factory=dict)
    non_talk: NonTalk | None = None
    interruptions: dict[str, list[Silence]] = Field(default_factory=dict)
    overtalk_ms: int | None = None
    words_per_minute: dict[str, float] = Field(default_factory=dict)
    loudness: dict[str, list[float | None]] = Field(default_factory=dict)
    """dBFS per second, ``None`` where the role is silent."""
    sentiment_by_quarter: dict[str, list[float | None]] = Field(default_factory=dict)
    sentiment_change: float | None = None
