"""A text as people in a hurry and speech recognisers write it."""

from __future__ import annotations

import unicodedata

import numpy as np

from voc.evaluation.text import roughen as bare


def roughen(text: str, rng: np.random.Generator) -> str:
    """The same text with, at random, no capitals, no accents, no punctuation, a typing slip, or all but the last."""
    chance = rng.random(5)
    if chance[4] < 0.12:
        return bare(text) or text
    if chance[0] < 0.12:
        text = text.lower()
    if chance[1] < 0.08:
        text = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    if chance[2] < 0.08:
        text = " ".join("".join(c if c.isalnum() or c in "'@# " else " " for c in text).split()) or text
    if chance[3] < 0.10 and len(text) > 12:
        at = int(rng.integers(1, len(text) - 2))
        swapped = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        text = swapped if rng.random() < 0.5 else text[:at] + text[at + 1 :]
    return text
