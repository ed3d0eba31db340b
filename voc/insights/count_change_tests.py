"""Which weekly counts changed more than chance would: the tests behind the rises and falls of a digest.

Pure functions of counts. A *series* is how many voices spoke of something, by week and channel; the last week is
tested against those before it.

A rise is one of the share of all that was said, so that a busier week is not news: its p-value is the share's. The
count must have gone up too, at a level of its own (:data:`ALSO_BY_COUNT`), so that other subjects going quiet is not
news either: a condition can only make less pass, the level holds. (Both p-values at the level that is corrected for
all that was asked, as intersection–union would have it, loses changes of the size that matters, for a channel is a
quarter busier or quieter from week to week.) It must also lie above each of the weeks before: what was there already
last week is not a change of this one.

Shares are taken against what the channels' mix of the week would have brought at the same rates (indirect
standardisation): ten times more surveys than usual do not make what people write in surveys rise.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from voc.insights import statistics

Direction = Literal["rise", "fall"]
Pace = Literal["sudden", "slow"]
Series = Mapping[tuple[str, str], int]
"""(week, channel) → voices."""
What = Literal["all", "complaints", "praise"]
"""What of that which is said of a subject is counted."""
Counted = dict[tuple[str, What], dict[tuple[str, str], int]]
"""(subject, what) → its series."""

ALSO_BY_COUNT = 0.05
"""One-sided level at which the count must have changed the way its share did."""
LEAST_NOW = 5
"""Voices this week below which nothing is called a rise."""
LEAST_BEFORE = 12
"""Voices in the weeks before below which nothing is called a fall."""
LEAST_OVERALL = 10
"""Voices over all weeks below which nothing is called a slow change."""
CLIMBING_STEPS = 0.75
"""Share of the steps from week to week that must go the way of a slow change; one leap is a sudden one."""


@dataclass(frozen=True)
class Test:
    """One question put to one series, and its answer.

    ``smallest`` is the least p-value its total allowed, ``weight`` how much it counts beside others of its family.
    """

    pace: Pace
    direction: Direction
    p: float
    smallest: float
    weight: float = 1.0


@dataclass(frozen=True)
class Weekly:
    """A series added up by week, with the exposure of each week and the weeks as parts of whole ones.

    ``exposures`` add up to ``sum(counts)``: what each week's channels would have brought at constant rates.
    """

    counts: tuple[int, ...]
    exposures: tuple[float, ...]
    lengths: tuple[float, ...]

    @property
    def now(self) -> int:
        """Voices in the week looked at."""
        return self.counts[-1]

    @property
    def before(self) -> int:
        """Voices in the weeks before."""
        return sum(self.counts[:-1])

    def ratio(self) -> tuple[float, float, float]:
        """Standardised share now over that before, with its exact limits; infinite when there was none before."""
        return statistics.rate_ratio(self.now, self.exposures[-1], self.before, sum(self.exposures[:-1]))


def weekly(series: Series, heard: Series, weeks: Sequence[str], *, elapsed: float = 1.0) -> Weekly:
    """Add a series up by week. ``heard`` is all voices by week and channel; ``elapsed`` the part of the last week
    that is over."""
    exposures = [0.0] * len(weeks)
    for channel in sorted({channel for _, channel in series}):
        said = sum(series.get((week, channel), 0) for week in weeks)
        here = [heard.get((week, channel), 0) for week in weeks]
        total = sum(here)
        if said and total:
            exposures = [exposure + one * said / total for exposure, one in zip(exposures, here, strict=True)]
    by_week: dict[str, int] = {}
    for (week, _), voices in series.items():
        by_week[week] = by_week.get(week, 0) + voices
    counts = tuple(by_week.get(week, 0) for week in weeks)
    return Weekly(counts, tuple(exposures), (1.0,) * (len(weeks) - 1) + (elapsed,))


def tests(one: Weekly, *, dispersion: float = 1.0, falls: bool = True) -> list[Test]:
    """Every question worth putting to a series: sudden and slow, rise and, if asked for, fall."""
    now, before = one.now, one.before
    total = now + before
    found: list[Test] = []
    if total == 0 or one.exposures[-1] <= 0 or sum(one.exposures[:-1]) <= 0:
        return found
    share = (one.exposures[-1], sum(one.exposures[:-1]))
    count = (one.lengths[-1], sum(one.lengths[:-1]))
    chance = share[0] / sum(share)
    shares = [k / e if e > 0 else 0.0 for k, e in zip(one.counts, one.exposures, strict=True)]
    if total >= LEAST_NOW:
        clear = now >= LEAST_NOW and shares[-1] > max(shares[:-1])
        p = _both(statistics.rise, one, share, count, dispersion) if clear else 1.0
        found.append(Test("sudden", "rise", p, statistics.smallest_p(total / dispersion, chance)))
    if falls and total >= LEAST_BEFORE:
        clear = before >= LEAST_BEFORE and shares[-1] < min(shares[:-1])
        p = _both(statistics.fall, one, share, count, dispersion) if clear else 1.0
        found.append(Test("sudden", "fall", p, statistics.smallest_p(total / dispersion, 1 - chance)))
    if total >= LEAST_OVERALL and len(one.counts) >= 4:
        found += _slow(one, shares, dispersion, falls=falls)
    return found


def _slow(one: Weekly, shares: Sequence[float], dispersion: float, *, falls: bool) -> list[Test]:
    found = []
    total = sum(one.counts)
    steps = [later - earlier for earlier, later in itertools.pairwise(shares)]
    ways: tuple[tuple[Direction, int], ...] = (("rise", 1), ("fall", -1))
    for direction, sign in ways[: 2 if falls else 1]:
        exposures, lengths = one.exposures[::sign], one.lengths[::sign]
        climbs = sum(step * sign > 0 for step in steps) >= CLIMBING_STEPS * len(steps)
        utmost = sign * shares[-1] >= max(sign * share for share in shares)
        enough = one.now >= LEAST_NOW if sign > 0 else one.before >= LEAST_BEFORE
        p = 1.0
        if climbs and utmost and enough:
            counts = one.counts[::sign]
            by_count = statistics.widened(statistics.trend(counts, lengths, mid=True), dispersion)
            if by_count <= ALSO_BY_COUNT:
                p = statistics.widened(statistics.trend(counts, exposures, mid=True), dispersion)
        smallest = statistics.smallest_p(total / dispersion, exposures[-1] / sum(exposures))
        found.append(Test("slow", direction, p, smallest))
    return found


def _both(
    test: Callable[..., float], one: Weekly, share: tuple[float, float], count: tuple[float, float], dispersion: float
) -> float:
    """The p-value of a share that changed, where the count changed the same way; else 1."""
    by_share, by_count = (
        test(one.now, here, one.before, there, dispersion=dispersion, mid=True) for here, there in (share, count)
    )
    return by_share if by_count <= ALSO_BY_COUNT else 1.0


def weight(what: What, test: Test) -> float:
    """How much a question counts in its family, by how changes of what customers say mostly show.

    Nearly all of them are sudden rises of a subject, most of these of complaints: asked as one among sixty equal
    questions of a large family, a subject that doubles is lost. Fixed weights, set before any count is looked at, leave
    the level as it is (Genovese, Roeder & Wasserman 2006, Biometrika 93).
    """
    if test.pace == "slow":
        return 0.5
    if test.direction == "fall":
        return 1.0
    return {"all": 4.0, "complaints": 2.0, "praise": 1.0}[what]


def family_p(answers: Sequence[Test]) -> float:
    """One p-value for "something changed here" from all tests of one subject and its parts.

    The harmonic mean of theirs by their weights, with its distribution (Wilson 2019, PNAS 116: a Landau distribution
    whose location is the entropy of the weights, for equal ones log(number), + 0.874): valid however they depend on
    each other, and a change that a subject, its parts and its complaints all show counts for more than one that a
    single question out of fifteen does, as under Simes'.
    """
    if len(answers) < 2:
        return min((one.p for one in answers), default=1.0)
    if min(one.p for one in answers) <= 0:
        return 0.0
    from scipy.stats import landau

    weights = np.array([one.weight for one in answers]) / sum(one.weight for one in answers)
    inverse = float((weights / np.array([one.p for one in answers])).sum())
    entropy = -float((weights * np.log(weights)).sum())
    return float(min(1.0, landau.sf(inverse, loc=entropy + _LANDAU_AT, scale=math.pi / 2)))


_LANDAU_AT = 1 - np.euler_gamma - math.log(2 / math.pi)
"""Location of the distribution of one inverse p-value."""


def able(answers: Sequence[Test], *, level: float) -> list[bool]:
    """Which tests could come out at all (Tarone); the others are not asked and not corrected for."""
    return statistics.testable([one.smallest for one in answers], level=level)


def excess(one: Weekly) -> float:
    """Voices this week beyond (or, negative, short of) what the weeks before led to expect."""
    there = sum(one.exposures[:-1])
    expected = one.before * one.exposures[-1] / there if there > 0 else 0.0
    return one.now - expected if math.isfinite(expected) else 0.0
