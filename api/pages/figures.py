"""Figures as the templates draw them: shares as bars, weeks as sparklines and as chart specifications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.localisation import Words
from voc.insights.records import SentimentFigure, Share
from voc.records import SentimentLabel

LABELS: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")
SPARK_WIDTH, SPARK_HEIGHT = 96, 24


@dataclass(frozen=True)
class Segment:
    """One stretch of a distribution bar: from ``x`` over ``width`` percent."""

    label: str
    n: int
    share: float
    href: str
    x: float
    width: float


def segments(shares: dict[Any, Share]) -> list[Segment]:
    """The three shares as stretches of one bar, empty ones left out."""
    found: list[Segment] = []
    x = 0.0
    for label in LABELS:
        one = shares.get(label)
        if one is None or not one.n or one.share is None:
            continue
        width = one.share * 100
        found.append(Segment(label, one.n, one.share, one.href, round(x, 2), round(width, 2)))
        x += width
    return found


def sparkline(values: Sequence[float | None]) -> str:
    """SVG path of a small line from 0 to the largest value; gaps where there is none."""
    known = [value for value in values if value is not None]
    top = max(known, default=0.0) or 1.0
    step = SPARK_WIDTH / max(1, len(values) - 1)
    path, pen_down = [], False
    for place, value in enumerate(values):
        if value is None:
            pen_down = False
            continue
        x, y = place * step, SPARK_HEIGHT - 2 - (value / top) * (SPARK_HEIGHT - 4)
        path.append(f"{'L' if pen_down else 'M'}{x:.1f} {y:.1f}")
        pen_down = True
    return "".join(path)


def week_label(t: Words, week: str, running: str | None, *, long: bool = False) -> str:
    """``S46``; the running week tells that it is not whole: ``S48…``, ``long``: ``S48 (en cours, incomplète)``."""
    short = t.week(week, short=True)
    if week != running:
        return short
    return t("overview.running_long", week=short) if long else t("overview.running_short", week=short)


def by_key(figures: Sequence[Any], *names: str) -> dict[tuple[str | None, ...], Any]:
    """Figures by the values of their keys."""
    return {tuple(one.keys.get(name) for name in names): one for one in figures}


def scored(figure: SentimentFigure) -> bool:
    """Whether anything of it was scored."""
    return figure.n > 0
