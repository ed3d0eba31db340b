"""Directions, clusters and interactions about made-up subjects, for tests of themes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from makers import NOW, a_vector, an_interaction, understood

from voc.language.vectors import unit
from voc.records import Interaction
from voc.store import Store
from voc.themes.clustering import IntArray, Layers, floors_of, middles_of
from voc.themes.space import FloatArray

LETTERS = str.maketrans("0123456789", "ghijklmnop")
SUBJECTS = {
    "compteur": "le compteur communicant a été posé sans mon accord",
    "parking": "le parking de la clinique est trop petit",
    "goût": "le nouveau goût du sirop est affreux",
}
"""Subjects no taxonomy knows, each with a clause; a number makes it another text."""


def around(seed: int, n: int, *, spread: float = 0.15) -> FloatArray:
    """``n`` directions near that of ``seed``: float32 [n, 384], L2-normalised."""
    noise = np.random.default_rng(1000 + seed).normal(size=(n, 384)).astype(np.float32)
    return unit(a_vector(seed) + spread * noise / np.sqrt(384))


def layers(vectors: FloatArray, fine: Sequence[int]) -> Layers:
    """A clustering as it is said to be."""
    labels: IntArray = np.array(fine, dtype=np.int64)
    middles = middles_of(vectors, labels)
    return Layers(labels, labels.copy(), middles, floors_of(vectors, labels, middles))


def spoken(
    store: Store, subject: str, numbers: Sequence[int], *, begin: datetime = NOW, channel: str = "email"
) -> None:
    """Interactions about a subject, one an hour before ``begin``."""
    for number in numbers:
        when = begin - timedelta(hours=number % 150 + 1)
        # Words of its own: what is the same but for a number is one voice.
        own = " ".join(hashlib.sha256(f"{number}:{n}".encode()).hexdigest().translate(LETTERS)[:6] for n in range(12))
        text = f"{own} {SUBJECTS[subject]}"
        one: Interaction = an_interaction(number, text=text, occurred_at=when, channel=channel)
        understood(store, one)
