"""Action: what a message asks of the company."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voc.locales.catalogue import spoken, spoken_under
from voc.records import Analysis, Signal
from voc.signals.kinds import Change, SignalKind


def _read(analysis: Analysis) -> Iterator[Signal]:
    if analysis.action is not None:
        yield Signal(kind="action", label=analysis.action)


def _change(_: Analysis, change: Change) -> dict[str, Any]:
    return {"action": change.value}


ACTION = SignalKind(
    "action",
    title=spoken("signals.action.title"),
    labels=spoken_under("signals.action.labels"),
    one_per_interaction=True,
    none_is_label=True,
    correctable=True,
    read=_read,
    change=_change,
)
KINDS = (ACTION,)
