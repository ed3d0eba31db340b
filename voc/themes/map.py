"""A place for every theme on a map: like themes lie near each other, and none leaves its place from run to run."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voc.themes.space import FloatArray

Places = npt.NDArray[np.float64]

ROUNDS = 200
"""Rounds of stress majorisation (de Leeuw 1977, SMACOF); a few hundred themes are placed in a second."""
NEIGHBOURS = 3
"""Themes that a new one is put between."""
SHIFT = 0.02
"""How far a new theme is put from the middle of its neighbours, lest two lie on one spot."""


def layout(centres: FloatArray) -> Places:
    """Places of themes in the unit square, float64 [k, 2]; ``centres`` float32 [k, d], L2-normalised."""
    count = len(centres)
    if count < 3:
        return np.array([[0.5, 0.5], [0.25, 0.5]][:count], dtype=np.float64).reshape(count, 2)
    wide = np.asarray(centres, dtype=np.float64)
    wanted = np.sqrt(np.maximum(0.0, 2 - 2 * wide @ wide.T))
    np.fill_diagonal(wanted, 0.0)
    left, weights, _ = np.linalg.svd(wide - wide.mean(axis=0), full_matrices=False)
    places = left[:, :2] * weights[:2]
    # The sign of a singular vector is the library's choice: fixed here, so that a map is the same everywhere.
    places *= np.where(places[np.abs(places).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0)
    for _ in range(ROUNDS):
        apart = np.sqrt(((places[:, None, :] - places[None, :, :]) ** 2).sum(axis=2))
        ratio = np.divide(wanted, apart, out=np.zeros_like(apart), where=apart > 1e-9)
        moved = (np.diag(ratio.sum(axis=1)) - ratio) @ places / count
        if float(np.abs(moved - places).max()) < 1e-4:
            break
        places = moved
    return _in_square(places)


def placed_beside(centres: FloatArray, known: FloatArray, places: Places) -> Places:
    """Places of new themes (``centres`` float32 [m, d]) between the nearest of the ``known`` ones."""
    found = np.zeros((len(centres), 2), dtype=np.float64)
    for row, centre in enumerate(np.asarray(centres, dtype=np.float64)):
        likeness = known @ centre
        nearest = np.argsort(-likeness, kind="stable")[:NEIGHBOURS]
        weights = np.maximum(likeness[nearest], 0.05)
        middle = (places[nearest] * weights[:, None]).sum(axis=0) / weights.sum()
        angle = 2.4 * (row + 1)  # the golden angle: no two new ones in one direction
        found[row] = middle + SHIFT * np.array([np.cos(angle), np.sin(angle)])
    return np.clip(found, 0.0, 1.0)


def _in_square(places: Places) -> Places:
    low, high = places.min(axis=0), places.max(axis=0)
    return np.asarray((places - low) / np.maximum(high - low, 1e-9), dtype=np.float64)
