"""Links: what waits for a person, why an interaction is whose it is, and every decision about it, each reversible."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.access import Analyst, Reader
from api.dependencies import ServiceDep
from api.link_explanation import doubt_sentences, sentence
from api.localisation import LANGUAGES, words
from api.parameters import RowNumber
from api.routers.schemas import InteractionSummary
from voc.identity.identity_decisions import LONGEST_REASON
from voc.identity.review import ExplainedCandidate
from voc.records import Doubt, Link
from voc.service import links
from voc.service.links import ChangeOfLink, MergePreview

router = APIRouter(prefix="/v1/links", tags=["links"])

FORMULA = "priority = uncertainty × value"
"""The order of the queue; ``uncertainty`` is −p·log2(p) − (1−p)·log2(1−p) of the best candidate, ``value`` what the
customer base says they are worth (the median of the base where it does not say; 1 where it never does)."""

Reason = Annotated[str | None, Field(max_length=LONGEST_REASON, description="Why; kept with the event.")]


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

    event_id: RowNumber
    customer_id: str | None


class Undone(BaseModel):
    """Events taken back, newest first."""

    event_ids: list[int]


@router.get("", summary="What waits for a person")
def listing(
    service: ServiceDep,
    actor: Reader,
    method: Literal["review", "ambiguous", "conflict"] | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> WaitingLinks:
    """Doubtful links by value times uncertainty."""
    found = links.queue(service, actor, method=method, limit=limit, cursor=cursor)
    return WaitingLinks(
        items=[
            WaitingLink(
                interaction=InteractionSummary.of(one.row),
                href=f"/v1/links/{one.row.id}",
                method=one.method,
                customer_id=one.leading_id,
                customer_name=one.name,
                probability=one.probability,
                uncertainty=one.uncertainty,
                value=one.value,
                priority=one.priority,
                doubts=one.doubts,
            )
            for one in found.items
        ],
        n=found.n,
        median_value=found.median,
        next_cursor=found.next_cursor,
    )


@router.get("/events", summary="Every decision about a customer's records")
def events(service: ServiceDep, actor: Reader, customer: Annotated[str, Query(max_length=200)]) -> list[ChangeOfLink]:
    """Newest first, those taken back too."""
    return links.history(service, actor, customer)


@router.get("/merge", summary="What a merge would move")
def merge_preview(
    service: ServiceDep,
    actor: Analyst,
    first: Annotated[str, Query(max_length=200)],
    second: Annotated[str, Query(max_length=200)],
) -> MergePreview:
    """Nothing is changed."""
    return links.merge_preview(service, actor, first, second)


@router.get("/{interaction_id}", summary="Why an interaction is whose it is")
def detail(service: ServiceDep, actor: Reader, interaction_id: str) -> LinkDetail:
    """Bits per field for each candidate; they add up to the candidate's sum."""
    answer = links.detail(service, actor, interaction_id)
    found = answer.explanation
    first = found.candidates[0] if found.candidates else None
    return LinkDetail(
        interaction=InteractionSummary.of(answer.row),
        link=found.link,
        open=found.open,
        candidates=list(found.candidates),
        sentences={
            language: " ".join((sentence(t, first, found.link), *doubt_sentences(t, found.link)))
            for language in LANGUAGES
            for t in (words(language),)
        },
        history=answer.history,
    )


@router.post("/link", summary="Give interactions to a customer, or take them away")
def link_several(service: ServiceDep, actor: Analyst, asked: LinkSeveral) -> Done:
    """One event, whatever was found before; a person's decision stays until a person changes it."""
    event_id = links.link(service, actor, asked.interaction_ids, asked.customer_id, reason=asked.reason)
    return Done(event_id=event_id, customer_id=asked.customer_id)


@router.post("/merge", summary="Say that two records are one person")
def merge(service: ServiceDep, actor: Analyst, asked: Merge) -> Done:
    """The oldest record speaks for all; identifiers, attributes and interactions of both are kept."""
    first, second = asked.customer_ids
    event_id = links.merge(service, actor, first, second, reason=asked.reason)
    return Done(event_id=event_id, customer_id=links.speaks_for(service, actor, first))


@router.post("/split", summary="Say that a merged record is a person of its own")
def split(service: ServiceDep, actor: Analyst, asked: Split) -> Done:
    """Its identifiers and interactions leave with it."""
    event_id = links.split(service, actor, asked.record_id, reason=asked.reason)
    return Done(event_id=event_id, customer_id=asked.record_id)


@router.post("/undo", summary="Take a decision back with all it moved")
def undo(service: ServiceDep, actor: Analyst, asked: Undo) -> Undone:
    """409 where later decisions stand on it, unless ``with_later``: those are then taken back first."""
    done = links.undo(service, actor, asked.event_id, with_later=asked.with_later, reason=asked.reason)
    return Undone(event_ids=done)


@router.post("/{interaction_id}/confirm", summary="Say that an interaction is this customer's")
def confirm(service: ServiceDep, actor: Analyst, interaction_id: str, asked: Decide | None = None) -> Done:
    """Without a customer: whom it is linked to, else the best candidate."""
    asked = asked or Decide()
    event_id = links.confirm(service, actor, interaction_id, asked.customer_id, reason=asked.reason)
    return Done(event_id=event_id, customer_id=links.owner(service, actor, interaction_id))


@router.post("/{interaction_id}/reject", summary="Say that an interaction is not this customer's")
def reject(service: ServiceDep, actor: Analyst, interaction_id: str, asked: Decide | None = None) -> Done:
    """Without a customer: none of its candidates'."""
    asked = asked or Decide()
    event_id = links.reject(service, actor, [interaction_id], asked.customer_id, reason=asked.reason)
    return Done(event_id=event_id, customer_id=None)
