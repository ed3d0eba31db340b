"""Categories: what a call is by rules anybody can read (:mod:`voc.analysers.categories`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voc.locales.catalogue import spoken
from voc.records import Analysis, Signal
from voc.signals.kinds import SignalKind


def _read(analysis: Analysis) -> Iterator[Signal]:
    """``value`` is the number of places, which the first one stands for."""
    version = analysis.models.get("categories")
    for match in analysis.categories:
        first: dict[str, Any] = {}
        if match.points:
            first = match.points[0].model_dump(include={"begin", "end", "begin_ms", "end_ms"})
        yield Signal(kind="category", label=match.id, value=len(match.points), analyser=version, **first)


CATEGORY = SignalKind("category", title=spoken("signals.category.title"), read=_read)
KINDS = (CATEGORY,)
