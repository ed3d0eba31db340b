"""Sentences that ask, or tell a misfortune, and hold nothing against anybody: they are no worse than neutral.

What is asked about reads as trouble where nobody is troubled ("how long do refunds usually take?", "may I change the
date of the direct debit?"): the encoder was taught with posts, in which those who ask are mostly cross. And who writes
to an insurer that the car was hit is not cross with the insurer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from voc.analysers.sentiment.adjustment import Cue
from voc.language.folding import fold
from voc.language.registry import alternatives
from voc.language.rulebook import RuleContext, RuleMatch
from voc.language.sentences import Span

_GRIEVANCE = re.compile(rf"\b(?:{alternatives(lambda one: one.meaning.grievance)})(?!\w)")
_KINDS = frozenset(("plain_request", "misfortune"))
_LOUD = re.compile(r"!|\?\s*\?|\.\.\.|…|[\U0001F300-\U0001FAFF]|\b[A-ZÀ-Ü]{4,}\b.*\b[A-ZÀ-Ü]{4,}\b", re.DOTALL)
"""Marks of more than a question: exclamations, doubled marks, dots that trail off, pictures, words written large."""


def plain_requests(reading: RuleContext, finds: Sequence[RuleMatch]) -> list[Cue]:
    """The sentences of a text that only ask, or only tell a misfortune, as cues over all their words.

    ``finds`` are those of the book of cues.
    """
    plain: dict[Span, str] = {}
    for find in finds:
        if find.rule.kind in _KINDS:
            begin, end = sentence = reading.sentence_of(find.begin)
            # What befell somebody is told in the words of a complaint: they are not counted against the sentence.
            told = (find.begin, find.end) if find.rule.kind == "misfortune" else (begin, begin)
            beside = f"{reading.text[begin : told[0]]} {reading.text[told[1] : end]}"
            if not _GRIEVANCE.search(fold(beside)) and not _LOUD.search(reading.text[begin : end + 2]):
                plain.setdefault(sentence, find.rule.id)
    return [Cue("plain", rule, begin, end) for (begin, end), rule in plain.items()]
