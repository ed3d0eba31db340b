"""Fragility: signs that a customer may leave, each a published rule with its points."""

from __future__ import annotations

from collections.abc import Iterator

from voc.records import Analysis, Signal
from voc.signals.kinds import SignalKind


def _read(analysis: Analysis) -> Iterator[Signal]:
    for one in analysis.fragility:
        yield Signal(kind="fragility", label=one.rule, value=one.points, begin=one.begin, end=one.end)


FRAGILITY = SignalKind(
    "fragility",
    title={"fr": "Signe de départ", "en": "Sign of leaving"},
    labels={
        "cancel": {"fr": "Veut résilier ou partir", "en": "Wants to cancel or leave"},
        "legal": {"fr": "Menace d’un recours", "en": "Threatens legal action"},
        "competitor": {"fr": "Compare avec un concurrent", "en": "Compares with a competitor"},
        "repeated_contact": {"fr": "Dit avoir contacté plusieurs fois", "en": "Says they contacted several times"},
        "exhausted": {"fr": "Se dit à bout", "en": "Says they are worn out"},
        "very_high_effort": {"fr": "Effort très élevé", "en": "Very high effort"},
        "lost_trust": {"fr": "N’a plus confiance", "en": "Has lost trust"},
    },
    read=_read,
)
KINDS = (FRAGILITY,)
