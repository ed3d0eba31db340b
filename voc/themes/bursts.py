"""Clauses that gather: which stretches of the space hold more of what is said now than their own past explains.

A scan over balls (Kulldorff 1997, *A spatial scan statistic*, here in the space of meanings): around each clause of
now, at a few radii, the voices of now are counted and those of the periods before. The clause in the middle is not
counted itself, so that choosing it says nothing: without a change, the others lie in its ball as those before did.

Two ways of being alike are asked: the encoder's own, and against what is usual (Mahalanobis 1936), along each
direction in units of what the clauses before vary by. An encoder puts all that is said in one trade close together,
and spreads it by mood above all; a subject that nobody spoke of lies where little varied, and is seen there. For what
*is* usual, so for clustering, the encoder's own way serves better.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voc.language.vectors import unit
from voc.themes.space import FloatArray

RADII = (0.45, 0.55, 0.65, 0.75)
"""Cosines from which a clause lies in the ball: what says nearly the same, and what is about the same thing."""
UNUSUAL_RADII = (0.25, 0.32, 0.4)
"""The same against what is usual, where all that is usual lies at right angles."""
SHRUNK = 0.1
"""Of the mean variance, added to that of every direction: none counts as if nothing ever varied along it."""
MOST_CENTRES = 4000
"""Clauses tried as the middle of a ball; of more, so many at random."""
ROWS = 512
SEED = 7


@dataclass(frozen=True)
class Ball:
    """The clauses of now around one of them: ``rows``, the middle first; ``counts`` are other voices by period."""

    centre: int
    radius: float
    rows: tuple[int, ...]
    counts: tuple[int, ...]


def balls(vectors: FloatArray, periods: npt.NDArray[np.int64], voices: Sequence[int], *, least: int) -> list[Ball]:
    """Balls that hold ``least`` other voices of the last period or more.

    Args:
        vectors: clauses, float32 [n, d].
        periods: period of each, the last one asked about; −1 for none.
        voices: number of the voice of each: it counts once a period in a ball.
    """
    last = int(periods.max(initial=-1))
    now = np.flatnonzero(periods == last)
    if last < 1 or len(now) <= least:
        return []
    who = np.array(voices, dtype=np.int64)
    middles = now
    if len(now) > MOST_CENTRES:
        middles = np.sort(np.random.default_rng(SEED).choice(now, MOST_CENTRES, replace=False))
    views = (
        (RADII, ((vectors[middles], rows, vectors[rows]) for rows in _rows_of_periods(periods, last))),
        (UNUSUAL_RADII, _against_the_usual(vectors, middles, periods, last)),
    )
    found: list[Ball] = []
    for radii, view in views:
        seen = list(view)
        for begin in range(0, len(middles), ROWS):
            part = slice(begin, begin + ROWS)
            likeness = [here[part] @ those.T for here, _, those in seen]
            for row, centre in enumerate(middles[part].tolist()):
                places = [np.flatnonzero(one[row] >= radii[0]) for one in likeness]
                inside = np.concatenate([rows[near] for (_, rows, _), near in zip(seen, places, strict=True)])
                alike = np.concatenate([one[row][near] for one, near in zip(likeness, places, strict=True)])
                for radius in radii:
                    one = _ball(centre, radius, inside[alike >= radius], periods, who, last, least)
                    if one is None:
                        break  # a smaller ball holds fewer still
                    found.append(one)
    return found


def _rows_of_periods(periods: npt.NDArray[np.int64], last: int) -> list[npt.NDArray[np.int64]]:
    return [np.flatnonzero(periods == period) for period in range(last + 1)]


def _against_the_usual(
    vectors: FloatArray, middles: npt.NDArray[np.int64], periods: npt.NDArray[np.int64], last: int
) -> Iterator[tuple[FloatArray, npt.NDArray[np.int64], FloatArray]]:
    """The middles, each period's rows and these, in units of what clauses usually vary by; L2-normalised.

    A period is seen with what the *other* ones before now vary by, so that none of the clauses that are compared, those
    of now included, had a part in it: what it is taken from would lie closer to the middle than the rest.
    """
    size = vectors.shape[1]
    *before, now = _rows_of_periods(periods, last)
    sums = [vectors[rows].sum(axis=0, dtype=np.float64) for rows in before]
    squares = [(vectors[rows].T @ vectors[rows]).astype(np.float64) for rows in before]
    total, square = np.sum(sums, axis=0), np.sum(squares, axis=0)
    for period, rows in enumerate([*before, now]):
        out = period if period < last else 0  # now too is seen with all but one, lest it be seen more sharply
        n = max(1, sum(map(len, before)) - len(before[out]))
        middle = (total - sums[out]) / n
        spread = (square - squares[out]) / n - np.outer(middle, middle)
        values, axes = np.linalg.eigh(spread)
        usual = np.maximum(values, 0.0) + SHRUNK * max(float(np.trace(spread)) / size, 1e-9)
        turn = (axes / np.sqrt(usual)).astype(np.float32)
        shift = (middle @ turn).astype(np.float32)
        yield unit(vectors[middles] @ turn - shift), rows, unit(vectors[rows] @ turn - shift)


def _ball(
    centre: int,
    radius: float,
    inside: npt.NDArray[np.int64],
    periods: npt.NDArray[np.int64],
    who: npt.NDArray[np.int64],
    last: int,
    least: int,
) -> Ball | None:
    others = inside[(who[inside] != who[centre]) & (periods[inside] >= 0)]
    pairs = np.unique(who[others] * (last + 1) + periods[others])  # a voice counts once a period
    counts = np.bincount(pairs % (last + 1), minlength=last + 1)
    if counts[last] < least:
        return None
    rows = [centre, *(one for one in inside[periods[inside] == last].tolist() if one != centre)]
    return Ball(centre, radius, tuple(rows), tuple(counts.tolist()))
