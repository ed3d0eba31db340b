"""Density clustering in two layers, fine and coarse: EVoC, and what lies close to a cluster's middle joins it.

EVoC (McInnes 2025, the ``evoc`` package) works on the vectors as they are, without UMAP before it; it is level with
UMAP and HDBSCAN at a tenth of the time, and gives its layers at once (``voc eval themes``). Its first use on a machine
compiles for a minute or two of processor time, kept in numba's cache; a later process begins in six seconds.

It is given one thread: its spanning tree is built in blocks of a few rows, and handing each block to several threads
takes seven times the work of building it (100,000 rows: 80 s of two cores, 11 s of one). The clusters are then the same
on every machine, however many cores it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voc.language.vectors import unit
from voc.themes.space import FloatArray

IntArray = npt.NDArray[np.int64]

SMALLEST, LARGEST_SMALLEST, ROOT_SHARE = 5, 40, 5.5
"""Fewest clauses of a theme: the root of how many are looked at over this, between five and forty. Chosen on the train
rows of banking77, clinc150 and bitext: one in a thousand made twice as many themes as they have intents."""
CORE = 10
"""Neighbours by whose distance the density at a clause is measured, or the fewest clauses of a theme where that is
less: with five a theme falls apart into ways of wording it (the same rows)."""
FEWEST = 30
"""Clauses below which nothing is clustered: neighbourhoods of fifteen then say nothing."""
SEED = 20_260_101
JOINS = 0.02
"""A clause left out joins the nearest cluster when it lies as near its middle as this share of the members that lie
furthest off; at 0.05 a fifth of real reviews were in no theme, with the intents no purer."""
LEAST_FLOOR = 0.3
"""Cosine to a middle below which nothing belongs, however loose the cluster."""
COARSER = 0.5
"""The coarse layer is the finest with at most this share of the fine layer's clusters."""


@dataclass(frozen=True)
class Layers:
    """Cluster of each row in the fine and the coarse layer, int [n]; −1 in none.

    ``centres`` float32 [clusters, d], L2-normalised, and ``floors`` [clusters] (least cosine of a member) are of the
    fine layer.
    """

    fine: IntArray
    coarse: IntArray
    centres: FloatArray
    floors: npt.NDArray[np.float32]

    @property
    def left_out(self) -> float:
        """Share of the rows in no fine cluster; 0 of none."""
        return float((self.fine < 0).mean()) if len(self.fine) else 0.0


def smallest_theme(n: int) -> int:
    """Fewest clauses of a theme among ``n``."""
    return int(min(max(round(n**0.5 / ROOT_SHARE), SMALLEST), LARGEST_SMALLEST))


def cluster(vectors: FloatArray, *, smallest: int | None = None) -> Layers:
    """Cluster ``vectors`` (float32 [n, d], L2-normalised); the same in the same order give the same clusters."""
    n = len(vectors)
    if n < FEWEST:
        nothing = np.full(n, -1, dtype=np.int64)
        return Layers(nothing, nothing.copy(), vectors[:0], np.zeros(0, np.float32))
    fine, coarse = _layers(vectors, smallest or smallest_theme(n))
    fine = _numbered(fine)
    middles = middles_of(vectors, fine)
    floors = floors_of(vectors, fine, middles)
    return Layers(joined(vectors, fine, middles, floors), _numbered(coarse), middles, floors)


def _layers(vectors: FloatArray, smallest: int) -> tuple[IntArray, IntArray]:
    from evoc import EVoC

    model = EVoC(base_min_cluster_size=smallest, min_samples=min(smallest, CORE), random_state=SEED)
    with _one_thread():
        model.fit_predict(np.ascontiguousarray(vectors, dtype=np.float32))
    layers = [np.asarray(one, dtype=np.int64) for one in model.cluster_layers_]
    counts = [int(one.max(initial=-1)) + 1 for one in layers]
    coarser = [one for one, count in zip(layers, counts, strict=True) if 1 < count <= COARSER * counts[0]]
    return layers[0], coarser[0] if coarser else layers[0]


@contextmanager
def _one_thread() -> Iterator[None]:
    """What numba runs in this thread is not spread over others meanwhile."""
    import numba

    threads = numba.get_num_threads()
    numba.set_num_threads(1)
    try:
        yield
    finally:
        numba.set_num_threads(threads)


def _numbered(labels: IntArray) -> IntArray:
    """Labels as 0, 1, 2 … in the order of their first member; −1 stays."""
    known, first = np.unique(labels[labels >= 0], return_index=True)
    places = np.flatnonzero(labels >= 0)[first]
    numbers = {int(label): rank for rank, label in enumerate(known[np.argsort(places)])}
    return np.array([numbers.get(int(one), -1) for one in labels], dtype=np.int64)


def middles_of(vectors: FloatArray, labels: IntArray) -> FloatArray:
    """The middle of each cluster 0…k−1: float32 [k, d], L2-normalised."""
    count = int(labels.max(initial=-1)) + 1
    sums = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    inside = labels >= 0
    np.add.at(sums, labels[inside], vectors[inside])
    return unit(sums)


def floors_of(vectors: FloatArray, labels: IntArray, middles: FloatArray) -> npt.NDArray[np.float32]:
    """Cosine from which a clause belongs to each cluster, float32 [k].

    Each member is measured from the middle of the *others*: of a few, each pulls the middle towards itself, and whoever
    comes later would be held to what no newcomer reaches.
    """
    count = len(middles)
    found = np.full(count, 1.0, dtype=np.float32)
    inside = np.flatnonzero(labels >= 0)
    if not len(inside):
        return found
    homes = labels[inside]
    sums = np.zeros((count, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, homes, vectors[inside])
    along = np.einsum("ij,ij->i", vectors[inside], sums[homes])
    lengths = np.einsum("ij,ij->i", sums, sums)[homes]
    near = (along - 1) / np.sqrt(np.maximum(lengths - 2 * along + 1, 1e-6))
    order = np.argsort(homes, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(homes[order])) + 1):
        found[homes[group[0]]] = max(LEAST_FLOOR, float(np.quantile(near[group], JOINS)))
    return found


def joined(
    vectors: FloatArray, labels: IntArray, middles: FloatArray, floors: npt.NDArray[np.float32], *, rows: int = 8192
) -> IntArray:
    """``labels`` with every clause of none in its nearest cluster, where it reaches that one's floor."""
    found = labels.copy()
    outside = np.flatnonzero(labels < 0)
    if not len(middles):
        return found
    for begin in range(0, len(outside), rows):
        part = outside[begin : begin + rows]
        likeness = vectors[part] @ middles.T
        best = likeness.argmax(axis=1)
        near = likeness[np.arange(len(part)), best] >= floors[best]
        found[part[near]] = best[near]
    return found
