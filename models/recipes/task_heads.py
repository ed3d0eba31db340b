"""What each head of the encoder predicts, and how much its loss counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import corpora
import reasons

EMOTIONS = ("anger", "disappointment", "fear", "joy", "surprise", "mistrust", "gratitude", "neutral")
"""What a customer may feel; ``disappointment`` includes sadness, ``fear`` worry, ``joy`` satisfaction."""
GROUPS = ("positive", "negative", "ambiguous", "neutral")
ASPECTS = {"price": "Prix", "food": "Cuisine", "service": "Service", "ambience": "Ambiance"}
ASPECT_LABELS = ("NE", "Négative", "Neutre", "Positive")

Kind = Literal["classes", "labels", "stars", "number"]


@dataclass(frozen=True)
class Head:
    """What a head predicts: ``size`` numbers; ``weight`` is the share of its loss."""

    kind: Kind
    size: int
    weight: float = 1.0


def _names(path: str, column: str) -> list[str]:
    return sorted({str(row[column]) for row in corpora.rows(path)})


BANKING = _names("banking77_en/train.csv", "category")
CLINC = [*_names("clinc150_en/train.csv", "intent"), "oos"]
BITEXT = _names("bitext_cs_en/train.csv", "intent")

HEADS: dict[str, Head] = {
    "post": Head("classes", 3, 1.6),
    "stars": Head("stars", 5, 1.0),
    "aspect": Head("classes", 3, 0.8),
    "emotions": Head("labels", len(EMOTIONS), 2.0),
    "groups": Head("labels", len(GROUPS), 1.0),
    "irony": Head("labels", 1, 0.5),
    "complaint": Head("labels", 1, 0.6),
    "intents": Head("labels", len(reasons.INTENTS), 2.0),
    "reasons": Head("classes", len(reasons.REASONS), 0.4),
    "criticality": Head("number", 1, 0.5),
    "banking": Head("classes", len(BANKING), 1.0),
    "clinc": Head("classes", len(CLINC), 0.8),
    "bitext": Head("classes", len(BITEXT), 0.4),
    **{f"absa_{name}": Head("classes", 4, 0.35) for name in ASPECTS},
}
