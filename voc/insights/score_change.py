"""What moved a score between two periods, by one dimension: the mix of the groups, or their own score (rate).

Kitagawa 1955, *Components of a Difference Between Two Rates*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from voc.errors import InputError
from voc.insights import comparison, periods
from voc.insights.clustered_estimates import Estimate, clustered_variance, clusters, estimate, how_many
from voc.insights.records import Period
from voc.insights.sentiment import DETRACTOR, PROMOTER
from voc.records import Record
from voc.store import Filters, Store
from voc.store.scored import Score, ScoredRows

Dimension = Literal["channel", "segment", "topic"]
DIMENSIONS: tuple[Dimension, ...] = ("channel", "segment", "topic")


class Moved(Record):
    """One group's part in a change: because its share of the interactions changed (mix), or its own score (rate)."""

    key: str | None
    n_before: int
    n: int
    score_before: float | None
    score: float | None
    mix: float
    rate: float


class ScoreChange(Record):
    """The score of two periods, and what moved it by one dimension: ``mix`` and ``rate`` of the groups sum to it."""

    before: Period
    n_before: int
    score_before: float | None
    difference: Estimate | None
    by: Dimension
    groups: tuple[Moved, ...]


def valued(score: NDArray[np.float64], kind: Score) -> NDArray[np.float64]:
    """Scores as they are counted: of an NPS answer +1, 0 or −1, others as they are."""
    if kind != "nps":
        return score
    return np.where(score >= PROMOTER, 1.0, np.where(score <= DETRACTOR, -1.0, 0.0))


@dataclass(frozen=True)
class _Groups:
    """Interactions and sum of the score of each group of a period; together they are everything."""

    n: dict[str | None, float]
    sums: dict[str | None, float]

    def share(self, key: str | None) -> float:
        return self.n.get(key, 0) / max(sum(self.n.values()), 1)

    def score(self, key: str | None) -> float | None:
        return self.sums[key] / self.n[key] if self.n.get(key) else None


def score_change(
    store: Store,
    filters: Filters,
    kind: Score,
    compare: str,
    by: str,
    level: Literal["label", "parent"],
    rows: ScoredRows,
) -> ScoreChange:
    """The score of ``rows`` against that of another period.

    Raises:
        InputError: an unknown dimension, or ``compare`` names no period.
    """
    dimension = next((one for one in DIMENSIONS if one == by), None)
    if dimension is None:
        raise InputError(
            f"by={by}: use one of {', '.join(DIMENSIONS)}.",
            code="no_such_dimension",
            by=by,
            dimensions=", ".join(DIMENSIONS),
        )
    earlier = periods.compared(filters, compare)
    old = store.scored.rows(earlier, kind, level=level)
    y, y_old = valued(rows.score, kind), valued(old.score, kind)
    now, then = _grouped(rows, y, dimension), _grouped(old, y_old, dimension)
    score_before = float(y_old.mean()) if len(y_old) else None
    groups = [_moved(key, then, now, score_before) for key in sorted(now.n.keys() | then.n.keys(), key=str)]
    return ScoreChange(
        before=comparison.period(earlier),
        n_before=len(y_old),
        score_before=score_before,
        difference=_difference(rows, y, old, y_old) if len(y) and len(y_old) else None,
        by=dimension,
        groups=tuple(sorted(groups, key=lambda one: -abs(one.mix + one.rate))),
    )


def _grouped(rows: ScoredRows, y: NDArray[np.float64], by: Dimension) -> _Groups:
    """An interaction of several topics is divided among them, so that the groups are everything once."""
    if by == "topic":
        spoken = np.bincount(rows.rows, minlength=len(y))
        weights = 1.0 / spoken[rows.rows] if len(rows.rows) else np.zeros(0)
        codes, names, where = rows.topics.codes, rows.topics.names, rows.rows
        silent = np.flatnonzero(spoken == 0)
    else:
        column = rows.channels if by == "channel" else rows.segments
        codes, names, where = column.codes, column.names, np.arange(len(y))
        weights, silent = np.ones(len(y)), np.zeros(0, dtype=np.int64)
    n = np.bincount(codes, weights=weights, minlength=len(names))
    sums = np.bincount(codes, weights=weights * y[where], minlength=len(names))
    counted = {name: float(value) for name, value in zip(names, n, strict=True) if value}
    summed = {name: float(value) for name, value in zip(names, sums, strict=True)}
    if len(silent):
        counted[None] = counted.get(None, 0.0) + len(silent)
        summed[None] = summed.get(None, 0.0) + float(y[silent].sum())
    return _Groups(counted, summed)


def _moved(key: str | None, then: _Groups, now: _Groups, score_before: float | None) -> Moved:
    """Kitagawa's decomposition (1955): the change in share at the mean score, the change in score at the mean share.

    A share counts by how far the group's score is from the whole's before, so that a group that is as all others moves
    nothing by growing.
    """
    before, after = then.score(key), now.score(key)
    known = [one for one in (before, after) if one is not None]
    level = sum(known) / len(known) - (score_before or 0.0) if known else 0.0
    mix = (now.share(key) - then.share(key)) * level
    both = before is not None and after is not None
    rate = ((after or 0.0) - (before or 0.0)) * (now.share(key) + then.share(key)) / 2 if both else 0.0
    return Moved(
        key=key,
        n_before=round(then.n.get(key, 0)),
        n=round(now.n.get(key, 0)),
        score_before=before,
        score=after,
        mix=mix,
        rate=rate,
    )


def _difference(rows: ScoredRows, y: NDArray[np.float64], old: ScoredRows, y_old: NDArray[np.float64]) -> Estimate:
    variance = sum(
        clustered_variance(clusters(one.voices) @ (values - values.mean()), len(values))
        for one, values in ((rows, y), (old, y_old))
    )
    freedom = max(min(how_many(one.voices) for one in (rows, old)) - 1, 1)
    return estimate(float(y.mean() - y_old.mean()), variance, freedom)
