"""Sentences that ask, wish, or tell a misfortune, and hold nothing against anybody: they are no worse than neutral.

What is asked about reads as trouble where nobody is troubled ("how long do refunds usually take?", "may I change the
date of the direct debit?"): the encoder was taught with posts, in which those who ask are mostly cross. Nor is whoever
answers "what could be better?" with a wish alone ("more staff at weekends", "que les délais soient respectés"), or
writes to an insurer that the car was hit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from voc.analysers.rulebooks import load_rules
from voc.analysers.sentiment.adjustment import Cue
from voc.language.folding import fold
from voc.language.registry import alternatives
from voc.language.rulebook import RuleContext, RuleMatch
from voc.language.sentences import Span

_GRIEVANCE = re.compile(rf"\b(?:{alternatives(lambda one: one.meaning.grievance)})(?!\w)")
_KINDS = frozenset(("plain_request", "step", "misfortune", "notice"))
"""Of cues. A step is what the customer did ("I sent the form on the 12th"); a misfortune and a notice, as a wish, are
told in the words of a complaint, which are not counted against their sentence."""
_ASKS_ALONE = frozenset(("plain_request", "step"))
_LONGEST_STEP = 100
"""Characters of a sentence that tells a step and nothing else: a longer one tells what came of it."""
_LOUD = re.compile(r"!|\?\s*\?|\.\.\.|…|[\U0001F300-\U0001FAFF]|\b[A-ZÀ-Ü]{4,}\b.*\b[A-ZÀ-Ü]{4,}\b", re.DOTALL)
"""Marks of more than a question: exclamations, doubled marks, dots that trail off, pictures, words written large."""


def plain_requests(reading: RuleContext, finds: Sequence[RuleMatch]) -> list[Cue]:
    """The sentences of a text that only ask, wish, or tell a misfortune, as cues over all their words.

    ``finds`` are those of the book of cues.
    """
    offered = [find for find in load_rules("expectations").find(reading) if find.rule.kind == "suggestion"]
    wishes = [find for find in offered if find.way == "opens" or find.begin == reading.sentence_of(find.begin)[0]]
    plain: dict[Span, str] = {}
    for find in (*(find for find in finds if find.rule.kind in _KINDS), *offered):
        begin, end = sentence = reading.sentence_of(find.begin)
        if find.rule.kind == "step" and end - begin > _LONGEST_STEP:
            continue
        told = (begin, begin) if find.rule.kind in _ASKS_ALONE else (find.begin, find.end)
        beside = f"{reading.text[begin : told[0]]} {reading.text[told[1] : end]}"
        if not _GRIEVANCE.search(fold(beside)) and not _LOUD.search(reading.text[begin : end + 2]):
            plain.setdefault(sentence, find.rule.id)
    # What is wished for is no praise either ("un suivi plus régulier").
    wished = plain.keys() & {reading.sentence_of(find.begin) for find in wishes}
    return [
        *(Cue("plain", rule, begin, end) for (begin, end), rule in plain.items()),
        *(Cue("asked", plain[sentence], *sentence) for sentence in sorted(wished)),
    ]
