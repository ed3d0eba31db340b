"""Themes: what customers speak of that no topic explains, found anew each period under ids that stay."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from voc.records.base import Moment, Record
from voc.records.insights import Interval, Quote

ThemeStatus = Literal["discovered", "accepted", "rejected", "merged"]
ThemeState = Literal["new", "grown", "shrunk", "steady", "gone", "merged", "split"]
"""What became of a theme since the run before; ``split`` is one that came out of another."""


class ThemeWord(Record):
    """A word or noun phrase that tells a theme from the others: ``weight`` is its class-based TF-IDF, ``n`` how many
    of the clauses read hold it."""

    text: str
    language: str
    weight: float
    n: int
    forms: tuple[str, ...] = ()
    """As it was written: ``compteur communicant``, ``compteurs communicants``."""


class Theme(Record):
    """One theme. Its ``id`` never changes, and is that of the topic it becomes when accepted.

    ``x``/``y`` (0…1) is its place on the map, ``group`` the id of the largest theme of its coarse group.
    """

    id: str
    status: ThemeStatus = "discovered"
    labels: dict[str, str]
    named_by_person: bool = False
    words: tuple[ThemeWord, ...] = ()
    group: str | None = None
    merged_into: str | None = None
    split_from: str | None = None
    floor: float
    """Likeness to its centre (cosine) from which a clause belongs to it."""
    rules: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Patterns by language that name the topic it became; empty before it was accepted."""
    x: float = 0.5
    y: float = 0.5
    created_at: Moment
    state: ThemeState = "new"


class ThemeRun(Record):
    """One discovery: what was looked at, and how much of it stayed without a theme."""

    id: str
    at: Moment
    since: Moment
    until: Moment
    interactions: int
    """Analysed interactions of the period."""
    unexplained: int
    """Of these, with at least one clause that no topic explains."""
    clauses: int
    """Clauses that no topic explains: what was clustered."""
    left_out: int
    """Of these, clauses in no theme."""
    outlier_share: float | None
    outlier_interval: Interval
    themes: int
    states: dict[str, ThemeState] = Field(default_factory=dict)
    sizes: dict[str, int] = Field(default_factory=dict)
    """Clauses of each theme: what the next run compares with."""
    merged: dict[str, str] = Field(default_factory=dict)
    split: dict[str, str] = Field(default_factory=dict)
    """Theme → the one it went into; new theme → the one it came out of."""
    seconds: float


class ThemeWeek(Record):
    """Interactions of one week in a theme, of ``total`` analysed."""

    week: str
    n: int
    total: int


class ThemeFigure(Record):
    """A theme with its figures in a period: ``n`` interactions of ``total``, by channel and week, in whose words."""

    id: str
    status: ThemeStatus
    label: str
    labels: dict[str, str]
    group: str | None
    group_label: str | None
    state: ThemeState
    merged_into: str | None = None
    split_from: str | None = None
    n: int
    voices: int
    """People and texts, each counted once."""
    total: int
    share: float | None
    interval: Interval
    channels: dict[str, int]
    languages: dict[str, int]
    net: float | None
    """Mean sentiment (−1…1) of its interactions."""
    weeks: tuple[ThemeWeek, ...]
    p_trend: float | None
    """Two-sided p-value of a steady climb or fall over the weeks (Armitage)."""
    words: tuple[ThemeWord, ...]
    rules: dict[str, tuple[str, ...]]
    x: float
    y: float
    quotes: tuple[Quote, ...] = ()
    href: str


class Themes(Record):
    """The themes of a period, largest first, with the run that found them; ``run`` is null before the first."""

    run: ThemeRun | None
    since: Moment | None
    until: Moment | None
    total: int
    themes: tuple[ThemeFigure, ...]


class RuleEffect(Record):
    """What proposed rules would count: ``adds`` interactions of which ``inside`` are the theme's own.

    ``missed`` of the theme's interactions are not found by them; ``examples`` are clauses the rules would add.
    """

    rules: dict[str, tuple[str, ...]]
    adds: int
    inside: int
    missed: int
    examples: tuple[Quote, ...] = ()
