"""What every comparison of vectors begins with."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def unit(vectors: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float32]:
    """Vectors (last axis) at length one, float32; one of zeros stays."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)
