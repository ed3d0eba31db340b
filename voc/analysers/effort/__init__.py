"""Effort: how hard a customer had to work, −5 (very hard) … 5 (very easy); none where their words show none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voc.locales.catalogue import spoken
from voc.records import Analysis, Signal
from voc.signals.kinds import NONE, Change, Range, SignalKind

SCALE = Range(-5, 5)


def _read(analysis: Analysis) -> Iterator[Signal]:
    if analysis.effort is not None:
        yield Signal(kind="effort", label="effort", value=analysis.effort)


def _change(_: Analysis, change: Change) -> dict[str, Any]:
    return {"effort": None if change.value == NONE else int(change.value)}


EFFORT = SignalKind(
    "effort",
    title=spoken("signals.effort.title"),
    value=SCALE,
    bands={
        "hard": Range(-5, -1, spoken("signals.effort.bands.hard")),
        "easy": Range(1, 5, spoken("signals.effort.bands.easy")),
    },
    one_per_interaction=True,
    correctable=True,
    read=_read,
    change=_change,
)
KINDS = (EFFORT,)
