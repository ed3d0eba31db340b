"""Expectations: what customers wish the brand were or did, in their own words, by the topic they are about."""

from __future__ import annotations

from collections.abc import Iterator

from voc.locales.catalogue import spoken
from voc.records import Analysis, Signal
from voc.signals.kinds import SignalKind

NO_THEME = "other"
"""Label of a wish about none of the topics."""


def _read(analysis: Analysis) -> Iterator[Signal]:
    for one in analysis.expectations:
        label = one.theme or NO_THEME
        yield Signal(kind="expectation", label=label, begin=one.begin, end=one.end, analyser=one.kind, doubt=one.doubt)


EXPECTATION = SignalKind("expectation", title=spoken("signals.expectation.title"), nested=True, read=_read)
KINDS = (EXPECTATION,)
