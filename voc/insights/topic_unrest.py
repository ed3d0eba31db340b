"""How much what is said of subjects varies from week to week by itself, when nothing happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voc.insights import count_change_tests as changes
from voc.insights.count_change_tests import Counted, Series
from voc.insights.emergence_tests import overdispersion


@dataclass(frozen=True)
class Unrest:
    """How much the rates of subjects vary from week to week by themselves: variance = mean + ``alpha`` × mean².

    A rate that goes up and down by a seventh is within chance where five speak of a subject, and far beyond it where
    three hundred do: a variance that grows with the mean alone would take the large subjects for news week after week.
    """

    alpha: float

    def dispersion(self, before: float, weeks: int) -> float:
        """Variance over mean of the weekly count of a subject with ``before`` voices in so many ``weeks``."""
        return 1.0 + self.alpha * before / max(1, weeks)


def unrest_of(counted: Counted, spoken: Series, weeks: Sequence[str]) -> Unrest:
    """The unrest of the weeks before the last, of all subjects together (as emergence estimates it)."""
    rows = [changes.weekly(series, spoken, weeks) for (_, what), series in sorted(counted.items()) if what == "all"]
    if not rows:
        return Unrest(0.0)
    counts = np.array([one.counts for one in rows], dtype=np.float64)
    exposed = np.array([one.exposures for one in rows], dtype=np.float64)
    return Unrest(overdispersion(counts, exposed))
