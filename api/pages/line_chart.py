"""A line a group over weeks or days, drawn on the server, with what happened marked where it happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from voc.records.metrics import MetricTable, MetricValue
from voc.records.views import Annotation

WIDTH, HEIGHT = 600.0, 160.0
"""Of the drawing, in units of its own."""
MOST_LINES = 6
"""Groups that are drawn, the largest; the table has them all."""


@dataclass(frozen=True)
class Dot:
    """One value: where it lies, where it leads, what it says."""

    x: float
    y: float
    href: str
    value: float
    n: int
    when: str


@dataclass(frozen=True)
class Line:
    """One group: ``paths`` are the points of polylines, broken where there is no value; ``keys`` its dimensions'."""

    keys: dict[str, str | None]
    number: int
    paths: list[str]
    dots: list[Dot]


@dataclass(frozen=True)
class LineChart:
    """Lines over ``times``; ``low`` and ``high`` are what the bottom and the top stand for."""

    times: list[str]
    low: float
    high: float
    lines: list[Line] = field(default_factory=list)
    notes: list[tuple[float, Annotation]] = field(default_factory=list)
    left_out: int = 0
    width: float = WIDTH
    height: float = HEIGHT


def line_chart(found: MetricTable, notes: Sequence[Annotation]) -> LineChart | None:
    """The chart of a table by week or day, and by its other dimensions if it has any; ``None`` for any other table."""
    clock = next((one for one in found.by if one in {"week", "day"}), None)
    if clock is None or not found.figures:
        return None
    others = [one for one in found.by if one != clock]
    times = sorted({str(one.keys[clock]) for one in found.figures})
    groups: dict[tuple[str | None, ...], dict[str, MetricValue]] = {}
    for one in found.figures:
        groups.setdefault(tuple(one.keys[other] for other in others), {})[str(one.keys[clock])] = one
    kept = sorted(groups, key=lambda key: (-sum(one.n for one in groups[key].values()), str(key)))
    values = [one.value for one in found.figures if one.value is not None]
    low, high = min([0.0, *values]), max([0.0, *values])
    high = high if high > low else low + 1
    step = WIDTH / max(1, len(times))
    lines = [
        _line(number, dict(zip(others, key, strict=True)), groups[key], times, step, low, high)
        for number, key in enumerate(kept[:MOST_LINES])
    ]
    marks = [(place, note) for note in notes if (place := _place(note.day, times, clock, step)) is not None]
    return LineChart(times, low, high, lines, marks, left_out=max(0, len(kept) - MOST_LINES))


def _line(
    number: int,
    keys: dict[str, str | None],
    values: Mapping[str, MetricValue],
    times: Sequence[str],
    step: float,
    low: float,
    high: float,
) -> Line:
    dots: list[Dot] = []
    paths: list[list[Dot]] = [[]]
    for place, when in enumerate(times):
        one = values.get(when)
        if one is None or one.value is None:
            paths.append([])
            continue
        y = HEIGHT * (1 - (one.value - low) / (high - low))
        dot = Dot(round((place + 0.5) * step, 1), round(y, 1), one.href, one.value, one.n, when)
        dots.append(dot)
        paths[-1].append(dot)
    drawn = [" ".join(f"{dot.x},{dot.y}" for dot in path) for path in paths if len(path) > 1]
    return Line(keys, number, drawn, dots)


def _place(day: date, times: Sequence[str], clock: str, step: float) -> float | None:
    year, week, weekday = day.isocalendar()
    when = f"{year}-W{week:02d}" if clock == "week" else day.isoformat()
    if when not in times:
        return None
    within = (weekday - 0.5) / 7 if clock == "week" else 0.5
    return round((times.index(when) + within) * step, 1)
