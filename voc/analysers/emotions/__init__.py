"""Emotions: what a customer feels beyond liking and disliking, by the encoder's heads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voc.records import Analysis, Emotion, Signal
from voc.signals.kinds import SURE, Change, SignalKind


def _read(analysis: Analysis) -> Iterator[Signal]:
    return (Signal(kind="emotion", label=one.label, value=one.score) for one in analysis.emotions)


def _change(analysis: Analysis, change: Change) -> dict[str, Any]:
    others = tuple(one for one in analysis.emotions if one.label != change.value)
    return {"emotions": (Emotion(label=change.value, score=SURE), *others) if change.present else others}


EMOTION = SignalKind(
    "emotion",
    title={"fr": "Émotion", "en": "Emotion"},
    labels={
        "anger": {"fr": "colère", "en": "anger"},
        "disappointment": {"fr": "déception", "en": "disappointment"},
        "fear": {"fr": "inquiétude", "en": "worry"},
        "joy": {"fr": "satisfaction", "en": "satisfaction"},
        "surprise": {"fr": "surprise", "en": "surprise"},
        "mistrust": {"fr": "méfiance", "en": "mistrust"},
        "gratitude": {"fr": "gratitude", "en": "gratitude"},
        "neutral": {"fr": "aucune émotion", "en": "no emotion"},
    },
    correctable=True,
    read=_read,
    change=_change,
)
KINDS = (EMOTION,)
