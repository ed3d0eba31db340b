"""Rules proposed for a theme that becomes a topic: the words that tell it, as patterns a person can read and change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voc.language.folding import fold
from voc.language.patterns import PatternError, PatternIndex, flatten
from voc.language.registry import codes
from voc.records.themes import ThemeWord

MOST_RULES = 8
LEAST_PRECISION = 0.6
"""Share of the clauses a pattern finds that must be of the theme for it to be proposed."""
LEAST_FOUND = 2
"""Clauses of the theme that a pattern must add."""


def pattern_of(word: ThemeWord) -> str:
    """A pattern for a word or phrase in the forms it was written in: ``(compteur linky|compteurs linky)``."""
    forms = sorted({_plain(one) for one in (word.text, *word.forms)} - {""})
    return forms[0] if len(forms) == 1 else f"({'|'.join(forms)})" if forms else ""


def proposed(
    words: Sequence[ThemeWord],
    inside: Sequence[tuple[str, str | None]],
    outside: Sequence[tuple[str, str | None]],
) -> dict[str, tuple[str, ...]]:
    """Patterns by language that together find most of a theme's clauses (``inside``) and few others.

    Chosen greedily: next the one that adds most, of those precise enough on ``inside`` and ``outside``, both as (masked
    text, language).
    """
    found: dict[str, tuple[str, ...]] = {}
    for language in codes():
        candidates = {pattern for one in words if one.language == language and (pattern := pattern_of(one))}
        own = [text for text, spoken in inside if spoken == language]
        hits = matches(sorted(candidates), own)
        misses = matches(sorted(candidates), [text for text, spoken in outside if spoken == language])
        precise = {
            pattern
            for pattern in candidates
            if len(hits[pattern]) >= LEAST_PRECISION * max(1, len(hits[pattern]) + len(misses[pattern]))
        }
        chosen: list[str] = []
        covered: set[int] = set()
        while len(chosen) < MOST_RULES and precise:
            best = max(sorted(precise), key=lambda pattern: len(hits[pattern] - covered))
            if len(hits[best] - covered) < LEAST_FOUND:
                break
            chosen.append(best)
            covered |= hits[best]
            precise.remove(best)
        if chosen:
            found[language] = tuple(chosen)
    return found


def matches(patterns: Sequence[str], texts: Sequence[str]) -> dict[str, set[int]]:
    """Pattern → numbers of the texts it finds."""
    index: PatternIndex[str] = PatternIndex()
    for pattern in patterns:
        index.add(pattern, [pattern])
    found: dict[str, set[int]] = {pattern: set() for pattern in patterns}
    for number, text in enumerate(texts):
        for key, _, _ in index.find(flatten(text)):
            found[key].add(number)
    return found


def wrong_pattern(rules: Mapping[str, Sequence[str]]) -> tuple[str, str] | None:
    """The first pattern that cannot be read, with why; ``None`` where all can."""
    index: PatternIndex[str] = PatternIndex()
    for patterns in rules.values():
        for pattern in patterns:
            try:
                index.add(pattern, [pattern])
            except PatternError as error:
                return pattern, str(error)
    return None


def _plain(form: str) -> str:
    """A form as patterns are written: folded, letters and apostrophes alone."""
    return " ".join("".join(c if c.isalpha() or c == "'" else " " for c in fold(form)).split())
