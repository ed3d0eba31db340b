"""What a recording gives: who said which words when, and how the conversation went."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from voc.records import Conversation, Record, Skipped, Turn


class Transcript(Record):
    """The words and the clock of one recording; a checkpoint of the pipeline, so it survives JSON unchanged.

    ``language_confidence`` is the probability of ``language`` against the other language read (0…1), ``None`` when
    the language was given or nothing was said. ``roles_from`` says where the roles of the turns come from: ``given``
    with the recording, ``words`` (formulas only an agent or only a customer says) or ``None``.
    """

    turns: tuple[Turn, ...] = ()
    language: str | None = None
    language_confidence: float | None = None
    duration_ms: int
    channels: int
    roles: tuple[str | None, ...] = ()
    """Role of each channel of the recording in order; ``None`` where it could not be told."""
    roles_from: Literal["given", "words"] | None = None
    conversation: Conversation
    talk: dict[str, tuple[tuple[int, int], ...]] = Field(default_factory=dict)
    """Begin and end (ms) of what each person says, by role, ``speaker_1`` or ``channel_1``; talk times are its sums."""
    skipped: tuple[Skipped, ...] = ()
    models: dict[str, str] = Field(default_factory=dict)
