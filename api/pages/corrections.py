"""Correcting an interaction from its page: one list of everything that may be said of it, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from api.access import Analyst
from api.dependencies import service_of
from api.filtering import Filtered
from api.localisation import Words
from api.pages.forms import posted
from api.pages.rendering import draw
from api.problems import Problem
from voc.corrections import REASON_CHARS, Correction, correctable, has_several
from voc.records import Analysis
from voc.service import corrections, keys
from voc.service.actor import Actor
from voc.service.context import Service
from voc.service.corrections import Label
from voc.service.topic_labels import TopicLabels

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
    groups: dict[str, list[Choice]] = {}
    for field, kind in correctable().items():
        there = list(dict.fromkeys(kind.spelled(signal) for signal in kind.signals(analysis)))
        known = labels.ids() if field == "topic" else kind.choices
        if kind.one_per_interaction:
            groups[field] = [_choice(field, value, labels, words) for value in known] if kind.labels else []
            continue
        groups[f"{field}_add"] = [_choice(field, one, labels, words) for one in known if one not in there]
        groups[f"{field}_remove"] = [_choice(field, one, labels, words, present=False) for one in sorted(there)]
    return {group: found for group, found in groups.items() if found}


def _choice(field: str, value: str, labels: TopicLabels, words: Words, *, present: bool = True) -> Choice:
    return Choice(f"{field}{'+' if present else '-'}{value}", named(field, value, labels, words))


def group_title(group: str, words: Words) -> str:
    """What stands over a group of choices: the catalogue's words, or the name of a kind of another package."""
    field = group.removesuffix("_add").removesuffix("_remove")
    key = "corrections.is_not" if group.endswith("_remove") else "corrections.is"
    return words.known(f"corrections.{group}", words(key, field=words.kind(field), what="…"))


def shown(service: Service, actor: Actor, interaction_id: str, words: Words) -> list[ShownCorrection]:
    """Corrections of this interaction that count now, newest first; nothing of them for readers."""
    labels = service.topics
    found = corrections.in_force(service, actor, interaction_id)
    names = keys.names(service, actor) if found else {}
    order = list(correctable())
    found.sort(key=lambda one: (-one.at.timestamp(), order.index(one.field) if one.field in order else len(order)))
    return [
        ShownCorrection(
            id=one.id,
            text=words(
                f"corrections.{'is' if one.present else 'is_not'}",
                field=words.kind(one.field),
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
    return words.known(f"corrections.{field}_{value}", words.signal(field, value))


def _was(one: Correction, labels: TopicLabels, words: Words) -> str | None:
    if one.was is None or one.confirms or has_several(one.field):
        return None
    return named(one.field, one.was, labels, words)


@router.get("/corrections", response_class=HTMLResponse)
def queue(request: Request, actor: Analyst, filters: Filtered) -> HTMLResponse:
    """What had better be read first: words and score that contradict each other."""
    found = corrections.queue(service_of(request), actor, filters)
    return draw(request, "corrections.html", queue=found, filters=filters)


@router.post("/interactions/{interaction_id}/correct")
async def correct(request: Request, actor: Analyst, interaction_id: str) -> Response:
    """Keep what was chosen and come back."""
    form = await posted(request)
    label = _label(form.get("label", ""))
    reason = form.get("reason", "")[:REASON_CHARS]
    service = service_of(request)
    await run_in_threadpool(corrections.correct, service, actor, interaction_id, [label], reason=reason)
    back = "/corrections" if form.get("back") == "queue" else f"/interactions/{interaction_id}#corrections"
    return RedirectResponse(back, status_code=303)


@router.post("/interactions/{interaction_id}/corrections/{correction_id}/withdraw")
async def withdraw(request: Request, actor: Analyst, interaction_id: str, correction_id: str) -> Response:
    """Let the models' word count again and come back."""
    await posted(request)
    await run_in_threadpool(corrections.withdraw, service_of(request), actor, interaction_id, correction_id)
    return RedirectResponse(f"/interactions/{interaction_id}#corrections", status_code=303)


def _label(sent: str) -> Label:
    for field in correctable():
        rest = sent.removeprefix(field)
        if rest != sent and rest[:1] in {"+", "-"} and rest[1:]:
            return Label(field, rest[1:], present=rest[0] == "+")
    raise Problem(422, "Choose what is to be corrected.", code="nothing_to_correct")
