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
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from voc.errors import InputError
from voc.insights.drilldown import href
from voc.insights.periods import span
from voc.insights.records import Period
from voc.records import Interval, Record
from voc.settings import settings
from voc.store import Filters, Store
from voc.store.filters import Asked, values
from voc.store.issues import EPOCH, FromUntil, Messages, in_period, own_contacts, since_epoch
from voc.store.topic_mentions import Level

By = Literal["topic", "channel", "segment"]
BY: tuple[str, ...] = ("topic", "channel", "segment")
LONGEST_DAYS = 365
EXAMPLES = 5
MOST_TOLD_APART = 5
"""Contacts of an issue from which on they are counted together."""
SECONDS_A_DAY = 86_400.0
MICROSECOND = timedelta(microseconds=1)
MICROSECONDS_A_DAY = SECONDS_A_DAY * 1e6
Z = 1.959964
"""Normal deviate of a 95 % interval."""

Moments = NDArray[np.int64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]
"""Numbers of issues or of contacts, ascending."""


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
    bounds = store.figures.first_and_last()
    asked = span(filters) or (filters.since, filters.until)
    within = timedelta(days=days)
    # Whether a contact carries an issue on is told by the days before it; on which channel that began, by all of it.
    back = asked[0] - within if asked[0] is not None and by != "channel" and filters.channel is None else None
    wide = filters.model_copy(update={"since": back, "until": None, "week": None, "channel": None, "sentiment": None})
    spanned = _Span(asked, within=within, horizon=bounds[1] if bounds else datetime.max)
    messages = store.issues.messages(wide, level=level, period=asked, segments=by == "segment")
    chained = _Chained(messages, spanned)
    chosen = chained.of_channels(filters.channel)
    groups = list(chained.groups(by, chosen)) if by else []
    longest = [chained.longest(some) for _, some in groups]
    longest_of_all = chained.longest(chosen)
    called = chained.called(store, {issue for issues in (*longest, longest_of_all) for issue in issues})
    figures = []
    for (value, some), issues in zip(groups, longest, strict=True):
        here = filters.model_copy(update={by or "": "none" if value is None else value})
        figure = chained.figure({by or "": value}, some, here, [chained.example(one, called) for one in issues])
        if figure.issues or figure.repeats.n:
            figures.append(figure)
    figures.sort(key=lambda one: (-one.issues, str(tuple(one.keys.values()))))
    return RepeatContacts(
        by=by or None,
        days=days,
        level=level,
        period=Period(begins=asked[0], ends=asked[1]),
        overall=chained.figure({}, chosen, filters, [chained.example(one, called) for one in longest_of_all]),
        figures=tuple(figures),
        routes=chained.routes(chosen),
    )


class _Span:
    """A period, how long an issue must be watched, and up to when anything is known (microseconds since 1970)."""

    def __init__(self, period: FromUntil, *, within: timedelta, horizon: datetime) -> None:
        self.period = period
        self.within = within
        self.horizon = since_epoch(horizon) if horizon != datetime.max else np.iinfo(np.int64).max

    def holds(self, at: Moments) -> Flags:
        """Whether moments are in the period."""
        return in_period(at, self.period)

    def watched(self, at: Moments) -> Flags:
        """Whether the days after moments have gone by, so that nothing more can follow them."""
        return at + self.within // MICROSECOND <= self.horizon


class _Chained:
    """Contacts (a row each, messages on one channel within the hour put together) and the issues they make up."""

    def __init__(self, messages: Messages, spanned: _Span) -> None:
        self.names = messages
        families = max(len(messages.families.names), 1)
        groups = messages.customers * families + messages.families.codes
        own, opens = own_contacts(groups, messages.channels.codes, messages.at, within=spanned.within)
        places, opening = np.flatnonzero(own), np.flatnonzero(opens)  # of messages
        self.at, self.channel = messages.at[places], messages.channels.codes[places]
        opened = np.flatnonzero(opens[places])
        self.issues = len(opened)
        self.issue: NDArray[np.int64] = np.cumsum(opens[places]) - 1  # of each contact
        self.contacts = np.diff(np.append(opened, len(self.at)))  # of each issue
        self.first, self.last = opened, opened + self.contacts - 1  # places of an issue's contacts
        self.opening = opening  # the message that opened an issue
        self.customer = messages.customers[opening]
        self.family = messages.families.codes[opening]
        self.segment = messages.segments.codes[opening]
        self.repeat = np.ones(len(self.at), dtype=np.bool_)
        self.repeat[opened] = False
        # of each contact: whether it came on another channel than the one before
        self.crossed = np.concatenate([[False], self.channel[1:] != self.channel[:-1]])[: len(self.at)]
        self.inside = spanned.holds(self.at)
        self.opened_inside = self.inside[self.first]
        self.first_watched = spanned.watched(self.at[self.first])
        self.closed = self.opened_inside & spanned.watched(self.at[self.last])

    def of_channels(self, asked: Asked) -> Places:
        """The issues that began on one of the channels; all where none is asked for."""
        if asked is None:
            return np.arange(self.issues)
        codes = [code for code, name in enumerate(self.names.channels.names) if name in values(asked)]
        return np.flatnonzero(np.isin(self.channel[self.first], codes))

    def groups(self, by: str, chosen: Places) -> Iterator[tuple[str | None, Places]]:
        """The value and the issues of each group; a channel is that of the contact an issue began with."""
        codes, names = {
            "topic": (self.family, self.names.families.names),
            "channel": (self.channel[self.first], self.names.channels.names),
            "segment": (self.segment, self.names.segments.names),
        }[by]
        here = codes[chosen]
        order = np.argsort(here.astype(np.min_scalar_type(len(names))), kind="stable")  # small numbers sort in one pass
        sizes = np.bincount(here, minlength=len(names))
        for code, places in enumerate(np.split(order, np.cumsum(sizes)[:-1])):
            if len(places):
                yield names[code], chosen[places]

    def contacts_of(self, some: Places) -> Places:
        """The contacts of the period that some issues are made of."""
        if len(some) == self.issues:
            return np.flatnonzero(self.inside)
        lengths = self.contacts[some]
        before = np.cumsum(lengths) - lengths
        places = np.repeat(self.first[some] - before, lengths) + np.arange(int(lengths.sum()))
        return places[self.inside[places]]

    def figure(
        self, keys: dict[str, str | None], some: Places, filters: Filters, examples: Sequence[RepeatExample]
    ) -> RepeatFigure:
        """The figure of some issues."""
        opened = some[self.opened_inside[some]]
        closed = opened[self.closed[opened]]
        contacts = self.contacts_of(some)
        again = closed[self.contacts[closed] > 1]
        sizes = np.bincount(np.minimum(self.contacts[closed], MOST_TOLD_APART)).tolist()
        lasted = (self.at[self.last[again]] - self.at[self.first[again]]) / MICROSECONDS_A_DAY
        watched = opened[self.first_watched[opened]]
        repeats = contacts[self.repeat[contacts]]
        return RepeatFigure(
            keys=keys,
            issues=len(opened),
            repeats=clustered(self.customer[self.issue[contacts]], self.repeat[contacts]),
            first_contact=clustered(self.customer[watched], self.contacts[watched] == 1),
            across=clustered(self.customer[self.issue[repeats]], self.crossed[repeats]),
            contacts={f"{size}+" if size == MOST_TOLD_APART else str(size): n for size, n in enumerate(sizes) if n},
            resolution=_days(np.sort(lasted)),
            href=href(filters.model_copy(update={"customer": filters.customer or "any"})),
            examples=tuple(examples),
        )

    def longest(self, some: Places) -> list[int]:
        """The issues of the period that took most contacts, for examples."""
        places = some[self.opened_inside[some] & (self.contacts[some] > 1)]
        if len(places) > EXAMPLES:  # what cannot be among them need not be sorted
            places = places[self.contacts[places] >= np.partition(self.contacts[places], -EXAMPLES)[-EXAMPLES]]
        order = np.lexsort((self.customer[places], self.at[self.first[places]], -self.contacts[places]))
        return [int(one) for one in places[order[:EXAMPLES]]]

    def called(self, store: Store, issues: Collection[int]) -> dict[int, str]:
        """Issue → the customer whose it is."""
        keys = {issue: self.names.key(self.opening[issue]) for issue in sorted(issues)}
        known = store.issues.customer_ids(sorted(set(keys.values())))
        return {issue: known[key] for issue, key in keys.items() if key in known}

    def example(self, issue: int, called: Mapping[int, str]) -> RepeatExample:
        """An issue as it is shown."""
        first, last = int(self.first[issue]), int(self.last[issue])
        channels = [str(self.names.channels.names[code]) for code in self.channel[first : last + 1].tolist()]
        begins, ends = (EPOCH + int(self.at[place]) * MICROSECOND for place in (first, last))
        customer = called[issue]
        family = str(self.names.families.names[int(self.family[issue])])
        filters = Filters(customer=customer, topic=family, since=begins, until=ends + timedelta(seconds=1))
        return RepeatExample(
            customer_id=customer,
            topic=family,
            contacts=last - first + 1,
            channels=tuple(dict.fromkeys(channels)),
            begins=begins,
            days=(ends - begins).total_seconds() / SECONDS_A_DAY,
            href=href(filters),
        )

    def routes(self, some: Places) -> tuple[Route, ...]:
        """From which channel to which customers came back in the period, the most travelled first."""
        contacts = self.contacts_of(some)
        places = contacts[self.repeat[contacts]]
        names = self.names.channels.names
        pairs = np.bincount(self.channel[places - 1] * len(names) + self.channel[places])
        found = [
            Route(
                channel=str(names[pair // len(names)]), next_channel=str(names[pair % len(names)]), n=int(pairs[pair])
            )
            for pair in np.flatnonzero(pairs).tolist()
        ]
        return tuple(sorted(found, key=lambda one: (-one.n, one.channel, one.next_channel)))


def clustered(who: NDArray[np.int64], marks: Flags) -> ShareOf:
    """The share of marks [n] that are true, its interval widened by how much customers (``who`` [n]) differ.

    The effective sample size is never above the number of marks, and never below one.
    """
    n = len(marks)
    if not n:
        return ShareOf(k=0, n=0, share=None, interval=Interval(low=0.0, high=1.0), customers=0)
    per_n, per_k = np.bincount(who), np.bincount(who[marks], minlength=int(who.max()) + 1)
    known = np.flatnonzero(per_n)
    per_n, per_k = per_n[known], per_k[known]
    k, customers = int(marks.sum()), len(per_n)
    share = k / n
    effective = float(n)
    if 0 < k < n and customers > 1:
        residuals = float(((per_k - share * per_n) ** 2).sum())
        variance = residuals * customers / (customers - 1) / (n * n)
        effective = min(float(n), max(1.0, share * (1 - share) / variance)) if variance > 0 else float(n)
    elif k in {0, n}:
        effective = float(customers)  # all alike: each customer counts once
    return ShareOf(k=k, n=n, share=share, interval=_wilson(share, effective), customers=customers)


def _wilson(share: float, n: float) -> Interval:
    """Wilson's interval with a sample size that need not be whole."""
    scale = 1 + Z * Z / n
    centre = (share + Z * Z / (2 * n)) / scale
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / scale
    return Interval(
        low=0.0 if share == 0 else max(0.0, centre - half), high=1.0 if share == 1 else min(1.0, centre + half)
    )


def _days(values: NDArray[np.float64]) -> Days:
    """Quartiles of ascending values; the median's interval from the order statistics (normal approximation)."""
    n = len(values)
    if not n:
        return Days(n=0, q25=None, median=None, q75=None, interval=None)

    def at(share: float) -> float:
        place = share * (n - 1)
        below = math.floor(place)
        above = min(below + 1, n - 1)
        return float(values[below] + (values[above] - values[below]) * (place - below))

    half = Z * math.sqrt(n) / 2
    low, high = math.floor(n / 2 - half), math.ceil(n / 2 + half)
    interval = Interval(low=float(values[low]), high=float(values[high])) if low >= 0 and high < n else None
    return Days(n=n, q25=at(0.25), median=at(0.5), q75=at(0.75), interval=interval)
