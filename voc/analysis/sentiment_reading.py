"""Sentiment of one text put together: what the encoder reads, cues, the score that was given, and its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voc.analysers.rulebooks import load_rules
from voc.analysers.sentiment.adjustment import (
    Cue,
    after_grievances,
    apologised,
    find_cues,
    formulas,
    irony_of_score,
    of_turn,
    reconciled,
    set_right,
    whole_of,
)
from voc.analysers.sentiment.given_score import as_given, drawn, given_score, is_ironic
from voc.analysers.sentiment.hard_work import hard_work, weight_beside
from voc.analysers.sentiment.model import REVIEW_WORDS
from voc.analysers.sentiment.plain_requests import plain_requests
from voc.analysers.sentiment.promised_times import promised_times
from voc.analysis.preprocessing import PreparedInteraction
from voc.analysis.understanding import read_moods
from voc.language.conversation import sentiment_of_call
from voc.language.rulebook import RuleContext
from voc.language.sentences import Span
from voc.records import GivenScore, Sentiment, Skipped, Turn


@dataclass(frozen=True)
class SentimentReading:
    """The sentiment of a text and of everything in it, none of which contradicts another.

    Attributes:
        whole: of the text.
        sentences, clauses: one each, in their order.
        turns: of a conversation, with their sentiment.
        cues: what set clauses right.
        given: the score that came with it beside its words.
        note: what could not be told of a conversation.
    """

    whole: Sentiment
    sentences: list[Sentiment]
    clauses: list[Sentiment]
    turns: tuple[Turn, ...]
    cues: list[Cue]
    given: GivenScore | None
    note: Skipped | None = None

    def saying(self, clauses: Sequence[Span]) -> list[int]:
        """The numbers of the clauses that say something: those that are no formula ("see you soon")."""
        empty = formulas(clauses, self.cues)
        return [number for number, clause in enumerate(clauses) if clause not in empty]


def read_sentiment(
    work: PreparedInteraction, reading: RuleContext, *, whole: Sentiment, spans: Sequence[Sentiment]
) -> SentimentReading:
    """Put the sentiment of one text together.

    Args:
        work: the text, cut up; clauses and turns that were read alone are in it.
        reading: the text ready for rules.
        whole: as its pass through the encoder says.
        spans: the same of its sentences, clauses and turns, in this order.
    """
    count, last = len(work.sentences), len(work.sentences) + len(work.clauses)
    parts: list[Span] = [(clause.begin, clause.end) for clause in work.clauses]
    pooled = [work.apart.get(n, mood) for n, mood in enumerate(spans[count:last])]
    finds = load_rules("cues").find(reading)
    told = (
        *find_cues(reading, finds),
        *promised_times(reading, finds),
        *plain_requests(reading, finds),
        *hard_work(reading),
    )
    said = sorted(told, key=lambda cue: cue.begin)
    cues, note = after_grievances(said, work.sentences, spans[:count], reading), None
    clauses = read_moods(reading, parts, pooled, cues)
    turns = tuple(apologised(reading, _turns(work, spans[last:])))
    given = given_score(work.interaction)
    if turns:
        words, note = sentiment_of_call(turns, whole=whole)
    else:
        words = _whole(work, reading, whole, parts, clauses, cues)
    found, n_words = words, len(work.text.split())
    if given is not None and not turns:
        if is_ironic(words, given[-1], n_words=n_words):
            cues = sorted([*cues, *irony_of_score(parts)], key=lambda cue: cue.begin)
            clauses = read_moods(reading, parts, pooled, cues)
            found = set_right(words, cues)
        else:
            found = drawn(words, given[-1], n_words=n_words)
    sentences = read_moods(reading, work.sentences, spans[:count], cues)
    found, sentences, clauses = reconciled(found, work.sentences, sentences, parts, clauses, turns)
    return SentimentReading(found, sentences, clauses, turns, cues, as_given(given, words), note)


def _whole(
    work: PreparedInteraction,
    reading: RuleContext,
    read: Sentiment,
    parts: Sequence[Span],
    moods: Sequence[Sentiment],
    cues: Sequence[Cue],
) -> Sentiment:
    """Sentiment of a text that is no conversation, from its words alone."""
    if len(work.text.split()) >= REVIEW_WORDS:
        return read
    weighed = [
        (mood, len(work.text[begin:end].split()) * weight_beside((begin, end), cues, reading))
        for (begin, end), mood in zip(parts, moods, strict=True)
    ]
    return whole_of(read, weighed, cues=cues)


def _turns(work: PreparedInteraction, pooled: Sequence[Sentiment]) -> tuple[Turn, ...]:
    """The turns with their sentiment: the pass over the whole and each read alone."""
    said = [
        of_turn(mood, work.turns_apart[number]) if number in work.turns_apart else mood
        for number, mood in enumerate(pooled)
    ]
    return tuple(
        turn.model_copy(update={"sentiment": mood if turn.text.strip() else None})
        for turn, mood in zip(work.turns, said, strict=True)
    )
