"""Intents: what a customer means to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voc.locales.catalogue import spoken, spoken_under
from voc.records import Analysis, Intent, Signal
from voc.signals.kinds import SURE, Change, SignalKind


def _read(analysis: Analysis) -> Iterator[Signal]:
    for one in analysis.intents:
        yield Signal(kind="intent", label=one.label, value=one.score, begin=one.begin, end=one.end, doubt=one.doubt)


def _change(analysis: Analysis, change: Change) -> dict[str, Any]:
    kept = tuple(one for one in analysis.intents if one.label != change.value)
    if not change.present:
        return {"intents": kept}
    known = next((one for one in analysis.intents if one.label == change.value), None)
    sure = known or Intent(label=change.value, score=SURE, begin=0, end=0)
    return {"intents": (*kept, sure.model_copy(update={"score": SURE, "doubt": None}))}


INTENT = SignalKind(
    "intent",
    title=spoken("signals.intent.title"),
    labels=spoken_under("signals.intent.labels"),
    correctable=True,
    read=_read,
    change=_change,
)
KINDS = (INTENT,)
