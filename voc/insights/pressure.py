"""Contact pressure: what customers were sent against what their segment tolerates, and what they said meanwhile.

The relation to negative signals is an association. The company chooses whom it writes to, and that choice may go with
being dissatisfied without causing it; nothing here says otherwise.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby

from voc.insights import exposure_response as doses
from voc.insights import statistics
from voc.insights.contact_pressure_rules import Excess, Rule, Tolerance, excess, load_tolerance
from voc.insights.drilldown import href
from voc.insights.periods import span
from voc.insights.records import Period
from voc.records import Interval, Record
from voc.settings import settings
from voc.store import Filters, Store
from voc.store.pressure import Member, Sent

WEEKS = 12
"""How far back a period reaches when none is chosen."""

OVER_SHOWN = 100
CASES_SHOWN = 8
EMPTY = datetime(2000, 1, 1, tzinfo=UTC)
"""End of the period of an empty store."""


class OverTolerance(Record):
    """One customer who was sent more than their segment tolerates, with the fullest window."""

    customer_id: str
    segment: str | None
    excess: Excess
    channels: dict[str, int]
    """Messages of the window by channel."""
    href: str


class SegmentPressure(Record):
    """One segment: who was reached, who was sent too much, and how many messages those reached had."""

    segment: str | None
    customers: int
    reached: int
    over: int
    share: float | None
    """Customers over tolerance, of those reached."""
    interval: Interval
    messages: int
    median: float | None
    """Messages per customer reached over the period; ``most`` is the largest."""
    most: int


class Evidence(Record):
    """One case behind a figure."""

    customer_id: str
    interaction_id: str
    href: str


class Dose(Record):
    """Customers while they had had ``low`` … ``high`` messages in the window (``high`` = null: and more).

    ``rate`` is customers who spoke ill for the first time in this band, per 100 customer-weeks in it; ``ratio`` is
    against no message at all, with its exact 95 % interval (a null limit is open).
    """

    low: int
    high: int | None
    customers: int
    weeks: float
    cases: int
    rate: float | None
    rate_interval: Interval | None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    evidence: tuple[Evidence, ...] = ()


class Association(Record):
    """How negative signals go with the messages of the days before; association, not cause.

    ``p_trend`` is the exact one-sided test that the rate climbs from band to band. ``within`` compares each customer
    with themselves, with and without messages lately: what is lasting about a customer cannot explain it.
    """

    window_days: int
    doses: tuple[Dose, ...]
    cases: int
    p_trend: float | None
    within: float | None
    within_low: float | None
    within_high: float | None
    within_customers: int


class Pressure(Record):
    """Contact pressure over a period."""

    period: Period
    tolerance: Tolerance
    customers: int
    reached: int
    messages: int
    by_channel: dict[str, int]
    over: int
    share: float | None
    interval: Interval
    over_tolerance: tuple[OverTolerance, ...]
    """The furthest over first, at most :data:`OVER_SHOWN`."""
    segments: tuple[SegmentPressure, ...]
    association: Association | None
    """``None`` where nothing was sent."""


def pressure(
    store: Store, filters: Filters | None = None, *, tolerance: Tolerance | None = None, window_days: int | None = None
) -> Pressure:
    """Contact pressure and what goes with it.

    The period and the segment of ``filters`` say what is looked at; the other filters narrow the negative signals
    (``topic="marketing.pressure"`` counts complaints about the messages themselves).

    Args:
        tolerance: rules per segment, default those of the settings.
        window_days: days a message counts towards the dose, default the window of the first default rule.

    Raises:
        SettingsError: the rules cannot be read.
    """
    filters = filters or Filters()
    rules = tolerance or load_tolerance(settings().pressure)
    window = timedelta(days=window_days or rules.default[0].days)
    begins, ends = _period(store, filters)
    sizes = store.pressure.sizes(segment=filters.segment)
    everybody = store.pressure.sent(begins - max(window, rules.longest), ends)
    members = store.pressure.members({one.customer_id for one in everybody}, segment=filters.segment)
    sent = _by_customer(everybody, members)
    reached = {who: sum(begins <= one.at for one in some) for who, some in sent.items()}
    reached = {who: n for who, n in reached.items() if n}
    over = _over(sent, members, rules, begins, ends)
    by_channel = Counter(one.channel or "other" for some in sent.values() for one in some if one.at >= begins)
    persons = sum(sizes.values())
    association = _association(store, filters, members, sent, begins, ends, window, persons) if sent else None
    return Pressure(
        period=Period(begins=begins, ends=ends),
        tolerance=rules,
        customers=persons,
        reached=len(reached),
        messages=sum(reached.values()),
        by_channel=dict(by_channel.most_common()),
        over=len(over),
        share=len(over) / len(reached) if reached else None,
        interval=statistics.wilson(len(over), max(len(reached), len(over))),
        over_tolerance=tuple(over[:OVER_SHOWN]),
        segments=_segments(sizes, members, reached, over),
        association=association,
    )


def _period(store: Store, filters: Filters) -> tuple[datetime, datetime]:
    """The period asked for, else the last weeks; cut to where anything is known: unwatched time is not quiet time."""
    bounds = [one for one in (store.figures.first_and_last(), store.pressure.first_and_last()) if one is not None]
    asked = span(filters)
    if not bounds:
        return asked or (EMPTY - timedelta(weeks=WEEKS), EMPTY)
    first, last = min(one[0] for one in bounds), max(one[1] for one in bounds) + timedelta(seconds=1)
    begins, ends = asked or (filters.since, filters.until)
    ends = min(ends, last) if ends else last
    begins = max(begins or ends - timedelta(weeks=WEEKS), first)
    return min(begins, ends), ends


def _by_customer(sent: Sequence[Sent], members: Mapping[str, Member]) -> dict[str, list[Sent]]:
    return {who: list(some) for who, some in groupby(sent, key=lambda one: one.customer_id) if who in members}


def _over(
    sent: Mapping[str, Sequence[Sent]],
    members: Mapping[str, Member],
    rules: Tolerance,
    begins: datetime,
    ends: datetime,
) -> list[OverTolerance]:
    found = []
    for who, some in sent.items():
        segment = members[who].segment
        worst = excess(some, rules.rules(segment), since=begins, until=ends)
        if worst is None:
            continue
        inside = [
            one.channel or "other"
            for one in some
            if worst.begins <= one.at <= worst.ends and worst.rule.channel in {None, one.channel}
        ]
        link = href(Filters(customer=who, since=worst.begins, until=worst.ends + timedelta(days=worst.rule.days)))
        found.append(
            OverTolerance(
                customer_id=who,
                segment=segment,
                excess=worst,
                channels=dict(Counter(inside).most_common()),
                href=link,
            )
        )
    found.sort(key=lambda one: (-one.excess.n / max(one.excess.rule.at_most, 0.5), -one.excess.n, one.customer_id))
    return found


def _segments(
    sizes: Mapping[str | None, int],
    members: Mapping[str, Member],
    reached: Mapping[str, int],
    over: Sequence[OverTolerance],
) -> tuple[SegmentPressure, ...]:
    messages: dict[str | None, list[int]] = defaultdict(list)
    for who, n in reached.items():
        messages[members[who].segment].append(n)
    pressed = Counter(one.segment for one in over)
    found = []
    for segment, size in sizes.items():
        counts = sorted(messages[segment])
        found.append(
            SegmentPressure(
                segment=segment,
                customers=size,
                reached=len(counts),
                over=pressed[segment],
                share=pressed[segment] / len(counts) if counts else None,
                interval=statistics.wilson(pressed[segment], max(len(counts), pressed[segment])),
                messages=sum(counts),
                median=(counts[(len(counts) - 1) // 2] + counts[len(counts) // 2]) / 2 if counts else None,
                most=counts[-1] if counts else 0,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.messages, str(one.segment))))


def _association(
    store: Store,
    filters: Filters,
    members: Mapping[str, Member],
    sent: Mapping[str, Sequence[Sent]],
    begins: datetime,
    ends: datetime,
    window: timedelta,
    persons: int,
) -> Association:
    negative = {"sentiment": filters.sentiment or "negative", "since": begins, "until": ends, "week": None}
    spoken = list(store.pressure.spoken(filters.model_copy(update=negative)))
    others = {one.customer_id for one in spoken} - members.keys()
    known = {**members, **store.pressure.members(others, segment=filters.segment)}
    cases: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for one in spoken:
        if one.customer_id in known:
            cases[one.customer_id].append((one.at, one.interaction_id))
    found = doses.bands()
    # Those to whom nothing ever happened, most of a large base, are counted together.
    joined = store.pressure.joined(begins, segment=filters.segment)
    late = [since for who, since in joined.items() if who not in known]
    there = persons - len(known) - len(late)
    found[0].customers += there + sum(since < ends for since in late)
    found[0].weeks += there * (ends - begins).total_seconds() / doses.WEEK_SECONDS
    found[0].weeks += sum((ends - since).total_seconds() / doses.WEEK_SECONDS for since in late if since < ends)
    courses = []
    for who, member in sorted(known.items()):
        entered = max(begins, member.since) if member.since else begins
        if entered >= ends:
            continue
        courses.append(
            doses.add(
                found,
                customer=who,
                sent=[one.at for one in sent.get(who, ())],
                cases=cases.get(who, ()),
                begins=entered,
                ends=ends,
                window=window,
            )
        )
    within = doses.within_ratio(courses)
    usable = sum(one.case_with is not None and min(one.weeks_with, one.weeks_without) > 0 for one in courses)
    counts, weeks = [len(one.cases) for one in found], [one.weeks for one in found]
    return Association(
        window_days=window.days,
        doses=tuple(_dose(one, found[0]) for one in found),
        cases=sum(counts),
        p_trend=statistics.trend(counts, weeks) if sum(counts) else None,
        within=_finite(within[0]) if within else None,
        within_low=_finite(within[1]) if within else None,
        within_high=_finite(within[2]) if within else None,
        within_customers=usable,
    )


def _dose(one: doses.DoseBand, none: doses.DoseBand) -> Dose:
    cases = len(one.cases)
    exact = statistics.poisson(cases)
    ratio: tuple[float, float, float] | None = None
    if one is not none and one.weeks > 0 and none.weeks > 0 and (cases or none.cases):
        ratio = statistics.rate_ratio(cases, one.weeks, len(none.cases), none.weeks)
    return Dose(
        low=one.low,
        high=one.high,
        customers=one.customers,
        weeks=one.weeks,
        cases=cases,
        rate=100 * cases / one.weeks if one.weeks > 0 else None,
        rate_interval=Interval(low=100 * exact.low / one.weeks, high=100 * exact.high / one.weeks)
        if one.weeks > 0
        else None,
        ratio=_finite(ratio[0]) if ratio else None,
        ratio_low=_finite(ratio[1]) if ratio else None,
        ratio_high=_finite(ratio[2]) if ratio else None,
        evidence=tuple(
            Evidence(customer_id=who, interaction_id=interaction, href=f"/interactions/{interaction}")
            for _, who, interaction in sorted(one.cases, reverse=True)[:CASES_SHOWN]
        ),
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


class PressureOfOne(Record):
    """One customer: messages in the days before ``at``, and where they were furthest over their tolerance."""

    at: datetime
    window_days: int
    sent: int
    """Messages of the last ``window_days`` before ``at``."""
    at_most: int
    rules: tuple[Rule, ...]
    messages: int
    """Messages of the last :data:`WEEKS` weeks."""
    by_channel: dict[str, int]
    excess: Excess | None
    """The fullest window over tolerance that ended in those weeks."""


def pressure_of(
    store: Store, customer_id: str, *, segment: str | None, at: datetime, tolerance: Tolerance | None = None
) -> PressureOfOne:
    """The contact pressure on one customer, as it was at a moment.

    Raises:
        SettingsError: the rules cannot be read.
    """
    rules = tolerance or load_tolerance(settings().pressure)
    mine = rules.rules(segment)
    since = at - timedelta(weeks=WEEKS)
    sent = store.pressure.sent(since - rules.longest, at, customer_id=customer_id)
    window = timedelta(days=mine[0].days)
    recent = [one for one in sent if one.at >= since]
    return PressureOfOne(
        at=at,
        window_days=mine[0].days,
        sent=sum(one.at > at - window for one in sent if mine[0].channel in {None, one.channel}),
        at_most=mine[0].at_most,
        rules=mine,
        messages=len(recent),
        by_channel=dict(Counter(one.channel or "other" for one in recent).most_common()),
        excess=excess(sent, mine, since=since, until=at),
    )
