"""How a call went, by the clock."""

from __future__ import annotations

from typing import Literal

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


class OtherSound(Record):
    """A stretch in which something is heard that gave no words, in ms: ``ringing`` (tones that come and go, of the
    line), ``sound`` (hold music, noise) or ``speech`` (somebody speaks who was not understood, or in a language that
    is not read)."""

    begin_ms: int
    end_ms: int
    kind: Literal["ringing", "sound", "speech"] = "sound"


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
    talk_ms: int | None = None
    """One person speaks; with ``overtalk_ms``, ``silence_ms`` and ``other_ms`` it makes up ``duration_ms``."""
    silence_ms: int | None = None
    """Nobody speaks and nothing is heard."""
    other_ms: int | None = None
    other: tuple[OtherSound, ...] = ()
    """Heard without words: hold music, ringing, noise, speech that was not read."""
    voices: int | None = None
    """People told apart by voice on the one channel of a recording; ``None`` where channels tell them apart."""
    voices_confidence: float | None = None
    """How surely there are so many, 0.5 (a toss-up) … 1."""
    roles_confidence: float | None = None
    """How surely the words of those people tell their roles, 0…1; ``None`` where they do not."""
