"""Charts drawn on the server: bars by week, stacked, each stretch a link; they need no script and print as they are."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from api.localisation import Words
from api.pages.figures import LABELS, week_label
from voc.insights.records import Sentiments, Volumes
from voc.records import Channel

HEIGHT = 100.0
"""Of the drawing, in units of its own: the page stretches it."""
STEP, GAP = 10.0, 1.6
"""Width of a week with its gap, and the gap."""


@dataclass(frozen=True)
class Stretch:
    """One part of a bar: where it lies, its colour's name, where it leads, and what it says."""

    x: float
    y: float
    height: float
    kind: str
    href: str
    title: str
    running: bool


@dataclass(frozen=True)
class StackedBars:
    """A bar a week. ``ticks``: heights from the top in percent, with their text; ``legend``: kinds with their names."""

    label: str
    weeks: list[tuple[str, str]]
    """Short name and full name of each week."""
    legend: list[tuple[str, str]]
    ticks: list[tuple[float, str]]
    stretches: list[Stretch] = field(default_factory=list)

    @property
    def width(self) -> float:
        """Of the drawing, in its units."""
        return STEP * len(self.weeks)

    @property
    def bar(self) -> float:
        """Width of a bar."""
        return STEP - GAP


@dataclass(frozen=True)
class _Part:
    n: int
    href: str


def volume_bars(figures: Volumes, t: Words, *, weeks: Sequence[str], running: str | None = None) -> StackedBars:
    """Interactions by week, stacked by channel. The ``running`` week is pale."""
    cells = {(one.keys["week"], one.keys["channel"]): _Part(one.n, one.href) for one in figures.figures}
    present = {channel for _, channel in cells}
    kinds = [str(one) for one in Channel if str(one) in present]
    names = {kind: t.known(f"channels.{kind}", kind) for kind in kinds}
    most = max((sum(cells[week, kind].n for kind in kinds if (week, kind) in cells) for week in weeks), default=0)
    top = _round_up(most)
    return _stacked(
        t("overview.volumes"),
        t,
        weeks,
        running,
        cells,
        {kind: (f"of-{kind}", names[kind]) for kind in kinds},
        tops=dict.fromkeys(weeks, float(top)),
        shares=False,
        ticks=[(0.0, t.number(top)), (50.0, t.number(top / 2))],
    )


def sentiment_bars(figures: Sentiments, t: Words, *, weeks: Sequence[str], running: str | None = None) -> StackedBars:
    """How each week divides into negative, neutral and positive."""
    cells: dict[tuple[str | None, str | None], _Part] = {
        (one.keys["week"], label): _Part(one.shares[label].n, one.shares[label].href)
        for one in figures.figures
        for label in LABELS
    }
    tops = {week: float(sum(part.n for (at, _), part in cells.items() if at == week)) for week in weeks}
    return _stacked(
        t("overview.sentiment"),
        t,
        weeks,
        running,
        cells,
        {label: (f"of-{label}", t(f"sentiments.{label}")) for label in LABELS},
        tops=tops,
        shares=True,
        ticks=[(0.0, t.percent(1.0)), (50.0, t.percent(0.5))],
    )


def _stacked(
    label: str,
    t: Words,
    weeks: Sequence[str],
    running: str | None,
    cells: Mapping[tuple[str | None, str | None], _Part],
    kinds: Mapping[str, tuple[str, str]],
    *,
    tops: Mapping[str, float],
    shares: bool,
    ticks: list[tuple[float, str]],
) -> StackedBars:
    stretches = []
    for place, week in enumerate(weeks):
        low = HEIGHT
        for kind, (colour, name) in kinds.items():
            part = cells.get((week, kind))
            if part is None or not part.n or not tops[week]:
                continue
            height = HEIGHT * part.n / tops[week]
            low -= height
            of = f" / {t.number(int(tops[week]))}" if shares else ""
            title = f"{week_label(t, week, running, long=True)} · {name}{t.colon} {t.number(part.n)}{of}"
            stretches.append(
                Stretch(
                    x=round(place * STEP + GAP / 2, 2),
                    y=round(low, 2),
                    height=round(height, 2),
                    kind=colour,
                    href=part.href,
                    title=title,
                    running=week == running,
                )
            )
    return StackedBars(
        label=label,
        weeks=[(week_label(t, week, running), week_label(t, week, running, long=True)) for week in weeks],
        legend=list(kinds.values()),
        ticks=ticks,
        stretches=stretches,
    )


def _round_up(n: int) -> int:
    """The next number whose half reads well on an axis too."""
    if n <= 2:
        return 2
    power = 10.0 ** math.floor(math.log10(n))
    steps = (round(step * power) for step in (1, 1.2, 1.5, 2, 3, 4, 5, 6, 8, 10))
    return next(step for step in steps if step >= n and step % 2 == 0)
