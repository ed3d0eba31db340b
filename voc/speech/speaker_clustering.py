"""How many voices there are among vectors of voices, and what each is like.

Spectral clustering on the nearest neighbours (von Luxburg 2007; for diarization Wang et al. 2018, arXiv:1710.10468)
proposes two voices, then three and so on; a proposal stands while no two of its voices are as near to each other as
one person's voice is to itself. The cost is bounded: at most :data:`SAMPLE` vectors are clustered, whatever the
recording's length.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

MOST: Final = 6
"""Voices told apart at most."""

SAMPLE: Final = 600
"""Vectors that are clustered, spread evenly over the recording: eigenvectors cost their cube."""

NEAR: Final = 0.935
"""Cosine of the mean vectors from which on two groups are one voice. Halves of one speaker's calm speech are at 0.947
to 0.99, a man and a woman at 0.58 to 0.81, two of one sex at 0.80 to 0.945 (EmoDB, half of it in telephone quality; our
own synthetic calls at 0.61 to 0.93). One person who acts several emotions comes down to 0.84, like two people; in a
call, where two are the rule, that is the lesser mistake."""

NEAR_FURTHER: Final = 0.84
"""The same for a third voice and those after it: one person's anger must not become a third speaker."""

_OWN: Final = 0.75
_WINDOW_S: Final = 1.2
"""Cosine of two windows of one voice, 1.2 s each: means of few windows are less alike for that alone."""

_SMALLEST_S: Final = 3.0
_SMALLEST_SHARE: Final = 0.04
"""A third voice and those after it must speak for three seconds and a twenty-fifth of the time."""

_MARGIN: Final = 0.03
"""Cosine by which a decision must be clear of its limit to be 73 % sure."""

_NEIGHBOURS: Final = 0.3
_ROUNDS: Final = 20


@dataclass(frozen=True)
class Voices:
    """The voices found: unit vectors float32 [k, 256], and how surely there are so many (0…1)."""

    centres: NDArray[np.float32]
    confidence: float


def unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return vectors (last axis) at length one; those without length stay zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), dtype=np.float32)


def found(vectors: NDArray[np.floating], *, each_s: float, exactly: int | None = None) -> Voices:
    """Return the voices among ``vectors`` ([n, 256], unit length, in order of time).

    Args:
        vectors: of stretches that are long enough to be judged.
        each_s: seconds of speech that each stands for.
        exactly: so many voices, if there are as many vectors; default 1 to 6 by what the vectors say.
    """
    heard = np.flatnonzero(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float32) > 0.25)
    if len(heard) > SAMPLE:
        each_s *= len(heard) / SAMPLE
        heard = heard[np.linspace(0, len(heard) - 1, SAMPLE).round().astype(int)]
    vectors = (vectors[heard] if len(heard) else vectors[:1]).astype(np.float32)
    alone = unit(vectors.mean(axis=0, keepdims=True))
    if len(vectors) < 2 or exactly == 1:
        return Voices(alone, 1.0 if exactly else 0.5)
    basis = _spectrum(vectors)
    if exactly:
        labels = _grouped(vectors, basis, min(exactly, len(vectors)))
        return Voices(_centres(vectors, labels), 1.0)
    best, accepted, refused = alone, 1.0, 1.0
    for count in range(2, min(MOST, len(vectors)) + 1):
        labels = _grouped(vectors, basis, count)
        centres = _centres(vectors, labels)
        if len(centres) < count:
            break
        seconds = np.bincount(labels, minlength=count) * each_s
        likeness = _likeness(centres, seconds)
        limit = NEAR if count == 2 else NEAR_FURTHER
        small = count > 2 and seconds.min() < max(_SMALLEST_S, _SMALLEST_SHARE * seconds.sum())
        if likeness >= limit or small:
            refused = 1.0 if small else likeness - limit
            break
        best, accepted = centres, limit - likeness
    return Voices(best, round(float(1 / (1 + np.exp(-min(accepted, refused) / _MARGIN))), 3))


def _likeness(centres: NDArray[np.float32], seconds: NDArray[np.floating]) -> float:
    """Cosine of the two voices that are nearest to each other, as it were if both were heard at length."""
    windows = np.maximum(seconds / _WINDOW_S, 0.5)
    steadiness = np.sqrt(_OWN / (_OWN + (1 - _OWN) / windows))
    cosines = centres @ centres.T / np.outer(steadiness, steadiness)
    return float(cosines[np.triu_indices(len(centres), 1)].max())


def _spectrum(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Leading eigenvectors of the normalised affinity of nearest neighbours, float32 [n, 6], the largest last."""
    from scipy.linalg import eigh

    affinity = np.maximum(vectors @ vectors.T, 0)
    count = len(vectors)
    keep = max(min(count, 4), round(_NEIGHBOURS * count))
    floor = np.partition(affinity, count - keep, axis=1)[:, count - keep]
    affinity = np.where(affinity >= floor[:, None], affinity - affinity.min() + 1e-6, 0)
    affinity = (affinity + affinity.T) / 2
    scale = 1 / np.sqrt(affinity.sum(axis=1))
    leading = [max(0, count - MOST), count - 1]
    return np.asarray(eigh(scale[:, None] * affinity * scale, subset_by_index=leading)[1], dtype=np.float32)


def _grouped(vectors: NDArray[np.float32], basis: NDArray[np.float32], count: int) -> NDArray[np.intp]:
    """Label each vector with one of ``count`` groups: Ward's tree of the spectral rows, then k-means."""
    from scipy.cluster.hierarchy import fcluster, ward

    rows = unit(basis[:, -count:])
    labels = np.asarray(fcluster(ward(rows), count, "maxclust"), dtype=np.intp) - 1
    for _ in range(_ROUNDS):
        centres = _centres(rows, labels)
        nearer = np.argmax(rows @ centres.T, axis=1)
        if (nearer == labels).all():
            break
        labels = nearer
    return labels


def _centres(vectors: NDArray[np.float32], labels: NDArray[np.intp]) -> NDArray[np.float32]:
    return unit(np.stack([vectors[labels == label].mean(axis=0) for label in np.unique(labels)]))
