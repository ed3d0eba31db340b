"""Estimates whose intervals know that one customer's interactions are not independent.

The sandwich estimator clustered by customer: Cameron & Miller 2015, *A Practitioner's Guide to Cluster-Robust
Inference*.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from voc.insights import statistics
from voc.records import Interval, Record


class Estimate(Record):
    """A difference in the score, with its 95 % interval and the p-value of none."""

    value: float
    interval: Interval
    p_value: float


def how_many(voices: NDArray[np.int64]) -> int:
    """How many different ones there are, of small numbers."""
    return int(np.count_nonzero(np.bincount(voices)))


def clusters(voices: NDArray[np.int64]) -> sparse.csr_matrix:
    """[customers, n]: whose each interaction is."""
    number = int(voices.max()) + 1
    return sparse.csr_matrix((np.ones(len(voices)), (voices, np.arange(len(voices)))), shape=(number, len(voices)))


def clustered_variance(sums: NDArray[np.float64], n: int) -> float:
    """Variance of a mean from its influence function summed by customer."""
    customers = int((sums != 0).sum())
    small = customers / (customers - 1) if customers > 1 else 1.0
    return small * float(sums @ sums) / (n * n)


def estimate(value: float, variance: float, freedom: int) -> Estimate:
    """A value with Student's interval and test of so many degrees of freedom."""
    from scipy.special import stdtr, stdtrit

    spread = float(np.sqrt(max(variance, 0.0)))
    half = float(stdtrit(freedom, 0.5 + statistics.CONFIDENCE / 2)) * spread
    p = float(2 * stdtr(freedom, -abs(value) / spread)) if spread > 0 else 1.0
    return Estimate(value=value, interval=Interval(low=value - half, high=value + half), p_value=p)
