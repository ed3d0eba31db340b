"""The statistics of figures: intervals, exact tests for a change, and the correction for having asked many times.

Everything here is a plain function of counts. Only ``scipy.special`` is used (``scipy.stats`` takes a second to
import and the tails needed here are one incomplete beta or gamma function away).

Sources:
    Wilson (1927), *Probable inference, the law of succession, and statistical inference*, JASA 22.
    Garwood (1936), *Fiducial limits for the Poisson distribution*, Biometrika 28.
    Przyborowski & Wilenski (1940), *Homogeneity of results in testing samples from Poisson series*, Biometrika 31:
    two Poisson counts, given their sum, are binomial; this is the conditional test of :func:`rise`.
    Lancaster (1961), *Significance tests in discrete distributions*, JASA 56, and Heller & Gur (2011), *False discovery
    rate controlling procedures for discrete tests*: mid-p values.
    Bonett & Price (2012), *Adjusted Wald confidence interval for a difference of binomial proportions based on
    paired data*, JEBS 37: the interval of a net share.
    Armitage (1955), *Tests for linear trends in proportions and frequencies*, Biometrics 11; here with the exact
    multinomial distribution of its statistic.
    Benjamini & Hochberg (1995), JRSS B 57; Tarone (1990), Biometrics 46, and Gilbert (2005), Applied Statistics 54,
    for leaving out of the correction those tests that could not come out significant whatever was observed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from voc.records import Interval

CONFIDENCE = 0.95
"""Level of every interval shown."""

EXACT_TREND_TOTAL = 400
"""Up to this many counts the trend test is exact; beyond, its normal approximation is as good to three decimals."""

STEEPEST_TILT, TILT_STEPS, TILT_EXACT = 40.0, 60, 1e-10
"""Search for the tilt of :func:`trend`: at e⁴⁰ to one only the last period is left."""

REMEMBERED = 16_384
"""Intervals of counts that are kept: weeks of a trend, groups of a page ask for the same few again and again."""

OUT_OF_REACH = 39.2
"""−log of a chance that adds nothing to a sum that is exact to 1e-16: 1e-17."""

TRANSFORMED = 1 << 19
"""Numbers that are transformed at once: 8 MB of them."""

Whole = NDArray[np.int64]
Real = NDArray[np.float64]


@lru_cache(maxsize=REMEMBERED)
def wilson(k: int, n: int, *, confidence: float = CONFIDENCE) -> Interval:
    """Wilson's score interval of the share ``k / n``; ``n = 0`` knows nothing: 0…1.

    Raises:
        ValueError: not 0 ≤ k ≤ n.
    """
    if not 0 <= k <= n:
        raise ValueError(f"a share needs 0 ≤ k ≤ n, not {k} of {n}")
    if n == 0:
        return Interval(low=0.0, high=1.0)
    z = _z(confidence)
    share = k / n
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At the borders the exact limits are 0 and 1; rounding must not leave them at 1e-17.
    low = 0.0 if k == 0 else max(0.0, (centre - half) / scale)
    high = 1.0 if k == n else min(1.0, (centre + half) / scale)
    return Interval(low=low, high=high)


@lru_cache(maxsize=REMEMBERED)
def poisson(k: int, *, confidence: float = CONFIDENCE) -> Interval:
    """Garwood's exact interval of the mean behind a count ``k``."""
    from scipy.special import gammaincinv

    tail = (1 - confidence) / 2
    low = float(gammaincinv(k, tail)) if k else 0.0
    return Interval(low=low, high=float(gammaincinv(k + 1, 1 - tail)))


@lru_cache(maxsize=REMEMBERED)
def net_share(positive: int, negative: int, n: int, *, confidence: float = CONFIDENCE) -> Interval:
    """Interval of ``(positive − negative) / n``, the net share (Bonett & Price's adjusted Wald), within −1…1."""
    if n == 0:
        return Interval(low=-1.0, high=1.0)
    up, down = (positive + 1) / (n + 2), (negative + 1) / (n + 2)
    half = _z(confidence) * math.sqrt(max(0.0, up + down - (up - down) ** 2) / (n + 2))
    return Interval(low=max(-1.0, up - down - half), high=min(1.0, up - down + half))


def mean_interval(mean: float, deviation: float, n: int, *, confidence: float = CONFIDENCE) -> Interval | None:
    """Student's interval of a mean; ``None`` below two values, where there is no spread to judge by."""
    if n < 2:
        return None
    from scipy.special import stdtrit

    half = float(stdtrit(n - 1, 0.5 + confidence / 2)) * deviation / math.sqrt(n)
    return Interval(low=mean - half, high=mean + half)


def rise(
    count: float,
    exposure: float,
    before: float,
    exposure_before: float,
    *,
    dispersion: float = 1.0,
    mid: bool = False,
) -> float:
    """One-sided p-value that the rate of ``count`` in ``exposure`` is higher than that of ``before``.

    Given the sum, ``count`` is binomial with the share of the exposure: the exact conditional test of two Poisson
    rates (Przyborowski & Wilenski). Exposures are whatever the counts are counted out of: interactions, weeks.
    ``dispersion`` > 1 (variance over mean, see :mod:`voc.insights.topic_unrest`) shrinks both counts by it, through the
    incomplete beta function, which is the binomial tail where the counts are whole. ``mid`` counts what was observed by
    half (Lancaster's mid-p), which small whole counts need lest a level of 5 % be one of 1 %.
    """
    from scipy.special import betainc

    if exposure <= 0 or exposure_before <= 0 or count <= 0:
        return 1.0
    p = exposure / (exposure + exposure_before)
    tail = float(betainc(count / dispersion, before / dispersion + 1, p))
    if not mid:
        return tail
    beyond = float(betainc(count / dispersion + 1, before / dispersion, p)) if before else 0.0
    return (tail + beyond) / 2


def fall(
    count: float,
    exposure: float,
    before: float,
    exposure_before: float,
    *,
    dispersion: float = 1.0,
    mid: bool = False,
) -> float:
    """One-sided p-value that the rate went down: :func:`rise` with the two periods exchanged."""
    return rise(before, exposure_before, count, exposure, dispersion=dispersion, mid=mid)


def smallest_p(total: float, share: float) -> float:
    """The smallest p-value that :func:`rise` can give when ``total`` counts fall with chance ``share`` each."""
    return share**total if 0 < share < 1 else 1.0


def rate_ratio(
    count: float, exposure: float, before: float, exposure_before: float, *, confidence: float = CONFIDENCE
) -> tuple[float, float, float]:
    """Ratio of two rates with its exact conditional limits (Clopper & Pearson on the binomial share, as odds).

    ``(ratio, low, high)``; ratio and high are infinite when nothing was counted before, and low says "at least".
    """
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    scale = exposure_before / exposure if exposure > 0 else math.inf
    low = float(betaincinv(count, before + 1, tail)) if count else 0.0
    high = float(betaincinv(count + 1, before, 1 - tail)) if before else 1.0
    ratio = (count / before) * scale if before else math.inf
    return ratio, _odds(low) * scale, _odds(high) * scale


def over_represented(k: int, n: int, k_rest: int, n_rest: int) -> float:
    """Fisher's exact one-sided p-value that the share ``k / n`` is higher than ``k_rest / n_rest``."""
    from scipy.special import gammaln

    total, drawn = k + k_rest, n
    everything = n + n_rest
    top = min(total, drawn)
    if k <= max(0, drawn - (everything - total)):
        return 1.0
    x = np.arange(k, top + 1, dtype=np.float64)

    def choose(a: float | NDArray[np.float64], b: float | NDArray[np.float64]) -> NDArray[np.float64]:
        found: NDArray[np.float64] = gammaln(np.asarray(a) + 1) - gammaln(np.asarray(b) + 1)
        return np.asarray(found - gammaln(np.asarray(a) - np.asarray(b) + 1))

    logs = choose(total, x) + choose(everything - total, drawn - x) - choose(everything, drawn)
    return float(min(1.0, np.exp(logs).sum()))


def trend(counts: Sequence[int], exposures: Sequence[float], *, mid: bool = False) -> float:
    """One-sided p-value that the rate climbs steadily from the first period to the last.

    The statistic is Armitage's, the sum of period number × count; given the total, counts are multinomial in the
    exposures. Exact up to ``EXACT_TREND_TOTAL`` counts: the distribution of the statistic is a polynomial power, which
    one Fourier transform gives.
    """
    return trends([counts], exposures, mid=mid)[0]


def trends(counts: Sequence[Sequence[int]], exposures: Sequence[float], *, mid: bool = False) -> list[float]:
    """:func:`trend` of each of several series of counts [m, periods] with the same exposures, all at once."""
    from scipy.special import ndtr

    exposure, found = float(sum(exposures)), np.ones(len(counts))
    if not len(counts) or exposure <= 0:
        return found.tolist()
    table = np.asarray(counts, dtype=np.int64)
    chances = np.asarray(exposures, dtype=np.float64) / exposure
    scores = np.arange(len(chances))
    totals, observed = table.sum(axis=1), table @ scores
    exact = (totals > 0) & (totals <= EXACT_TREND_TOTAL)
    found[exact] = _upper_tails(chances, totals[exact], observed[exact], mid=mid)
    mean = float(chances @ scores)
    variance = float(chances @ scores**2) - mean**2
    many = totals > EXACT_TREND_TOTAL
    if variance > 0:  # within one period nothing can climb
        # Half a unit: the statistic moves in whole steps, the normal does not.
        above = observed[many] - (0.0 if mid else 0.5) - totals[many] * mean
        found[many] = ndtr(-above / np.sqrt(totals[many] * variance))
    return found.tolist()


def widened(p: float, dispersion: float) -> float:
    """A p-value as if its normal deviate had a standard error larger by the root of ``dispersion``."""
    if dispersion <= 1 or not 0 < p < 0.5:
        return p
    from scipy.special import ndtr, ndtri

    return float(ndtr(ndtri(p) / math.sqrt(dispersion)))


def q_values(p_values: Sequence[float]) -> list[float]:
    """Benjamini–Hochberg adjusted p-values, in the order given."""
    m = len(p_values)
    order = sorted(range(m), key=lambda i: p_values[i])
    adjusted = [1.0] * m
    running = 1.0
    for rank in range(m, 0, -1):
        index = order[rank - 1]
        running = min(running, p_values[index] * m / rank)
        adjusted[index] = running
    return adjusted


def testable(smallest: Sequence[float], *, level: float) -> list[bool]:
    """Tarone's choice: which tests can come out significant at all, given the smallest p-value each can give.

    The smallest K such that at most K tests can reach ``level / K``. It looks at totals only, never at how the total
    is split between now and before, so the error rate stays what it is said to be.
    """
    for k in range(1, len(smallest) + 1):
        able = [p <= level / k for p in smallest]
        if sum(able) <= k:
            return able
    return [False] * len(smallest)


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf


@cache
def _z(confidence: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(0.5 + confidence / 2))


def _upper_tails(chances: Real, totals: Whole, observed: Whole, *, mid: bool) -> Real:
    """P(sum of ``total`` independent scores ≥ ``observed``) of each [m], a score being its place in ``chances``."""
    if not len(totals):
        return np.empty(0)
    scores = np.arange(len(chances))
    # Where nearly all lies above, what lies below is the smaller sum, and the one that tilting knows to centre.
    below = observed < totals * float(chances @ scores)
    found = np.empty(len(totals))
    found[~below] = _tails(chances, totals[~below], observed[~below], mid=mid)
    rest = (len(chances) - 1) * totals[below] - observed[below] + (0 if mid else 1)
    found[below] = 1.0 - _tails(chances[::-1], totals[below], rest, mid=mid)
    return found


def _tails(chances: Real, totals: Whole, observed: Whole, *, mid: bool) -> Real:
    """The same where what was observed is not below its mean.

    The scores are tilted (Esscher) until ``observed`` is their mean and the tail is weighed back: a transform is
    exact to about 1e-16 of the largest coefficient, so that a small tail would be lost in its rounding otherwise.
    """
    top = (len(chances) - 1) * totals
    found = np.zeros(len(totals))
    places = np.flatnonzero(observed <= top)  # beyond the top there is nothing
    if not len(places):
        return found
    totals, observed, top = totals[places], observed[places], top[places]
    tilts = _tilts(chances, observed / totals)
    with np.errstate(divide="ignore"):  # a period without any exposure has no chance at all
        logs = np.log(chances) + tilts[:, None] * np.arange(len(chances))
    scales = np.logaddexp.reduce(logs, axis=1)
    tilted = np.exp(logs - scales[:, None])
    reach = _reach(tilted, totals)
    above = np.minimum(top - observed, reach) + 1
    weighed = np.empty(len(places))
    lengths = [1 << one.bit_length() for one in np.minimum(top, 2 * reach).tolist()]
    for length in set(lengths):
        alike = [place for place, one in enumerate(lengths) if one == length]
        at_once = max(1, TRANSFORMED // length)
        for first in range(0, len(alike), at_once):
            some = np.array(alike[first : first + at_once])
            terms = _terms(tilted[some], totals[some], observed[some], above[some], length)
            # Rounding leaves some terms at −1e-18; weighed back, none of them may grow.
            back = np.exp(-tilts[some, None] * np.arange(terms.shape[1]))
            back[:, 0] = 0.5 if mid else 1.0
            weighed[some] = (np.maximum(terms, 0.0) * back).sum(axis=1)
    found[places] = np.minimum(1.0, weighed * np.exp(np.minimum(0.0, totals * scales - tilts * observed)))
    return found


def _terms(tilted: Real, totals: Whole, observed: Whole, above: Whole, length: int) -> Real:
    """Chances of a sum of ``total`` tilted scores that is ``observed``, one more …, ``above`` of them; then zeros."""
    coefficients = np.fft.irfft(_power(np.fft.rfft(tilted, length), totals), length)
    steps = np.arange(min(int(above.max()), length))
    # The transform wraps around: a place and the one a whole length further are one, and only one of them is in reach.
    found: Real = coefficients[np.arange(len(totals))[:, None], (observed[:, None] + steps) % length]
    found[steps >= above[:, None]] = 0.0
    return found


def _reach(chances: Real, totals: Whole) -> Whole:
    """How far from its mean the sum of ``total`` scores with ``chances`` [m, periods] can be with a chance above 1e-17
    (Bernstein's inequality).
    """
    scores = np.arange(chances.shape[1])
    spread = totals * (chances * (scores - (chances @ scores)[:, None]) ** 2).sum(axis=1)
    third = len(scores) * OUT_OF_REACH / 3
    found: Whole = np.ceil(third + np.sqrt(third**2 + 2 * OUT_OF_REACH * spread)).astype(np.int64) + len(scores)
    return found


def _power(values: NDArray[np.complex128], exponents: Whole) -> NDArray[np.complex128]:
    """Rows of ``values`` to their ``exponents``, by squaring, which for whole ones takes a tenth of NumPy's time."""
    found = np.ones(values.shape, dtype=np.complex128)
    for bit in range(int(exponents.max()).bit_length()):
        odd = (exponents >> bit & 1).astype(np.bool_)
        found[odd] *= values[odd]
        values = values * values
    return found


def _tilts(chances: Real, means: Real) -> Real:
    """The θ ≥ 0 at which scores with chances ∝ chance·exp(θ·score) have each of these means [m].

    0 where their own mean is above already. Newton's steps (the mean grows with θ by the scores' variance), halving
    where one would leave the bracket.
    """
    scores = np.arange(len(chances), dtype=np.float64)
    with np.errstate(divide="ignore"):
        logs = np.log(chances)
    low, high, tilts = np.zeros(len(means)), np.full(len(means), STEEPEST_TILT), np.zeros(len(means))
    found = np.zeros(len(means), dtype=np.bool_)
    for _ in range(TILT_STEPS):
        tilted = logs + tilts[:, None] * scores
        weights = np.exp(tilted - tilted.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        there = weights @ scores
        under = there < means
        low, high = np.where(under, tilts, low), np.where(under, high, tilts)
        spread = (weights * (scores - there[:, None]) ** 2).sum(axis=1)
        # With next to no spread a step is endless, and one that leaves the bracket is not taken.
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            step = tilts + (means - there) / spread
        following = np.where((low < step) & (step < high), step, (low + high) / 2)
        settled = np.abs(following - tilts) < TILT_EXACT
        tilts = np.where(found, tilts, following)
        found |= settled
        if found.all():
            return tilts
    return np.where(found, tilts, low)
