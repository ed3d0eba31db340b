"""Fragility: signs that a customer may leave, each a published rule with its points."""

from __future__ import annotations

from collections.abc import Iterator

from voc.locales.catalogue import spoken, spoken_under
from voc.records import Analysis, Signal
from voc.signals.kinds import SignalKind


def _read(analysis: Analysis) -> Iterator[Signal]:
    for one in analysis.fragility:
        yield Signal(kind="fragility", label=one.rule, value=one.points, begin=one.begin, end=one.end, doubt=one.doubt)


FRAGILITY = SignalKind(
    "fragility",
    title=spoken("signals.fragility.title"),
    labels=spoken_under("signals.fragility.labels"),
    read=_read,
)
KINDS = (FRAGILITY,)
