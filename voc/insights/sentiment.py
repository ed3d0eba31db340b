"""How interactions divide into negative, neutral and positive: shares and distributions, never a mean alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

from voc.errors import InputError
from voc.insights import comparison, groups, periods, statistics
from voc.insights.drilldown import href
from voc.insights.records import Bin, Change, Rating, SentimentFigure, Sentiments, Share
from voc.records import SentimentLabel
from voc.store import Filters, Store
from voc.store.dimensions import TIME
from voc.store.figures import Cell

LABELS: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")
BINS = 20
PROMOTER, DETRACTOR = 9, 6
"""NPS: 9 and 10 promote, 0 to 6 detract (Reichheld 2003)."""


def sentiment(
    store: Store,
    filters: Filters | None = None,
    *,
    by: str | Sequence[str] = (),
    compare: str | None = None,
    counted: Sequence[Cell] | None = None,
) -> Sentiments:
    """Sentiment overall and by up to three dimensions, with the histogram of scores and the ratings given.

    A filter on the sentiment itself is left aside: what is asked for is how the labels divide.

    Args:
        counted: the groups, where they were counted already.

    Raises:
        InputError: an unknown dimension or comparison.
    """
    filters = (filters or Filters()).model_copy(update={"sentiment": None})
    by = groups.dimensions(by)
    if "sentiment" in by:
        raise InputError("by=sentiment: these figures are divided by it already; choose another dimension.")
    before = periods.compared(filters, compare) if compare else None
    cells, all_now = _cells(store, filters, by, counted)
    timed = bool(TIME & set(by))
    cells_before, all_before = _cells(store, before, () if timed else by) if before else ([], groups.nothing(()))
    overall = figure(all_now, filters, (), before=(all_before, before) if before else None)
    figures = []
    if by:
        old = {cell.keys: cell for cell in cells_before}
        for cell in cells:
            there = (old.get(cell.keys, groups.nothing(cell.keys)), before) if before and not timed else None
            figures.append(figure(cell, filters, by, before=there))
        if not timed:
            figures.sort(key=lambda one: (-one.n, str(tuple(one.keys.values()))))
    counts = store.figures.scores(filters, bins=BINS)
    width = 2 / BINS
    return Sentiments(
        by=by,
        period=comparison.period(filters),
        compared_with=comparison.period(before) if before else None,
        overall=overall,
        histogram=tuple(
            Bin(low=round(-1 + width * place, 6), high=round(-1 + width * (place + 1), 6), n=n)
            for place, n in enumerate(counts)
        ),
        figures=tuple(figures),
        ratings=ratings(store, filters),
    )


def _cells(
    store: Store, filters: Filters, by: Sequence[str], counted: Sequence[Cell] | None = None
) -> tuple[Sequence[Cell], Cell]:
    """The groups, and all of it."""
    cells = counted if counted is not None else groups.cells(store, filters, by=by) if by else []
    return cells, groups.together(cells) if groups.apart(by) else store.figures.cells(filters)[0]


def figure(
    cell: Cell, filters: Filters, by: Sequence[str], *, before: tuple[Cell, Filters] | None = None
) -> SentimentFigure:
    """One cell as a figure, with the links that list each of its shares."""
    group = groups.keys(cell, by)
    here = groups.narrowed(filters, group)
    n = cell.scored
    mean = cell.score_sum / n if n else None
    deviation = None
    if n > 1 and mean is not None:
        deviation = math.sqrt(max(0.0, (cell.score_squares - n * mean * mean) / (n - 1)))
    previous: Change | None = None
    if before is not None:
        cell_before, filters_before = before
        there = groups.narrowed(filters_before, group).model_copy(update={"sentiment": "any"})
        previous = comparison.share_change(cell.negative, n, cell_before.negative, cell_before.scored, href=href(there))
    return SentimentFigure(
        keys=group,
        n=n,
        unscored=cell.n - n,
        shares=shares({"negative": cell.negative, "neutral": cell.neutral, "positive": cell.positive}, here),
        net=(cell.positive - cell.negative) / n if n else None,
        interval=statistics.net_share(cell.positive, cell.negative, n),
        mean=mean,
        mean_interval=statistics.mean_interval(mean, deviation, n)
        if mean is not None and deviation is not None
        else None,
        deviation=deviation,
        polarised=min(cell.positive, cell.negative) / n if n else None,
        href=href(here.model_copy(update={"sentiment": "any"})),
        previous=previous,
    )


def shares(
    counts: dict[SentimentLabel, int], filters: Filters, *, field: Literal["sentiment", "topic_sentiment"] = "sentiment"
) -> dict[SentimentLabel, Share]:
    """Counts by label as shares of their sum."""
    n = sum(counts.values())
    return {
        label: Share(
            n=counts[label],
            share=counts[label] / n if n else None,
            interval=statistics.wilson(counts[label], n),
            href=href(filters.model_copy(update={field: label})),
        )
        for label in LABELS
    }


def ratings(store: Store, filters: Filters) -> tuple[Rating, ...]:
    """NPS, CSAT and stars where the sources gave any; each with its whole distribution."""
    found = []
    for kind, counts in store.figures.ratings(filters).items():
        n = sum(counts.values())
        mean = sum(value * k for value, k in counts.items()) / n
        deviation = math.sqrt(sum(k * (value - mean) ** 2 for value, k in counts.items()) / (n - 1)) if n > 1 else None
        shown = {f"{value:g}": k for value, k in counts.items()}
        if kind == "nps":
            promoters = sum(k for value, k in counts.items() if value >= PROMOTER)
            detractors = sum(k for value, k in counts.items() if value <= DETRACTOR)
            found.append(
                Rating(
                    kind=kind,
                    n=n,
                    value=(promoters - detractors) / n,
                    interval=statistics.net_share(promoters, detractors, n),
                    deviation=deviation,
                    counts=shown,
                    promoters=promoters,
                    passives=n - promoters - detractors,
                    detractors=detractors,
                )
            )
        else:
            spread = statistics.mean_interval(mean, deviation, n) if deviation is not None else None
            found.append(Rating(kind=kind, n=n, value=mean, interval=spread, deviation=deviation, counts=shown))
    return tuple(found)
