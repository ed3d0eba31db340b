"""One interaction: its words in step with the sound, what was found in them and where, whose it is and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.access import Analyst, Reader
from api.dependencies import service_of
from api.localisation import Words
from api.pages import corrections
from api.pages.calls import CURVE_HEIGHT, call_view
from api.pages.forms import posted
from api.pages.rendering import draw, speech
from api.text_highlights import Mark, Piece, pieces
from voc.language.word_alignment import placed
from voc.records import Analysis, Identifier, Link, Turn
from voc.service import audio, interactions
from voc.service.topic_labels import TopicLabels

router = APIRouter(include_in_schema=False)

COLOURS = 8
"""Topic colours in the style sheet; a ninth topic starts again with the first."""


@dataclass(frozen=True)
class ShownTurn:
    """A turn with its text cut into pieces."""

    turn: Turn
    pieces: list[Piece]


@router.get("/interactions/{interaction_id}", response_class=HTMLResponse)
def page(
    request: Request, actor: Reader, interaction_id: str, t: Annotated[int | None, Query(ge=0)] = None
) -> HTMLResponse:
    """``?t=ms`` opens the recording at that moment, ``#c=begin-end`` the text at those characters."""
    service = service_of(request)
    found = interactions.detail(service, actor, interaction_id)
    analysis, link = found.analysis, found.link
    words, labels = speech(request), service.topics
    colours = _colours(analysis) if analysis else {}
    marks = _marks(analysis, link, labels, words, colours) if analysis else []
    turns = [_shown(turn, marks) for turn in analysis.turns] if analysis else []
    return draw(
        request,
        "interaction.html",
        found=found,
        row=found.row,
        analysis=analysis,
        link=link,
        start_ms=t,
        turns=turns,
        text_pieces=pieces(analysis.text, marks) if analysis and not turns else [],
        colours=colours,
        call=call_view(analysis, found.row, words.language, service.categories),
        sound=found.sound,
        curve_height=CURVE_HEIGHT,
        doubtful=any(one.doubtful for shown in turns for one in shown.pieces),
        shared_topics=_topics(analysis),
        unsure_topics={one.id for one in analysis.topics if one.doubt} if analysis else set(),
        repeats_subject=_repeats_subject(found.subject, analysis),
        unlinked_author=analysis.author if analysis and actor.allows("analyst") else None,
        unlinked=_unlinked(analysis, link),
        unlinked_why=_why_unlinked(analysis, link),
        evidence_in_text=any(mark.kind == "evidence" for mark in marks),
        corrections=corrections.shown(service, actor, interaction_id, words),
        group_title=corrections.group_title,
        choices=corrections.choices(analysis, labels, words) if analysis and actor.allows("analyst") else {},
    )


@router.post("/interactions/{interaction_id}/reanalyse")
async def reanalyse(request: Request, actor: Analyst, interaction_id: str) -> Response:
    """Queue it again and come back to it."""
    await posted(request)
    await run_in_threadpool(interactions.reanalyse, service_of(request), actor, interaction_id)
    return RedirectResponse(f"/interactions/{interaction_id}", status_code=303)


@router.post("/interactions/{interaction_id}/mask")
async def mask(request: Request, actor: Analyst, interaction_id: str) -> Response:
    """Make the copy without personal data again and come back."""
    await posted(request)
    await run_in_threadpool(audio.mask_again, service_of(request), actor, interaction_id)
    return RedirectResponse(f"/interactions/{interaction_id}", status_code=303)


def _shown(turn: Turn, marks: list[Mark]) -> ShownTurn:
    if turn.begin is None:
        return ShownTurn(turn, pieces(turn.text, [], placed(turn)))
    return ShownTurn(turn, pieces(turn.text, marks, placed(turn), offset=turn.begin))


def _repeats_subject(subject: str | None, analysis: Analysis | None) -> bool:
    """Whether a text begins with its subject, as a review does with its title: it is not shown twice then."""
    text = " ".join((analysis.text or "").split()) if analysis else ""
    return bool(subject) and text.casefold().startswith(" ".join((subject or "").split()).casefold())


def _unlinked(analysis: Analysis | None, link: Link | None) -> tuple[Identifier, ...]:
    """What an interaction of nobody in the base gives of who wrote it."""
    if analysis is None or link is None or link.customer_id or link.evidence or link.method != "none":
        return ()
    return tuple(one for one in analysis.identifiers if one.type != "name")


def _why_unlinked(analysis: Analysis | None, link: Link | None) -> str:
    """The key of why nobody is shown: no customer has its identifiers, a name alone points to nobody, or the method."""
    if link is None or link.method != "none" or analysis is None or not analysis.identifiers:
        return link.method if link else "none"
    return "of_nobody" if any(one.type != "name" for one in analysis.identifiers) else "name_alone"


def _topics(analysis: Analysis | None) -> list[tuple[str, float | None, int | None, int | None]]:
    """Topic id, what is said of it (mean over its clauses), and where its first clause stands (ms, character)."""
    if analysis is None:
        return []
    found = []
    for topic in dict.fromkeys([one.id for one in analysis.topics] + [one.topic for one in analysis.aspects]):
        aspects = [one for one in analysis.aspects if one.topic == topic]
        mention = next((one for one in analysis.topics if one.id == topic), None)
        said = sum(one.sentiment for one in aspects) / len(aspects) if aspects else None
        begin = aspects[0].begin if aspects else mention.begin if mention else None
        found.append((topic, said, aspects[0].begin_ms if aspects else None, begin))
    return found


def _colours(analysis: Analysis) -> dict[str, int]:
    every = dict.fromkeys([one.id for one in analysis.topics] + [one.topic for one in analysis.aspects])
    return {topic: place % COLOURS for place, topic in enumerate(every)}


def _marks(
    analysis: Analysis, link: Link | None, labels: TopicLabels, words: Words, colours: dict[str, int]
) -> list[Mark]:
    """Everything that has a place in the text, most telling first."""
    return [
        *(Mark("redacted", one.begin, one.end, one.type) for one in analysis.redacted),
        *_topic_marks(analysis, labels, words.language, colours),
        *(
            Mark("evidence", one.begin, one.end, one.identifier)
            for one in (link.evidence if link else ())
            if one.begin is not None and one.end is not None
        ),
        *_signal_marks(analysis, words),
        *(() if analysis.turns else _sentence_marks(analysis)),
    ]


def _topic_marks(analysis: Analysis, labels: TopicLabels, language: str, colours: dict[str, int]) -> Iterator[Mark]:
    """Clauses that speak of a topic; the mention itself of a topic no clause speaks of."""
    for one in analysis.aspects:
        yield Mark("topic", one.begin, one.end, labels(one.topic, language), colours[one.topic])
    spoken = {one.topic for one in analysis.aspects}
    for topic in analysis.topics:
        if topic.begin is not None and topic.end is not None and topic.id not in spoken:
            yield Mark("topic", topic.begin, topic.end, labels(topic.id, language), colours[topic.id])


def _signal_marks(analysis: Analysis, words: Words) -> Iterator[Mark]:
    """Intents, wishes, signs of effort and of leaving, and signals of other packages."""
    for intent in analysis.intents:
        if intent.begin < intent.end:  # what a person added stands nowhere in the text
            yield Mark("intent", intent.begin, intent.end, intent.label)
    for wish in analysis.expectations:
        yield Mark("wish", wish.begin, wish.end, wish.kind or "hope")
    for kind, signs in (("effort", analysis.effort_signs), ("fragility", analysis.fragility)):
        for sign in signs:
            if sign.begin is not None and sign.end is not None:
                yield Mark(kind, sign.begin, sign.end, sign.rule)
    for one in analysis.signals:
        if one.begin is not None and one.end is not None:
            label = f"{words.kind(one.kind)}{words.colon} {words.signal(one.kind, one.label)}"
            yield Mark("signal", one.begin, one.end, label)


def _sentence_marks(analysis: Analysis) -> Iterator[Mark]:
    """What each clause feels; of a sentence where it was not cut."""
    for one in analysis.sentences:
        for part in one.clauses or (one,):
            if part.sentiment is not None:
                yield Mark("sentence", part.begin, part.end, part.sentiment.label)
