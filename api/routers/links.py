"""Links: what waits for a person, why an interaction is whose it is, and every decision about it, each reversible."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from api.access import Analyst, Reader
from api.dependencies import service_of
from api.link_explanation import doubt_sentences, doubts, sentence
from api.localisation import LANGUAGES, words
from api.problems import not_found
from api.routers.schemas import InteractionSummary
from voc.identity import identity_decisions as changes
from voc.identity import merging, review
from voc.identity.review import ExplainedCandidate, Explanation
from voc.records import Customer, Doubt, Link, Moment
from voc.service.actor import Actor
from voc.service.visibility import hidden, hidden_link, row_for
from voc.store import Filters, Store
from voc.store.identities import By
from voc.store.identity_review import Event, Queue

router = APIRouter(prefix="/v1/links", tags=["links"])

FORMULA = "priority = uncertainty × value"
"""The order of the queue; ``uncertainty`` is −p·log2(p) − (1−p)·log2(1−p) of the best candidate, ``value`` what the
customer base says they are worth (the median of the base where it does not say; 1 where it never does)."""

Reason = Annotated[str | None, Field(max_length=changes.LONGEST_REASON, description="Why; kept with the event.")]


class WaitingLink(BaseModel):
    """One interaction in the review queue."""

    interaction: InteractionSummary
    href: str
    method: str
    customer_id: str
    """The best candidate."""
    customer_name: str | None
    probability: float
    uncertainty: float
    value: float | None
    priority: float
    doubts: list[Doubt] = []
    """Why an identifier alone did not decide: heard unsurely, or of either end of a call."""


class WaitingLinks(BaseModel):
    """One page of the review queue, the highest priority first; ``next_cursor`` is null on the last."""

    items: list[WaitingLink]
    n: int
    formula: str = FORMULA
    median_value: float | None
    next_cursor: str | None


class ChangeOfLink(BaseModel):
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


class LinkDetail(BaseModel):
    """Whose an interaction is or may be, and why."""

    interaction: InteractionSummary
    link: Link
    open: bool
    candidates: list[ExplainedCandidate]
    sentences: dict[str, str]
    """The reasons for the first candidate in plain words, and what is doubtful, by language."""
    history: list[ChangeOfLink]


class Decide(BaseModel):
    """Confirm or reject; without ``customer_id`` the best candidate is confirmed, all candidates are rejected."""

    customer_id: Annotated[str | None, Field(max_length=200)] = None
    reason: Reason = None


class LinkSeveral(BaseModel):
    """Give interactions to a customer, or (``customer_id`` null) take them from whoever they are linked to."""

    interaction_ids: Annotated[list[str], Field(min_length=1, max_length=1000)]
    customer_id: Annotated[str | None, Field(max_length=200)] = None
    reason: Reason = None


class Merge(BaseModel):
    """Two records that are one person."""

    customer_ids: Annotated[list[str], Field(min_length=2, max_length=2)]
    reason: Reason = None


class Split(BaseModel):
    """A record that is a person of its own after all."""

    record_id: Annotated[str, Field(max_length=200)]
    reason: Reason = None


class Undo(BaseModel):
    """An event to take back."""

    event_id: Annotated[int, Field(ge=1, le=2**62)]
    with_later: bool = False
    reason: Reason = None


class Done(BaseModel):
    """The event that a decision became, and the customer it is about now."""

    event_id: int
    customer_id: str | None


class Undone(BaseModel):
    """Events taken back, newest first."""

    event_ids: list[int]


@router.get("", summary="What waits for a person")
def listing(
    request: Request,
    principal: Reader,
    method: Literal["review", "ambiguous", "conflict"] | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> WaitingLinks:
    """Doubtful links by value times uncertainty."""
    store: Store = service_of(request).store
    queue = store.identity_review.queue(method=method, limit=limit, cursor=cursor)
    return WaitingLinks(
        items=[
            WaitingLink(
                interaction=InteractionSummary.of(row_for(principal, row)),
                href=f"/v1/links/{row.id}",
                method=one.method,
                customer_id=one.leading_id,
                customer_name=name,
                probability=probability,
                uncertainty=one.uncertainty,
                value=one.value if principal.allows("analyst") else None,
                priority=one.priority,
                doubts=doubtful,
            )
            for one, row, name, probability, doubtful in queued(store, queue)
        ],
        n=queue.n,
        median_value=queue.median,
        next_cursor=queue.next_cursor,
    )


@router.get("/events", summary="Every decision about a customer's records")
def events(request: Request, principal: Reader, customer: Annotated[str, Query(max_length=200)]) -> list[ChangeOfLink]:
    """Newest first, those taken back too."""
    store: Store = service_of(request).store
    if store.customers.get(customer) is None:
        raise not_found("customer")
    return [change_of(one, principal) for one in store.identity_review.history(customer)]


@router.get("/merge", summary="What a merge would move")
def merge_preview(
    request: Request,
    principal: Analyst,
    first: Annotated[str, Query(max_length=200)],
    second: Annotated[str, Query(max_length=200)],
) -> merging.MergePreview:
    """Nothing is changed."""
    return merging.preview_merge(service_of(request).store, first, second)


@router.get("/{interaction_id}", summary="Why an interaction is whose it is")
def detail(request: Request, principal: Reader, interaction_id: str) -> LinkDetail:
    """Bits per field for each candidate; they add up to the candidate's sum."""
    store: Store = service_of(request).store
    row, found = explained(request, principal, interaction_id)
    first = found.candidates[0] if found.candidates else None
    return LinkDetail(
        interaction=InteractionSummary.of(row_for(principal, row)),
        link=found.link,
        open=found.open,
        candidates=list(found.candidates),
        sentences={
            language: " ".join((sentence(t, first, found.link), *doubt_sentences(t, found.link)))
            for language in LANGUAGES
            for t in (words(language),)
        },
        history=[change_of(one, principal) for one in store.identity_review.history_of(interaction_id)],
    )


@router.post("/link", summary="Give interactions to a customer, or take them away")
def link_several(request: Request, principal: Analyst, asked: LinkSeveral) -> Done:
    """One event, whatever was found before; a person's decision stays until a person changes it."""
    event_id = decide(request, principal, "link", asked.interaction_ids, asked.customer_id, asked.reason)
    return Done(event_id=event_id, customer_id=asked.customer_id)


@router.post("/merge", summary="Say that two records are one person")
def merge(request: Request, principal: Analyst, asked: Merge) -> Done:
    """The oldest record speaks for all; identifiers, attributes and interactions of both are kept."""
    event_id = join(request, principal, *asked.customer_ids, reason=asked.reason)
    store: Store = service_of(request).store
    return Done(event_id=event_id, customer_id=store.customers.records(asked.customer_ids[0])[0].id)


@router.post("/split", summary="Say that a merged record is a person of its own")
def split(request: Request, principal: Analyst, asked: Split) -> Done:
    """Its identifiers and interactions leave with it."""
    return Done(event_id=part(request, principal, asked.record_id, reason=asked.reason), customer_id=asked.record_id)


@router.post("/undo", summary="Take a decision back with all it moved")
def undo(request: Request, principal: Analyst, asked: Undo) -> Undone:
    """409 where later decisions stand on it, unless ``with_later``: those are then taken back first."""
    return Undone(
        event_ids=take_back(request, principal, asked.event_id, with_later=asked.with_later, reason=asked.reason)
    )


@router.post("/{interaction_id}/confirm", summary="Say that an interaction is this customer's")
def confirm(request: Request, principal: Analyst, interaction_id: str, asked: Decide | None = None) -> Done:
    """Without a customer: whom it is linked to, else the best candidate."""
    asked = asked or Decide()
    event_id = decide(request, principal, "confirm", [interaction_id], asked.customer_id, asked.reason)
    store: Store = service_of(request).store
    link = store.findings.link(interaction_id)
    return Done(event_id=event_id, customer_id=link.customer_id if link else None)


@router.post("/{interaction_id}/reject", summary="Say that an interaction is not this customer's")
def reject(request: Request, principal: Analyst, interaction_id: str, asked: Decide | None = None) -> Done:
    """Without a customer: none of its candidates'."""
    asked = asked or Decide()
    event_id = decide(request, principal, "reject", [interaction_id], asked.customer_id, asked.reason)
    return Done(event_id=event_id, customer_id=None)


# --- shared with the pages ---------------------------------------------------------------------------------------


def queued(store: Store, queue: Queue) -> list[tuple[Any, Any, str | None, float, list[Doubt]]]:
    """(place in the queue, interaction, best candidate's name, their probability, doubts) of one page."""
    ids = [one.interaction_id for one in queue.items]
    found = store.interactions.rows(ids, Filters())
    names = store.customers.names([one.leading_id for one in queue.items])
    links = store.findings.links(ids)
    answer = []
    for one in queue.items:
        if one.interaction_id not in found:
            continue
        chances = [c.probability for c in links[one.interaction_id].candidates]
        of_leading, _ = store.identity_review.candidates(one.interaction_id)
        chance = next((c.probability for c in of_leading if c.customer_id == one.leading_id), max(chances, default=0.0))
        name = names.get(one.leading_id, (None, None, None))[2]
        answer.append((one, found[one.interaction_id], name, chance, doubts(links[one.interaction_id])))
    return answer


def explained(request: Request, principal: Actor, interaction_id: str) -> tuple[Any, Explanation]:
    """The interaction and why it is whose it is, as far as this principal may see it, or 404."""
    store: Store = service_of(request).store
    row = store.interactions.get(interaction_id)
    found = review.explain(store, interaction_id) if row is not None else None
    if row is None or found is None:
        raise not_found("link")
    if not principal.allows("analyst"):
        found = found.model_copy(update={"link": hidden_link(found.link)})
    return row, found


def change_of(event: Event, principal: Actor) -> ChangeOfLink:
    """An event as it may be shown; what people wrote as a reason is for analysts."""
    open_to = principal.allows("analyst") or event.actor == "voc"
    return ChangeOfLink(
        id=event.id,
        at=event.at,
        actor=event.actor,
        action=event.action,
        reason=event.reason if open_to else None,
        customers=list(event.parties),
        interactions=review.moved(event),
        undone_at=event.undone_at,
        undone_by=event.undone_by,
        undone_reason=event.undone_reason if principal.allows("analyst") else None,
        blocked_by=list(event.blocked_by),
    )


def decide(
    request: Request,
    principal: Actor,
    action: Literal["confirm", "link", "reject"],
    ids: list[str],
    customer_id: str | None,
    reason: str | None,
) -> int:
    """Confirm, link or reject, with its audit line."""
    store: Store = service_of(request).store
    by = _by(principal, reason)
    if action == "reject" or (action == "link" and customer_id is None):
        event_id = changes.reject(store, ids, customer_id, by=by)
    elif action == "confirm":
        event_id = changes.confirm(store, ids[0], customer_id, by=by)
    else:
        event_id = changes.link(store, ids, str(customer_id), by=by)
    _audit(request, principal, f"links.{action}", ids[0] if len(ids) == 1 else customer_id, event=event_id, n=len(ids))
    return event_id


def join(request: Request, principal: Actor, first: str, second: str, *, reason: str | None) -> int:
    """Merge two records, with its audit line."""
    event_id = merging.merge(service_of(request).store, first, second, by=_by(principal, reason))
    _audit(request, principal, "links.merge", f"{first} + {second}", event=event_id)
    return event_id


def part(request: Request, principal: Actor, record_id: str, *, reason: str | None) -> int:
    """Split a record, with its audit line."""
    event_id = merging.split(service_of(request).store, record_id, by=_by(principal, reason))
    _audit(request, principal, "links.split", record_id, event=event_id)
    return event_id


def take_back(request: Request, principal: Actor, event_id: int, *, with_later: bool, reason: str | None) -> list[int]:
    """Undo an event, with its audit line."""
    store: Store = service_of(request).store
    done = changes.undo(store, event_id, by=_by(principal, reason), with_later=with_later)
    _audit(request, principal, "links.undo", str(event_id), events=done)
    return done


def whole(store: Store, customer_id: str, principal: Actor) -> list[Customer]:
    """Every record of a person as far as this principal may see them."""
    found = store.customers.records(customer_id)
    if principal.allows("analyst"):
        return found
    return [
        one.model_copy(update={"identifiers": tuple(hidden(i) for i in one.identifiers), "attributes": {}})
        for one in found
    ]


def _by(principal: Actor, reason: str | None) -> By:
    return By(actor=principal.id, at=datetime.now(UTC), reason=reason)


def _audit(request: Request, principal: Actor, action: str, target: str | None, **detail: Any) -> None:
    store: Store = service_of(request).store
    store.access.record(actor=principal.id, action=action, target=target, now=datetime.now(UTC), detail=detail)
