"""Findings handed over by themselves: assigned by rules when a digest is made, given to trackers, asked for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from voc.delivery.narrowing import is_about
from voc.delivery.outcomes import NotSent
from voc.delivery.trackers import ticket_system
from voc.errors import ConflictError
from voc.insights.finding_review import check
from voc.insights.periods import ends, latest_complete_week
from voc.insights.reviewed_digests import known_finding
from voc.insights.saved_digests import saved
from voc.outbound import Outbound
from voc.pipeline.outgoing import OWN_DOORS
from voc.records import Decision, DigestItem
from voc.records.handover import AssignmentRule, due_day
from voc.settings import Settings
from voc.store import Store
from voc.store.finding_reviews import NewDecision

log = logging.getLogger("voc.handover")

ASK_EVERY = timedelta(minutes=10)
TURN = "tickets_asked_for"


def assign_due(store: Store, *, now: datetime | None = None) -> list[Decision]:
    """Assign what the last finished week found and nobody decided about, to whom the first rule that fits says."""
    now = now or datetime.now(UTC)
    live = {one.id for one in store.access.listing() if one.revoked_at is None} | OWN_DOORS
    rules = [one for one in store.assignment_rules.all() if not one.paused and one.created_by in live]
    if not rules:
        return []
    week = latest_complete_week(now)
    digest = saved(store, week)
    if digest is None:
        return []
    decided_about = set(store.finding_reviews.known())
    found = []
    for item in (*digest.rises, *digest.falls):
        rule = next((one for one in rules if one.created_at < now and fits(one, item)), None)
        if rule is None or item.key in decided_about:
            continue
        made = _assign(store, rule, item, week, now=now)
        if made is not None:
            found.append(made)
            if "@" in rule.owner:
                owe_mention(store, made, rule.owner, now=now)
            if rule.tracker is not None:
                owe_ticket(store, rule.tracker, item.key, now=now)
    return found


def fits(rule: AssignmentRule, item: DigestItem) -> bool:
    """Whether a rule is about a finding: its topic, and where it concentrates."""
    if rule.topic is not None and not (item.topic and is_about(item.topic, [rule.topic])):
        return False
    places = {(one.dimension, one.value) for one in item.extra.concentration}
    wanted = (("segment", rule.segment), ("city", rule.city))
    return all(value is None or (name, value) in places for name, value in wanted)


def owe_mention(store: Store, decision: Decision, to: str, *, now: datetime) -> bool:
    """Owe a mail about a decision to somebody it names, once."""
    about: dict[str, str | int] = {"what": "mention", "decision": decision.id, "to": to}
    return store.deliveries.write_down(f"mention:{decision.id}:{to}", "mail", about, now=now)


def owe_ticket(store: Store, tracker: int, finding: str, *, now: datetime) -> bool:
    """Hand a finding over to a tracker, once; False where that was asked before."""
    about: dict[str, str | int] = {"what": "ticket", "tracker": tracker, "finding": finding}
    return store.deliveries.write_down(f"ticket:{tracker}:{finding}", "tracker", about, now=now)


def ask_for_tickets(
    store: Store, settings: Settings, *, now: datetime | None = None, stopped: Callable[[], bool] = lambda: False
) -> int:
    """Ask trackers how the tickets stand that were not done when they were last looked at; returns how many changed."""
    now = now or datetime.now(UTC)
    waiting = [one for one in store.tickets.all() if one.state != "done"]
    if not waiting or not store.erasing.claim_turn(TURN, now=now, every=ASK_EVERY):
        return 0
    trackers = {one.id: one for one in store.trackers.all()}
    outbound, changed = Outbound(settings.outbound_allow), 0
    for one in waiting:
        if stopped():
            break
        if (tracker := trackers.get(one.tracker)) is None:
            continue
        try:
            standing = ticket_system(tracker, outbound, now=now).state(one.external_id)
        except NotSent as problem:
            log.info("ticket %d cannot be asked for: %s", one.id, problem.code)
            continue
        changed += (standing.state, standing.label) != (one.state, one.label)
        store.tickets.change(one.id, state=standing.state, label=standing.label, checked_at=now)
    return changed


def _assign(store: Store, rule: AssignmentRule, item: DigestItem, week: str, *, now: datetime) -> Decision | None:
    def nobody_decided(decisions: Iterable[Decision]) -> None:
        known = list(decisions)
        check(item.key, "assign", known)
        if any(one.finding == item.key for one in known):
            raise ConflictError("Somebody decided about it meanwhile.")

    try:
        return store.finding_reviews.decide(
            [known_finding(item, week)],
            NewDecision(week, "assign", f"rule:{rule.id}", rule.owner, due_day(ends(week), rule.due_days)),
            check=nobody_decided,
            now=now,
        )
    except ConflictError:
        return None
