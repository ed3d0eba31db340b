"""The space the search compares meanings in: the encoder's mean states through one matrix learnt for it.

The encoder was taught to tell moods and requests apart; how near two of its states are says as much about language and
tone as about the subject. ``models/search/README.md`` is the card of the matrix that puts it right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from voc import models
from voc.errors import ModelError
from voc.language.encoder import Kind, load_encoder
from voc.language.vectors import unit

FloatArray = npt.NDArray[np.float32]
WEIGHTS = "search.npz"


@dataclass(frozen=True)
class SearchSpace:
    """A map from states to search vectors.

    Attributes:
        revision: number of the space; vectors of another one are never compared with these.
        middle: float32 [384], what everything has in common.
        matrix: float32 [384, 384].
    """

    revision: int
    middle: FloatArray
    matrix: FloatArray

    def vectors(self, states: FloatArray) -> FloatArray:
        """float32 [n, 384], L2-normalised, of mean states (float32 [n, 384])."""
        return unit(unit(states - self.middle) @ self.matrix)


def encoded(texts: Sequence[str], *, kind: Kind) -> FloatArray:
    """Search vectors of ``texts``: float32 [n, 384], L2-normalised.

    Raises:
        ModelError: the weights are missing or of another encoder.
    """
    return load_search_space().vectors(load_encoder().encode(texts, kind=kind).states)


@lru_cache(maxsize=1)
def load_search_space() -> SearchSpace:
    """The space this version ships, loaded once a process.

    Raises:
        ModelError: its file is missing, or was made for other weights of the encoder.
    """
    with np.load(models.path("search") / WEIGHTS, allow_pickle=False) as weights:
        if str(weights["encoder"]) != models.status("encoder").sha256:
            raise ModelError(f"{WEIGHTS} was made for another encoder; run models/recipes/fit_search_space.py.")
        matrix, middle = weights["matrix"].astype(np.float32), weights["middle"].astype(np.float32)
        return SearchSpace(int(weights["revision"]), middle, matrix)
