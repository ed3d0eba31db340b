"""Corrections: what a person says of an interaction instead of the models, until it is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voc.corrections import Correction
from voc.errors import InputError
from voc.language.registry import FIRST
from voc.records import GivenScore
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.interactions import find
from voc.service.use_cases import not_found, use_case
from voc.service.visibility import row_for
from voc.store import Filters
from voc.store.corrections import Label
from voc.store.interactions import Stored

__all__ = ["Correction", "Label", "Queue", "correct", "history", "in_force", "queue", "withdraw"]

QUEUE_SIZE = 50
"""Contacts of the queue that are shown at once; the next come up as these are decided."""


@use_case("analyst")
def correct(
    service: Service, actor: Actor, interaction_id: str, labels: Sequence[Label], *, reason: str | None = None
) -> list[Correction]:
    """Keep labels in the name of ``actor``; in force at once in lists, figures and every later analysis.

    Raises:
        NotFoundError: there is no such interaction.
        InputError: it is not analysed yet, a label is none, or a topic is not of the taxonomy in force.
    """
    row = find(service, actor, interaction_id)
    known = set(service.topics.ids())
    named = [_named(service, one, known, row.language or FIRST) for one in labels]
    made = service.store.corrections.correct(
        interaction_id, named, actor=actor.id, reason=(reason or "").strip() or None, now=service.now()
    )
    for one in made:
        # Not the reason: it may quote the customer, and the trail outlives an erasure.
        audit.record(
            service, actor, "interaction.correct", interaction_id,
            field=one.field, value=one.value, present=one.present, was=one.was,
        )  # fmt: skip
    return made


@dataclass(frozen=True)
class Conflict:
    """An interaction whose words and score say the contrary; ``given`` is both side by side."""

    row: Stored
    given: GivenScore


@dataclass(frozen=True)
class Queue:
    """What a person had better read first; ``n`` is how many wait, ``conflicts`` the first of them."""

    n: int
    conflicts: list[Conflict]


@use_case("analyst")
def queue(service: Service, actor: Actor, filters: Filters | None = None, *, limit: int = QUEUE_SIZE) -> Queue:
    """Contacts whose words and score say the contrary and whose sentiment nobody has decided, plainest words first.

    Either irony that was not seen or a score given by mistake: where a correction teaches most.
    """
    rows, n = service.store.interactions.undecided("score_conflict", "sentiment", filters or Filters(), limit=limit)
    analyses = service.store.findings.analyses([row.id for row in rows])
    found = [
        Conflict(row_for(actor, row), given)
        for row in rows
        if row.id in analyses and (given := analyses[row.id].given_score) is not None
    ]
    return Queue(n=n, conflicts=found)


@use_case("analyst")
def history(service: Service, actor: Actor, interaction_id: str) -> list[Correction]:
    """Every correction of an interaction, withdrawn ones too, newest first.

    Raises:
        NotFoundError: there is no such interaction.
    """
    find(service, actor, interaction_id)
    return service.store.corrections.of(interaction_id)


@use_case("reader")
def in_force(service: Service, actor: Actor, interaction_id: str) -> list[Correction]:
    """Those that count now, newest first; nothing of them for readers."""
    if not actor.sees_people:
        return []
    return [one for one in service.store.corrections.of(interaction_id) if one.in_force]


@use_case("analyst")
def withdraw(service: Service, actor: Actor, interaction_id: str, correction_id: str) -> Correction:
    """Let the models' word count again; the correction stays on record, withdrawn.

    Raises:
        NotFoundError: there is no such interaction, or no such correction of it in force.
    """
    if not any(one.id == correction_id and one.in_force for one in history(service, actor, interaction_id)):
        raise not_found("correction")
    withdrawn = service.store.corrections.withdraw(correction_id, actor=actor.id, now=service.now())
    if withdrawn is None:  # somebody else was quicker
        raise not_found("correction")
    audit.record(
        service, actor, "interaction.correct.withdraw", interaction_id,
        field=withdrawn.field, value=withdrawn.value, present=withdrawn.present,
    )  # fmt: skip
    return withdrawn


def _named(service: Service, label: Label, known: set[str], language: str) -> Label:
    """The label, a topic with its name in the language of the interaction."""
    if label.field != "topic" or not label.present:
        return label
    if label.value not in known:
        raise InputError(
            f"topic: '{label.value[:80]}' is not in the taxonomy; GET /v1/topics lists it.",
            code="unknown_topic",
            given=label.value[:80],
        )
    return Label("topic", label.value, title=service.topics(label.value, language))
