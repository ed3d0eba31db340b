"""Action: what a message asks of the company."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voc.records import Analysis, Signal
from voc.signals.kinds import Change, SignalKind


def _read(analysis: Analysis) -> Iterator[Signal]:
    if analysis.action is not None:
        yield Signal(kind="action", label=analysis.action)


def _change(_: Analysis, change: Change) -> dict[str, Any]:
    return {"action": change.value}


ACTION = SignalKind(
    "action",
    title={"fr": "À faire", "en": "To do"},
    labels={
        "response_needed": {"fr": "Réponse attendue", "en": "Answer needed"},
        "suggestion": {"fr": "Suggestion à transmettre", "en": "Suggestion to pass on"},
        "praise": {"fr": "Compliment à transmettre", "en": "Praise to pass on"},
        "none": {"fr": "Rien à faire", "en": "Nothing to do"},
    },
    one_per_interaction=True,
    none_is_label=True,
    correctable=True,
    read=_read,
    change=_change,
)
KINDS = (ACTION,)
