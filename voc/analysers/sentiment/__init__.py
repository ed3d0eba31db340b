"""Sentiment: how a customer feels about what they speak of, negative, neutral or positive."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from voc.analysers.sentiment.given_score import SCORE_CONFLICT
from voc.locales.catalogue import spoken
from voc.records import Analysis, Sentiment, SentimentLabel, Signal
from voc.signals.kinds import Change, SignalKind

LABELS: tuple[SentimentLabel, ...] = get_args(SentimentLabel)
_SIGNED: dict[str, float] = {"negative": -1.0, "neutral": 0.0, "positive": 1.0}


def _read(analysis: Analysis) -> Iterator[Signal]:
    if analysis.sentiment is not None:
        yield Signal(kind="sentiment", label=analysis.sentiment.label, value=analysis.sentiment.score)


def _change(_: Analysis, change: Change) -> dict[str, Any]:
    certain: dict[SentimentLabel, float] = {each: float(each == change.value) for each in LABELS}
    winner = next(each for each in LABELS if each == change.value)
    return {"sentiment": Sentiment(label=winner, score=_SIGNED[winner], probabilities=certain)}


SENTIMENT = SignalKind(
    "sentiment",
    title=spoken("signals.sentiment.title"),
    labels={label: spoken(f"sentiments.{label}") for label in LABELS},
    one_per_interaction=True,
    correctable=True,
    counted=False,  # columns of its own, which every list shows
    filterable=False,  # `sentiment` is a filter with words of its own: any, none
    read=_read,
    change=_change,
)
KINDS = (SENTIMENT, SCORE_CONFLICT)
