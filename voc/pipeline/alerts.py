"""Alerts without anybody looking: every minute one of all workers asks every rule what it sees."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from voc.errors import VocError
from voc.insights.alerts import Seen, look
from voc.pipeline.outgoing import OWN_DOORS
from voc.records.alerts import AlertRule, FiredAlert
from voc.store import Store

log = logging.getLogger("voc.alerts")

EVERY = timedelta(minutes=1)
TURN = "alerts_looked_at"
BY_DAY = timedelta(hours=6)
"""How often what emerged in a day is looked for: it reads the texts of eight weeks."""
BY_DAY_TURN = "alerts_emerging_looked_at"


def look_at_alerts(
    store: Store, *, now: datetime | None = None, stopped: Callable[[], bool] = lambda: False
) -> list[FiredAlert]:
    """Ask every rule that is not paused what it sees, and ring; returns what rang. Of several workers one asks.

    A rule that cannot be asked (a filter that is none any more) is left aside with a line in the log.
    """
    now = now or datetime.now(UTC)
    if not store.alert_rules.all() or not store.erasing.claim_turn(TURN, now=now, every=EVERY):
        return []  # no write lock for nothing
    live = {one.id for one in store.access.listing() if one.revoked_at is None} | OWN_DOORS
    rules = [one for one in store.alert_rules.all() if not one.paused and one.created_by in live]
    if any(map(_reads_texts, rules)) and not store.erasing.claim_turn(BY_DAY_TURN, now=now, every=BY_DAY):
        rules = [one for one in rules if not _reads_texts(one)]
    found = []
    for rule in rules:
        if stopped():
            break
        if _cools_down(store, rule, now=now):
            continue
        try:
            seen = look(store, rule, now=now)
        except VocError as problem:
            log.warning("alert %d: %s", rule.id, problem.code)
            continue
        rung = [ring(store, rule, one, now=now) for one in seen]
        found += [one for one in rung if one is not None]
    return found


def ring(store: Store, rule: AlertRule, seen: Seen, *, now: datetime, test: bool = False) -> FiredAlert | None:
    """Write down that a rule rang for what it saw, and owe what it sends; ``None`` within its cool-down."""
    values = {
        "rule_id": rule.id, "rule": rule.name, "subject": seen.subject, "severity": rule.severity, "at": now,
        "titles": seen.titles, "metric": seen.metric, "value": seen.value, "expected": seen.expected, "n": seen.n,
        "interval": seen.interval.model_dump() if seen.interval else None, "begins": seen.begins, "ends": seen.ends,
        "href": seen.href, "test": test,
    }  # fmt: skip
    fired = store.fired_alerts.ring(rule, values, now=now)
    if fired is not None:
        log.info("alert %d rang (%s)", rule.id, fired.severity)
    return fired


def _reads_texts(rule: AlertRule) -> bool:
    return rule.kind == "emerging" and rule.period == "day"


def _cools_down(store: Store, rule: AlertRule, *, now: datetime) -> bool:
    """Whether a rule with one subject rang lately: then nothing needs to be counted."""
    if rule.kind == "emerging":
        return False
    last = store.fired_alerts.last(rule.id, "rule")
    return last is not None and last > now - timedelta(hours=rule.cool_down_hours)
