"""How wrong the tone of a voice is known to be, beside the curve that shows it."""

from __future__ import annotations

import json
from functools import cache

from pydantic import ValidationError

from voc.records import Record
from voc.resources import resource

SHOWN = {"corpus": "emovo", "band": "telephone", "setting": "call", "beginning": "calm"}
"""The line of ``models/tone/figures.json`` that is nearest to a call: speakers and a language never seen, on a line."""


class ToneFigures(Record):
    """Areas under the ROC curve (0.5 chance … 1) and expected calibration errors (0…1)."""

    activation_auc: float
    activation_ece: float
    tension_auc: float
    tension_ece: float


@cache
def tone_figures() -> ToneFigures | None:
    """The figures that came with the weights; ``None`` where they are missing."""
    try:
        lines = json.loads(resource("models", "tone", "figures.json").read_text("utf-8"))
        line = next(one for one in lines if all(one.get(key) == value for key, value in SHOWN.items()))
        return ToneFigures(**{name: line[name] for name in ToneFigures.model_fields})
    except (OSError, ValueError, KeyError, StopIteration, ValidationError):
        return None
