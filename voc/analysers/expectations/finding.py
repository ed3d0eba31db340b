"""What customers wish the brand were or did, as they put it: found by how wishes open, read on to the clause's end.

Of a promise, what was promised is told ("a call back on Tuesday"), not who promised it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from voc.analysers.rulebooks import load_rules
from voc.language.registry import languages
from voc.language.rulebook import RuleContext, RuleMatch
from voc.language.sentences import Span, split_clauses
from voc.records import Expectation

MOST = 20
"""Expectations kept of one text."""
_LONGEST_WORDS = 32
_WORD = re.compile(r"\S+")
_FEWEST_WORDS, _FEWEST_OPENING = 3, 2
"""Words of a wish under which nothing is wished ("vous devriez")."""
_PROMISE = "promised"
"""The rule whose last word opens what was promised."""
_REASONS = {
    one.code: re.compile(rf"\s(?=(?:{one.meaning.reasons})\b)", re.IGNORECASE)
    for one in languages()
    if one.meaning.reasons
}
"""Language → where a wish gives way to its reason, or to what else is said."""


@dataclass(frozen=True)
class TopicClause:
    """A clause of the text with the ids of the topics it speaks of, and its sentiment (−1…1)."""

    begin: int
    end: int
    topics: tuple[str, ...]
    sentiment: float = 0.0


def find_expectations(reading: RuleContext, clauses: Sequence[TopicClause]) -> list[Expectation]:
    """The wishes of a text in their order; ``theme`` is the topic of their clause, else of their sentence."""
    found: list[Expectation] = []
    reach = 0
    for find in load_rules("expectations").find(reading):
        if find.begin < reach:
            continue
        begin, end = _wish(reading, find)
        if find.way == "outright" and len(reading.text[begin:end].split()) <= _FEWEST_WORDS:
            begin, end = _clause(reading, find)  # what is wished for stands before the words: "a lift wouldn't hurt"
        fewest = _FEWEST_OPENING if find.way == "opens" else _FEWEST_WORDS
        if len(reading.text[begin:end].split()) < fewest:
            continue
        reach = end
        found.append(
            Expectation(
                text=reading.text[begin:end],
                begin=begin,
                end=end,
                theme=_theme((begin, end), reading.sentence_of(begin), clauses),
                kind=find.rule.kind,
            )
        )
    return found[:MOST]


def _clause(reading: RuleContext, find: RuleMatch) -> Span:
    sentence = reading.sentence_of(find.begin)
    inside = (span for span in split_clauses(reading.text, sentence) if span[0] <= find.begin < span[1])
    return next(inside, sentence)


def _wish(reading: RuleContext, find: RuleMatch) -> Span:
    sentence = reading.sentence_of(find.begin)
    text = reading.text
    pieces = split_clauses(text, sentence)
    end = next((high for low, high in pieces if low <= find.begin < high and high > find.end), sentence[1])
    reasons = (_REASONS[code] for code in reading.languages if code in _REASONS)
    pauses = [pause.start() for one in reasons if (pause := one.search(text, max(find.end, find.begin + 15), end))]
    end = min([end, *pauses])
    begin = find.begin
    if find.rule.id == _PROMISE:
        begin += [word.start() for word in _WORD.finditer(text[find.begin : find.end])][-1]
    words = list(_WORD.finditer(text[begin:end]))
    if len(words) > _LONGEST_WORDS:
        end = begin + words[_LONGEST_WORDS - 1].end()
    return begin, begin + len(text[begin:end].rstrip(" ,;:-–("))


def _theme(wish: Span, sentence: Span, clauses: Sequence[TopicClause]) -> str | None:
    for low, high in (wish, sentence):
        inside = [topic for clause in clauses if clause.begin < high and clause.end > low for topic in clause.topics]
        if inside:
            return max(inside, key=lambda topic: ("." in topic, -inside.index(topic)))
    return None
