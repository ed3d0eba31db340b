"""What an alert sees now: a figure beyond its threshold or its past, a word that is said, a subject that emerges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from voc.insights import alert_messages as messages
from voc.insights.drilldown import from_query, href
from voc.insights.emerging_figures import emerging
from voc.insights.metrics import change, metric, value
from voc.insights.periods import WEEK, begins, ends, latest_complete_week, week_of
from voc.insights.saved_digests import saved
from voc.records import Interval
from voc.records.alerts import AlertRule
from voc.records.metrics import MetricValue
from voc.store import Filters, Store

PAST = 4
"""Periods before that say what is usual."""
LEAST_PAST = 2
UNUSUAL = 0.001
"""Two-sided p from which a figure is unusual; it is looked at every minute, so chance gets many tries."""
LENGTHS = {"day": timedelta(days=1), "week": WEEK}


@dataclass(frozen=True)
class Seen:
    """What an alert rings for; see :class:`voc.records.alerts.FiredAlert`."""

    subject: str
    titles: dict[str, str]
    metric: str
    value: float | None
    expected: float | None
    n: int
    interval: Interval | None
    begins: datetime
    ends: datetime
    href: str


def look(store: Store, rule: AlertRule, *, now: datetime) -> list[Seen]:
    """Everything ``rule`` rings for at this moment; nothing in most moments."""
    if rule.kind == "metric":
        seen = metric_now(store, rule, now=now)
        return [seen] if rings(store, rule, seen, now=now) else []
    if rule.kind == "words":
        seen = words_now(store, rule, now=now)
        return [seen] if seen.n >= max(1, rule.threshold or 1) else []
    return list(_emerging(store, rule, now=now))


def filters_of(rule: AlertRule, *, now: datetime) -> Filters:
    """The interactions of the rule's period that ends now."""
    asked = from_query(rule.query)
    return asked.model_copy(update={"since": now - LENGTHS[rule.period], "until": now, "week": None})


def metric_now(store: Store, rule: AlertRule, *, now: datetime) -> Seen:
    """The figure of a rule as it is, whether it rings or not."""
    filters = filters_of(rule, now=now)
    found = value(store, rule.metric, filters)
    expected = _usual(store, rule, filters, now=now) if rule.condition == "unusual" else rule.threshold
    titles = messages.metric_titles(rule, metric(rule.metric).unit, value=found.value, expected=expected, n=found.n)
    return _seen(rule, filters, found, expected, titles)


def words_now(store: Store, rule: AlertRule, *, now: datetime) -> Seen:
    """How many interactions hold the words of a rule, whether it rings or not."""
    filters = filters_of(rule, now=now)
    phrases = [one.strip() for one in rule.words.split(",") if one.strip()]
    n = store.phrases.count(phrases, filters)
    found = MetricValue(value=float(n), n=n, href=_with_words(filters, phrases))
    return _seen(rule, filters, found, rule.threshold or 1.0, messages.words_titles(rule, phrases, n))


def rings(store: Store, rule: AlertRule, seen: Seen, *, now: datetime) -> bool:
    """Whether a figure is beyond what its rule allows, and of enough interactions to say so."""
    if seen.value is None or (metric(rule.metric).unit != "count" and seen.n < rule.least_n):
        return False
    if rule.condition == "above":
        return rule.threshold is not None and seen.value > rule.threshold
    if rule.condition == "below":
        return rule.threshold is not None and seen.value < rule.threshold
    filters = filters_of(rule, now=now)
    before = _before(store, rule, filters, now=now)
    if before is None:
        return False
    found = MetricValue(value=seen.value, n=seen.n, interval=seen.interval, href=seen.href)
    p = change(store, rule.metric, filters, before, found).p_value
    return p is not None and p <= UNUSUAL


def _usual(store: Store, rule: AlertRule, filters: Filters, *, now: datetime) -> float | None:
    before = _before(store, rule, filters, now=now)
    if before is None or before.since is None or before.until is None:
        return None
    found = value(store, rule.metric, before).value
    periods = (before.until - before.since) / LENGTHS[rule.period]
    return found / periods if found is not None and metric(rule.metric).unit == "count" else found


def _before(store: Store, rule: AlertRule, filters: Filters, *, now: datetime) -> Filters | None:
    """The four periods before as one, as far back as there is anything: silence before that is nothing usual.

    ``None`` where there are less than two.
    """
    first = store.figures.first_and_last(now=now)
    if first is None or filters.since is None:
        return None
    since = max(filters.since - PAST * LENGTHS[rule.period], first[0])
    if filters.since - since < LEAST_PAST * LENGTHS[rule.period]:
        return None
    return filters.model_copy(update={"since": since, "until": filters.since})


def _emerging(store: Store, rule: AlertRule, *, now: datetime) -> Iterator[Seen]:
    if rule.period == "week":
        week = latest_complete_week(now)
        digest = saved(store, week)
        for item in digest.rises if digest is not None else ():
            if item.key.startswith("emerging:") and item.n >= rule.least_n:
                expected = item.extra.expected or 0.0
                titles = messages.emerging_titles(rule, item.labels, n=item.n, expected=expected)
                yield Seen(
                    subject=item.key, titles=titles, metric="emerging", value=float(item.n), expected=expected,
                    n=item.n, interval=None, begins=begins(week), ends=ends(week), href=item.href or f"/digest/{week}",
                )  # fmt: skip
        return
    found = emerging(store, week_of(now - LENGTHS["day"]), now=now, grain="day")
    for one in found.subjects:
        if not one.known and one.n >= rule.least_n:
            titles = messages.emerging_titles(rule, one.labels, n=one.n, expected=one.expected)
            yield Seen(
                subject=f"emerging:{one.kind}:{one.subject}", titles=titles, metric="emerging", value=float(one.n),
                expected=one.expected, n=one.n, interval=None, begins=found.begins, ends=found.ends, href=one.href,
            )  # fmt: skip


def _seen(
    rule: AlertRule, filters: Filters, found: MetricValue, expected: float | None, titles: dict[str, str]
) -> Seen:
    assert filters.since is not None and filters.until is not None
    return Seen(
        subject="rule",
        titles=titles,
        metric=rule.metric if rule.kind == "metric" else rule.kind,
        value=found.value,
        expected=expected,
        n=found.n,
        interval=found.interval,
        begins=filters.since,
        ends=filters.until,
        href=found.href,
    )


def _with_words(filters: Filters, phrases: list[str]) -> str:
    path = href(filters)
    return f"{path}{'&' if '?' in path else '?'}{urlencode({'q': ' '.join(phrases)})}"
