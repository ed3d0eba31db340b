"""How many voices there are among vectors of voices, and what each is like.

Spectral clustering on the nearest neighbours (von Luxburg 2007; for diarization Wang et al. 2018, arXiv:1710.10468)
proposes two voices, then three and so on; a proposal stands while no two of its voices are as alike as each is to
itself. How alike a voice is to itself is taken from what it says at different times, so that a bad line, on which one
person's vectors differ more, does not make two people of one. The cost is bounded: at most :data:`SAMPLE` vectors are
clustered, whatever the recording's length.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from voc.language.vectors import unit

MOST: Final = 6
"""Voices told apart at most."""

SAMPLE: Final = 800
"""Vectors that are clustered, spread evenly over the recording: eigenvectors cost their cube."""

NEAR: Final = 0.68
"""Likeness of two groups, as a share of how alike each is to itself, from which on they are one voice. On 24 mixtures
of EmoDB speakers in neutral speech, half over a telephone, one person's speech cut in two is at 0.71 to 0.85, that of
two people at −0.12 to 0.39, of one pair 0.66. People who act several emotions come down to 0.22 (twenty mixtures),
like two: in a call, where two are the rule, that is the lesser mistake."""

NEAR_FURTHER: Final = 0.5
"""The same for a third voice and those after it: two people's speech cut in three is at 0.5 to 0.9, of three at 0.29 to
0.76. One person's anger must not become a third speaker."""

JUDGED_S: Final = 0.8
"""Vectors of less speech are assigned to a voice but do not shape one, where there are others."""

_SMALLEST_S: Final = 2.5
_SMALLEST_SHARE: Final = 0.04
"""A third voice and those after it must speak for so long and for a twenty-fifth of the time."""

_APART_S: Final = 3.0
"""Vectors of less distance in time may be of the same sound."""

_LEAST_OWN: Final = 0.1
"""A voice is not less like itself than this (cosine): below, nothing is known."""

_USUAL_OWN: Final = 0.4

_MARGIN: Final = 0.1
"""Likeness by which a decision must be clear of its limit to be 73 % sure."""

_NEIGHBOURS: Final = 0.3
_ROUNDS: Final = 20


@dataclass(frozen=True)
class Spoken:
    """Vectors of what one person says in a stretch of time."""

    vectors: NDArray[np.float32]
    """[n, width], length one."""
    begins_s: NDArray[np.float32]
    """When each begins, in order."""
    seconds: NDArray[np.float32]
    """Length of each."""

    def of(self, chosen: NDArray[np.intp]) -> Spoken:
        """Return some of them, by number."""
        return Spoken(self.vectors[chosen], self.begins_s[chosen], self.seconds[chosen])


@dataclass(frozen=True)
class Voices:
    """The voices found: unit vectors float32 [k, width], and how surely there are so many (0…1)."""

    centres: NDArray[np.float32]
    confidence: float


def cluster_voices(spoken: Spoken, *, exactly: int | None = None) -> Voices:
    """Return the voices among vectors.

    Args:
        spoken: the vectors.
        exactly: so many voices, if there are as many vectors; default 1 to 6 by what the vectors say.
    """
    share = 1.0
    if not len(spoken.vectors):
        return Voices(np.zeros((1, spoken.vectors.shape[1]), dtype=np.float32), 0.5)
    judged = np.flatnonzero(spoken.seconds >= min(JUDGED_S, float(spoken.seconds.max())))
    if len(judged) > SAMPLE:
        share = len(judged) / SAMPLE
        judged = judged[np.linspace(0, len(judged) - 1, SAMPLE).round().astype(int)]
    own = spoken.of(judged)
    alone = _centres(own, np.zeros(len(judged), dtype=np.intp))
    if len(judged) < 2 or exactly == 1:
        return Voices(alone, 1.0 if exactly else 0.5)
    basis = _spectrum(own.vectors)
    if exactly:
        labels = _grouped(own.vectors, basis, min(exactly, len(judged)))
        return Voices(_centres(own, labels), 1.0)
    best, accepted, refused = alone, 1.0, 1.0
    for count in range(2, min(MOST, len(judged)) + 1):
        labels = _grouped(own.vectors, basis, count)
        if len(np.unique(labels)) < count:
            break
        seconds = share * np.bincount(labels, weights=_fresh(own), minlength=count)
        limit = NEAR if count == 2 else NEAR_FURTHER
        likeness = nearest(own, labels)
        small = count > 2 and seconds.min() < max(_SMALLEST_S, _SMALLEST_SHARE * seconds.sum())
        if likeness >= limit or small:
            refused = 1.0 if small else likeness - limit
            break
        best, accepted = _centres(own, labels), limit - likeness
    return Voices(best, round(float(1 / (1 + np.exp(-min(accepted, refused) / _MARGIN))), 3))


def _fresh(own: Spoken) -> NDArray[np.float64]:
    """Seconds of each vector that none before it was made of: windows overlap."""
    ends = np.maximum.accumulate(own.begins_s + own.seconds)
    covered = np.concatenate([[-np.inf], ends[:-1]])
    fresh = own.begins_s + own.seconds - np.maximum(own.begins_s, covered)
    return np.asarray(np.maximum(fresh, 0.0), dtype=np.float64)


def nearest(own: Spoken, labels: NDArray[np.intp]) -> float:
    """Likeness of the two groups that are most alike, as a share of how alike each is to itself."""
    cosines = own.vectors @ own.vectors.T
    apart = np.abs(own.begins_s[:, None] - own.begins_s) >= _APART_S
    itself: dict[int, float] = {}
    for name in np.unique(labels).tolist():
        pairs = np.outer(labels == name, labels == name) & apart
        itself[name] = float(cosines[pairs].mean()) if pairs.sum() > 2 else _USUAL_OWN
    return max(
        float(cosines[np.outer(labels == one, labels == other)].mean())
        / float(np.sqrt(max(itself[one], _LEAST_OWN) * max(itself[other], _LEAST_OWN)))
        for one, other in combinations(itself, 2)
    )


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
        centres = unit(np.stack([rows[labels == label].mean(axis=0) for label in np.unique(labels)]))
        nearer = np.argmax(rows @ centres.T, axis=1)
        if (nearer == labels).all():
            break
        labels = nearer
    return np.unique(labels, return_inverse=True)[1]


def _centres(own: Spoken, labels: NDArray[np.intp]) -> NDArray[np.float32]:
    groups = [labels == label for label in np.unique(labels)]
    return unit(np.stack([np.average(own.vectors[one], axis=0, weights=own.seconds[one]) for one in groups]))
