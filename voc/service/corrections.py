"""Corrections: what a person says of an interaction instead of the models, until it is withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

from voc.corrections import Correction
from voc.errors import InputError
from voc.service import audit
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.interactions import find
from voc.service.use_cases import not_found, use_case
from voc.store.corrections import Label

__all__ = ["Correction", "Label", "correct", "history", "in_force", "withdraw"]


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
    named = [_named(service, one, known, row.language or "fr") for one in labels]
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
