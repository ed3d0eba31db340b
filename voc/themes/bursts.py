"""Clauses that gather: which stretches of the space hold more of what is said now than their own past explains.

A scan over balls (Kulldorff 1997, *A spatial scan statistic*, here in the space of meanings): around each clause of
now, at a few radii, the voices of now are counted and those of the periods before. The clause in the middle is not
counted itself, so that choosing it says nothing: without a change, the others lie in its ball as those before did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voc.themes.space import FloatArray

RADII = (0.45, 0.55, 0.65, 0.75)
"""Cosines from which a clause lies in the ball: what says nearly the same, and what is about the same thing."""
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
        vectors: clauses, float32 [n, d], L2-normalised.
        periods: period of each, the last one asked about; −1 for none.
        voices: number of the voice of each: it counts once a period in a ball.
    """
    last = int(periods.max(initial=-1))
    now = np.flatnonzero(periods == last)
    if last < 0 or len(now) <= least:
        return []
    who = np.array(voices, dtype=np.int64)
    middles = now
    if len(now) > MOST_CENTRES:
        middles = np.sort(np.random.default_rng(SEED).choice(now, MOST_CENTRES, replace=False))
    found: list[Ball] = []
    for begin in range(0, len(middles), ROWS):
        part = middles[begin : begin + ROWS]
        likeness = vectors[part] @ vectors.T
        for row, centre in enumerate(part.tolist()):
            near = np.flatnonzero(likeness[row] >= RADII[0])
            if (periods[near] == last).sum() <= least:
                continue
            for radius in RADII:
                inside = near[likeness[row, near] >= radius]
                one = _ball(centre, radius, inside, periods, who, last, least)
                if one is None:
                    break  # a smaller ball holds fewer still
                found.append(one)
    return found


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
