"""Repeat contact, first-contact resolution and time to resolution, over all channels together.

A contact repeats when the same customer came about the same family of topics at most ``days`` before, on whatever
channel; contacts that follow each other so are one issue (:mod:`voc.store.issues`). An issue is resolved at first
contact when the customer did not come back within ``days`` of it. That is what can be seen from outside: somebody who
gave up looks resolved too, which the moment "silence after a complaint" on the customer's page is there to show.

One customer's issues are not independent of each other: intervals are Wilson's with the sample size divided by the
design effect of customers (Kish 1965; Korn & Graubard 1998, Survey Methodology 24).
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from voc.errors import InputError
from voc.insights.drilldown import href
from voc.insights.periods import span
from voc.insights.records import Period
from voc.records import Interval, Record
from voc.settings import settings
from voc.store import Filters, Store
from voc.store.issues import Issue, Level, chain

By = Literal["topic", "channel", "segment"]
BY: tuple[str, ...] = ("topic", "channel", "segment")
LONGEST_DAYS = 365
EXAMPLES = 5
SECONDS_A_DAY = 86_400.0
Z = 1.959964
"""Normal deviate of a 95 % interval."""


class ShareOf(Record):
    """``k`` of ``n`` with an interval that knows the customers behind them; ``share`` is ``None`` without any."""

    k: int
    n: int
    share: float | None
    interval: Interval
    customers: int


class Days(Record):
    """How many days something took: quartiles, never a mean alone; ``interval`` is of the median."""

    n: int
    q25: float | None
    median: float | None
    q75: float | None
    interval: Interval | None


class RepeatExample(Record):
    """One issue that took several contacts: who, about what, on which channels, and the list of these contacts."""

    customer_id: str
    topic: str
    contacts: int
    channels: tuple[str, ...]
    begins: datetime
    days: float
    href: str


class RepeatFigure(Record):
    """Repeat contact of one group.

    ``repeats`` are contacts that repeat, of all contacts of the period; ``first_contact`` the issues of the period
    that needed one contact only, of those watched long enough to know; ``across`` the repeats that came on another
    channel than the contact before.
    """

    keys: dict[str, str | None]
    issues: int
    repeats: ShareOf
    first_contact: ShareOf
    across: ShareOf
    contacts: dict[str, int]
    """Contacts an issue took → issues (closed ones; ``5+`` is five and more)."""
    resolution: Days
    """Days from the first to the last contact of the closed issues that took more than one."""
    href: str
    examples: tuple[RepeatExample, ...] = ()


class Route(Record):
    """Where customers came back: from the channel of one contact to the channel of the next."""

    channel: str
    next_channel: str
    n: int


class RepeatContacts(Record):
    """Repeat contact overall, by one dimension, and the routes between channels."""

    by: str | None
    days: int
    level: Level
    period: Period
    overall: RepeatFigure
    figures: tuple[RepeatFigure, ...]
    routes: tuple[Route, ...]


def repeat_contacts(
    store: Store,
    filters: Filters | None = None,
    *,
    by: str | None = None,
    days: int | None = None,
    level: Level = "parent",
) -> RepeatContacts:
    """Repeat contact and first-contact resolution of the issues opened in the period.

    Contacts before and after the period are looked at too, so that its borders cut no issue in two. A channel in
    ``filters`` or ``by`` is that of the contact an issue began with.

    Raises:
        InputError: an unknown dimension, or ``days`` out of range.
    """
    filters = filters or Filters()
    days = days if days is not None else settings().repeat_days
    if not 1 <= days <= LONGEST_DAYS:
        raise InputError(f"days={days}: use 1 to {LONGEST_DAYS}.")
    if by and by not in BY:
        raise InputError(f"by={by} is not a dimension of repeat contact; use one of {', '.join(BY)}.")
    within = timedelta(days=days)
    bounds = store.figures.first_and_last()
    asked = span(filters) or (filters.since, filters.until)
    wide = filters.model_copy(update={"since": None, "until": None, "week": None, "channel": None, "sentiment": None})
    issues = chain(store.issues.contacts(wide, level=level), within=within)
    horizon = bounds[1] if bounds else datetime.max
    spanned = _Span(asked[0], asked[1], within=within, horizon=horizon)
    if filters.channel:
        issues = [one for one in issues if one.first.channel == filters.channel]
    key: dict[str, Callable[[Issue], str | None]] = {
        "topic": lambda one: one.family,
        "channel": lambda one: one.first.channel,
        "segment": lambda one: one.segment,
    }
    figures = []
    if by:
        groups: dict[str | None, list[Issue]] = defaultdict(list)
        for one in issues:
            groups[key[by](one)].append(one)
        for value, some in groups.items():
            here = filters.model_copy(update={by: "none" if value is None else value})
            figure = _figure({by: value}, some, spanned, here)
            if figure.issues or figure.repeats.n:
                figures.append(figure)
        figures.sort(key=lambda one: (-one.issues, str(tuple(one.keys.values()))))
    routes = Counter(
        (before.channel, after.channel)
        for one in issues
        for before, after in pairwise(one.contacts)
        if spanned.holds(after.at)
    )
    return RepeatContacts(
        by=by or None,
        days=days,
        level=level,
        period=Period(begins=asked[0], ends=asked[1]),
        overall=_figure({}, issues, spanned, filters),
        figures=tuple(figures),
        routes=tuple(Route(channel=a, next_channel=b, n=n) for (a, b), n in routes.most_common()),
    )


class _Span:
    """A period, how long an issue must be watched, and up to when anything is known."""

    def __init__(self, begins: datetime | None, ends: datetime | None, *, within: timedelta, horizon: datetime) -> None:
        self.begins, self.ends, self.within, self.horizon = begins, ends, within, horizon

    def holds(self, at: datetime) -> bool:
        """Whether a moment is in the period."""
        return (self.begins is None or at >= self.begins) and (self.ends is None or at < self.ends)

    def watched(self, at: datetime) -> bool:
        """Whether the days after a moment have gone by, so that nothing more can follow it."""
        return at + self.within <= self.horizon


def _figure(keys: dict[str, str | None], issues: Sequence[Issue], spanned: _Span, filters: Filters) -> RepeatFigure:
    opened = [one for one in issues if spanned.holds(one.first.at)]
    repeats: list[tuple[str, bool]] = []
    across: list[tuple[str, bool]] = []
    for issue in issues:
        for place, contact in enumerate(issue.contacts):
            if not spanned.holds(contact.at):
                continue
            repeats.append((issue.customer_id, place > 0))
            if place:
                across.append((issue.customer_id, contact.channel != issue.contacts[place - 1].channel))
    watched = [one for one in opened if spanned.watched(one.first.at)]
    closed = [one for one in opened if spanned.watched(one.last.at)]
    sizes = Counter("5+" if len(one.contacts) >= 5 else str(len(one.contacts)) for one in closed)
    again = [one for one in closed if len(one.contacts) > 1]
    shown = sorted((one for one in opened if len(one.contacts) > 1), key=lambda one: (-len(one.contacts), one.first.at))
    return RepeatFigure(
        keys=keys,
        issues=len(opened),
        repeats=clustered(repeats),
        first_contact=clustered([(one.customer_id, len(one.contacts) == 1) for one in watched]),
        across=clustered(across),
        contacts=dict(sorted(sizes.items())),
        resolution=_days([one.lasted.total_seconds() / SECONDS_A_DAY for one in again]),
        href=href(filters.model_copy(update={"customer": filters.customer or "any"})),
        examples=tuple(_example(one) for one in shown[:EXAMPLES]),
    )


def _example(issue: Issue) -> RepeatExample:
    filters = Filters(
        customer=issue.customer_id,
        topic=issue.family,
        since=issue.first.at,
        until=issue.last.at + timedelta(seconds=1),
    )
    return RepeatExample(
        customer_id=issue.customer_id,
        topic=issue.family,
        contacts=len(issue.contacts),
        channels=issue.channels,
        begins=issue.first.at,
        days=issue.lasted.total_seconds() / SECONDS_A_DAY,
        href=href(filters),
    )


def clustered(marks: Sequence[tuple[str, bool]]) -> ShareOf:
    """The share of marks that are true, its interval widened by how much customers (the first of each pair) differ.

    The effective sample size is never above the number of marks, and never below one.
    """
    n = len(marks)
    per: dict[str, tuple[int, int]] = {}
    for who, true in marks:
        k_who, n_who = per.get(who, (0, 0))
        per[who] = (k_who + true, n_who + 1)
    k = sum(one[0] for one in per.values())
    if not n:
        return ShareOf(k=0, n=0, share=None, interval=Interval(low=0.0, high=1.0), customers=0)
    share = k / n
    effective = float(n)
    if 0 < k < n and len(per) > 1:
        residuals = sum((k_who - share * n_who) ** 2 for k_who, n_who in per.values())
        variance = residuals * len(per) / (len(per) - 1) / (n * n)
        effective = min(float(n), max(1.0, share * (1 - share) / variance)) if variance > 0 else float(n)
    elif k in {0, n}:
        effective = float(len(per))  # all alike: each customer counts once
    return ShareOf(k=k, n=n, share=share, interval=_wilson(share, effective), customers=len(per))


def _wilson(share: float, n: float) -> Interval:
    """Wilson's interval with a sample size that need not be whole."""
    scale = 1 + Z * Z / n
    centre = (share + Z * Z / (2 * n)) / scale
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / scale
    return Interval(
        low=0.0 if share == 0 else max(0.0, centre - half), high=1.0 if share == 1 else min(1.0, centre + half)
    )


def _days(values: list[float]) -> Days:
    """Quartiles; the median's interval from the order statistics (binomial, normal approximation)."""
    values = sorted(values)
    n = len(values)
    if not n:
        return Days(n=0, q25=None, median=None, q75=None, interval=None)

    def at(share: float) -> float:
        place = share * (n - 1)
        below = math.floor(place)
        above = min(below + 1, n - 1)
        return values[below] + (values[above] - values[below]) * (place - below)

    half = Z * math.sqrt(n) / 2
    low, high = math.floor(n / 2 - half), math.ceil(n / 2 + half)
    interval = Interval(low=values[low], high=values[high]) if low >= 0 and high < n else None
    return Days(n=n, q25=at(0.25), median=at(0.5), q75=at(0.75), interval=interval)
