"""Correcting an interaction from its page: one list of everything that may be said of it, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from api.access import Analyst, Principal
from api.localisation import Words
from api.pages.forms import posted
from api.problems import Problem
from api.routers.corrections import apply, take_back
from api.topic_labels import TopicLabels
from voc.corrections import ACTIONS, EMOTIONS, FIELDS, INTENTS, REASON_CHARS, SENTIMENTS, VALUES, Correction
from voc.records import Analysis
from voc.store import Store
from voc.store.corrections import Label

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Choice:
    """One line of the list: what the form sends, and what people read."""

    value: str
    text: str


@dataclass(frozen=True)
class ShownCorrection:
    """A correction in force with its words; ``who`` is the name of the key it was made with."""

    id: str
    text: str
    was: str | None
    who: str
    correction: Correction


def choices(analysis: Analysis, labels: TopicLabels, words: Words) -> dict[str, list[Choice]]:
    """What may be said of this interaction, by group (a key of the catalogue's ``corrections``)."""
    topics = {one.id for one in analysis.topics}
    intents = {one.label for one in analysis.intents}
    felt = {one.label for one in analysis.emotions}

    def lines(field: str, values: list[str], *, present: bool = True) -> list[Choice]:
        sign = "+" if present else "-"
        return [Choice(f"{field}{sign}{one}", named(field, one, labels, words)) for one in values]

    groups = {
        "sentiment": lines("sentiment", list(SENTIMENTS)),
        "topic_add": lines("topic", [one for one in labels.ids() if one not in topics]),
        "topic_remove": lines("topic", sorted(topics), present=False),
        "intent_add": lines("intent", [one for one in INTENTS if one not in intents]),
        "intent_remove": lines("intent", sorted(intents), present=False),
        "emotion_add": lines("emotion", [one for one in EMOTIONS if one not in felt]),
        "emotion_remove": lines("emotion", sorted(felt), present=False),
        "complaint": lines("complaint", list(VALUES["complaint"])),
        "action": lines("action", list(ACTIONS)),
    }
    return {group: found for group, found in groups.items() if found}


def in_force(request: Request, principal: Principal, interaction_id: str, words: Words) -> list[ShownCorrection]:
    """Corrections of this interaction that count now, newest first; nothing of them for readers."""
    if not principal.allows("analyst"):
        return []
    store: Store = request.app.state.store
    labels: TopicLabels = request.app.state.topics
    found = [one for one in store.corrections.of(interaction_id) if one.in_force]
    names = {key.id: key.name for key in store.access.listing()} if found else {}
    found.sort(key=lambda one: (-one.at.timestamp(), FIELDS.index(one.field)))
    return [
        ShownCorrection(
            id=one.id,
            text=words(
                f"corrections.{'is' if one.present else 'is_not'}",
                field=words(f"corrections.field_{one.field}"),
                what=named(one.field, one.value, labels, words),
            ),
            was=_was(one, labels, words),
            who=names.get(one.actor, one.actor),
            correction=one,
        )
        for one in found
    ]


def named(field: str, value: str, labels: TopicLabels, words: Words) -> str:
    """A label in the reader's language."""
    if field == "topic":
        return labels(value, words.language)
    sections = {"sentiment": "sentiments.", "intent": "intents.", "emotion": "emotions."}
    return words.known(sections.get(field, f"corrections.{field}_") + value, value)


def _was(one: Correction, labels: TopicLabels, words: Words) -> str | None:
    if one.was is None or one.confirms or one.field in {"topic", "intent", "emotion"}:
        return None
    return named(one.field, one.was, labels, words)


@router.post("/interactions/{interaction_id}/correct")
async def correct(request: Request, principal: Analyst, interaction_id: str) -> Response:
    """Keep what was chosen and come back."""
    form = await posted(request)
    label = _label(form.get("label", ""))
    reason = form.get("reason", "")[:REASON_CHARS]
    await run_in_threadpool(apply, request, principal, interaction_id, [label], reason=reason)
    return RedirectResponse(f"/interactions/{interaction_id}#corrections", status_code=303)


@router.post("/interactions/{interaction_id}/corrections/{correction_id}/withdraw")
async def withdraw(request: Request, principal: Analyst, interaction_id: str, correction_id: str) -> Response:
    """Let the models' word count again and come back."""
    await posted(request)
    await run_in_threadpool(take_back, request, principal, interaction_id, correction_id)
    return RedirectResponse(f"/interactions/{interaction_id}#corrections", status_code=303)


def _label(sent: str) -> Label:
    for field in FIELDS:
        rest = sent.removeprefix(field)
        if rest != sent and rest[:1] in {"+", "-"} and rest[1:]:
            return Label(field, rest[1:], present=rest[0] == "+")
    raise Problem(422, "Choose what is to be corrected.")
