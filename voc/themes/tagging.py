"""Themes that were accepted, as topics: their rules asked of a text beside the taxonomy's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from voc.language.patterns import PatternIndex, TokenisedText, flatten
from voc.language.registry import FALLBACK, codes, read_as
from voc.records import Analysis, Aspect, TopicMention
from voc.records.themes import Theme

RULE_SCORE = 0.9
"""Score of a topic that a rule found, as for the taxonomy's rules."""
LONGEST = 60_000
"""Characters of a text that rules are asked of, as for the taxonomy's."""


@dataclass
class AcceptedThemes:
    """The accepted themes in force, ready to be asked of many texts."""

    themes: Sequence[Theme]
    ids: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.ids = frozenset(one.id for one in self.themes)

    @cached_property
    def _by_id(self) -> dict[str, Theme]:
        return {one.id: one for one in self.themes}

    @cached_property
    def _indexes(self) -> dict[str, PatternIndex[str]]:
        found: dict[str, PatternIndex[str]] = {code: PatternIndex() for code in codes()}
        for one in self.themes:
            for language, patterns in one.rules.items():
                found[language].add(one.id, patterns)
        return found

    def found(self, text: str, language: str | None) -> dict[str, tuple[int, int]]:
        """Theme → the first place where one of its rules holds, as characters of ``text``."""
        flat: TokenisedText = flatten(text[:LONGEST])
        found: dict[str, tuple[int, int]] = {}
        if not flat.starts:
            return found
        for code in read_as(language):
            for theme, begin, end in self._indexes[code].find(flat):
                span = flat.original(begin, end)
                if theme not in found or span < found[theme]:
                    found[theme] = span
        return found

    def tagged(self, analysis: Analysis, *, former: frozenset[str] = frozenset()) -> Analysis:
        """``analysis`` with the topics that accepted themes find in it, and without those of ``former`` ones.

        Of calls the customer's turns alone are asked.
        """
        drop = self.ids | former
        topics = tuple(one for one in analysis.topics if one.id not in drop)
        aspects = tuple(one for one in analysis.aspects if one.topic not in drop)
        agents = [(one.begin or 0, one.end or 0) for one in analysis.turns if one.participant_role == "agent"]
        for theme_id, (begin, end) in sorted(self.found(analysis.text, analysis.language).items()):
            if any(low <= begin < high for low, high in agents):
                continue
            label = self._by_id[theme_id].labels.get(analysis.language or FALLBACK) or theme_id
            topics += (
                TopicMention(id=theme_id, label=label, score=RULE_SCORE, source="discovered", begin=begin, end=end),
            )
            sentence = next((one for one in analysis.sentences if one.begin <= begin < one.end), None)
            if sentence is not None and sentence.sentiment is not None:
                aspects += (
                    Aspect(
                        topic=theme_id,
                        sentiment=sentence.sentiment.score,
                        begin=sentence.begin,
                        end=sentence.end,
                        text=analysis.text[sentence.begin : sentence.end],
                    ),
                )
        if topics == analysis.topics and aspects == analysis.aspects:
            return analysis
        return analysis.model_copy(update={"topics": topics, "aspects": aspects})
