"""How many voices a ball of clauses is likely to hold: learnt from what balls of its size held in the periods before.

Empirical Bayes (Robbins 1956; for rates in this form DuMouchel 1999, *Bayesian data mining in large frequency tables*).
Rates of balls of one size follow a Gamma distribution whose mean grows with how much is said *around* the ball, in the
next larger one but not in it. With a prior of its own for every size, four voices where nobody spoke before are news
when nothing of the kind is said nearby, and chance where much is: one prior for all calls both the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

USUAL_SHAPE, SHAPE_SPREAD = 0.5, 1.0
"""Shape of the Gamma distribution where nothing tells it (Jeffreys'), and how far from it, in log units, is usual."""
_LOWEST, _HIGHEST = -12.0, 6.0


@dataclass(frozen=True)
class BallRates:
    """A Gamma distribution of the voices that a ball holds in all periods before: mean ``own`` + ``around`` × those
    around it."""

    shape: float
    own: float
    around: float

    def mean(self, around: float) -> float:
        """Voices expected in the periods before, with so many around the ball."""
        return self.own + self.around * around


def fitted(held: Integers, around: Integers) -> BallRates:
    """The distribution under which what the balls held before is likeliest.

    Args:
        held: voices of the periods before in each ball of one size, int [balls].
        around: voices of these periods in the next larger ball but not in it.
    """
    from scipy.optimize import minimize
    from scipy.special import gammaln

    pairs, times = np.unique(np.stack([held, around], axis=1), axis=0, return_counts=True)
    # One ball more, in a usual place, that holds one voice: where none holds any, rates are small and not nothing.
    usual = float(around.mean()) if len(around) else 0.0
    k = np.concatenate([pairs[:, 0], [1]]).astype(np.float64)
    u = np.concatenate([pairs[:, 1], [usual]]).astype(np.float64)
    weight = np.concatenate([times, [1]]).astype(np.float64)

    def unlikely(logs: Floats) -> float:
        shape, own, near = np.exp(logs)
        mean = own + near * u
        log_p = gammaln(k + shape) - gammaln(shape) + shape * np.log(shape / (shape + mean))
        log_p += k * np.log(mean / (shape + mean))
        return float(-(weight * log_p).sum() + ((logs[0] - np.log(USUAL_SHAPE)) / SHAPE_SPREAD) ** 2 / 2)

    half = max(float((weight * k).sum() / weight.sum()) / 2, 1e-3)
    start = [np.log(USUAL_SHAPE), np.log(half), np.log(half / max(usual, 0.1))]
    found = minimize(unlikely, start, method="L-BFGS-B", bounds=[(-4.0, 4.0), *[(_LOWEST, _HIGHEST)] * 2])
    shape, own, near = np.exp(found.x).tolist()
    return BallRates(shape, own, near)
