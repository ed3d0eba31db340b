"""Corrections: what a person says of an interaction instead of the models."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.access import Analyst
from api.dependencies import ServiceDep
from api.filtering import Filtered
from api.problems import Problem
from api.routers.interactions import InteractionDetail, detail_of
from api.routers.schemas import InteractionSummary
from voc.corrections import REASON_CHARS, Correction
from voc.records import GivenScore, SentimentLabel
from voc.service import corrections, interactions
from voc.service.corrections import Label

router = APIRouter(prefix="/v1/interactions", tags=["interactions"])

queue_router = APIRouter(prefix="/v1/corrections", tags=["interactions"])

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


class QueuedConflict(BaseModel):
    """An interaction whose words and score say the contrary."""

    interaction: InteractionSummary
    given_score: GivenScore


class CorrectionQueue(BaseModel):
    """What had better be read first; ``n`` waits in all."""

    n: int
    items: list[QueuedConflict]


@queue_router.get("/queue", summary="What to read first")
def queue(
    service: ServiceDep,
    actor: Analyst,
    filters: Filtered,
    limit: Annotated[int, Query(ge=1, le=200)] = corrections.QUEUE_SIZE,
) -> CorrectionQueue:
    """Contacts whose words and score contradict each other and whose sentiment nobody has corrected or confirmed."""
    found = corrections.queue(service, actor, filters, limit=limit)
    items = [
        QueuedConflict(interaction=InteractionSummary.of(one.row), given_score=one.given) for one in found.conflicts
    ]
    return CorrectionQueue(n=found.n, items=items)


@router.patch("/{interaction_id}", summary="Correct its labels")
def correct(service: ServiceDep, actor: Analyst, interaction_id: str, labels: Labels) -> InteractionDetail:
    """In force at once in lists, figures and every later analysis, until withdrawn; the models' word is kept."""
    given = labels.given()
    if not given:
        raise Problem(
            422, "There is nothing to correct: name a sentiment, topics, intents, emotions …", code="nothing_to_correct"
        )
    corrections.correct(service, actor, interaction_id, given, reason=labels.reason)
    return detail_of(interactions.detail(service, actor, interaction_id))


@router.get("/{interaction_id}/corrections", summary="Its corrections")
def history(service: ServiceDep, actor: Analyst, interaction_id: str) -> list[Correction]:
    """Who said what, when, why and what the models had said; withdrawn ones too, newest first."""
    return corrections.history(service, actor, interaction_id)


@router.delete("/{interaction_id}/corrections/{correction_id}", summary="Withdraw a correction")
def withdraw(service: ServiceDep, actor: Analyst, interaction_id: str, correction_id: str) -> Correction:
    """The models' word counts again; the correction stays on record, withdrawn."""
    return corrections.withdraw(service, actor, interaction_id, correction_id)
