"""The space themes lie in: the encoder's mean states, seen from the middle of their language.

States rather than the search vectors: they cluster better (``voc eval themes``). An encoder puts the texts of a
language into a corner of its own; measured from the middle of each, texts that say the same in French and English lie
together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from voc.language.registry import codes
from voc.language.vectors import unit

FloatArray = npt.NDArray[np.float32]

LEAST_CLAUSES = 300
"""Clauses of a language from which their own middle is taken; with fewer, that of everyday phrases."""
OTHER = "other"


def language_key(language: str | None) -> str:
    """The code of a language that is read, or ``other``."""
    return language if language in codes() else OTHER


def centres(
    states: FloatArray, languages: Sequence[str | None], everyday: Mapping[str, FloatArray]
) -> dict[str, FloatArray]:
    """The middle of each language: float32 [384], of ``states`` (float32 [n, 384]) where there are enough.

    ``everyday`` are the middles of everyday phrases, by language.
    """
    keys = np.array([language_key(one) for one in languages])
    found: dict[str, FloatArray] = {}
    for key in (*codes(), OTHER):
        rows = states[keys == key] if len(keys) else states[:0]
        if len(rows) >= LEAST_CLAUSES:
            found[key] = rows.mean(axis=0).astype(np.float32)
        elif key in everyday:
            found[key] = everyday[key]
        else:
            found[key] = np.mean(list(everyday.values()), axis=0).astype(np.float32)
    return found


def placed(states: FloatArray, languages: Sequence[str | None], middles: Mapping[str, FloatArray]) -> FloatArray:
    """``states`` (float32 [n, 384]) measured from the middle of their language, L2-normalised."""
    out = np.array(states, dtype=np.float32)
    keys = np.array([language_key(one) for one in languages])
    for key, middle in middles.items():
        out[keys == key] -= middle
    return unit(out)
