"""Intents: what a customer means to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voc.records import Analysis, Intent, Signal
from voc.signals.kinds import SURE, Change, SignalKind


def _read(analysis: Analysis) -> Iterator[Signal]:
    for one in analysis.intents:
        yield Signal(kind="intent", label=one.label, value=one.score, begin=one.begin, end=one.end)


def _change(analysis: Analysis, change: Change) -> dict[str, Any]:
    kept = tuple(one for one in analysis.intents if one.label != change.value)
    if not change.present:
        return {"intents": kept}
    known = next((one for one in analysis.intents if one.label == change.value), None)
    sure = known or Intent(label=change.value, score=SURE, begin=0, end=0)
    return {"intents": (*kept, sure.model_copy(update={"score": SURE}))}


INTENT = SignalKind(
    "intent",
    title={"fr": "Intention", "en": "Intention"},
    labels={
        "cancel": {"fr": "veut partir", "en": "wants to leave"},
        "complain": {"fr": "se plaint", "en": "complains"},
        "ask_refund": {"fr": "demande un remboursement", "en": "asks for a refund"},
        "ask_information": {"fr": "demande un renseignement", "en": "asks for information"},
        "praise": {"fr": "félicite", "en": "praises"},
        "suggest": {"fr": "suggère", "en": "suggests"},
        "buy_upgrade": {"fr": "veut acheter ou passer à mieux", "en": "wants to buy or upgrade"},
        "escalate_legal": {"fr": "menace d’une suite juridique", "en": "threatens legal steps"},
    },
    correctable=True,
    read=_read,
    change=_change,
)
KINDS = (INTENT,)
