"""Whether a count is more than its own past explains: negative binomial, overdispersion estimated from all subjects.

Pure functions of counts. Rows are subjects, columns periods, the last one is asked about. *Exposures* are what the
periods would have brought at a constant rate, given how much was said on the channels of the subject
(:func:`exposures`), so that a busy week is not news.

The weeks before give a Gamma posterior of the rate (Jeffreys' prior), and with it a negative binomial for the count to
come; what counts vary beyond that (bursts, campaigns) is estimated from the weeks before of all subjects together, by
moments (Noufaily et al. 2013, *An improved algorithm for outbreak detection in multiple surveillance systems*,
Statistics in Medicine 32, has the same parts: a regression of the past, overdispersion, a threshold).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from voc.insights import statistics

Floats = npt.NDArray[np.float64]

PRIOR = 0.5
"""Jeffreys' prior of a Poisson rate: half a voice before anything was counted."""
TRIMMED = 0.05
"""Share of the subjects that vary most that overdispersion is estimated without: those that truly emerged then."""
LEAST_FOR_SPREAD = 8
"""Voices before below which a subject says nothing of overdispersion."""


def exposures(said: Floats, heard: Floats) -> Floats:
    """Exposure of each subject in each period, float [subjects, periods].

    Args:
        said: voices of each subject on each channel over all periods, float [subjects, channels].
        heard: voices of everybody on each channel in each period, float [channels, periods].
    """
    totals = heard.sum(axis=1)
    return np.asarray((said / np.maximum(totals, 1.0)) @ heard, dtype=np.float64)


def overdispersion(counts: Floats, exposed: Floats) -> float:
    """What the periods before vary beyond Poisson, α of variance = mean + α × mean²; 0 at least."""
    before, there = counts[:, :-1], exposed[:, :-1]
    total, exposure = before.sum(axis=1), there.sum(axis=1)
    rows = (total >= LEAST_FOR_SPREAD) & (exposure > 0)
    if before.shape[1] < 2 or not rows.any():
        return 0.0
    expected = there[rows] * (total[rows] / exposure[rows])[:, None]
    # The rate is of these very counts: one of the periods' freedoms is spent on it.
    freedom = before.shape[1] / (before.shape[1] - 1)
    excess = freedom * ((before[rows] - expected) ** 2).sum(axis=1) - expected.sum(axis=1)
    squares = (expected**2).sum(axis=1)
    order = np.argsort(excess / squares, kind="stable")
    kept = order[: len(order) - int(len(order) * TRIMMED)]
    return float(max(0.0, excess[kept].sum() / squares[kept].sum()))


def expected(counts: Floats, exposed: Floats) -> Floats:
    """Voices that the periods before lead to expect in the last one, float [subjects]."""
    before, there = counts[:, :-1].sum(axis=1), exposed[:, :-1].sum(axis=1)
    return np.asarray((before + PRIOR) * exposed[:, -1] / np.maximum(there, 1e-9), dtype=np.float64)


def shape(counts: Floats, alpha: float) -> Floats:
    """Size of the predictive negative binomial, float [subjects].

    α is of the period to come; the rate is uncertain by its few counts, and by their own spread.
    """
    before = counts[:, :-1]
    uncertain = alpha / max(1, before.shape[1]) + 1.0 / (before.sum(axis=1) + PRIOR)
    return np.asarray(1.0 / (alpha + uncertain), dtype=np.float64)


def unlikely(now: Floats, mean: Floats, size: Floats) -> Floats:
    """One-sided mid-p of at least ``now`` voices where a negative binomial of ``mean`` and ``size`` expects them."""
    from scipy.special import betainc

    share = mean / (mean + size)
    at_least = np.where(now > 0, betainc(np.maximum(now, 1e-9), size, share), 1.0)
    return np.asarray((at_least + betainc(now + 1, size, share)) / 2, dtype=np.float64)


def limits(mean: float, size: float, *, confidence: float = statistics.CONFIDENCE) -> tuple[float, float]:
    """Where the count of such a period lies with ``confidence``: the least counts whose tails are small enough."""
    from scipy.special import betainc

    share = mean / (mean + size)
    tail = (1 - confidence) / 2
    reach = int(mean + 20 * (mean + mean * mean / size) ** 0.5 + 20)
    counts = np.arange(reach + 1, dtype=np.float64)
    above = betainc(counts + 1, size, share)  # P(X > count)
    low = counts[np.argmax(1 - above >= tail)]
    high = counts[np.argmax(above <= tail)]
    return float(low), float(high)


def rising(counts: Floats, exposed: Floats) -> npt.NDArray[np.bool_]:
    """Whether the last period's share is above that of every one before: what was there last week is no news."""
    shares = np.divide(counts, exposed, out=np.zeros_like(counts), where=exposed > 0)
    return np.asarray(shares[:, -1] > shares[:, :-1].max(axis=1, initial=0.0), dtype=np.bool_)
