"""What simpler models reach on the sets of ``voc eval text``.

``baselines.json`` is made by ``models/recipes/baselines.py``: TF-IDF (words 1–2, characters 2–4) and the encoder before
it was fine-tuned, each with logistic regression on the very rows our own heads were taught with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_suffix(".json")


@cache
def baselines() -> Mapping[str, Mapping[str, float]]:
    """Figures 0…1 of ``tfidf`` and ``frozen`` by task and figure, ``"banking77: accuracy"``."""
    found: Mapping[str, Mapping[str, float]] = json.loads(FILE.read_text("utf-8"))
    return found
