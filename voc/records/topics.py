"""One topic as it is defined: its names, the rules that find it, where it comes from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from voc.records.base import Record

Texts = dict[str, tuple[str, ...]]
"""Texts or patterns by language."""


class ConditionalRule(Record):
    """A pattern that counts on conditions: ``negated`` false not behind a negation, ``where`` among the first or last
    words of a text, ``unless`` not beside these patterns in the same clause."""

    says: str
    negated: bool = True
    where: Literal["start", "end"] | None = None
    unless: tuple[str, ...] = ()


class TopicParts(Record):
    """What a topic is found by, by language; ``yields`` are topics and families beside which it is not told."""

    labels: dict[str, str] = Field(default_factory=dict)
    rules: dict[str, tuple[str | ConditionalRule, ...]] = Field(default_factory=dict)
    unless: Texts = Field(default_factory=dict)
    examples: Texts = Field(default_factory=dict)
    unlike: Texts = Field(default_factory=dict)
    yields: tuple[str, ...] = ()


class TopicDefinition(TopicParts):
    """One topic in force: of one's own as it was written, of a pack as it is asked, or a theme that became one.

    ``adds`` is what one's own pack adds to a topic of a pack, already among its rules; ``version`` that of the topics
    in force, ``None`` while nobody has chosen any or a setting decides.
    """

    id: str
    source: Literal["own", "pack", "theme"]
    pack: str | None = None
    version: int | None = None
    adds: TopicParts | None = None
