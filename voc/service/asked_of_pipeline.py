"""What use cases and the pipeline hand each other: a change of topics, a transcript somebody waited for."""

from __future__ import annotations

from dataclasses import dataclass

from voc.records import Turn


@dataclass(frozen=True)
class TopicsChange:
    """Other packs or other topics of one's own; what is ``None`` stays as it is.

    ``keep_own`` false replaces the topics of one's own by ``own`` even where that is ``None``; ``after`` is the version
    the change was made from.
    """

    packs: tuple[str, ...] | None = None
    own: str | None = None
    keep_own: bool = True
    note: str | None = None
    after: int | None = None


@dataclass(frozen=True)
class Transcribed:
    """A transcript somebody waited for: one voice, turns with their words and times."""

    language: str | None
    duration_ms: int
    turns: tuple[Turn, ...]


@dataclass(frozen=True)
class NotTranscribed:
    """Why there will be no transcript; ``fault`` is the HTTP status it stands for."""

    fault: int
    reason: str
