"""Who may see what: a reader gets the same analysis with every character of personal data replaced, offsets unchanged.

``…_for(actor, …)`` gives a record as far as an actor may see it; use cases answer with nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from voc.identifiers import names_somebody
from voc.language.word_alignment import placed
from voc.privacy.redaction_coverage import searched
from voc.records import Analysis, Customer, Identifier, Link, Redaction, Rejected, Skipped, Turn
from voc.service.actor import Actor
from voc.store.interactions import Stored
from voc.store.uploads import Progress, Upload

R = TypeVar("R", bound=Rejected)

BLOCK = "█"

_IN_A_NAME = re.compile(
    r"(?P<date>(?<!\d)(?:19|20)\d\d([-_.]?)(?:0[1-9]|1[0-2])\2(?:0[1-9]|[12]\d|3[01])"
    r"(?:[T_ -]?(?:[01]\d|2[0-3])[-_.h:]?[0-5]\d(?:[-_.m:]?[0-5]\d)?)?(?!\d))"
    r"|[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}"
    r"|\d(?:[ .-]?\d){8,}"
)
"""What the name of a file may hold: dates stay, addresses and numbers as long as a telephone's do not."""


def analysis_for(actor: Actor, analysis: Analysis) -> Analysis:
    """The analysis; without personal data for readers (:func:`masked`)."""
    return analysis if actor.sees_people else masked(analysis)


def link_for(actor: Actor, link: Link) -> Link:
    """The link; with the values of its evidence masked for readers."""
    return link if actor.sees_people else hidden_link(link)


def row_for(actor: Actor, row: Stored) -> Stored:
    """A row of a list; without the numbers and addresses that names of files hold for readers."""
    if actor.sees_people:
        return row
    return replace(row, source=shown_name(row.source), error=shown_name(row.error) if row.error else None)


def customer_for(actor: Actor, customer: Customer) -> Customer:
    """The record; with its identifiers masked and without its attributes for readers."""
    if actor.sees_people:
        return customer
    return customer.model_copy(
        update={"identifiers": tuple(hidden(one) for one in customer.identifiers), "attributes": {}}
    )


def upload_for(actor: Actor, upload: Upload) -> Upload:
    """An upload; without the numbers and addresses that names of files hold for readers."""
    if actor.sees_people:
        return upload
    refusal = _shown_reason(upload.refusal) if upload.refusal else None
    return replace(
        upload,
        filename=shown_name(upload.filename),
        error=refusal.reason if refusal else None,
        error_parameters=dict(refusal.parameters) if refusal else None,
    )


def progress_for(actor: Actor, progress: Progress) -> Progress:
    """The progress of an upload, as :func:`upload_for` shows the upload itself."""
    if actor.sees_people:
        return progress
    return replace(
        progress,
        upload=upload_for(actor, progress.upload),
        rejections=[_shown_reason(one) for one in progress.rejections],
        remarks=[_shown_reason(one) for one in progress.remarks],
    )


def _shown_reason(one: R) -> R:
    named = {name: shown_name(value) if isinstance(value, str) else value for name, value in one.parameters.items()}
    return one.model_copy(
        update={"source": shown_name(one.source), "reason": shown_name(one.reason), "parameters": named}
    )


def masked(analysis: Analysis) -> Analysis:
    """The analysis without personal data.

    Each masked character becomes a block, so that every span, word and turn keeps its place. Where redaction failed
    or is pending (no ``redacted_text``) the words are left out altogether: closed rather than open.
    """
    analysis = analysis.model_copy(
        update={
            "source": shown_name(analysis.source),
            "external_id": shown_name(analysis.external_id) if analysis.external_id else None,
            "author": hide(analysis.author) if analysis.author else None,
            "turns": tuple(
                turn.model_copy(update={"speaker": hide(turn.speaker)})
                if turn.speaker and names_somebody(turn.speaker)
                else turn
                for turn in analysis.turns
            ),
        }
    )
    if analysis.text and analysis.redacted_text is None:
        return analysis.model_copy(
            update={
                "text": "",
                "sentences": (),
                "turns": tuple(turn.model_copy(update={"text": "", "words": ()}) for turn in analysis.turns),
                "aspects": tuple(one.model_copy(update={"text": ""}) for one in analysis.aspects),
                "expectations": (),
                "identifiers": (),
                "redacted": (),
                "skipped": (
                    *analysis.skipped,
                    Skipped(
                        feature="text", reason="its personal data is not masked yet; a key of role analyst opens it"
                    ),
                ),
            }
        )
    spans = [*analysis.redacted]
    if (end := searched(analysis)) < len(analysis.text):
        spans.append(Redaction(type="UNSEARCHED", begin=end, end=len(analysis.text)))
    text = _blocked(analysis.text, spans)
    return analysis.model_copy(
        update={
            "text": text,
            "turns": tuple(_turn(turn, spans) for turn in analysis.turns),
            "aspects": tuple(one.model_copy(update={"text": text[one.begin : one.end]}) for one in analysis.aspects),
            "expectations": tuple(
                one.model_copy(update={"text": text[one.begin : one.end]}) for one in analysis.expectations
            ),
            "identifiers": tuple(hidden(one) for one in analysis.identifiers),
        }
    )


def hidden(identifier: Identifier) -> Identifier:
    """The identifier with all but its last two characters masked."""
    return identifier.model_copy(update={"value": hide(identifier.value)})


def hide(value: str) -> str:
    """All but the last two characters masked; short values wholly."""
    return BLOCK * len(value) if len(value) <= 4 else BLOCK * (len(value) - 2) + value[-2:]


def shown_name(text: str) -> str:
    """The name of a file, or a line about it, without the caller's number or address that telephony puts into it."""
    return _IN_A_NAME.sub(lambda found: found[0] if found["date"] else hide(found[0]), text)


def hidden_link(link: Link) -> Link:
    """The link with the values of its evidence masked."""
    return link.model_copy(
        update={"evidence": tuple(one.model_copy(update={"value": hide(one.value)}) for one in link.evidence)}
    )


def _turn(turn: Turn, redacted: Sequence[Redaction]) -> Turn:
    if turn.begin is None:
        # Without a place in the text nothing says which of its words are personal.
        return turn.model_copy(update={"text": "", "words": ()})
    local = [one.model_copy(update={"begin": one.begin - turn.begin, "end": one.end - turn.begin}) for one in redacted]
    text = _blocked(turn.text, local)
    found = {id(one.word): one for one in placed(turn)}
    words = tuple(
        word.model_copy(update={"text": text[found[id(word)].begin : found[id(word)].end]})
        for word in turn.words
        if id(word) in found
    )
    return turn.model_copy(update={"text": text, "words": words})


def _blocked(text: str, redacted: Sequence[Redaction]) -> str:
    characters = list(text)
    for one in redacted:
        for position in range(max(0, one.begin), min(len(characters), one.end)):
            if not characters[position].isspace():
                characters[position] = BLOCK
    return "".join(characters)
