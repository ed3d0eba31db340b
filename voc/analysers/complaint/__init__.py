"""Complaint: whether an interaction complains, by a head of the encoder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voc.locales.catalogue import spoken, spoken_under
from voc.records import Analysis, Signal
from voc.signals.kinds import Change, SignalKind

YES, NO = "yes", "no"
LIKELY = 0.5
"""Probability from which it is one."""


def _read(analysis: Analysis) -> Iterator[Signal]:
    if analysis.complaint is not None:
        yield Signal(kind="complaint", label=YES if analysis.complaint >= LIKELY else NO, value=analysis.complaint)


def _change(_: Analysis, change: Change) -> dict[str, Any]:
    return {"complaint": 1.0 if change.value == YES else 0.0}


COMPLAINT = SignalKind(
    "complaint",
    title=spoken("signals.complaint.title"),
    labels=spoken_under("signals.complaint.labels"),
    one_per_interaction=True,
    correctable=True,
    counted=False,
    filterable=False,
    read=_read,
    change=_change,
)
KINDS = (COMPLAINT,)
