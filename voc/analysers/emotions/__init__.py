"""Emotions: what a customer feels beyond liking and disliking, by the encoder's heads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voc.locales.catalogue import spoken, spoken_under
from voc.records import Analysis, Emotion, Signal
from voc.signals.kinds import SURE, Change, SignalKind


def _read(analysis: Analysis) -> Iterator[Signal]:
    return (Signal(kind="emotion", label=one.label, value=one.score) for one in analysis.emotions)


def _change(analysis: Analysis, change: Change) -> dict[str, Any]:
    others = tuple(one for one in analysis.emotions if one.label != change.value)
    return {"emotions": (Emotion(label=change.value, score=SURE), *others) if change.present else others}


EMOTION = SignalKind(
    "emotion",
    title=spoken("signals.emotion.title"),
    labels=spoken_under("signals.emotion.labels"),
    correctable=True,
    read=_read,
    change=_change,
)
KINDS = (EMOTION,)
