"""The taxonomy in force: topics of two or three levels with labels, rules and examples, put together from packs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from voc.language.patterns import PatternIndex
from voc.language.registry import FALLBACK

ANY = "any"
Way = Literal["says", "voids"]
RuleKey = tuple[str, Way, int]
"""Id of a topic, what a find does, and the number of the rule among those with conditions (0: none)."""


@dataclass(frozen=True)
class TopicRule:
    """One word pattern with the conditions on which a find counts.

    ``negated`` false: not behind a negation ("sans retard"). ``where``: among the first or last words of the text.
    ``unless``: patterns that void this rule alone when they stand in the same clause.
    """

    says: str
    negated: bool = True
    where: Literal["start", "end"] | None = None
    unless: tuple[str, ...] = ()

    @property
    def plain(self) -> bool:
        """Whether every find counts."""
        return self.negated and self.where is None and not self.unless


ByLanguage = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Topic:
    """One topic. ``labels``, ``rules``, ``unless``, ``examples`` and ``unlike`` are by language."""

    id: str
    labels: dict[str, str]
    rules: dict[str, tuple[TopicRule, ...]] = field(default_factory=dict)
    unless: ByLanguage = field(default_factory=dict)
    examples: ByLanguage = field(default_factory=dict)
    unlike: ByLanguage = field(default_factory=dict)
    """Counter-examples: sentences near the examples that are not about it; the encoder keeps away from them."""
    yields: tuple[str, ...] = ()
    """Topics and families beside which this one says nothing of its own: it is told only without them."""
    pack: str = ""
    """Id of the pack it comes from."""

    def gives_way(self, others: Iterable[str]) -> bool:
        """Whether one of ``others`` (ids of the topics of the same text) makes this one superfluous."""
        return any(
            other != self.id and (other in self.yields or other.partition(".")[0] in self.yields or ANY in self.yields)
            for other in others
        )

    @property
    def parent(self) -> str | None:
        """Id of the topic one level up; ``None`` for a first-level topic."""
        head, dot, _ = self.id.rpartition(".")
        return head if dot else None

    @property
    def family(self) -> str:
        """Id of its first-level topic, its own for a first-level topic."""
        return self.id.partition(".")[0]

    @property
    def ancestors(self) -> tuple[str, ...]:
        """Ids of the topics above it, the first level first."""
        parts = self.id.split(".")
        return tuple(".".join(parts[:count]) for count in range(1, len(parts)))

    def label(self, language: str | None) -> str:
        """The label in ``language``, else that of the fallback."""
        return self.labels.get(language or FALLBACK) or self.labels[FALLBACK]


@dataclass(frozen=True)
class Taxonomy:
    """All topics, parents before their children. ``digest`` changes with any change of the packs it is made of."""

    version: str
    digest: str
    topics: tuple[Topic, ...]
    nothing: ByLanguage
    """Sentences that look like complaints or praise but name no topic."""
    packs: tuple[str, ...] = ()
    """Ids of the packs it is made of."""
    _indexes: dict[str, PatternIndex[RuleKey]] = field(default_factory=dict, compare=False, repr=False)
    _conditions: dict[tuple[str, str, int], TopicRule] = field(default_factory=dict, compare=False, repr=False)

    @property
    def name(self) -> str:
        """``version@digest``, as analyses record it."""
        return f"{self.version}@{self.digest}"

    def __iter__(self) -> Iterator[Topic]:
        return iter(self.topics)

    def __len__(self) -> int:
        return len(self.topics)

    @cached_property
    def order(self) -> dict[str, int]:
        """Topic id → its place."""
        return {topic.id: number for number, topic in enumerate(self.topics)}

    def get(self, topic_id: str) -> Topic | None:
        """The topic of that id, if there is one."""
        number = self.order.get(topic_id)
        return None if number is None else self.topics[number]

    def children(self, topic_id: str) -> list[Topic]:
        """The topics one level below."""
        return [topic for topic in self.topics if topic.parent == topic_id]

    def patterns(self, language: str) -> PatternIndex[RuleKey]:
        """The rules in ``language``, ready to search; made once."""
        if language not in self._indexes:
            index: PatternIndex[RuleKey] = PatternIndex()
            for topic in self.topics:
                rules = topic.rules.get(language, ())
                index.add((topic.id, "says", 0), [rule.says for rule in rules if rule.plain])
                index.add((topic.id, "voids", 0), topic.unless.get(language, ()))
                for number, rule in enumerate((rule for rule in rules if not rule.plain), 1):
                    index.add((topic.id, "says", number), [rule.says])
                    index.add((topic.id, "voids", number), rule.unless)
                    self._conditions[language, topic.id, number] = rule
            self._indexes[language] = index
        return self._indexes[language]

    def condition(self, language: str, topic_id: str, number: int) -> TopicRule | None:
        """The rule of that :data:`RuleKey` when a find of it counts on conditions."""
        return self._conditions.get((language, topic_id, number))
