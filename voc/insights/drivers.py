"""Drivers: what moves the score that customers gave, topic by topic, and what moved it between two periods.

Two figures for each topic, because they answer two questions. The **impact** is the score as it is less the score
without the interactions that speak of the topic: what the topic weighs today, its company included. The **effect**
comes from a least-squares regression on all topics with the channel and the segment held: how much lower or higher the
score is where this topic is spoken of and all else is equal. Both are associations, not causes. Their intervals know
that one customer's interactions are not independent (sandwich estimator clustered by customer; Cameron & Miller 2015,
*A Practitioner's Guide to Cluster-Robust Inference*).

NPS counts +1 for a promoter (9, 10), −1 for a detractor (0…6) and 0 between, so that means of it are the NPS itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from voc.errors import InputError
from voc.insights import comparison, statistics
from voc.insights.clustered_estimates import Estimate, clustered_variance, clusters, estimate, how_many
from voc.insights.drilldown import href
from voc.insights.records import Period
from voc.insights.score_change import ScoreChange, score_change, valued
from voc.insights.sentiment import DETRACTOR, PROMOTER
from voc.records import Record
from voc.records.sentiment import SCORE_KINDS
from voc.store import Filters, Store
from voc.store.columns import Coded
from voc.store.filters import PRAISE_FROM
from voc.store.scored import Score, ScoredRows

SCORES: tuple[Score, ...] = (*SCORE_KINDS, "sentiment")
LEAST = 5
"""Interactions that speak of a topic, and scored ones that do not, under which nothing is said of it."""
SIGNIFICANT = 0.05
POLARISING = 0.3
"""A topic is polarising when so many of its scores are in the lowest and as many in the highest third of the scale."""
BORDERS: dict[Score, tuple[float, float]] = {"nps": (DETRACTOR, PROMOTER), "sentiment": (-PRAISE_FROM, PRAISE_FROM)}
"""Up to the first a score is low, from the second on it is high; other scales are cut in thirds of what was given."""

Leaning = Literal["raises", "lowers", "polarising", "unclear"]


class Driver(Record):
    """One topic: ``n`` scored interactions speak of it (``share`` of all), and what the score is there.

    ``q_value`` is that of the effect, corrected for the number of topics. ``emerging``: its share of the scored
    interactions rose from the first half of the period to the second, by more than chance would.
    """

    topic: str
    n: int
    share: float
    score: float
    impact: Estimate
    effect: Estimate
    q_value: float
    leaning: Leaning
    emerging: bool
    low: float
    """Share of its scores that are low."""
    high: float
    """Share of its scores that are high."""
    href: str


class Drivers(Record):
    """Drivers of one score, the strongest first; ``unsure`` topics are spoken of too seldom to say anything."""

    score_of: Score
    period: Period
    n: int
    customers: int
    score: float | None
    drivers: tuple[Driver, ...]
    unsure: int
    held: tuple[str, ...]
    """What the effects hold equal beside the other topics."""
    change: ScoreChange | None = None


def drivers(
    store: Store,
    filters: Filters | None = None,
    *,
    score: str = "nps",
    compare: str | None = None,
    by: str = "channel",
    level: Literal["label", "parent"] = "parent",
) -> Drivers:
    """What moves a score, over the interactions that match and came with it.

    Raises:
        InputError: an unknown score or dimension, or ``compare`` names no period.
    """
    filters = filters or Filters()
    chosen = next((one for one in SCORES if one == score), None)
    if chosen is None:
        raise InputError(
            f"score={score}: use one of {', '.join(SCORES)}.",
            code="no_such_score",
            score=score,
            scores=", ".join(SCORES),
        )
    rows = store.scored.rows(filters, chosen, level=level)
    y = valued(rows.score, chosen)
    n = len(y)
    figures = _figures(rows, y, chosen, filters) if n else []
    return Drivers(
        score_of=chosen,
        period=comparison.period(filters),
        n=n,
        customers=how_many(rows.voices),
        score=float(y.mean()) if n else None,
        drivers=tuple(sorted(figures, key=lambda one: (-abs(one.impact.value), one.topic))),
        unsure=len(set(rows.topics.codes.tolist())) - len(figures),
        held=("channel", "segment"),
        change=score_change(store, filters, chosen, compare, by, level, rows) if compare else None,
    )


# --- topics ----------------------------------------------------------------------------------------------------------


def _figures(rows: ScoredRows, y: NDArray[np.float64], kind: Score, filters: Filters) -> list[Driver]:
    n = len(y)
    spoken = np.bincount(rows.topics.codes, minlength=len(rows.topics.names))
    told = [code for code in range(len(spoken)) if LEAST <= spoken[code] <= n - LEAST]
    if not told:
        return []
    column = np.full(len(spoken), -1)
    column[told] = np.arange(len(told))
    kept = column[rows.topics.codes] >= 0
    cells = (np.ones(int(kept.sum())), (rows.rows[kept], column[rows.topics.codes[kept]]))
    topics = sparse.csr_matrix(cells, shape=(n, len(told)))
    people = clusters(rows.voices)
    # What a topic's figures rest on: few customers leave much to chance, however much each of them said.
    freedom = np.maximum(np.asarray(((people @ topics) > 0).sum(axis=0)).ravel() - 1, 1)
    impacts = _impacts(topics, y, people, freedom)
    effects = _effects(topics, y, people, freedom, (rows.channels, rows.segments))
    corrected = statistics.q_values([one.p_value for one in effects])
    low, high = BORDERS.get(kind) or _thirds(rows.score)
    means = np.asarray(topics.T @ y).ravel() / spoken[told]
    lows, highs = (
        np.asarray(topics.T @ part.astype(np.float64)).ravel() / spoken[told]
        for part in (rows.score <= low, rows.score >= high)
    )
    rising = _emerging(topics, rows.at)
    return [
        Driver(
            topic=str(rows.topics.names[code]),
            n=int(spoken[code]),
            share=float(spoken[code] / n),
            score=float(means[place]),
            impact=impacts[place],
            effect=effects[place],
            q_value=corrected[place],
            leaning=_leaning(effects[place], corrected[place], float(lows[place]), float(highs[place])),
            emerging=rising[place],
            low=float(lows[place]),
            high=float(highs[place]),
            href=href(filters.model_copy(update={"topic": str(rows.topics.names[code])})),
        )
        for place, code in enumerate(told)
    ]


def _thirds(score: NDArray[np.float64]) -> tuple[float, float]:
    least, most = float(score.min()), float(score.max())
    return least + (most - least) / 3, most - (most - least) / 3


def _leaning(effect: Estimate, q: float, low: float, high: float) -> Leaning:
    if low >= POLARISING and high >= POLARISING:
        return "polarising"
    if q > SIGNIFICANT:
        return "unclear"
    return "raises" if effect.value > 0 else "lowers"


def _impacts(
    topics: sparse.csr_matrix, y: NDArray[np.float64], people: sparse.csr_matrix, freedom: NDArray[np.int64]
) -> list[Estimate]:
    """The mean as it is less the mean without each topic; the interval by its influence function."""
    n, mean = len(y), float(y.mean())
    found = []
    columns = topics.tocsc()
    for place in range(topics.shape[1]):
        without = np.ones(n)
        without[columns.indices[columns.indptr[place] : columns.indptr[place + 1]]] = 0.0
        left = float(without.mean())
        rest = float(y @ without) / (n * left)
        influence = (y - mean) - without * (y - rest) / left
        found.append(estimate(mean - rest, clustered_variance(people @ influence, n), int(freedom[place])))
    return found


def _effects(
    topics: sparse.csr_matrix,
    y: NDArray[np.float64],
    people: sparse.csr_matrix,
    freedom: NDArray[np.int64],
    held: Sequence[Coded],
) -> list[Estimate]:
    """Coefficients of the topics, all in one regression with the groups of ``held`` beside them."""
    design = sparse.hstack([topics, *(_dummies(one) for one in held), np.ones((len(y), 1))], format="csr")
    crossed = np.asarray((design.T @ design).todense())
    inverse = np.linalg.pinv(crossed, hermitian=True)
    coefficients = inverse @ (design.T @ y)
    left = y - design @ coefficients
    scores = people @ design.multiply(left[:, None]).tocsr()  # sparse: a customer speaks of few topics
    scores.eliminate_zeros()
    customers = int((np.diff(scores.indptr) > 0).sum())
    n, p = design.shape
    small = customers / max(customers - 1, 1) * (n - 1) / max(n - p, 1)
    variance = small * inverse @ (scores.T @ scores).toarray() @ inverse
    return [
        estimate(float(coefficients[place]), float(variance[place, place]), int(freedom[place]))
        for place in range(topics.shape[1])
    ]


def _dummies(column: Coded) -> sparse.csr_matrix:
    """One column a group but the largest, which the others are held against."""
    counts = np.bincount(column.codes, minlength=len(column.names))
    others = [code for code in range(len(counts)) if code != int(counts.argmax()) and counts[code]]
    place = np.full(len(counts), -1)
    place[others] = np.arange(len(others))
    kept = place[column.codes] >= 0
    cells = (np.ones(int(kept.sum())), (np.flatnonzero(kept), place[column.codes[kept]]))
    return sparse.csr_matrix(cells, shape=(len(column.codes), len(others)))


def _emerging(topics: sparse.csr_matrix, at: NDArray[np.int64]) -> list[bool]:
    """Whether each topic's share rose from the first half of the time to the second, corrected for their number."""
    middle = (int(at.min()) + int(at.max())) // 2
    late = (at > middle).astype(np.float64)
    n_late, n_early = int(late.sum()), int(len(late) - late.sum())
    if not n_late or not n_early:
        return [False] * topics.shape[1]
    after = np.asarray(topics.T @ late).ravel().astype(int)
    before = np.asarray(topics.sum(axis=0)).ravel().astype(int) - after
    chances = [
        statistics.over_represented(int(k), n_late, int(other), n_early) for k, other in zip(after, before, strict=True)
    ]
    return [q <= SIGNIFICANT for q in statistics.q_values(chances)]
