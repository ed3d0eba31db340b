"""Who gets the digest without asking: by mail, or in a chat room; on which day, and of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from voc.delivery.digests import UNSUBSCRIBE
from voc.delivery.mail import checked_address
from voc.errors import ConflictError, InputError
from voc.language.registry import FIRST
from voc.locales import InterfaceLanguage
from voc.outbound import Outbound
from voc.records.subscriptions import Delivery, Subscription, SubscriptionKind
from voc.service import audit
from voc.service.actor import LINK, Actor
from voc.service.context import Service
from voc.service.use_cases import not_found, there, use_case
from voc.service.views import find as find_view
from voc.service.wishes import named
from voc.signing import read

__all__ = ["Subscription", "SubscriptionWish", "alter", "create", "end_by_link", "find", "listing", "of_link",
           "remove", "send_again", "send_now", "sent", "shown_address", "shown_target", "try_out"]  # fmt: skip

NAME_CHARS = 100
MOST_PARTS = 50
"""Topics or segments of one subscription."""
MOST_SUBSCRIPTIONS = 1000


@dataclass(frozen=True)
class SubscriptionWish:
    """What somebody wants to be sent; see :class:`voc.records.subscriptions.Subscription`."""

    name: str
    kind: SubscriptionKind
    target: str
    language: InterfaceLanguage = FIRST
    day: int = 1
    topics: Sequence[str] = ()
    segments: Sequence[str] = ()
    view: int | None = None
    only_with_findings: bool = False


@use_case("analyst")
def listing(service: Service, actor: Actor) -> list[Subscription]:
    """Every subscription, oldest first; addresses of chat rooms without what opens them."""
    return [_shown(one) for one in service.store.subscriptions.all()]


@use_case("analyst")
def find(service: Service, actor: Actor, number: int) -> Subscription:
    """One subscription.

    Raises:
        NotFoundError: there is none of that id.
    """
    return _shown(_one(service, number))


@use_case("analyst")
def create(service: Service, actor: Actor, wish: SubscriptionWish) -> Subscription:
    """Keep a subscription in the name of ``actor``: it ends with their key.

    Raises:
        InputError: the address, a topic or the day is none; there are too many.
        RefusedAddressError: the address of a chat room is one of a private network.
    """
    if len(service.store.subscriptions.all()) >= MOST_SUBSCRIPTIONS:
        raise InputError("there are too many subscriptions; remove some.", code="too_many", n=MOST_SUBSCRIPTIONS)
    values = _checked(service, actor, wish)
    made = service.store.subscriptions.add(
        **values, paused=False, created_by=actor.id, created_at=service.now(), unsubscribed_at=None
    )
    audit.record(service, actor, "subscription.create", str(made.id), kind=made.kind)
    return _shown(made)


@use_case("analyst")
def alter(service: Service, actor: Actor, number: int, changes: Mapping[str, Any]) -> Subscription:
    """Put other values in place: any field of :class:`SubscriptionWish`, and ``paused``.

    Raises:
        NotFoundError: there is none of that id.
        InputError: a value does not fit.
        ConflictError: whoever gets it unsubscribed; only they could have it begin again, by a new subscription.
    """
    before = _one(service, number)
    if before.unsubscribed_at is not None:
        raise ConflictError("Whoever got this unsubscribed; it does not begin again.", code="unsubscribed")
    fields = SubscriptionWish.__dataclass_fields__
    wish = SubscriptionWish(**{name: changes.get(name, getattr(before, name)) for name in fields})
    values = _checked(service, actor, wish) | {"paused": bool(changes.get("paused", before.paused))}
    after = service.store.subscriptions.change(number, **values)
    audit.record(service, actor, "subscription.change", str(number), fields=sorted(changes))
    return _shown(after or before)


@use_case("analyst")
def remove(service: Service, actor: Actor, number: int) -> None:
    """Forget a subscription and its address.

    Raises:
        NotFoundError: there is none of that id.
    """
    if not service.store.subscriptions.remove(number):
        raise not_found("subscription")
    audit.record(service, actor, "subscription.remove", str(number))


@use_case("analyst")
def try_out(service: Service, actor: Actor, number: int) -> Delivery:
    """Send the latest digest to it now, whatever its day; returns what became of it.

    Raises:
        NotFoundError: there is none of that id, or nothing to send yet.
        ConflictError: whoever gets it unsubscribed.
    """
    from voc.pipeline.outgoing import send_due
    from voc.service.digests import latest

    wish = _one(service, number)
    if wish.unsubscribed_at is not None:
        raise ConflictError("Whoever got this unsubscribed; it does not begin again.", code="unsubscribed")
    week = there(latest(service, actor), "digest")
    now = service.now()
    key = f"try:subscription:{number}:{now.isoformat()}"
    about: dict[str, str | int] = {"what": "digest_test", "subscription": number, "week": week}
    service.store.deliveries.write_down(key, wish.kind, about, now=now)
    audit.record(service, actor, "subscription.try", str(number), week=week)
    send_due(service.store, service.settings, now=now, key=key)
    return _sending(service, key)


@use_case("admin")
def send_now(service: Service, actor: Actor, week: str | None = None) -> list[tuple[Subscription, Delivery, bool]]:
    """Send the digest of a week to every subscription that did not have it yet, whatever their day.

    Returns each with what became of it, and whether it was sent (or tried) before.

    Raises:
        InputError: ``week`` is not an ISO week.
        NotFoundError: nothing came in that week.
    """
    from voc.pipeline.outgoing import digest_key, owe_digest, send_due
    from voc.service.digests import digest, latest

    week = there(week or latest(service, actor), "digest")
    digest(service, actor, week)
    found = []
    for wish in service.store.subscriptions.all():
        if wish.paused or wish.unsubscribed_at is not None:
            continue
        now, key = service.now(), digest_key(week, wish.id)
        new = owe_digest(service.store, wish, week, now=now)
        if new:
            send_due(service.store, service.settings, now=now, key=key)
        found.append((_shown(wish), _sending(service, key), not new))
    audit.record(service, actor, "digest.send", week, n=sum(not before for _, _, before in found))
    return found


@use_case("analyst")
def sent(service: Service, actor: Actor, *, limit: int = 50) -> list[Delivery]:
    """The latest sendings of any kind, newest first: what was sent, what failed and why."""
    return service.store.deliveries.latest(limit=limit)


@use_case("analyst")
def send_again(service: Service, actor: Actor, number: int) -> Delivery:
    """Send once more what failed, or of which nobody knows whether it arrived.

    Raises:
        ConflictError: it is neither.
    """
    found = service.store.deliveries.again(number, now=service.now())
    if found is None:
        raise ConflictError("It was sent, or is being sent; only what failed can be sent again.", code="not_failed")
    audit.record(service, actor, "delivery.again", str(number))
    return found


def of_link(service: Service, token: str) -> Subscription | None:
    """The subscription that a signed link ends, ended already or not; ``None`` where the link is not ours."""
    number = read(service.settings, UNSUBSCRIBE, token)
    found = service.store.subscriptions.one(number) if isinstance(number, int) else None
    return _shown(found) if found is not None else None


def end_by_link(service: Service, token: str) -> bool:
    """Whoever gets it wants it no more: it ends at once, and does not begin again. False for a link not of ours."""
    wish = of_link(service, token)
    if wish is None:
        return False
    if wish.unsubscribed_at is None:
        service.store.subscriptions.change(wish.id, unsubscribed_at=service.now())
        audit.record(service, LINK, "subscription.end", str(wish.id))
    return True


def shown_target(wish: Subscription) -> str:
    """Where it goes, as it may be shown: the address of a chat room opens it, so only its host is."""
    return shown_address(wish.kind, wish.target)


def shown_address(kind: str, address: str) -> str:
    """An address as it may be shown: all of it for mails, for the others the host."""
    return address if kind == "mail" else f"{urlsplit(address).hostname}/…"


def _shown(wish: Subscription) -> Subscription:
    return wish.model_copy(update={"target": shown_target(wish)})


def _one(service: Service, number: int) -> Subscription:
    return there(service.store.subscriptions.one(number), "subscription")


def _sending(service: Service, key: str) -> Delivery:
    return there(service.store.deliveries.by_key(key), "sending")


def _checked(service: Service, actor: Actor, wish: SubscriptionWish) -> dict[str, Any]:
    """The values of a subscription.

    Raises:
        InputError: one of them does not fit.
    """
    name = named(wish.name, "name", most=NAME_CHARS)
    if not 1 <= wish.day <= 7:
        raise InputError("day: 1 (Monday) to 7 (Sunday).", code="invalid_field", field="day")
    known = set(service.know_topics().ids())
    for topic in wish.topics:
        if topic not in known:
            raise InputError(f"topics: there is no topic {topic[:60]}.", code="no_such_topic", topic=topic[:60])
    if len(wish.topics) > MOST_PARTS or len(wish.segments) > MOST_PARTS:
        raise InputError(f"at most {MOST_PARTS} topics and segments.", code="too_many", n=MOST_PARTS)
    if wish.view is not None:
        find_view(service, actor, wish.view)
    if wish.kind == "mail":
        target = checked_address(wish.target)
    else:
        target = Outbound(service.settings.outbound_allow).check_url(wish.target)
    return {
        "name": name,
        "kind": wish.kind,
        "target": target,
        "language": wish.language,
        "day": wish.day,
        "topics": tuple(dict.fromkeys(wish.topics)),
        "segments": tuple(dict.fromkeys(one.strip() for one in wish.segments if one.strip())),
        "view": wish.view,
        "only_with_findings": wish.only_with_findings,
    }
