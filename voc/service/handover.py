"""Findings handed over: rules that assign them, trackers and their tickets, links for whoever has no key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from voc.delivery.webhooks import new_secret
from voc.errors import InputError, NotFoundError
from voc.insights.periods import begins
from voc.insights.render import render
from voc.language.registry import FIRST
from voc.locales import InterfaceLanguage
from voc.outbound import Outbound
from voc.records.handover import AssignmentRule, ShareLink, Ticket, Tracker, TrackerKind
from voc.records.subscriptions import Delivery
from voc.service import audit, digests
from voc.service.actor import LINK, Actor
from voc.service.context import Service
from voc.service.mentions import is_team_address
from voc.service.subscriptions import shown_address
from voc.service.use_cases import not_found, there, use_case
from voc.service.wishes import named
from voc.signing import read, sign

SHARE = "share"
"""What links are signed for that show a digest."""
OWNER_CHARS, NAME_CHARS, PLACE_CHARS = 100, 100, 200
MOST_DAYS = 90
"""Days a link may open something at most."""
MOST_OF_EACH = 200


@dataclass(frozen=True)
class RuleWish:
    """Which findings go to whom; see :class:`voc.records.handover.AssignmentRule`."""

    owner: str
    topic: str | None = None
    segment: str | None = None
    city: str | None = None
    due_days: int | None = None
    tracker: int | None = None


@dataclass(frozen=True)
class TrackerWish:
    """A tracker to hand findings over to; ``secret`` is for a REST tracker, a webhook gets one."""

    name: str
    kind: TrackerKind
    url: str
    secret: str = ""
    project: str = ""
    issue_type: str = "Task"
    language: InterfaceLanguage = FIRST


# --- rules -------------------------------------------------------------------------------------------------------


@use_case("reader")
def rules(service: Service, actor: Actor) -> list[AssignmentRule]:
    """Every rule, in the order in which they are asked."""
    return service.store.assignment_rules.all()


@use_case("analyst")
def add_rule(service: Service, actor: Actor, wish: RuleWish) -> AssignmentRule:
    """Assign what fits from now on, when the digest of a finished week is made.

    Raises:
        InputError: it would fit everything, or something does not fit.
        NotFoundError: there is no such tracker.
    """
    values: dict[str, Any] = {"owner": named(wish.owner, "owner", most=OWNER_CHARS)}
    for name in ("segment", "city"):
        given = (getattr(wish, name) or "").strip()
        values[name] = named(given, name, most=PLACE_CHARS) if given else None
    values["topic"] = (wish.topic or "").strip() or None
    if not (values["topic"] or values["segment"] or values["city"]):
        raise InputError("say which findings: a topic, a segment or a city.", code="rule_fits_everything")
    if values["topic"] and values["topic"] not in set(service.know_topics().ids()):
        topic = str(values["topic"])[:60]
        raise InputError(f"topic: there is no topic {topic}.", code="no_such_topic", topic=topic)
    if "@" in values["owner"] and not is_team_address(service, values["owner"]):
        raise InputError(
            f"{values['owner']}: is nobody of the team.", code="not_of_the_team", address=str(values["owner"])
        )
    if wish.due_days is not None and not 1 <= wish.due_days <= 365:
        raise InputError("due_days: from 1 to 365.", code="invalid_field", field="due_days")
    if wish.tracker is not None:
        _tracker(service, wish.tracker)
    if len(service.store.assignment_rules.all()) >= MOST_OF_EACH:
        raise InputError("there are too many rules; remove some.", code="too_many", n=MOST_OF_EACH)
    made = service.store.assignment_rules.add(
        **values, due_days=wish.due_days, tracker=wish.tracker, paused=False, created_by=actor.id,
        created_at=service.now(),
    )  # fmt: skip
    audit.record(service, actor, "assignment_rule.add", str(made.id))
    return made


@use_case("analyst")
def remove_rule(service: Service, actor: Actor, number: int) -> None:
    """Assign nothing more by a rule; what it assigned stays.

    Raises:
        NotFoundError: there is none of that id.
    """
    if not service.store.assignment_rules.remove(number):
        raise not_found("rule")
    audit.record(service, actor, "assignment_rule.remove", str(number))


# --- trackers ----------------------------------------------------------------------------------------------------


@use_case("analyst")
def trackers(service: Service, actor: Actor) -> list[Tracker]:
    """Every tracker, without secrets."""
    return [_shown(one) for one in service.store.trackers.all()]


@use_case("admin")
def add_tracker(service: Service, actor: Actor, wish: TrackerWish) -> tuple[Tracker, str | None]:
    """Know a tracker; the second value is the secret of a webhook, shown this once.

    Raises:
        InputError: something is missing or does not fit.
        RefusedAddressError: the address is one of a private network.
    """
    url = Outbound(service.settings.outbound_allow).check_url(wish.url)
    for name in ("secret", "project") if wish.kind == "jira" else ():
        if not getattr(wish, name).strip():
            raise InputError(f"{name}: is missing.", code="field_missing", field=name)
    if len(service.store.trackers.all()) >= MOST_OF_EACH:
        raise InputError("there are too many trackers; remove some.", code="too_many", n=MOST_OF_EACH)
    secret = wish.secret.strip() if wish.kind == "jira" else new_secret()
    made = service.store.trackers.add(
        name=named(wish.name, "name", most=NAME_CHARS), kind=wish.kind, url=url, secret=secret,
        project=wish.project.strip()[:NAME_CHARS], issue_type=wish.issue_type.strip()[:NAME_CHARS] or "Task",
        language=wish.language, created_by=actor.id, created_at=service.now(),
    )  # fmt: skip
    audit.record(service, actor, "tracker.add", str(made.id), kind=made.kind)
    return _shown(made), secret if wish.kind == "webhook" else None


@use_case("admin")
def remove_tracker(service: Service, actor: Actor, number: int) -> None:
    """Forget a tracker, its secret and its tickets; what was made there stays there.

    Raises:
        NotFoundError: there is none of that id.
    """
    if not service.store.trackers.remove(number):
        raise not_found("tracker")
    audit.record(service, actor, "tracker.remove", str(number))


@use_case("analyst")
def hand_over(service: Service, actor: Actor, finding: str, tracker: int) -> Delivery:
    """Make a ticket of a finding, once a tracker; a worker does it.

    Raises:
        NotFoundError: there is no such tracker, or nobody decided about such a finding.
    """
    from voc.pipeline.handing_over import owe_ticket

    known = _tracker(service, tracker)
    if finding not in service.store.finding_reviews.known():
        raise not_found("finding")
    owe_ticket(service.store, known.id, finding, now=service.now())
    audit.record(service, actor, "finding.ticket", finding, tracker=tracker)
    return there(service.store.deliveries.by_key(f"ticket:{known.id}:{finding}"), "sending")


@use_case("reader")
def tickets(service: Service, actor: Actor, finding: str | None = None) -> list[Ticket]:
    """Tickets and how they stand, of one finding if asked."""
    return [one for one in service.store.tickets.all() if finding in {None, one.finding}]


# --- links -------------------------------------------------------------------------------------------------------


@use_case("analyst")
def share(
    service: Service,
    actor: Actor,
    week: str,
    *,
    finding: str | None = None,
    days: int = 14,
    language: InterfaceLanguage = FIRST,
) -> tuple[ShareLink, str]:
    """A link that shows the digest of a week, or one finding of it, as a reader sees it; with its address.

    Raises:
        InputError: ``week`` is not an ISO week, or ``days`` is none from 1 to 90.
        NotFoundError: nothing came in that week, or there is no such finding in it.
    """
    begins(week)
    if not 1 <= days <= MOST_DAYS:
        raise InputError(f"days: from 1 to {MOST_DAYS}.", code="invalid_field", field="days")
    digest = digests.digest(service, actor, week)
    if finding is not None and all(one.key != finding for one in (*digest.rises, *digest.falls)):
        raise not_found("finding")
    now = service.now()
    made = service.store.share_links.add(
        week=week, finding=finding, language=language, created_by=actor.id, created_at=now,
        expires_at=now + timedelta(days=days), ended_at=None,
    )  # fmt: skip
    audit.record(service, actor, "share.add", str(made.id), week=week, days=days)
    return made, address_of(service, made)


@use_case("analyst")
def shares(service: Service, actor: Actor) -> list[ShareLink]:
    """Every link that still opens something, the latest first."""
    return [one for one in reversed(service.store.share_links.all()) if one.is_live(service.now())]


@use_case("analyst")
def end_share(service: Service, actor: Actor, number: int) -> None:
    """Take a link back: it opens nothing any more.

    Raises:
        NotFoundError: there is none of that id.
    """
    there(service.store.share_links.change(number, ended_at=service.now()), "link")
    audit.record(service, actor, "share.end", str(number))


def address_of(service: Service, link: ShareLink) -> str:
    """Where a link leads."""
    return f"{service.settings.address}/shared/{sign(service.settings, SHARE, link.id)}"


def shared_page(service: Service, token: str) -> str:
    """What a link shows, as HTML that stands alone: nothing but what a reader sees.

    Raises:
        NotFoundError: it is not ours, has expired, was taken back, or whoever made it has no key any more.
    """
    number = read(service.settings, SHARE, token)
    link = service.store.share_links.one(number) if isinstance(number, int) else None
    live = {one.id for one in service.store.access.listing() if one.revoked_at is None} | {"local", "cli"}
    if link is None or not link.is_live(service.now()) or link.created_by not in live:
        raise NotFoundError("This link opens nothing any more; ask whoever sent it.", code="link_over")
    digest = digests.digest(service, LINK, link.week)
    if link.finding is not None:
        only = {
            side: tuple(one for one in getattr(digest, side) if one.key == link.finding) for side in ("rises", "falls")
        }
        digest = digest.model_copy(update={**only, "followed": (), "volumes": {}, "sentiment": {}})
    audit.record_once(service, LINK, "share.open", str(link.id), within=timedelta(hours=1))
    return render(digest, format="html", language=link.language, base_url=service.settings.address)


def _tracker(service: Service, number: int) -> Tracker:
    return there(service.store.trackers.one(number), "tracker")


def _shown(tracker: Tracker) -> Tracker:
    shown = shown_address("webhook", tracker.url) if tracker.kind == "webhook" else tracker.url
    return tracker.model_copy(update={"secret": "", "url": shown})
