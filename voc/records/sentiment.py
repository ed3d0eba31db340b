"""Sentiment, and the one table that says which label a score has: for texts, sentences, clauses, turns and topics."""

from __future__ import annotations

from collections.abc import Mapping
from math import copysign
from typing import Literal, get_args

from pydantic import Field

from voc.records.base import Record, SentimentLabel

LABELS: tuple[SentimentLabel, ...] = get_args(SentimentLabel)
TELLING = 0.25
"""From this score on something is positive, from its negative down negative; between the two it is neutral."""
UNDECIDED_SHARE = 0.5
"""What is left of a score where neutral is the likeliest, so that it stays under :data:`TELLING`."""

EVENLY_TORN = 0.05
"""Difference of P(positive) and P(negative) under which neither is told, though neutral is not the likeliest."""
_CLEAR = 1e-3
"""Probability by which neutral is, or is not, the likeliest in a sentiment that was moved."""

ScoreKind = Literal["nps", "csat", "rating"]
SCORE_KINDS: tuple[ScoreKind, ...] = get_args(ScoreKind)
ScoreConflict = Literal["praise_low_score", "blame_high_score"]


def sentiment_label(score: float) -> SentimentLabel:
    """The label of a score −1…1."""
    if abs(score) < TELLING:
        return "neutral"
    return "positive" if score > 0 else "negative"


class Sentiment(Record):
    """Sentiment of a text: ``score`` −1…1, its label by :func:`sentiment_label`, and the probabilities behind it.

    ``score`` is P(positive) − P(negative), so that the label follows from it halved where neutral is the likeliest of
    the three, and :data:`TELLING` at least where another is, unless the two are evenly torn.
    """

    label: SentimentLabel
    score: float = Field(ge=-1, le=1)
    probabilities: dict[SentimentLabel, float] | None = None

    @classmethod
    def of(cls, probabilities: Mapping[SentimentLabel, float]) -> Sentiment:
        """The sentiment of three probabilities."""
        rounded: dict[SentimentLabel, float] = {label: round(float(probabilities[label]), 4) for label in LABELS}
        score = rounded["positive"] - rounded["negative"]
        if rounded["neutral"] >= max(rounded["positive"], rounded["negative"]):
            score *= UNDECIDED_SHARE
        elif abs(score) >= EVENLY_TORN:
            score = copysign(max(abs(score), TELLING), score)
        score = round(score, 4)
        return cls(label=sentiment_label(score), score=score, probabilities=rounded)

    def moved_to(self, score: float) -> Sentiment:
        """The same with another score: as neutral as it was as far as that leaves room."""
        score = round(max(-1.0, min(1.0, score)), 4)
        neutral = (self.probabilities or {}).get("neutral", 1 - abs(self.score))
        if abs(score) < TELLING:  # neutral has to be the likeliest, and the score is half the difference
            difference = score / UNDECIDED_SHARE
            neutral = min(max(neutral, (1 + abs(difference)) / 3 + _CLEAR), 1 - abs(difference))
        else:
            difference = score
            neutral = min(neutral, (1 + abs(score)) / 3 - _CLEAR, 1 - abs(score))
        probabilities: dict[SentimentLabel, float] = {
            "negative": round((1 - neutral - difference) / 2, 4),
            "neutral": round(neutral, 4),
            "positive": round((1 - neutral + difference) / 2, 4),
        }
        return Sentiment(label=sentiment_label(score), score=score, probabilities=probabilities)


class GivenScore(Record):
    """The score a customer gave with their words: evidence beside the reading, never in its place.

    Attributes:
        kind: stars, satisfaction or likelihood to recommend; where several were given the one nearest to this contact.
        value: as it was given, out of ``scale``.
        position: −1 (worst) … 1 (best); NPS by its own classes (0–6 below, 7 and 8 about the middle, 9 and 10 above).
        words: score of the words alone, −1…1.
        conflict: where words and score say the contrary: irony, or a score given by mistake.
    """

    kind: ScoreKind
    value: float
    scale: int
    position: float = Field(ge=-1, le=1)
    words: float = Field(ge=-1, le=1)
    conflict: ScoreConflict | None = None
