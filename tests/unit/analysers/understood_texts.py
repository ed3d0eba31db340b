"""Texts understood by the published rules alone, with the same sentiment everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from voc.analysers.rulebooks import load_rules
from voc.analysis.understanding import TopicClause, Understanding, find_cues, made_ready, read_moods, understand
from voc.language.patterns import flatten
from voc.language.rulebook import RuleContext
from voc.language.sentences import Span, split_clauses, split_sentences
from voc.records import Sentiment


def reading(
    text: str, language: str | None = "fr", heard: Sequence[Span] | None = None, *, spoken: bool = False
) -> RuleContext:
    return made_ready(
        text, flatten(text), language=language, sentences=split_sentences(text), heard=heard, spoken=spoken
    )


def rules(book: str, text: str, language: str) -> set[str]:
    """Ids of the rules of a book that find something in a text."""
    return {find.rule.id for find in load_rules(book).find(reading(text, language))}


def understood(
    text: str,
    language: str | None = "fr",
    *,
    mood: float = 0.0,
    heard: Sequence[Span] | None = None,
    spoken: bool = False,
    topics: Sequence[TopicClause] = (),
) -> Understanding:
    """Understand ``text`` with the same sentiment everywhere."""
    made = reading(text, language, heard, spoken=spoken)
    parts = [
        clause for sentence in made.sentences if made.is_heard(sentence[0]) for clause in split_clauses(text, sentence)
    ]
    cues = find_cues(made)
    moods = read_moods(made, parts, [Sentiment(label="neutral", score=mood)] * len(parts), cues)
    return understand(made, parts, moods, topics, cues, mood=mood)


def labels(found: Understanding) -> set[str]:
    return {intent.label for intent in found.intents}
