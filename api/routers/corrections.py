"""Corrections: what a person says of an interaction instead of the models."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from api.access import Analyst
from api.dependencies import service_of
from api.problems import Problem, not_found
from api.routers.interactions import InteractionDetail, detail, find
from voc.corrections import REASON_CHARS, Correction
from voc.records import SentimentLabel
from voc.service.actor import Actor
from voc.service.topic_labels import TopicLabels
from voc.store import Store
from voc.store.corrections import Label

router = APIRouter(prefix="/v1/interactions", tags=["interactions"])

MOST_LABELS = 50


class Changes(BaseModel):
    """Labels of one kind to give and to take away."""

    model_config = ConfigDict(extra="forbid")

    add: Annotated[list[str], Field(max_length=MOST_LABELS)] = []
    remove: Annotated[list[str], Field(max_length=MOST_LABELS)] = []


class Labels(BaseModel):
    """What is to be said of the interaction; fields that are left out stay as they are."""

    model_config = ConfigDict(extra="forbid")

    sentiment: SentimentLabel | None = None
    complaint: bool | None = None
    action: Literal["response_needed", "suggestion", "praise", "none"] | None = None
    effort: Annotated[int, Field(ge=-5, le=5)] | Literal["none"] | None = None
    """−5 (very hard) … 5 (very easy); ``none``: the words show none."""
    topics: Changes = Changes()
    intents: Changes = Changes()
    emotions: Changes = Changes()
    signals: Annotated[dict[str, Changes], Field(max_length=MOST_LABELS)] = {}
    """Labels of any other kind of signal, by kind; of a kind that has one value, ``add`` gives it."""
    reason: Annotated[str | None, Field(max_length=REASON_CHARS)] = None

    def given(self) -> list[Label]:
        """One label for each thing that was said."""
        found: list[Label] = []
        if self.sentiment is not None:
            found.append(Label("sentiment", self.sentiment))
        if self.complaint is not None:
            found.append(Label("complaint", "yes" if self.complaint else "no"))
        if self.action is not None:
            found.append(Label("action", self.action))
        if self.effort is not None:
            found.append(Label("effort", str(self.effort)))
        for changes, field in ((self.topics, "topic"), (self.intents, "intent"), (self.emotions, "emotion")):
            found += _labels(field, changes)
        for field, changes in self.signals.items():
            found += _labels(field, changes)
        return found


def _labels(field: str, changes: Changes) -> list[Label]:
    added = [Label(field, value) for value in changes.add]
    return added + [Label(field, value, present=False) for value in changes.remove]


@router.patch("/{interaction_id}", summary="Correct its labels")
def correct(request: Request, principal: Analyst, interaction_id: str, labels: Labels) -> InteractionDetail:
    """In force at once in lists, figures and every later analysis, until withdrawn; the models' word is kept."""
    given = labels.given()
    if not given:
        raise Problem(
            422, "There is nothing to correct: name a sentiment, topics, intents, emotions …", code="nothing_to_correct"
        )
    apply(request, principal, interaction_id, given, reason=labels.reason)
    return detail(request, principal, interaction_id)


@router.get("/{interaction_id}/corrections", summary="Its corrections")
def history(request: Request, principal: Analyst, interaction_id: str) -> list[Correction]:
    """Who said what, when, why and what the models had said; withdrawn ones too, newest first."""
    find(request, interaction_id)
    store: Store = service_of(request).store
    return store.corrections.of(interaction_id)


@router.delete("/{interaction_id}/corrections/{correction_id}", summary="Withdraw a correction")
def withdraw(request: Request, principal: Analyst, interaction_id: str, correction_id: str) -> Correction:
    """The models' word counts again; the correction stays on record, withdrawn."""
    return take_back(request, principal, interaction_id, correction_id)


def apply(
    request: Request, principal: Actor, interaction_id: str, labels: list[Label], *, reason: str | None
) -> list[Correction]:
    """Keep corrections in the name of ``principal`` and leave a trace; topics must be of the taxonomy in force."""
    store: Store = service_of(request).store
    row = find(request, interaction_id)
    topics: TopicLabels = service_of(request).topics
    known = set(topics.ids())
    named: list[Label] = []
    for label in labels:
        if label.field == "topic" and label.present:
            if label.value not in known:
                raise Problem(
                    422,
                    f"topic: '{label.value[:80]}' is not in the taxonomy; GET /v1/topics lists it.",
                    code="unknown_topic",
                    parameters={"given": label.value[:80]},
                )
            named.append(Label("topic", label.value, title=topics(label.value, row.language or "fr")))
        else:
            named.append(label)
    now = datetime.now(UTC)
    made = store.corrections.correct(
        interaction_id, named, actor=principal.id, reason=(reason or "").strip() or None, now=now
    )
    for one in made:
        # Not the reason: it may quote the customer, and the trail outlives an erasure.
        said = {"field": one.field, "value": one.value, "present": one.present, "was": one.was}
        store.access.record(
            actor=principal.id, action="interaction.correct", target=interaction_id, now=now, detail=said
        )
    return made


def take_back(request: Request, principal: Actor, interaction_id: str, correction_id: str) -> Correction:
    """Withdraw a correction in force and leave a trace, or 404."""
    store: Store = service_of(request).store
    find(request, interaction_id)
    if not any(one.id == correction_id and one.in_force for one in store.corrections.of(interaction_id)):
        raise not_found("correction")
    now = datetime.now(UTC)
    withdrawn = store.corrections.withdraw(correction_id, actor=principal.id, now=now)
    if withdrawn is None:  # somebody else was quicker
        raise not_found("correction")
    said = {"field": withdrawn.field, "value": withdrawn.value, "present": withdrawn.present}
    store.access.record(
        actor=principal.id, action="interaction.correct.withdraw", target=interaction_id, now=now, detail=said
    )
    return withdrawn
