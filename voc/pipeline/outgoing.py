"""What leaves by itself: digests written down on their day, and everything that is due sent, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from voc.delivery.sending import Desk, send
from voc.insights.periods import begins, latest_complete_week
from voc.insights.saved_digests import awaits_work
from voc.outbound import Outbound
from voc.pipeline.worker_liveness import is_alive, process_id
from voc.records.subscriptions import Delivery, Subscription
from voc.settings import Settings
from voc.store import Store

SEND_HOUR = 7
"""Hour of the day, in VOC_TIME_ZONE, from which a digest is sent."""
PATIENCE = timedelta(days=1)
"""So long a digest waits for work of its weeks that is not analysed yet."""
HELD_AT_MOST = timedelta(minutes=15)
"""After that, whoever holds a sending and is not of this machine is taken for dead."""
OWN_DOORS = frozenset({"local", "cli"})
"""Actors without a key."""


def week_due(wish: Subscription, settings: Settings, *, now: datetime) -> str | None:
    """The week whose digest a subscription should have had by ``now``; ``None`` before its day of this week."""
    here = now.astimezone(ZoneInfo(settings.time_zone))
    if here.isoweekday() < wish.day or (here.isoweekday() == wish.day and here.hour < SEND_HOUR):
        return None
    return latest_complete_week(here.replace(tzinfo=UTC))


def digest_key(week: str, subscription_id: int) -> str:
    """What a digest is written down under: once for ever a week and subscription."""
    return f"digest:{week}:subscription:{subscription_id}"


def write_down_digests(store: Store, settings: Settings, *, now: datetime | None = None) -> int:
    """Owe every digest whose day has come; returns how many are new. One that nobody was there to send is caught up
    on later in its week."""
    now = now or datetime.now(UTC)
    live = {one.id for one in store.access.listing() if one.revoked_at is None} | OWN_DOORS
    found = 0
    for wish in store.subscriptions.all():
        if wish.paused or wish.unsubscribed_at is not None or wish.created_by not in live:
            continue
        week = week_due(wish, settings, now=now)
        if week is None or not store.figures.has_any(begins(week), begins(week) + timedelta(days=7)):
            continue
        if awaits_work(store, week) and now < _day_of(wish, settings, now=now) + PATIENCE:
            continue
        found += owe_digest(store, wish, week, now=now)
    return found


def owe_digest(store: Store, wish: Subscription, week: str, *, now: datetime) -> bool:
    """Write the digest of a week down for one subscription; False where that was done before."""
    about: dict[str, str | int] = {"what": "digest", "subscription": wish.id, "week": week}
    return store.deliveries.write_down(digest_key(week, wish.id), wish.kind, about, now=now)


def send_due(
    store: Store,
    settings: Settings,
    *,
    now: datetime | None = None,
    key: str | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Delivery]:
    """Send what is due, one by one, each by one process of all that ask; returns what became of each.

    Args:
        key: only that one.
        stopped: asked before each, so that a worker that ends does not begin another.
    """
    by, outbound, found = process_id(), Outbound(settings.outbound_allow), []
    store.deliveries.recover(_still_holds, now=now or datetime.now(UTC))
    while not stopped():
        moment = now or datetime.now(UTC)
        claimed = store.deliveries.claim(by=by, now=moment, key=key)
        if claimed is None:
            break
        found.append(send(Desk(store, settings, outbound, moment), claimed, by=by))
    return found


def _still_holds(name: str, claimed_at: datetime) -> bool:
    now = datetime.now(UTC)
    # Nobody says anything while they send: on other machines only time can tell.
    seen = now if now - claimed_at < HELD_AT_MOST else claimed_at
    return is_alive(name, heartbeat_at=seen, now=now)


def _day_of(wish: Subscription, settings: Settings, *, now: datetime) -> datetime:
    """When the digest of this week was due for a subscription."""
    here = now.astimezone(ZoneInfo(settings.time_zone))
    day = here - timedelta(days=here.isoweekday() - wish.day)
    return day.replace(hour=SEND_HOUR, minute=0, second=0, microsecond=0).astimezone(UTC)
