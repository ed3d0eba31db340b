"""Spelling kept out of the analysis: texts are read with joined letters written out, and given back as they came.

"écœurée" and "écoeurée", an accent typed as a character of its own and a composed one: models and rules see one
spelling (:func:`voc.language.folding.open_ligatures`), and every place of the analysis is one in the source.
"""

from __future__ import annotations

from typing import Any

from voc.language.conversation import placed_turns
from voc.language.folding import Folded, open_ligatures
from voc.privacy.redaction import LONGEST, mask
from voc.records import Analysis, Interaction, Record, Turn


def opened(interaction: Interaction) -> Interaction:
    """The interaction with joined letters written out in what was said; itself where there are none."""
    turns = tuple(_opened_turn(turn) for turn in interaction.turns)
    changed: dict[str, Any] = {
        name: written
        for name in ("text", "subject")
        if (text := getattr(interaction, name)) and (written := open_ligatures(text)) != text
    }
    if any(one is not other for one, other in zip(turns, interaction.turns, strict=True)):
        changed["turns"] = turns
    return interaction.model_copy(update=changed) if changed else interaction


def _opened_turn(turn: Turn) -> Turn:
    written = open_ligatures(turn.text)
    if written == turn.text:
        return turn
    words = tuple(word.model_copy(update={"text": open_ligatures(word.text)}) for word in turn.words)
    return turn.model_copy(update={"text": written, "words": words})


def restored(analysis: Analysis, interaction: Interaction) -> Analysis:
    """The analysis of :func:`opened` ``interaction`` as one of ``interaction``: its words, and places in them."""
    text, turns = placed_turns(interaction)
    folded = Folded(text)
    update: dict[str, Any] = {
        name: _restored(getattr(analysis, name), folded)
        for name in type(analysis).model_fields
        if name not in ("text", "turns", "redacted_text")
    }
    update["text"] = text
    update["turns"] = tuple(
        one.model_copy(update={"text": turn.text, "words": turn.words, "begin": turn.begin, "end": turn.end})
        for one, turn in zip(analysis.turns, turns, strict=True)
    )
    if analysis.redacted_text is not None:
        searched = folded.original(0, min(LONGEST, len(folded.opened)))[1]
        cut = " […]" if len(folded.opened) > LONGEST else ""
        update["redacted_text"] = mask(text[:searched], update["redacted"]) + cut
    return analysis.model_copy(update=update)


def _restored(value: Any, folded: Folded) -> Any:
    if isinstance(value, tuple):
        return tuple(_restored(one, folded) for one in value)
    if not isinstance(value, Record):
        return value
    update = {name: _restored(getattr(value, name), folded) for name in type(value).model_fields}
    begin, end = update.get("begin"), update.get("end")
    if begin is not None and end is not None:
        first, last = folded.original(begin, end)
        if update.get("text") == folded.opened[begin:end]:
            update["text"] = folded.source[first:last]
        update |= {"begin": first, "end": last}
    return value.model_copy(update=update)
