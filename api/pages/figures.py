"""Figures as the templates draw them: shares as bars, weeks as sparklines and as chart specifications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.localisation import Words
from voc.insights.records import SentimentFigure, Sentiments, Share, Volumes
from voc.records import Channel, SentimentLabel

LABELS: tuple[SentimentLabel, ...] = ("negative", "neutral", "positive")
RUNNING_OPACITY = 0.4
"""Of the bars of a week that is not over."""
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


def volume_chart(figures: Volumes, t: Words, *, weeks: Sequence[str], running: str | None = None) -> dict[str, Any]:
    """Interactions by week, stacked by channel; every bar opens its interactions. The ``running`` week is pale."""
    present = {one.keys["channel"] for one in figures.figures}
    channels = [str(one) for one in Channel if str(one) in present]
    rows = [
        {
            "week": one.keys["week"],
            "label": week_label(t, str(one.keys["week"]), running),
            "named": week_label(t, str(one.keys["week"]), running, long=True),
            "running": one.keys["week"] == running,
            "channel": t.known(f"channels.{one.keys['channel']}", one.keys["channel"]),
            "n": one.n,
            "href": one.href,
        }
        for one in figures.figures
        if one.keys.get("week") in set(weeks)
    ]
    return _chart(
        rows,
        weeks=[week_label(t, week, running) for week in weeks],
        y={"field": "n", "type": "quantitative", "title": t("figures.interactions"), "axis": {"tickMinStep": 1}},
        colour={
            "field": "channel",
            "type": "nominal",
            "title": None,
            "legend": {"orient": "top", "columns": 4},
            # By the channel, not by its place in the alphabet of a language: charts.js looks the colours up.
            "scale": {
                "domain": [t.known(f"channels.{one}", one) for one in channels],
                "range": [f"channel-{one}" for one in channels],
            },
        },
        tooltip=[("named", t("figures.week")), ("channel", t("figures.channel")), ("n", "n")],
    )


def sentiment_chart(
    figures: Sentiments, t: Words, *, weeks: Sequence[str], running: str | None = None
) -> dict[str, Any]:
    """How each week divides into negative, neutral and positive; every stretch opens its interactions."""
    rows = [
        {
            "label": week_label(t, str(one.keys["week"]), running),
            "named": week_label(t, str(one.keys["week"]), running, long=True),
            "running": one.keys["week"] == running,
            "sentiment": t(f"sentiments.{label}"),
            "order": LABELS.index(label),
            "n": one.shares[label].n,
            "total": one.n,
            "href": one.shares[label].href,
        }
        for one in figures.figures
        if one.keys.get("week") in set(weeks)
        for label in LABELS
    ]
    spec = _chart(
        rows,
        weeks=[week_label(t, week, running) for week in weeks],
        y={
            "field": "n",
            "type": "quantitative",
            "stack": "normalize",
            "title": t("figures.share"),
            "axis": {"format": "%"},
        },
        colour={
            "field": "sentiment",
            "type": "nominal",
            "title": None,
            "legend": {"orient": "top"},
            "scale": {"domain": [t(f"sentiments.{label}") for label in LABELS], "range": list(LABELS)},
        },
        tooltip=[
            ("named", t("figures.week")),
            ("sentiment", t("figures.sentiment")),
            ("n", "n"),
            ("total", t("figures.of")),
        ],
    )
    spec["encoding"]["order"] = {"field": "order", "type": "quantitative"}
    return spec


def _chart(
    rows: list[dict[str, Any]],
    *,
    weeks: list[str],
    y: dict[str, Any],
    colour: dict[str, Any],
    tooltip: list[tuple[str, str]],
) -> dict[str, Any]:
    """A Vega-Lite bar chart by week; colours and fonts come from the style sheet (static/charts.js)."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "data": {"values": rows},
        "width": "container",
        "height": 220,
        "mark": {"type": "bar", "cursor": "pointer"},
        "encoding": {
            "x": {"field": "label", "type": "ordinal", "title": None, "sort": weeks, "scale": {"domain": weeks},
                  "axis": {"labelAngle": 0, "labelOverlap": True}},
            "y": y,
            "color": colour,
            "opacity": {"condition": {"test": "datum.running", "value": RUNNING_OPACITY}, "value": 1},
            "href": {"field": "href"},
            "tooltip": [{"field": name, "title": title} for name, title in tooltip],
        },
    }  # fmt: skip


def by_key(figures: Sequence[Any], *names: str) -> dict[tuple[str | None, ...], Any]:
    """Figures by the values of their keys."""
    return {tuple(one.keys.get(name) for name in names): one for one in figures}


def scored(figure: SentimentFigure) -> bool:
    """Whether anything of it was scored."""
    return figure.n > 0
