"""Person-time by dose: how long customers had had how many messages lately, and when they first spoke ill meanwhile.

The dose of a customer at a moment is the number of messages sent to them in the days before it; it goes up with each
message and down when that message is ``window`` old. What is counted is customers, not interactions: within one band
each customer has at most one case, their first, and is watched until then. So one angry person who writes ten times
weighs once, and the cases of a band are of different people, as the exact comparison of two rates needs
(:func:`voc.insights.statistics.rate_ratio`).

Whoever is written to often may be another kind of customer. :func:`within_ratio` compares each customer with
themselves: with messages in the days before against without (the self-controlled case series of Farrington 1995,
Biometrics 51, with two bands and the first case of each customer).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

BANDS: tuple[tuple[int, int | None], ...] = ((0, 0), (1, 1), (2, 2), (3, 4), (5, None))
"""Messages in the window, from … to (``None``: and more)."""

WEEK_SECONDS = 7 * 86_400.0
PROFILE_DROP = 1.920729
"""Half the 95 % quantile of χ²₁: how far the log-likelihood may fall inside the interval."""


@dataclass
class DoseBand:
    """One band: customers seen in it, their weeks in it until their first case, and those cases."""

    low: int
    high: int | None
    customers: int = 0
    weeks: float = 0.0
    cases: list[tuple[datetime, str, str]] = field(default_factory=list)
    """(moment, customer, interaction)."""


@dataclass(frozen=True)
class CustomerExposure:
    """One customer's course: weeks without and with messages in the window, and whether the first case was with."""

    weeks_without: float
    weeks_with: float
    case_with: bool | None
    """``None`` without a case."""


def bands() -> list[DoseBand]:
    """Empty bands."""
    return [DoseBand(low, high) for low, high in BANDS]


def add(
    found: Sequence[DoseBand],
    *,
    customer: str,
    sent: Sequence[datetime],
    cases: Sequence[tuple[datetime, str]],
    begins: datetime,
    ends: datetime,
    window: timedelta,
) -> CustomerExposure:
    """Watch one customer from ``begins`` to ``ends`` and add their time and cases to the bands.

    ``sent`` and ``cases`` are by time; messages from before ``begins`` count as long as they are in the window. A
    message at the very moment of a case does not count towards it.
    """
    steps: list[tuple[datetime, int]] = []
    dose = 0
    for at in sent:
        if at + window <= begins or at >= ends:
            continue
        if at < begins:
            dose += 1
        else:
            steps.append((at, 1))
        if at + window < ends:
            steps.append((at + window, -1))
    steps.sort(key=lambda step: step[0])
    seen: set[int] = set()
    closed: set[int] = set()
    without = with_some = 0.0
    first_with: bool | None = None
    waiting = [one for one in cases if begins <= one[0] < ends]
    place, at = 0, begins
    for until, change in [*steps, (ends, 0)]:
        length = (until - at).total_seconds() / WEEK_SECONDS
        if dose:
            with_some += length
        else:
            without += length
        number = _band(found, dose)
        # A case at the moment a message arrives belongs to the time before the message.
        last = place
        while last < len(waiting) and (waiting[last][0] <= until if change == 1 else waiting[last][0] < until):
            last += 1
        here, place = waiting[place:last], last
        if here and first_with is None:
            first_with = dose > 0
        if number not in closed and (until > at or here):
            seen.add(number)
            if here:
                moment, interaction = here[0]
                found[number].weeks += (moment - at).total_seconds() / WEEK_SECONDS
                found[number].cases.append((moment, customer, interaction))
                closed.add(number)
            else:
                found[number].weeks += length
        dose += change
        at = until
    for number in seen:
        found[number].customers += 1
    return CustomerExposure(without, with_some, first_with)


def _band(found: Sequence[DoseBand], dose: int) -> int:
    return next(n for n, one in enumerate(found) if one.low <= dose and (one.high is None or dose <= one.high))


def within_ratio(courses: Sequence[CustomerExposure]) -> tuple[float, float, float] | None:
    """(ratio, low, high) of the rates with and without messages, each customer against themselves.

    Customers without a case, or always on one side, say nothing here. ``None`` where none is left; a limit is 0 or
    infinite where every case fell on one side.
    """
    from scipy.special import expit

    used = [one for one in courses if one.case_with is not None and one.weeks_with > 0 and one.weeks_without > 0]
    if not used:
        return None
    log_odds = np.log([one.weeks_with / one.weeks_without for one in used])
    cases = sum(bool(one.case_with) for one in used)

    def likelihood(log_ratio: float) -> float:
        return cases * log_ratio - float(np.logaddexp(0.0, log_ratio + log_odds).sum())

    def score(log_ratio: float) -> float:
        return cases - float(expit(log_ratio + log_odds).sum())

    low_end, high_end = -20.0, 20.0
    best = -math.inf if cases == 0 else math.inf if cases == len(used) else _root(score, low_end, high_end)
    top = likelihood(best) if math.isfinite(best) else 0.0  # at its limit the likelihood is one

    def drop(log_ratio: float) -> float:
        return likelihood(log_ratio) - (top - PROFILE_DROP)

    low = -math.inf if cases == 0 else _root(lambda x: -drop(x), low_end, min(best, high_end))
    high = math.inf if cases == len(used) else _root(drop, max(best, low_end), high_end)
    return _exp(best), _exp(low), _exp(high)


def _exp(x: float) -> float:
    return math.exp(x) if x < math.inf else math.inf


def _root(falling: Callable[[float], float], low: float, high: float) -> float:
    """Where a falling function crosses zero between ``low`` and ``high``; the end it does not cross before."""
    from scipy.optimize import brentq

    if falling(low) <= 0 or falling(high) >= 0:
        return low if falling(low) <= 0 else high
    return float(brentq(falling, low, high, xtol=1e-12))
