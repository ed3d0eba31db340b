"""One sending from its claim to what became of it.

What is sent is put together now, from ids: a customer erased since it was written down is in no mail.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from voc.delivery import alerts, digests, findings, mail, webhooks
from voc.delivery.chat import ChatMessage, payload
from voc.delivery.mail import Mail
from voc.delivery.outcomes import Begin, Refused, TryLater, Unsure
from voc.delivery.trackers import NewTicket, ticket_system
from voc.errors import SettingsError, VocError
from voc.language.registry import FIRST
from voc.outbound import Outbound
from voc.records.handover import Tracker
from voc.records.subscriptions import Delivery
from voc.settings import Settings
from voc.store import Store

log = logging.getLogger("voc.delivery")

AGAIN_AFTER = tuple(timedelta(minutes=one) for one in (1, 5, 30, 120, 360, 720, 1440))
"""Waits after the first, second … attempt that failed: a day and a half in all, then it is given up."""


@dataclass(frozen=True)
class Webhook:
    """JSON for an address, signed with ``secret``; without one, a chat room's address that is secret itself."""

    url: str
    body: bytes
    secret: str | None = None


@dataclass(frozen=True)
class Desk:
    """What putting a message together takes."""

    store: Store
    settings: Settings
    outbound: Outbound
    now: datetime


@dataclass(frozen=True)
class TicketWish:
    """A ticket to make."""

    tracker: Tracker
    new: NewTicket


Prepared = Mail | Webhook | TicketWish | None
"""What is to be sent; ``None``: nothing any more."""
Prepare = Callable[[Desk, Delivery], Prepared]


def _digest(desk: Desk, delivery: Delivery) -> Prepared:
    wish = desk.store.subscriptions.one(int(delivery.about["subscription"]))
    tried = delivery.about.get("what") == "digest_test"
    if wish is None or wish.unsubscribed_at is not None or (wish.paused and not tried):
        return None
    digest = digests.digest_for(desk.store, wish, str(delivery.about["week"]), now=desk.now)
    if wish.only_with_findings and not tried and not digests.has_findings(digest):
        return None
    if wish.kind == "mail":
        return digests.as_mail(digest, wish, desk.settings)
    return chat_webhook(digests.as_chat(digest, wish, desk.settings), wish.kind, wish.target)


def chat_webhook(message: ChatMessage, kind: str, url: str) -> Webhook:
    """A message as it is posted to a chat room."""
    return Webhook(url, webhooks.as_body(payload(message, "slack" if kind == "slack" else "teams")))


def _alert(desk: Desk, delivery: Delivery) -> Prepared:
    fired = desk.store.fired_alerts.one(int(delivery.about["fired"]))
    rule = desk.store.alert_rules.one(fired.rule_id) if fired is not None else None
    place = int(delivery.about["target"])
    if fired is None or rule is None or place >= len(rule.targets):
        return None
    target = rule.targets[place]
    if target.kind == "mail":
        return alerts.as_mail(fired, target, desk.settings)
    if target.kind == "webhook":
        body = webhooks.as_body(alerts.as_webhook(fired, rule, desk.settings))
        return Webhook(target.address, body, target.secret)
    return chat_webhook(alerts.as_chat(fired, target.language, desk.settings), target.kind, target.address)


def _mention(desk: Desk, delivery: Delivery) -> Prepared:
    number, to = int(delivery.about["decision"]), str(delivery.about["to"])
    decision = next((one for one in desk.store.finding_reviews.all() if one.id == number), None)
    if decision is None or decision.undone_at is not None:
        return None
    known = desk.store.finding_reviews.known()[decision.finding]
    wish = next((one for one in desk.store.subscriptions.all() if one.target.lower() == to.lower()), None)
    spoken = desk.settings.ui_language
    language = wish.language if wish is not None else FIRST if spoken == "auto" else spoken
    return findings.mention_mail(decision, known, to, language, desk.settings)


def _ticket(desk: Desk, delivery: Delivery) -> Prepared:
    tracker = desk.store.trackers.one(int(delivery.about["tracker"]))
    known = desk.store.finding_reviews.known().get(str(delivery.about["finding"]))
    if tracker is None or known is None:
        return None
    new = findings.new_ticket(
        desk.store, known, tracker.language, desk.settings, number=f"ticket_{tracker.id}_{delivery.id}"
    )
    return TicketWish(tracker, new)


PREPARE: Mapping[str, Prepare] = {
    "digest": _digest,
    "digest_test": _digest,
    "alert": _alert,
    "mention": _mention,
    "ticket": _ticket,
}
"""By ``about["what"]``: how its words are put together."""


def send(desk: Desk, delivery: Delivery, *, by: str) -> Delivery:
    """Send what this process has claimed, and write down what became of it; returns it as it stands then."""
    kept = desk.store.deliveries
    try:
        prepared = PREPARE[str(delivery.about["what"])](desk, delivery)
        if prepared is None:
            kept.end(delivery.id, "nothing", now=desk.now)
        else:
            _hand_over(desk, delivery, prepared, begin=lambda: kept.begin(delivery.id, by=by))
            kept.end(delivery.id, "sent", now=desk.now)
    except TryLater as problem:
        _try_later(desk, delivery, problem.code)
    except Unsure as problem:
        kept.end(delivery.id, "unsure", now=desk.now, error=problem.code)
    except Refused as problem:
        kept.end(delivery.id, "failed", now=desk.now, error=problem.code)
    except SettingsError as problem:
        log.warning("%s", problem)
        kept.end(delivery.id, "failed", now=desk.now, error="bad_mail_server")
    except VocError as problem:
        log.warning("%s %d: %s", delivery.kind, delivery.id, problem.code)
        _try_later(desk, delivery, problem.code)
    except Exception as problem:
        # The message may quote what was to be sent: only its type goes to the log.
        log.error("%s %d stopped unexpectedly: %s", delivery.kind, delivery.id, type(problem).__name__)
        began = (kept.by_key(delivery.key) or delivery).state == "sending"
        if began:
            kept.end(delivery.id, "unsure", now=desk.now, error="unexpected")
        else:
            _try_later(desk, delivery, "unexpected")
    became = kept.by_key(delivery.key) or delivery
    log.info("%s %d: %s%s", became.kind, became.id, became.state, f" ({became.error})" if became.error else "")
    return became


def _hand_over(desk: Desk, delivery: Delivery, prepared: Mail | Webhook | TicketWish, *, begin: Begin) -> None:
    if isinstance(prepared, TicketWish):
        _make_ticket(desk, prepared, begin=begin)
        return
    if isinstance(prepared, Mail):
        number = f"voc-{delivery.id}-{int(delivery.created_at.timestamp())}"
        mail.send(mail.message(prepared, desk.settings, now=desk.now, number=number), desk.settings, begin=begin)
        return
    headers = {}
    if prepared.secret:
        headers = webhooks.signed_headers(prepared.secret, number=f"msg_{delivery.id}", body=prepared.body,
                                          now=desk.now)  # fmt: skip
    webhooks.post(
        desk.outbound, prepared.url, prepared.body, headers=headers, begin=begin,
        safe_to_repeat=prepared.secret is not None,
    )  # fmt: skip


def _make_ticket(desk: Desk, wish: TicketWish, *, begin: Begin) -> None:
    made = ticket_system(wish.tracker, desk.outbound, now=desk.now).create(wish.new, begin=begin)
    if made is not None:
        desk.store.tickets.add(
            finding=wish.new.finding, tracker=wish.tracker.id, external_id=made.external_id, url=made.url,
            state="open", label=None, created_at=desk.now, checked_at=None,
        )  # fmt: skip


def _try_later(desk: Desk, delivery: Delivery, code: str) -> None:
    if delivery.attempts > len(AGAIN_AFTER):
        desk.store.deliveries.end(delivery.id, "failed", now=desk.now, error=code)
        return
    at = desk.now + AGAIN_AFTER[delivery.attempts - 1]
    desk.store.deliveries.later(delivery.id, at=at, error=code)
