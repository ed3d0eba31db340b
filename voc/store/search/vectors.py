"""Vectors by slot, looked through in two stages: the signs of the centred vectors, then the best of them exactly.

The signs of a vector's 384 coordinates, seen from the middle and turned so that each says as much as any other, are 48
bytes; how many differ tells the angle between two vectors nearly enough (Charikar 2002, *Similarity estimation techniques
from rounding algorithms*; the turning after Gao and Long 2024, *RaBitQ*). A million are compared in 10 ms of one core;
only the rows that come out best are read whole.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from voc.language.vectors import unit

DIMENSION = 384
SPACE = 1
"""Revision of the space that vectors are compared in (``models/search``): those of another one count as missing until
they are made anew (:mod:`voc.pipeline.reindexing`), for the same text lies elsewhere in it."""
CODE_WORDS = DIMENSION // 64
EXHAUSTIVE = 20_000
"""Rows up to which all are compared exactly."""
CANDIDATES = 2_000
"""Rows of the nearest signs that are compared exactly where there are more (``benchmarks/search_scale.py`` tells how
many of the nearest ten this keeps)."""
ROWS_AT_ONCE = 1 << 14
ROUNDED = 8
"""Signs of one vector that may differ by how it was computed."""

Half = NDArray[np.float16]
Single = NDArray[np.float32]
Codes = NDArray[np.uint64]


@cache
def _turn() -> Single:
    """A random rotation, always the same: float32 [384, 384]."""
    turned, _ = np.linalg.qr(np.random.default_rng(384).normal(size=(DIMENSION, DIMENSION)))
    return np.asarray(turned, dtype=np.float32)


def codes(vectors: Half | Single, middle: Single) -> Codes:
    """Signs of ``vectors`` [n, 384] seen from ``middle`` [384] and turned: uint64 [6, n]."""
    found = np.empty((CODE_WORDS, len(vectors)), np.uint64)
    for begin in range(0, len(vectors), ROWS_AT_ONCE):
        turned = (vectors[begin : begin + ROWS_AT_ONCE].astype(np.float32) - middle) @ _turn()
        found[:, begin : begin + len(turned)] = np.packbits(turned > 0, axis=1).view(np.uint64).T
    return found


def alike(one: Codes, other: Codes) -> bool:
    """Whether two codes are of the same vectors: a coordinate next to zero may be rounded to either side."""
    return bool(np.bitwise_count(one ^ other).sum(axis=0).max(initial=0) <= ROUNDED)


def hubs(seen: Single, everyday: Single, centre: Single | None, neighbours: int) -> Single:
    """float32 [n]: mean cosine of rows (:meth:`VectorRows.seen`) with the nearest of the everyday phrases."""
    phrases = unit(everyday if centre is None else everyday - centre)
    nearest = np.partition(seen @ phrases.T, -neighbours, axis=1)[:, -neighbours:]
    return np.asarray(nearest.mean(axis=1), dtype=np.float32)


@dataclass
class VectorRows:
    """float16 [rows, 384] with their signs: those of the saved file, and those that came since.

    Attributes:
        base: the saved rows, mapped; what changes of them is changed in memory only.
        base_codes: uint64 [6, base rows].
        middle: float32 [384], what signs are seen from: best the centre that likeness is measured from.
    """

    base: Half
    base_codes: Codes
    middle: Single
    _tail: Half = field(default_factory=lambda: np.zeros((0, DIMENSION), np.float16))
    _tail_codes: Codes = field(default_factory=lambda: np.zeros((CODE_WORDS, 0), np.uint64))
    _came: int = 0

    def __len__(self) -> int:
        return len(self.base) + self._came

    def put(self, slots: NDArray[np.int64], vectors: Half) -> None:
        """Set the vectors of these slots; one after the last is a new one."""
        last = int(slots.max(initial=-1)) + 1 - len(self.base)
        if last > len(self._tail):
            room = max(last, len(self._tail) * 3 // 2, 256)
            tail, signs = np.zeros((room, DIMENSION), np.float16), np.zeros((CODE_WORDS, room), np.uint64)
            tail[: self._came], signs[:, : self._came] = self._tail[: self._came], self._tail_codes[:, : self._came]
            self._tail, self._tail_codes = tail, signs
        self._came = max(self._came, last)
        signs = codes(vectors, self.middle)
        old = slots < len(self.base)
        self.base[slots[old]], self.base_codes[:, slots[old]] = vectors[old], signs[:, old]
        new = slots[~old] - len(self.base)
        self._tail[new], self._tail_codes[:, new] = vectors[~old], signs[:, ~old]

    def seen_from(self, middle: Single) -> VectorRows:
        """The same vectors, their signs seen from another middle."""
        again = VectorRows(self.base, codes(self.base, middle), middle, self._tail, self._tail_codes, self._came)
        again._tail_codes = codes(self._tail, middle)
        return again

    def take(self, slots: NDArray[np.int64]) -> Half:
        """float16 [n, 384] of these slots."""
        if not self._came:
            return np.asarray(self.base[slots])
        found = np.empty((len(slots), DIMENSION), np.float16)
        old = slots < len(self.base)
        found[old], found[~old] = self.base[slots[old]], self._tail[slots[~old] - len(self.base)]
        return found

    def signs(self, slots: NDArray[np.int64]) -> Codes:
        """uint64 [6, n]: the signs of these slots."""
        return np.concatenate([self.base_codes, self._tail_codes[:, : self._came]], axis=1)[:, slots]

    def likeness(self, slots: NDArray[np.int64], vector: Single, centre: Single | None) -> Single:
        """float32 [n]: cosine of these rows with ``vector``, seen from ``centre``; with the nearest of several ([k, 384])."""
        origin = np.zeros(DIMENSION, np.float32) if centre is None else centre
        along = unit(np.atleast_2d(vector) - origin)
        axes = np.vstack([along, origin]).T
        pieces = (slots[begin : begin + ROWS_AT_ONCE] for begin in range(0, max(len(slots), 1), ROWS_AT_ONCE))
        every = np.concatenate([self.take(one).astype(np.float32) @ axes for one in pieces])
        found = every[:, :-1] - along @ origin
        if centre is not None:
            found /= np.sqrt(np.maximum(1 - 2 * every[:, -1:] + float(origin @ origin), 1e-6))
        return np.asarray(found.max(axis=1), dtype=np.float32)

    def seen(self, slots: NDArray[np.int64], centre: Single | None) -> Single:
        """float32 [n, 384]: these rows seen from ``centre``, L2-normalised."""
        rows = self.take(slots).astype(np.float32)
        return unit(rows if centre is None else rows - centre)

    def candidates(self, vector: Single, centre: Single | None, allowed: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Slots that may be nearest of those ``allowed`` (bool [rows]), ascending: all of a few, else the nearest signs.

        Of several vectors ([k, 384]) it is those nearest to their middle: the signs of a million rows are read once.
        """
        n = len(allowed)
        among = int(np.count_nonzero(allowed))
        if among <= EXHAUSTIVE:
            return np.flatnonzero(allowed)
        origin = np.zeros(DIMENSION, np.float32) if centre is None else centre
        middle = unit(np.atleast_2d(vector) - origin).sum(axis=0, keepdims=True) + origin
        asked = codes(middle, origin)[:, 0]
        apart = np.empty(n, np.uint16)
        known = min(len(self.base), n)
        _differences(self.base_codes, asked, apart[:known])
        _differences(self._tail_codes[:, : n - known], asked, apart[known:])
        if among < n:
            apart[~allowed] = DIMENSION + 1
        # Counting how many differ by so many signs is a third of the work of a partition.
        nearer = np.cumsum(np.bincount(apart, minlength=DIMENSION + 2))
        worst = int(np.searchsorted(nearer, CANDIDATES, side="right"))
        return np.flatnonzero(apart <= min(worst, DIMENSION))


def _differences(signs: Codes, asked: Codes, out: NDArray[np.uint16]) -> None:
    """How many signs of each row differ from the ones asked for."""
    half = CODE_WORDS // 2  # 192 signs: as many as may differ, in one byte
    for begin in range(0, signs.shape[1], ROWS_AT_ONCE):
        part = slice(begin, begin + ROWS_AT_ONCE)
        apart = [
            sum(
                (np.bitwise_count(signs[word, part] ^ asked[word]) for word in words),
                start=np.zeros((), np.uint8),
            )
            for words in (range(half), range(half, CODE_WORDS))
        ]
        np.add(apart[0], apart[1], out=out[part], dtype=np.uint16)
