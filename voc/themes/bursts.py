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
from voc.themes.ball_rates import fitted
from voc.themes.space import FloatArray

Integers = npt.NDArray[np.int64]

RADII = (0.35, 0.45, 0.55, 0.65, 0.75)
"""Cosines from which a clause lies in the ball: what says nearly the same, and what is about the same thing. The widest
one is not asked; it says how much there is around the next."""
UNUSUAL_RADII = (0.18, 0.25, 0.32, 0.4)
"""The same against what is usual, where all that is usual lies at right angles."""
SHRUNK = 0.1
"""Of the mean variance, added to that of every direction: none counts as if nothing ever varied along it."""
MOST_CENTRES = 4000
"""Clauses tried as the middle of a ball; of more, so many at random."""
ROWS = 512
SEED = 7


@dataclass(frozen=True)
class Ball:
    """The clauses of now around one of them: ``rows``, the middle first; ``counts`` are other voices by period.

    ``usual`` voices are expected in all periods before, as a Gamma distribution of ``shape`` whose mean that is.
    """

    centre: int
    radius: float
    rows: tuple[int, ...]
    counts: tuple[int, ...]
    usual: float
    shape: float


@dataclass(frozen=True)
class Scan:
    """What was looked at: the balls that hold enough now, and how many ``able`` ones hold so many in all periods."""

    balls: list[Ball]
    able: int


@dataclass(frozen=True)
class _View:
    """One way of being alike: for each period the middles and its clauses, ordered by voice."""

    radii: tuple[float, ...]
    periods: list[tuple[FloatArray, Integers, FloatArray]]


def balls(vectors: FloatArray, periods: Integers, voices: Sequence[int], *, least: int) -> Scan:
    """Balls that hold ``least`` other voices of the last period or more.

    Args:
        vectors: clauses, float32 [n, d].
        periods: period of each, the last one asked about; −1 for none.
        voices: number of the voice of each: it counts once a period in a ball.
    """
    last = int(periods.max(initial=-1))
    now = np.flatnonzero(periods == last)
    if last < 1 or len(now) <= least:
        return Scan([], 0)
    who = np.array(voices, dtype=np.int64)
    middles = now
    if len(now) > MOST_CENTRES:
        middles = np.sort(np.random.default_rng(SEED).choice(now, MOST_CENTRES, replace=False))
    rows = [places[np.argsort(who[places], kind="stable")] for places in _rows_of_periods(periods, last)]
    views = (
        _View(RADII, [(vectors[middles], places, vectors[places]) for places in rows]),
        _View(UNUSUAL_RADII, list(_against_the_usual(vectors, middles, rows))),
    )
    found: list[Ball] = []
    able = 0
    for view in views:
        counts = np.concatenate(
            [_counted(view, part, middles, who) for part in _parts(len(middles))]
        )  # [middles, radii, periods]
        before = counts[:, :, :-1].sum(axis=2)
        here, those, seen = view.periods[-1]
        for number, radius in enumerate(view.radii[1:], start=1):
            able += int((counts[:, number].sum(axis=1) >= least).sum())
            enough = np.flatnonzero(counts[:, number, -1] >= least)
            if not len(enough):
                continue
            around = before[:, number - 1] - before[:, number]
            rates = fitted(before[:, number], around)
            for part in _parts(len(enough)):
                inside = here[enough[part]] @ seen.T >= radius
                for row, near in zip(enough[part].tolist(), inside, strict=True):
                    centre = int(middles[row])
                    alike = [one for one in np.sort(those[near]).tolist() if one != centre]
                    usual = rates.mean(float(around[row]))
                    found.append(
                        Ball(centre, radius, (centre, *alike), tuple(counts[row, number].tolist()), usual, rates.shape)
                    )
    return Scan(found, able)


def _parts(n: int) -> list[slice]:
    return [slice(begin, begin + ROWS) for begin in range(0, n, ROWS)]


def _counted(view: _View, part: slice, middles: Integers, who: Integers) -> Integers:
    """Voices other than its own in each ball around some middles, int [middles, radii, periods]."""
    centres = who[middles[part]]
    found = np.zeros((len(centres), len(view.radii), len(view.periods)), dtype=np.int64)
    for period, (here, rows, those) in enumerate(view.periods):
        if not len(rows):
            continue
        spoken = who[rows]
        first = np.flatnonzero(np.concatenate([[True], spoken[1:] != spoken[:-1]]))
        nearest = np.maximum.reduceat(here[part] @ those.T, first, axis=1)  # of each voice: it counts once
        nearest[centres[:, None] == spoken[first][None, :]] = -2.0
        for number, radius in enumerate(view.radii):
            found[:, number, period] = (nearest >= radius).sum(axis=1)
    return found


def _rows_of_periods(periods: Integers, last: int) -> list[Integers]:
    return [np.flatnonzero(periods == period) for period in range(last + 1)]


def _against_the_usual(
    vectors: FloatArray, middles: Integers, periods: Sequence[Integers]
) -> Iterator[tuple[FloatArray, Integers, FloatArray]]:
    """The middles, each period's rows and these, in units of what clauses usually vary by; L2-normalised.

    A period is seen with what the *other* ones before now vary by, so that none of the clauses that are compared, those
    of now included, had a part in it: what it is taken from would lie closer to the middle than the rest.
    """
    size, last = vectors.shape[1], len(periods) - 1
    *before, now = periods
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
