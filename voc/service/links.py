"""Who is whom: what waits for a person, why an interaction is whose it is, and every decision, each reversible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from voc.identity import identity_decisions, merging, review
from voc.identity.merging import MergePreview, SplitPreview
from voc.identity.review import Explanation
from voc.records import Doubt, Link, Moment, Record
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.use_cases import not_found, there, use_case
from voc.service.visibility import link_for, row_for
from voc.store import Filters
from voc.store.identities import By
from voc.store.identity_links import OPEN
from voc.store.identity_review import Event
from voc.store.interactions import Stored

__all__ = ["OPEN", "ChangeOfLink", "Detail", "MergePreview", "SplitPreview", "WaitingLink", "WaitingLinks", "confirm",
           "detail", "doubts", "held", "history", "link", "merge", "merge_preview", "owner", "queue", "reject",
           "speaks_for", "split", "split_preview", "undo", "waiting"]  # fmt: skip


@dataclass(frozen=True)
class WaitingLink:
    """One interaction in the review queue, with its best candidate."""

    row: Stored
    method: str
    leading_id: str
    name: str | None
    """Of the best candidate."""
    probability: float
    uncertainty: float
    """Entropy of ``probability``, in bits."""
    value: float | None
    """What the best candidate is worth, as the base says it; analysts only."""
    priority: float
    doubts: list[Doubt]
    """Why an identifier alone did not decide."""


@dataclass(frozen=True)
class WaitingLinks:
    """One page of the queue, the highest priority first; ``next_cursor`` is ``None`` on the last."""

    items: list[WaitingLink]
    n: int
    median: float | None
    """Median value of the customer base; ``None`` when it has no values."""
    next_cursor: str | None


class ChangeOfLink(Record):
    """One decision as a history shows it; what it moved, and whether it still stands."""

    id: int
    at: Moment
    actor: str
    action: str
    reason: str | None
    customers: list[str]
    """Ids of the records it is about."""
    interactions: int
    """Interactions that changed hands."""
    undone_at: Moment | None
    undone_by: str | None
    undone_reason: str | None
    blocked_by: list[int]
    """Later decisions that stand on it: undo those first, or all together (``with_later``)."""


@dataclass(frozen=True)
class Detail:
    """Why one interaction is whose it is, and every decision about it, newest first."""

    row: Stored
    explanation: Explanation
    history: list[ChangeOfLink]


@use_case("reader")
def queue(
    service: Service, actor: Actor, *, method: str | None = None, limit: int, cursor: str | None = None
) -> WaitingLinks:
    """Doubtful links by value times uncertainty."""
    store = service.store
    found = store.identity_review.queue(method=method, limit=limit, cursor=cursor)
    ids = [one.interaction_id for one in found.items]
    rows = store.interactions.rows(ids, Filters())
    names = store.customers.names([one.leading_id for one in found.items])
    links = store.findings.links(ids)
    items = []
    for one in found.items:
        if one.interaction_id not in rows:
            continue
        link = links[one.interaction_id]
        of_leading, _ = store.identity_review.candidates(one.interaction_id)
        best = max((candidate.probability for candidate in link.candidates), default=0.0)
        items.append(
            WaitingLink(
                row=row_for(actor, rows[one.interaction_id]),
                method=one.method,
                leading_id=one.leading_id,
                name=names.get(one.leading_id, (None, None, None))[2],
                probability=next((c.probability for c in of_leading if c.customer_id == one.leading_id), best),
                uncertainty=one.uncertainty,
                value=one.value if actor.sees_people else None,
                priority=one.priority,
                doubts=doubts(link),
            )
        )
    return WaitingLinks(items=items, n=found.n, median=found.median, next_cursor=found.next_cursor)


@use_case("reader")
def waiting(service: Service, actor: Actor) -> int:
    """How many interactions wait for a person."""
    return service.store.identity_review.waiting()


@use_case("reader")
def detail(service: Service, actor: Actor, interaction_id: str) -> Detail:
    """Bits per field for each candidate; they add up to the candidate's sum.

    Raises:
        NotFoundError: there is no such interaction, or it is not analysed yet.
    """
    row = service.store.interactions.get(interaction_id)
    found = review.explain(service.store, interaction_id) if row is not None else None
    if row is None or found is None:
        raise not_found("link")
    events = service.store.identity_review.history_of(interaction_id)
    return Detail(
        row=row_for(actor, row),
        explanation=found.model_copy(update={"link": link_for(actor, found.link)}),
        history=[_change(one, actor) for one in events],
    )


@use_case("reader")
def history(service: Service, actor: Actor, customer_id: str) -> list[ChangeOfLink]:
    """Every decision about a customer's records and interactions, newest first, those taken back too.

    Raises:
        NotFoundError: there is no such customer.
    """
    there(service.store.customers.get(customer_id), "customer")
    return [_change(one, actor) for one in service.store.identity_review.history(customer_id)]


@use_case("reader")
def held(service: Service, actor: Actor, records: Sequence[str]) -> dict[str, int]:
    """How many interactions each record holds: what moves when it is merged or split."""
    return service.store.identity_review.moving(records)


@use_case("reader")
def speaks_for(service: Service, actor: Actor, record_id: str) -> str:
    """Id of the record that speaks for the person a record is of.

    Raises:
        NotFoundError: there is no such record.
    """
    found = service.store.customers.records(record_id)
    if not found:
        raise not_found("customer")
    return found[0].id


@use_case("reader")
def owner(service: Service, actor: Actor, interaction_id: str) -> str | None:
    """Id of the customer an interaction is linked to; ``None`` while it is nobody's."""
    found = service.store.findings.link(interaction_id)
    return found.customer_id if found else None


@use_case("analyst")
def confirm(
    service: Service, actor: Actor, interaction_id: str, customer_id: str | None = None, *, reason: str | None = None
) -> int:
    """Say that an interaction is this customer's; without one: whom it is linked to, else the best candidate.

    Returns the event, like every decision here; :func:`undo` takes it back.

    Raises:
        InputError: no such interaction or customer, or nobody to confirm.
    """
    event = identity_decisions.confirm(service.store, interaction_id, customer_id, by=_by(service, actor, reason))
    return _decided(service, actor, "confirm", [interaction_id], customer_id, event)


@use_case("analyst")
def reject(
    service: Service,
    actor: Actor,
    interaction_ids: Sequence[str],
    customer_id: str | None = None,
    *,
    reason: str | None = None,
) -> int:
    """Say that interactions are not this customer's; without one: none of their candidates'. Returns the event.

    Raises:
        InputError: no such interaction or customer.
    """
    event = identity_decisions.reject(service.store, interaction_ids, customer_id, by=_by(service, actor, reason))
    return _decided(service, actor, "reject", interaction_ids, customer_id, event)


@use_case("analyst")
def link(
    service: Service,
    actor: Actor,
    interaction_ids: Sequence[str],
    customer_id: str | None,
    *,
    reason: str | None = None,
) -> int:
    """Give interactions to a customer, or (``None``) take them from whoever they are linked to. Returns the event.

    Raises:
        InputError: no such interaction or customer.
    """
    by = _by(service, actor, reason)
    if customer_id is None:
        event = identity_decisions.reject(service.store, interaction_ids, None, by=by)
    else:
        event = identity_decisions.link(service.store, interaction_ids, customer_id, by=by)
    return _decided(service, actor, "link", interaction_ids, customer_id, event)


@use_case("analyst")
def merge_preview(service: Service, actor: Actor, first: str, second: str) -> MergePreview:
    """What a merge would move; nothing is changed.

    Raises:
        InputError: a record is unknown, or they are one person already.
    """
    return merging.preview_merge(service.store, first, second)


@use_case("analyst")
def merge(service: Service, actor: Actor, first: str, second: str, *, reason: str | None = None) -> int:
    """Say that two records are one person; the oldest speaks for all. Returns the event.

    Raises:
        InputError: a record is unknown, or they are one person already.
    """
    event = merging.merge(service.store, first, second, by=_by(service, actor, reason))
    audit.record(service, actor, "links.merge", f"{first} + {second}", event=event)
    return event


@use_case("analyst")
def split_preview(service: Service, actor: Actor, record_id: str) -> SplitPreview:
    """What a split would move; nothing is changed.

    Raises:
        InputError: the record is unknown, or not merged with another.
    """
    return merging.preview_split(service.store, record_id)


@use_case("analyst")
def split(service: Service, actor: Actor, record_id: str, *, reason: str | None = None) -> int:
    """Say that a merged record is a person of its own; what came with it leaves with it. Returns the event.

    Raises:
        InputError: the record is unknown, or not merged with another.
    """
    event = merging.split(service.store, record_id, by=_by(service, actor, reason))
    audit.record(service, actor, "links.split", record_id, event=event)
    return event


@use_case("analyst")
def undo(
    service: Service, actor: Actor, event_id: int, *, with_later: bool = False, reason: str | None = None
) -> list[int]:
    """Take a decision back with all it moved; returns the events taken back, newest first.

    Raises:
        NotFoundError: there is no such event.
        ConflictError: later decisions stand on it, and ``with_later`` does not say to take them back first.
    """
    done = identity_decisions.undo(service.store, event_id, by=_by(service, actor, reason), with_later=with_later)
    audit.record(service, actor, "links.undo", str(event_id), events=done)
    return done


def doubts(link: Link) -> list[Doubt]:
    """Why a person must decide, beside the weights: the doubts about its identifiers, each once."""
    if link.method not in OPEN:
        return []
    return sorted({one.doubt for one in link.evidence if one.doubt is not None})


def _by(service: Service, actor: Actor, reason: str | None) -> By:
    return By(actor=actor.id, at=service.now(), reason=reason)


def _decided(
    service: Service,
    actor: Actor,
    action: Literal["confirm", "reject", "link"],
    ids: Sequence[str],
    customer_id: str | None,
    event: int,
) -> int:
    """The event of a decision, with its audit line."""
    target = ids[0] if len(ids) == 1 else customer_id
    audit.record(service, actor, f"links.{action}", target, event=event, n=len(ids))
    return event


def _change(event: Event, actor: Actor) -> ChangeOfLink:
    """An event as it may be shown; what people wrote as a reason is for analysts."""
    return ChangeOfLink(
        id=event.id,
        at=event.at,
        actor=event.actor,
        action=event.action,
        reason=event.reason if actor.sees_people or event.actor == "voc" else None,
        customers=list(event.parties),
        interactions=review.count_moved(event),
        undone_at=event.undone_at,
        undone_by=event.undone_by,
        undone_reason=event.undone_reason if actor.sees_people else None,
        blocked_by=list(event.blocked_by),
    )
